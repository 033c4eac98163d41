"""Both ways of cutting a sheet into rows give the same rows: the quick one as text, the careful one
through a parser.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from random import Random

import pytest

from trustbook.snapshot import CellValue
from trustbook.workbooks.excel import CONVENTIONS
from trustbook.xlsx import read_rows, reader
from trustbook.xlsx.cell_decoder import FormatKind, Odd, Shown

_LARGE = 30_000  # bytes; larger ones hold more of the same
BOOKS = [
    path
    for path in sorted((Path(__file__).parent / "samples").rglob("*.xlsx"))
    if path.stat().st_size < _LARGE
]
_FORMATS: list[FormatKind] = ["number", "day", "duration"]
_TEXTS = ["one", "two & three", "", " spaced ", "línea\nnueva"]
_CELLS = (
    '<c r="{at}"/>', '<c r="{at}" s="1"/>', '<c r="{at}" s="1"><v>45000</v></c>',
    '<c r="{at}" t="s"><v>1</v></c>', '<c r="{at}" s="2" t="s"><v>3</v></c>',
    '<c r="{at}" t="inlineStr"><is><t>a &amp; b</t></is></c>',
    '<c r="{at}" t="inlineStr"><is><t xml:space="preserve"> a</t></is></c>',
    '<c r="{at}"><f>A1+1</f><v>2.50</v></c>', '<c r="{at}" t="str"><f>""</f><v></v></c>',
    '<c r="{at}"><f>SUM(A1:A2)</f></c>', '<c r="{at}" t="b"><v>1</v></c>',
    '<c r="{at}" t="e"><v>#REF!</v></c>', '<c t="s" r="{at}"><v>2</v></c>',
    '<c r="{at}"><f t="array" ref="{at}:{at}">A1</f><v>7</v></c>',
)  # fmt: skip
Cut = Callable[[Iterable[bytes], Shown, read_rows.Formulas], Iterator[read_rows.Row]]
_AROUND = ("", ' spans="1:4"', ' ht="15" customHeight="1"', ' x14ac:dyDescent="0.25"')


def sheet_of(chance: Random) -> str:
    """A sheet of random rows, the attributes of each in any order."""
    rows, number = [], 0
    for _ in range(chance.randrange(1, 8)):
        number += chance.choice((1, 1, 1, 3))
        letters = sorted(chance.sample("ABCD", chance.randrange(5)))
        cells = "".join(chance.choice(_CELLS).format(at=f"{at}{number}") for at in letters)
        before, after = chance.choice(_AROUND), chance.choice(_AROUND)
        after = "" if after == before else after
        tag = f'<row{before} r="{number}"{after}'
        rows.append(f"{tag}>{cells}</row>" if cells else f"{tag}/>")
    ns = 'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"'
    return f"<worksheet {ns}><sheetData>{''.join(rows)}</sheetData></worksheet>"


def cut(how: Cut, xml: str, pieces: int) -> object:
    """The rows and the formulas of a sheet that comes in pieces, by one of both ways."""
    shown, formulas = Shown(_FORMATS, False, lambda: _TEXTS), read_rows.Formulas()
    data = xml.encode()
    chunks = [data[at : at + pieces] for at in range(0, len(data), pieces)]
    rows = [(number, _bare(row)) for number, row in how(chunks, shown, formulas)]
    return [row for row in rows if row[1]], formulas.cells, formulas.arrays


def _bare(row: Sequence[CellValue]) -> list[CellValue]:
    values = list(row)
    while values and values[-1] is None:
        values.pop()
    return values


@pytest.mark.parametrize("seed", range(4))
def test_random_sheets_are_cut_alike_in_both_ways(seed: int) -> None:
    chance, odd = Random(seed), 0
    for _ in range(60):
        xml, pieces = sheet_of(chance), chance.choice((37, 400, 10_000))
        careful = cut(read_rows.careful, xml, pieces)
        try:
            assert cut(read_rows.quick, xml, pieces) == careful, xml
        except Odd:
            odd += 1
    assert odd < 50, "cells whose reference does not stand first are cut by a parser"


def test_a_row_may_say_what_it_spans_before_its_number() -> None:
    cell = '<c r="A2" t="s"><v>0</v></c>'
    xml = (
        f'<worksheet><sheetData><row spans="1:1" ht="9" r="2">{cell}</row></sheetData></worksheet>'
    )
    assert cut(read_rows.quick, xml, 10_000) == ([(2, ["one"])], {}, [])


@pytest.mark.parametrize("book", BOOKS, ids=lambda path: path.name)
def test_sample_workbooks_are_cut_alike_in_both_ways(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = book.read_bytes()
    as_usual = reader.read_snapshot(book, lambda title: True, CONVENTIONS, data)
    monkeypatch.setattr(read_rows, "quick", read_rows.careful)
    carefully = reader.read_snapshot(book, lambda title: True, CONVENTIONS, data)
    assert as_usual.titles == carefully.titles and as_usual.marks == carefully.marks
    for one, other in zip(as_usual.grids, carefully.grids, strict=True):
        assert [_bare(row) for row in one.rows] == [_bare(row) for row in other.rows]
        assert one.formulas == other.formulas and one.arrays == other.arrays
