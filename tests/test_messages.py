"""Every text people read stands in both languages, with the same blanks, and every text the code asks for exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from trustbook.messages import LANGUAGES, catalogue, say, templates

ROOMS = sorted((templates() / "messages").glob("*.toml"))
CODE = sorted((Path(__file__).parent.parent / "trustbook").rglob("*.py"))
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
        nl, en = (entry[lang] if isinstance(entry[lang], list) else [entry[lang]] for lang in LANGUAGES)
        assert len(nl) == len(en), key
        for dutch, english in zip(nl, en, strict=True):
            assert dutch.strip() and english.strip(), key
            assert blanks(dutch) == blanks(english), key


def asked() -> set[str]:
    """Every key ("room.name") that the code asks of say; of one that is put together, the beginning ("room.name_")."""
    rooms = {room.stem for room in ROOMS}
    nodes = (node for path in CODE for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    calls = (node for node in nodes if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say")
    parts = (part for call in calls if len(call.args) > 1 for part in ast.walk(call.args[1]))
    constants = (part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str))
    return {text for text in constants if _KEY.fullmatch(text) and text.partition(".")[0] in rooms}


def test_every_text_the_code_asks_for_exists() -> None:
    keys = asked()
    assert keys
    for key in keys:
        room, _, name = key.partition(".")
        known = catalogue(room)
        assert name in known or (name.endswith("_") and any(text.startswith(name) for text in known)), key


def test_a_text_that_no_catalogue_has_is_an_error() -> None:
    with pytest.raises(KeyError):
        say("nl", "health.no_such_text")
