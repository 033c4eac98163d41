"""Contacts in what Monica, a personal relationship manager, writes out whole (JSON, version 4).

Its activities and calls are read: the day, with whom and the summary. Notes, birthdays, gifts and
descriptions are looked at by nobody.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from trustbook.adopt.moment_cells import MomentCells, choice_of
from trustbook.columns import MOMENT_KINDS, MOMENTS
from trustbook.intake.contacts import Findings, FoundContact, Window
from trustbook.names import clean

_Line = Mapping[str, Any]


def monica_account(text: str) -> _Line | None:
    """The account in the text of a file that Monica wrote; None for any other text."""
    with suppress(ValueError):
        found = json.loads(text)
        account = found.get("account") if isinstance(found, dict) else None
        if isinstance(account, dict) and isinstance(account.get("data"), list):
            return account
    return None


def find_in_monica(account: _Line, source: str, window: Window, lang: str = "nl") -> Findings:
    """The activities and calls of an account on the days of ``window``."""
    reader = _Account(account, source, window, lang)
    return reader.find()


class _Account:
    """Reads one account."""

    def __init__(self, account: _Line, source: str, window: Window, lang: str) -> None:
        self._account, self._source, self._window, self._lang = account, source, window, lang
        self._contacts = list(_of_type(account, "contact", "contacts"))
        self._cells = MomentCells(source, {"topic": MOMENTS.column("topic").label(lang)})
        self._rows = 0
        self._found = Findings()

    def find(self) -> Findings:
        """All contacts in it."""
        with_whom: dict[str, list[str]] = defaultdict(list)
        for contact in self._contacts:
            for told in _of_type(contact, "activity", "activities"):
                with_whom[str(told)].append(_named(contact))
        kinds = self._kinds()
        for one in _of_type(self._account, "activity", "activities"):
            told, uuid = _told(one), str(one.get("uuid", ""))
            kind = kinds.get(str(told.get("type", "")))
            self._add(uuid, told.get("happened_at"), with_whom[uuid], told.get("summary"), kind)
        for contact in self._contacts:
            for at, call in enumerate(_of_type(contact, "call", "calls")):
                uuid = str(call.get("uuid") or f"{contact.get('uuid')}|{at}")
                self._add(uuid, _told(call).get("called_at"), [_named(contact)], None, "phone")
        self._found.faults += self._cells.faults()
        return self._found

    def _kinds(self) -> dict[str, str | None]:
        """The kind of moment that each type of activity is."""
        instance = self._account.get("instance") or {}
        types = [one for one in instance.get("activity_types") or () if isinstance(one, dict)]
        return {
            str(one.get("uuid")): choice_of(MOMENT_KINDS, str(_told(one).get("name") or ""))
            for one in types
        }

    def _add(
        self, uuid: str, moment: object, names: list[str], topic: object, kind: str | None
    ) -> None:
        self._rows += 1
        day, known = _day(moment), [name for name in names if name]
        why = "unreadable" if day is None else self._window.leaves_out(day)
        if why or not known or day is None:
            self._found.skipped[why or "nobody"] += 1
            return
        told = {"topic": clean(str(topic or ""))}
        cells = self._cells.of_row(self._rows, told, lambda *_: None, self._lang)
        with_ = "; ".join(dict.fromkeys(known))
        key = f"monica|{uuid}"
        self._found.put(FoundContact(key, day, self._source, names=with_, kind=kind, cells=cells))


def _of_type(line: _Line, *types: str) -> Iterator[Any]:
    """What of these types stands in a part of the file."""
    for part in line.get("data") or ():
        if isinstance(part, dict) and part.get("type") in types:
            yield from part.get("values") or part.get("data") or ()


def _told(line: _Line) -> _Line:
    found = line.get("properties")
    return found if isinstance(found, dict) else {}


def _named(contact: _Line) -> str:
    """The organisation of a contact, else the person's own name."""
    told = _told(contact)
    names = (told.get(name) for name in ("first_name", "middle_name", "last_name"))
    return clean(str(told.get("company") or " ".join(filter(None, names))))


def _day(moment: object) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(str(moment or "")[:10])
    return None
