"""The command for the place of a memory: made ready, or another one."""

from __future__ import annotations

import click

from trustbook.cli.help import explained
from trustbook.cli.options import Options, everywhere


@explained("ledger")
@click.argument("what", type=click.Choice(["init", "move"]))
@click.argument("names", nargs=-1, metavar="[FROM] [TO]")
@click.option("--accept", type=int, metavar="N")
@everywhere
def ledger_command(options: Options, what: str, names: tuple[str, ...], accept: int | None) -> None:
    """Make a place ready for memories, or bring the memory of a book to another place."""
    from trustbook.errors import UsageError

    if what == "init" and len(names) < 2:
        _init(options, *names)
    elif what == "move" and len(names) in (1, 2):
        _move(options, *names, accept=accept)
    else:
        raise UsageError("ledger.move_names")


def _init(options: Options, text: str | None = None) -> None:
    from trustbook.cli import console
    from trustbook.messages import say
    from trustbook.run.move_ledger import make_ready, named_place

    place = named_place(text, options.config)
    about = make_ready(place)
    version, mighty = about or ("", False)
    if options.json:
        told = {"place": place.shown, "version": version or None, "too_mighty": mighty}
        console.print_json(told)
        return
    key = "ledger.made" if about else "ledger.made_file"
    console.tell(say(options.words, key, path=place.shown, version=version))
    if mighty:
        console.tell(say(options.words, "ledger.too_mighty", path=place.shown))


def _move(options: Options, source: str, to: str | None = None, *, accept: int | None) -> None:
    from trustbook.cli import console
    from trustbook.messages import say
    from trustbook.run.move_ledger import move_ledger, named_place

    target = named_place(to, options.config)
    done = move_ledger(named_place(source, options.config), target, accept)
    if options.json:
        told = {
            "book": done.book,
            "rows": done.rows,
            "lines": done.lines,
            "from": done.source,
            "to": done.to,
        }
        console.print_json(told)
        return
    blanks = {"book": done.book, "rows": done.rows, "source": done.source, "to": done.to}
    key = "ledger.put_back_now" if done.stays else "ledger.moved_now"
    console.tell(say(options.words, key, **blanks))
    if target.target is None and not done.stays:
        console.tell(say(options.words, "ledger.moved_line", to=target.shown))
        if target.server is not None:
            console.tell(say(options.words, "ledger.moved_password"))
