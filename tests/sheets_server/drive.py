"""The little of Drive that comes with a spreadsheet: files, permissions, comments, exports."""

from __future__ import annotations

import csv
import io
import re
import secrets
from typing import Any

from .errors import DriveError, file_not_found
from .masks import parse_mask, prune
from .resources import formatted
from .state import Book, Sheet, new_key
from .values import with_value

SHEETS_TYPE = "application/vnd.google-apps.spreadsheet"
SHORT = "kind,id,name,mimeType"
OWNER = "trustbook@test-project.iam.gserviceaccount.com"
TIME = "%Y-%m-%dT%H:%M:%S"


def new_book(title: str) -> Book:
    """An empty spreadsheet, as Drive makes one."""
    book = Book(new_key(), title, sheets=[Sheet(0, "Sheet1")])
    book.permissions = [permission("user", "owner", OWNER)]
    return book


def permission(kind: str, role: str, address: str | None = None) -> dict[str, Any]:
    """A permission as Drive lists it; everyone's has a fixed id."""
    shown: dict[str, Any] = {
        "kind": "drive#permission",
        "id": "anyoneWithLink" if kind == "anyone" else str(secrets.randbelow(10**20)).zfill(20),
        "type": kind,
        "role": role,
    }
    if kind == "anyone":
        return shown | {"allowFileDiscovery": False}
    if kind == "domain":
        return shown | {"domain": address, "allowFileDiscovery": False}
    return shown | {
        "emailAddress": address,
        "displayName": str(address).partition("@")[0],
        "deleted": False,
    }


def file_resource(book: Book) -> dict[str, Any]:
    """Everything Drive could tell about a file; ``fields`` chooses."""
    writer = book.role == "writer"
    return {
        "kind": "drive#file",
        "id": book.key,
        "name": book.title,
        "mimeType": SHEETS_TYPE,
        "parents": book.parents,
        "createdTime": f"{book.created.strftime(TIME)}.{book.created.microsecond // 1000:03d}Z",
        "modifiedTime": f"{book.modified.strftime(TIME)}.{book.modified.microsecond // 1000:03d}Z",
        "trashed": book.trashed,
        "shared": len(book.permissions) > 1,
        "ownedByMe": any(
            p.get("emailAddress") == OWNER and p["role"] == "owner" for p in book.permissions
        ),
        "permissions": book.permissions,
        "capabilities": {"canEdit": writer, "canShare": writer, "canDownload": True},
        "webViewLink": f"https://docs.google.com/spreadsheets/d/{book.key}/edit",
    }


def masked(resource: Any, fields: str | None, default: str = SHORT) -> Any:
    """A resource cut down to ``fields``."""
    return prune(resource, parse_mask(fields or default))


def create(body: dict[str, Any]) -> Book:
    """A new file; only spreadsheets are known."""
    if body.get("mimeType") != SHEETS_TYPE:
        raise DriveError(400, "The test server makes spreadsheets only.", "badRequest")
    book = new_book(body.get("name") or "Untitled")
    book.parents = list(body.get("parents") or ["root"])
    return book


def copied(book: Book, body: dict[str, Any]) -> Book:
    """A copy of a file, its tabs and names with it, its permissions not."""
    new = new_book(body.get("name") or f"Copy of {book.title}")
    kept = book.snapshot()
    for name in ("key", "title", "created", "modified", "comments", "parents", "role"):
        del kept[name]
    new.restore(kept)
    new.parents = list(body.get("parents") or book.parents)
    return new


def listing(books: list[Book], query: str, fields: str | None) -> dict[str, Any]:
    """The files a query finds: by name, by parent."""
    name = re.search(r"""name\s*=\s*(["'])(.*?)(?<!\\)\1""", query)
    parent = re.search(r"""parents in\s*(["'])(.*?)\1|(["'])([^"']*)\3 in parents""", query)
    wanted_parent = (parent[2] or parent[4]) if parent else None
    found = [
        b
        for b in books
        if (not name or b.title == name[2].replace("\\", ""))
        and (not parent or wanted_parent in b.parents)
    ]
    whole = {
        "kind": "drive#fileList",
        "incompleteSearch": False,
        "files": [file_resource(b) for b in sorted(found, key=lambda b: b.modified, reverse=True)],
    }
    default = f"kind,incompleteSearch,files({SHORT})"
    result: dict[str, Any] = masked(whole, fields, default)
    return result


def share(book: Book, body: dict[str, Any]) -> dict[str, Any]:
    """Add a permission (or give an address another role)."""
    kind, role = body.get("type"), body.get("role")
    if kind not in ("user", "group", "domain", "anyone") or not role:
        raise DriveError(400, "The permission type field is required.", "required")
    new = permission(kind, role, body.get("emailAddress") or body.get("domain"))
    same = [
        p
        for p in book.permissions
        if p.get("emailAddress", p["id"]) == new.get("emailAddress", new["id"])
    ]
    if same:
        same[0]["role"] = role
        return same[0]
    book.permissions.append(new)
    return new


def held_permission(book: Book, wanted: str) -> dict[str, Any]:
    for found in book.permissions:
        if found["id"] == wanted:
            return found
    raise DriveError(404, f"Permission not found: {wanted}.", "notFound", "permissionId")


def export(book: Book, mime_type: str) -> bytes:
    """The file in another form: delimited text of the first tab, a workbook, or a page that only
    says so.
    """
    if mime_type in ("text/csv", "text/tab-separated-values"):
        out = io.StringIO()
        delimiter = "," if mime_type == "text/csv" else "\t"
        csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(
            shown_rows(book, book.sheets[0])
        )
        return out.getvalue().removesuffix("\r\n").encode()
    if mime_type == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":
        return _workbook(book)
    if mime_type in (
        "application/pdf",
        "application/zip",
        "application/vnd.oasis.opendocument.spreadsheet",
    ):
        return b"%PDF-1.4\n%%EOF\n"
    raise DriveError(400, "The requested conversion is not supported.", "badRequest", "convertTo")


def shown_rows(book: Book, sheet: Sheet) -> list[list[str]]:
    """What a tab shows, as a full rectangle."""
    used = [p for p, c in sheet.cells.items() if c.value is not None]
    used += [p for p, value in book.spilled(sheet).items() if value not in (None, "")]
    height = max((r for r, _ in used), default=-1) + 1
    width = max((c for _, c in used), default=-1) + 1
    return [
        [formatted(book, sheet.cell(r, c), book.value(sheet, r, c)) for c in range(width)]
        for r in range(height)
    ]


def _workbook(book: Book) -> bytes:
    from openpyxl import Workbook

    made = Workbook(write_only=True)
    for sheet in book.sheets:
        tab = made.create_sheet(sheet.title[:31])
        for row in shown_rows(book, sheet):
            tab.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def import_csv(book: Book, data: bytes) -> dict[str, Any]:
    """Replace the whole file by one tab read from delimited text, as if typed; Drive's older
    answer.
    """
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    width = max((len(r) for r in rows), default=0)
    sheet = Sheet(book.fresh_id(), book.title[:100], max(len(rows), 1000), max(width, 26))
    for i, row in enumerate(rows):
        for j, text in enumerate(row):
            sheet.put(i, j, with_value(book, sheet.cell(i, j), text))
    book.sheets, book.named_ranges = [sheet], []
    book.touched()
    return {
        "kind": "drive#file",
        "id": book.key,
        "title": book.title,
        "mimeType": SHEETS_TYPE,
        "parents": [
            {
                "kind": "drive#parentReference",
                "id": parent,
                "isRoot": parent == "root",
                "parentLink": f"https://www.googleapis.com/drive/v2/files/{parent}",
            }
            for parent in book.parents
        ],
        "editable": True,
        "copyable": True,
        "writersCanShare": True,
        "shared": len(book.permissions) > 1,
        "explicitlyTrashed": False,
        "appDataContents": False,
        "copyRequiresWriterPermission": False,
    }


def readable(book: Book | None, key: str) -> Book:
    """The file, or Drive's 404: what one may not see is not there."""
    if book is None or book.role == "none":
        raise file_not_found(key)
    return book
