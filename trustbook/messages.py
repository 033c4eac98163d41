"""The words people read: catalogues in English and Dutch, looked up by key.

A blank such as ``{count}`` is filled in as it is. Where words depend on the number, the blank says
both forms, one and other, with # for the number itself: ``{count:# cell differs|# cells differ}``.

``{of_book}`` in a command is the book as it is typed there, with the space before it. Where nobody
says which, it is left out: then it is the one of trustbook.toml.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("nl", "en")


@cache
def templates() -> Path:
    """Folder of the shipped templates: inside the wheel, or beside the package in a checkout."""
    inside = Path(__file__).parent / "templates"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "templates"


@cache
def catalogue(room: str) -> dict[str, Any]:
    """All texts of one room: ``{key: {"en": text, "nl": text}}``."""
    import tomllib  # --help has no use for it

    return tomllib.loads((templates() / "messages" / f"{room}.toml").read_text(encoding="utf-8"))


@cache
def _template(lang: str, key: str) -> str:
    room, _, name = key.partition(".")
    return str(catalogue(room)[name][lang]).strip()


@cache
def _parts(lang: str, key: str) -> tuple[str, ...]:
    room, _, name = key.partition(".")
    return tuple(catalogue(room)[name][lang])


def say_parts(lang: str, key: str, **params: object) -> tuple[str, ...]:
    """The texts that ``key`` keeps together (what, why, fix), with their blanks filled in."""
    return tuple(_filled(part, params) for part in _parts(lang, key))


def say(lang: str, key: str, **params: object) -> str:
    """The text of ``key`` ("room.name") in ``lang`` ("nl" or "en"), with its blanks filled in.

    Raises KeyError for a text that no catalogue has: a test keeps that from happening.
    """
    return _filled(_template(lang, key), params)


class _Counted:
    """A value whose blank may say two forms, of which the number chooses one."""

    def __init__(self, value: object) -> None:
        self._text = str(value)

    def __format__(self, forms: str) -> str:
        one, either, other = forms.partition("|")
        if not either:
            return self._text
        return (one if self._text == "1" else other).replace("#", self._text)


def _filled(template: str, params: dict[str, object]) -> str:
    params = {"of_book": "", **params}
    if "|" in template:
        params = {name: _Counted(value) for name, value in params.items()}
    return template.format(**params)


def has(key: str) -> bool:
    """Whether the catalogues know ``key`` ("room.name")."""
    room, _, name = key.partition(".")
    return name in catalogue(room)
