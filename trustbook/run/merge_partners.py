"""Two partners that are one: all that was meant for the one is meant for the other from now on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from trustbook.errors import UsageError
from trustbook.ledger import Ledger
from trustbook.ledger.copies import keep_copy
from trustbook.ledger.meanings import kept_merges
from trustbook.merge.allowances import shell_quoted
from trustbook.merge.cell_codec import is_withheld, unpack
from trustbook.model import Book, Partner
from trustbook.names import clean, key, similar
from trustbook.problems import did_you_mean
from trustbook.reading.identities import identity, stands_for
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

    def is_called(self, name: str) -> bool:
        return key(name) in map(key, (self.identity, *self.names))


def merge_partners(ledger: Ledger, book: Book, kept: str, gone: str) -> MergedPartners:
    """Have ``gone`` be the partner ``kept``; each is a name or an ID, ``gone`` also of a partner
    whose row was deleted. Nothing is written in the workbook. Raises UsageError for what is not
    known, fits two, or is one partner already.
    """
    into = _standing(book, kept)
    one = _the_other(ledger, book, gone, into)
    if one is None:
        raise _one_already(book, kept, gone)
    _note(ledger, {**book.memory.merged, one.identity: (identity(into), one.names)})
    return MergedPartners(into.name, one.names[0], one.identity)


def _note(ledger: Ledger, merged: Mapping[str, tuple[str, tuple[str, ...]]]) -> None:
    """Note which partners are one; no workbook says so, so that a copy is kept at once."""
    ledger.note("merged", kept_merges(merged))
    keep_copy(ledger)


def part_partners(ledger: Ledger, book: Book, kept: str, gone: str) -> MergedPartners:
    """Undo ``merge_partners``, whatever was merged or renamed since. Raises UsageError where these
    two were not merged.
    """
    into, merged = _standing(book, kept), book.memory.merged
    # Where the row that stayed was deleted, the other one goes on, and they changed places.
    for name in (gone, kept):
        for one in _merged_into(book, into):
            if one.is_called(name):
                left = {each: line for each, line in merged.items() if each != one.identity}
                _note(ledger, left)
                return MergedPartners(into.name, one.names[0], one.identity)
    raise UsageError("not_merged", kept=into.name, gone=clean(gone))


def must_be_parted(book: Book, partners: Iterable[Partner], address: str, asked: str = "") -> None:
    """Raise UsageError where one of these was made one with another: forgetting the one would
    forget the other unasked, and leave a row of its own. ``address``: of the workbook, and
    ``asked`` who is to be forgotten, as typed.
    """
    for into in partners:
        # Of several the one that was asked for is the one to part.
        for one in sorted(_merged_into(book, into), key=lambda known: not known.is_called(asked)):
            names = {"kept": into.name, "gone": one.names[0]}
            typed = {f"{which}_typed": shell_quoted(name) for which, name in names.items()}
            raise UsageError("forget.merged", book=shell_quoted(address), **names, **typed)


def _merged_into(book: Book, into: Partner) -> Iterator[_Known]:
    """The partners that are ``into`` now, with all names they had; straight ones come first."""
    memory, root = book.memory, identity(into)
    for one, (_, names) in sorted(memory.merged.items(), key=lambda pair: pair[1][0] != root):
        if stands_for(one, memory) == root:
            yield _Known(one, (*(names or (one,)), *memory.old_names.get(one, ())))


def _standing(book: Book, name: str) -> Partner:
    found = directory_of(book).partner(name)
    if isinstance(found, int):
        return book.partners[found]
    if found.code == "ambiguous":
        hints = did_you_mean(found.hints, book.lang)
        raise UsageError("cards.ambiguous_partner", name=clean(name), hints=hints)
    raise _unknown(book, name)


def _unknown(book: Book, name: str) -> UsageError:
    """Why a name is no partner: it is a person's or a consultation's, or nobody's."""
    others = [*(one.name for one in book.people), *(one.name for one in book.consultations)]
    if key(name) in map(key, others):
        return UsageError("no_partner", name=clean(name))
    alike = tuple(similar(name, [partner.name for partner in book.partners]))
    return UsageError(
        "history.unknown_partner", name=clean(name), hints=did_you_mean(alike, book.lang)
    )


def _the_other(ledger: Ledger, book: Book, name: str, into: Partner) -> _Known | None:
    """The partner that ``name`` means beside ``into``: on the list, else one that stood there."""
    on_the_list = _only_one(book, _on_the_list(book), name, into)
    return on_the_list or _only_one(book, _deleted(ledger, book), name, into)


def _one_already(book: Book, kept: str, gone: str) -> UsageError:
    """Why there is no other partner: a name means nobody, or what is merged already, or itself."""
    standing = _standing(book, gone)
    for name in (gone, kept):
        into = _standing(book, name)
        if any(one.is_called(name) for one in _merged_into(book, into)):
            return UsageError("merged_already", name=clean(name), other=into.name)
    return UsageError("merge_itself", name=clean(gone), other=standing.name)


def _only_one(book: Book, known: Iterable[_Known], name: str, into: Partner) -> _Known | None:
    """The one of that name that is not merged yet. Raises UsageError where there are more."""
    left = (one for one in known if one.identity not in {identity(into), *book.memory.merged})
    found = [one for one in left if one.is_called(name)]
    if len(found) > 1:
        hints = did_you_mean(tuple(one.identity for one in found), book.lang)
        raise UsageError("cards.ambiguous_partner", name=clean(name), hints=hints)
    return found[0] if found else None


def _on_the_list(book: Book) -> Iterator[_Known]:
    for partner in book.partners:
        before = book.memory.old_names.get(identity(partner), ())
        yield _Known(identity(partner), (partner.name, *before))


def _deleted(ledger: Ledger, book: Book) -> Iterator[_Known]:
    """Partners whose row is gone, by what the ledger remembers of them."""
    before = {one: json.loads(text) for one, text in ledger.facts("old_names").items()}
    numbered = any(partner.id for partner in book.partners)
    records = ledger.records("partners")
    for one in ledger.archived("partners"):
        name = unpack(records[one]).get("name")
        if isinstance(name, str) and not is_withheld(name):
            names = (clean(name), *before.get(one, ()))
            yield _Known(one if numbered else key(name), names)
