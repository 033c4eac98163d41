"""A partner's name taken apart: its telling words, and what kind of house and form it names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from trustbook.names import key

# Words that say little about which partner is meant: articles, prepositions, the Arabic article in
# its spellings.
_SMALL = frozenset(
    "de het een t der den des van voor en in te ter ten aan op bij the of and for a an at "
    "al el ul as es ar ad".split()
)  # fmt: skip
# Forms of organisation: may be left out, but two different ones are two partners.
_FORMS = {
    "st": "stichting", "stg": "stichting", "sticht": "stichting",
    "stichting": "stichting", "foundation": "stichting",
    "ver": "vereniging", "vereniging": "vereniging", "association": "vereniging",
    "gem": "gemeente", "gemeente": "gemeente", "municipality": "gemeente",
    "bv": "bv", "nv": "nv", "vof": "vof", "cooperatie": "cooperatie",
}  # fmt: skip
# Kinds of house, each with its other words: may be left out on one side, two different ones are two
# partners.
_KIND_WORDS = (
    "moskee moskees mosque masjid", "kerk church", "synagoge synagogue", "tempel temple",
    "school", "basisschool bs obs", "college", "lyceum", "gymnasium", "kinderopvang kdv",
    "buurthuis", "wijkcentrum", "wijkteam", "buurtteam", "jongerencentrum", "jongerenwerk",
    "welzijn", "sportclub sc", "sportvereniging sv", "voetbalvereniging vv voetbalclub fc",
    "boksschool", "sportschool", "woningcorporatie woonstichting", "bibliotheek library",
    "politie police", "club", "centrum center centre", "huisartsenpraktijk",
    "ziekenhuis hospital", "werkgroep", "platform", "netwerk network", "buurtvereniging",
    "wijkraad",
)  # fmt: skip
_KINDS = {word: words.split()[0] for words in _KIND_WORDS for word in words.split()}
_COMMON = _SMALL | _FORMS.keys() | _KINDS.keys()
_COMPASS = re.compile(
    r"noord|zuid|oost|west|north|south|east|centrum|midden|boven|beneden|binnen|buiten"
)
_NUMBER = re.compile(
    r"\d|^(?:i|ii|iii|iv|v|vi|vii|viii|ix|x"
    r"|een|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|eerste|tweede|derde|vierde"
    r"|one|two|three|four|five|first|second|third|fourth"
    r"|oud|nieuw|oude|nieuwe|old|new|groot|klein|grote|kleine"
    r"|mannen|vrouwen|meiden|jongens|men|women|girls|boys)$"
)
_WORD = re.compile(r"[^\W_]+")
_DOTTED = re.compile(r"\b(?:[a-z]\.){2,}")
_SHORTEST_TELLING = 4


@dataclass(frozen=True, slots=True)
class NameParts:
    """A name by its words.

    ``own`` are its telling words in order, ``kinds`` and ``forms`` what else it says it is, and
    ``joined`` all its words but those, written as one.
    """

    own: tuple[str, ...]
    kinds: frozenset[str]
    forms: frozenset[str]
    joined: str


def split_name(name: str, home: Collection[str] = ()) -> NameParts:
    """A name by its words; those of ``home``, our own town, are left out where enough remains."""
    words = _WORD.findall(_plain(name))
    abroad = [word for word in words if word not in home]
    if is_telling(_own_words(abroad)):
        words = abroad
    return NameParts(
        tuple(_own_words(words)),
        _spelt_for_all(words, _KINDS),
        _spelt_for_all(words, _FORMS),
        "".join(word for word in words if word not in _FORMS and word not in _KINDS),
    )


def _spelt_for_all(words: Iterable[str], spellings: Mapping[str, str]) -> frozenset[str]:
    """The words that ``spellings`` knows, each in the one spelling that stands for all."""
    return frozenset(spellings[word] for word in words if word in spellings)


def _plain(name: str) -> str:
    """The name without accents and apostrophes, its dotted initials as one word."""
    text = key(name).replace("&", " en ").replace("'", "")
    if not text.isascii():
        signs = unicodedata.normalize("NFKD", text)
        text = "".join(sign for sign in signs if not unicodedata.combining(sign))
    if "." in text:
        text = _DOTTED.sub(lambda found: found[0].replace(".", "") + " ", text)
    return text


def _own_words(words: Iterable[str]) -> list[str]:
    """The words that are neither small nor a form or kind of organisation."""
    return [word for word in words if word not in _COMMON]


def words_in(text: str) -> list[str]:
    """The words of a text, compared without case."""
    return _WORD.findall(key(text))


def is_telling(words: Sequence[str]) -> bool:
    """Whether a word among these tells partners apart: long, no compass point and no number."""
    return any(_is_telling_word(word) for word in words)


def _is_telling_word(word: str) -> bool:
    return len(word) >= _SHORTEST_TELLING and not compass_points(word) and not has_number(word)


def compass_points(word: str) -> set[str]:
    """The compass points, and the like, that stand in a word."""
    return set(_COMPASS.findall(word))


def has_number(word: str) -> bool:
    """Whether a word counts or orders: it has a digit, or is a word such as "tweede" or "oud"."""
    return _NUMBER.search(word) is not None


def forms_fit(one: NameParts, other: NameParts) -> bool:
    """Whether two names may be of one form of organisation: the same, or one leaves it out."""
    return not (one.forms and other.forms) or one.forms == other.forms
