"""The address of a workbook on a server, spelled in one way however people type it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote, urlsplit

from trustbook.errors import UsageError

_SCHEMES = {"dav": "http", "davs": "https", "http": "http", "https": "https"}
_PORTS = {"http": 80, "https": 443}
# What may stand in a path as it is (RFC 3986).
_PLAIN = "!$&'()*+,;=:@-._~"
# The older of Nextcloud's two paths to a person's files.
_OLD_NEXTCLOUD = "/remote.php/webdav/"


@dataclass(frozen=True, slots=True)
class WebAddress:
    """``origin`` (``https://host:port``), the quoted ``path`` on it, and the ``user`` it names."""

    origin: str
    path: str
    user: str = ""

    def __str__(self) -> str:
        """As people type it, whether trustbook.toml names the server or not."""
        return ("davs" if self.origin.startswith("https") else "dav") + self.url[self._scheme_end :]

    @property
    def url(self) -> str:
        """As it is asked for."""
        return self.origin + self.path

    @property
    def server(self) -> str:
        """The start of every address on the same server."""
        return str(replace(self, path="/"))

    @property
    def _scheme_end(self) -> int:
        return self.origin.index("://")

    @property
    def host(self) -> str:
        """Host and port, as trustbook.toml names the server."""
        return self.origin.partition("://")[2]

    @property
    def name(self) -> str:
        """What the workbook is called."""
        return unquote(self.path.rpartition("/")[2])

    @property
    def is_private(self) -> bool:
        """Whether nobody on the way can read along: TLS, or this machine itself."""
        host = urlsplit(self.origin).hostname or ""
        return self.origin.startswith("https") or host in ("localhost", "::1") or _is_loop(host)

    def beside(self, name: str) -> WebAddress:
        """The address of a file called ``name`` in the same folder."""
        return replace(self, path=self.path.rpartition("/")[0] + "/" + quote(name, safe=_PLAIN))

    def of_user(self, user: str) -> WebAddress:
        """The same for ``user``: of Nextcloud's two paths to one file the newer one."""
        start, found, rest = self.path.partition(_OLD_NEXTCLOUD)
        if not (found and user):
            return self
        files = f"/remote.php/dav/files/{quote(user, safe=_PLAIN)}/"
        return replace(self, path=start + files + rest)


def _is_loop(host: str) -> bool:
    return re.fullmatch(r"127(\.\d{1,3}){3}", host) is not None


def read_web_address(text: str) -> WebAddress:
    """The address that ``text`` is: ``dav://``, ``davs://``, ``http://`` or ``https://``.

    Raises UsageError for one that names no file, and for one with a password in it.
    """
    try:
        parts = urlsplit(text.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise UsageError("webdav.bad_address", address=text) from None
    if parts.password is not None:
        raise UsageError("webdav.password_in_address", host=host)
    scheme, path = _SCHEMES.get(parts.scheme.lower(), ""), _tidy(parts.path)
    if not all((scheme, host, path)) or any((parts.query, parts.fragment)):
        raise UsageError("webdav.bad_address", address=text)
    place = f"[{host}]" if ":" in host else host
    if port not in (None, _PORTS[scheme]):
        place = f"{place}:{port}"
    return WebAddress(f"{scheme}://{place}", path, unquote(parts.username or ""))


def _tidy(path: str) -> str:
    """A path with every step quoted in one way; "" where it leads to no file."""
    steps: list[str] = []
    for step in (unquote(each) for each in path.split("/")):
        if step == "..":
            del steps[-1:]
        elif step not in ("", "."):
            steps.append(quote(step, safe=_PLAIN))
    return "" if path.endswith("/") or not steps else "/" + "/".join(steps)
