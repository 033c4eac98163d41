"""Calendars on a server: one that is published as a file, or one that is asked by CalDAV.

Only reading, with three kinds of requests. The server is asked for the days that are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from trustbook.errors import NoAccess, SafetyStop, TrustbookError, UsageError
from trustbook.intake.contacts import Window
from trustbook.intake.event_lines import is_calendar, text_in

if TYPE_CHECKING:
    import requests

    from trustbook.places.web_address import WebAddress
    from trustbook.places.web_client import WebClient
    from trustbook.places.web_login import Login

_DAV, _CAL = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
_A_DAY = timedelta(days=1)
# A server that says this does not know the question: it may give the calendar as one file.
_NOT_KNOWN = (400, 405, 415, 422, 501)
_TOO_MANY = 507
_AT_ONCE = (5.0, 15.0)  # seconds to be reached, and to answer
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


def calendars_at(
    source: str, logins: Mapping[str, Login], window: Window, *, waits: bool = True
) -> list[str]:
    """The texts of the calendars at an address, of the days that are looked at.

    Without ``waits`` a server that does not answer at once is away: the next night asks again.
    Raises UsageError for an address that is none, NoAccess and Busy as the server answers.
    """
    from trustbook.places.web_client import Patience, WebClient

    address = _address(source)
    patience = Patience() if waits else Patience(1, *_AT_ONCE)
    client = WebClient(address, logins.get(address.host), patience=patience)
    if urlsplit(address.url).path.lower().endswith(".ics") or "?" in address.path:
        return [_published(client, address)]
    days = (window.first - _A_DAY, window.last + 2 * _A_DAY)  # the server counts in its own zone
    return [text for one in _calendars(client, address) for text in _asked(client, one, *days)]


def _address(source: str) -> WebAddress:
    """The address of a collection, its last slash and its query kept."""
    from trustbook.places.web_address import read_web_address

    scheme, _, rest = source.strip().partition("://")
    bare, _, query = rest.partition("?")
    address = read_web_address(f"{_SCHEMES.get(scheme.lower(), scheme)}://{bare.rstrip('/')}")
    end = f"?{query}" if query else "" if bare.lower().endswith(".ics") else "/"
    return replace(address, path=address.path + end)


def _published(client: WebClient, address: WebAddress) -> str:
    from trustbook.places.http_body import whole_body

    answer = client.ask("GET", address, headers={"Accept-Encoding": "identity"}, stream=True)
    if answer.status_code != 200:
        raise _refusal(client, answer.status_code, address)
    text = text_in(whole_body(answer, address.name, "webdav.broke_off"))
    if not is_calendar(text):
        raise UsageError("intake.no_calendar", name=str(address))
    return text


def _calendars(client: WebClient, address: WebAddress) -> Iterator[WebAddress]:
    """The calendar at an address, else those that stand in it."""
    answer = _ask(client, "PROPFIND", address, _WHAT_IS_IT, depth=1)
    told = _parts(client, answer, address)
    places = [
        replace(address, path=urlsplit(urljoin(address.url, href)).path)
        for href, one in told
        if one.find(f".//{_DAV}resourcetype/{_CAL}calendar") is not None
    ]
    own = [place for place in places if place.path.rstrip("/") == address.path.rstrip("/")]
    if not places:
        raise UsageError("intake.no_calendar_there", name=str(address), host=address.host)
    yield from own or places


def _asked(client: WebClient, address: WebAddress, first: date, end: date) -> Iterator[str]:
    """The events of a calendar, each as a calendar of its own; the whole as one where the server
    cannot look for them.
    """
    query = _QUERY.format(start=_utc(first), end=_utc(end)).encode()
    answer = _ask(client, "REPORT", address, query, depth=1)
    if answer.status_code in _NOT_KNOWN:
        yield _published(client, address)
        return
    told = list(_parts(client, answer, address))
    too_many = any(f" {_TOO_MANY} " in (one.findtext(f"{_DAV}status") or "") for _, one in told)
    if too_many and end - first > _A_DAY:
        middle = first + (end - first) // 2
        yield from _asked(client, address, first, middle)
        yield from _asked(client, address, middle, end)
        return
    for href, one in told:
        yield _event(client, address, href, one)


def _event(client: WebClient, address: WebAddress, href: str, one: Any) -> str:
    """An event of an answer; fetched by itself where the server only names it."""
    told = "".join(data.text or "" for data in one.iter(f"{_CAL}calendar-data"))
    place = replace(address, path=urlsplit(urljoin(address.url, href)).path)
    if told or place.path.rstrip("/") == address.path.rstrip("/"):
        return told
    return _published(client, place)


def _utc(day: date) -> str:
    return f"{day:%Y%m%d}T000000Z"


def _ask(
    client: WebClient, method: str, address: WebAddress, body: bytes, depth: int
) -> requests.Response:
    headers = {"Depth": str(depth), "Content-Type": "application/xml; charset=utf-8"}
    return client.ask(method, address, headers=headers, data=body)


def _parts(
    client: WebClient, answer: requests.Response, address: WebAddress
) -> Iterator[tuple[str, Any]]:
    """The parts of an answer about many things, each with where it is."""
    from lxml import etree

    if answer.status_code != 207:
        raise _refusal(client, answer.status_code, address)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(answer.content, parser)
    except etree.XMLSyntaxError:
        raise SafetyStop("intake.bad_answer", host=address.host) from None
    for one in root.iter(f"{_DAV}response"):
        yield one.findtext(f"{_DAV}href") or "", one


def _refusal(client: WebClient, status: int, address: WebAddress) -> TrustbookError:
    """The sentence for an answer that gives no calendar."""
    from trustbook.places.web_client import refusal_of

    where = {"name": str(address), "host": address.host}
    if status == 401 and not client.signs_in:
        return NoAccess("intake.needs_password", **where)
    if status == 403:
        return NoAccess("intake.calendar_forbidden", **where)
    if status < 400 or status in (404, 405, 409, 410, 415, 501):
        return UsageError("intake.no_calendar_there", **where)
    return refusal_of(status, address)
