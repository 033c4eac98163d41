"""The tables of a workbook nobody described: where their header row stands, and what each column
may be to a list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from trustbook.adopt import words
from trustbook.adopt.evidence import Fit, column_fit
from trustbook.columns import TYPED, Sheet
from trustbook.messages import say
from trustbook.names import clean
from trustbook.privacy import refused_header
from trustbook.snapshot import CellValue, Grid

Sure = Literal["certain", "likely", "not_used"]

_HEADER_WITHIN = 60
_SURELY_OURS = 3
_LONG_WORD = 6
# Too common to mean anything as a part of a longer header.
_VAGUE = frozenset(
    "contact partner partners persoon person medewerker overleg meeting status categorie category thema agenda "
    "gemeente collega colleague vereniging".split()
)
_PLAINLY, _OWN_NAME, _USUAL, _PART, _CONTENTS = 4, 3, 2, 1, 0
_NAMES = ("name", "partner", "with")
_BY_CONTENTS = {"people": ("email", "phone"), "partners": ("tier", "party")}


@dataclass(frozen=True, slots=True)
class SourceColumn:
    """A column as it stands: its number, its header as written and bare, its cells below the
    header.
    """

    number: int
    header: str
    plain: str
    cells: Sequence[CellValue]


@dataclass(slots=True)
class SourceTable:
    """A sheet's header row and the columns below it. ``refused`` columns hold special personal
    data.
    """

    title: str
    header_row: int
    columns: list[SourceColumn]
    refused: list[SourceColumn] = field(default_factory=list)
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column may be (``name``, a column's key), how sure that is and why; ``rank`` decides
    between columns.
    """

    column: SourceColumn
    name: str
    sure: Sure
    why: str
    rank: tuple[int, int]


@dataclass(slots=True)
class Assigned:
    """One list read from a table: its columns, and why others were left out (by column number)."""

    columns: dict[str, Guess]
    left: dict[int, str]


def find_table(grid: Grid) -> SourceTable | None:
    """The table of a sheet, its header being the row with most words we know; None where no row
    looks like one.
    """
    best, header_at = 0, -1
    for at, row in enumerate(grid.rows[:_HEADER_WITHIN]):
        texts = {words.plain_header(cell) for cell in row if isinstance(cell, str)} - {""}
        known = sum(map(_known, texts))
        lone = known == 1 and len(texts) == 1 and not any(map(words.says_organisation, texts))
        if known > best and not lone:
            best, header_at = known, at
    if header_at < 0:
        return None
    found = SourceTable(
        grid.title, grid.first_row + header_at, [], rows=len(grid.rows) - header_at - 1
    )
    body = grid.rows[header_at + 1 :]
    for place, cell in enumerate(grid.rows[header_at]):
        if not isinstance(cell, str) or not clean(cell):
            continue
        cells = [row[place] if place < len(row) else None for row in body]
        column = SourceColumn(
            grid.first_column + place, clean(cell), words.plain_header(cell), cells
        )
        (found.refused if refused_header(cell) else found.columns).append(column)
    return found


def _known(text: str) -> bool:
    if text in words.aside() or refused_header(text):
        return True
    return any(
        text in words.own_names(sheet.key) or text in words.headers(sheet.key) for sheet in TYPED
    )


def assign(table: SourceTable, sheet: Sheet, ours: bool, epoch: date, lang: str) -> Assigned:
    """What each column of ``table`` is to the list ``sheet``. ``ours``: trustbook has written into
    it before.
    """
    outcome = Assigned({}, {})
    derived = {column.key for column in sheet.columns if column.owner == "derived"}
    names = words.own_names(sheet.key)
    # Somebody's own "Status" stands alone; three of our four columns together are ours, in a book
    # not yet synced too.
    ours = (
        ours or len(derived & {names.get(column.plain) for column in table.columns}) >= _SURELY_OURS
    )
    for column in table.columns:
        judged = _judge(column, sheet, ours, epoch, lang)
        if isinstance(judged, str):
            outcome.left[column.number] = judged
            continue
        if judged is None:
            continue
        other = outcome.columns.get(judged.name)
        if other is None or judged.rank > other.rank:
            outcome.columns[judged.name] = judged
            judged, other = other, judged
        if judged is not None and other is not None:
            label = sheet.column(judged.name).label(lang)
            outcome.left[judged.column.number] = say(
                lang, "adopt.left_taken", other=other.column.header, column=label
            )
    return outcome


def _judge(
    column: SourceColumn, sheet: Sheet, ours: bool, epoch: date, lang: str
) -> Guess | str | None:
    """What one column is to a list, the reason why it is nothing, or None where nothing speaks of
    it.
    """
    own = words.own_names(sheet.key).get(column.plain)
    if own is None and (reason := _aside(column.plain, sheet)):
        return say(lang, f"adopt.left_{reason}")
    if own is not None and sheet.column(own).owner == "derived":
        if not ours:
            return say(lang, "adopt.left_not_ours", header=column.header)
        return Guess(column, own, "certain", say(lang, "adopt.why_ours"), (_OWN_NAME, 0))
    level, names = _candidates(column, sheet)
    fits = {
        name: column_fit(column.cells, sheet.key, sheet.column(name), epoch, lang) for name in names
    }
    good = {name: each for name, each in fits.items() if _accepted(each, level)}
    if level == _PART and words.says_person(
        column.plain
    ):  # whose telephone it is, is not what the column is
        good = {
            name: each
            for name, each in good.items()
            if sheet.key == "people" or name == "with" or each.telling
        }
    if not good:
        return _refusal(column, sheet, fits, lang) if level > _CONTENTS else None
    telling = {name: each for name, each in good.items() if each.telling and each.filled}
    best = telling or good
    most = max(each.fits for each in best.values())
    top = [name for name, each in best.items() if each.fits == most]
    if level == _OWN_NAME and names[0] in top:
        top = [names[0]]
    if len(top) > 1:
        labels = [sheet.column(name).label(lang) for name in top]
        return say(lang, "adopt.left_ambiguous", names=" / ".join(labels))
    return _guess(column, sheet, top[0], level, good[top[0]], lang)


def _aside(header: str, sheet: Sheet) -> str | None:
    """Why no list has a column of this header."""
    if header in words.aside():
        return words.aside()[header]
    if header not in words.headers(sheet.key):
        reasons = [words.aside().get(word) for word in header.split()]
        if said := [reason for reason in reasons if reason in ("free_text", "address")]:
            return said[0]
    if any(
        part in header
        for part in ("laatste contact", "laatst gesproken", "last contact", "last spoken")
    ):
        return "last_contact"
    return "private" if {"prive", "thuis", "private", "home"} & set(header.split()) else None


def _candidates(column: SourceColumn, sheet: Sheet) -> tuple[int, tuple[str, ...]]:
    """Which columns a header may mean, and how plainly it says so."""
    if column.plain in words.own_names(sheet.key):
        # The name of one column may be a usual word for others: what stands below decides.
        name = words.own_names(sheet.key)[column.plain]
        also = words.headers(sheet.key).get(column.plain, ())
        return _OWN_NAME, tuple(dict.fromkeys((name, *also)))
    if column.plain in words.headers(sheet.key):
        return _USUAL, words.headers(sheet.key)[column.plain]
    padded = f" {column.plain} "
    known = {
        **words.headers(sheet.key),
        **{word: (name,) for word, name in words.own_names(sheet.key).items()},
    }
    parts = [word for word in known if _specific(word) and f" {word} " in padded]
    if parts:
        return _PART, tuple(
            dict.fromkeys(name for word in sorted(parts, key=len)[::-1] for name in known[word])
        )
    return _CONTENTS, _BY_CONTENTS.get(sheet.key, ())


def _specific(word: str) -> bool:
    return (
        " " in word or len(word) >= _LONG_WORD or word in ("mail", "email", "datum")
    ) and word not in _VAGUE


def _accepted(each: Fit, level: int) -> bool:
    if level == _OWN_NAME and not each.telling:
        return True
    if level == _CONTENTS:
        return each.filled >= 3 and each.nearly_all
    if level == _PART and each.telling:
        return each.nearly_all
    return each.most


def _refusal(column: SourceColumn, sheet: Sheet, fits: dict[str, Fit], lang: str) -> str:
    name, each = max(fits.items(), key=lambda item: item[1].fits)
    label = sheet.column(name).label(lang)
    return say(lang, "adopt.left_contents", column=label, fits=each.fits, filled=each.filled)


def _guess(
    column: SourceColumn, sheet: Sheet, name: str, level: int, each: Fit, lang: str
) -> Guess:
    counted = {"fits": each.fits, "filled": each.filled}
    fits = each.telling and each.filled > 0
    if level == _OWN_NAME and sheet.column(name).key == words.own_names(sheet.key)[column.plain]:
        sure: Sure = "certain"
        why = say(lang, "adopt.why_own_name")
    elif level >= _USUAL:
        named = sheet.column(name).required and sheet.column(name).type != "date"
        sure = "certain" if named or (fits and each.nearly_all) else "likely"
        why = say(
            lang,
            "adopt.why_usual_fits" if fits else "adopt.why_usual",
            header=column.header,
            **counted,
        )
    elif level == _PART:
        sure = "likely"
        why = say(
            lang,
            "adopt.why_part_fits" if fits else "adopt.why_part",
            header=column.header,
            **counted,
        )
    else:
        sure = "likely"
        why = say(lang, "adopt.why_contents", **counted)
    # A name is taken from the column that says whose it is before one that is just called "name".
    plainly = _PLAINLY if name in _NAMES and _says_whose(column.plain, sheet, name) else level
    return Guess(column, name, sure, why, (plainly, each.fits if each.telling else 0))


def _says_whose(header: str, sheet: Sheet, name: str) -> bool:
    """Whether a header of names says that they are those the list asks for."""
    if sheet.key == "people" and name == "name":
        return words.says_person(header)
    return words.says_organisation(header)
