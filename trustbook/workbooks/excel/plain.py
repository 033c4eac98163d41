"""Spells a sheet's XML so plainly that the bulk reader neither hides nor swallows anything.

calamine gives an error cell and an uncomputed formula as blank, and sets aside memory for the whole rectangle that
cell references claim: a stray cell ends the process. So it is fed blocks of at most a thousand rows, each vetted and
with what it would hide spelled out as marked text. Ordinary sheets are respelled as text; odd ones (prefixes, comments,
other encodings, rows without numbers) go through an XML parser first, which is slower and gives the same blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

from lxml import etree

BLOCK = 1000  # rows; also a power of ten, so that row numbers of one block share their first digits
MAX_COLUMN = 1024
# Marks before a text that stands for something else. No cell holds them: a control character is no XML.
SHARED, ERROR, UNCOMPUTED = "\x01\x10", "\x01\x11", "\x01\x12"

_HEAD = re.compile(rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml\b[^>]*\?>\s*)?<worksheet\b[^>]*>")
_UTF8 = re.compile(rb"""^[^>]*?encoding\s*=\s*"(?:utf-8|us-ascii)\"""", re.IGNORECASE)
_ROW = re.compile(rb'<row\s(?:[^>]*?\s)?r="(\d{1,7})"[^>]*>')
_REF = re.compile(rb'<c r="([A-Za-z]*)(\d*)')
_EMPTY = re.compile(rb"<c [^>]*/>|<c [^>]*>\s*(?:<v\s*/>|<v></v>)?\s*</c>")
_FORMULA = rb"(?:<f\b[^>]*/>|<f\b[^>]*>[^<]*</f>)"
_SHARED = re.compile(rb'<c ([^>]*?)\bt="s"([^>]*)>(\s*)<v>')
_ERROR = re.compile(rb'\bt="e"([^>]*>\s*(?:' + _FORMULA + rb"\s*)?<v>)")
_UNCOMPUTED = re.compile(rb"<c ([^>]*)>\s*" + _FORMULA + rb"\s*(<v\s*/>|<v>\s*</v>)?\s*</c>")
_NEGATIVE = re.compile(rb'(<c [^>]*?)\bs="\d+"([^>]*>\s*(?:' + _FORMULA + rb"\s*)?<v>-)")
_TYPE = re.compile(rb'\bt="\w+"')
_MOST_PENDING = 48 << 20


class Odd(Exception):
    """The XML is spelled in a way that is only followed with a parser."""


class Stray(Exception):
    """A cell far from everything else; the message is its reference."""


def blocks(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Vetted rows of an ordinary sheet, up to a thousand at a time, without blocks that hold no value.

    Raises Odd where ``respelled`` is needed instead, Stray for a value beyond column MAX_COLUMN.
    """
    for number, rows, xml in _cut(_data(chunks)):
        if xml.count(b"<row") != rows:
            raise Odd
        if vetted := _vet(xml, number):
            yield vetted


def _data(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """What stands between <sheetData> and </sheetData>, in pieces. The rest is read as well: its checksum counts."""
    rest, inside, ended = b"", False, False
    for chunk in chunks:
        if ended:
            continue
        rest += chunk
        if not inside:
            inside, rest = _enter(rest)
            if not inside:
                continue
        end = rest.find(b"</sheetData")
        ended = end >= 0
        keep = len(rest) - 11
        piece, rest = (rest[:end], b"") if ended else (rest[:keep], rest[keep:]) if keep > 0 else (b"", rest)
        yield piece
    if not ended:
        raise Odd


def _enter(start: bytes) -> tuple[bool, bytes]:
    found = re.search(rb"<sheetData\s*(/?)>", start)
    if not found:
        if len(start) > 4 << 20 or not start[:64].lstrip(b"\xef\xbb\xbf").startswith(b"<"):
            raise Odd
        return False, start
    head = start[: found.start()]
    declared = re.match(rb"[^>]*encoding", head)
    if not _HEAD.match(head) or (declared and not _UTF8.match(head)) or b"='" in start[: found.end() + 4096]:
        raise Odd
    return True, b"</sheetData>" if found[1] else start[found.end() :]


def _cut(data: Iterable[bytes]) -> Iterator[tuple[int, int, bytes]]:
    """(number of the block, rows in it, its XML): each block holds the rows of one thousand numbers."""
    rest, seen, block, rows, last = b"", 0, -1, 0, 0
    for piece in data:
        rest += piece
        start = 0
        for found in _ROW.finditer(rest, seen):
            number = int(found[1])
            if number <= last:
                raise Odd
            if number // BLOCK != block:
                if block >= 0 or rest[start : found.start()].strip():
                    yield block, rows, rest[start : found.start()]
                start, block, rows = found.start(), number // BLOCK, 0
            last, rows, seen = number, rows + 1, found.end()
        rest, seen = rest[start:], max(0, seen - start)
        if len(rest) > _MOST_PENDING:
            raise Odd
    if rest.strip():
        yield block, rows, rest


def _vet(xml: bytes, block: int) -> bytes:
    """One block, respelled; b"" when it holds no value."""
    if b"<v>" not in xml and b"<is>" not in xml and b"<f" not in xml and b"<v " not in xml:
        return b""
    if (b"!" in xml and b"<!" in xml) or xml.count(b"<c") != xml.count(b'<c r="'):
        raise Odd
    wrong = _outside(block)
    if wrong.search(xml):
        xml = _EMPTY.sub(b"", xml)
        for found in wrong.finditer(xml):
            _judge(xml, found.start(), block)
    return _spell(xml)


def _outside(block: int) -> re.Pattern[bytes]:
    """What finds a cell beyond column ZZ, or one that claims to stand in a row of another block."""
    digits = rb"%d\d{3}" % block if block else rb"\d{1,3}"
    return re.compile(rb'<c r="(?![A-Z]{1,2}' + digits + rb'")')


def _judge(xml: bytes, at: int, block: int) -> None:
    found = _REF.match(xml, at)
    if not found or not found[1].isupper() or not found[2] or len(found[2]) > 7:
        raise Odd
    if column_number(found[1].decode()) > MAX_COLUMN:
        raise Stray((found[1] + found[2]).decode())
    if int(found[2]) // BLOCK != block:
        raise Odd


def _spell(xml: bytes) -> bytes:
    """Shared strings, errors, formulas without a value and negative numbers so that none is lost or bent."""
    xml = xml.replace(b' t="s"><v>', b' t="str"><v>' + SHARED.encode())
    if b't="s"' in xml:
        xml = _SHARED.sub(rb'<c \1t="str"\2>\3<v>' + SHARED.encode(), xml)
    if b't="e"' in xml:
        xml = _ERROR.sub(rb't="str"\1' + ERROR.encode(), xml)
        if b't="e"' in xml:
            raise Odd
    if b"<f" in xml:
        xml = _UNCOMPUTED.sub(_uncomputed, xml)
    if b"<v>-" in xml:  # calamine takes a negative number that looks like a date for midnight
        xml = _NEGATIVE.sub(rb"\1\2", xml)
    return xml


def _uncomputed(cell: re.Match[bytes]) -> bytes:
    if cell[2] and b't="str"' in cell[1]:
        return cell[0]  # computed, and the outcome is empty text
    return b'<c %s t="str"><v>%s</v></c>' % (_TYPE.sub(b"", cell[1]), UNCOMPUTED.encode())


def column_number(letters: str) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """A for 1, AA for 27."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def respelled(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same blocks for a sheet in any spelling.

    Raises Stray, or ValueError, Odd or etree.XMLSyntaxError for what no sheet is.
    """
    rows: list[bytes] = []
    block, last = -1, 0
    for row in _elements(chunks, "sheetData", "row"):
        number = int(row.get("r") or last + 1)
        if not last < number < 10**7:
            raise Odd
        cells = _cells(row, number)
        if number // BLOCK != block:
            if rows:
                yield b"".join(rows)
            block, rows = number // BLOCK, []
        if cells:
            rows.append(b'<row r="%d">%s</row>' % (number, cells))
        last = number
    if rows:
        yield b"".join(rows)


def _elements(chunks: Iterable[bytes], within: str, name: str) -> Iterator[etree._Element]:
    """Elements of one local name right inside another, each forgotten after use."""
    parser = etree.XMLPullParser(events=("end",), tag=f"{{*}}{name}", resolve_entities=False, no_network=True,
                                 load_dtd=False, huge_tree=False)  # fmt: skip

    def ready() -> Iterator[etree._Element]:
        for _, element in parser.read_events():
            if isinstance(element, etree._Element) and (parent := element.getparent()) is not None:
                if str(parent.tag).endswith(f"}}{within}"):
                    yield element
                element.clear()
                while element.getprevious() is not None:
                    del parent[0]

    for chunk in chunks:
        parser.feed(chunk)
        yield from ready()
    parser.close()
    yield from ready()


def _cells(row: etree._Element, number: int) -> bytes:
    out, column = [], 0
    for cell in row.iterfind("{*}c"):
        found = re.match(r"\$?([A-Za-z]{1,4})\$?\d", cell.get("r") or "")
        column = column_number(found[1].upper()) if found else column + 1
        content = _content(cell)
        if content and column > MAX_COLUMN:
            raise Stray(f"{column_letters(column)}{number}")
        if content:
            out.append(f'<c r="{column_letters(column)}{number}"{content}</c>'.encode())
    return b"".join(out)


def _content(cell: etree._Element) -> str:
    """Attributes and value of one cell in the plain spelling; "" for a blank one."""
    type_, style = cell.get("t") or "n", cell.get("s") or ""
    value, inline = cell.find("{*}v"), cell.find("{*}is")
    text = _joined(value) if value is not None else ""
    if type_ == "inlineStr" and inline is not None:
        return _text(string_text(inline))
    if not text.strip():
        computed = cell.find("{*}f") is None or (type_ == "str" and value is not None)
        return _text(text) if computed and text and type_ == "str" else "" if computed else _text(UNCOMPUTED)
    if type_ in ("s", "e"):
        return _text((SHARED if type_ == "s" else ERROR) + text.strip())
    if type_ in ("str", "inlineStr"):
        return _text(text)
    text = text.strip()
    look = f' s="{style}"' if style.isdigit() and not text.startswith("-") else ""
    kind = f' t="{type_}"' if type_ in ("b", "d") else ""
    return f"{look}{kind}><v>{escape(text)}</v>"


def _text(text: str) -> str:
    return f' t="str"><v>{escape(text)}</v>' if text else ""


def string_text(item: etree._Element) -> str:
    """Text of a string item, its runs joined, without the phonetic guide."""
    return "".join(_joined(node) for node in (*item.iterfind("{*}t"), *item.iterfind("{*}r/{*}t")))


def _joined(node: etree._Element) -> str:
    return "".join(map(str, node.itertext(with_tail=False)))


def strings(chunks: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Shared strings as rows of one cell each: (how many, their XML). Raises Odd as ``blocks`` does."""
    rest, inside, ended = b"", False, False
    for chunk in chunks:
        if ended:
            continue
        rest += chunk
        if not inside:
            if b"<sst" not in rest[:4096] or (b"encoding" in rest[:200] and not _UTF8.match(rest)):
                raise Odd
            at = rest.find(b"<si")
            inside, rest = at >= 0, rest[max(at, 0) :]
        end = rest.find(b"</sst>")
        ended = end >= 0
        cut = end if ended else max(rest.rfind(b"<si>"), 0)
        if inside and cut:
            yield _string_rows(rest[:cut])
            rest = rest[cut:]
        if len(rest) > _MOST_PENDING:
            raise Odd
    if not ended and rest.rstrip()[-2:] != b"/>":
        raise Odd


def _string_rows(xml: bytes) -> tuple[int, bytes]:
    count = xml.count(b"<si")
    if xml.count(b"<si>") + xml.count(b"<si/>") != count or b"<!" in xml:
        raise Odd
    xml = xml.replace(b"<si>", b'<row><c t="inlineStr"><is>').replace(b"</si>", b"</is></c></row>")
    return count, xml.replace(b"<si/>", b"<row></row>")


def respelled_strings(chunks: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """The same for shared strings in any spelling."""
    rows: list[str] = []
    for item in _elements(chunks, "sst", "si"):
        rows.append(f"<row><c{_text(string_text(item)) or '>'}</c></row>")
        if len(rows) == BLOCK:
            yield len(rows), "".join(rows).encode()
            rows = []
    if rows:
        yield len(rows), "".join(rows).encode()
