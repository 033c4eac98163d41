"""Two partners that are one: all that was meant for the one is meant for the other from now on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from trustbook.errors import UsageError
from trustbook.ledger import Ledger
from trustbook.ledger.copies import keep_copy
from trustbook.merge.cell_codec import is_withheld, unpack
from trustbook.model import Book
from trustbook.names import clean, key
from trustbook.problems import did_you_mean
from trustbook.reading.identities import identity
from trustbook.reading.records import directory_of


@dataclass(frozen=True, slots=True)
class MergedPartners:
    """The partner that goes on, and the one that is the same (its name, and its identity)."""

    kept: str
    gone: str
    identity: str


@dataclass(frozen=True, slots=True)
class _Known:
    """A partner that stands or stood on the list."""

    identity: str
    names: tuple[str, ...]


def merge_partners(ledger: Ledger, book: Book, kept: str, gone: str) -> MergedPartners:
    """Have ``gone`` be the partner ``kept``; each is a name or an ID, ``gone`` also of a partner
    whose row was deleted. Nothing is written in the workbook. Raises UsageError for what is not
    known or fits two.
    """
    into = book.partners[_standing(book, kept)]
    one = _the_other(ledger, book, gone, identity(into))
    merged = ledger.facts("merged")
    line = {"into": identity(into), "names": list(one.names)}
    _note(ledger, {**merged, one.identity: json.dumps(line)})
    return MergedPartners(into.name, one.names[0], one.identity)


def _note(ledger: Ledger, merged: Mapping[str, str]) -> None:
    """Note which partners are one; no workbook says so, so that a copy is kept at once."""
    ledger.note("merged", merged)
    keep_copy(ledger)


def part_partners(ledger: Ledger, book: Book, kept: str, gone: str) -> MergedPartners:
    """Undo ``merge_partners``. Raises UsageError where these two were not merged."""
    into = book.partners[_standing(book, kept)]
    merged = ledger.facts("merged")
    for one, text in merged.items():
        line = json.loads(text)
        called = {key(name) for name in (one, *line["names"])}
        if line["into"] == identity(into) and key(gone) in called:
            left = {other: kept for other, kept in merged.items() if other != one}
            _note(ledger, left)
            return MergedPartners(into.name, line["names"][0], one)
    raise UsageError("not_merged", kept=into.name, gone=clean(gone))


def _standing(book: Book, name: str) -> int:
    found = directory_of(book).partner(name)
    if isinstance(found, int):
        return found
    code = "ambiguous_partner" if found.code == "ambiguous" else "unknown_partner"
    raise UsageError(code, name=clean(name), hints=did_you_mean(found.hints, book.lang))


def _the_other(ledger: Ledger, book: Book, name: str, kept: str) -> _Known:
    """The partner that ``name`` means beside ``kept``: on the list, else one that stood there."""
    for known in (_on_the_list(book), _deleted(ledger, book)):
        found = [
            one
            for one in known
            if one.identity != kept and key(name) in map(key, (one.identity, *one.names))
        ]
        if len(found) > 1:
            hints = did_you_mean(tuple(one.identity for one in found), book.lang)
            raise UsageError("ambiguous_partner", name=clean(name), hints=hints)
        if found:
            return found[0]
    hints = did_you_mean(directory_of(book).suggest(name), book.lang)
    raise UsageError("unknown_partner", name=clean(name), hints=hints)


def _on_the_list(book: Book) -> Iterator[_Known]:
    for partner in book.partners:
        before = book.memory.old_names.get(identity(partner), ())
        yield _Known(identity(partner), (partner.name, *before))


def _deleted(ledger: Ledger, book: Book) -> Iterator[_Known]:
    """Partners whose row is gone, by what the ledger remembers of them."""
    before = {one: json.loads(text) for one, text in ledger.facts("old_names").items()}
    numbered = any(partner.id for partner in book.partners)
    for one in ledger.archived("partners"):
        name = unpack(ledger.records("partners")[one]).get("name")
        if isinstance(name, str) and not is_withheld(name):
            names = (clean(name), *before.get(one, ()))
            yield _Known(one if numbered else key(name), names)
