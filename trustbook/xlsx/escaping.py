"""Text as it stands in markup. The library's own xml.sax.saxutils opens half a browser for it."""

from __future__ import annotations

from html import escape

_SPACES = str.maketrans({"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def escape_text(text: str) -> str:
    """Text between tags."""
    return escape(text, quote=False)


def quoted_attribute(text: str) -> str:
    """The value of an attribute, in its quotes."""
    return '"' + escape_text(text).translate(_SPACES).replace('"', "&quot;") + '"'
