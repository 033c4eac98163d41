"""Citizen service numbers (BSN), however they are grouped, and what only looks like one.

Nine digits that pass the 11-test are a BSN unless the words around them say that they are a number
of another kind; where the text says BSN, they always are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from trustbook.names import clean

_LENGTH = 9
_GAP = r"[ ./_·\-]"
# Digits in groups, from the first to the last; a plain set of characters in front lets the regular
# expression engine skip the rest quickly.
_RUN = re.compile(rf"[0-9](?:{_GAP}{{0,3}}[0-9])*")
_GROUP = re.compile(r"([0-9]+)([^0-9]*)")
_ENOUGH = re.compile(rf"[0-9](?:{_GAP}{{0,3}}[0-9]){{7}}")
_SAYS_BSN = re.compile(
    r"(?<![a-z])b\.?s\.?n(?![a-z])|bsn-?(?:nr|nummer)|burger ?service|(?<![a-z])sofi"
    r"|citizen service|social security|national id(?!e)|national insurance",
    re.IGNORECASE,
)
# What a number is called, so near before it that it is of that number.
_OTHER_KIND = re.compile(
    r"(?:\b(?:tel|telefoon\w*|telephone|phone|mob|mobiel\w*|mobile|gsm|fax|t|m"
    r"|06|\+31|0031|doorkies\w*|toestel|nummer buiten kantooruren|piket\w*"
    r"|factuur\w*|invoice|order\w*|bestel\w*|offerte\w*|purchase order|po|kvk\w*|rsin\w*|btw\w*"
    r"|vat|iban|rekening\w*|account|artikel\w*|article|serie\w*|serial|product\w*|isbn|issn|doi"
    r"|tracking\w*|track|ticket\w*|referentie\w*|polis\w*|contract\w*|abonnements?\w*|klant\w*"
    r"|licentie\w*|licence|license|kosten\w*|project\w*|barcode|charity|fiscaal|loonheffing\w*"
    r"|verseon|corsa|decos|djuma|mozard|raads\w+|documentn\w+"
    r"|zendings?\w*|pakket\w*|parcel|meeting id|vergader\w*|teams|zoom|pin|code)"
    r"[ .:#=]*(?:-?(?:nr|no|nummer|number|num|id)\b)?|\bnl|€|eur(?:o)?|://\S*)"
    r"[ .:#=()]*(?:is|was)?[ .:]*$",
    re.IGNORECASE,
)
_COUNTRY = re.compile(r"(?:\+|00)\s*31\s*(?:\(0\)\s*)?$")


def names_citizen(text: str) -> bool:
    """Whether a citizen service number stands in ``text`` (plain signs, see ``plain_text``)."""
    if not _ENOUGH.search(text):
        return False
    said = bool(_SAYS_BSN.search(text))
    return any(_is_citizen(digits, text[:at], said) for at, digits in _candidates(text, said))


def says_citizen_number(text: str) -> bool:
    """Whether ``text`` itself calls a number in it a citizen service number."""
    return bool(_SAYS_BSN.search(clean(text)))


def _is_citizen(digits: str, before: str, said: bool) -> bool:
    from stdnum.nl import bsn  # late: few texts hold nine digits

    if not bsn.is_valid(digits) or _COUNTRY.search(before):
        return False
    return said or not _OTHER_KIND.search(before)


def _candidates(text: str, said: bool) -> Iterator[tuple[int, str]]:
    """Where nine digits stand that may be one number, and these digits.

    Where the text says BSN, eight are nine that lost their zero, and groups may be of any kind.
    """
    for run in _RUN.finditer(text):
        groups = _GROUP.findall(run[0])
        for first, chain in _chains(groups):
            at = run.start() + sum(len(digits) + len(gap) for digits, gap in groups[:first])
            if len(chain) == _LENGTH:
                yield at, chain
        if said:
            digits = "".join(digits for digits, _ in groups)
            yield from ((run.start(), part) for part in _said_to_be(digits))


def _said_to_be(digits: str) -> list[str]:
    if len(digits) == _LENGTH - 1:
        return [f"0{digits}"]
    return [digits] if len(digits) == _LENGTH else []


def _chains(groups: list[tuple[str, str]]) -> Iterator[tuple[int, str]]:
    """The longest rows of groups with the same gap between them, and each group of nine digits that
    stands by itself; with the position of their first group.
    """
    first = 0
    while first < len(groups):
        last = _end_of_chain(groups, first)
        yield first, "".join(digits for digits, _ in groups[first:last])
        first = last if last == len(groups) else last - 1
    if len(groups) > 1:
        yield from ((at, groups[at][0]) for at in range(len(groups)) if _stands_alone(groups, at))


def _end_of_chain(groups: list[tuple[str, str]], first: int) -> int:
    """Where the row of groups with the same gap ends that begins at ``first``."""
    gap = groups[first][1].strip()
    last = first + 1
    while last < len(groups) and groups[last - 1][1].strip() == gap:
        last += 1
    return last


def _stands_alone(groups: list[tuple[str, str]], at: int) -> bool:
    """Whether a group has nine digits, and no three beside it that make it a longer number."""
    if len(groups[at][0]) != _LENGTH:
        return False
    before = groups[at - 1] if at else ("", "")
    after = groups[at + 1][0] if at + 1 < len(groups) else ""
    return not (_is_thousand(*before) or _is_thousand(after, groups[at][1]))


def _is_thousand(digits: str, gap: str) -> bool:
    return len(digits) == 3 and gap.strip() in ("", ".", "-")
