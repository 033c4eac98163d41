"""What may differ in a workbook after a write, part by part: ours, and nothing of anybody else's.

Each part stands here as the least XML that shows one rule.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from typing import Any

import pytest

from trustbook.errors import SafetyStop
from trustbook.snapshot import Cell, GeneratedSheet
from trustbook.xlsx.cell_values import BLANK, Content
from trustbook.xlsx.compare import compare_packages
from trustbook.xlsx.compare_parts import (
    compare_chains,
    compare_styles,
    without_ours,
    without_size,
)
from trustbook.xlsx.compare_sheet import compare, content_of, same_sheet
from trustbook.xlsx.defined_names import FILTER_NAME
from trustbook.xlsx.edit import EditPlan
from trustbook.xlsx.markup import canonical, parse_part

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def xml(text: str) -> Any:
    """A root element with everything in it in the namespace of a spreadsheet."""
    return parse_part(re.sub(r"^<(\w+)", rf'<\1 xmlns="{MAIN}"', text).encode())


def plan(**more: Any) -> EditPlan:
    return EditPlan("trustbook_", "xl/workbook.xml", "xl/styles.xml", "xl/calcChain.xml",
                    False, True, **more)  # fmt: skip


def alike(one: Any, other: Any) -> bool:
    return canonical(one) == canonical(other)


# the workbook part


def book(names: str, sheets: str = '<sheet name="Moments"/><sheet name="Health"/>') -> Any:
    return xml(
        f"<workbook><sheets>{sheets}</sheets><definedNames>{names}</definedNames></workbook>"
    )


def name(text: str, scope: str = "", ref: str = "A1:B9") -> str:
    where = f' localSheetId="{scope}"' if scope else ""
    return f'<definedName name="{text}"{where}>{ref}</definedName>'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (name("theirs"), name("theirs") + name("trustbook_book")),
        (name("theirs"), name("theirs") + name("any", "1")),  # scoped to a sheet of ours
        ("", name("trustbook_book")),
    ],
)
def test_names_of_ours_may_come(before: str, after: str) -> None:
    ours = plan(titles={"Health"})
    assert alike(without_ours(book(before), ours), without_ours(book(after), ours))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (name("theirs"), name("other")),
        (name("theirs"), name("theirs", ref="A1:B8")),
        (name("theirs", "0"), name("theirs")),
        (name("theirs", "0"), name("theirs", "2")),  # no sheet has that position
        (name(FILTER_NAME, "0"), name(FILTER_NAME, "0", "A1:C9")),  # it got no column
        (name("theirs", "0"), name("theirs", "0", "A1:C9")),
    ],
)
def test_names_of_others_may_not_change(before: str, after: str) -> None:
    ours = plan(titles={"Health"})
    assert not alike(without_ours(book(before), ours), without_ours(book(after), ours))


def test_of_a_list_that_got_a_column_the_filter_may_end_elsewhere() -> None:
    wider = plan(widened={"Moments"})
    longer = name(FILTER_NAME, "0", "Moments!A1:C9")
    shorter = name(FILTER_NAME, "0", "Moments!A1:B9")
    assert alike(without_ours(book(shorter), wider), without_ours(book(longer), wider))
    elsewhere = name(FILTER_NAME, "0", "Moments!A2:C9")
    assert not alike(without_ours(book(shorter), wider), without_ours(book(elsewhere), wider))
    plain, changed = name("theirs", "0", "M!A1:B9"), name("theirs", "0", "M!A1:C9")
    assert not alike(without_ours(book(plain), wider), without_ours(book(changed), wider))
    empty = name(FILTER_NAME, "0", "")
    assert alike(without_ours(book(empty), wider), without_ours(book(empty), wider))


def test_which_sheet_was_open_counts_only_while_none_of_ours_goes() -> None:
    def view(active: int) -> Any:
        return xml(
            f'<workbook><bookViews><workbookView activeTab="{active}"/></bookViews></workbook>'
        )

    assert not alike(without_ours(view(0), plan()), without_ours(view(1), plan()))
    gone = plan(removed={"Health"})
    assert alike(without_ours(view(0), gone), without_ours(view(1), gone))


def test_the_wish_to_compute_anew_may_come_and_go_with_what_held_it() -> None:
    def wish(attributes: str) -> Any:
        return without_ours(xml(f"<workbook><calcPr{attributes}/></workbook>"), plan())

    nothing = without_ours(xml("<workbook/>"), plan())
    assert alike(wish(' fullCalcOnLoad="1"'), nothing)
    assert alike(wish(' calcId="7" fullCalcOnLoad="1"'), wish(' calcId="7"'))
    assert not alike(wish(' calcId="7"'), nothing)
    assert not alike(wish(' calcId="7"'), wish(' calcId="8"'))


# tables


def table(ref: str, columns: int, filter_ref: str = "A1:B9", first: str = "a") -> Any:
    each = "".join(f'<tableColumn name="{first}{i}"/>' for i in range(columns))
    return xml(
        f'<table ref="{ref}"><autoFilter ref="{filter_ref}"/>'
        f'<tableColumns count="{columns}">{each}</tableColumns></table>'
    )


def test_a_table_may_grow_and_begins_where_it_did() -> None:
    old = without_size(table("A1:B9", 2))
    assert alike(old, without_size(table("A1:B12", 2, "A1:B12")))
    assert not alike(old, without_size(table("A2:B9", 2)))
    assert not alike(old, without_size(table("A1:B9", 2, "A2:B9")))


def test_a_table_gets_as_many_columns_as_were_planned() -> None:
    old = without_size(table("A1:B9", 2))
    assert alike(old, without_size(table("A1:C9", 3), 1))
    assert not alike(old, without_size(table("A1:C9", 3)))
    assert not alike(old, without_size(table("A1:D9", 4), 1))
    assert not alike(old, without_size(table("A1:C9", 3, first="b"), 1))
    assert without_size(xml('<table ref="A1:B9"/>'), 1).get("ref") == "A1"


# styles


def styles(fonts: str = "<font/>", count: str = "1", more: str = "") -> Any:
    return xml(f'<styleSheet>{more}<fonts count="{count}">{fonts}</fonts><dxfs/></styleSheet>')


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (styles(), styles()),
        (styles(), styles("<font/><font><b/></font>", "2")),
        (styles(count="7"), styles(count="7")),  # it counted wrong before as well
        (styles(), styles(more="<numFmts/>")),
    ],
)
def test_formats_may_be_appended(old: Any, new: Any) -> None:
    compare_styles(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (styles(), styles("<font><b/></font>")),
        (styles(), styles("<font><b/></font><font/>", "2")),
        (styles(), styles("<font/><font><b/></font>", "1")),
        (styles(), styles("<font/><font><b/></font>", "3")),
        (styles("<font/><font><b/></font>", "2"), styles()),
        (styles(), xml('<styleSheet><fonts count="1"><font/></fonts></styleSheet>')),
        (xml('<styleSheet><fonts count="1"><font/></fonts></styleSheet>'), styles()),
        (styles(), xml('<styleSheet><fonts count="1"><font/></fonts><other/></styleSheet>')),
        (styles(), xml('<styleSheet><fonts count="1"><font/></fonts><dxfs a="1"/></styleSheet>')),
        (styles(), xml('<styleSheet><fonts count="1" b="2"><font/></fonts><dxfs/></styleSheet>')),
        (styles(more="<numFmts/>"), styles()),
    ],
)
def test_formats_may_not_change(old: Any, new: Any) -> None:
    with pytest.raises(SafetyStop):
        compare_styles(old, new)


# the calculation chain


def chain(*cells: str) -> Any:
    """Cells as "sheet!cell"; one without a sheet is on the sheet of the one before."""
    pairs = [cell.rpartition("!") for cell in cells]
    links = "".join(f'<c r="{ref}"{f" i={chr(34)}{at}{chr(34)}" if at else ""}/>'
                    for at, _, ref in pairs)  # fmt: skip
    return xml(f"<calcChain>{links}</calcChain>")


WRITES_B2 = plan(cells={"xl/worksheets/sheet1.xml": {(2, 2): Content("n", "1")}})


def test_a_chain_may_lose_cells_that_we_wrote() -> None:
    compare_chains(chain("1!A1", "B2", "2!C3"), chain("1!A1", "2!C3"), WRITES_B2)
    compare_chains(chain("1!A1", "B2"), chain("1!A1", "B2"), WRITES_B2)
    gone = plan(removed={"Health"})
    compare_chains(chain("1!A1", "2!B2"), chain("1!A1"), gone)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (chain("1!A1", "B2"), chain("1!B2")),
        (chain("1!A1", "C3"), chain("1!C3", "A1")),
        (chain("1!A1"), chain("1!A1", "B2")),
        (chain("1!A1", "C3"), chain("1!A1", "2!C3")),
    ],
)
def test_a_chain_may_lose_nothing_else(old: Any, new: Any) -> None:
    with pytest.raises(SafetyStop):
        compare_chains(old, new, WRITES_B2)


# cells


@pytest.mark.parametrize(
    ("cell", "content"),
    [
        ('<c r="A1"/>', BLANK),
        ('<c r="A1" t="n"><v>42</v></c>', Content("n", "42")),
        ("<c><v>42</v></c>", Content("n", "42")),
        ('<c t="b"><v>1</v></c>', Content("b", "1")),
        ('<c t="n"><v/></c>', Content("n", "")),
        ('<c t="inlineStr"><is><t>a</t><t>b</t></is></c>', Content("inlineStr", "ab")),
    ],
)
def test_what_a_cell_holds(cell: str, content: Content) -> None:
    assert content_of(xml(cell)) == content


@pytest.mark.parametrize(
    "cell",
    ["<c><f>A1</f><v>1</v></c>", '<c t="s"><v>0</v></c>', '<c t="e"><v>#N/A</v></c>',
     '<c t="inlineStr"><v>1</v></c>', "<c><is><t>a</t></is></c>"],
)  # fmt: skip
def test_what_is_never_written(cell: str) -> None:
    with pytest.raises(ValueError, match=r"\w+"):
        content_of(xml(cell))


def sheet(rows: str, rest: str = "", before: str = "") -> bytes:
    return (
        f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{rest}</worksheet>'
    ).encode()


ROWS = (
    '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>'
    '<row r="2"><c r="A2"><v>3</v></c></row>'
)


def check(old: bytes, new: bytes, planned: dict[tuple[int, int], Content] | None = None,
          grown: bool = False, formats: int = 1, fresh: range = range(0)) -> bool:  # fmt: skip
    """Whether the new sheet passes."""
    try:
        compare(old, new, "sheet1", planned or {}, grown, formats, fresh)
    except SafetyStop:
        return False
    return True


def test_a_planned_cell_may_change_and_no_other() -> None:
    new = ROWS.replace("<v>2</v>", "<v>5</v>")
    five = {(1, 2): Content("n", "5")}
    assert check(sheet(ROWS), sheet(ROWS)) and check(sheet(ROWS), sheet(new), five)
    assert not check(sheet(ROWS), sheet(new))
    assert not check(sheet(ROWS), sheet(new), {(1, 2): Content("n", "6")})
    assert not check(sheet(ROWS), sheet(new), {(2, 1): Content("n", "5")})
    assert not check(sheet(ROWS), sheet(ROWS), five), "it was not written"
    assert check(sheet(ROWS), sheet(ROWS), {(1, 2): Content("n", "2")}), "it stood there"
    assert not check(sheet(ROWS), sheet(ROWS), {(9, 9): Content("n", "2")}), "nor is there a row"


def test_a_cell_gets_a_format_that_there_is() -> None:
    five = {(1, 2): Content("n", "5")}
    for style, formats, right in ((0, 1, True), (1, 1, False), (1, 2, True), (2, 2, False)):
        new = ROWS.replace('<c r="B1"><v>2</v>', f'<c r="B1" s="{style}"><v>5</v>')
        assert check(sheet(ROWS), sheet(new), five, formats=formats) is right, (style, formats)
    plain = ROWS.replace("<v>2</v>", "<v>5</v>")
    assert check(sheet(ROWS), sheet(plain), five, formats=0), "a workbook without formats"


def test_rows_may_come_with_planned_cells_only_and_never_go() -> None:
    third = '<row r="3"><c r="A3"><v>7</v></c></row>'
    seven = {(3, 1): Content("n", "7")}
    assert check(sheet(ROWS), sheet(ROWS + third), seven)
    assert not check(sheet(ROWS), sheet(ROWS + third))
    assert not check(sheet(ROWS + third), sheet(ROWS)), "the last is gone"
    gone = ROWS.partition("</row>")[2]
    assert not check(sheet(ROWS), sheet(gone)), "the first is gone"
    between = ROWS.replace('<row r="2">', '<row r="4">').replace("A2", "A4")
    grown = between.replace('<row r="4">', third + '<row r="4">')
    assert check(sheet(between), sheet(grown), seven)


def test_a_row_keeps_its_height_and_may_span_more() -> None:
    tall = ROWS.replace('<row r="1">', '<row r="1" ht="30">')
    wide = ROWS.replace('<row r="1">', '<row r="1" spans="1:9">')
    assert not check(sheet(ROWS), sheet(tall)) and check(sheet(ROWS), sheet(wide))


@pytest.mark.parametrize("last", ['<c r="B1"><v>2</v></c>', '<c r="B1"/>', '<c r="B1"></c>'])
def test_what_stands_behind_the_cells_of_a_row_is_as_it_was(last: str) -> None:
    rows = ROWS.replace('<c r="B1"><v>2</v></c>', last)
    more, other = (rows.replace(last, f"{last}{ext}") for ext in ("<extLst/>", "<extLst a='1'/>"))
    assert not check(sheet(rows), sheet(more)) and not check(sheet(more), sheet(rows))
    assert not check(sheet(more), sheet(other)) and check(sheet(more), sheet(more))
    five = {(1, 1): Content("n", "5")}
    assert check(sheet(more), sheet(more.replace("<v>1</v>", "<v>5</v>")), five)
    assert not check(sheet(more), sheet(other.replace("<v>1</v>", "<v>5</v>")), five)


def test_the_rest_of_a_sheet_is_as_it_was() -> None:
    rules = '<dataValidations><dataValidation sqref="A2:A9"/></dataValidations>'
    longer, other = rules.replace("A9", "A12"), rules.replace("A2", "A3")
    assert check(sheet(ROWS, rules), sheet(ROWS, longer), grown=True)
    assert not check(sheet(ROWS, rules), sheet(ROWS, longer)), "no row came"
    assert not check(sheet(ROWS, rules), sheet(ROWS, other), grown=True)
    assert not check(sheet(ROWS, rules), sheet(ROWS), grown=True)
    assert check(sheet(ROWS, before='<dimension ref="A1"/>'),
                 sheet(ROWS, before='<dimension ref="A1:B2"/>'))  # fmt: skip
    inner = "<extLst><ext><sqref>A2:A9</sqref></ext></extLst>"
    assert check(sheet(ROWS, inner), sheet(ROWS, inner.replace("A9", "A12")), grown=True)
    assert not check(sheet(ROWS, inner), sheet(ROWS, inner.replace("A2", "A4")), grown=True)


def test_of_columns_that_came_the_widths_are_ours() -> None:
    def cols(*pairs: tuple[int, int, int]) -> str:
        each = "".join(f'<col min="{a}" max="{b}" width="{w}"/>' for a, b, w in pairs)
        return f"<cols>{each}</cols>" if each else ""

    old, fresh = sheet(ROWS, before=cols((1, 2, 9))), range(3, 5)
    assert check(old, sheet(ROWS, before=cols((1, 2, 9), (3, 4, 20))), fresh=fresh)
    assert check(sheet(ROWS), sheet(ROWS, before=cols((3, 3, 20), (4, 4, 9))), fresh=fresh)
    assert not check(old, sheet(ROWS, before=cols((1, 2, 9), (3, 4, 20))))
    assert not check(old, sheet(ROWS, before=cols((1, 2, 8), (3, 4, 20))), fresh=fresh)
    for pair in ((2, 3, 9), (4, 5, 9)):
        assert not check(sheet(ROWS), sheet(ROWS, before=cols(pair)), fresh=fresh), pair


def test_of_columns_that_came_the_filter_may_end_with_them() -> None:
    def filtered(ref: str) -> bytes:
        return sheet(ROWS, f'<autoFilter ref="{ref}"/>')

    fresh = range(3, 5)
    for ref, right in (("A1:C2", True), ("A1:D2", True), ("A1:E2", False), ("A1:A2", False)):
        assert check(filtered("A1:B2"), filtered(ref), fresh=fresh) is right, ref
    assert not check(filtered("A1:B2"), filtered("A1:C2"))


def test_the_first_child_that_differs_is_named() -> None:
    old = xml("<a><b/><c/></a>")
    same_sheet(old, xml("<a><b/><c/></a>"), "part")
    for other, where in (("<a><b/><d/></a>", "part c"), ("<a><b/></a>", "part c"),
                         ("<a><b/><c/><d/></a>", "part d"), ('<a e="1"><b/><c/></a>', "part"),
                         ("<f><b/><c/></f>", "part")):  # fmt: skip
        with pytest.raises(SafetyStop) as stop:
            same_sheet(old, xml(other), "part")
        assert stop.value.params["where"] == where


# long sheets, of which only what differs is read

LONG = [f'<row r="{n}"><c r="A{n}"><v>{n % 7}</v></c><c r="B{n}"><v>0</v></c></row>'
        for n in range(1, 4001)]  # fmt: skip


@pytest.mark.parametrize("at", [1, 2, 1300, 2000, 3999, 4000])
def test_in_a_long_sheet_every_difference_is_found(at: int) -> None:
    old = sheet("".join(LONG))
    rows = [*LONG]
    rows[at - 1] = rows[at - 1].replace("<v>0</v>", "<v>5</v>")
    new, five = sheet("".join(rows)), {(at, 2): Content("n", "5")}
    assert check(old, old) and check(old, new, five) and not check(old, new)
    assert not check(old, new, {(at, 1): Content("n", "5")})
    short = sheet("".join([*LONG[: at - 1], *LONG[at:]]))
    assert not check(old, short) and not check(short, old)
    back = {(at, 1): Content("n", str(at % 7)), (at, 2): Content("n", "0")}
    assert check(short, old, back)


def test_in_a_long_sheet_equal_rows_that_come_twice_are_counted() -> None:
    twice = sheet("".join([*LONG[:2000], LONG[1999], *LONG[2000:]]))
    assert not check(sheet("".join(LONG)), twice) and not check(twice, sheet("".join(LONG)))


@pytest.mark.parametrize("at", [2, 2000, 3999])
def test_a_row_without_a_number_counts_on_from_the_one_before(at: int) -> None:
    bare = [*LONG]
    bare[at - 1] = bare[at - 1].replace(f' r="{at}"', "", 1)
    rows = [*bare]
    rows[at - 1] = rows[at - 1].replace("<v>0</v>", "<v>5</v>")
    old, new = sheet("".join(bare)), sheet("".join(rows))
    assert check(old, new, {(at, 2): Content("n", "5")}) and not check(old, new)


# bytes as they are packed


def packed(text: bytes = b"abc", how: int = zipfile.ZIP_STORED, **more: str) -> bytes:
    """A package with a part that is nobody's and, by their names in ``PARTS``, others."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", how) as package:
        package.writestr("xl/media/picture.bin", text)
        for part, content in more.items():
            package.writestr(PARTS[part], content)
    return stream.getvalue()


OURS = "/xl/worksheets/sheet9.xml"  # as a plan names it
PARTS = {
    "types": "[Content_Types].xml",
    "ours": OURS[1:],
    "rels": "xl/worksheets/_rels/sheet9.xml.rels",
    "others": "xl/worksheets/_rels/sheet1.xml.rels",
}


def passes(before: bytes, after: bytes, **more: Any) -> bool:
    try:
        compare_packages(before, after, plan(**more))
    except SafetyStop:
        return False
    return True


def test_bytes_are_compared_and_not_their_checksums_alone() -> None:
    before, checksum = packed(), struct.pack("<I", zlib.crc32(b"abc"))
    assert passes(before, before) and not passes(before, packed(b"abd"))
    assert not passes(before, before.replace(b"abc", b"abd")), "under the checksum it had"
    other = before.replace(checksum, struct.pack("<I", 7))
    assert not passes(before, other), "the same under another checksum"


def test_a_part_may_be_packed_in_another_way() -> None:
    text = b"abc" * 99
    assert passes(packed(text), packed(text, zipfile.ZIP_DEFLATED))
    assert not passes(packed(text), packed(b"abd" * 99, zipfile.ZIP_DEFLATED))


def test_a_sheet_of_ours_holds_what_was_planned_and_no_more() -> None:
    planned = GeneratedSheet("start", "Start", ((Cell(1), Cell("a")), (Cell(2),)), (9.0, 9.0))

    def right(rows: str) -> bool:
        after = packed(ours=sheet(rows).decode())
        return passes(packed(), after, ours={OURS: planned})

    text = '<c r="B1" t="inlineStr"><is><t>a</t></is></c>'
    first = f'<row r="1"><c r="A1"><v>1</v></c>{text}</row>'
    second = '<row r="2"><c r="A2"><v>2</v></c></row>'
    assert right(first + second)
    assert not right(first), "a row is missing"
    assert not right(first + second.replace("<v>2</v>", "<v>3</v>"))
    assert not right(first.replace(text, "") + second)
    assert not right(first.replace(text, f'{text}<c r="C1"><v>9</v></c>') + second)
    assert not right(first + second + '<row r="3"><c r="A3"><v>9</v></c></row>')
    assert not right(first + second + '<row r="3"></row>')
    assert not passes(packed(), packed(), ours={OURS: planned}), "it is not there"


def lines(*targets: str) -> str:
    each = "".join(f'<Relationship Id="{one}" Type="x/table" Target="{one}"/>' for one in targets)
    return f'<Relationships xmlns="{MAIN}">{each}</Relationships>'


def test_of_a_list_of_parts_only_lines_of_what_goes_may_go() -> None:
    gone = {"removed": {"/xl/worksheets/gone.xml"}}

    def listed(*targets: str) -> bytes:
        return packed(others=lines(*targets))

    assert passes(listed("a.xml", "gone.xml"), listed("a.xml"), **gone)
    assert not passes(listed("a.xml", "gone.xml"), listed("gone.xml"), **gone)
    assert not passes(listed("a.xml", "gone.xml"), listed("a.xml"))
    assert not passes(listed("a.xml", "b.xml"), listed("b.xml", "a.xml"), **gone), "in their order"
    assert not passes(listed("a.xml"), listed("a.xml", "b.xml")), "nothing foreign comes"


def test_what_hung_on_a_sheet_of_ours_may_go_with_it() -> None:
    rows = sheet('<row r="1"><c r="A1"><v>1</v></c></row>').decode()
    ours = {"ours": {OURS: GeneratedSheet("start", "Start", ((Cell(1),),), (9.0,))}}
    before = packed(ours=rows, rels=lines("../tables/table1.xml"))
    assert passes(before, packed(ours=rows, rels=lines()), **ours)
    assert not passes(before, packed(ours=rows, rels=lines("../tables/table2.xml")), **ours)
