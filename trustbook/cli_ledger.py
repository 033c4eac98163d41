"""The commands of memory: what happened, and bringing an earlier state back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from trustbook.options import Options

if TYPE_CHECKING:
    from trustbook.report import Report


def end(report: Report, options: Options) -> None:
    """Say what is left to do after a sync; end with code 5 where a workbook was left as it was."""
    from trustbook import console
    from trustbook.messages import say

    if folder := options.keeper.warning() if options.keeper else None:
        console.tell(say(options.words, "ledger.synced_folder", folder=folder))
    if report.conflicts and not options.quiet and not options.json:
        console.out(say(options.words, "ledger.conflicts", count=len(report.conflicts)))
    for name, fault in report.skipped:
        console.tell(say(options.words, "ledger.skipped", name=name, why=fault.sentence(options.words)))
    if report.skipped:
        raise click.exceptions.Exit(5)
