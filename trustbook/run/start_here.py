"""Start here in a run: the line that tells what the run did, and where the sheet stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from trustbook.columns import GENERATED, TYPED
from trustbook.dates import write_date
from trustbook.messages import LANGUAGES, say
from trustbook.model import Moments
from trustbook.run.rebase import LeftBehind, told_of
from trustbook.run.report import Counts
from trustbook.snapshot import GeneratedSheet

# The mark of a workbook in which Start here was put first, by us or by ``init``: where people put
# it afterwards, it stays.
PLACED = "placed"
_ASKS = ("proposals", "conflicts", "check")


def last_run_line(
    lang: str, day: date, news: Counts, left: LeftBehind | None, failed: str = ""
) -> str:
    """What the last run that changed something did, in words, and what was told of a night before
    it that ``failed``.
    """
    key = "sheets.last_run" if news.new_moments else "sheets.last_run_nothing_new"
    if news.not_counted:
        key = "sheets.last_run_to_check"
    told: list[str] = []
    if left:
        key, told = "sheets.last_run_older", told_of(left, lang)
    if failed:
        told = [*told, say(lang, "sheets.night_failed", line=failed)]
    new, unread = news.new_moments, news.not_counted
    moments = {"moments": new, "counted": new - unread, "unread": unread}
    return " ".join([say(lang, key, day=write_date(day, lang), **moments), *told])


def not_counted(places: Mapping[str, int], rows: Sequence[int], log: Moments) -> set[str]:
    """The rows of Moments, by identity, that count for nobody: no day or no name was understood.

    ``places`` says at which position of ``rows`` each stands.
    """
    counted = {log.row[at] for at in log.contact_moment}
    return {one for one, place in places.items() if rows[place] not in counted}


def goes_first(standing: Sequence[str], marks: Collection[str], ours: Mapping[str, str]) -> bool:
    """Whether Start here is to become the first sheet: once, in a book of ``init`` in which nobody
    moved a sheet.

    ``standing`` are the titles of all sheets in order, ``marks`` the workbook's own, ``ours`` the
    titles of our sheets by key.
    """
    return PLACED not in marks and any(_is_as_made(standing, ours, one) for one in LANGUAGES)


def _is_as_made(standing: Sequence[str], ours: Mapping[str, str], lang: str) -> bool:
    """Whether the sheets of ``init`` stand in their order; others may stand between, but not in
    front.
    """
    lists = say(lang, "template.lists")
    made = [*(sheet.label(lang) for sheet in TYPED), lists]
    made += [ours[sheet.key] for sheet in GENERATED]
    known = [title for title in standing if title in made]
    in_order = known == [title for title in made if title in standing]
    return in_order and lists in known and standing[0] == known[0]


def where_it_stands(start: str, first: bool, standing: Sequence[str]) -> str | None:
    """The title of Start here where people must look for it; None where it is the first sheet."""
    return None if first or list(standing[:1]) == [start] else start


def waiting_on(sheets: Sequence[GeneratedSheet]) -> dict[str, int]:
    """How many lines wait for somebody's answer, by the key of their sheet."""
    lists = (sheet for sheet in sheets if sheet.key in _ASKS)
    return {sheet.key: len(sheet.rows) - sheet.header_row for sheet in lists}
