"""The command that looks whether a workbook can be read, written and reached, and what a sync would
do.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from trustbook.cli.help import explained
from trustbook.cli.options import Options, book_argument, everywhere
from trustbook.errors import gravest

if TYPE_CHECKING:
    from trustbook.doctor import Examination

_SIGNS = {"ok": "ok", "note": "!", "bad": "x"}


@explained()
@book_argument
@click.option("--sharepoint", is_flag=True)
@everywhere
def doctor(options: Options, book: str | None, sharepoint: bool) -> None:
    """Look whether a workbook can be read, written and reached, and what would be done. Changes
    nothing.
    """
    from trustbook.cli import console
    from trustbook.doctor import examine, go_round

    now = datetime.now().astimezone()
    workbooks = options.open_all(book)
    found = [
        examine(
            workbook,
            options.today,
            now,
            options.wanted,
            options.keeper,
            options.lang,
            workbooks,
            book or "",
        )
        for workbook in workbooks
    ]
    _look_for_forms(options, found)
    if sharepoint:
        go_round(workbooks, found)
    if options.json:
        console.print_json({"workbooks": [_json(each) for each in found], **_book_json(found)})
    else:
        _tell(found, options.quiet)
    faults = [each.fault for each in found if each.fault is not None]
    if faults:
        raise click.exceptions.Exit(gravest(faults).exit_code)


def _look_for_forms(options: Options, found: Sequence[Examination]) -> None:
    """Note the sheets with answers of forms that no workbook has, once."""
    if options.found is None or not options.found.forms:
        return
    from trustbook.adopt.inbox import missing_forms

    read = [(one, one.reading) for one in found if one.reading is not None]
    for one, reading in read[:1]:
        snapshots = [judged.merged.replica.snapshot for judged in reading.judged]
        titles = [title for snapshot in snapshots for title in snapshot.titles]
        for fault in missing_forms(options.found.forms, titles, one.lang):
            one.note(fault)


def _book_json(found: Sequence[Examination]) -> dict[str, Any]:
    """What a sync of the book would stop at, and whether its memory is there; null where no
    workbook could be read.
    """
    from trustbook.errors import SafetyStop

    faults = ((each.fault, each.lang) for each in found)
    stops = [fault.as_json(lang) for fault, lang in faults if isinstance(fault, SafetyStop)]
    memories = [each.reading.memory for each in found if each.reading is not None]
    return {"stopped": next(iter(stops), None), "memory": next(iter(memories), None)}


def _json(found: Examination) -> dict[str, Any]:
    return {
        "name": found.name,
        "ready": found.fault is None,
        "findings": [
            {"code": one.code, "level": one.level, "text": one.text} for one in found.findings
        ],
        "verdict": found.verdict,
    }


def _tell(found: Sequence[Examination], quiet: bool) -> None:
    """The findings and the verdict of each workbook; quietly, only what is bad and the verdicts."""
    from trustbook.cli import console

    for each in found:
        for one in each.findings:
            if not quiet or one.level == "bad":
                console.out(f"{_SIGNS[one.level]:>2}  {one.text}")
        console.out(each.verdict)
