"""Build the Word templates of the overview, templates/overview/overview-{nl,en}.docx.

They are a starting point: a coordinator opens a copy in Word and changes words, order, colours and
logo. What stands between double braces is filled in; a line with {%p … %}, a row with {%tr … %} or
a cell with {%tc … %} steers.

    python scripts/build_overview_template.py
"""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from trustbook.messages import say, templates
from trustbook.overview.docx import without_timestamps

INK, SOFT, PALE, HEADER = RGBColor(0x1F, 0x29, 0x33), RGBColor(0x52, 0x60, 0x6D), "E4E7EB", "52606D"
LOCALES = {"nl": "nl-NL", "en": "en-GB"}
DAY = datetime.fromisoformat("2026-01-01")


class Builder:
    """One template in one language."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self.document = Document()
        self._page()
        self._styles()

    def build(self) -> None:
        """Everything, in the order it is read."""
        add = self.document
        add.add_paragraph("{{ title }}", style="Title")
        add.add_paragraph("{{ subtitle }}", style="Subtitle")
        self._soft("{{ edition }}. {{ as_of }}")
        headline = add.add_paragraph(style="Intense Quote")
        headline.add_run("{{ headline }}")
        self._numbers()
        self._heading("ask")
        self._bullets("ask")
        self._heading("{{ words.next }}")
        self._bullets("next")
        self._heading("sun")
        self._picture("{{ pictures.sun }}")
        self._soft(self._say("sun_note"))
        self._heading("movement")
        self._loop("p for group in movement")
        line = add.add_paragraph(style="List Bullet")
        line.add_run("{{ group.label }}: {{ group.count }}").bold = True
        line.add_run("{% if group.listed %} ({{ group.listed }}){% endif %}")
        self._loop("p endfor")
        self._heading("months")
        self._picture("{{ pictures.bars }}")
        self._loop("p if pictures.line")
        self._heading("shares")
        self._picture("{{ pictures.line }}")
        self._loop("p endif")
        self._heading("matrix")
        self._loop("p if matrix.rows")
        self._table(
            "matrix.corner", "matrix.head", "matrix.rows", "row.label", "row.cells", fill=True
        )
        self._loop("p endif")
        self._soft("{{ matrix.note }}")
        self._loop("p if pictures.dots")
        self._picture("{{ pictures.dots }}")
        self._loop("p endif")
        self._heading("cold")
        add.add_paragraph("{{ cold.sentence }}")
        self._loop("p if cold.rows")
        self._table("cold.head[0]", "cold.head[1:]", "cold.rows", "row[0]", "row[1:]", fill=False)
        self._loop("p endif")
        self._loop("p if team")
        self._heading("team")
        self._bullets("team")
        self._loop("p endif")
        self._heading("how")
        self._bullets("how")

    def save(self, path: Path) -> None:
        """The template at ``path``, the same bytes every time."""
        properties = self.document.core_properties
        properties.title, properties.author, properties.comments = "trustbook", "", ""
        properties.created = properties.modified = DAY
        properties.language = LOCALES[self._lang]
        written = BytesIO()
        self.document.save(written)
        path.write_bytes(without_timestamps(written))

    def _say(self, key: str) -> str:
        return say(self._lang, f"overview.{key}")

    def _page(self) -> None:
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(18)
        section.top_margin = section.bottom_margin = Mm(11)

    def _styles(self) -> None:
        styles: Any = self.document.styles
        for name, size, bold in (
            ("Normal", 9.5, False),
            ("Title", 20, True),
            ("Subtitle", 12, False),
            ("Heading 1", 12, True),
            ("Intense Quote", 13, True),
            ("List Bullet", 8, False),
        ):
            style = styles[name]
            font = style.font
            font.name, font.size, font.bold, font.italic, font.color.rgb = (
                "Arial",
                Pt(size),
                bold,
                False,
                INK,
            )
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(qn(f"w:{theme}"), None)
            style.paragraph_format.space_before = Pt(6 if name == "Heading 1" else 0)
            style.paragraph_format.space_after = Pt(2)
        quote = styles["Intense Quote"]
        quote.paragraph_format.left_indent = quote.paragraph_format.right_indent = Mm(0)
        borders = quote.element.pPr.find(qn("w:pBdr"))
        if borders is not None:
            quote.element.pPr.remove(borders)
        quote.element.get_or_add_pPr().append(_shade(PALE))
        language = styles["Normal"].element.get_or_add_rPr()
        spoken = OxmlElement("w:lang")
        spoken.set(qn("w:val"), LOCALES[self._lang])
        language.append(spoken)

    def _heading(self, key: str) -> None:
        """A heading with the words of ``key``, which may be a tag of the template too."""
        words = key if key.startswith("{{") else self._say(key)
        self.document.add_heading(words, level=1)

    def _bullets(self, sentences: str) -> None:
        self._loop(f"p for sentence in {sentences}")
        self.document.add_paragraph("{{ sentence }}", style="List Bullet")
        self._loop("p endfor")

    def _soft(self, text: str) -> None:
        run = self.document.add_paragraph().add_run(text)
        run.font.size, run.font.color.rgb = Pt(8.5), SOFT

    def _loop(self, tag: str) -> None:
        self.document.add_paragraph("{%" + tag + " %}")

    def _picture(self, tag: str) -> None:
        self.document.add_paragraph(tag).alignment = WD_ALIGN_PARAGRAPH.CENTER

    def _numbers(self) -> None:
        self._heading("numbers")
        table = self.document.add_table(rows=2, cols=4, style="Table Grid")
        table.autofit = False
        for place in range(4):
            label, number = table.cell(0, place).paragraphs[0], table.cell(1, place)
            label.add_run(f"{{{{ numbers[{place}].label }}}}").bold = True
            value = number.paragraphs[0].add_run(f"{{{{ numbers[{place}].value }}}}")
            value.bold, value.font.size = True, Pt(15)
            for part in ("detail", "before"):
                number.add_paragraph().add_run(f"{{{{ numbers[{place}].{part} }}}}").font.size = Pt(
                    8
                )
        _repeat(table.rows[0])

    def _table(self, corner: str, head: str, rows: str, first: str, rest: str, fill: bool) -> None:
        """A table with as many columns as there are: a header row that repeats, then a row for
        each.
        """
        table = self.document.add_table(rows=4, cols=4, style="Table Grid")
        for cell, text in zip(
            table.rows[0].cells,
            (
                f"{{{{ {corner} }}}}",
                f"{{%tc for name in {head} %}}",
                "{{ name }}",
                "{%tc endfor %}",
            ),
            strict=True,
        ):
            run = cell.paragraphs[0].add_run(text)
            run.bold, run.font.size, run.font.color.rgb = True, Pt(8), RGBColor(0xFF, 0xFF, 0xFF)
            cell._tc.get_or_add_tcPr().append(_shade(HEADER))
        table.cell(1, 0).text = f"{{%tr for row in {rows} %}}"
        shown = "{% cellbg cell.fill %}{{ cell.text }}" if fill else "{{ cell }}"
        for cell, text in zip(
            table.rows[2].cells,
            (f"{{{{ {first} }}}}", f"{{%tc for cell in {rest} %}}", shown, "{%tc endfor %}"),
            strict=True,
        ):
            cell.paragraphs[0].add_run(text).font.size = Pt(8)
        table.cell(3, 0).text = "{%tr endfor %}"
        for row in table.rows:
            for cell in row.cells:
                cell.paragraphs[0].paragraph_format.space_after = Pt(0)
        _repeat(table.rows[0])


def _shade(colour: str) -> Any:
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:color"), "auto")
    shade.set(qn("w:fill"), colour)
    return shade


def _repeat(row: Any) -> None:
    """Mark a header row: it repeats on the next page, and readers announce it."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def main() -> None:
    """Write both templates."""
    for lang in LOCALES:
        builder = Builder(lang)
        builder.build()
        builder.save(templates() / "overview" / f"overview-{lang}.docx")


if __name__ == "__main__":
    main()
