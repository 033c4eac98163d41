"""Calendars on a server: one that is published as a file, or one that is asked by CalDAV.

Only reading, with three kinds of requests. The server is asked for the days that are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from trustbook.errors import SafetyStop, UsageError
from trustbook.intake.contacts import Window
from trustbook.intake.event_lines import text_in

if TYPE_CHECKING:
    from trustbook.places.web_address import WebAddress
    from trustbook.places.web_client import WebClient
    from trustbook.places.web_login import Login

_DAV, _CAL = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
_SCHEMES = {"webcal": "https", "webcals": "https"}
_WHAT_IS_IT = b"""<?xml version="1.0" encoding="utf-8"?>
<d:propfind xmlns:d="DAV:"><d:prop><d:resourcetype/></d:prop></d:propfind>"""
_QUERY = """<?xml version="1.0" encoding="utf-8"?>
<c:calendar-query xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">
<d:prop><c:calendar-data/></d:prop><c:filter><c:comp-filter name="VCALENDAR">
<c:comp-filter name="VEVENT"><c:time-range start="{start}" end="{end}"/></c:comp-filter>
</c:comp-filter></c:filter></c:calendar-query>"""


def is_address(source: str) -> bool:
    """Whether a source is an address, and no file."""
    return "://" in source


def calendars_at(source: str, logins: Mapping[str, Login], window: Window) -> list[str]:
    """The texts of the calendars at an address, of the days that are looked at.

    Raises UsageError for an address that is none, NoAccess and Busy as the server answers.
    """
    from trustbook.places.web_client import WebClient

    address = _address(source)
    client = WebClient(address, logins.get(address.host))
    if urlsplit(address.url).path.lower().endswith(".ics") or "?" in address.path:
        return [_published(client, address)]
    return [text for place in _calendars(client, address) for text in _asked(client, place, window)]


def _address(source: str) -> WebAddress:
    """The address of a collection, its last slash and its query kept."""
    from trustbook.places.web_address import read_web_address

    scheme, _, rest = source.strip().partition("://")
    bare, _, query = rest.partition("?")
    address = read_web_address(f"{_SCHEMES.get(scheme.lower(), scheme)}://{bare.rstrip('/')}")
    end = f"?{query}" if query else "" if bare.lower().endswith(".ics") else "/"
    return replace(address, path=address.path + end)


def _published(client: WebClient, address: WebAddress) -> str:
    found = client.get()
    if found is None:
        raise UsageError("webdav.no_such_file", name=address.name, host=address.host)
    text = text_in(found.data)
    if "BEGIN:VCALENDAR" not in text[:10_000].upper():
        raise UsageError("intake.no_calendar", name=str(address))
    return text


def _calendars(client: WebClient, address: WebAddress) -> Iterator[WebAddress]:
    """The calendar at an address, else those that stand in it."""
    told = _multistatus(client, "PROPFIND", address, _WHAT_IS_IT, depth=1)
    places = [
        replace(address, path=urlsplit(urljoin(address.url, href)).path)
        for href, one in told
        if one.find(f".//{_DAV}resourcetype/{_CAL}calendar") is not None
    ]
    own = [place for place in places if place.path.rstrip("/") == address.path.rstrip("/")]
    if not places:
        raise UsageError("intake.no_calendar_there", name=str(address), host=address.host)
    yield from own or places


def _asked(client: WebClient, address: WebAddress, window: Window) -> Iterator[str]:
    """The events of a calendar, each as a calendar of its own."""
    # A day more on both sides: the server counts in its own zone.
    days = (window.first - timedelta(days=1), window.last + timedelta(days=2))
    start, end = (_utc(day) for day in days)
    query = _QUERY.format(start=start, end=end).encode()
    for _, one in _multistatus(client, "REPORT", address, query, depth=1):
        for data in one.iter(f"{_CAL}calendar-data"):
            yield data.text or ""


def _utc(day: date) -> str:
    return f"{day:%Y%m%d}T000000Z"


def _multistatus(
    client: WebClient, method: str, address: WebAddress, body: bytes, depth: int
) -> Iterator[tuple[str, Any]]:
    """The parts of an answer about many things, each with where it is."""
    from lxml import etree

    from trustbook.places.web_client import refusal_of

    headers = {"Depth": str(depth), "Content-Type": "application/xml; charset=utf-8"}
    answer = client.ask(method, address, headers=headers, data=body)
    if answer.status_code != 207:
        raise refusal_of(answer.status_code, address)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(answer.content, parser)
    except etree.XMLSyntaxError:
        raise SafetyStop("intake.bad_answer", host=address.host) from None
    for one in root.iter(f"{_DAV}response"):
        yield one.findtext(f"{_DAV}href") or "", one
