"""The endpoints of Graph v1.0 that a workbook needs, and the addresses for bytes."""

from __future__ import annotations

import base64
import json
import re
import secrets
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.sheets_server.faults import Call, Reply

from .enrichment import enriched
from .signin import reply
from .state import DRIVE, SITE_ID, Item

if TYPE_CHECKING:
    from .server import GraphServer

GRAPH_HOST = "graph.microsoft.com"
SITE_PATH = "/sites/network"
# What the service calls its refusals, by status.
CODES = {
    400: "invalidRequest",
    401: "InvalidAuthenticationToken",
    403: "accessDenied",
    404: "itemNotFound",
    409: "nameAlreadyExists",
    412: "resourceModified",
    416: "invalidRange",
    423: "resourceLocked",
    429: "activityLimitReached",
    503: "serviceNotAvailable",
    507: "quotaLimitReached",
}
_FRAGMENT = 320 * 1024
# Permissions that need no grant on a site or a file.
_WIDE = {"Files.ReadWrite.All", "Sites.ReadWrite.All"}
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


class Refused(Exception):
    """The request is refused with a status; see CODES."""

    def __init__(self, status: int, text: str = "", code: str = "") -> None:
        super().__init__(text)
        self.reply = refusal(status, text, code)


def refusal(status: int, text: str = "", code: str = "", **headers: str) -> Reply:
    """A refusal as Graph words it."""
    inner = {"date": "2026-09-30T03:00:00", "request-id": "0", "client-request-id": "0"}
    error = {"code": code or CODES.get(status, "generalException"), "message": text or "Refused."}
    return reply(status, {"error": {**error, "innerError": inner}}, headers)


@dataclass
class Session:
    """An upload under way: where to, over which tag, and what arrived."""

    target: Path
    etag: str
    conflict: str
    arrived: bytearray = field(default_factory=bytearray)


class Routes:
    """What Graph answers, over the library of ``server``."""

    def __init__(self, server: GraphServer) -> None:
        self.server = server
        self.sessions: dict[str, Session] = {}
        self.passes: dict[str, str] = {}

    @property
    def library(self) -> Any:
        """The library that is served."""
        return self.server.library

    def graph(self, call: Call) -> Reply:
        """An answer of graph.microsoft.com."""
        claims = self.server.sign_in.claims(call.headers.get("authorization", ""))
        if claims is None:
            raise Refused(401, "Access token is empty or has expired.")
        if not (claims.get("roles") or claims.get("scp")):
            text = "Either scp or roles claim need to be present in the token."
            raise Refused(403, text)
        path = urllib.parse.unquote(call.path.removeprefix("/v1.0"))
        for pattern, answer in _ROUTES:
            if found := re.fullmatch(pattern, path):
                self.may_ask(answer, claims)
                return answer(self, call, *found.groups())  # type: ignore[no-any-return]
        raise Refused(400, f"Nothing is documented here at {path}")

    def may_ask(self, answer: Any, claims: Mapping[str, Any]) -> None:
        """Raise Refused for what the permissions do not open. The page of /shares names wide ones
        only, that of the selected ones says that the destination decides: ``follows_links``.
        """
        wide = {*claims.get("roles", ()), *str(claims.get("scp", "")).split()} & _WIDE
        above = answer in (Routes.site, Routes.drives, Routes.root, Routes.beside)
        refused = (
            self.server.grant is None,
            answer is Routes.share and not (wide or self.server.follows_links),
            above and self.server.only_file is not None,
        )
        if any(refused):
            raise Refused(403, "Access denied")

    # where things are

    def share(self, call: Call, name: str) -> Reply:
        """``/shares/u!…/driveItem``: by a link that somebody copied, or that the browser shows."""
        text = name.removeprefix("u!")
        url = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        return self.shown(call, self.shared(url))

    def shared(self, url: str) -> Item:
        """The item that a link leads to."""
        parts = urllib.parse.urlsplit(url)
        query = urllib.parse.parse_qs(parts.query)
        if parts.hostname != self.library.host:
            raise Refused(404)
        token = parts.path.rpartition("/")[2]
        path = urllib.parse.unquote(parts.path).partition("/Shared Documents/")[2]
        if target := self.server.links.get(token):
            return self.item(target)
        if guid := query.get("sourcedoc"):
            for one in list(self.library.items.values()):
                if f"{{{one.guid}}}" == guid[0].upper() and one.path.exists():
                    return self.item(one.id)
        if path:
            return self.at(self.library.below(self.library.folder, path))
        raise Refused(404, "The sharing link no longer exists, or you do not have permission.")

    def site(self, call: Call, host: str, path: str) -> Reply:
        """``/sites/{host}:/sites/NAME``."""
        if host != self.library.host or path.rstrip("/").lower() != SITE_PATH:
            raise Refused(404, "Requested site could not be found")
        return reply(200, {"id": SITE_ID, "webUrl": f"https://{host}{SITE_PATH}"})

    def drives(self, call: Call, site: str) -> Reply:
        """``/sites/{id}/drives``."""
        url = f"https://{self.library.host}{SITE_PATH}"
        found = [
            {"id": "b!other", "name": "Archive", "webUrl": f"{url}/Shared%20Documents%20archive"},
            {"id": DRIVE, "name": "Documents", "webUrl": f"{url}/Shared%20Documents"},
        ]
        return reply(200, {"value": found})

    def by_path(self, call: Call, drive: str, path: str, tail: str = "") -> Reply:
        """``/drives/{id}/root:/path``."""
        return self.shown(call, self.at(self.library.below(self.library.folder, path)))

    def root(self, call: Call, drive: str) -> Reply:
        """``/drives/{id}/root``."""
        return self.shown(call, self.library.root)

    def by_id(self, call: Call, drive: str, name: str) -> Reply:
        """``/drives/{id}/items/{id}``, asked for or deleted."""
        item = self.item(name)
        if call.method == "DELETE":
            self.may_write(item)
            if call.headers.get("if-match") not in (None, item.etag):
                raise Refused(412)
            item.path.unlink()
            return Reply(204, b"")
        return self.shown(call, item)

    def child(self, call: Call, drive: str, parent: str, name: str) -> Reply:
        """``/drives/{id}/items/{parent}:/name``."""
        return self.shown(call, self.at(self.item(parent).path / name))

    def shown(self, call: Call, item: Item) -> Reply:
        """The item; the facet of publishing only where it is asked for."""
        if self.server.only_file not in (None, item.path):
            raise Refused(403, "Access denied")
        url = self.pass_for(item)
        found = self.library.as_json(item, url)
        asked = call.query.get("$select", [""])[0].split(",")
        if asked != [""]:
            found = {name: value for name, value in found.items() if name in asked}
        else:
            found.pop("publication", None)
        return reply(200, found)

    def item(self, name: str) -> Item:
        """The item with an ID. Raises Refused."""
        try:
            return self.library.find(name)  # type: ignore[no-any-return]
        except KeyError:
            raise Refused(404, "The resource could not be found.") from None

    def at(self, path: Path) -> Item:
        """The item at a path. Raises Refused."""
        try:
            return self.library.at(path)  # type: ignore[no-any-return]
        except KeyError:
            raise Refused(404, "The resource could not be found.") from None

    # bytes

    def pass_for(self, item: Item) -> str:
        """An address that needs no token, for a while."""
        key = secrets.token_urlsafe(24)
        self.passes[key] = item.id
        return f"https://{self.library.host}/_layouts/15/download.aspx?tempauth={key}"

    def content(self, call: Call, drive: str, name: str) -> Reply:
        """``/content``: sent on to where the bytes are."""
        return Reply(302, b"", headers={"Location": self.pass_for(self.item(name))})

    def without_token(self, call: Call) -> Reply:
        """An address that was given out: bytes to fetch, or an upload under way."""
        if "authorization" in call.headers:
            self.server.leaked.append(call.path)
            raise Refused(401, "These addresses take no token.")
        if call.path.startswith("/upload/"):
            return self.upload(call, call.path.rpartition("/")[2])
        item = self.item(self.passes.get(call.query.get("tempauth", [""])[0], ""))
        if item.checked_out == "nobody may read":
            raise Refused(403)
        return Reply(200, item.path.read_bytes(), "application/octet-stream")

    # uploads

    def over(self, call: Call, drive: str, name: str) -> Reply:
        """``createUploadSession`` over an item."""
        item = self.item(name)
        self.may_write(item)
        if call.headers.get("if-match") not in (None, item.etag):
            raise Refused(412, "ETag does not match current item's value")
        return self.begin(item.path, call)

    def beside(self, call: Call, drive: str, parent: str, name: str) -> Reply:
        """``createUploadSession`` for a new item in a folder."""
        if self.server.grant != "write":
            raise Refused(403, "Access denied")
        return self.begin(self.item(parent).path / name, call)

    def begin(self, target: Path, call: Call) -> Reply:
        """A new session."""
        asked = json.loads(call.body or b"{}").get("item", {})
        how = asked.get("@microsoft.graph.conflictBehavior", "fail")
        key = secrets.token_urlsafe(24)
        self.sessions[key] = Session(target, call.headers.get("if-match", ""), how)
        url = f"https://{self.library.host}/upload/{key}"
        return reply(200, {"uploadUrl": url, "expirationDateTime": "2099-01-01T00:00:00Z"})

    def may_write(self, item: Item) -> None:
        """Raise Refused where we may not, or somebody has it."""
        if self.server.grant != "write" or item.read_only:
            raise Refused(403, "Access denied")
        if item.locked:
            raise Refused(423, "The resource you are attempting to access is locked")
        if item.checked_out:
            raise Refused(423, "The file is checked out", "resourceCheckedOut")

    def upload(self, call: Call, key: str) -> Reply:
        """A range that arrives, or the question which are missing."""
        session = self.sessions.get(key)
        if session is None:
            raise Refused(404, "The upload session was not found")
        if call.method == "DELETE":
            del self.sessions[key]
            return Reply(204, b"")
        if call.method == "PUT":
            found = _RANGE.fullmatch(call.headers["content-range"])
            assert found is not None
            first, last, whole = map(int, found.groups())
            if first != len(session.arrived):
                raise Refused(416, "Range was received already, or leaves a gap")
            if last + 1 < whole and (last + 1 - first) % _FRAGMENT:
                raise Refused(400, "Fragments must be multiples of 320 KiB")
            session.arrived += call.body
            if last + 1 == whole:
                return self.commit(key, session)
        missing = [f"{len(session.arrived)}-"]
        status = 202 if call.method == "PUT" else 200
        expires = "2099-01-01T00:00:00Z"
        return reply(status, {"expirationDateTime": expires, "nextExpectedRanges": missing})

    def commit(self, key: str, session: Session) -> Reply:
        """The last byte is there: the file appears, whole, if nothing came in between."""
        there = session.target.exists()
        if there:
            item = self.at(session.target)
            self.may_write(item)
            changed = session.etag and item.etag != session.etag
            if changed and self.server.guards_commit:
                raise Refused(409, "The resource has changed since the caller last read it",
                              "resourceModified")  # fmt: skip
            if session.conflict == "fail":
                raise Refused(409, "Another file exists with the same name")
        elif session.etag:
            raise Refused(404, "The resource could not be found.")
        item = self.library.replace(session.target, bytes(session.arrived))
        del self.sessions[key]
        shown = self.library.as_json(item, self.pass_for(item))
        if self.server.enriches:
            self.library.replace(item.path, enriched(bytes(session.arrived)))
        return reply(200 if there else 201, shown)


_DRIVE = r"/drives/([^/]+)"
_ROUTES: tuple[tuple[str, Any], ...] = (
    (r"/shares/(u![\w-]+)/driveItem", Routes.share),
    (r"/sites/([^/:]+):(/[^:]*)", Routes.site),
    (r"/sites/([^/:]+,[^/]+)/drives", Routes.drives),
    (rf"{_DRIVE}/root:/(.+?)(:)?", Routes.by_path),
    (rf"{_DRIVE}/root", Routes.root),
    (rf"{_DRIVE}/items/(\w+)", Routes.by_id),
    (rf"{_DRIVE}/items/(\w+)/content", Routes.content),
    (rf"{_DRIVE}/items/(\w+)/createUploadSession", Routes.over),
    (rf"{_DRIVE}/items/(\w+):/([^/]+):/createUploadSession", Routes.beside),
    (rf"{_DRIVE}/items/(\w+):/([^/:]+):?", Routes.child),
)
