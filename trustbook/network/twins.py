"""Partners that may stand on the list twice: named for a person to judge, never merged.

Names are compared by their words, so the work grows with the list and not with its square.
Precision goes first: a number, a compass point, a district or another kind of house between two
names makes them two partners.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from trustbook.a1 import column_letters
from trustbook.catalogue import find_party
from trustbook.messages import say
from trustbook.model import Book, Partner, Problem
from trustbook.names import key
from trustbook.privacy import withheld
from trustbook.reading.lists import Listing

# Words that say little about which partner is meant: articles, prepositions, the Arabic article in
# its spellings.
_SMALL = frozenset(
    "de het een t der den des van voor en in te ter ten aan op bij the of and for a an at "
    "al el ul as es ar ad".split()
)  # fmt: skip
# Forms of organisation: may be left out, but two different ones are two partners.
_FORMS = {
    "st": "stichting", "stg": "stichting", "sticht": "stichting", "stichting": "stichting", "foundation": "stichting",
    "ver": "vereniging", "vereniging": "vereniging", "association": "vereniging", "gem": "gemeente",
    "gemeente": "gemeente", "municipality": "gemeente", "bv": "bv", "nv": "nv",
    "vof": "vof", "cooperatie": "cooperatie",
}  # fmt: skip
# Kinds of house, in the spelling that stands for all: may be left out on one side, two different
# ones are two partners.
_KINDS = {
    name: names[0]
    for names in (
        text.split()
        for text in (
            "moskee moskees mosque masjid", "kerk church", "synagoge synagogue", "tempel temple", "school",
            "basisschool bs obs", "college", "lyceum", "gymnasium", "kinderopvang kdv", "buurthuis", "wijkcentrum",
            "wijkteam", "buurtteam", "jongerencentrum", "jongerenwerk", "welzijn", "sportclub sc", "sportvereniging sv",
            "voetbalvereniging vv voetbalclub fc", "boksschool", "sportschool", "woningcorporatie woonstichting",
            "bibliotheek library", "politie police", "club", "centrum center centre", "huisartsenpraktijk",
            "ziekenhuis hospital", "werkgroep", "platform", "netwerk network", "buurtvereniging", "wijkraad",
        )
    )
    for name in names
}  # fmt: skip
_COMPASS = re.compile(
    r"noord|zuid|oost|west|north|south|east|centrum|midden|boven|beneden|binnen|buiten"
)
_NUMBER = re.compile(
    r"\d|^(?:i|ii|iii|iv|v|vi|vii|viii|ix|x|een|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|eerste|tweede|derde"
    r"|vierde|one|two|three|four|five|first|second|third|fourth|oud|nieuw|oude|nieuwe|old|new|groot|klein|grote|kleine"
    r"|mannen|vrouwen|meiden|jongens|men|women|girls|boys)$"
)
_WORD = re.compile(r"[^\W_]+")
_DOTTED = re.compile(r"\b(?:[a-z]\.){2,}")
_VOWELS = frozenset("aeiouy")
_SHORTEST_TYPO = 5
_LONGEST_INITIALS = 6
_FEW = 3  # a word that goes with more kinds of house than this is a place or a common name, and tells nothing
_LONE_TYPO = 7  # a name of one word must be long for one letter to be a slip

# How an answer says that two partners are two.
_NOT_SAME = frozenset(
    "not the same|not same|different|no|n|two|not a double|not twins|keep both|niet dezelfde|niet hetzelfde"
    "|nietdezelfde|anders|verschillend|nee|twee|geen dubbele|niet dubbel|geen doublure|beide houden".split(
        "|"
    )
)
_SEPARATOR = " | "


@dataclass(frozen=True, slots=True)
class Twin:
    """Two positions in ``Book.partners`` (``a`` before ``b``) that may be one partner, and in a
    sentence why.
    """

    a: int
    b: int
    why: str


@dataclass(frozen=True, slots=True)
class _Name:
    """A name taken apart. ``own`` are its telling words in order; ``kinds`` and ``forms`` what else
    it says it is.
    """

    own: tuple[str, ...]
    kinds: frozenset[str]
    forms: frozenset[str]
    joined: str


def possible_twins(book: Book, apart: Collection[str] = ()) -> list[Twin]:
    """Pairs of partners that may be one, in the order of the list; ended ones and exact doubles are
    left out.

    ``apart`` are references (``reference``) of pairs that somebody called "not the same": they are
    not named again.
    """
    names: dict[int, _Name] = {}
    home = frozenset(_take_apart(book.settings.our_name or "").own)
    for i, partner in enumerate(book.partners):
        if partner.ended_on is None:
            name = _take_apart(partner.name, home)
            if name.own or name.kinds:
                names[i] = name
    settled = set(_settled(book, apart))
    found: dict[tuple[int, int], str] = {}
    for code, a, b in (
        *_same_words(names),
        *_with_kind(names),
        *_one_letter(names, book),
        *_same_party(book, names),
    ):
        pair = (a, b) if a < b else (b, a)
        if (
            pair not in found
            and pair not in settled
            and _may_be_one(book.partners[a], book.partners[b], code)
        ):
            found[pair] = code
    return [Twin(a, b, say(book.lang, f"twins.{code}")) for (a, b), code in sorted(found.items())]


def reference(book: Book, twin: Twin) -> str:
    """How a pair is written down and remembered: both IDs (names where there are none), the lower
    one first.
    """
    return _SEPARATOR.join(
        sorted(book.partners[i].id or book.partners[i].name for i in (twin.a, twin.b))
    )


def is_not_same(answer: object) -> bool:
    """Whether what somebody typed beside a pair says that they are two partners."""
    return isinstance(answer, str) and key(answer).strip(" .!") in _NOT_SAME


def answered(rows: Iterable[Mapping[str, object]]) -> set[str]:
    """References of the pairs that rows of "To check" (with ``reference`` and ``answer``) call not
    the same.
    """
    pairs = {
        str(row["reference"])
        for row in rows
        if row.get("reference") and is_not_same(row.get("answer"))
    }
    return {pair for pair in pairs if withheld(pair) is None}


def twin_problems(book: Book, listing: Listing, apart: Collection[str] = ()) -> list[Problem]:
    """The pairs as lines of "To check", each at the lower of its two rows of ``listing``
    (Partners).
    """
    problems = []
    for twin in possible_twins(book, apart):
        first, second = book.partners[twin.a], book.partners[twin.b]
        params = {
            "other": first.name,
            "row": first.row,
            "twin": twin.why,
            "reference": reference(book, twin),
        }
        cell = f"{column_letters(listing.columns['name'])}{second.row}"
        header = listing.header("name")
        problems.append(
            Problem(
                "possible_twin",
                "warning",
                listing.title,
                second.row,
                header,
                cell,
                second.name,
                params,
            )
        )
    return problems


def _settled(book: Book, apart: Collection[str]) -> Iterator[tuple[int, int]]:
    """Positions of the pairs called not the same; a reference may hold a name that got an ID since."""
    if not apart:
        return
    places: dict[str, int] = {}
    for i, partner in enumerate(book.partners):
        for name in (partner.name, partner.id):
            if name:
                places.setdefault(key(name), i)
    for pair in apart:
        first, _, second = pair.partition(_SEPARATOR)
        a, b = places.get(key(first)), places.get(key(second))
        if a is not None and b is not None:
            yield (a, b) if a < b else (b, a)


def _take_apart(name: str, home: Collection[str] = ()) -> _Name:
    """A name by its words. Those of ``home``, our own town, are left out where enough remains
    without them.
    """
    text = key(name).replace("&", " en ").replace("'", "")
    if not text.isascii():
        text = "".join(
            sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign)
        )
    if "." in text:
        text = _DOTTED.sub(lambda found: found[0].replace(".", "") + " ", text)
    words = _WORD.findall(text)
    own, kinds, forms = [], set(), set()
    for word in words:
        if word in _FORMS:
            forms.add(_FORMS[word])
        elif word in _KINDS:
            kinds.add(_KINDS[word])
        elif word not in _SMALL:
            own.append(word)
    abroad = [word for word in own if word not in home]
    if len(abroad) < len(own) and _telling(abroad):
        own, words = abroad, [word for word in words if word not in home]
    rest = "".join(word for word in words if word not in _FORMS and word not in _KINDS)
    return _Name(tuple(own), frozenset(kinds), frozenset(forms), rest)


def _may_be_one(one: Partner, other: Partner, code: str) -> bool:
    """What the rows say besides the names: another area, kind or (unless the names are the same)
    party is another.
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


def _forms_fit(one: _Name, other: _Name) -> bool:
    return not (one.forms and other.forms) or one.forms == other.forms


def _same_words(names: Mapping[int, _Name]) -> Iterator[tuple[str, int, int]]:
    """The same words in another order, joined or apart, with or without a form of organisation."""
    groups: dict[object, list[int]] = defaultdict(list)
    for i, name in names.items():
        groups[frozenset(Counter(name.own).items()), name.kinds].append(i)
        groups[name.joined, name.kinds].append(i)
    for a, b in _pairs(groups.values()):
        if _forms_fit(names[a], names[b]):
            yield "same_words", a, b


def _with_kind(names: Mapping[int, _Name]) -> Iterator[tuple[str, int, int]]:
    """The same words, once with and once without what kind of house it is: "El Noor" and "Moskee El
    Noor".
    """
    groups: dict[object, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for i, name in names.items():
        if name.own and not name.forms & {"gemeente"}:
            groups[frozenset(name.own)][bool(name.kinds)].append(i)
    for bare, dressed in groups.values():
        for a in bare if len(dressed) <= _FEW else ():
            for b in dressed:
                if _forms_fit(names[a], names[b]) and _telling(names[a].own):
                    yield "with_kind", a, b


def _telling(words: Sequence[str]) -> bool:
    return any(
        len(word) > 3 and not _COMPASS.search(word) and not _NUMBER.search(word) for word in words
    )


def _one_letter(names: Mapping[int, _Name], book: Book) -> Iterator[tuple[str, int, int]]:
    """All words the same but for one letter in one of them, where that is a slip and not another
    word.
    """
    holders: dict[str, list[int]] = defaultdict(list)
    signatures: dict[object, list[int]] = defaultdict(list)
    for i, name in names.items():
        for word in name.own:
            holders[word].append(i)
        signatures[frozenset(name.own), name.kinds].append(i)
    places = {word for p in book.partners if p.area for word in _WORD.findall(key(p.area))}
    for one, other in _near(holders):
        if len(holders[one]) > len(holders[other]):
            one, other = other, one
        if len(holders[one]) > 1 or (one in places and other in places):
            continue  # a word that several partners carry is no slip
        for a in holders[one]:
            words = frozenset(other if word == one else word for word in names[a].own)
            lone = len(words) == 1 and not names[a].kinds
            if lone and min(len(one), len(other)) < _LONE_TYPO:
                continue
            for b in signatures.get((words, names[a].kinds), ()):
                if a != b and _forms_fit(names[a], names[b]):
                    yield "one_letter", a, b


def _near(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Pairs of words one slip apart: a letter more, less, other, or two swapped.

    Words one slip apart share a word that is left when a letter goes (the idea of W. Garbe's
    SymSpell), so that no word is compared with all others.
    """
    from rapidfuzz.distance import OSA

    shorter: dict[str, list[str]] = defaultdict(list)
    for word in words:
        if len(word) >= _SHORTEST_TYPO - 1 and not _NUMBER.search(word):
            for cut in {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}:
                shorter[cut].append(word)
    seen: set[tuple[str, str]] = set()
    for alike in shorter.values():
        if len(alike) < 2:
            continue
        for at, one in enumerate(alike):
            for other in alike[at + 1 :]:
                pair = (one, other) if one < other else (other, one)
                if one != other and pair not in seen:
                    seen.add(pair)
                    if OSA.distance(one, other, score_cutoff=1) <= 1 and _slip(*pair):
                        yield pair


def _slip(one: str, other: str) -> bool:
    """Whether two words one letter apart are more likely one word: compass points apart, short ones
    by a vowel only.
    """
    if set(_COMPASS.findall(one)) != set(_COMPASS.findall(other)):
        return False
    if min(len(one), len(other)) >= _SHORTEST_TYPO:
        return (
            one[0] == other[0] or one[1:] != other[1:]
        )  # Molen and Bolen begin otherwise: two names
    changed = [(x, y) for x, y in zip(one, other, strict=False) if x != y]
    return len(one) == len(other) and len(changed) == 1 and set(changed[0]) <= _VOWELS


def _same_party(book: Book, names: Mapping[int, _Name]) -> Iterator[tuple[str, int, int]]:
    """A body of the catalogue by its initials and in full: "OM" and "Openbaar Ministerie"."""
    groups: dict[object, list[int]] = defaultdict(list)
    for i in names:
        party = find_party(book.partners[i].name)
        if party is not None:
            groups[party.id].append(i)
    for a, b in _pairs(groups.values()):
        one, other = sorted((key(book.partners[i].name) for i in (a, b)), key=len)
        if " " not in one and " " in other and _abbreviates(one, other):
            yield "same_party", a, b


def _abbreviates(short: str, long: str) -> bool:
    """Whether the letters of ``short`` stand in ``long`` in their order, the first one first."""
    rest = iter(long)
    return (
        len(short) <= _LONGEST_INITIALS
        and short[0] == long[0]
        and all(sign in rest for sign in short)
    )


def _pairs(groups: Iterable[Sequence[int]]) -> Iterator[tuple[int, int]]:
    for group in groups:
        for at, a in enumerate(group):
            for b in group[at + 1 :]:
                yield a, b
