"""The guard against case data: columns with no place in a trust network, cells with a case.

What it finds is reported without its value and copied nowhere. The lists below are printed in
docs/privacy.md.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence

from stdnum.nl import bsn

from trustbook.names import clean, key

# A column is refused when its whole header is one of these: "Adres kantoor", "Casemanager" stay.
REFUSED_HEADERS: dict[str, tuple[str, ...]] = {
    "religion": (
        "religion", "religious affiliation", "religious belief", "religious beliefs", "faith",
        "belief", "beliefs", "religie", "geloof", "godsdienst", "geloofsovertuiging",
        "levensovertuiging", "levensbeschouwing", "geloofsrichting", "gezindte",
        "religieuze overtuiging", "religieuze stroming",
    ),
    "ethnicity": (
        "ethnicity", "ethnic origin", "ethnic background", "race", "etniciteit", "etnische afkomst",
        "etnische achtergrond", "etnische herkomst", "afkomst", "herkomst", "ras",
        "migratieachtergrond", "culturele achtergrond", "migration background", "origin",
    ),
    "nationality": (
        "nationality", "nationalities", "citizenship", "nationaliteit", "nationaliteiten",
        "tweede nationaliteit", "staatsburgerschap", "second nationality",
    ),
    "birth date": (
        "birth date", "birthdate", "date of birth", "dob", "birthday", "birth day", "year of birth",
        "birth year", "place of birth", "age", "geboortedatum", "geboorte datum", "geb datum",
        "geb dat", "gebdatum", "gebdat", "geboortedag", "geboortejaar", "geboorteplaats", "geboren",
        "geboren op", "verjaardag", "leeftijd",
    ),
    "home address": (
        "home address", "private address", "home street", "residential address", "huisadres",
        "woonadres", "thuisadres", "priveadres", "prive adres", "adres prive", "adres thuis",
        "adres (prive)", "adres (thuis)", "thuis adres", "privaat adres",
    ),
    "political view": (
        "political view", "political views", "political opinion", "political opinions",
        "political affiliation", "political preference", "politics", "politieke voorkeur",
        "politieke opvatting", "politieke opvattingen", "politieke gezindheid", "politieke kleur",
        "politieke overtuiging", "politieke mening", "politieke partij", "politieke visie",
    ),
    "citizen service number": (
        "bsn", "bsn nummer", "bsnnummer", "bsn nr", "burgerservicenummer", "burger service nummer",
        "citizen service number", "sofi", "sofinummer", "sofi nummer", "social security number",
        "ssn", "national id", "national id number",
    ),
    "case": (
        "case", "cases", "case number", "case no", "case nr", "case id", "case file", "case notes",
        "case description", "case data", "casus", "casussen", "casusnummer", "casus nummer",
        "casus nr", "casusomschrijving", "casusnotities", "casuistiek", "zaak", "zaaknummer",
        "zaak nummer", "zaaknr", "dossier", "dossiers", "dossiernummer", "dossier nummer",
        "dossiernr", "parketnummer", "strafblad", "verdachte", "suspect", "client", "clientnummer",
        "client nummer", "client number",
    ),
}  # fmt: skip


def _bare(header: str) -> str:
    """The header without accents and punctuation: ``Geb.-datum*`` and ``geb datum`` are one."""
    plain = unicodedata.normalize("NFKD", key(header)).encode("ascii", "ignore").decode()
    return " ".join(re.sub(r"[^a-z0-9() ]+", " ", plain).split())


_REFUSED = {_bare(name): kind for kind, names in REFUSED_HEADERS.items() for name in names}

_DASHES = str.maketrans("‐‑‒–—−", "------")


def refused_header(header: str) -> str | None:
    """The kind of data (a key of REFUSED_HEADERS) a column of this header would hold, or None."""
    return _REFUSED.get(_bare(header))


# Bare nine digits or the usual groupings of a citizen service number; never eight digits, never
# inside a longer number. The pattern starts with a plain set of characters: the regular expression
# engine then skips the rest quickly.
_BSN = re.compile(
    r"[0-9](?:[0-9]{8}|[0-9]{2}([ .-])[0-9]{3}\1[0-9]{3}|[0-9]{3}([ .-])[0-9]{2}\2[0-9]{3})"
    r"(?![0-9]|[ .-][0-9]{3}(?![0-9]))"
)
_BEFORE = re.compile(r"(?:[0-9]|[0-9]{3}[ .-]|(?:\+|00)\s*31\s*(?:\(0\)\s*)?)$")

_PERSON = (
    r"(?:jongen|meisje|jongere|jongeman|leerling|student|scholier|man|vrouw|zoon|dochter"
    r"|broer|zus|zusje|broertje|vader|moeder|buurman|buurvrouw|bewoner|inwoner|persoon"
    r"|meneer|mevrouw|dhr|mevr|mw|minderjarige|cli[eë]nt)"
)
_PERSON_EN = (
    r"(?:boy|girl|youth|teenager|pupil|student|man|woman|son|daughter|brother|sister|father|mother"
    r"|neighbour|resident|person|minor|client|individual|mr|mrs|ms)"
)
_FATE = (
    r"(?:geradicaliseerd|radicaliserend|radicaliseert|aangehouden|opgepakt|gearresteerd"
    r"|veroordeeld|uitgereisd|gedetineerd|opgenomen|onder toezicht gesteld|uit huis geplaatst"
    r"|verdacht)"
)
_FATE_EN = (
    r"(?:radicali[sz]ed|radicali[sz]ing|arrested|detained|convicted|sectioned|charged|imprisoned)"
)
# Wording that speaks of one person's case. Plurals and themes ("terugkeerders", "training
# radicalisering") are the network's ordinary business and stay. Each rule: words of which one must
# occur (a cheap first look), and the pattern.
_RULES = tuple(
    (anchors, re.compile(pattern, re.IGNORECASE))
    for anchors, pattern in (
        (
            ("verdachte", "betrokkene", "radicaliseerde", "uitreiziger", "terugkeerder",
             "gedetineerde", "jihadist", "strafblad", "persoonsdossier", "strafdossier"),
            r"\b(?:verdachte|betrokkene|geradicaliseerde|uitreiziger|terugkeerder"
            r"|(?:ex-)?gedetineerde|strafblad|persoonsdossier|strafdossier"
            r"|jihadist(?! (?:extremis|terror|propagand|network|movement|group)))\b",
        ),
        (
            ("casus ",),
            r"\bcasus (?:van |over |rond )?(?-i:[A-Z])[a-z]*(?![\w-])(?! ?&)",
        ),
        (
            ("casus ", "dossier ", "zaak "),
            r"\b(?:casus|dossier|zaak) (?:van |over |rond |tegen )?(?:de |het |een )?"
            r"(?:familie|gezin|dhr|mevr|mw|meneer|mevrouw|zoon|dochter|jongen|meisje|jongere"
            r"|leerling)\b",
        ),
        (
            ("zorgen over", "zorgen om", "zorg om", "zorg over", "signaal", "signalen",
             "melding", "vermoeden", "aangifte", "bezorgd"),
            r"\b(?:zorgen|zorg|signaal|signalen|melding|vermoeden|aangifte|bezorgd) "
            r"(?:over|van|tegen|rond|om) "
            rf"(?:een |de |het |zijn |haar |die |deze )?(?:\w+ )?{_PERSON}\b(?!-)",
        ),
        (
            ("geradicaliseerd", "radicaliseert", "radicaliserend", "aangehouden", "opgepakt",
             "gearresteerd", "veroordeeld", "uitgereisd", "gedetineerd", "toezicht gesteld",
             "huis geplaatst", "verdacht"),
            rf"\b(?:hij|zij|ze|{_PERSON}) (?:\w+ ){{0,4}}{_FATE}\b",
        ),
        (
            ("geb", "born"),
            r"\b(?:geb(?:oren)?\.?|born)(?: op| d\.d\.| on)? "
            r"\d{1,2}[-/ ](?:\d{1,2}|[a-z]{3,9})[-/ ]\d{2,4}",
        ),
        (
            ("concern",),
            r"\bconcerns? (?:about|over|regarding) (?:a |an |the |his |her |this )?"
            rf"(?:\w+ )?{_PERSON_EN}\b",
        ),
        (
            ("radicalis", "radicaliz", "arrested", "detained", "convicted", "sectioned",
             "charged", "imprisoned"),
            rf"\b(?:he|she|{_PERSON_EN}) (?:is|was|has been|had been|seems|got) "
            rf"(?:\w+ ){{0,3}}{_FATE_EN}\b",
        ),
        (
            ("the suspect", "the detainee", "the returnee", "foreign fighter", "criminal record"),
            r"\b(?:the suspect|the detainee|the returnee|a foreign fighter|criminal record)\b",
        ),
        (
            ("case ",),
            r"\bcase (?:of|about|against|concerning) "
            r"(?:mr|mrs|ms|(?:the|a) (?:family|boy|girl|pupil|student|man|woman))\b",
        ),
    )
)  # fmt: skip
_ANCHORS = tuple(dict.fromkeys(anchor for anchors, _ in _RULES for anchor in anchors))


def _plain(text: str) -> str:
    """``text`` as the eye reads it: no invisible signs, ordinary spaces, dashes and digits."""
    return unicodedata.normalize("NFKC", clean(text)).translate(_DASHES)


def names_citizen(text: str) -> bool:
    """Whether a citizen service number (BSN) stands in ``text``: by its form and the 11-test."""
    return any(
        bsn.is_valid(re.sub(r"[^0-9]", "", found[0])) and not _BEFORE.search(text[: found.start()])
        for found in _BSN.finditer(text)
    )


def speaks_of_case(text: str) -> bool:
    """Whether ``text`` is worded as the case of one person, in Dutch or English."""
    low = text.lower()
    return any(
        pattern.search(text)
        for anchors, pattern in _RULES
        if any(anchor in low for anchor in anchors)
    )


def withheld(text: str) -> str | None:
    """Why ``text`` may not be kept ("bsn" or "case"), or None."""
    text = _plain(text)
    if names_citizen(text):
        return "bsn"
    return "case" if speaks_of_case(text) else None


def find_withheld(texts: Collection[str]) -> dict[str, str]:
    """Those of many ``texts`` that may not be kept, with the reason ("bsn" or "case").

    One look over all of them first, so that a long clean column costs next to nothing.
    """
    reasons = {text: withheld(text) for text in _suspects(texts)}
    return {text: reason for text, reason in reasons.items() if reason}


def _suspects(texts: Collection[str]) -> set[str]:
    """The few of ``texts`` that are worth reading one by one."""
    suspects = {text for text in texts if _hard_to_search(text)}
    together = "\0".join(texts)
    if _BSN.search(together):
        suspects.update(filter(_BSN.search, texts))
    low = together.lower()
    present = [anchor for anchor in _ANCHORS if anchor in low]
    if present:
        suspects.update(text for text in texts if _has_one(present, text.lower()))
    return suspects


def _has_one(anchors: Sequence[str], text: str) -> bool:
    return any(anchor in text for anchor in anchors)


def _hard_to_search(text: str) -> bool:
    """Whether unusual signs or spaces may hide what a quick search looks for."""
    return not text.isascii() or "  " in text or not text.isprintable()


def spoken(text: str) -> str:
    """``text`` as it may be repeated in a sentence: itself, or "…" where it may not be kept."""
    return text if withheld(text) is None else "…"
