"""Whether a text speaks of one person's case: surely, perhaps, or not."""

from __future__ import annotations

import re
from collections.abc import Set

from trustbook.privacy.idle_words import without_idle
from trustbook.privacy.late import expression
from trustbook.privacy.lexicon import TELLING
from trustbook.privacy.quick_look import may_be_sure
from trustbook.privacy.scoring import Weights, shipped_weights
from trustbook.privacy.signs import Signs, signs_of

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
# What stops a person on the way, or takes one into a team, is no fate; nor is work taken up.
_HARMLESS = (
    r"(?! door (?:de |het |een )?(?:file|verkeer|trein|drukte|storing|weer|regen|brug|bui|collega)"
    r"| (?:in|als) (?:de |het |een |ons )?"
    r"(?:team|werkgroep|stuurgroep|bestuur|lid|\w*lijst|overleg|\w*plan|agenda|notulen|verslag"
    r"|draaiboek|protocol|convenant|systeem|archief|programma|nieuwsbrief|\w*app|begroting)"
    r"| (?:in|by) (?:the )?(?:traffic|trains?|weather|view|delays?|beauty|sight|music)"
    r"| with (?:the|setting|leading|running|organi[sz]ing|chairing|writing"
    r"|drafting|planning|making))"
)
_SURE = tuple(
    f"(?i){pattern}"
    for pattern in (
        r"\bverdachte\b(?! (?:pakket|situatie|omstandig|handeling|transactie))",
        r"\bcasus (?:van |over |rond )?(?:de |het |een )?(?:familie|gezin|dhr|mevr|mw|meneer"
        r"|mevrouw|zoon|dochter|jongen|meisje|jongere|leerling)\b",
        r"\b(?:dossier|zaak) (?:van |over |rond |tegen )?(?:de |het |een )?"
        r"(?:familie|gezin|dhr|mevr|mw|meneer|mevrouw|zoon|dochter|jongen|meisje|jongere"
        r"|leerling)\b",
        r"\b(?:zorgen|zorg|signaal|signalen|melding|vermoeden|aangifte|bezorgd) "
        r"(?:over|van|tegen|rond|om) "
        rf"(?:een |de |het |zijn |haar |die |deze )?(?:\w+ )?{_PERSON}\b(?!-)",
        rf"\b(?:hij|zij|ze|{_PERSON}) (?:\w+ ){{0,4}}{_FATE}\b{_HARMLESS}",
        r"\bconcerns? (?:about|over|regarding) (?:a |an |the |his |her |this )?"
        rf"(?:\w+ )?{_PERSON_EN}\b",
        rf"\b(?:he|she|{_PERSON_EN}) (?:is|was|has been|had been|seems|got) "
        rf"(?:\w+ ){{0,3}}{_FATE_EN}\b{_HARMLESS}",
        r"\bthe (?:suspect|detainee|returnee)\b",
        r"\bcase (?:of|about|against|concerning) "
        r"(?:mr|mrs|ms|(?:the|a) (?:family|boy|girl|pupil|student|man|woman))\b",
    )
)
_CASE_OF = re.compile(
    r"\bcasus (?:van |over |rond )?([A-Z][a-z]*)(?![\w-])(?! ?&)(?! (?:uit|als|en casus|from)\b)",
    re.IGNORECASE,
)
_SURE_MARKS = frozenset(("born", "case_number"))
_DOUBTFUL_MARKS = frozenset(("case_name", "office_number"))
# A name has fewer words; what has as many must sound so much more like a case to be asked about.
_NO_NAME, _SURER = 4, 1.5
_SOMEBODY = frozenset("person kin pronoun name civil possessive".split())
_LIKE_SOMEBODY = frozenset(("age", "address", "small_initials", "subject"))
_INITIALS = frozenset(("initials", "small_initials"))
_NO_PEOPLE = frozenset(("place", "work"))
_THEIR_WORK = frozenset("office ordinary place role setting".split())
_ONE_PERSON = frozenset(("person", "kin"))
_OF_SOMEBODY = frozenset(("kin", "worry", "change"))
_HARD_MARKS = frozenset(("sentence", "befallen"))
_HARD = frozenset("fate deed measure condition belief conflict".split())
_BOUGHT = re.compile(
    r"vergunning|subsidie|evenement|factuur|\b(?:be)?order|invoice|begroting", re.IGNORECASE
)
_PERMIT = re.compile(
    r"vergunning|subsidie|evenement|lantaarn|openbare ruimte|\bbestek|factuur|\b(?:be)?order"
    r"|contract|beschikking|gemeente z-|\brapport|licen[cs]e|\bpermit|\bgrant\b|raadsvoorstel"
    r"|motie",
    re.IGNORECASE,
)


def case_grade(text: str, names_only: bool = False, weights: Weights | None = None) -> str | None:
    """Whether ``text`` (plain signs, see ``plain_text``) speaks of one person's case: "case",
    "perhaps", or None.

    ``names_only``: the text is a name or names, which sound like anything: more is needed.
    ``weights`` other than those that are shipped judge what the rules leave.
    """
    signs = signs_of(text)
    if not (signs.marks - {"subject"} or signs.classes() & TELLING):
        return None
    if found := _by_rules(without_idle(text), signs, names_only):
        return found
    return "perhaps" if _sounds_like_case(signs, names_only, weights or shipped_weights()) else None


def _by_rules(text: str, signs: Signs, names_only: bool) -> str | None:
    """The grade of a text by the rules alone, whatever it weighs."""
    if signs.marks & _SURE_MARKS:
        return "case"
    if _is_worded_as_case(text, signs):
        return "perhaps" if _is_told_at_work(signs) else "case"
    if _has_plain_signs(text, signs) or (not names_only and _befell(signs)):
        return "perhaps"
    return None


def _is_worded_as_case(text: str, signs: Signs) -> bool:
    if not may_be_sure(text):
        return False
    return any(expression(pattern).search(text) for pattern in _SURE) or _names_case(text, signs)


def _is_told_at_work(signs: Signs) -> bool:
    """Whether colleagues speak: what sounds like a case may be a theme then, but for initials."""
    return "work" in signs.classes() or (
        "ordinary" in signs.classes() and not signs.marks & (_DOUBTFUL_MARKS | _INITIALS)
    )


def _sounds_like_case(signs: Signs, names_only: bool, weights: Weights) -> bool:
    """Whether all that is seen in a text together weighs enough."""
    if names_only and len(signs.words) < _NO_NAME:
        return False
    return weights.score(signs) > weights.limit + _SURER * names_only


def _names_case(text: str, signs: Signs) -> bool:
    """Whether a case is called by a name that is no place."""
    places = {signs.words[at] for at, name in signs.at if name == "place"}
    found = _CASE_OF.finditer(text)
    return any(one[1][0].isupper() and one[1].lower() not in places for one in found)


def _has_plain_signs(text: str, signs: Signs) -> bool:
    """Whether somebody is called what only a case calls people, or a number of a case stands in a
    text.
    """
    classes = signs.classes()
    if "persons_number" in signs.marks and not _BOUGHT.search(text):
        return True
    if "work" in classes:
        return False
    return "suspect" in classes or bool(signs.marks & _DOUBTFUL_MARKS and not _PERMIT.search(text))


def _befell(signs: Signs) -> bool:
    """Whether somebody is spoken of, and what they did or what befell them; outside all work."""
    classes, marks = signs.classes(), signs.marks
    if _is_called_as_in_a_case(classes, marks):
        return True
    if "work" in classes:
        return False
    if "ordinary" in classes and not classes & _ONE_PERSON:
        return False
    return _befell_somebody(classes, marks)


def _is_called_as_in_a_case(classes: Set[str], marks: Set[str]) -> bool:
    """Whether somebody is called by initials, or by an age with what befell them."""
    if classes & _ONE_PERSON and classes & _HARD and "age" in marks:
        return True
    if classes & _OF_SOMEBODY and marks & _INITIALS:
        return True
    return "initials" in marks and not classes & _NO_PEOPLE


def _befell_somebody(classes: Set[str], marks: Set[str]) -> bool:
    somebody = bool(classes & _SOMEBODY)
    if len(classes & _HARD) > 1 and not classes & _THEIR_WORK:
        return True
    if classes & _HARD or marks & _HARD_MARKS:
        return somebody or bool(marks & _LIKE_SOMEBODY)
    return somebody and "age" in marks
