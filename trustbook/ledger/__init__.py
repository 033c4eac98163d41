"""The memory of a book: records, what each workbook last showed, and a journal. All SQL of the
house is in here.
"""

from trustbook.ledger.change import Change, Known
from trustbook.ledger.schema import SCHEMA
from trustbook.ledger.store import Ledger

__all__ = ["SCHEMA", "Change", "Known", "Ledger"]
