"""What each column of a table may be to a list: judged by its header, then by what stands below."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from trustbook.adopt import speaking, words
from trustbook.adopt.evidence import Fit, are_organisations, column_fit
from trustbook.adopt.tables import SourceColumn, SourceTable
from trustbook.columns import PARTNERS, PEOPLE, Sheet
from trustbook.messages import say

Sure = Literal["certain", "likely", "not_used"]

# How plainly a header says what its column is: whose names these are, our own name, a usual word,
# a word within it, or nothing, so that only the cells can tell.
_PLAINLY, _OWN_NAME, _USUAL, _PART, _CONTENTS = 4, 3, 2, 1, 0
_SURELY_OURS = 3
_LONG_WORD = 6
_LONG_ENOUGH = ("mail", "datum", "date", "owner", "phone")
# Too common to mean anything as a part of a longer header.
_VAGUE = frozenset(
    speaking.plain_header(
        "contact partner persoon person medewerker overleg meeting status categorie category thema "
        "agenda gemeente collega colleague vereniging purpose minister user gebruiker"
    ).split()
)
# A day with one of these beside it is not that of a talk.
_OTHER_DAYS = frozenset(
    speaking.plain_header(
        "create created modified added start end order invoice factuur due close closed aangemaakt "
        "gewijzigd toegevoegd entry last laatste next volgende first eerste"
    ).split()
)
_NAMES = ("name", "partner", "with")
_BY_CONTENTS = {"people": ("email", "phone"), "partners": ("tier", "party")}
_LAST_CONTACT = tuple(
    map(
        speaking.plain_header,
        ("laatste contact", "laatst gesproken", "last contact", "last spoken", "last activity"),
    )
)
_PRIVATE = frozenset(speaking.plain_header("prive thuis private home").split())


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column may be (``name`` is a key) and why; the higher ``rank`` of two columns wins."""

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


def assign(table: SourceTable, sheet: Sheet, ours: bool, epoch: date, lang: str) -> Assigned:
    """What each column of ``table`` is to the list ``sheet``; ``ours``: trustbook wrote into it."""
    outcome = Assigned({}, {})
    ours = ours or _looks_ours(table, sheet)
    halves = words.halves_a_name([column.plain for column in table.columns])
    for column in table.columns:
        half = halves and sheet is PEOPLE and speaking.says_name(column.plain)
        judged = (
            say(lang, "adopt.left_half_name") if half else _judge(column, sheet, ours, epoch, lang)
        )
        if isinstance(judged, str):
            outcome.left[column.number] = judged
        elif judged is not None:
            _place(judged, outcome, sheet, lang)
    return outcome


def _looks_ours(table: SourceTable, sheet: Sheet) -> bool:
    """Whether the columns trustbook fills stand here, in a book not yet synced too.

    Somebody's own "Status" stands alone; three of our four columns together are ours.
    """
    derived = {column.key for column in sheet.columns if column.owner == "derived"}
    standing = derived & {column.own.get(sheet.key) for column in table.columns}
    return len(standing) >= _SURELY_OURS


def _place(guess: Guess, outcome: Assigned, sheet: Sheet, lang: str) -> None:
    """Give a column its place, unless another has it and ranks as high; the loser is left out."""
    other = outcome.columns.get(guess.name)
    if other is None:
        outcome.columns[guess.name] = guess
        return
    winner, loser = (guess, other) if guess.rank > other.rank else (other, guess)
    outcome.columns[guess.name] = winner
    outcome.left[loser.column.number] = say(
        lang,
        "adopt.left_taken",
        other=winner.column.header,
        column=sheet.column(guess.name).label(lang),
    )


def _judge(
    column: SourceColumn, sheet: Sheet, ours: bool, epoch: date, lang: str
) -> Guess | str | None:
    """What one column is to a list, why it is nothing, or None where nothing speaks of it."""
    own = column.own.get(sheet.key)
    if own is None and (reason := _aside(column.plain, sheet)):
        return say(lang, f"adopt.left_{reason}")
    if own is not None and sheet.column(own).owner == "derived":
        if not ours:
            return say(lang, "adopt.left_not_ours", header=column.header)
        return Guess(column, own, "certain", say(lang, "adopt.why_ours"), (_OWN_NAME, 0))
    return _judge_cells(column, sheet, epoch, lang)


def _judge_cells(column: SourceColumn, sheet: Sheet, epoch: date, lang: str) -> Guess | str | None:
    """Of what the header may mean, what fits the cells below it best."""
    level, names = _candidates(column, sheet)
    fits = {
        name: column_fit(column.cells, sheet.key, sheet.column(name), epoch, lang) for name in names
    }
    fitting = _fitting(column, sheet, fits, level)
    if not fitting:
        return _refusal(column, sheet, fits, lang) if level > _CONTENTS else None
    best = _best(fitting)
    if level == _OWN_NAME and names[0] in best:
        best = [names[0]]
    if len(best) > 1:
        labels = [sheet.column(name).label(lang) for name in best]
        return say(lang, "adopt.left_ambiguous", names=" / ".join(labels))
    return _guess(column, sheet, best[0], level, fitting[best[0]], lang)


def _fitting(
    column: SourceColumn, sheet: Sheet, fits: Mapping[str, Fit], level: int
) -> dict[str, Fit]:
    """Those that the cells fit well enough."""
    accepted = {name: fit for name, fit in fits.items() if _accepted(fit, level)}
    if level != _PART or sheet.key == "people" or not speaking.says_person(column.plain):
        return accepted
    # Whose telephone it is, is not what the column is.
    return {name: fit for name, fit in accepted.items() if name == "with" or fit.telling}


def _best(fitting: Mapping[str, Fit]) -> list[str]:
    """Those that most cells fit; what any text would fit comes last."""
    telling = {name: fit for name, fit in fitting.items() if fit.telling and fit.filled}
    among = telling or fitting
    most = max(fit.fits for fit in among.values())
    return [name for name, fit in among.items() if fit.fits == most]


def _aside(header: str, sheet: Sheet) -> str | None:
    """Why no list has a column of this header."""
    if reason := words.left_aside(header):
        return reason
    if reason := _aside_by_a_word(header):
        return reason
    if any(part in header for part in _LAST_CONTACT):
        return "last_contact"
    return "private" if _PRIVATE & set(header.split()) else None


def _aside_by_a_word(header: str) -> str | None:
    """Why no list has a column of a header with this word in it; no word for anything counts."""
    if any(words.usual(header, each) for each in words.HEADERS):
        return None
    reasons = map(words.left_aside, header.split())
    return next((reason for reason in reasons if reason in ("free_text", "address")), None)


def _candidates(column: SourceColumn, sheet: Sheet) -> tuple[int, tuple[str, ...]]:
    """Which columns a header may mean, and how plainly it says so."""
    usual = words.usual(column.plain, sheet.key)
    if name := column.own.get(sheet.key):
        # The name of one column may be a usual word for others: what stands below decides.
        return _OWN_NAME, tuple(dict.fromkeys((name, *usual)))
    if usual:
        return _USUAL, usual
    if spoken := _names_spoken_of(column.plain, sheet):
        return _USUAL, (spoken,)
    if parts := _parts(column.plain, sheet):
        return _PART, parts
    # A header that says what it is to another list is not judged by its cells.
    spoken_of = column.own or any(words.usual(column.plain, each) for each in words.HEADERS)
    return _CONTENTS, () if spoken_of else _BY_CONTENTS.get(sheet.key, ())


def _names_spoken_of(header: str, sheet: Sheet) -> str | None:
    """The column of names that a header speaks of, in words that stand in no table."""
    if speaking.says_organisation(header):
        return {"partners": "name", "people": "partner", "moments": "with"}.get(sheet.key)
    ours = "holder" in words.usual(header, "partners")
    named = {"people"} if speaking.says_person(header) and not ours else set()
    if speaking.says_name(header):
        named = {"people", "partners"}
    return "name" if sheet.key in named else None


def _parts(header: str, sheet: Sheet) -> tuple[str, ...]:
    """The columns that words within a header speak of, the longest first."""
    known = {
        **words.headers(sheet.key),
        **{word: (name,) for word, name in words.own_names(sheet.key).items()},
    }
    padded = f" {header} "
    parts = [word for word in known if _specific(word) and f" {word} " in padded]
    found = dict.fromkeys(name for word in sorted(parts, key=len)[::-1] for name in known[word])
    if sheet.key == "moments" and _OTHER_DAYS & set(header.split()):
        found.pop("date", None)
    return tuple(found)


def _specific(word: str) -> bool:
    long = " " in word or len(word) >= _LONG_WORD or word in _LONG_ENOUGH
    return long and word not in _VAGUE


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


def _guess(column: SourceColumn, sheet: Sheet, name: str, level: int, fit: Fit, lang: str) -> Guess:
    # A name is taken from the column that says whose it is before one that is just called "name".
    plainly, told = level, fit.fits if fit.telling else speaking.how_plainly(column.plain)
    if name in _NAMES and _says_whose(column.plain, sheet, name):
        plainly = _PLAINLY
    elif name in _NAMES:
        plainly, told = _OWN_NAME, int(sheet is PARTNERS and are_organisations(column.cells))
    return Guess(
        column,
        name,
        _sure(column, sheet, name, level, fit),
        _why(column, sheet, name, level, fit, lang),
        (plainly, told),
    )


def _sure(column: SourceColumn, sheet: Sheet, name: str, level: int, fit: Fit) -> Sure:
    if _bears_our_name(column, sheet, name):
        return "certain"
    if level < _USUAL:
        return "likely"
    meant = sheet.column(name)
    is_name = meant.required and meant.type != "date"
    return "certain" if is_name or (fit.telling and fit.nearly_all) else "likely"


def _why(column: SourceColumn, sheet: Sheet, name: str, level: int, fit: Fit, lang: str) -> str:
    if _bears_our_name(column, sheet, name):
        return say(lang, "adopt.why_own_name")
    counted = {"fits": fit.fits, "filled": fit.filled}
    if level == _CONTENTS:
        return say(lang, "adopt.why_contents", **counted)
    reason = "usual" if level >= _USUAL else "part"
    if fit.telling and fit.filled:
        reason += "_fits"
    return say(lang, f"adopt.why_{reason}", header=column.header, **counted)


def _bears_our_name(column: SourceColumn, sheet: Sheet, name: str) -> bool:
    return column.own.get(sheet.key) == name


def _says_whose(header: str, sheet: Sheet, name: str) -> bool:
    """Whether a header of names says that they are those the list asks for."""
    if sheet.key == "people" and name == "name":
        return speaking.says_person(header)
    return speaking.says_organisation(header)
