"""A workbook on a WebDAV server (Nextcloud, ownCloud, a NAS): fetched whole, put back whole.

The server keeps two from writing over each other: what is sent names the version it is made from
(``If-Match``), under a lock where the server has locks. Tags may be as coarse as whole seconds, so
that a file which was written just now is read once more before it is replaced.

An upload is put down here before it begins: a server may be left with half a file when the line
breaks. The next run sees that what stands there is the beginning of what we sent, and sends the
rest. Copies are kept here as well; nothing but the note of a stopped night lies on the server.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from trustbook.errors import Busy, NoAccess, TrustbookError, UsageError
from trustbook.places import local
from trustbook.places.base import Sight, Step, no_step
from trustbook.places.made_files import SECRET_MODE, replace_whole
from trustbook.places.remote import RemotePlace
from trustbook.places.web_memory import WebMemory, web_memory_of

if TYPE_CHECKING:
    from trustbook.places.web_address import WebAddress
    from trustbook.places.web_client import WebClient, WebFile
    from trustbook.places.web_login import Login

# How often an upload that arrived torn is sent once more.
_TRIES = 3
_WHOLE_SECOND = 1.1


class WebdavPlace(RemotePlace):
    """The workbook at ``web``, an address on a WebDAV server; ``login`` is ours there."""

    def __init__(self, web: WebAddress, login: Login | None = None) -> None:
        self.web = web.of_user(login.user if login else web.user)
        self.path = Path(self.web.name)
        self._login = login
        self._made: WebClient | None = None
        self.memory = web_memory_of(str(self.web))
        # What was fetched last; ``_unread``: nobody has read it yet, so that the next reader may.
        self._held: WebFile | None = None
        self._unread = False

    @property
    def client(self) -> WebClient:
        """The way to the server."""
        if self._made is None:
            from trustbook.places.web_client import WebClient

            self._made = WebClient(self.web, self._login)
        return self._made

    # reading

    def fetch(self) -> bytes | None:
        """The bytes that stand there. Raises UsageError, NoAccess or Busy."""
        return self._fetch(anew=not self._unread).data

    def read(self, expect: str | None = None) -> bytes:
        """The bytes of version ``expect``, without asking where they were fetched already: what is
        sent names the version it is made from.
        """
        held = self._held
        if expect is None or held is None or local.version_of(held.data) != expect:
            held = self._fetch(anew=True)
        if expect is not None and local.version_of(held.data) != expect:
            raise Busy("excel.changed", read_again=True)
        return held.data

    def standing(self) -> str | None:
        """The version that stands there; None where that cannot be told now."""
        with suppress(TrustbookError):
            version = local.version_of(self._fetch(anew=not self._unread).data)
            self._unread = True
            return version
        return None

    def absent(self, name: str) -> TrustbookError:
        """It was taken away: waiting does not mend that."""
        return NoAccess("webdav.gone", name=name, host=self.web.host)

    def _fetch(self, anew: bool) -> WebFile:
        if anew or self._held is None:
            self.client.begin()
            found = self.client.get()
            if found is None:
                raise UsageError("webdav.no_such_file", name=self.web.name, host=self.web.host)
            self._hold(found)
        self._unread = False
        assert self._held is not None
        if self._is_torn(self._held.data):
            raise Busy("webdav.upload_broke_off", name=self.web.name)
        return self._held

    def _hold(self, found: WebFile) -> None:
        """Keep what was fetched, and know the file again by another address of the same server."""
        self._held, version = found, local.version_of(found.data)
        unknown = self.memory.new and found.etag
        if unknown and (twin := self.memory.twin(self.web.server, found.etag, version)):
            self.memory.put(same_as=twin)
            self.memory = WebMemory(twin)
        self.memory.put(etag=found.etag, version=version)

    # writing

    def finish_upload(self) -> None:
        """Send again what stands on the server by half."""
        if not self._pending.is_file():
            return
        found = self.client.get()
        wanted = self._pending.read_bytes()
        if found is not None and found.data != wanted and wanted.startswith(found.data):
            with self._lock() as token:
                self._send(wanted, found, token)
        self._pending.unlink(missing_ok=True)

    def replace(self, data: bytes, expect: str, step: Step = no_step) -> None:
        """Put ``data`` on the server while version ``expect`` stands there, and read it back."""
        before = self._as_expected(expect)
        self.keep_copy(before.data)
        step("backup")
        replace_whole(self._pending, data, SECRET_MODE)
        step("temporary")
        with self._lock() as token:
            after = self._send(data, before, token)
        step("replaced")
        self._pending.unlink(missing_ok=True)
        self._hold(after)
        self._unread = False
        step("settled")

    def _as_expected(self, expect: str) -> WebFile:
        """What stands there, if it is version ``expect``; asked again where a tag may hide that it
        is not.
        """
        held = self._held
        if held is None or local.version_of(held.data) != expect or not held.etag:
            held = self._fetch(anew=True)
        elif held.fresh:
            self.client.pause(1, _WHOLE_SECOND)  # so that a change from now on changes the tag
            held = self._fetch(anew=True)
        if local.version_of(held.data) != expect:
            raise Busy("excel.changed", read_again=True)
        return held

    def _send(self, data: bytes, before: WebFile, token: str) -> WebFile:
        """Send ``data`` until it stands there whole; what stands there then.

        Raises Busy where somebody else's does.
        """
        for _ in range(_TRIES):
            arrived = self._put(data, before, token)
            after = self._read_back(before)
            if after.data == data or (arrived and not data.startswith(after.data)):
                return after  # whole, or whole and replaced by somebody since
            if after.data != before.data and not data.startswith(after.data):
                raise Busy("excel.changed", read_again=True)
            before = after
        raise Busy("webdav.upload_broke_off", name=self.web.name)

    def _read_back(self, before: WebFile) -> WebFile:
        """What stands there after something was sent over ``before``. Raises Busy where that cannot
        be told: an answer without the tag that the server gives is none of its own.
        """
        name, host = self.web.name, self.web.host
        try:
            after = self.client.get()
        except TrustbookError:
            raise Busy("webdav.not_read_back", name=name, host=host) from None
        if after is None:
            raise Busy("webdav.vanished", name=name)
        if before.etag and not after.etag:
            raise Busy("webdav.not_read_back", name=name, host=host)
        return after

    def _put(self, data: bytes, before: WebFile, token: str) -> bool:
        """One upload; False where nobody knows whether it arrived: a 200 may be the page of a guest
        network, a server says 201 or 204.
        """
        from trustbook.places.web_client import UnknownOutcome, conditions, refusal_of

        try:
            status = self.client.put(data, conditions(before.etag, token))
        except UnknownOutcome:
            return False
        if status >= 300:
            self._pending.unlink(missing_ok=True)
            raise self._locked_by() if status == 423 else refusal_of(status, self.web)
        return status != 200

    def _is_torn(self, data: bytes) -> bool:
        """Whether what stands there is the beginning of an upload of ours, and no more."""
        if not self._pending.is_file():
            return False
        wanted = self._pending.read_bytes()
        return len(data) < len(wanted) and wanted.startswith(data)

    @property
    def _pending(self) -> Path:
        return self.memory.folder / "upload.pending"

    # locks

    @contextmanager
    def _lock(self) -> Iterator[str]:
        """Hold the server's lock, where it has locks; the token, "" without one."""
        from trustbook.places import web_locks

        if not web_locks.offered(self.client):
            yield ""
            return
        token = web_locks.take(self.client, self.memory)
        if token is None:
            raise self._locked_by()
        try:
            yield token
        finally:
            web_locks.release(self.client, self.memory, token)

    def _locked_by(self) -> Busy:
        from trustbook.places import web_locks

        lock = None
        with suppress(TrustbookError):
            lock = web_locks.lock_on_file(self.client)
        return web_locks.refusal_of_lock(lock, self.web.name)

    # copies

    def make(self, data: bytes) -> None:
        """Put a file where none stands. Raises UsageError where one does, or without a folder."""
        from trustbook.places import web_locks
        from trustbook.places.web_client import UnknownOutcome, refusal_of

        web_locks.offered(self.client)  # so that the first night need not ask
        status = 0
        with suppress(UnknownOutcome):
            status = self.client.put(data, {"If-None-Match": "*"})
        if status == 412 or (status in (0, 200) and self._other_than(data)):
            raise UsageError("file_exists", path=str(self.web))
        if status in (404, 409):
            raise UsageError("webdav.no_folder", name=self.web.name, host=self.web.host)
        if status >= 300:
            raise refusal_of(status, self.web)
        self._held = None

    def _other_than(self, data: bytes) -> bool:
        found = self.client.get()
        if found is None:
            raise Busy("webdav.away", host=self.web.host, tries=1)
        return found.data != data

    def take_back(self, aside: Path | None) -> None:
        """Undo ``put_back``."""
        if aside is not None:
            self.replace(local.read(aside), local.version_of(self.read()))
            aside.unlink()
        else:
            self.client.ask("DELETE", writes=True)

    # notes

    def leave_note(self, text: str, lang: str) -> None:
        """Leave a note beside the workbook on the server, over none but one of ours."""
        from trustbook.places import web_notes

        web_notes.leave(self.client, self.memory, text, lang)

    def clear_note(self) -> None:
        """Take the note away, where one of ours was left: any other night asks nothing."""
        if self.memory.get("note"):
            from trustbook.places import web_notes

            web_notes.clear(self.client, self.memory)

    def examine(self) -> Iterator[Sight]:
        """What the server offers, and who has the workbook open."""
        from trustbook.places.web_doctor import examine_server

        return examine_server(self.client, self.memory)
