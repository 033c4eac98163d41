"""What a raw cell of a sheet's XML shows: text as typed, numbers, days and times, faults.

A raw cell is the text after its reference, ``" s="1" t="s"><v>5</v></c>"`` without the first quote.
Most cells repeat (names, kinds, days), so each spelling is read once and equal values are one
object.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Literal, TypeAlias

from lxml import etree

from trustbook.padded import FormatPiece, as_shown, zero_format
from trustbook.snapshot import CellFault, CellValue
from trustbook.xlsx.cell_values import unescape

# A number that is shown with zeros before it has the pieces of its format.
FormatKind: TypeAlias = Literal["number", "day", "duration"] | Sequence[FormatPiece]

UNCOMPUTED, UNREADABLE = CellFault("uncomputed"), CellFault("unreadable")
REMEMBERED = 120_000

_DAY_MS = 86_400_000
_EPOCH_1900, _EPOCH_1904 = date(1899, 12, 30).toordinal(), date(1904, 1, 1).toordinal()
_LAST_SERIAL = 2_958_465  # 31-12-9999 in the 1900 system
# ECMA-376 part 1, 18.8.30: number formats that need no definition; the ranges with gaps are those
# of East Asia.
_BUILT_IN_DAYS = {*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)}
_BUILT_IN_DURATION = 46

_SPACE = r'(?: xml:space="preserve")?'
_CELL = re.compile(
    r'(?: s="(\d+)")?(?: t="(\w+)")?>'
    r"(<f(?:\s[^>]*)?(?:/>|>[^<]*</f>))?"
    rf"(?:<v{_SPACE}>([^<]*)</v>|(<v\s*/>)|<is><t{_SPACE}>([^<]*)</t></is>)?</c>\s*"
).fullmatch
_ITEM = re.compile(rf"<si><t{_SPACE}>([^<]*)</t></si>")
_SHARED = re.compile(r'(?: s="\d+")? t="s"><v>(\d{1,9})</v></c>').fullmatch
_INLINE, _INLINE_END = ' t="inlineStr"><is><t>', "</t></is></c>"
_ATTRIBUTES = re.compile(r"((?:\s+[\w:]+=\"[^\"<]*\")*)\s*(/?>.*)", re.DOTALL).fullmatch
_ATTRIBUTE = re.compile(r"\s([\w:]+)=\"([^\"]*)\"")
_ENTITY = re.compile(r"&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|(amp|lt|gt|quot|apos));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_STRING = etree.XPath("string()")
_STYLE = re.compile(r"[0-9]{1,6}").fullmatch
_WHOLE = re.compile(r"-?\d{1,15}").fullmatch
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?").fullmatch
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.')


class Odd(Exception):
    """The XML is spelled in a way that only a parser can follow."""


class TooDeep(Odd):
    """Elements stand in one another deeper than any program writes them."""


class Shown(dict[str, CellValue]):
    """Raw cells and what they show.

    ``formats`` is the kind of number format by style, ``strings`` gives the shared texts.
    ``computes`` tells whether a formula was among the cells. Raises Odd, on looking up, for what is
    not one whole cell.
    """

    def __init__(
        self, formats: list[FormatKind], date1904: bool, strings: Callable[[], list[str]]
    ) -> None:
        super().__init__()
        self._formats = formats
        self._date1904 = date1904
        self._strings = strings
        self._texts: list[str] = []
        self.computes = False

    def forget(self) -> None:
        """Keep memory bounded: let go of what was remembered once it is much."""
        if len(self) > REMEMBERED:
            self.clear()

    def __missing__(self, raw: str) -> CellValue:
        if (
            raw.startswith(_INLINE)
            and raw.endswith(_INLINE_END)
            and "<" not in (text := raw[22:-13])
        ):
            value: CellValue = clean_text(text) or None
        elif shared := _SHARED(raw):
            value = self._text(int(shared[1]))
        elif found := _CELL(raw):
            value = self._usual(*found.groups())
        else:
            value = self._unusual(raw)
        self[raw] = value
        return value

    def _text(self, index: int) -> CellValue:
        try:
            return self._texts[index] or None
        except IndexError:
            self._texts = self._strings()
            return (self._texts[index] or None) if index < len(self._texts) else UNREADABLE

    def _usual(
        self, style: str | None, kind: str | None, formula: str | None, *texts: str | None
    ) -> CellValue:
        text, blank, inline = texts
        self.computes = self.computes or formula is not None
        if inline is not None:
            return clean_text(inline) or None
        if text:
            return self._value(kind, style, clean_text(text))
        computed = formula is None or (kind == "str" and (text == "" or blank is not None))
        return None if computed else UNCOMPUTED

    def cell(self, node: etree._Element) -> CellValue:
        """What a parsed cell shows."""
        kind, inline, found = node.get("t"), node.find("{*}is"), node.find("{*}v")
        self.computes = self.computes or node.find("{*}f") is not None
        if kind == "inlineStr" and inline is not None:
            return unescape(item_text(inline)) or None
        text = joined(found) if found is not None else ""
        if text:
            return self._value(kind, node.get("s"), unescape(text))
        shows_nothing = kind == "str" and found is not None
        return None if node.find("{*}f") is None or shows_nothing else UNCOMPUTED

    def _unusual(self, raw: str) -> CellValue:
        """A cell with nothing in it, other attributes, rich text or an extension."""
        split = _ATTRIBUTES(raw)
        if not split:
            raise Odd
        if "<" not in split[2]:
            if split[2].strip() != "/>":
                raise Odd
            return None
        named = dict(_ATTRIBUTE.findall(split[1]))
        usual = "".join(f' {name}="{named[name]}"' for name in ("s", "t") if name in named)
        if usual + split[2] != raw:
            return self[usual + split[2]]
        try:
            return self.cell(_parsed(f"<c{raw}"))
        except TooDeep:  # the cells around it are as good as ever
            return UNREADABLE

    def _value(self, kind: str | None, style: str | None, text: str) -> CellValue:
        if kind in ("str", "inlineStr"):
            return text
        text = text.strip()
        if kind == "s":
            return self._text(int(text)) if _WHOLE(text) and text[0] != "-" else UNREADABLE
        if kind == "b":
            return text.lower() in ("1", "true")
        if kind == "e":
            return CellFault(text)
        if kind == "d":
            return _iso(text)
        return self._formatted(style, text)

    def _formatted(self, style: str | None, text: str) -> CellValue:
        """A number as its format shows it: a number, a day, a time or a duration."""
        number = _number(text)
        if style is None or isinstance(number, CellFault):
            return number
        format_ = _format_of(style, self._formats)
        if format_ is None:
            return UNREADABLE  # without its format nobody can tell a number from a day
        if not isinstance(format_, str):
            return as_shown(number, format_) if isinstance(number, int) else number
        if format_ == "number" or not 0 <= number <= _LAST_SERIAL:
            return number
        return timedelta(days=number) if format_ == "duration" else _day(number, self._date1904)


def _format_of(style: str, formats: list[FormatKind]) -> FormatKind | None:
    """The format of a style; None for one that the workbook does not have."""
    if not formats:
        return "number"
    index = int(style) if _STYLE(style) else len(formats)
    return formats[index] if index < len(formats) else None


def clean_text(text: str) -> str:
    """Text of an XML element as a person reads it. Raises Odd for an entity XML does not know."""
    if "&" in text:
        if text.count("&") != len(_ENTITY.findall(text)):
            raise Odd
        text = _ENTITY.sub(_character, text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unescape(text) if "_x" in text else text


def _character(entity: re.Match[str]) -> str:
    decimal, hexadecimal, name = entity.groups()
    code = int(decimal or hexadecimal or "0", 16 if hexadecimal else 10)
    if not name and (code == 0 or code > 0x10FFFF):
        raise Odd
    return _NAMED[name] if name else chr(code)


def item_text(item: etree._Element) -> str:
    """Text of a string item, its runs joined, without the phonetic guide."""
    return "".join(joined(node) for node in (*item.iterfind("{*}t"), *item.iterfind("{*}r/{*}t")))


def joined(node: etree._Element) -> str:
    """All text inside an element, comments left out."""
    return str(_STRING(node)) if len(node) else node.text or ""


def _number(text: str) -> int | float | CellFault:
    """Whole where it is whole and exact, as 612345678.0 is."""
    if _WHOLE(text):
        return int(text)
    number = float(text) if _NUMBER(text) else float("nan")
    if number != number or abs(number) == float("inf"):
        return UNREADABLE
    return int(number) if number.is_integer() and abs(number) <= 2**53 else number


def _day(serial: float, date1904: bool) -> CellValue:
    """A date, a moment, or below one a time of day; a millisecond of noise does not count."""
    total = round(serial * _DAY_MS)
    if total % 1000 in (1, 999):
        total = round(total, -3)
    days, rest = divmod(min(total, _DAY_MS - 1) if serial < 1 else total, _DAY_MS)
    at = (datetime.combine(date.min, time()) + timedelta(milliseconds=rest)).time()
    if serial < 1:
        return at
    ordinal = days + (_EPOCH_1904 if date1904 else _EPOCH_1900 + (days < 60))
    if ordinal > date.max.toordinal():
        return serial
    day = date.fromordinal(ordinal)
    return datetime.combine(day, at) if rest else day


def _iso(text: str) -> CellValue:
    """A day or time a program wrote as ISO 8601; anything else stays the text it is."""
    try:
        if re.fullmatch(r"T?\d\d:\d\d(:\d\d(\.\d+)?)?", text):
            return time.fromisoformat(text.lstrip("T"))
        moment = datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return text
    return moment.date() if moment.time() == time() else moment


def format_kinds(root: etree._Element | None) -> list[FormatKind]:
    """The kind of each cell style of a stylesheet, in their order."""
    if root is None:
        return []
    codes = {
        node.get("numFmtId"): node.get("formatCode") or ""
        for node in root.iterfind("{*}numFmts/{*}numFmt")
    }
    known: dict[str | None, FormatKind] = {}
    kinds: list[FormatKind] = []
    for node in root.iterfind("{*}cellXfs/{*}xf"):
        number = node.get("numFmtId")
        if number not in known:
            known[number] = format_kind(codes[number]) if number in codes else _built_in(number)
        kinds.append(known[number])
    return kinds


def _built_in(number: str | None) -> FormatKind:
    code = int(number) if number and number.isdecimal() else 0
    if code == _BUILT_IN_DURATION:
        return "duration"
    return "day" if code in _BUILT_IN_DAYS else "number"


def format_kind(code: str) -> FormatKind:
    """What a number format makes of a positive number; "day" is a time, too."""
    if (marks := zero_format(code)) is not None:
        return marks
    code = _LITERAL.sub("", code).partition(";")[0].lower()
    if re.search(r"\[(h+|m+|s+)\]", code):
        return "duration"
    code = re.sub(r"\[[^\]]*\]|general", "", code)
    return "day" if re.search(r"[dmyhs]", code) else "number"


def strings_of(xml: str) -> Iterable[str]:
    """Shared strings of whole ``<si>`` items. Raises Odd for what only a parser can follow."""
    found = _ITEM.findall(xml)
    if len(found) == xml.count("<si"):
        return map(clean_text, found) if "&" in xml or "_x" in xml or "\r" in xml else found
    items = _parsed(f"<sst>{xml}</sst>").iterfind("si")
    return (unescape(item_text(item)) for item in items)


def _parsed(xml: str) -> etree._Element:
    """A stretch of a sheet, parsed. Raises Odd where only the whole explains what it says, and
    TooDeep.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        return etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        too_deep = "Excessive depth" in str(error)
        raise (TooDeep if too_deep else Odd) from error
    except ValueError as error:
        raise Odd from error
