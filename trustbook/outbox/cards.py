"""The call list as cards for a telephone's address book: vCard 3.0 (RFC 2426) and 4.0 (RFC 6350).

The libraries for it write 3.0 alone, and a telephone of today asks for either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from trustbook.model import Book
from trustbook.names import fit_text, key, telephone_number
from trustbook.network.calllist import CallEntry

_LINE = 75  # bytes


def call_cards(book: Book, entries: Iterable[CallEntry], version: str = "3.0") -> bytes:
    """A card for every person to ask for and every deputy that has a work phone, each once.

    ``version``: "3.0" or "4.0".
    """
    seen, lines = set(), list[str]()
    for entry in entries:
        partner = book.partners[entry.partner]
        people = (
            (entry.person, entry.role, entry.phone),
            (entry.deputy, entry.deputy_role, entry.deputy_phone),
        )
        for name, role, phone in people:
            known = (entry.partner, key(name or ""))
            if name and (number := telephone_number(phone)) and known not in seen:
                seen.add(known)
                uid = f"{partner.id or key(partner.name)}-{key(name)}@trustbook"
                lines += _card(name, partner.name, role, number, uid, version)
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line)).encode()


def _card(
    name: str, partner: str, role: str | None, phone: str, uid: str, version: str
) -> Iterator[str]:
    yield "BEGIN:VCARD"
    yield f"VERSION:{version}"
    yield f"UID:{_escaped(uid)}"
    yield f"FN:{_escaped(name)}"
    yield f"N:{_escaped(name)};;;;"
    yield f"ORG:{_escaped(partner)}"
    if role:
        yield f"TITLE:{_escaped(role)}"
    yield f"TEL;TYPE={'work,voice' if version == '4.0' else 'WORK,VOICE'}:{_escaped(phone)}"
    yield "END:VCARD"


def _escaped(text: str) -> str:
    """A value in which nothing ends it or begins another."""
    text = fit_text(text).replace("\\", "\\\\").replace("\r\n", "\n").replace("\n", "\\n")
    return text.replace(",", "\\,").replace(";", "\\;")


def _folded(line: str) -> Iterator[str]:
    """A line in pieces of 75 bytes at most, none of which ends within a character."""
    piece, size = "", 0
    for sign in line:
        length = len(sign.encode())
        if size + length > _LINE:
            yield piece
            piece, size = " ", 1
        piece, size = piece + sign, size + length
    yield piece
