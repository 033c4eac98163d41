"""From figures to a file: its form, its name, and never over something else that stands there."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Final, Literal

from trustbook.errors import Busy, NoAccess, UsageError
from trustbook.messages import say
from trustbook.overview.editions import Edition, Figures
from trustbook.overview.period import Span

Form = Literal["html", "docx", "pdf", "md"]
FORMS: Final[tuple[Form, ...]] = ("html", "docx", "pdf", "md")


def render_overview(
    figures: Figures, lang: str, form: Form, template: Path | None, page: Path
) -> bytes:
    """The overview as the bytes of a file; ``template`` is a coordinator's own for Word.

    ``page`` is where the web page will lie when a PDF cannot be made. Raises NoBrowser (pdf.py)
    for that, and UsageError for a template that cannot be used.
    """
    from trustbook.overview.wording import template_context

    words = template_context(figures, lang)
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


def output_path(output: Path | None, name: str) -> Path:
    """Where the file goes: ``output``, or ``name`` in that folder, else in the current one.

    Raises UsageError when the folder does not exist.
    """
    path = Path(name) if output is None else output / name if output.is_dir() else output
    if not path.parent.is_dir():
        raise UsageError("overview.no_folder", path=path)
    return path


def save(content: bytes, path: Path, replace: bool) -> Path:
    """Write ``content`` at ``path``, whole or not at all; returns where it stands.

    Without ``replace``, a different file of that name is kept and the new one gets a number:
    somebody may have gone on writing in it. Raises Busy when the file is open elsewhere, NoAccess
    where nothing may be written in the folder.
    """
    number, chosen = 1, path
    while not replace and chosen.exists():
        if chosen.read_bytes() == content:
            return chosen
        number += 1
        chosen = path.with_stem(f"{path.stem} ({number})")
    try:
        handle, temporary = tempfile.mkstemp(prefix=".trustbook-", dir=chosen.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(temporary).chmod(0o644)
            Path(temporary).replace(chosen)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as fault:
        if not os.access(chosen.parent, os.W_OK):
            raise NoAccess("overview.folder_read_only", folder=chosen.parent.absolute()) from fault
        raise Busy("overview.cannot_write", path=chosen) from fault
    return chosen
