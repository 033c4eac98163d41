"""The Word document, filled from a template that a coordinator can edit in Word.

A tag that cannot be used is named, not guessed.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import redirect_stderr
from datetime import datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trustbook.errors import UsageError
from trustbook.messages import say, templates
from trustbook.overview.wording import Context

if TYPE_CHECKING:
    from docx.document import Document
    from docxtpl import DocxTemplate
    from jinja2 import Environment

_ZOOM = 3.0
_WIDTHS = {"sun": 72, "bars": 112, "line": 104, "dots": 160}  # millimetres
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{\{|\{%|\}\}|%\}", re.DOTALL)
_OTHER_BLOCKS = ("else", "elif", "set", "cellbg", "colspan", "hm", "vm")
_BLOCK = re.compile(r"\{%(?:tr|tc|p|r)?[-+]?\s*(\w+)")
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)
_CONTEXT = 40
_WIDEST, _PADDING = 38, 5  # letters in a column


def shipped_template(lang: str) -> Path:
    """The Word template that comes with trustbook, in ``lang``."""
    return templates() / "overview" / f"overview-{lang}.docx"


def render_docx(context: Context, template: Path | None = None) -> bytes:
    """The overview as .docx: the same bytes for the same context and template.

    ``template`` is a coordinator's own. Raises UsageError that names the tag that cannot be used,
    or says that the file is no Word file.
    """
    from docxtpl import DocxTemplate

    path = template or shipped_template(str(context["lang"]))
    document = DocxTemplate(path)
    try:
        document.init_docx()
    except Exception as fault:  # a file that is no .docx: zip, XML and parts each raise their own
        raise UsageError("overview.no_template", path=path) from fault
    drawn = {name: render_png(picture["svg"]) for name, picture in context["pictures"].items()}
    pictures = {name: _inline_image(document, name, drawn.get(name)) for name in _WIDTHS}
    _fill_in(document, {**context, "pictures": pictures}, path)
    _fit_columns(document.docx)
    alternatives = {drawn[name]: picture["alt"] for name, picture in context["pictures"].items()}
    _set_alternatives(document.docx, alternatives)
    _set_properties(document.docx, context)
    written = BytesIO()
    document.save(written)
    return without_timestamps(written)


def render_png(svg: str) -> bytes:
    """A drawing as PNG, with the fonts of trustbook, so that it looks the same everywhere."""
    from resvg_py import svg_to_bytes

    fonts = [str(path) for path in sorted((templates() / "overview" / "fonts").glob("*.ttf"))]
    return svg_to_bytes(
        svg_string=svg,
        zoom=_ZOOM,
        background="#FFFFFF",
        skip_system_fonts=True,
        font_files=fonts,
        font_family="DejaVu Sans",
        sans_serif_family="DejaVu Sans",
    )


def _inline_image(document: DocxTemplate, name: str, picture: bytes | None) -> Any:
    from docx.shared import Mm
    from docxtpl import InlineImage

    if not picture:
        return None
    return InlineImage(document, BytesIO(picture), width=Mm(_WIDTHS[name]))


def template_environment() -> Environment:
    """Where templates run: no way out, nothing silently missing, every value text, braces too."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment
    from markupsafe import Markup, escape

    def text_only(value: Any) -> Any:
        # As references, braces of a name are no tag to anything that reads the text later.
        if not isinstance(value, str):
            return value
        return Markup(str(escape(value)).replace("{", "&#123;").replace("}", "&#125;"))

    return ImmutableSandboxedEnvironment(
        autoescape=True, undefined=StrictUndefined, finalize=text_only
    )


def _fill_in(document: DocxTemplate, context: Context, path: Path) -> None:
    from jinja2 import TemplateError, TemplateSyntaxError
    from jinja2.exceptions import SecurityError

    try:
        with redirect_stderr(StringIO()):
            document.render(context, template_environment(), autoescape=True)
    except TemplateError as fault:
        reasons = {TemplateSyntaxError: "unclosed", SecurityError: "forbidden"}
        why = reasons.get(type(fault), "unknown")
        raise _broken_tag(path, str(fault), why, context) from fault
    except (TypeError, ValueError, ArithmeticError) as fault:
        raise _broken_tag(path, str(fault), "unknown", context) from fault


def _broken_tag(path: Path, message: str, why: str, context: Context) -> UsageError:
    """The error that names the tag ``message`` of the template language is about."""
    texts = list(_paragraphs(path))
    tag = _first_unreadable(texts) or _first_with_name(texts, message) or message
    return UsageError(
        "overview.broken_tag", path=path, tag=tag, why=say(context["lang"], f"overview.tag_{why}")
    )


def _paragraphs(path: Path) -> Iterator[str]:
    """The paragraphs of a Word file, those in tables and headers included, as plain text."""
    from docx import Document as open_document
    from docx.oxml.ns import qn

    document = open_document(str(path))
    parts = [document.element.body]
    for section in document.sections:
        parts += [section.header._element, section.footer._element]
    for part in parts:
        for paragraph in part.iter(qn("w:p")):
            yield "".join(text.text or "" for text in paragraph.iter(qn("w:t")))


def _first_unreadable(texts: Iterable[str]) -> str | None:
    """The first tag that cannot be read on its own, else the block that is not closed."""
    opened: list[str] = []
    for text in texts:
        for found in _TAG.finditer(text):
            tag = found[0]
            if len(tag) == 2:  # braces without their other half: what stands around them helps
                return text[max(0, found.start() - _CONTEXT) : found.end() + _CONTEXT].strip()
            if not _readable(tag, opened):
                return tag
    return opened[-1] if opened else None


def _readable(tag: str, opened: list[str]) -> bool:
    """Whether a tag can be read where it stands; ``opened`` are the blocks open there, kept up."""
    if tag.startswith("{{"):
        return _compiles(tag)
    word = _block_word(tag)
    if word in ("for", "if"):
        opened.append(tag)
        return True
    if word in ("endfor", "endif"):
        return bool(opened) and _block_word(opened.pop()) == word.removeprefix("end")
    return word in _OTHER_BLOCKS


def _compiles(tag: str) -> bool:
    from jinja2 import TemplateSyntaxError

    try:
        template_environment().compile(tag)
    except TemplateSyntaxError:
        return False
    return True


def _block_word(tag: str) -> str:
    found = _BLOCK.match(tag)
    return found[1] if found else ""


def _first_with_name(texts: Iterable[str], message: str) -> str | None:
    """The first tag that uses a name an error speaks of."""
    tags = [found[0] for text in texts for found in _TAG.finditer(text)]
    names = re.findall(r"'([^']+)'", message)
    for name in names:
        whole_word = re.compile(rf"\b{re.escape(name)}\b")
        for tag in tags:
            if whole_word.search(tag):
                return tag
    return None


def _set_alternatives(document: Document, alternatives: dict[bytes, str]) -> None:
    """Give every picture its text alternative, found by what it shows."""
    from docx.oxml.ns import qn

    for inline in document.element.body.iter(qn("wp:inline")):
        for blip in inline.iter(qn("a:blip")):
            part = document.part.related_parts[str(blip.get(qn("r:embed")))]
            if part.blob in alternatives:
                inline.find(qn("wp:docPr")).set("descr", alternatives[part.blob])


def _fit_columns(document: Document) -> None:
    """Share the width of every table that fits its contents among its columns.

    Word does so itself when it lays a table out; other programs keep to the widths they find.
    """
    from docx.oxml.ns import qn

    for table in document.tables:
        columns = table._tbl.tblGrid.findall(qn("w:gridCol"))
        rows = [row.findall(qn("w:tc")) for row in table._tbl.findall(qn("w:tr"))]
        if table.autofit and all(len(row) == len(columns) for row in rows):
            _share_width(columns, rows)


def _share_width(columns: Sequence[Any], rows: Sequence[Sequence[Any]]) -> None:
    from docx.oxml.ns import qn

    wishes = _wanted_letters([[_cell_text(cell) for cell in row] for row in rows])
    whole = sum(int(column.get(qn("w:w"), "0")) for column in columns)
    widths = [str(round(whole * wish / sum(wishes))) for wish in wishes]
    for at, width in enumerate(widths):
        columns[at].set(qn("w:w"), width)
        for row in rows:
            size = row[at].get_or_add_tcPr().get_or_add_tcW()
            size.set(qn("w:w"), width)
            size.set(qn("w:type"), "dxa")


def _cell_text(cell: Any) -> str:
    from docx.oxml.ns import qn

    return "".join(text.text or "" for text in cell.iter(qn("w:t")))


def _wanted_letters(texts: Sequence[Sequence[str]]) -> list[int]:
    """How many letters each column would like to be wide, by the texts of its rows."""
    head, *body = texts
    wanted = []
    for at, words in enumerate(head):
        # Words of a header may stand in lines, broken at a hyphen too, in bold letters.
        longest_word = round(1.3 * max(map(len, words.replace("-", "- ").split()), default=0))
        longest_cell = max((len(row[at]) for row in body), default=0)
        wanted.append(min(max(longest_word, longest_cell), _WIDEST) + _PADDING)
    return wanted


def _set_properties(document: Document, context: Context) -> None:
    properties, day = document.core_properties, datetime.fromisoformat(context["date"])
    properties.title = f"{context['title']}: {context['subtitle']}"[:255]
    properties.language = str(context["lang"])
    properties.created = properties.modified = day


def without_timestamps(written: BytesIO) -> bytes:
    """The same package without the hour at which it was written."""
    result = BytesIO()
    with (
        zipfile.ZipFile(written) as made,
        zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as package,
    ):
        for entry in made.infolist():
            info = zipfile.ZipInfo(entry.filename, _ZIP_DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            info.create_system = 3
            package.writestr(info, made.read(entry))
    return result.getvalue()
