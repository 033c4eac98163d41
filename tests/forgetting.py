"""A book in which somebody is to be forgotten, and what finds every byte of theirs in a folder."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

from trustbook.snapshot import CellValue, Changes, RowAddition
from trustbook.workbooks.excel import CONVENTIONS
from trustbook.workbooks.template import new_workbook
from trustbook.xlsx.edit import edit

# Everything by which Fatima can be known; none of it may be left anywhere.
SIGNS = ("fatima", "amrani", "06-12345678", "0612345678", "f.elamrani")
ROWS: dict[str, list[dict[str, CellValue]]] = {
    "Partners": [
        {"name": "Police", "tier": "core local"},
        {"name": "School", "tier": "wider local", "holder": "Ans"},
        {"name": "GGD", "tier": "wider local", "own_view": "call Fatima first"},
        {"name": "Karim Idrissi", "kind": "individual", "tier": "civil society"},
        {"name": "Mosque El Noor", "tier": "civil society"},
    ],
    "People": [
        {"name": "Fatima El Amrani", "partner": "Police", "phone": "06-12345678",
         "email": "f.elamrani@police.example", "role": "adviser"},
        {"name": "Piet Bakker", "partner": "Police", "phone": "06-11111111"},
        {"name": "Noor Jansen", "partner": "School", "role": "stands in for El Amrani"},
        {"name": "Karim Idrissi", "partner": "Karim Idrissi", "phone": "06-99999999"},
    ],
    "Moments": [
        {"date": date(2026, 9, 1), "with": "Fatima El Amrani; School", "topic": "coffee"},
        {"date": date(2026, 8, 20), "with": "FATIMA  EL AMRANI (Police)", "by": "Ans"},
        {"date": date(2026, 8, 10), "with": "School", "also_present": "Fatima El Amrani",
         "topic": "F. El Amrani calls back on 0612345678"},
        {"date": date(2026, 8, 1), "with": "Piet Bakker", "topic": "f.elamrani@police.example"},
        {"date": date(2026, 7, 20), "with": "Karim Idrissi", "topic": "tea with Karim"},
        {"date": date(2026, 7, 10), "with": "Karim Idrissi; GGD", "topic": "tour"},
        {"date": date(2026, 7, 5), "with": "Mosque El Noor", "promise": "send Fátima the card"},
    ],
    "Consultations": [{"name": "Round table", "members": "Police; School; Karim Idrissi",
                       "chair": "Fatima El Amrani"}],
}  # fmt: skip
_TYPED = {"Partners": "partners", "People": "people", "Moments": "moments",
          "Consultations": "consultations"}  # fmt: skip


def make_book(path: Path, rows: dict[str, list[dict[str, CellValue]]] | None = None) -> None:
    """A workbook from the template with ``rows`` by sheet and column."""
    from trustbook.columns import TYPED
    from trustbook.reading.lists import find_lists
    from trustbook.workbooks.excel import ExcelWorkbook

    new_workbook(path, "en")
    lists = find_lists(ExcelWorkbook(path).read().grids)
    sheets = {sheet.en: sheet for sheet in TYPED}
    additions = []
    for title, lines in (ROWS if rows is None else rows).items():
        listing = lists[sheets[title].key]
        for line in lines:
            cells = {listing.columns[name]: value for name, value in line.items()}
            additions.append(RowAddition(listing.title, listing.header_row, cells))
    data = edit(path.read_bytes(), Changes(additions=additions), CONVENTIONS).data
    path.write_bytes(data)


def found_in(folder: Path, signs: Sequence[str] = SIGNS) -> list[str]:
    """Every place in a folder where one of these signs stands: file, part, sign.

    Zip parts are looked at as they are packed out, memories with all their pages, freed ones too,
    and whatever is packed in them.
    """
    return [
        f"{name}: {sign}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for name, data in parts_of(path)
        for sign in signs
        for form in (sign.encode(), sign.encode("utf-16-le"))
        if form in data.lower()
    ]


def parts_of(path: Path) -> Iterator[tuple[str, bytes]]:
    """A file, and what is packed in it."""
    data = path.read_bytes()
    yield path.name, data
    yield f"{path.name}, packed out", inflated(data)
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for name in package.namelist():
                yield f"{path.name}!{name}", package.read(name)


_PACKED = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
_PIECE = 64


def inflated(data: bytes) -> bytes:
    """What is packed anywhere in some bytes, each as far as it can be packed out."""
    return b"".join(_as_far_as_it_goes(data[at.start() :]) for at in _PACKED.finditer(data))


def _as_far_as_it_goes(data: bytes) -> bytes:
    packed, told = zlib.decompressobj(), b""
    with suppress(zlib.error):
        for at in range(0, len(data), _PIECE):
            told += packed.decompress(data[at : at + _PIECE])
            if packed.eof:
                break
    return told


def everything_in(folder: Path) -> bytes:
    """All bytes of the files in a folder, and what is packed in them."""
    kept = b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
    return kept + inflated(kept)


_INLINE = re.compile(rb't="inlineStr"([^>]*)><is>(.*?)</is></c>', re.DOTALL)


def share_texts(path: Path) -> None:
    """Save a workbook as Excel does: all texts in one table, to which the cells refer."""
    texts: list[bytes] = []

    def refer(cell: re.Match[bytes]) -> bytes:
        texts.append(b"<si>" + cell[2] + b"</si>")
        return b't="s"' + cell[1] + b"><v>%d</v></c>" % (len(texts) - 1)

    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    for name in parts:
        if name.startswith("xl/worksheets/sheet"):
            parts[name] = _INLINE.sub(refer, parts[name])
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    table = f'<sst xmlns="{main}">'.encode() + b"".join(texts) + b"</sst>"
    parts["xl/sharedStrings.xml"] = table
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    _add(parts, "[Content_Types].xml", f'<Override PartName="/xl/sharedStrings.xml" '
         f'ContentType="{kind}"/>')  # fmt: skip
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    _add(parts, "xl/_rels/workbook.xml.rels", f'<Relationship Id="rIdTexts" Type="{relation}" '
         f'Target="sharedStrings.xml"/>')  # fmt: skip
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)


def _add(parts: dict[str, bytes], name: str, element: str) -> None:
    at = parts[name].rindex(b"</")
    parts[name] = parts[name][:at] + element.encode() + parts[name][at:]


def dump(path: Path) -> str:
    """All that a memory says, as text."""
    from trustbook.ledger import Ledger
    from trustbook.ledger.statements import TABLE_NAMES
    from trustbook.ledger.table_copies import lines_in

    with Ledger(path, reads_only=True) as ledger:
        lines = {table: lines_in(ledger._db, table) for table in TABLE_NAMES}
    return "\n".join(f"{table}: {_told(cell)}" for table, found in lines.items()
                     for line in found for cell in line)  # fmt: skip


def _told(cell: object) -> str:
    return inflated(cell).decode() if isinstance(cell, bytes) else str(cell)
