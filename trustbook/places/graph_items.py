"""An item of a library as Graph describes it, and the way from an address to it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from trustbook.errors import Busy, NoAccess
from trustbook.places.graph_client import GraphClient, quoted
from trustbook.places.sharepoint_address import SharePointAddress

# What is asked of an item; the facet of checking out comes only to who asks for it.
SELECT = "?$select=id,name,eTag,webUrl,parentReference,publication,file,folder"


@dataclass(frozen=True, slots=True)
class DriveItem:
    """A file or folder: ``drive`` and ``id`` say which for good, ``etag`` in which state.

    ``where``: its folder and name within the library. ``checked_out_by``: the name of who has it
    checked out, "" for nobody.
    """

    drive: str
    id: str
    parent: str
    name: str
    etag: str
    where: str
    checked_out_by: str = ""

    @property
    def path(self) -> str:
        """Where Graph is asked about it."""
        return item_path(self.drive, self.id)


def item_path(drive: str, item: str) -> str:
    """Where Graph is asked about the item ``item`` of a drive."""
    return f"/drives/{quote(drive, safe='!')}/items/{quote(item, safe='')}"


def item_of(found: Mapping[str, Any]) -> DriveItem:
    """What Graph said of an item. Raises Busy where that is none."""
    try:
        parent = found["parentReference"]
        folder = unquote(str(parent.get("path", "")).partition("root:")[2])
        return DriveItem(
            str(parent["driveId"]),
            str(found["id"]),
            str(parent.get("id") or ""),
            str(found["name"]),
            str(found["eTag"]),
            f"{folder}/{found['name']}",
            _checked_out_by(found.get("publication") or {}),
        )
    except (LookupError, TypeError, AttributeError):
        raise Busy("sharepoint.strange", status=200) from None


def _checked_out_by(publication: Mapping[str, Any]) -> str:
    if publication.get("level") != "checkout":
        return ""
    user = (publication.get("checkedOutBy") or {}).get("user") or {}
    return str(user.get("displayName") or "?")


def ask_item(client: GraphClient, path: str) -> DriveItem | None:
    """The item at a path of Graph; None where nothing stands there."""
    found = client.found(path + SELECT)
    return item_of(found) if found is not None else None


def find_item(client: GraphClient, address: SharePointAddress) -> DriveItem | None:
    """The item that an address leads to; None where nothing stands there."""
    if address.link:
        return _follow_link(client, address)
    try:
        library = find_library(client, address)
    except NoAccess:
        # A grant on one file opens no site: SharePoint is asked for the file itself.
        with suppress(NoAccess):
            if (found := _shared(client, address)) is not None:
                return found
        raise
    if library is None:
        return None
    drive, within = library
    return ask_item(client, f"/drives/{quote(drive, safe='!')}/root:{quoted(within)}")


def _follow_link(client: GraphClient, address: SharePointAddress) -> DriveItem | None:
    """Where a link leads. An app that was given a site may not always ask that: an address in the
    library needs no asking.
    """
    try:
        return _shared(client, address)
    except NoAccess as fault:
        if fault.key != "sharepoint.no_grant":
            raise
        raise NoAccess("sharepoint.link_not_followed", **fault.params) from None


def _shared(client: GraphClient, address: SharePointAddress) -> DriveItem | None:
    return ask_item(client, f"/shares/{address.share}/driveItem")


def find_library(client: GraphClient, address: SharePointAddress) -> tuple[str, str] | None:
    """The drive in which a path lies, and the rest of the path; None where there is no such site or
    library.
    """
    site = f"/sites/{address.host}" + (f":{quoted(address.site)}" if address.site != "/" else "")
    found = client.found(site)
    if found is None:
        return None
    drives = client.found(
        f"/sites/{quote(str(found.get('id')), safe=',.')}/drives?$select=id,webUrl"
    )
    listed = (drives or {}).get("value") or []
    roots = {unquote(urlsplit(str(one.get("webUrl"))).path): str(one.get("id")) for one in listed}
    holding = [root for root in roots if _lies_in(address.path, root)]
    root = max(holding, key=len, default=None)
    return (roots[root], address.path[len(root) :]) if root is not None else None


def _lies_in(path: str, folder: str) -> bool:
    return path.casefold().startswith(folder.rstrip("/").casefold() + "/")


def find_folder(client: GraphClient, address: SharePointAddress) -> DriveItem | None:
    """The folder in which a new workbook at ``address`` would stand; None where there is none."""
    library = find_library(client, address)
    if library is None:
        return None
    drive, within = library
    folder = within.rpartition("/")[0]
    below = f"root:{quoted(folder)}" if folder else "root"
    return ask_item(client, f"/drives/{quote(drive, safe='!')}/{below}")
