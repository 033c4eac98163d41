"""From what was asked for (config.Target) to workbooks and the place of their memory."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from trustbook.config import Target
from trustbook.errors import UsageError
from trustbook.ledger.locate import LedgerLocator
from trustbook.places.data_folder import data_folder
from trustbook.workbooks.base import Workbook
from trustbook.workbooks.registry import is_path, is_same_address, open_workbook

if TYPE_CHECKING:
    from trustbook.ledger.server_shelf import ServerShelf


def open_target(target: Target) -> tuple[list[Workbook], LedgerLocator]:
    """The workbooks of a book and the locator of its ledger; nothing is read yet.

    Workbooks of one name in two places are called by their addresses.
    """
    _refuse_the_same(target.workbooks)
    workbooks = [
        open_workbook(address, target.access, target.adoption) for address in target.workbooks
    ]
    locator = locator_for(target.ledger)
    if target.listed:
        for workbook in workbooks:
            workbook.seen_before = partial(locator.knows, workbook.address)
    for workbook in workbooks:
        workbook.shared_lock = partial(locator.shelf.locked, workbook.address)
    names = [workbook.name for workbook in workbooks]
    for workbook, address in zip(workbooks, target.workbooks, strict=True):
        if names.count(workbook.name) > 1:
            workbook.name = address
    return workbooks, locator


def _refuse_the_same(addresses: Sequence[str]) -> None:
    """Raise UsageError for two addresses of one workbook: it would be merged with itself."""
    for at, address in enumerate(addresses):
        for other in addresses[:at]:
            if _is_same(address, other):
                raise UsageError("same_workbook", name=address, other=other)


def _is_same(one: str, other: str) -> bool:
    if one == other or not (is_path(one) and is_path(other)):
        return one == other or is_same_address(one, other)
    with suppress(OSError, ValueError):
        return Path(one).samefile(other)
    return False


def locator_for(ledger: str | None) -> LedgerLocator:
    """The keeper for the setting ``ledger`` of trustbook.toml: a path, a database or nothing.
    Raises UsageError for another kind of server.
    """
    if ledger and "://" in ledger:
        return LedgerLocator(shelf=server_shelf(ledger))
    return LedgerLocator(fixed=Path(ledger) if ledger else None)


def server_shelf(address: str) -> ServerShelf:
    """The database at an address. Raises UsageError for another kind of server."""
    if not address.startswith(("postgresql://", "postgres://")):
        raise UsageError("ledger.no_server", address=address.split("://")[0])
    from trustbook.ledger.ledger_server import LedgerServer
    from trustbook.ledger.server_shelf import ServerShelf

    return ServerShelf(LedgerServer(address), data_folder())
