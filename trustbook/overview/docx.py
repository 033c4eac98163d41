"""The Word document, filled from a template that a coordinator can edit in Word; a broken tag is
named, not guessed.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
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
_WIDTHS = {"sun": 112, "bars": 150, "dots": 172}  # millimetres
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{\{|\{%|\}\}|%\}", re.DOTALL)
_BLOCK = re.compile(r"\{%(?:tr|tc|p|r)?[-+]?\s*(\w+)")
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)
_CONTEXT = 40
_WIDEST, _PADDING = 38, 3  # letters in a column


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
    except Exception as fault:  # whatever is wrong with a file that is no .docx: zip, XML and parts each have their own
        raise UsageError("overview.no_template", path=path) from fault
    drawn = {name: png(picture["svg"]) for name, picture in context["pictures"].items()}
    pictures = {name: _inline(document, name, drawn.get(name)) for name in _WIDTHS}
    _fill(document, {**context, "pictures": pictures}, path)
    _fit(document.docx)
    _describe(
        document.docx,
        {drawn[name]: picture["alt"] for name, picture in context["pictures"].items()},
    )
    _sign(document.docx, context)
    written = BytesIO()
    document.save(written)
    return same_bytes(written)


def png(svg: str) -> bytes:
    """A drawing as PNG, with the letters that ship with trustbook, so that it looks the same
    everywhere.
    """
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


def _inline(document: DocxTemplate, name: str, picture: bytes | None) -> Any:
    from docx.shared import Mm
    from docxtpl import InlineImage

    return InlineImage(document, BytesIO(picture), width=Mm(_WIDTHS[name])) if picture else None


def sandbox() -> Environment:
    """Where templates run: no way out, nothing silently missing, and every value is text, braces
    and all.
    """
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment
    from markupsafe import Markup, escape

    def text_only(value: Any) -> Any:
        # As references, braces of a name cannot be taken for a tag by anything that looks at the
        # text later.
        if not isinstance(value, str):
            return value
        return Markup(str(escape(value)).replace("{", "&#123;").replace("}", "&#125;"))

    return ImmutableSandboxedEnvironment(
        autoescape=True, undefined=StrictUndefined, finalize=text_only
    )


def _fill(document: DocxTemplate, context: Context, path: Path) -> None:
    from jinja2 import TemplateError, TemplateSyntaxError
    from jinja2.exceptions import SecurityError

    try:
        with redirect_stderr(StringIO()):
            document.render(context, sandbox(), autoescape=True)
    except TemplateError as fault:
        why = {TemplateSyntaxError: "unclosed", SecurityError: "forbidden"}.get(
            type(fault), "unknown"
        )
        raise _bad(path, str(fault), why, context) from fault
    except (TypeError, ValueError, ArithmeticError) as fault:
        raise _bad(path, str(fault), "unknown", context) from fault


def _bad(path: Path, message: str, why: str, context: Context) -> UsageError:
    """The error that names the tag ``message`` of the template language is about."""
    texts = list(_paragraphs(path))
    tag = _broken(texts) or _with_name(texts, message) or message
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


def _broken(texts: Iterable[str]) -> str | None:
    """The first tag that cannot be read on its own, else the block that is not closed."""
    from jinja2 import TemplateSyntaxError

    jinja, opened = sandbox(), list[str]()
    for text in texts:
        for found in _TAG.finditer(text):
            tag = found[0]
            if len(tag) == 2:
                return text[max(0, found.start() - _CONTEXT) : found.end() + _CONTEXT].strip()
            if tag.startswith("{{"):
                try:
                    jinja.compile(tag)
                except TemplateSyntaxError:
                    return tag
                continue
            word = match[1] if (match := _BLOCK.match(tag)) else ""
            if word in ("for", "if"):
                opened.append(tag)
            elif word in ("endfor", "endif"):
                if not opened or _BLOCK.match(opened[-1])[1] != word.removeprefix("end"):  # type: ignore[index]
                    return tag
                opened.pop()
            elif word not in ("else", "elif", "set", "cellbg", "colspan", "hm", "vm"):
                return tag
    return opened[-1] if opened else None


def _with_name(texts: Iterable[str], message: str) -> str | None:
    """The first tag that uses a name an error speaks of."""
    tags = [found[0] for text in texts for found in _TAG.finditer(text)]
    names = re.findall(r"'([^']+)'", message)
    return next(
        (tag for name in names for tag in tags if re.search(rf"\b{re.escape(name)}\b", tag)), None
    )


def _describe(document: Document, alternatives: dict[bytes, str]) -> None:
    """Give every picture its text alternative, found by what it shows."""
    from docx.oxml.ns import qn

    for inline in document.element.body.iter(qn("wp:inline")):
        for blip in inline.iter(qn("a:blip")):
            part = document.part.related_parts[str(blip.get(qn("r:embed")))]
            if part.blob in alternatives:
                inline.find(qn("wp:docPr")).set("descr", alternatives[part.blob])


def _fit(document: Document) -> None:
    """Share the width of every table that fits its contents among its columns, by what stands in
    them.

    Word does so itself when it lays a table out; other programs keep to the widths they find.
    """
    from docx.oxml.ns import qn

    for table in document.tables:
        columns = table._tbl.tblGrid.findall(qn("w:gridCol"))
        rows: list[list[Any]] = [row.findall(qn("w:tc")) for row in table._tbl.findall(qn("w:tr"))]
        if not table.autofit or any(len(row) != len(columns) for row in rows):
            continue
        texts = [
            ["".join(text.text or "" for text in cell.iter(qn("w:t"))) for cell in row]
            for row in rows
        ]
        heads = [
            round(1.3 * max(map(len, text.split()), default=0)) for text in texts[0]
        ]  # words of a header may stand in lines
        wishes = [
            min(max(heads[at], *(len(row[at]) for row in texts[1:]), 0), _WIDEST) + _PADDING
            for at in range(len(columns))
        ]
        whole = sum(int(column.get(qn("w:w"), "0")) for column in columns)
        widths = [str(round(whole * wish / sum(wishes))) for wish in wishes]
        for at, width in enumerate(widths):
            columns[at].set(qn("w:w"), width)
            for row in rows:
                size = row[at].get_or_add_tcPr().get_or_add_tcW()
                size.set(qn("w:w"), width)
                size.set(qn("w:type"), "dxa")


def _sign(document: Document, context: Context) -> None:
    properties, day = document.core_properties, datetime.fromisoformat(context["date"])
    properties.title = f"{context['title']}: {context['subtitle']}"[:255]
    properties.language = str(context["lang"])
    properties.created = properties.modified = day


def same_bytes(written: BytesIO) -> bytes:
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
