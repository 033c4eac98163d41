"""Names that kept their meaning and would be read differently today: one question each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from trustbook.model import Meanings, Meant, Memory
from trustbook.names import clean, key
from trustbook.reading.cells import Reader, report
from trustbook.reading.identities import PartnersKnown
from trustbook.reading.presence import Attendance, Present
from trustbook.reading.references import Directory, Found, Unresolved

_REFERENCE = "meant: "


@dataclass(slots=True)
class _Piece:
    """A piece of "With" that means the same in so many moments, first in row position ``first``."""

    name: str
    meant: Meant
    first: int
    count: int = 0


def reference_of(name: str, meant: Meant) -> str:
    """How a piece (normalised) with its meaning is remembered on To check."""
    return f"{_REFERENCE}{name} = {' + '.join(meant.partners)}"


def reference_in(sheet: str, name: str, partner: str) -> str:
    """The same for a piece of another sheet (its key) that means one partner."""
    return f"{_REFERENCE}{sheet}: {name} = {partner}"


def is_meaning(reference: str) -> bool:
    """Whether a reference on To check is that of a piece with its meaning."""
    return reference.startswith(_REFERENCE)


def without_answered(
    meanings: Mapping[str, Meanings], answers: Mapping[str, bool]
) -> dict[str, Meanings]:
    """The meanings but for those that are to be read as today, as somebody answered."""
    wanted = {reference for reference, yes in answers.items() if yes}
    if not wanted:
        return dict(meanings)
    return {
        row: {n: meant for n, meant in pieces.items() if reference_of(n, meant) not in wanted}
        for row, pieces in meanings.items()
    }


def tell_differences(
    reader: Reader,
    attendance: Attendance,
    days: Sequence[date | None],
    names: Mapping[str, Sequence[str | None]],
    present: Sequence[Present | None],
    memory: Memory,
) -> None:
    """Report what would be read differently today, each piece once however many moments it stands
    in. Members of a consultation come and go: only its name is asked about, or whom it means where
    another consultation has that name now.
    """
    for piece in _kept(present, memory):
        day = days[piece.first]
        if not piece.meant.partners:
            continue  # somebody said that it is nobody
        if day is None or memory.accepted.get(reference_of(piece.name, piece.meant)) is False:
            continue
        column, text = _where(piece, names, attendance)
        today = attendance.directory.find(text, day)
        if not _differs(piece, today, attendance, memory):
            continue
        _tell(reader, column, text, piece, today, attendance)


def _tell(
    reader: Reader,
    column: str,
    text: str,
    piece: _Piece,
    today: Found | Unresolved,
    attendance: Attendance,
) -> None:
    then = "; ".join(attendance.names(piece.meant))
    found = isinstance(today, Found)
    now = "; ".join(attendance.called(today.partners)) if isinstance(today, Found) else ""
    like = now or next(iter(attendance.directory.suggest(text)), "")
    if piece.meant.kind != "partner":
        like = ""  # it is not the partner's own name that stands there
    if then:
        code = "meant_otherwise" if found else "meant_nobody"
    else:
        code = "meant_gone_like" if like else "meant_gone"
    reader.note(
        code, "warning" if then else "error", column, piece.first,
        piece=text, then=then, now=now, like=like, count=piece.count,
        reference=reference_of(piece.name, piece.meant),
    )  # fmt: skip


def _kept(present: Sequence[Present | None], memory: Memory) -> Iterable[_Piece]:
    """The pieces whose meaning was noted before, each with the moments it stands in."""
    noted = {pair for pieces in (memory.meant or {}).values() for pair in pieces.items()}
    found: dict[tuple[str, Meant], _Piece] = {}
    for i, who in enumerate(present):
        for name, meant in who.meant.items() if who is not None else ():
            pair = (name, meant)
            if pair in noted:
                found.setdefault(pair, _Piece(name, meant, i)).count += 1
    return found.values()


def _where(
    piece: _Piece, names: Mapping[str, Sequence[str | None]], attendance: Attendance
) -> tuple[str, str]:
    """In which column of its first moment a piece stands, and as it is written there."""
    for column, texts in names.items():
        for text in attendance.directory.split(texts[piece.first] or "", (piece.name,)):
            if key(text) == piece.name:
                return column, clean(text)
    return "with", piece.name


def _differs(
    piece: _Piece, today: Found | Unresolved, attendance: Attendance, memory: Memory
) -> bool:
    if isinstance(today, Unresolved):
        return True
    meant, standing = piece.meant, attendance.standing(piece.meant)
    same_table = meant.kind == today.kind == "consultation" and not _has_other(piece.name, memory)
    if same_table and len(standing) == len(meant.partners):
        return False
    return {*standing} != {*today.partners}


def _has_other(name: str, memory: Memory) -> bool:
    """Whether the name of a consultation (normalised) is also an old name of another one."""
    others = (names for bearer, names in memory.meetings_before.items() if bearer != name)
    return any(name in map(key, names) for names in others)


# cells that name partners for long: a person's Partner, a consultation's Members


@dataclass(slots=True)
class _KeptPiece:
    """A piece that kept its meaning although today it names another: as typed first, in row
    position ``first``, whom it means and would mean (positions), in how many rows.
    """

    text: str
    first: int
    then: int
    now: int
    count: int = 0


@dataclass(slots=True)
class NamedPartners:
    """Reads one ``column`` with names of partners. ``memory`` has the answers to what would be read
    differently today; a ``required`` cell that is blank is reported.
    """

    reader: Reader
    column: str
    names: Directory
    everyone: PartnersKnown
    memory: Memory
    required: bool = False
    _differ: dict[str, _KeptPiece] = field(default_factory=dict)

    def read(self, i: int, cell: str | None, kept: Mapping[str, str]) -> dict[str, str]:
        """The partners that a cell names, by the normalised text that names each; what cannot be
        found is reported. ``kept``: the same as it was read before.
        """
        named: dict[str, str] = {}
        if cell is None and self.required:
            self.reader.required(self.column, i)
        for piece in self.names.split(cell, kept) if cell else ():
            if before := self._meant_before(i, piece, kept):
                named[key(piece)] = before
            elif isinstance(found := self.names.partner(piece), Unresolved):
                report(self.reader, self.column, i, found)
            else:
                named[key(piece)] = self.everyone.identity(found, piece)
        return named

    def _meant_before(self, i: int, piece: str, kept: Mapping[str, str]) -> str | None:
        """The partner that a piece meant before; None where that is not on the list any more, or
        somebody answered that the piece is to be read as today.
        """
        before = self.everyone.now(kept.get(key(piece), ""))
        then = self.everyone.places.get(before)
        if then is None:
            return None
        now = self.names.partner(piece)
        if isinstance(now, Unresolved) or now == then:
            return before
        reference = reference_in(self.reader.listing.sheet.key, key(piece), before)
        answer = self.memory.accepted.get(reference)
        if answer is None:
            one = self._differ.setdefault(reference, _KeptPiece(clean(piece), i, then, now))
            one.count += 1
        return None if answer else before

    def tell(self) -> None:
        """Report what kept its meaning although today it would be read differently, once each."""
        for reference, one in self._differ.items():
            then, now = self.names.names_of((one.then, one.now))
            self.reader.note(
                "named_otherwise", "warning", self.column, one.first,
                piece=one.text, then=then, now=now, count=one.count, reference=reference,
            )  # fmt: skip
