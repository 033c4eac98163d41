"""Which backend keeps the workbook at an address: one line for each kind."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from trustbook.errors import UsageError
from trustbook.places.web_login import Logins

if TYPE_CHECKING:
    from trustbook.places.graph_login import SharePointLogin
    from trustbook.places.sharepoint import SharePointPlace
    from trustbook.places.webdav import WebdavPlace
    from trustbook.reading.adoption import Adoption
    from trustbook.workbooks.base import Workbook

_GOOGLE = re.compile(r"gsheet:|https?://docs\.google\.com/", re.IGNORECASE)
_WEB = re.compile(r"(davs?|https?)://", re.IGNORECASE)
_SHAREPOINT = re.compile(
    r"https?://([\w-]+\.sharepoint\.com|1drv\.ms|onedrive\.live\.com)(/|$)", re.IGNORECASE
)


# Of a file's name: copies and the note beside it add to it, and a disk takes 255.
_LONGEST_NAME = 220


class Access(NamedTuple):
    """What the settings say of how to get in: Google's key file, the logins of servers, and who we
    are at Microsoft.
    """

    key_file: str | None = None
    logins: Logins = MappingProxyType({})
    sharepoint: SharePointLogin | None = None


NO_ACCESS = Access()


def _google(address: str, access: Access) -> Workbook:
    from trustbook.workbooks.google import GoogleWorkbook

    return GoogleWorkbook(address, Path(access.key_file) if access.key_file else None)


def _excel(address: str, access: Access) -> Workbook:
    from trustbook.workbooks.excel import ExcelWorkbook

    path = Path(address)
    try:
        str(path).encode()
    except UnicodeEncodeError:  # no memory, page or message can name such a file
        raise UsageError("odd_file_name", name=address) from None
    if len(path.name.encode()) > _LONGEST_NAME:
        raise UsageError("long_file_name", name=f"{path.name[:40]}…", count=_LONGEST_NAME)
    return ExcelWorkbook(path)


def _webdav(address: str, access: Access) -> Workbook:
    from trustbook.workbooks.excel import ExcelWorkbook

    return ExcelWorkbook(_web_place(address, access))


def _web_place(address: str, access: Access) -> WebdavPlace:
    from trustbook.places.web_address import read_web_address
    from trustbook.places.webdav import WebdavPlace

    web = read_web_address(address)
    login = access.logins.get(web.host)
    if login is None and not address.lower().startswith("dav"):
        raise UsageError("webdav.unnamed_server", host=web.host)
    return WebdavPlace(web, login)


def _sharepoint(address: str, access: Access) -> Workbook:
    from trustbook.workbooks.excel import ExcelWorkbook

    return ExcelWorkbook(_library_place(address, access))


def _library_place(address: str, access: Access) -> SharePointPlace:
    from trustbook.places.sharepoint import SharePointPlace
    from trustbook.places.sharepoint_address import read_sharepoint_address

    return SharePointPlace(read_sharepoint_address(address), access.sharepoint)


def _prepare_google(address: str, access: Access, lang: str) -> None:
    from trustbook.workbooks.google import GoogleWorkbook
    from trustbook.workbooks.google.setup import prepare

    prepare(GoogleWorkbook(address, Path(access.key_file) if access.key_file else None), lang)


def _new_excel(address: str, access: Access, lang: str) -> None:
    from trustbook.workbooks.template import new_workbook

    new_workbook(Path(address), lang)


def _new_webdav(address: str, access: Access, lang: str) -> None:
    from trustbook.workbooks.template import refuse_wrong_ending, starter

    place = _web_place(address, access)
    refuse_wrong_ending(place.path)
    place.make(starter(lang))


def _new_sharepoint(address: str, access: Access, lang: str) -> None:
    from trustbook.workbooks.template import refuse_wrong_ending, starter

    place = _library_place(address, access)
    refuse_wrong_ending(place.path)
    place.make(starter(lang))


class Backend(NamedTuple):
    """A kind of workbook: which addresses are its own, and how one is opened and made.

    ``open`` takes the address and what the settings say of how to get in; ``make`` takes the
    language of the new book besides.
    """

    owns: Callable[[str], object]
    open: Callable[[str, Access], Workbook]
    make: Callable[[str, Access, str], None]


# The first that owns an address keeps it; a path that nobody else claims is a file.
_FILES = Backend(lambda address: True, _excel, _new_excel)
_SERVERS = Backend(_WEB.match, _webdav, _new_webdav)
_LIBRARIES = Backend(_SHAREPOINT.match, _sharepoint, _new_sharepoint)
BACKENDS = [
    Backend(_GOOGLE.match, _google, _prepare_google),
    _LIBRARIES,
    _SERVERS,
    _FILES,
]


def backend_of(address: str) -> Backend:
    """The backend that keeps the workbook at ``address``."""
    return next(each for each in BACKENDS if each.owns(address))


def is_path(address: str) -> bool:
    """Whether an address is a path on a disk of this machine."""
    return backend_of(address) is _FILES


def has_copies(address: str) -> bool:
    """Whether copies of the workbook at ``address`` lie on a disk of this machine."""
    return backend_of(address) in (_FILES, _SERVERS, _LIBRARIES)


def is_same_address(one: str, other: str) -> bool:
    """Whether two addresses, however they are typed, are of one workbook."""
    if one == other:
        return True
    if backend_of(one) is backend_of(other) is _LIBRARIES:
        from trustbook.places.sharepoint_address import read_sharepoint_address

        return read_sharepoint_address(one) == read_sharepoint_address(other)
    if not (backend_of(one) is backend_of(other) is _SERVERS):
        return False
    from trustbook.places.web_address import read_web_address

    return str(read_web_address(one)) == str(read_web_address(other))


def make_workbook(address: str, access: Access, lang: str) -> None:
    """Make a new book at ``address`` in ``lang`` ("nl" or "en"): a file, or an empty sheet filled.

    Raises UsageError where something stands there already.
    """
    backend_of(address).make(address, access, lang)


def open_workbook(
    address: str, access: Access = NO_ACCESS, adoption: Adoption | None = None
) -> Workbook:
    """The workbook at ``address``: an absolute path, a Google Sheets link or ``gsheet:KEY``, an
    address in SharePoint or OneDrive, or one on a WebDAV server.

    Nothing is read yet. ``access`` (config.Target.access) is how to get in by the settings; left
    out, what the environment names. ``adoption`` (config.Target.adoption) names sheets and columns
    that have names of their own.
    """
    workbook = backend_of(address).open(address, access)
    workbook.adoption = adoption
    return workbook
