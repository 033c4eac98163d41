"""What was typed: which language its book speaks, and how to say it again with a word more."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

SETTINGS_FILE = "trustbook.toml"  # as config.py has it, which takes its time to open

words: list[str] = []
"""The words of the command that runs."""


def typed_again(*further: str, command: str | None = None) -> str:
    """The command as it was typed, ready to type once more with something ``further``; or another
    ``command`` with the words behind it.
    """
    from trustbook.merge.allowances import shell_quoted

    said = [one for one in words if one not in further]
    if command is not None:
        said[0] = command
    return " ".join(["trustbook", *map(shell_quoted, [*said, *further])])


def book_typed(book: str | None) -> str:
    """A book as it is typed behind a command, with the space before it."""
    from trustbook.merge.allowances import shell_quoted

    return f" {shell_quoted(book)}" if book else ""


def nearest_file(path: str) -> list[str]:
    """The workbook beside a path whose name is nearest to it, if there is one."""
    from difflib import get_close_matches

    wanted = Path(path)
    with suppress(OSError, ValueError):
        there = [one for one in wanted.parent.iterdir() if one.suffix in (".xlsx", ".xlsm")]
        names = {one.stem: one.name for one in there}
        return [names[near] for near in get_close_matches(wanted.stem, list(names), n=1)]
    return []


def book_speaks(named: str | None = None) -> str:
    """The language to answer in where the command itself did not come to its book.

    That of ``--lang``, else of the book ``named``, typed or left out, else Dutch.
    """
    if asked := typed_behind("--lang"):
        return "en" if asked == "en" else "nl"
    books = [named] if named else list(filter(_may_be_book, words[1:]))
    for book in [*books, None]:
        with suppress(Exception):  # what is wrong with a book is told by the command itself
            if found := _language_of(book):
                return found
    return _language_of_all() or "nl"


def _may_be_book(word: str) -> bool:
    """Whether a word that was typed may name a book: a name, an address or a workbook."""
    suffix = Path(word).suffix.lower()
    return not word.startswith("-") and ("://" in word or suffix in ("", ".xlsx", ".xlsm"))


def _language_of_all() -> str | None:
    """The language in which all books of the settings are, where they are in one."""
    config = typed_behind("--config")
    if not Path(config or SETTINGS_FILE).is_file():
        return None
    from trustbook.config import book_languages

    with suppress(Exception):  # what is wrong with the settings is told by the command itself
        [language] = book_languages(Path(config) if config else None)
        return language
    return None


def typed_behind(option: str) -> str | None:
    """What was typed behind an option."""
    for at, one in enumerate(words):
        if one.startswith(f"{option}="):
            return one.partition("=")[2]
        if one == option:
            return next(iter(words[at + 1 : at + 2]), None)
    return None


def _language_of(book: str | None) -> str | None:
    """The language of a book, by what the memory and a file on a disk say of it; None where
    nothing does.
    """
    config = typed_behind("--config")
    if book is None and not Path(config or SETTINGS_FILE).is_file():
        return None
    from trustbook.config import resolve

    target = resolve(book, Path(config) if config else None)
    # Only a command that has a book opens what it takes to read one.
    from trustbook.run.open_target import open_target
    from trustbook.run.spoken import spoken_by

    workbooks, keeper = open_target(target)
    known = next(filter(None, (keeper.language(one.address) for one in workbooks)), None)
    there = [one for one in workbooks if Path(one.address).is_file()]
    return spoken_by(there, known, target.language) if there or known else target.language
