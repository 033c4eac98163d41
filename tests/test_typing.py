"""What a command answers to what was typed: help, mistakes, days, in the language of the book."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from importlib import metadata
from pathlib import Path

import pytest

from trustbook.cli.first_page import show_first_page
from trustbook.cli.help import GROUPS
from trustbook.cli.main import cli, main
from trustbook.cli.typed import SETTINGS_FILE
from trustbook.config import FILE
from trustbook.dates import Unreadable, read_said_day
from trustbook.messages import LANGUAGES, catalogue, say

TODAY = date(2026, 9, 30)
Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture
def typed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Typed:
    """Types a command in an empty folder: its exit code, and what it printed on both streams."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / "data"))

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(list(arguments))
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


@pytest.mark.parametrize(
    ("said", "day"),
    [("vandaag", 30), ("Today", 30), ("gisteren", 29), ("yesterday", 29), ("eergisteren", 28),
     ("26-9-2026", 26), ("26 sep 26", 26), ("2026-09-26", 26)],
)  # fmt: skip
def test_a_day_is_read_as_people_say_it(said: str, day: int) -> None:
    assert read_said_day(said, TODAY) == date(2026, 9, day)


@pytest.mark.parametrize("said", ["31-2-2026", "vorige week", "mei 2026", ""])
def test_what_is_no_certain_day_is_refused(said: str) -> None:
    with pytest.raises(Unreadable):
        read_said_day(said, TODAY)


@pytest.mark.parametrize("width", ["60", "80", "140"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_help_has_every_command_in_a_group_and_cuts_no_sentence(
    typed: Typed, monkeypatch: pytest.MonkeyPatch, width: str, lang: str
) -> None:
    assert sorted(name for names in GROUPS.values() for name in names) == sorted(cli.commands)
    monkeypatch.setenv("COLUMNS", width)
    code, shown, _ = typed("--lang", lang, "--help")
    assert code == 0 and max(map(len, shown.splitlines())) <= int(width)
    flowing = " ".join(shown.split())
    for group, names in GROUPS.items():
        assert say(lang, f"help.group_{group}") in flowing
        assert say(lang, f"help.{names[0]}_example") in shown, "an example stands on one line"
        for name in names:
            assert f" {name} {say(lang, f'help.{name}')}" in flowing


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_shown_at_once_is_what_the_commands_show(
    typed: Typed, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    assert show_first_page(["--lang", lang, "--help"])
    at_once = capsys.readouterr().out
    assert typed("--help", "--lang", lang)[1] == at_once
    assert show_first_page(["--version"])
    shown = capsys.readouterr().out
    assert shown == f"trustbook, version {metadata.version('trustbook')}\n" == typed("--version")[1]
    assert not show_first_page(["sync", "--help"]) and not show_first_page([])
    assert SETTINGS_FILE == FILE


def test_every_option_is_explained_and_every_explanation_has_its_option(typed: Typed) -> None:
    used = set()
    for name, command in cli.commands.items():
        code, shown, _ = typed("--lang", "en", name, "--help")
        assert code == 0 and f"trustbook {name}" in shown
        options = [param.opts[-1].lstrip("-").replace("-", "_") for param in command.params]
        used |= {f"option_{option}" for option in options}
    words = {key for key in catalogue("help") if key.startswith("option_")}
    assert words - used == {"option_help"}


@pytest.mark.parametrize(
    ("arguments", "nl", "en"),
    [
        (("helth", "BOOK"), "Bedoelt u “health”?", "Did you mean “health”?"),
        (("health", "BOOK", "--todya", "x"), "Bedoelt u “--today”?", "Did you mean “--today”?"),
        (("health", "BOOK", "--today", "31-2-2026"), "“31-2-2026” past niet bij --today: typ een",
         "“31-2-2026” does not fit --today: type a day"),
        (("aftercare", "BOOK", "-o", "x"), "-o bestaat hier niet. Zie:",
         "no option -o here. See:"),
        (("log", "BOOK"), "--with ontbreekt", "--with is missing"),
        (("log", "BOOK", "--with"), "Achter --with hoort", "belongs behind --with"),
        (("restore", "BOOK", "--run", "x"), "typ een heel getal", "type a whole number"),
        (("overview", "BOOK", "--edition", "x"), "kies uit public,", "choose one of public,"),
        (("health", "BOOK", "a", "b"), "tussen aanhalingstekens", "between quotes"),
        (("health", "BOOK", "--status", "lauw"), "geen status", "not a status"),
    ],
)  # fmt: skip
def test_a_mistake_is_answered_in_the_language_of_the_book(
    typed: Typed, arguments: tuple[str, ...], nl: str, en: str
) -> None:
    for lang, words in (("nl", nl), ("en", en)):
        assert typed("init", f"{lang}.xlsx", "--lang", lang)[0] == 0
        code, shown, told = typed(*(f"{lang}.xlsx" if one == "BOOK" else one for one in arguments))
        assert (code, shown) == (2, "") and words in told
        for command in re.findall(r"trustbook (\w+) --help", told):
            assert command in cli.commands


def test_three_four_is_a_day_in_a_dutch_book_and_two_days_in_an_english_one(typed: Typed) -> None:
    for lang in LANGUAGES:
        typed("init", f"{lang}.xlsx", "--lang", lang)
    assert typed("health", "nl.xlsx", "--today", "3/4/2026", "--json")[1].count("2026-04-03") == 1
    code, _, told = typed("health", "en.xlsx", "--today", "3/4/2026")
    assert code == 2 and "may be two days" in told
    assert typed("health", "en.xlsx", "--today", "13/4/2026", "--json")[0] == 0


def test_yesterday_counts_from_the_day_that_is_asked_for(typed: Typed) -> None:
    typed("init", "nl.xlsx", "--lang", "nl")
    told = typed("log", "nl.xlsx", "--date", "gisteren", "--with", "X", "--today", "1-1-2000")[2]
    assert "1999-12-31" in told or "31 december 1999" in told


def test_a_misspelt_book_is_answered_with_the_nearest(typed: Typed, tmp_path: Path) -> None:
    toml = '[book.delft]\nworkbooks = ["a.xlsx"]\nlanguage = "en"\n'
    (tmp_path / "trustbook.toml").write_text(toml, encoding="utf-8")
    assert "Did you mean “delft”?" in typed("health", "delf")[2]
    assert "Books there: delft." in typed("health", "q")[2]
    assert typed("init", "netwerk.xlsx", "--lang", "nl")[0] == 0
    assert "“netwerk.xlsx”?" in typed("health", "netwrk.xlsx")[2]
    assert "?" not in typed("health", "iets anders.xlsx")[2]
