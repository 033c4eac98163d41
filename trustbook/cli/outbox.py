"""Commands that take something out of a book: export, digest. They only read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trustbook.cli.help import explained
from trustbook.cli.options import Options, book_argument, everywhere
from trustbook.cli.region import export_counts
from trustbook.errors import Busy, NoAccess, UsageError

if TYPE_CHECKING:
    from trustbook.outbox.exports import Exports
    from trustbook.outbox.letters import Letter
    from trustbook.outbox.mail import MailAccount
    from trustbook.run.read import Reading

# What is said of a letter that was not sent.
_NOT_SENT = {"no_address": "no_address", "before": "sent_before", "perhaps": "sent_perhaps",
             "refused": "letter_refused", "later": "letter_later"}  # fmt: skip


@explained("export")
@book_argument
@click.argument("what", required=False)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--vcard", type=click.Choice(["3.0", "4.0"]), default="3.0")
@click.option("--quarter", metavar="2026Q3")
@everywhere
def export_command(
    options: Options,
    book: str | None,
    what: str | None,
    output: Path | None,
    vcard: str,
    quarter: str | None,
) -> None:
    """Write talks due, the call list, or lists into a file for other programs. Reads only."""
    book, what = _book_and_what(book, what)
    if what == "counts":
        export_counts(options, book, quarter, output)
    elif quarter is not None:
        raise UsageError("outbox.quarter_of_counts", what=what)
    else:
        _export(options, book, what, output, vcard)


def _export(options: Options, book: str | None, what: str, output: Path | None, vcard: str) -> None:
    from trustbook.cli import console
    from trustbook.outbox.exports import EVEN_WHILE_STOPPED, FORMS
    from trustbook.places.made_files import put_ours

    reading = options.read_and_tell(book)
    if reading.stopped is not None and what != EVEN_WHILE_STOPPED:
        raise reading.stopped
    found, exports = reading.book, _exports(options, reading, what)
    if options.json and output is None:
        console.print_json({**exports.content(what), **reading.as_json()})
        return
    form = _form(output, FORMS[what])
    path = output or Path(f"{_say(found.lang, f'file_{what}')}.{form}")
    data = exports.file(what, form, datetime.now().astimezone(), vcard)
    put_ours(path, data, tuple(f".{one}" for one in FORMS[what]))
    if options.json:
        console.print_json({"file": str(path), **reading.as_json()})
    elif not options.quiet:
        console.tell(_say(found.lang, "made", path=path.resolve()))


def _exports(options: Options, reading: Reading, what: str) -> Exports:
    from trustbook.ledger.ledger_names import short_name
    from trustbook.outbox.exports import Exports
    from trustbook.run.fill import memory_of_rows

    merged = reading.judged[0].merged
    book_id = merged.replica.snapshot.marks.get("book") or short_name(merged.address)
    memory = memory_of_rows(reading, options.keeper) if what == "all" else {}
    return Exports(reading.book, reading.verdicts, merged.lists, book_id, options.today, memory)


def _say(lang: str, text: str, **params: object) -> str:
    """A text of the outbox."""
    from trustbook.messages import say

    return say(lang, f"outbox.{text}", **params)


def _book_and_what(book: str | None, what: str | None) -> tuple[str | None, str]:
    """Of one argument too few it is BOOK that was left out."""
    from trustbook.outbox.exports import FORMS

    if what is None and book in FORMS:
        book, what = None, book
    known = ", ".join(FORMS)
    if what is None:
        raise UsageError("outbox.which", known=known)
    if what not in FORMS:
        raise UsageError("outbox.what_is_known", what=what, known=known)
    return book, what


def _form(output: Path | None, forms: Sequence[str]) -> str:
    """The form that the name of the file asks for, if it is one that can be made."""
    ending = output.suffix.lower().lstrip(".") if output is not None else ""
    return ending if ending in forms else forms[0]


@explained("digest")
@book_argument
@click.option("--holder", metavar="NAME")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FOLDER")
@click.option("--send", is_flag=True)
@everywhere
def digest_command(
    options: Options, book: str | None, holder: str | None, output: Path | None, send: bool
) -> None:
    """Make a letter for each colleague: whom to call, what we promised. Reads only."""
    from trustbook.cli import console
    from trustbook.cli.failed_nights import failed_night

    reading = options.read_and_tell(book)
    found = _letters(options, reading, holder, failed_night(options, book))
    if send:
        if reading.stopped is not None:
            raise reading.stopped
        _send(options, reading, found)
    elif options.json or found:
        _write_letters(options, reading, found, output or Path())
    elif not options.quiet:
        console.tell(_say(reading.book.lang, "letters_none"))


def _letters(options: Options, reading: Reading, holder: str | None, failed: str) -> list[Letter]:
    """The letters, or the one of a colleague; ``failed`` is what was told of the last night.

    Raises UsageError for somebody unknown.
    """
    from trustbook.names import key
    from trustbook.outbox.letters import all_holders, letters

    book = reading.book
    waiting = [*([failed] if failed else []), *_what_waits(reading)]
    found = letters(book, reading.verdicts, options.today, waiting)
    if holder is None:
        return found
    known = all_holders(book)
    if key(holder) not in known:
        names = ", ".join(known.values()) or "–"
        raise UsageError("outbox.unknown_holder", name=holder, known=names)
    return [one for one in found if key(one.holder or "") == key(holder)]


def _what_waits(reading: Reading) -> Iterator[str]:
    """What waits on our own sheets for an answer, a sentence for each sheet."""
    from trustbook.sheets.check_lines import check_lines

    lang = reading.book.lang
    to_check = [one for one in reading.problems if one.code != "conflict"]
    counts = {
        "waiting": len(check_lines(to_check, lang)),
        "proposals": len(reading.proposals),
        "conflicts": len(reading.outcome.conflicts),
    }
    for name, count in counts.items():
        if count:
            yield _say(lang, f"letter_{name}", count=count)


def _write_letters(
    options: Options, reading: Reading, found: Sequence[Letter], folder: Path
) -> None:
    """Every letter as a draft of mail and as a page, and where they are."""
    from email.policy import SMTP  # lines as mail has them, whatever the computer

    from trustbook.cli import console
    from trustbook.outbox.letters import by_file_name, letter_html, message
    from trustbook.places.made_files import make_folder, put_ours

    make_folder(folder)
    account = options.found.mail if options.found else None
    lang, link = reading.book.lang, options.workbooks[0].address
    told = []
    for name, letter in by_file_name(found, lang).items():
        mail = message(letter, lang, link, account.sender if account else None)
        draft, page = folder / f"{name}.eml", folder / f"{name}.html"
        put_ours(draft, mail.as_bytes(policy=SMTP), (".eml",))
        put_ours(page, letter_html(letter, lang, link).encode(), (".html",))
        told.append({**letter.as_counts(), "files": [str(draft), str(page)]})
    if options.json:
        console.print_json({"letters": told, **reading.as_json()})
    elif not options.quiet:
        console.tell(_say(lang, "letters_made", count=len(found), folder=folder.resolve()))


def _send(options: Options, reading: Reading, found: Sequence[Letter]) -> None:
    """Send the letters, each once, and say of each that was not why."""
    from trustbook.cli import console

    account = options.found.mail if options.found else None
    if account is None:
        raise UsageError("outbox.no_mail")
    outcomes = _sent(found, account, reading.book.lang, options.workbooks[0].address, options.today)
    if options.json:
        sent = outcomes.pop("sent", [])
        console.print_json({"sent": sent, "not_sent": outcomes, **reading.as_json()})
    else:
        _tell_outcomes(options, outcomes, reading.book.lang)
    for outcome, fault in (("refused", NoAccess), ("later", Busy)):
        if outcomes.get(outcome):
            raise click.exceptions.Exit(fault.exit_code)


def _sent(
    found: Sequence[Letter], account: MailAccount, lang: str, link: str, today: date
) -> dict[str, list[str]]:
    """What became of the letters: names of colleagues by outcome."""
    from trustbook.outbox.letters import message
    from trustbook.outbox.mail import open_mail, send_once

    outcomes: dict[str, list[str]] = {"no_address": []}
    ready = []
    for one in found:
        if one.address:
            ready.append(one)
        elif one.holder:
            outcomes["no_address"].append(one.holder)
    if not ready:
        return outcomes
    with open_mail(account) as line:
        for one in ready:
            mail = message(one, lang, link, account.sender)
            outcome = send_once(line, mail, account, link, today, str(one.holder))
            outcomes.setdefault(outcome, []).append(str(one.holder))
    return outcomes


def _tell_outcomes(options: Options, outcomes: Mapping[str, Sequence[str]], lang: str) -> None:
    from trustbook.cli import console

    for what, text in _NOT_SENT.items():
        for name in outcomes.get(what, []):
            if what in ("refused", "later") or not options.quiet:
                console.tell(_say(lang, text, name=name))
    if not options.quiet:
        console.tell(_say(lang, "sent", count=len(outcomes.get("sent", []))))
