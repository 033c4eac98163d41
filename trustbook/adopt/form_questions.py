"""What the columns of a form ask: by their header, else by the words of the question."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from trustbook.adopt.contact_log import log_columns
from trustbook.adopt.speaking import plain_header

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
    ("weather", "het weer|welk weer|weather"),
    ("date", "datum|date|wanneer|when|welke dag|which day|what day|dag|day"),
    ("topic", "onderwerp|topic|subject|waarover|about|waar ging|over|besproken|bespraken|discuss"
     "|omschrijving|samenvatting|summary|description"),
    ("kind", "soort|kind|vorm|wat voor|type|op welke manier|hoe|how"),
    ("with", "met wie|with whom|partner|partners|gesprekspartner|organisatie|organisation|wie|who"
     "|whom|with|contactpersoon|contact person"),
)  # fmt: skip
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
    for column, phrases in _QUESTIONS:
        free = {at: text for at, text in asked.items() if at not in found.values()}
        others = _places_with(_ASKS_OTHERWISE.get(column, ""), free)
        for place in _places_with(phrases, free):
            if place not in others:
                found.setdefault(column, place)
    return found


def _places_with(phrases: str, asked: Mapping[int, str]) -> list[int]:
    """The places of the questions in which one of some phrases stands, by the order of these."""
    return [
        place
        for phrase in map(plain_header, filter(None, phrases.split("|")))
        for place, text in asked.items()
        if f" {phrase} " in f" {text} "
    ]
