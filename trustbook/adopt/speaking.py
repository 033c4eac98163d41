"""Whose names a header says stand below it: those of organisations, or of people.

The words are those of the trade in Dutch and English, alone or with "name", glued or apart, with
other words before them. A word that tells something *of* an organisation (its type, its telephone)
makes it a header of something else.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

from trustbook.names import header_words

_GLUED = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ORGANISATION = (
    "organisatie organisation organization instantie instelling institution institute partner "
    "bedrijf company vereniging association club agency stakeholder relatie account member "
    "stichting foundation vestiging establishment school charity ngo business employer werkgever "
    "onderneming handelsnaam entity affiliatie affiliation kerk moskee church mosque "
    "provider aanbieder leverancier supplier gebedshuis parochie parish synagoge synagogue tempel "
    "temple"
)
# Those of them that people are called by as well.
_PEOPLE_TOO = "member stakeholder relatie"
# Words that stand at the end of many others: netwerkpartner, zorginstelling, basisschool.
_ENDINGS = (
    "organisatie",
    "instantie",
    "instelling",
    "partner",
    "vereniging",
    "stichting",
    "bedrijf",
    "aanbieder",
    "school",
    "club",
)
_PERSON = (
    "contactpersoon aanspreekpunt aanspreekpersoon medewerker employee representative "
    "vertegenwoordiger secretaris secretary"
)
_PERSON_BESIDE = "contact contactnaam person persoon individual"
_NAME = "naam name"
_SMALL = (
    "van de der den het een the of and en or for with met betrokken official "
    "officiele legal trading statutaire volledige full huidige current display primary hoofd main"
)
# What is said of an organisation or a person, and is not its name.
_OF_IT = (
    "type soort kind id code nr no nummer number key phone telefoon tel mobiel mobile mail email "
    "adres address owner eigenaar houder holder manager beheerder size grootte status date datum "
    "website site url link city plaats town country land region regio description omschrijving "
    "acronym afkorting short korte alias label sector branche industry category categorie parent "
    "moeder former vorige previous level since sinds role rol functie title titel notes groep "
    "group modify first last voornaam achternaam surname given sort count aantal amount urn tag "
    "frequentie frequency ritme rhythm wijze vorm methode method kanaal channel medium reden "
    "reason staff team board bestuur source bron niveau goal doel by door our onze ons "
    "gemeente register"
)


def plain_header(header: str) -> str:
    """The words of a header as every door reads them, apart: ``Tel.-nr*`` is ``tel nr``."""
    return " ".join(header_words(_GLUED.sub(" ", header)))


def any_of(text: str) -> re.Pattern[str]:
    """A pattern for one of some phrases (by |) in a plain header."""
    return re.compile(rf"\b(?:{'|'.join(map(plain_header, text.split('|')))})\b")


def is_bare_who(header: str) -> bool:
    """Whether a (plain) header says "who" and nothing more: beside one that says with whom it is
    our own colleague.
    """
    return header in ("wie", "who")


@cache
def _stems(text: str) -> frozenset[str]:
    return frozenset(header_words(text))


@cache
def says_organisation(header: str) -> bool:
    """Whether a (plain) header speaks of the names of organisations."""
    return _speaks(header, organisation=True)


@cache
def says_person(header: str) -> bool:
    """Whether a (plain) header speaks of the names of people."""
    return _speaks(header, organisation=False)


@cache
def may_be_people(header: str) -> bool:
    """Whether the names that a (plain) header speaks of may be people's too: ``Member``."""
    return bool(_stems(_PEOPLE_TOO) & set(header.split())) or not says_organisation(header)


def beside_organisation(header: str) -> str:
    """A (plain) header as it is meant where another one names organisations for sure: "Stakeholder"
    beside "Organisation" is a person.
    """
    person = plain_header("contactpersoon")
    words = (person if word in _stems(_PEOPLE_TOO) else word for word in header.split())
    return " ".join(words)


@cache
def how_plainly(header: str) -> int:
    """Of two (plain) headers of names the better one: without other words 2, else 1, no names 0."""
    if not (says_organisation(header) or says_person(header)):
        return 0
    return 1 + all(_is_known(word) for word in header.split())


@cache
def says_name(header: str) -> bool:
    """Whether a (plain) header says "name" and not whose: ``Official Name``."""
    words = header.split()
    return _is_name(words) and all(map(_is_small, words))


def headers_within(header: str, others: Collection[str]) -> set[str]:
    """The words of a (plain) header that are another header as a whole: ``telefon trainer``."""
    return {word for word in header.split() if word in others and word != header}


def _speaks(header: str, organisation: bool) -> bool:
    words = header.split()
    if _stems(_OF_IT) & set(words):
        return False
    if any(word in _stems(_PERSON) for word in words):
        return not organisation
    telling = [word for word in words if not _is_small(word)]
    meant = telling if _is_name(words) else telling[-1:]
    if any(map(_is_organisation, meant)):
        return organisation
    return not organisation and any(word in _stems(_PERSON_BESIDE) for word in meant)


def _is_known(word: str) -> bool:
    known = _stems(_PERSON) | _stems(_PERSON_BESIDE)
    return _is_small(word) or word in known or _is_organisation(word)


def _is_small(word: str) -> bool:
    return word in _stems(_NAME) or word in _stems(_SMALL)


def _is_name(words: list[str]) -> bool:
    return bool(_stems(_NAME) & set(words))


def _is_organisation(word: str) -> bool:
    bare = _without_name(word)
    return bool(_stems(bare) & _stems(_ORGANISATION)) or bare.endswith(_ENDINGS)


def _without_name(word: str) -> str:
    """The word before a glued "name": ``bedrijf`` of ``bedrijfsnam``."""
    bare = re.sub(r"(?<=\w{3})s?(?:nam|name)$", "", word)
    return bare if _stems(bare) & _stems(_ORGANISATION) else word
