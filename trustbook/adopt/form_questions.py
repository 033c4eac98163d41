"""What the columns of a form ask: by their header, else by the words of the question."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from trustbook.adopt import speaking
from trustbook.adopt.contact_log import log_columns
from trustbook.adopt.speaking import any_of, is_bare_who, plain_header
from trustbook.adopt.weather_said import asks_weather

# Columns that the form itself fills: when it was answered, by whom, and its number.
_STAMPS = (
    "timestamp|tijdstempel|completion time|tijd van voltooien|voltooiingstijd|start time|begintijd"
    "|starttijd|tijd van voltooiing|datum en tijd van inzending"
)
_OWN = {
    "number": "id",
    "by": "name|naam|uw naam|jouw naam|je naam|your name|wie bent u|wie ben je|wie ben jij"
    "|who are you|ingevuld door|wie vult dit in|filled in by|naam collega|naam medewerker",
    "mail": "email|e mail|email address|e mailadres|emailadres|username|gebruikersnaam",
    "modified": "last modified time|tijdstip van laatste wijziging|laatst gewijzigd"
    "|tijd van laatste wijziging|tijdstip laatste wijziging",
}
# What a form that is a test adds, for itself and for each question.
_OF_A_TEST = re.compile(
    r"(?:total points|totaal aantal punten|quiz feedback|feedback over|score)\b"
    r"|(?:points|punten|feedback) - ",
    re.I,
)
# A question is asked in a sentence: its words tell which column is meant, the surest ones in front.
_QUESTIONS = (
    ("also_present", "wie nog|wie was er nog meer|wie waren er nog meer|nog meer bij"
     "|nog meer aanwezig|nog meer mensen|nog meer personen|nog meer partners|ook aanwezig|ook bij"
     "|who else|anyone else|anybody else|also present|also there"),
    ("initiative", "initiatief|initiative"),
    ("date", "datum|date|wanneer|when|welke dag|which day|what day|dag|day"),
    ("topic", "onderwerp|topic|subject|waarover|about|waar ging|over|besproken|bespraken|discuss"
     "|omschrijving|samenvatting|summary|description"),
    ("kind", "soort|kind|vorm|wat voor|type|op welke manier|hoe|how"),
    ("with", "met wie|with whom|partner|partners|gesprekspartner|organisatie|organisation|wie|who"
     "|whom|with|contactpersoon|contact person"),
)  # fmt: skip
# Names of whom there was contact with, in a question that may be the second one about it.
_WITH_WHOM = any_of(
    "met wie|met welke|met welk|with whom|with which|welke persoon|welk persoon"
    "|welke contactpersoon|welke partner|welke organisatie|welke instelling|which person"
    "|which people|which contact|which partner|which organisation|which organization"
    "|naam van de persoon|naam persoon"
)
_OF_OTHERS = any_of(
    "volgende|vervolg|next|onze|ons|our|us|collega|colleague|medewerker|employee|actie|action"
    "|afspraak|promise|wat|what|hoe|how|waarom|why|wanneer|when|soort|type|doel|middel"
)
# Questions with one of these words ask for something else.
_ASKS_OTHERWISE = {
    "date": "volgende|vervolg|vervolggesprek|vervolgafspraak|opnieuw|weer|voor wanneer|uiterlijk"
    "|next|again|by when|deadline",
    "kind": "hoe lang|hoe laat|hoe vaak|how long|how often|how many",
}


def form_columns(headers: Sequence[object]) -> dict[str, int]:
    """What the columns of a form are, by place; the stamp that says most exactly when it was
    answered is "stamp".
    """
    plain = [_plain(text) for text in headers]
    own, stamps = _plain_words(_OWN), _plain_words({"stamp": _STAMPS})
    ours = own | dict.fromkeys(stamps, "")
    asked = {place: text for place, text in enumerate(plain) if text and text not in ours}
    return _questions(headers, asked) | _first_places(plain, own) | _first_stamp(plain, stamps)


def _plain(header: object) -> str:
    """A header as it is compared; "" for one that asks nothing."""
    is_text = isinstance(header, str) and not _OF_A_TEST.match(header.strip())
    return plain_header(str(header)) if is_text else ""


def _first_places(plain: Sequence[str], words: Mapping[str, str]) -> dict[str, int]:
    return {words[text]: at for at, text in reversed([*enumerate(plain)]) if text in words}


def _first_stamp(plain: Sequence[str], stamps: Iterable[str]) -> dict[str, int]:
    told = next((one for one in stamps if one in plain), None)
    return {} if told is None else {"stamp": plain.index(told)}


def _plain_words(words: Mapping[str, str]) -> dict[str, str]:
    return {plain_header(one): name for name, text in words.items() for one in text.split("|")}


def _questions(headers: Sequence[object], asked: Mapping[int, str]) -> dict[str, int]:
    """The columns of Moments that questions ask for: by their header, else by their words."""
    shown = [str(text) if place in asked else "" for place, text in enumerate(headers)]
    found = log_columns(shown)
    _take_our_own(found, asked)
    for column, phrases in _QUESTIONS:
        free = {at: text for at, text in asked.items() if at not in found.values()}
        others = _places_with(_ASKS_OTHERWISE.get(column, ""), free)
        for place in _places_with(phrases, free):
            if place not in others:
                found.setdefault(column, place)
    return found


def _take_our_own(found: dict[str, int], asked: Mapping[int, str]) -> None:
    """A bare "Who?" beside another question that asks with whom is our own colleague."""
    with_ = found.get("with")
    if with_ is None or not is_bare_who(asked[with_]):
        return
    if any(asks_whom(text) for at, text in asked.items() if at not in found.values()):
        del found["with"]
        found.setdefault("by", with_)


def further_columns(headers: Sequence[object], columns: Mapping[str, int]) -> dict[str, list[int]]:
    """The places of further questions about what one of the ``columns`` of a form asks: whom there
    was contact with, and the weather.
    """
    known = {headers[at] for at in columns.values()}
    asked = {at: _plain(text) for at, text in enumerate(headers) if text not in known}
    own = _plain_words(_OWN) | dict.fromkeys(_plain_words({"": _STAMPS}), "")
    first = {text: at for at, text in reversed(asked.items()) if text and text not in own}
    free = {at: text for text, at in reversed(first.items())}
    weather = [at for at, text in free.items() if asks_weather(text)]
    whom = [at for at, text in free.items() if at not in weather and asks_whom(text)]
    return {"with": whom, "weather": weather}


def asks_whom(question: str) -> bool:
    """Whether a (plain) question asks for nothing but names of whom there was contact with."""
    if _OF_OTHERS.search(question):
        return False
    named = speaking.says_person(question) or speaking.says_organisation(question)
    return named or bool(_WITH_WHOM.search(question))


def _places_with(phrases: str, asked: Mapping[int, str]) -> list[int]:
    """The places of the questions in which one of some phrases stands, by the order of these."""
    return [
        place
        for phrase in map(plain_header, filter(None, phrases.split("|")))
        for place, text in asked.items()
        if f" {phrase} " in f" {text} "
    ]
