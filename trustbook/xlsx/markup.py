"""A part's XML: small parts as trees, a large sheet as text that can be cut where its tags stand.

A tree of a sheet with 200,000 rows costs seconds and gigabytes; finding its tags in the text costs
a tenth of a second. In well-formed XML a ``<`` opens a tag everywhere but in comments, instructions
and CDATA: those are masked.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from typing import Any, cast

from lxml import etree

from trustbook.errors import SafetyStop

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_RELATIONSHIPS = "http://purl.oclc.org/ooxml/officeDocument/relationships"

ATTRIBUTES = rb"""(?:[^>"'/]|/(?!>)|"[^"]*"|'[^']*')*"""
_DECLARATION = re.compile(rb"^\s*<\?xml\s.*?\?>", re.DOTALL)
_ENCODING = re.compile(rb"""encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_NOT_TAGS = re.compile(rb"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[.*?\]\]>", re.DOTALL)
_ENDLESS_TAG = re.compile(rb"<[^<>]{2000000}")
_POSITION = re.compile(r"[0-9]{1,9}").fullmatch
_ATTRIBUTE = re.compile(rb"""([^\s=]+)\s*=\s*("[^"]*"|'[^']*')""")


def parser() -> etree.XMLParser:
    """A parser that fetches nothing, expands nothing and keeps what it does not understand."""
    return etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=True, strip_cdata=False
    )


def parse_part(data: bytes) -> etree._Element:
    """The root of a small part. Raises SafetyStop for what is no XML, or made to hang a parser."""
    # The time a parser takes grows with the square of an element's attributes.
    if _ENDLESS_TAG.search(data):
        raise SafetyStop("excel.damaged", where="<…>")
    try:
        return etree.fromstring(data, parser())
    except etree.XMLSyntaxError as fault:
        raise SafetyStop("excel.damaged", where=fault.msg) from None


def dump(root: etree._Element) -> bytes:
    """The whole document of ``root`` as it was declared, with what stands before the root."""
    tree = root.getroottree()
    info = tree.docinfo
    said: dict[str, Any] = {"xml_declaration": True, "encoding": info.encoding or "UTF-8"}
    if info.standalone is not None:
        said["standalone"] = info.standalone
    return cast(bytes, etree.tostring(tree, **said))


def scope_of(name: etree._Element) -> int | None:
    """The position of the sheet that a defined name is for; None for one of the whole workbook, or
    whose position is no number: that one belongs to no sheet.
    """
    written = name.get("localSheetId", "")
    return int(written) if _POSITION(written) else None


def local(element: etree._Element) -> str:
    """The tag without its namespace; "" for comments and instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def namespace(element: etree._Element) -> str:
    """The namespace of the tag, "" where there is none."""
    return etree.QName(element).namespace or ""


def children(element: etree._Element | None, name: str) -> list[etree._Element]:
    """The child elements with this local name."""
    return [] if element is None else [child for child in element if local(child) == name]


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    """The first child element with this local name."""
    found = children(element, name)
    return found[0] if found else None


def make(near: etree._Element, name: str, values: dict[str, str] | None = None) -> etree._Element:
    """A new element in the namespace of ``near``, spelled with the same prefix."""
    return _made(near, name, values, near.nsmap)


def make_tied(
    near: etree._Element, name: str, values: dict[str, str], space: str, relation: str
) -> etree._Element:
    """The same with an ``id`` of a relationship in the namespace ``space``.

    Its prefix is r unless that is taken: some programs (exceljs) know the attribute by its letters.
    """
    element = _made(near, name, values, {"r": space, **near.nsmap})
    element.set(f"{{{space}}}id", relation)
    return element


def _made(
    near: etree._Element,
    name: str,
    values: dict[str, str] | None,
    spaces: Mapping[str | None, str],
) -> etree._Element:
    tag = f"{{{namespace(near)}}}{name}"
    return near.makeelement(tag, values or {}, nsmap=spaces)  # type: ignore[arg-type]


def elements(element: etree._Element) -> list[etree._Element]:
    """The child elements, without comments and instructions."""
    return [each for each in element if local(each)]


def insert_after(root: etree._Element, fresh: etree._Element, names: tuple[str, ...]) -> None:
    """Put a child of ``root`` right after the last one that has one of these local names."""
    before = [each for each in root if local(each) in names]
    root.insert(root.index(before[-1]) + 1, fresh)


def drop(element: etree._Element, *names: str) -> None:
    """Take attributes away, where they are."""
    for name in names:
        if name in element.attrib:
            del element.attrib[name]


def true(value: str | None) -> bool:
    """An XML boolean as programs write it."""
    return (value or "").strip().lower() in ("1", "true", "on")


def canonical(element: etree._Element) -> bytes:
    """The element without its tail, in the form in which equal content is equal bytes."""
    if not isinstance(element.tag, str):  # lxml dies of a comment or an instruction on its own
        return etree.tostring(element, with_tail=False)
    try:
        return etree.tostring(
            element, method="c14n", exclusive=True, with_comments=True, with_tail=False
        )
    except etree.C14NError:
        # A namespace that is no whole address: the standard's later version takes it, too.
        text = etree.tostring(element, encoding="unicode", with_tail=False)
        return str(etree.canonicalize(text, with_comments=True)).encode()


def attributes(tag: bytes) -> dict[bytes, bytes]:
    """Attributes of a start tag's text, by their written name, values still escaped."""
    return {name: value[1:-1] for name, value in _ATTRIBUTE.findall(tag)}


class Markup:
    """A large part as UTF-8 text that goes back in the encoding it came in.

    ``text`` is the part without its byte-order mark; ``masked`` has the same length, with comments,
    instructions and CDATA blanked, so that a tag found there is a tag.
    """

    def __init__(self, data: bytes) -> None:
        self._mark, self._codec = _encoding(data)
        self.text = data[len(self._mark) :] if self._mark else data
        if self._codec != "utf-8":
            self.text = self.text.decode(self._codec).encode("utf-8")
        declared = _DECLARATION.match(self.text)
        self.start = declared.end() if declared else 0
        plain = not (_holds(self.text, b"<!") or _holds(self.text, b"<?", self.start))
        self.masked = (
            self.text
            if plain
            else _NOT_TAGS.sub(lambda found: b" " * len(found.group()), self.text)
        )

    def encode(self, text: bytes) -> bytes:
        """``text`` (UTF-8) as a whole part, in the encoding the part had."""
        if self._codec != "utf-8":
            text = text.decode("utf-8").encode(self._codec, "xmlcharrefreplace")
        return self._mark + text if self._mark else text


def _holds(text: bytes, opening: bytes, start: int = 0) -> bool:
    """Whether a text holds ``opening``; one byte alone is found far sooner, and mostly absent."""
    return text.find(opening[-1:], start) >= 0 and text.find(opening, start) >= 0


def _encoding(data: bytes) -> tuple[bytes, str]:
    """Byte-order mark and codec of a part."""
    little, big = "utf-16-le", "utf-16-be"
    for mark, codec in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, little),
        (codecs.BOM_UTF16_BE, big),
    ):
        if data.startswith(mark):
            return mark, codec
    for start, codec in ((b"<\0", little), (b"\0<", big)):
        if data.startswith(start):
            return b"", codec
    declared = _DECLARATION.match(data)
    named = _ENCODING.search(declared.group()) if declared else None
    try:
        return b"", codecs.lookup(named.group(1).decode("ascii")).name if named else "utf-8"
    except LookupError:
        return b"", "utf-8"
