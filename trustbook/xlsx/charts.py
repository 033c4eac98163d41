"""Charts on a sheet of ours: a drawing and its parts, made once; from then on they are the owner's
to move and restyle.

They hold no numbers of their own, only the cells they are drawn from.
"""

from __future__ import annotations

import posixpath
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from trustbook.a1 import column_letters
from trustbook.snapshot import Chart, GeneratedSheet
from trustbook.xlsx.markup import RELATIONSHIPS, STRICT_RELATIONSHIPS, make
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
_TEXT = "1F2933"


def hang(
    book: WorkbookPart, sheet: SheetEntry, root: etree._Element, wanted: GeneratedSheet
) -> etree._Element:
    """Add the parts of a sheet's charts; returns the element that ties them to the sheet at
    ``root``.
    """
    package, folder = book.package, posixpath.dirname(book.part)
    strict = any(each.type.startswith(STRICT_RELATIONSHIPS) for each in book.relations)
    drawing = package.free_name(posixpath.join(folder, "drawings", "drawing{}.xml"))
    package.put(drawing, b"")
    package.declare(drawing, _DRAWING)
    anchors = []
    for number, chart in enumerate(wanted.charts, 1):
        part = package.free_name(posixpath.join(folder, "charts", "chart{}.xml"))
        package.put(part, _chart(chart, sheet.title, _SPACES[book.strict]).encode("utf-8"))
        package.declare(part, _CHART)
        target = posixpath.relpath(part, posixpath.dirname(drawing))
        anchors.append(
            _anchor(
                chart, number, package.relate(drawing, "chart", target, strict), strict, book.strict
            )
        )
    space = f"{_SPACES[book.strict]}/spreadsheetDrawing"
    whole = f'{_HEAD}<xdr:wsDr xmlns:xdr="{space}" xmlns:a="{_SPACES[book.strict]}/main">{"".join(anchors)}</xdr:wsDr>'
    package.put(drawing, whole.encode("utf-8"))
    target = posixpath.relpath(drawing, posixpath.dirname(sheet.part))
    tie = make(root, "drawing")
    relations = STRICT_RELATIONSHIPS if strict else RELATIONSHIPS
    tie.set(f"{{{relations}}}id", package.relate(sheet.part, "drawing", target, strict))
    return tie


def parts_of(package: Package, sheet: str) -> set[str]:
    """Folded names of the parts that make up the drawing of a sheet, its own relationships
    included.
    """
    found = {fold(rels_of(sheet))}
    for drawing in (each.target for each in package.relations(sheet) if each.kind == "drawing"):
        charts = {fold(each.target) for each in package.relations(drawing) if each.kind == "chart"}
        found |= {fold(drawing), fold(rels_of(drawing)), *charts}
    return found


def _anchor(chart: Chart, number: int, relation: str, strict: bool, strict_space: bool) -> str:
    """Where a chart stands; its title is its text alternative."""
    space = f"{_SPACES[strict_space]}/chart"
    relations = STRICT_RELATIONSHIPS if strict else RELATIONSHIPS
    corners = "".join(
        f"<xdr:{name}><xdr:col>{column - 1}</xdr:col><xdr:colOff>0</xdr:colOff>"
        f"<xdr:row>{row - 1}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:{name}>"
        for name, (row, column) in (("from", chart.top_left), ("to", chart.bottom_right))
    )
    title = quoteattr(chart.title)
    return (
        f'<xdr:twoCellAnchor editAs="oneCell">{corners}<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr>'
        f'<xdr:cNvPr id="{number + 1}" name={title} descr={title}/><xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr>'
        '<xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm>'
        f'<a:graphic><a:graphicData uri="{space}"><c:chart xmlns:c="{space}" xmlns:r="{relations}" r:id="{relation}"/>'
        "</a:graphicData></a:graphic></xdr:graphicFrame><xdr:clientData/></xdr:twoCellAnchor>"
    )


def _chart(chart: Chart, title: str, space: str) -> str:
    """A chart of columns side by side, with its title above and its legend below."""
    where = quoted_title(title)

    def cells(column: int, first: int, last: int) -> str:
        name = column_letters(column)
        return escape(f"{where}!${name}${first}:${name}${last}")

    series = "".join(
        f'<c:ser><c:idx val="{place}"/><c:order val="{place}"/>'
        f"<c:tx><c:strRef><c:f>{escape(where)}!${column_letters(one.column)}${chart.first - 1}</c:f></c:strRef></c:tx>"
        f'<c:spPr><a:solidFill><a:srgbClr val="{one.color}"/></a:solidFill></c:spPr><c:invertIfNegative val="0"/>'
        f"<c:cat><c:strRef><c:f>{cells(chart.labels, chart.first, chart.last)}</c:f></c:strRef></c:cat>"
        f"<c:val><c:numRef><c:f>{cells(one.column, chart.first, chart.last)}</c:f></c:numRef></c:val></c:ser>"
        for place, one in enumerate(chart.series)
    )
    ink = f'<a:solidFill><a:srgbClr val="{_TEXT}"/></a:solidFill>'
    axis = (
        '<c:delete val="0"/><c:axPos val="{}"/>{}<c:numFmt formatCode="General" sourceLinked="0"/>'
    )
    axis += '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>'
    pale = '<a:ln w="6350"><a:solidFill><a:srgbClr val="E4E7EB"/></a:solidFill></a:ln>'
    lines = f"<c:majorGridlines><c:spPr>{pale}</c:spPr></c:majorGridlines>"
    return (
        f'{_HEAD}<c:chartSpace xmlns:c="{space}/chart" xmlns:a="{space}/main"><c:roundedCorners val="0"/><c:chart>'
        f'<c:title><c:tx><c:rich><a:bodyPr/><a:p><a:pPr><a:defRPr sz="1200" b="1">{ink}</a:defRPr></a:pPr>'
        f'<a:r><a:rPr sz="1200" b="1">{ink}</a:rPr><a:t>{escape(chart.title)}</a:t></a:r></a:p></c:rich></c:tx>'
        '<c:overlay val="0"/></c:title><c:autoTitleDeleted val="0"/><c:plotArea><c:layout/>'
        '<c:barChart><c:barDir val="col"/><c:grouping val="clustered"/><c:varyColors val="0"/>'
        f'{series}<c:gapWidth val="60"/><c:axId val="111111111"/><c:axId val="222222222"/></c:barChart>'
        '<c:catAx><c:axId val="111111111"/><c:scaling><c:orientation val="minMax"/></c:scaling>'
        f'{axis.format("b", "")}<c:crossAx val="222222222"/><c:crosses val="autoZero"/></c:catAx>'
        '<c:valAx><c:axId val="222222222"/><c:scaling><c:orientation val="minMax"/></c:scaling>'
        f'{axis.format("l", lines)}<c:crossAx val="111111111"/><c:crosses val="autoZero"/></c:valAx>'
        '</c:plotArea><c:legend><c:legendPos val="b"/><c:overlay val="0"/></c:legend><c:plotVisOnly val="1"/>'
        '<c:dispBlanksAs val="gap"/></c:chart></c:chartSpace>'
    )
