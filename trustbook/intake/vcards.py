"""Contact cards (``.vcf``): people to propose, with their work and nothing else of them."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator, Mapping
from datetime import date

from trustbook.errors import UsageError
from trustbook.intake.contacts import Findings, FoundContact
from trustbook.intake.event_lines import plain_value
from trustbook.names import clean, key
from trustbook.privacy import grade

_LINE = re.compile(r"(?:[A-Za-z0-9-]+\.)?([A-Za-z-]+)((?:;[^:]*)?):(.*)")
_SPLIT = re.compile(r"(?<!\\);")
# Of everything else on a card (address, birthday, notes, picture) nothing is read.
_NO_PERSON = ("org", "group", "location")
_NO_SPEECH = ("FAX", "PAGER", "MODEM")
_KEPT = ("FN", "N", "ORG", "TITLE", "ROLE", "EMAIL", "TEL", "UID", "KIND")


def find_in_cards(text: str, source: str, today: date) -> Findings:
    """The people on the cards of a file."""
    found = Findings()
    whole, broken = _cards(text)
    if broken:
        found.faults.append(UsageError("intake.cut_off", name=source, count=len(whole)))
    for card in whole:
        name, home = _name(card), _organisation(card)
        if not name or _is_of_firm(card, name, home):
            found.skipped["no_person"] += 1
            continue
        told = _first(card, "UID") or f"{key(name)}|{key(home)}"
        cells = _cells(card, name)
        if "name" not in cells:
            found.skipped["guarded"] += 1
            continue
        contact = FoundContact(
            f"card|{told}", today, source, names=home, cells=cells, sheet="people"
        )
        found.contacts.append(contact)
    return found


def _cells(card: _Card, name: str) -> dict[str, str]:
    """What a card says of somebody at work, as far as it may be kept."""
    cells = {"name": name, "role": _first(card, "TITLE") or _first(card, "ROLE")}
    cells |= {"phone": _work(card, "TEL"), "email": _work(card, "EMAIL")}
    return {column: text for column, text in cells.items() if text and _may_stay(text)}


def _may_stay(text: str) -> bool:
    return grade(text, names_only=True) is None


# By the name of a property its parameters (in capitals) and values, in order.
_Card = Mapping[str, list[tuple[str, str]]]


def _cards(text: str) -> tuple[list[_Card], bool]:
    """The cards of a file, and whether one of them has no end."""
    whole: list[_Card] = []
    card: dict[str, list[tuple[str, str]]] | None = None
    broken = False
    for line in _whole_lines(text):
        word = line.strip().upper()
        if word == "BEGIN:VCARD":
            broken = broken or card is not None
            card = {}
        elif word == "END:VCARD":
            whole += [card] if card else []
            card = None
        elif card is not None and (found := _LINE.fullmatch(line.strip())):
            name, params = found[1].upper(), found[2].upper()
            if name in _KEPT:
                card.setdefault(name, []).append((params, _value(found[3], params)))
    return whole, broken or card is not None


def _whole_lines(text: str) -> Iterator[str]:
    """The lines of a file, each with what goes on below it."""
    whole: list[str] = []
    is_broken = False  # in the middle of a value in quoted-printable
    for line in text.splitlines():
        if is_broken and line.strip().upper() != "END:VCARD":
            whole[-1] = whole[-1].removesuffix("=")
            whole.append(line)
        elif line.startswith((" ", "\t")):
            whole.append(line[1:])
        else:
            yield "".join(whole)
            whole = [line]
        is_broken = line.endswith("=") and _is_quoted(whole[0])
    yield "".join(whole)


def _is_quoted(line: str) -> bool:
    return "QUOTED-PRINTABLE" in line.partition(":")[0].upper()


def _value(text: str, params: str) -> str:
    """The value of a property; old cards have theirs in quoted-printable."""
    if "QUOTED-PRINTABLE" not in params:
        return text
    charset = re.search(r"CHARSET=([\w-]+)", params)
    raw = quopri.decodestring(text.encode("ascii", "replace"))
    try:
        return raw.decode(charset[1] if charset else "utf-8", "replace")
    except LookupError:
        return raw.decode("utf-8", "replace")


def _first(card: _Card, name: str) -> str:
    return clean(plain_value(card.get(name, [("", "")])[0][1]))


def _name(card: _Card) -> str:
    full = _first(card, "FN")
    if full and not ("," in full and "N" in card):  # there the surname stands in front
        return full
    family, given, middle = _parts_of_name(card)
    return clean(" ".join(filter(None, (given, middle, family)))) or full


def _parts_of_name(card: _Card) -> tuple[str, ...]:
    """Surname, first name and what stands between; "" for what is not said."""
    parts = [clean(plain_value(part)) for part in _SPLIT.split(card.get("N", [("", "")])[0][1])]
    return (*parts, "", "", "")[:3]


def _is_of_firm(card: _Card, name: str, home: str) -> bool:
    """Whether a card is of nobody: it says so, or has the name of the organisation alone."""
    if _first(card, "KIND").lower() in _NO_PERSON:
        return True
    return key(name) == key(home) and not _parts_of_name(card)[1]


def _organisation(card: _Card) -> str:
    return clean(plain_value(_SPLIT.split(card.get("ORG", [("", "")])[0][1])[0]))


def _work(card: _Card, name: str) -> str:
    """The first value that is of the work, else the first that is not of the home; no fax."""
    others = ("HOME", *_NO_SPEECH)
    told = [one for one in card.get(name, ()) if not any(word in one[0] for word in others)]
    told.sort(key=lambda pair: "WORK" not in pair[0])
    return (
        clean(plain_value(told[0][1]).removeprefix("tel:").removeprefix("mailto:")) if told else ""
    )
