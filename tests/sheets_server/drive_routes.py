"""The Drive endpoints that come with a spreadsheet."""

from __future__ import annotations

from typing import Any

from . import drive
from .errors import DriveError
from .faults import Call, Reply
from .service import Service, body_of, one, route, yes
from .state import Book

FILES = "/drive/v3/files"
FILE = FILES + "/(?P<key>[^/]+)"


def _file(service: Service, key: str, writing: bool = False) -> Book:
    book = drive.readable(service.books.get(key), key)
    if writing and book.role != "writer":
        raise DriveError(
            403,
            "The user does not have sufficient permissions for this file.",
            "insufficientFilePermissions",
        )
    return book


@route("POST", FILES, "drive")
def create(service: Service, call: Call) -> Any:
    book = drive.create(body_of(call))
    service.books[book.key] = book
    return drive.masked(drive.file_resource(book), one(call, "fields"))


@route("GET", FILES, "drive")
def listing(service: Service, call: Call) -> Any:
    seen = [b for b in service.books.values() if b.role != "none"]
    return drive.listing(seen, one(call, "q") or "", one(call, "fields"))


@route("GET", FILE, "drive")
def get(service: Service, call: Call, key: str) -> Any:
    return drive.masked(drive.file_resource(_file(service, key)), one(call, "fields"))


@route("PATCH", FILE, "drive")
def rename(service: Service, call: Call, key: str) -> Any:
    book = _file(service, key, writing=True)
    book.title = body_of(call).get("name", book.title)
    return drive.masked(drive.file_resource(book), one(call, "fields"))


@route("DELETE", FILE, "drive")
def delete(service: Service, call: Call, key: str) -> Reply:
    _file(service, key, writing=True)
    del service.books[key]
    return Reply(204, b"", "text/html")


@route("POST", FILE + "/copy", "drive")
def copy(service: Service, call: Call, key: str) -> Any:
    book = drive.copied(_file(service, key), body_of(call))
    service.books[book.key] = book
    return drive.masked(drive.file_resource(book), one(call, "fields"))


@route("GET", FILE + "/export", "drive")
def export(service: Service, call: Call, key: str) -> Reply:
    mime_type = one(call, "mimeType") or ""
    return Reply(200, drive.export(_file(service, key), mime_type), mime_type)


@route("GET", FILE + "/permissions", "drive")
def permissions(service: Service, call: Call, key: str) -> Any:
    whole = {"kind": "drive#permissionList", "permissions": _file(service, key).permissions}
    return drive.masked(whole, one(call, "fields"), "kind,permissions(id,type,kind,role)")


@route("POST", FILE + "/permissions", "drive")
def share(service: Service, call: Call, key: str) -> Any:
    added = drive.share(_file(service, key, writing=True), body_of(call))
    return drive.masked(added, one(call, "fields"), "kind,id,type,role")


@route("PATCH", FILE + "/permissions/(?P<wanted>[^/]+)", "drive")
def update_permission(service: Service, call: Call, key: str, wanted: str) -> Any:
    book, body = _file(service, key, writing=True), body_of(call)
    held = drive.held_permission(book, wanted)
    if body.get("role") == "owner" and not yes(call, "transferOwnership"):
        raise DriveError(
            403,
            "The transferOwnership parameter must be enabled.",
            "forbidden",
            "transferOwnership",
        )
    held |= {k: v for k, v in body.items() if k in ("role", "pendingOwner")}
    return drive.masked(held, one(call, "fields"), "kind,id,type,role")


@route("DELETE", FILE + "/permissions/(?P<wanted>[^/]+)", "drive")
def remove_permission(service: Service, call: Call, key: str, wanted: str) -> Reply:
    book = _file(service, key, writing=True)
    book.permissions.remove(drive.held_permission(book, wanted))
    return Reply(204, b"", "text/html")


@route("GET", FILE + "/comments", "drive")
def comments(service: Service, call: Call, key: str) -> Any:
    return drive.masked({"comments": _file(service, key).comments}, one(call, "fields"), "comments")


@route("POST", FILE + "/comments", "drive")
def comment(service: Service, call: Call, key: str) -> Any:
    book = _file(service, key)
    book.comments.append(body_of(call) | {"id": f"comment{len(book.comments)}"})
    return drive.masked(book.comments[-1], one(call, "fields"), "id")


@route("PUT", "/upload/drive/v2/files/(?P<key>[^/]+)", "drive")
def upload(service: Service, call: Call, key: str) -> Any:
    return drive.import_csv(_file(service, key, writing=True), call.body)
