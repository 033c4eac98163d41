"""The web page: one file that needs nothing else, runs nothing, and prints on two A4 pages."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from trustbook.messages import templates
from trustbook.overview.wording import Context


def render_html(context: Context) -> str:
    """The overview as HTML. Its policy allows the page's own style and nothing besides."""
    from markupsafe import Markup

    drawn = {name: Markup(picture["svg"]) for name, picture in context["pictures"].items()}
    return render_page("overview.html", {**context, "drawn": drawn})


def render_page(template: str, context: Context) -> str:
    """A page in the style of the overview; ``template`` is a file of templates/overview."""
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment
    from markupsafe import Markup

    folder = templates() / "overview"
    style = (folder / "overview.css").read_text(encoding="utf-8")
    jinja = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return jinja.get_template(template).render(context, style=Markup(style), digest=digest)
