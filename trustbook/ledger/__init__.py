"""The memory of a book: records, what each workbook last showed, and a journal. All SQL of the house is in here."""

from trustbook.ledger.book import Ledger
from trustbook.ledger.change import Change, Known
from trustbook.ledger.tables import SCHEMA

__all__ = ["SCHEMA", "Change", "Known", "Ledger"]
