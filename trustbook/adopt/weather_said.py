"""Whether a question asks for the weather, and what its answer says: sunny, crisis or unclear."""

from __future__ import annotations

import re
from collections.abc import Iterable

from trustbook.adopt.moment_cells import choice_of
from trustbook.adopt.speaking import any_of, plain_header
from trustbook.columns import WEATHER
from trustbook.names import clean
from trustbook.reading.cells import read_yes, shown
from trustbook.snapshot import CellFault, CellValue

_CRISIS = "crisis|crisissituatie|crisiscontact|crisisgesprek|crisismoment|crisistijd"
_CALM = "zonnig|zonnige|sunny|rustig|rustige|calm"
_NO = "geen|niet|no|not|zonder|without"
_NAMES_CRISIS, _NAMES_CALM = any_of(_CRISIS), any_of(_CALM)
_NAMES_WEATHER = any_of(f"{_CRISIS}|zonnig|sunny|het weer|welk weer|weather")
# These ask for something else, though a crisis is named.
_ASKS_OTHERWISE = any_of(
    "wie|who|whom|wanneer|when|welke crisis|which crisis|what crisis|hoe vaak|hoe lang|how often"
    "|how long|hoeveel|how many|onderwerp|topic|waarover|waar ging|about what|afspraak|promise"
    "|actie|action|waarom|why|wat deed|what did"
)
_DENIES, _OR_NOT = any_of(_NO), any_of("of niet|or not")
_NO_CRISIS = re.compile(rf"{_DENIES.pattern}(?: (?:een|a))? {_NAMES_CRISIS.pattern}")
_NOT_CALM = re.compile(rf"{_DENIES.pattern}(?: (?!\b(?:het|it|een|a)\b)\w+)? {_NAMES_CALM.pattern}")


def asks_weather(question: str) -> bool:
    """Whether a (plain) question asks if it was sunny or crisis."""
    return bool(_NAMES_WEATHER.search(question)) and not _ASKS_OTHERWISE.search(question)


def weather_said(answers: Iterable[tuple[str, CellValue]]) -> CellValue:
    """What answers, each with its question, say of the weather together: a choice (its key), or the
    answer itself where it says none for certain.

    One crisis counts before anything else, for it must never pass for a sunny moment.
    """
    told = [_said(question, cell) for question, cell in answers if cell is not None]
    unclear = [one for one in told if one not in ("crisis", "sunny")]
    return "crisis" if "crisis" in told else next(iter([*unclear, *told]), None)


def _said(question: str, cell: CellValue) -> CellValue:
    if isinstance(cell, CellFault):
        return cell
    text = clean(shown(cell))
    return choice_of(WEATHER, text) or _meaning(question, cell, text) or text


def _meaning(question: str, cell: CellValue, text: str) -> str | None:
    """What an answer means by its yes or no, and by its words; None where they do not agree."""
    first = re.split(r"[\s,.;:!]", text, maxsplit=1)[0]
    yes = read_yes(cell if isinstance(cell, bool) else first)
    answered = None if yes is None else _yes(question, yes)
    plain = plain_header(text)
    if not (_NAMES_CRISIS.search(plain) or _NAMES_CALM.search(plain)):
        return answered
    worded = _in_words(plain)
    return worded if answered in (None, worded) else None


def _yes(question: str, yes: bool) -> str | None:
    """What a yes or a no means; None where the question names both, or denies one."""
    plain = _OR_NOT.sub("", plain_header(question))
    names_crisis, names_calm = bool(_NAMES_CRISIS.search(plain)), bool(_NAMES_CALM.search(plain))
    if names_crisis == names_calm or _DENIES.search(plain):
        return None
    if names_crisis:
        return "crisis" if yes else "sunny"
    return "sunny" if yes else None


def _in_words(plain: str) -> str | None:
    """What a (plain) answer says; None where it names both, or denies that it was calm."""
    without = _NO_CRISIS.sub("", plain)
    says_crisis, says_calm = bool(_NAMES_CRISIS.search(without)), bool(_NAMES_CALM.search(without))
    if _NOT_CALM.search(without) or (says_crisis and says_calm):
        return None
    if says_crisis:
        return "crisis"
    return "sunny" if says_calm or without != plain else None
