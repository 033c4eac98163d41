"""What a library allows with a workbook, found without changing it: a session for an upload is
begun and given up.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote

from trustbook.errors import Busy, NoAccess, TrustbookError, UsageError
from trustbook.places.base import Sight
from trustbook.places.graph_login import read_certificate
from trustbook.places.graph_rights import rights_of
from trustbook.places.graph_upload import try_upload

if TYPE_CHECKING:
    from trustbook.places.graph_items import DriveItem
    from trustbook.places.sharepoint import SharePointPlace

_SKEW = 600  # seconds; a clock further off is told
_SOON = 60  # days; a certificate that ends earlier is told


def examine_library(place: SharePointPlace) -> Iterator[Sight]:
    """Sign-in and rights, certificate, where the workbook is, who has it, clocks."""
    try:
        rights = rights_of(place.client.token)
        yield Sight("sharepoint_app", params={"rights": ", ".join(sorted(rights)) or "-"})
        yield from _certificate(place)
        item = place.look()
    except UsageError:
        return  # it is not there: reading it says why
    except TrustbookError as fault:
        yield Sight("sharepoint_reachable", "bad", fault=fault)
        return
    yield Sight("sharepoint_reachable", params={"where": item.where})
    if not place.web.link and not _stands_at(unquote(place.web.path), item):
        yield Sight("sharepoint_moved", "note", {"where": item.where})
    yield _writable(place, item)
    if abs(place.client.skew) > _SKEW:
        minutes = round(abs(place.client.skew) / 60)
        yield Sight("sharepoint_clock", "note", {"minutes": minutes})


def _stands_at(path: str, item: DriveItem) -> bool:
    return path.casefold().endswith(item.where.casefold())


def _writable(place: SharePointPlace, item: DriveItem) -> Sight:
    """Whether an upload could begin now."""
    fault: TrustbookError | None = None
    if item.checked_out_by:
        fault = Busy("sharepoint.checked_out", who=item.checked_out_by, name=item.name)
    else:
        try:
            try_upload(place.client, item)
        except TrustbookError as refused:
            fault = refused
    code = "writable" if isinstance(fault, NoAccess) else "not_open"
    return Sight("sharepoint_writable") if fault is None else Sight(code, "bad", fault=fault)


def _certificate(place: SharePointPlace) -> Iterator[Sight]:
    """Until when the certificate is good."""
    if place.client.login.is_person:
        return
    from cryptography import x509

    public = read_certificate(place.client.login)[1]
    ends = x509.load_pem_x509_certificate(public.encode()).not_valid_after_utc
    days = (ends - datetime.now(UTC)).days
    params = {"day": f"{ends:%d-%m-%Y}", "days": days}
    yield Sight("sharepoint_certificate", "note" if days < _SOON else "ok", params)
