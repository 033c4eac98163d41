"""A workbook in SharePoint or OneDrive, by way of Microsoft Graph: fetched whole, put back whole.

What is sent names the state it is made from (the eTag), so that nobody is written over. The library
writes document properties and custom XML into what it is given; versions are therefore taken of
what a package means (places/package_meaning.py). Which workbook it is, is the ID of the item: it
stays when the workbook is moved, and is the same by whichever address people come. Copies are kept
on this machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from trustbook.errors import Busy, NoAccess, TrustbookError, UsageError
from trustbook.places import local
from trustbook.places.base import Sight, Step, no_step
from trustbook.places.package_meaning import meaning_of
from trustbook.places.remote import RemotePlace
from trustbook.places.web_memory import WebMemory, web_memory_of

if TYPE_CHECKING:
    from trustbook.places.graph_client import GraphClient
    from trustbook.places.graph_items import DriveItem
    from trustbook.places.graph_login import SharePointLogin
    from trustbook.places.sharepoint_address import SharePointAddress

# How often an upload of which nobody knows what became is sent once more.
_TRIES = 3
# How an encrypted Office file begins, and what only one that a label encrypted has in it.
_ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LABELLED = "DRMEncrypted".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class _Fetched:
    """The bytes of an item, and a state of it that is theirs or an older one."""

    item: DriveItem
    data: bytes
    version: str


class SharePointPlace(RemotePlace):
    """The workbook at ``web``; ``login`` is who we are at Microsoft."""

    def __init__(self, web: SharePointAddress, login: SharePointLogin | None) -> None:
        self.web = web
        self._login = login
        self._made: GraphClient | None = None
        self.memory = web_memory_of(str(web))
        self._held: _Fetched | None = None
        # Seen by ``standing``, so that who reads next need not ask again.
        self._unread: DriveItem | None = None

    @property
    def path(self) -> Path:  # type: ignore[override]
        """What the workbook is called, as it was first known here."""
        return Path(self.memory.get("name") or self.web.name)

    @property
    def client(self) -> GraphClient:
        """The way to Graph. Raises UsageError where nothing says who we are there."""
        if self._made is None:
            from trustbook.places.graph_client import GraphClient

            if self._login is None:
                raise UsageError("sharepoint.no_settings", host=self.web.host)
            self._made = GraphClient(self._login, self.path.name)
        return self._made

    def version_of(self, data: bytes) -> str:
        """The version of a workbook with these bytes: of what it means."""
        held = self._held
        return held.version if held is not None and held.data is data else meaning_of(data)

    # reading

    def fetch(self) -> bytes:
        """The bytes that stand there. Raises UsageError, NoAccess or Busy."""
        seen, self._unread = self._unread, None
        if seen is not None and self._held is not None and self._held.item == seen:
            return self._held.data
        return self._fetch(seen).data

    def read(self, expect: str | None = None) -> bytes:
        """The bytes of version ``expect``, without asking where they were fetched already: what is
        sent names the state it is made from.
        """
        return (self._fetch() if expect is None else self._expected(expect)).data

    def standing(self) -> str | None:
        """The version that stands there; None where that cannot be told now."""
        with suppress(TrustbookError):
            self.client.begin()
            item = self.look()
            version = self.memory.get("version")
            if item.etag != self.memory.get("etag") or not version:
                version = self._fetch(item).version
            self._unread = item
            return version
        return None

    def look(self) -> DriveItem:
        """The workbook as the library describes it now. Raises UsageError where there is none."""
        from trustbook.places.graph_items import ask_item, find_item, item_path

        drive, item = self.memory.get("drive"), self.memory.get("item")
        known = ask_item(self.client, item_path(drive, item)) if item else None
        if known is None or known.where != self.memory.get("where"):
            # It was moved, or is new to us: what stands at the address now goes first.
            known = find_item(self.client, self.web) or known
        if known is None:
            raise UsageError("sharepoint.no_such_file", name=self.path.name)
        self._know(known)
        return known

    def _know(self, item: DriveItem) -> None:
        """Remember which item it is, and know it again by another address."""
        which = {"drive": item.drive, "item": item.id}
        if not self.memory.get("item") and (first := self.memory.known_as(**which)):
            self.memory.put(same_as=first)
            self.memory = WebMemory(first)
        name = self.memory.get("name") or item.name
        if self.memory.get("item") != item.id:
            self.memory.put(etag="", version="")
        self.memory.put(**which, where=item.where, name=name)

    def _fetch(self, item: DriveItem | None = None) -> _Fetched:
        """Fetch the bytes of an item; left out, of the workbook as it stands now."""
        self.client.begin()
        item = item or self.look()
        data = self.client.fetch(item.path)
        if data is None:
            raise Busy("excel.changed", read_again=True)
        if data.startswith(_ENCRYPTED) and _LABELLED in data:
            raise NoAccess("sharepoint.labelled", name=item.name)
        self._held = _Fetched(item, data, meaning_of(data))
        self.memory.put(etag=item.etag, version=self._held.version)
        return self._held

    def _expected(self, expect: str) -> _Fetched:
        held = self._held
        if held is None or held.version != expect:
            held = self._fetch()
        if held.version != expect:
            raise Busy("excel.changed", read_again=True)
        return held

    def absent(self, name: str) -> TrustbookError:
        """It was taken away: waiting does not mend that."""
        return NoAccess("sharepoint.gone", name=name)

    # writing

    def refuse_if_protected(self) -> None:
        """Raise Busy where somebody has it checked out."""
        if self._held is not None and (who := self._held.item.checked_out_by):
            raise Busy("sharepoint.checked_out", who=who, name=self.path.name)

    def replace(self, data: bytes, expect: str, step: Step = no_step) -> None:
        """Put ``data`` there while version ``expect`` stands there, and read it back."""
        before = self._expected(expect)
        self.keep_copy(before.data)
        step("backup")
        self._send(data, before.item, step)
        step("replaced")
        self._unread = None
        with suppress(TrustbookError):  # it stands there; the next run looks again
            self._fetch()
        step("settled")

    def _send(self, data: bytes, before: DriveItem, step: Step) -> None:
        """Send ``data`` until it stands there. Raises Busy where somebody else's does."""
        from trustbook.places.graph_upload import Upload, UploadOutcome

        for _ in range(_TRIES):
            if Upload(self.client, data, step).over(before) is UploadOutcome.STANDS:
                return
            after = self._read_back()
            if after.version == meaning_of(data):
                return
            if after.item.etag != before.etag:
                raise Busy("excel.changed", read_again=True)
        raise Busy("sharepoint.upload_broke_off", name=self.path.name)

    def _read_back(self) -> _Fetched:
        """What stands there after something was sent. Raises Busy where that cannot be told."""
        try:
            return self._fetch()
        except TrustbookError:
            raise Busy("sharepoint.not_read_back", name=self.path.name) from None

    # copies

    def make(self, data: bytes) -> None:
        """Put a workbook where none stands. Raises UsageError where one does."""
        from trustbook.places.graph_items import find_folder
        from trustbook.places.graph_upload import Upload

        if self.web.link:
            raise UsageError("sharepoint.link_is_no_place")
        folder = find_folder(self.client, self.web)
        if folder is None:
            raise UsageError("sharepoint.no_folder", name=self.web.name)
        try:
            Upload(self.client, data).beside(folder.drive, folder.id, self.web.name)
        except Busy as fault:
            if fault.key != "excel.changed":
                raise
            raise UsageError("file_exists", path=str(self.web)) from None
        if self._fetch().version != meaning_of(data):
            raise UsageError("file_exists", path=str(self.web))

    def take_back(self, aside: Path | None) -> None:
        """Undo ``put_back``."""
        if aside is not None:
            self.replace(local.read(aside), self._fetch().version)
            aside.unlink()
        else:
            self.client.refuse(self.client.ask("DELETE", self.look().path))

    # notes

    def leave_note(self, text: str, lang: str) -> None:
        """Leave a note beside the workbook, over none but one of ours."""
        from trustbook.places import sharepoint_notes

        with suppress(TrustbookError):
            args = self.client, self.memory, self.look()
            sharepoint_notes.leave_in_library(*args, text, lang)

    def clear_note(self) -> None:
        """Take the note away, where one of ours was left: any other night asks nothing."""
        if self.memory.get("note"):
            from trustbook.places import sharepoint_notes

            with suppress(TrustbookError):
                sharepoint_notes.clear_from_library(self.client, self.memory, self.look())

    def examine(self) -> Iterator[Sight]:
        """Who we are there, what we may, and who has the workbook."""
        from trustbook.places.sharepoint_doctor import examine_library

        return examine_library(self)
