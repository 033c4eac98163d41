"""Names that kept their meaning and would be read differently today: one question each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from trustbook.model import Meanings, Meant, Memory
from trustbook.names import clean, key
from trustbook.reading.cells import Reader
from trustbook.reading.presence import Attendance, Present
from trustbook.reading.references import Found, Unresolved

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
    in. Members of a consultation come and go: only its name is asked about.
    """
    for piece in _kept(present, memory):
        day = days[piece.first]
        if not piece.meant.partners:
            continue  # somebody said that it is nobody
        if day is None or memory.accepted.get(reference_of(piece.name, piece.meant)) is False:
            continue
        column, text = _where(piece, names, attendance)
        today = attendance.directory.find(text, day)
        if not _differs(piece.meant, today, attendance):
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


def _differs(meant: Meant, today: Found | Unresolved, attendance: Attendance) -> bool:
    if isinstance(today, Unresolved):
        return True
    standing = attendance.standing(meant)
    if meant.kind == today.kind == "consultation" and len(standing) == len(meant.partners):
        return False
    return {*standing} != {*today.partners}
