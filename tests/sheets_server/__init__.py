"""A loopback Google Sheets, Drive and token server for tests, driven by the real gspread.

Faithful to what recordings and the published description of the API show; it keeps state, works out
look-up formulas, and fails on demand. ``python -m tests.sheets_server --port N`` starts it by
itself.
"""

from __future__ import annotations

from .faults import KINDS, Call
from .person import Person
from .server import SheetsServer

__all__ = ["KINDS", "Call", "Person", "SheetsServer"]
