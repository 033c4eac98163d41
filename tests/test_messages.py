"""Every text people read stands in both languages, with the same blanks, and every text the code
asks for exists.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from trustbook.messages import LANGUAGES, catalogue, say, templates

ROOMS = sorted((templates() / "messages").glob("*.toml"))
CODE = sorted((Path(__file__).parent.parent / "trustbook").rglob("*.py"))
# A bare blank with a plural behind it: in English by its s, in Dutch by its en or s, if need be
# with a word between.
_PLURAL = {
    "en": re.compile(r"\{(\w+)\} (?:(?!of)[a-z]+ )?[a-z]{2,}[^s\W]s\b"),
    "nl": re.compile(r"\{(\w+)\} (?:(?!te)[a-z]+e )?[a-z]{3,}(?:en|[^s\W]s)\b"),
}
_NO_NUMBERS = {"name", "host", "path", "file", "date", "where"}
_KEY = re.compile(r"[a-z_]+\.[a-z][a-z0-9_]*")


def blanks(text: str) -> set[str]:
    """The names in braces; raises ValueError for braces that do not close."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("room", ROOMS, ids=[room.stem for room in ROOMS])
def test_every_text_stands_in_both_languages_with_the_same_blanks(room: Path) -> None:
    entries = catalogue(room.stem)
    assert entries
    for key, entry in entries.items():
        assert set(entry) == set(LANGUAGES), key
        # One text, or several that belong together (what, why, how to fix).
        nl, en = (
            entry[lang] if isinstance(entry[lang], list) else [entry[lang]] for lang in LANGUAGES
        )
        assert len(nl) == len(en), key
        for dutch, english in zip(nl, en, strict=True):
            assert dutch.strip() and english.strip(), key
            assert blanks(dutch) == blanks(english), key


TEXTS = [
    (room.stem, key, lang, text)
    for room in ROOMS
    for key, entry in catalogue(room.stem).items()
    for lang in LANGUAGES
    for text in (entry[lang] if isinstance(entry[lang], list) else [entry[lang]])
]


def forms(text: str) -> dict[str, list[str]]:
    """The blanks that say two forms, each as often as it stands there."""
    found: dict[str, list[str]] = {}
    for _, name, spec, _ in Formatter().parse(text):
        if name and spec:
            found.setdefault(name, []).append(spec)
    return found


def test_a_number_brings_the_form_of_its_noun() -> None:
    assert say("en", "ledger.conflicts", count=1).startswith("1 cell differs between")
    assert say("en", "ledger.conflicts", count=0).startswith("0 cells differ between")
    assert say("nl", "ledger.conflicts", count=21).startswith("21 cellen verschillen tussen")
    assert say(
        "en", "cards.handover_summary", partners=1, standing="1 {warm}", promises=2, planned="1"
    ) == ("1 partner: 1 {warm}. 2 open promises, 1 planned moment.")


def test_every_noun_that_a_number_stands_before_has_its_singular() -> None:
    lacking = []
    for room, key, lang, text in TEXTS:
        for name, specs in forms(text).items():
            assert all(spec.count("|") == 1 for spec in specs), (room, key, name)
        bare = [match for match in _PLURAL[lang].finditer(text) if match[1] not in _NO_NUMBERS]
        lacking += [(room, key, lang, match[0]) for match in bare]
    assert lacking == []


def asked() -> set[str]:
    """Every key ("room.name") that the code asks of say; of one that is put together, the beginning
    ("room.name_").
    """
    rooms = {room.stem for room in ROOMS}
    nodes = (
        node for path in CODE for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    )
    calls = (
        node
        for node in nodes
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say"
    )
    parts = (part for call in calls if len(call.args) > 1 for part in ast.walk(call.args[1]))
    constants = (
        part.value
        for part in parts
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )
    return {text for text in constants if _KEY.fullmatch(text) and text.partition(".")[0] in rooms}


def test_every_text_the_code_asks_for_exists() -> None:
    keys = asked()
    assert keys
    for key in keys:
        room, _, name = key.partition(".")
        known = catalogue(room)
        assert name in known or (
            name.endswith("_") and any(text.startswith(name) for text in known)
        ), key


def test_a_text_that_no_catalogue_has_is_an_error() -> None:
    with pytest.raises(KeyError):
        say("nl", "health.no_such_text")
