"""Charts on a sheet of ours: made once, from then on they are the owner's to move and restyle.

They hold no numbers of their own, only the cells they are drawn from.
"""

from __future__ import annotations

import posixpath

from lxml import etree

from trustbook.a1 import column_letters
from trustbook.snapshot import Chart, GeneratedSheet
from trustbook.xlsx.escaping import escape_text, quoted_attribute
from trustbook.xlsx.markup import RELATIONSHIPS, STRICT_RELATIONSHIPS, make_tied
from trustbook.xlsx.package import Package, fold, rels_of
from trustbook.xlsx.refs import quoted_title
from trustbook.xlsx.workbook_part import SheetEntry, WorkbookPart

_DRAWING = "application/vnd.openxmlformats-officedocument.drawing+xml"
_CHART = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_SPACES = (
    "http://schemas.openxmlformats.org/drawingml/2006",
    "http://purl.oclc.org/ooxml/drawingml",
)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_RELATIONS = (RELATIONSHIPS, STRICT_RELATIONSHIPS)
_INK = '<a:solidFill><a:srgbClr val="1F2933"/></a:solidFill>'
_PALE = '<a:ln w="6350"><a:solidFill><a:srgbClr val="E4E7EB"/></a:solidFill></a:ln>'
_LINES = f"<c:majorGridlines><c:spPr>{_PALE}</c:spPr></c:majorGridlines>"
_TICKS = (
    '<c:numFmt formatCode="General" sourceLinked="0"/>'
    '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>'
)
_AXES = (
    '<c:catAx><c:axId val="111111111"/><c:scaling><c:orientation val="minMax"/></c:scaling>'
    f'<c:delete val="0"/><c:axPos val="b"/>{_TICKS}'
    '<c:crossAx val="222222222"/><c:crosses val="autoZero"/></c:catAx>'
    # A bar says how much by its length, so it begins at nothing.
    '<c:valAx><c:axId val="222222222"/>'
    '<c:scaling><c:orientation val="minMax"/><c:min val="0"/></c:scaling>'
    f'<c:delete val="0"/><c:axPos val="l"/>{_LINES}{_TICKS}'
    '<c:crossAx val="111111111"/><c:crosses val="autoZero"/></c:valAx>'
)


def hang(
    book: WorkbookPart, sheet: SheetEntry, root: etree._Element, wanted: GeneratedSheet
) -> etree._Element:
    """Add the parts of a sheet's charts; returns the element that ties them to ``root``."""
    package, folder = book.package, posixpath.dirname(book.part)
    strict = any(each.type.startswith(STRICT_RELATIONSHIPS) for each in book.relations)
    relations, space = _RELATIONS[strict], _SPACES[book.strict]
    drawing = package.free_name(posixpath.join(folder, "drawings", "drawing{}.xml"))
    package.put(drawing, b"")
    package.declare(drawing, _DRAWING)
    anchors = []
    for number, chart in enumerate(wanted.charts, 1):
        part = package.free_name(posixpath.join(folder, "charts", "chart{}.xml"))
        package.put(part, _chart(chart, sheet.title, space).encode("utf-8"))
        package.declare(part, _CHART)
        target = posixpath.relpath(part, posixpath.dirname(drawing))
        tie = package.relate(drawing, "chart", target, strict)
        anchors.append(_anchor(chart, number, tie, relations, f"{space}/chart"))
    spaces = f'xmlns:xdr="{space}/spreadsheetDrawing" xmlns:a="{space}/main"'
    whole = f"{_HEAD}<xdr:wsDr {spaces}>{''.join(anchors)}</xdr:wsDr>"
    package.put(drawing, whole.encode("utf-8"))
    target = posixpath.relpath(drawing, posixpath.dirname(sheet.part))
    relation = package.relate(sheet.part, "drawing", target, strict)
    return make_tied(root, "drawing", {}, relations, relation)


def parts_of(package: Package, sheet: str) -> set[str]:
    """Folded names of the parts of a sheet's drawing, and of the sheet's relationships."""
    found = {fold(rels_of(sheet))}
    for drawing in (each.target for each in package.relations(sheet) if each.kind == "drawing"):
        charts = {fold(each.target) for each in package.relations(drawing) if each.kind == "chart"}
        found |= {fold(drawing), fold(rels_of(drawing)), *charts}
    return found


def _anchor(chart: Chart, number: int, relation: str, relations: str, space: str) -> str:
    """Where a chart stands; its title is its text alternative."""
    title = quoted_attribute(chart.title)
    drawn = f'<c:chart xmlns:c="{space}" xmlns:r="{relations}" r:id="{relation}"/>'
    return (
        f'<xdr:twoCellAnchor editAs="oneCell">{_corner("from", *chart.top_left)}'
        f'{_corner("to", *chart.bottom_right)}<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr>'
        f'<xdr:cNvPr id="{number + 1}" name={title} descr={title}/><xdr:cNvGraphicFramePr/>'
        "</xdr:nvGraphicFramePr>"
        '<xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm>'
        f'<a:graphic><a:graphicData uri="{space}">{drawn}</a:graphicData></a:graphic>'
        "</xdr:graphicFrame><xdr:clientData/></xdr:twoCellAnchor>"
    )


def _corner(name: str, row: int, column: int) -> str:
    return (
        f"<xdr:{name}><xdr:col>{column - 1}</xdr:col><xdr:colOff>0</xdr:colOff>"
        f"<xdr:row>{row - 1}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:{name}>"
    )


def _chart(chart: Chart, title: str, space: str) -> str:
    """A chart of columns side by side, with its title above and its legend below."""
    sheet = escape_text(quoted_title(title))
    series = "".join(
        _series(chart, place, one.column, one.color, sheet)
        for place, one in enumerate(chart.series)
    )
    return (
        f'{_HEAD}<c:chartSpace xmlns:c="{space}/chart" xmlns:a="{space}/main">'
        f'<c:roundedCorners val="0"/><c:chart>{_title(chart.title)}'
        '<c:autoTitleDeleted val="0"/><c:plotArea><c:layout/>'
        '<c:barChart><c:barDir val="col"/><c:grouping val="clustered"/><c:varyColors val="0"/>'
        f'{series}<c:gapWidth val="60"/><c:axId val="111111111"/><c:axId val="222222222"/>'
        f"</c:barChart>{_AXES}</c:plotArea>"
        '<c:legend><c:legendPos val="b"/><c:overlay val="0"/></c:legend>'
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart></c:chartSpace>'
    )


def _title(text: str) -> str:
    return (
        "<c:title><c:tx><c:rich><a:bodyPr/>"
        f'<a:p><a:pPr><a:defRPr sz="1200" b="1">{_INK}</a:defRPr></a:pPr>'
        f'<a:r><a:rPr sz="1200" b="1">{_INK}</a:rPr><a:t>{escape_text(text)}</a:t></a:r></a:p>'
        '</c:rich></c:tx><c:overlay val="0"/></c:title>'
    )


def _series(chart: Chart, place: int, column: int, color: str, sheet: str) -> str:
    """The numbers of one column; ``sheet`` is the title as formulas in this markup write it."""
    name, labels = column_letters(column), column_letters(chart.labels)
    first, last = chart.first, chart.last
    fill = f'<a:solidFill><a:srgbClr val="{color}"/></a:solidFill>'
    return (
        f'<c:ser><c:idx val="{place}"/><c:order val="{place}"/>'
        f"<c:tx><c:strRef><c:f>{sheet}!${name}${first - 1}</c:f></c:strRef></c:tx>"
        f'<c:spPr>{fill}</c:spPr><c:invertIfNegative val="0"/>'
        f"<c:cat><c:strRef><c:f>{sheet}!${labels}${first}:${labels}${last}</c:f></c:strRef></c:cat>"
        f"<c:val><c:numRef><c:f>{sheet}!${name}${first}:${name}${last}</c:f></c:numRef></c:val>"
        "</c:ser>"
    )
