"""The command that looks whether a workbook can be read, written and reached, and what a sync would
do.
"""

from __future__ import annotations

from datetime import datetime

import click

from trustbook.cli.options import Options, everywhere

_SIGNS = {"ok": "ok", "note": "!", "bad": "x"}


@click.command()
@click.argument("book", required=False)
@everywhere
def doctor(options: Options, book: str | None) -> None:
    """Look whether a workbook can be read, written and reached, and what would be done. Changes
    nothing.
    """
    from trustbook.cli import console
    from trustbook.doctor import examine

    now = datetime.now().astimezone()
    workbooks = options.open_all(book)
    found = [
        examine(workbook, options.today, now, options.wanted, options.keeper, options.lang)
        for workbook in workbooks
    ]
    if options.json:
        console.print_json(
            {
                "workbooks": [
                    {
                        "name": each.name,
                        "ready": each.fault is None,
                        "findings": [
                            {"code": one.code, "level": one.level, "text": one.text}
                            for one in each.findings
                        ],
                        "verdict": each.verdict,
                    }
                    for each in found
                ]
            }
        )
    else:
        for each in found:
            for one in each.findings:
                if not options.quiet or one.level == "bad":
                    console.out(f"{_SIGNS[one.level]:>2}  {one.text}")
            console.out(each.verdict)
    fault = next((each.fault for each in found if each.fault is not None), None)
    if fault is not None:
        raise click.exceptions.Exit(fault.exit_code)
