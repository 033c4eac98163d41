"""From figures to a file: its form, its name, and never over something else that stands there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, Literal

from trustbook.messages import say
from trustbook.names import fit_all
from trustbook.overview.editions import Figures
from trustbook.overview.naming import Edition
from trustbook.overview.period import Span
from trustbook.places.made_files import put_ours, refuse_if_not_ours
from trustbook.places.named_files import refuse_if_too_long

Form = Literal["html", "docx", "pdf", "md"]
FORMS: Final[tuple[Form, ...]] = ("html", "docx", "pdf", "md")
ENDINGS: Final[dict[Form, tuple[str, ...]]] = {
    "html": (".html", ".htm"),
    "docx": (".docx",),
    "pdf": (".pdf",),
    "md": (".md",),
}


def render_overview(
    figures: Figures, lang: str, form: Form, template: Path | None, page: Path
) -> bytes:
    """The overview as the bytes of a file; ``template`` is a coordinator's own for Word.

    ``page`` is where the web page will lie when a PDF cannot be made. Raises NoBrowser (pdf.py)
    for that, and UsageError for a template that cannot be used.
    """
    from trustbook.overview.wording import template_context

    words = fit_all(template_context(figures, lang))
    if form == "docx":
        from trustbook.overview.docx import render_docx

        return render_docx(words, template)
    if form == "md":
        from trustbook.overview.markdown import render_markdown

        return render_markdown(words).encode()
    from trustbook.overview.html import render_html

    html = render_html(words)
    if form == "html":
        return html.encode()
    from trustbook.overview.pdf import render_pdf

    return render_pdf(html, figures.as_of, page)


def file_name(span: Span, edition: Edition, lang: str, form: Form) -> str:
    """``overview-2026Q3-public.html``, in words of ``lang``."""
    named = say(lang, f"overview.name_{edition}")
    return f"{say(lang, 'overview.file', days=span.slug, edition=named)}.{form}"


def output_path(output: Path | None, name: str, form: Form) -> Path:
    """Where the file goes: ``output``, or ``name`` in that folder, else in the current one.

    Raises UsageError when the folder does not exist, and for an ``output`` that is no place for
    this form or not ours to write over.
    """
    if output is not None:
        refuse_if_too_long(output)
    if output is not None and not output.is_dir():
        refuse_if_not_ours(output, ENDINGS[form])
        return output
    return (output or Path()) / name


def save(content: bytes, path: Path, replace: bool) -> Path:
    """Write ``content`` at ``path``, whole or not at all; returns where it stands.

    Without ``replace``, a different file of that name is kept and the new one gets a number. Raises
    what ``put_ours`` raises.
    """
    number, chosen = 1, path
    while not replace and os.path.lexists(chosen):
        if chosen.is_file() and chosen.read_bytes() == content:
            return chosen
        number += 1
        chosen = path.with_stem(f"{path.stem} ({number})")
    put_ours(chosen, content, (path.suffix.lower(),))
    return chosen
