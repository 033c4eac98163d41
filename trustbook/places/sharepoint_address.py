"""The address of a workbook in SharePoint or OneDrive, as people copy it, spelled in one way.

A path in a library says by itself where the workbook stands. A sharing link ("Copy link") and the
address of an open workbook do not: SharePoint is asked what they lead to.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, unquote, urlsplit

from trustbook.errors import UsageError

_PRIVATE = ("1drv.ms", "onedrive.live.com")
# What may stand in a path as it is (RFC 3986).
_PLAIN = "!$&'()*+,;=:@-._~"
# "Copy link" puts the kind of file and of link before the path: /:x:/r/sites/…, /:x:/s/SITE/TOKEN.
_LINK = re.compile(r"/:[a-z]:/([a-z])(/.*)", re.I)
_SITES = ("sites", "teams", "personal")


@dataclass(frozen=True, slots=True)
class SharePointAddress:
    """The ``host`` of a tenant and either a ``path`` on it (not quoted) or a ``link``.

    ``link`` is the path and query by which SharePoint finds the workbook; then ``path`` is "".
    """

    host: str
    path: str = ""
    link: str = ""

    def __str__(self) -> str:
        return f"https://{self.host}{self.link or quote(self.path, safe='/' + _PLAIN)}"

    @property
    def name(self) -> str:
        """What the workbook is called, as far as the address tells."""
        if not self.link:
            return self.path.rpartition("/")[2]
        named = parse_qs(urlsplit(self.link).query).get("file", [""])[0]
        return named or "SharePoint.xlsx"

    @property
    def share(self) -> str:
        """The address as Graph takes a link (``/shares/{share}``)."""
        packed = base64.urlsafe_b64encode(str(self).encode()).decode().rstrip("=")
        return f"u!{packed}"

    @property
    def site(self) -> str:
        """The path of the site it stands in: "/sites/NAME", or "/" for the tenant's first site."""
        steps = self.path.split("/")
        return "/".join(steps[:3]) if steps[1].lower() in _SITES else "/"


def read_sharepoint_address(text: str) -> SharePointAddress:
    """The address that ``text`` is.

    Raises UsageError for a private OneDrive, and for one that names no workbook.
    """
    try:
        parts = urlsplit(text.strip())
        host = (parts.hostname or "").lower()
    except ValueError:
        raise UsageError("sharepoint.bad_address", address=text) from None
    if host in _PRIVATE:
        raise UsageError("sharepoint.private_onedrive", host=host)
    if parts.username or parts.password:
        raise UsageError("sharepoint.bad_address", address=f"https://{host}/…")
    found = _read(host, parts.path, parts.query)
    if found is None:
        raise UsageError("sharepoint.bad_address", address=text)
    return found


def _read(host: str, path: str, query: str) -> SharePointAddress | None:
    kind, rest = "", path
    if link := _LINK.fullmatch(path):
        kind, rest = link.groups()
    if "sourcedoc=" in query:
        return _open_workbook(host, rest, query)
    if kind and kind.lower() != "r":  # a token: the path says nothing, the query is no part of it
        return SharePointAddress(host, link=path) if rest.strip("/") else None
    tidy = _tidy(rest)
    return SharePointAddress(host, tidy) if tidy else None


def _open_workbook(host: str, path: str, query: str) -> SharePointAddress:
    """The address that the browser shows of an open workbook: the ID of the document counts."""
    asked = parse_qs(query)
    document, name = asked["sourcedoc"][0].strip("{}").upper(), asked.get("file", [""])[0]
    named = f"&file={quote(name, safe=_PLAIN)}" if name else ""
    return SharePointAddress(host, link=f"{path}?sourcedoc=%7B{document}%7D{named}")


def _tidy(path: str) -> str:
    """A path with every step once, not quoted; "" where it leads to no file."""
    steps: list[str] = []
    for step in (unquote(each) for each in path.split("/")):
        if step == "..":
            del steps[-1:]
        elif step not in ("", "."):
            steps.append(step)
    named = len(steps) >= 2 and "." in steps[-1] and not path.endswith("/")
    return "/" + "/".join(steps) if named else ""
