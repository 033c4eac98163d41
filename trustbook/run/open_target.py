"""From what was asked for (config.Target) to workbooks and the place of their memory."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from trustbook.config import Target
from trustbook.errors import UsageError
from trustbook.ledger.locate import LedgerLocator
from trustbook.workbooks.base import Workbook
from trustbook.workbooks.registry import open_workbook


def open_target(target: Target) -> tuple[list[Workbook], LedgerLocator]:
    """The workbooks of a book and the locator of its ledger; nothing is read yet.

    Workbooks of one name in two places are called by their addresses.
    """
    workbooks = [
        open_workbook(address, target.access, target.adoption) for address in target.workbooks
    ]
    locator = locator_for(target.ledger)
    if target.listed:
        for workbook in workbooks:
            workbook.seen_before = partial(locator.knows, workbook.address)
    names = [workbook.name for workbook in workbooks]
    for workbook, address in zip(workbooks, target.workbooks, strict=True):
        if names.count(workbook.name) > 1:
            workbook.name = address
    return workbooks, locator


def locator_for(ledger: str | None) -> LedgerLocator:
    """The keeper for the setting ``ledger`` of trustbook.toml, a path or nothing. Raises UsageError
    for a server.
    """
    if ledger and "://" in ledger:
        raise UsageError("ledger.no_server", address=ledger.split("://")[0])
    return LedgerLocator(fixed=Path(ledger) if ledger else None)
