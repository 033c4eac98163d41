"""Lists as CSV that spreadsheets open right, and that carries no formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date

from trustbook.columns import YES_NO, find_column
from trustbook.names import fit_text

# What a spreadsheet takes for the beginning of a formula (OWASP, "CSV injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Excel takes the separator of lists from the country: in the Netherlands a semicolon.
_SEPARATOR = {"nl": ";", "en": ","}
_DECIMAL = {"nl": ",", "en": "."}


def csv_text(header: Sequence[str], rows: Sequence[Sequence[object]], lang: str) -> str:
    """The rows as CSV with a byte order mark, which tells Excel that it is UTF-8.

    A text that a spreadsheet would work out gets an apostrophe in front; days are ISO, numbers have
    the decimal sign of the country, a tick is a yes or a no.
    """
    target = io.StringIO()
    writer = csv.writer(target, delimiter=_SEPARATOR[lang], lineterminator="\r\n")
    writer.writerow([_cell(text, lang) for text in header])
    writer.writerows([_cell(value, lang) for value in row] for row in rows)
    return "\ufeff" + target.getvalue()


def _cell(value: object, lang: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return find_column(YES_NO, "yes" if value else "no").label(lang)
    if isinstance(value, date):
        return str(value)  # a time stands behind a space: spreadsheets take a "T" for text
    if isinstance(value, float):
        return str(value).replace(".", _DECIMAL[lang])
    text = fit_text(str(value))
    is_text = isinstance(value, str)
    return f"'{text}" if is_text and text.startswith(_FORMULA) else text
