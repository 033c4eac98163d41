"""Partners that may stand on the list twice: named for a person to judge, never merged.

Names are compared by their words, so the work grows with the list and not with its square.
Precision goes first: a number, a compass point, a district or another kind of house between two
names makes them two partners.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from trustbook.a1 import column_letters
from trustbook.catalogue import find_party
from trustbook.messages import say
from trustbook.model import Book, Partner, Problem
from trustbook.names import clean, key
from trustbook.network.misspellings import misspelt_pairs
from trustbook.network.name_parts import NameParts, forms_fit, is_telling, split_name, words_in
from trustbook.privacy import withheld
from trustbook.reading.identities import PAIR, pair_of
from trustbook.reading.lists import Listing

_LONGEST_INITIALS = 6
# So many names alike are one thing to tell.
_CROWD = 6
# A word that goes with more kinds of house than this is a place or a common name, and tells
# nothing.
_FEW = 3
# A name of one word must be this long for one letter to be a slip.
_SHORTEST_LONE = 7

# How an answer says that two partners are two.
_NOT_SAME = frozenset(
    (
        "not the same|not same|different|no|n|two|not a double|not twins|keep both"
        "|niet dezelfde|niet hetzelfde|nietdezelfde|anders|verschillend|nee|twee|geen dubbele"
        "|niet dubbel|geen doublure|beide houden"
    ).split("|")
)

_Names = Mapping[int, NameParts]
_Found = Iterator[tuple[str, int, int]]
"""Why two partners may be one (a key of duplicates.toml), and their positions."""


@dataclass(frozen=True, slots=True)
class PossibleDuplicate:
    """Two positions in ``Book.partners`` (``a`` before ``b``), and in a sentence why they pair."""

    a: int
    b: int
    why: str


def possible_duplicates(book: Book, apart: Collection[str] = ()) -> list[PossibleDuplicate]:
    """Pairs of partners that may be one, in the order of the list.

    Ended partners and exact doubles are left out, and so is ``apart``: references
    (``pair_of``) of pairs that somebody called "not the same".
    """
    names = _names_of(book)
    called_apart = set(_positions(book, apart)) if apart else set()
    found: dict[tuple[int, int], str] = {}
    for code, a, b in _candidates(book, names):
        pair = (a, b) if a < b else (b, a)
        if pair in found or pair in called_apart:
            continue
        if _may_be_one(book.partners[a], book.partners[b], code):
            found[pair] = code
    return [
        PossibleDuplicate(a, b, say(book.lang, f"duplicates.{code}"))
        for (a, b), code in sorted(found.items())
    ]


def _names_of(book: Book) -> dict[int, NameParts]:
    """The names to compare, by position: of partners that have not ended and say who they are."""
    home = frozenset(split_name(book.settings.our_name or "").own)
    names = {
        i: split_name(partner.name, home)
        for i, partner in enumerate(book.partners)
        if partner.ended_on is None
    }
    return {i: name for i, name in names.items() if name.own or name.kinds}


def _candidates(book: Book, names: _Names) -> _Found:
    """Every way in which two names may be one, the strongest first."""
    yield from _same_words(names)
    yield from _with_kind(names)
    yield from _one_letter(names, book)
    yield from _same_party(book, names)


def is_not_same(answer: object) -> bool:
    """Whether what somebody typed beside a pair says that they are two partners."""
    return isinstance(answer, str) and key(answer).strip(" .!") in _NOT_SAME


def pairs_not_same(rows: Iterable[Mapping[str, object]]) -> set[str]:
    """References of the pairs that rows of "To check" call not the same.

    A row has a ``reference`` and an ``answer``.
    """
    pairs = {
        str(row["reference"])
        for row in rows
        if row.get("reference") and is_not_same(row.get("answer"))
    }
    return {pair for pair in pairs if withheld(pair) is None}


def pairs_that_are_one(
    listing: Listing, answers: Mapping[str, bool]
) -> Iterator[tuple[str, str, str]]:
    """The pairs of partners that somebody called one on To check (yes to their reference): the
    identity of the one that stands first, and identity and name of the other.
    """
    rows = _rows_of(listing)
    places = {label: at for at, labels in enumerate(rows) for label in labels}
    for reference in (reference for reference, yes in answers.items() if yes):
        at = sorted({places.get(label, -1) for label in reference.split(PAIR)})
        if len(at) == 2 and at[0] >= 0:
            (kept, _), (gone, name) = (rows[place] for place in at)
            yield kept, gone, name


def _rows_of(listing: Listing) -> list[tuple[str, str]]:
    """The identity and the name of every partner with a name."""
    pairs = zip(listing.get("id"), listing.get("name"), strict=True)
    named = [(one, clean(str(name))) for one, name in pairs if name is not None]
    return [(str(one or key(name)), name) for one, name in named]


def duplicate_problems(book: Book, listing: Listing, apart: Collection[str] = ()) -> list[Problem]:
    """The pairs as lines of "To check", each at the lower of its two rows of Partners."""
    pairs = possible_duplicates(book, apart)
    alike = Counter(pair.a for pair in pairs)
    return [_problem(book, listing, pair, crowd=alike[pair.a] >= _CROWD) for pair in pairs]


def _problem(book: Book, listing: Listing, pair: PossibleDuplicate, crowd: bool) -> Problem:
    """A pair; where a ``crowd`` is like the same partner, nobody is asked about each of them."""
    first, second = book.partners[pair.a], book.partners[pair.b]
    asked = {"crowd": first.row} if crowd else {"reference": pair_of(first, second)}
    return Problem(
        "alike_names" if crowd else "possible_twin",
        "warning",
        listing.title,
        second.row,
        listing.header("name"),
        f"{column_letters(listing.columns['name'])}{second.row}",
        second.name,
        {
            "other": first.name,
            "row": first.row,
            "reason": pair.why,
            **asked,
        },
    )


def _positions(book: Book, references: Collection[str]) -> Iterator[tuple[int, int]]:
    """Positions of the pairs referred to; a reference may hold a name that got an ID since."""
    places = _places_by_name(book.partners)
    for reference in references:
        first, _, second = reference.partition(PAIR)
        a, b = places.get(key(first)), places.get(key(second))
        if a is not None and b is not None:
            yield (a, b) if a < b else (b, a)


def _places_by_name(partners: Sequence[Partner]) -> dict[str, int]:
    """The first position of every name and ID."""
    places: dict[str, int] = {}
    for i, partner in enumerate(partners):
        for name in (partner.name, partner.id):
            if name:
                places.setdefault(key(name), i)
    return places


def _may_be_one(one: Partner, other: Partner, code: str) -> bool:
    """What the rows say besides the names: another area or kind is another partner.

    So is another party, unless the words are the same.
    """
    if key(one.name) == key(other.name):
        return False  # the same name twice is a line of its own on "To check"
    if _differ(one.area, other.area, _areas) or _differ(one.kind, other.kind, lambda kind: {kind}):
        return False
    return code == "same_words" or not _differ(one.party, other.party, _party)


def _differ(one: str | None, other: str | None, read: Callable[[str], set[str]]) -> bool:
    return bool(one and other and one != other and not read(one) & read(other))


def _areas(text: str) -> set[str]:
    return {key(piece) for piece in re.split(r"[;,\n]", text)}


def _party(text: str) -> set[str]:
    found = find_party(text)
    return {found.id if found else key(text)}


def _same_words(names: _Names) -> _Found:
    """The same words in another order, joined or apart, with or without a form of organisation."""
    groups: dict[object, list[int]] = defaultdict(list)
    for i, name in names.items():
        groups[frozenset(Counter(name.own).items()), name.kinds].append(i)
        groups[name.joined, name.kinds].append(i)
    for a, b in _pairs(groups.values()):
        if forms_fit(names[a], names[b]):
            yield "same_words", a, b


def _with_kind(names: _Names) -> _Found:
    """The same words with and without the kind of house: "El Noor" and "Moskee El Noor"."""
    groups: dict[object, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for i, name in names.items():
        if name.own and "gemeente" not in name.forms:
            groups[frozenset(name.own)][bool(name.kinds)].append(i)
    for bare, dressed in groups.values():
        if len(dressed) <= _FEW:
            for a, b in itertools.product(bare, dressed):
                if forms_fit(names[a], names[b]) and is_telling(names[a].own):
                    yield "with_kind", a, b


def _one_letter(names: _Names, book: Book) -> _Found:
    """All words the same but for one letter in one of them, where that is a slip."""
    holders: dict[str, list[int]] = defaultdict(list)
    alike: dict[object, list[int]] = defaultdict(list)
    for i, name in names.items():
        for word in name.own:
            holders[word].append(i)
        alike[frozenset(name.own), name.kinds].append(i)
    for slip, meant in _slips(holders, book):
        (a,) = holders[slip]
        corrected = _corrected(names[a], slip, meant)
        if corrected is None:
            continue
        for b in alike.get((corrected, names[a].kinds), ()):
            if a != b and forms_fit(names[a], names[b]):
                yield "one_letter", a, b


def _slips(holders: Mapping[str, Sequence[int]], book: Book) -> Iterator[tuple[str, str]]:
    """Words that one partner carries and that are one slip off another, with that other one.

    A word that several partners carry is no slip, nor is one of two places.
    """
    places = {word for partner in book.partners for word in words_in(partner.area or "")}
    for pair in misspelt_pairs(holders):
        slip, meant = sorted(pair, key=lambda word: len(holders[word]))
        if len(holders[slip]) == 1 and not places.issuperset(pair):
            yield slip, meant


def _corrected(name: NameParts, slip: str, meant: str) -> frozenset[str] | None:
    """The own words of a name with a slip put right; None where the name is too short for that."""
    words = frozenset(meant if word == slip else word for word in name.own)
    lone = len(words) == 1 and not name.kinds
    if lone and min(len(slip), len(meant)) < _SHORTEST_LONE:
        return None
    return words


def _same_party(book: Book, names: Iterable[int]) -> _Found:
    """A body of the catalogue by its initials and in full: "OM" and "Openbaar Ministerie"."""
    groups: dict[object, list[int]] = defaultdict(list)
    for i in names:
        party = find_party(book.partners[i].name)
        if party is not None:
            groups[party.id].append(i)
    for a, b in _pairs(groups.values()):
        short, long = sorted((key(book.partners[i].name) for i in (a, b)), key=len)
        if " " not in short and " " in long and _abbreviates(short, long):
            yield "same_party", a, b


def _abbreviates(short: str, long: str) -> bool:
    """Whether the letters of ``short`` stand in ``long`` in their order, the first one first."""
    if len(short) > _LONGEST_INITIALS or short[0] != long[0]:
        return False
    rest = iter(long)
    return all(sign in rest for sign in short)


def _pairs(groups: Iterable[Sequence[int]]) -> Iterator[tuple[int, int]]:
    """All pairs in each group; of a crowd, each with its first only."""
    for group in groups:
        if len(group) <= _CROWD:
            yield from itertools.combinations(group, 2)
        else:
            yield from ((group[0], other) for other in group[1:])
