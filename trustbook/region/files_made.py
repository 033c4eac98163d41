"""The overview of a region as a file: a web page, a Word document or Markdown."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any, Final

from trustbook.overview.docx import without_timestamps
from trustbook.overview.html import render_page
from trustbook.overview.markdown import escape_markdown, markdown_table
from trustbook.region.wording import RegionPage

REGION_ENDINGS: Final = (".html", ".htm", ".docx", ".md")


def render_region(page: RegionPage, ending: str) -> bytes:
    """The bytes of a file whose name ends in ``ending``, one of REGION_ENDINGS."""
    if ending == ".docx":
        return _docx(page)
    if ending == ".md":
        return _markdown(page).encode()
    return render_page("region.html", {"page": page}).encode()


def _markdown(page: RegionPage) -> str:
    title, subtitle, edition, headline = map(
        escape_markdown, (page.title, page.subtitle, page.edition, page.headline)
    )
    parts = [f"# {title}", subtitle, f"*{edition}*", f"**{headline}**"]
    for table in page.tables:
        parts += [f"## {escape_markdown(table.title)}", markdown_table(table.head, table.rows)]
    parts.append("\n".join(f"- {escape_markdown(sentence)}" for sentence in page.how))
    return "\n\n".join(parts) + "\n"


def _docx(page: RegionPage) -> bytes:
    from docx import Document

    document = Document()
    document.add_heading(page.title, 0)
    for text in (page.subtitle, page.edition):
        document.add_paragraph(text)
    document.add_paragraph().add_run(page.headline).bold = True
    for table in page.tables:
        document.add_heading(table.title, 2)
        _fill_table(document, [table.head, *table.rows])
    for sentence in page.how:
        document.add_paragraph(sentence, style="List Bullet")
    properties = document.core_properties
    properties.title, properties.language, properties.author = page.title, page.lang, "trustbook"
    properties.created = properties.modified = datetime.combine(page.day, datetime.min.time())
    written = BytesIO()
    document.save(written)
    return without_timestamps(written)


def _fill_table(document: Any, rows: list[Any]) -> None:
    """A table of texts, its first row marked as the heading of the columns."""
    from docx.oxml import OxmlElement

    table = document.add_table(rows=0, cols=len(rows[0]))
    table.style = "Light Grid Accent 1"
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
