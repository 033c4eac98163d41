"""Which backend keeps the workbook at an address: one line for each kind."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from trustbook.workbooks.base import Workbook

if TYPE_CHECKING:
    from trustbook.reading.adoption import Adoption

_GOOGLE = re.compile(r"gsheet:|https?://docs\.google\.com/", re.IGNORECASE)


def _google(address: str, key: str | None) -> Workbook:
    from trustbook.workbooks.google import GoogleWorkbook

    return GoogleWorkbook(address, Path(key) if key else None)


def _excel(address: str, key: str | None) -> Workbook:
    from trustbook.workbooks.excel import ExcelWorkbook

    return ExcelWorkbook(Path(address))


def _prepare_google(address: str, key: str | None, lang: str) -> None:
    from trustbook.workbooks.google import GoogleWorkbook
    from trustbook.workbooks.google.setup import prepare

    prepare(GoogleWorkbook(address, Path(key) if key else None), lang)


def _new_excel(address: str, key: str | None, lang: str) -> None:
    from trustbook.workbooks.template import new_workbook

    new_workbook(Path(address), lang)


class Backend(NamedTuple):
    """A kind of workbook: which addresses are its own, and how one is opened and made.

    ``open`` takes the address and the key file of the settings, if any; ``make`` takes the language
    of the new book besides.
    """

    owns: Callable[[str], object]
    open: Callable[[str, str | None], Workbook]
    make: Callable[[str, str | None, str], None]


# The first that owns an address keeps it; a path that nobody else claims is a file.
_FILES = Backend(lambda address: True, _excel, _new_excel)
BACKENDS = [
    Backend(_GOOGLE.match, _google, _prepare_google),
    _FILES,
]


def backend_of(address: str) -> Backend:
    """The backend that keeps the workbook at ``address``."""
    return next(each for each in BACKENDS if each.owns(address))


def is_path(address: str) -> bool:
    """Whether an address is a path on a disk of this machine."""
    return backend_of(address) is _FILES


def make_workbook(address: str, key: str | None, lang: str) -> None:
    """Make a new book at ``address`` in ``lang`` ("nl" or "en"): a file, or an empty sheet filled.

    Raises UsageError where something stands there already.
    """
    backend_of(address).make(address, key, lang)


def open_workbook(
    address: str, key: str | None = None, adoption: Adoption | None = None
) -> Workbook:
    """The workbook at ``address``: an absolute path, a Google Sheets link or ``gsheet:KEY``.

    Nothing is read yet. ``key`` is the key file of the settings (config.Target.key_file); left
    out, what the environment names. ``adoption`` (config.Target.adoption) names sheets and columns
    that have names of their own.
    """
    workbook = backend_of(address).open(address, key)
    workbook.adoption = adoption
    return workbook
