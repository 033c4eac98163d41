"""What a sentence tells people to type works as printed: every command in every message is parsed
by the real program.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import openpyxl
import pytest

from tests.test_messages import TEXTS
from trustbook.cli.main import cli, main

# What stands in a command for what is filled in.
_FILLED = {
    "of_book": ' "ons netwerk.xlsx"',
    "book": '"ons netwerk.xlsx"',
    "command": "",
}
_SPACED = {("cli", "init_made"), ("cli", "to_check"), ("cli", "first_steps"),
           ("cli", "first_steps_empty")}  # fmt: skip
# Here a command is spoken of, and not to be typed.
_SPOKEN_OF = re.compile(
    r"ready for trustbook sync|klaar voor trustbook sync|trustbook (?:adopt works|adopt werkt)"
    r"|next trustbook sync|volgende trustbook sync|trustbook log (?:cannot|kan)"
    r"|after that “trustbook history”|daarna in “trustbook history”|trustbook sync (?:zegt|says)"
)
_COMMAND = re.compile(rf"trustbook (?:{'|'.join(cli.commands)})\b[^\n“”]*")


def commands(room: str, key: str, text: str) -> list[str]:
    """The commands in a text, its blanks filled in; up to where the sentence goes on."""
    spaced = {**_FILLED, "book": _FILLED["of_book"]} if (room, key) in _SPACED else _FILLED
    filled = re.sub(r"\{(\w+)(?::[^}]*)?\}", lambda one: spaced.get(one[1], "12"), text)
    found = (match[0] for match in _COMMAND.finditer(_SPOKEN_OF.sub("", filled)))
    return [re.split(r"[.;:,)](?:\s|$)| (?:again|opnieuw|once|to see|om ze)\b", one)[0]
            for one in found]  # fmt: skip


PRINTED = [
    (f"{room}.{key}", command)
    for room, key, _, text in TEXTS
    for command in commands(room, key, text)
]


@pytest.mark.parametrize(("where", "command"), PRINTED)
def test_every_command_that_a_message_prints_is_one(where: str, command: str) -> None:
    program, name, *words = shlex.split(command)
    assert program == "trustbook"
    try:
        context = cli.commands[name].make_context(name, words)
    except click.exceptions.Exit as end:  # --help is a command too
        assert end.exit_code == 0
        return
    books = [context.params.get(one) for one in ("book", "books", "names", "files")]
    assert name == "demo" or any(books), "a command without its book works in one folder only"


def test_there_are_commands_to_try() -> None:
    assert len(PRINTED) > 60
    assert any("ons netwerk" in command for _, command in PRINTED)


def test_the_book_that_was_typed_stands_in_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / "data"))
    assert main(["init", "ons netwerk.xlsx", "--lang", "nl"]) == 0
    assert 'trustbook sync "ons netwerk.xlsx"' in capsys.readouterr().err
    assert main(["history", "ons netwerk.xlsx"]) == 2
    assert 'Typ eerst: trustbook sync "ons netwerk.xlsx"' in capsys.readouterr().err
    file = openpyxl.load_workbook("ons netwerk.xlsx")
    file["Partners"].append([None, "GGD"])
    file.save("ons netwerk.xlsx")
    assert main(["sync", "ons netwerk.xlsx"]) == 0
    assert 'trustbook check "ons netwerk.xlsx"' in capsys.readouterr().out
    assert main(["restore", "ons netwerk.xlsx", "--run", "99"]) == 2
    assert 'trustbook history "ons netwerk.xlsx"' in capsys.readouterr().err


_NAMES = "|".join(sorted(cli.commands))
# A command that is printed to be typed: by its name and what belongs to it, or as a blank.
_PRINTED = re.compile(
    rf"trustbook (?:{_NAMES})\b(?=\{{| \{{| \"| --|\.)|--rename(?= \")|\{{(?:command|asked)\}}"
)
_ARGUMENTS = re.compile(r"(?:\{\w+\}| (?:\{\w+\}|--[\w-]+|\"[^\"]*\"|\d+))*")


def _cut_off(text: str) -> list[str]:
    """The commands in a text that a full stop or another word would spoil when they are copied."""
    found = []
    for line in text.splitlines():
        for match in _PRINTED.finditer(line):
            quoted = line.rfind("“", 0, match.start()) > line.rfind("”", 0, match.start())
            rest = line[match.end() :]
            if not quoted and not _ARGUMENTS.fullmatch(rest):
                found.append(line[match.start() :])
    return found


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ("Type: trustbook sync{of_book}", 0),
        ("Type: trustbook sync{of_book}.", 1),
        ("Type “trustbook sync{of_book}”. That is all.", 0),
        ("If meant: {command}", 0),
        ("If meant: {command}. Else wait.", 1),
        ("The next trustbook sync makes one.", 0),
    ],
)
def test_what_spoils_a_command(text: str, bad: int) -> None:
    assert len(_cut_off(text)) == bad


def test_a_printed_command_stands_at_the_end_of_its_line_or_in_quotes() -> None:
    spoilt = [(room, key, cut) for room, key, _, text in TEXTS for cut in _cut_off(text)]
    assert len(TEXTS) > 500 and not spoilt
