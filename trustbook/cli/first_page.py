"""The first page: what stands there for ``--help`` and ``--version`` alone, with nothing opened but
the words of it.

Most of what starting costs is opening libraries, and these two need none of them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence

from trustbook.cli import console, typed
from trustbook.messages import LANGUAGES, say
from trustbook.version import version

GROUPS = {
    "start": ("init", "adopt", "demo"),
    "every_day": ("next", "prepare", "log", "health", "check", "card", "agenda"),
    "night": ("sync", "doctor", "import", "digest"),
    "quarter": ("overview", "coverage", "guide", "handover", "calibration", "region"),
    "crisis": ("calllist", "aftercare", "drill"),
    "memory": ("history", "restore", "merge", "ledger", "export"),
    "privacy": ("person", "forget", "retention"),
}
"""When which commands are needed; an example stands below each group."""

MOST_WIDE = 100
_LEAST_WIDE = 50
_INDENT = 2
_HELP = ("--help", "-h")


def show_first_page(words: Sequence[str]) -> bool:
    """Show the page that the ``words`` of a command ask for; False where they ask for more."""
    if len(words) == len(_HELP) + 1 and words[0] == "--lang" and words[1] in LANGUAGES:
        asked = words[2]
    else:
        asked = words[0] if len(words) == 1 else ""
    if asked not in (*_HELP, "--version"):
        return False
    typed.words[:] = words
    shown = first_page(typed.book_speaks(), page_width()) if asked in _HELP else version_line()
    try:
        console.out(shown)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of a pipe has gone (`| head`); there is nobody left to tell.
        sys.stderr.close()
    return True


def version_line() -> str:
    """Which version of trustbook this is."""
    return f"trustbook, version {version()}"


def page_width() -> int:
    """How many signs a line may have: the terminal's, within bounds."""
    try:
        columns = int(os.environ.get("COLUMNS", 0)) or os.get_terminal_size().columns
    except (ValueError, OSError):
        columns = 80
    return max(min(columns, MOST_WIDE) - 2, _LEAST_WIDE)


def first_page(lang: str, width: int) -> str:
    """What BOOK is, and every command with its sentence, group by group."""
    lines = [*_wrapped(say(lang, "help.intro"), width)]
    for group, names in GROUPS.items():
        lines += ["", f"{say(lang, f'help.group_{group}')}:", *_commands(names, lang, width)]
        lines.append(f"{'':{_INDENT}}{example_of(names[0], lang)}")
    return "\n".join([*lines, "", *_wrapped(say(lang, "help.more"), width)])


def example_of(name: str, lang: str) -> str:
    """One command as it is typed, on one line, so that it can be copied."""
    return say(lang, "help.example", command=say(lang, f"help.{name}_example"))


def _commands(names: Sequence[str], lang: str, width: int) -> Iterator[str]:
    """A line or more for each command: its name, and right of it what it does."""
    column = max(map(len, names)) + _INDENT
    for name in names:
        first, *further = _wrapped(say(lang, f"help.{name}"), width - column - _INDENT)
        yield f"{'':{_INDENT}}{name:{column}}{first}"
        yield from (f"{'':{_INDENT + column}}{line}" for line in further)


def _wrapped(text: str, width: int) -> list[str]:
    """A text on lines of at most ``width`` signs; none of its words is that long."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".lstrip()
    return lines
