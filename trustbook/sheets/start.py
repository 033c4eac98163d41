"""The sheet Start here as a value: what to do now, how the network stands, where things are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from trustbook.columns import GENERATED, START, STATUSES, TYPED, Sheet
from trustbook.dates import write_date
from trustbook.health.verdict import Verdict
from trustbook.messages import say
from trustbook.model import US, Book, Problem
from trustbook.network.agenda import Call
from trustbook.network.promises import OpenPromise, open_promises
from trustbook.network.talking_points import TalkingPoints
from trustbook.sheets.verdicts import link_to, status_text, whom_to_ask
from trustbook.snapshot import Cell, GeneratedSheet
from trustbook.xlsx.refs import quoted_title

_Row = tuple[Cell, ...]

_WIDTHS = (28, 32, 24, 17, 85)
_BLANK = Cell(None)
_FIRST_CALLS = 3  # of each holder
_MOST_PROMISES = 5
_MOST_TO_CONFIRM = 5
# A talk that is called held already says so: only an answer confirms it.
_TO_CONFIRM = {"was_it_held": "confirm_how", "was_it_held_early": "confirm_early"}
_STEPS = ("partners", "people", "moments")  # of a book in which nobody stands yet


@dataclass(frozen=True, slots=True)
class Around:
    """What Start here tells beside the book.

    ``sheets`` maps the keys of all sheets of this workbook to their titles; ``last_run`` is one
    line of words; ``waiting`` counts the lines of To check and the like that wait for a person, by
    the key of their sheet; ``common`` are the hints that nearly everybody carries: code to count;
    ``left_out`` says who asks for a call too and has no place on the list.
    """

    sheets: Mapping[str, str]
    last_run: str = ""
    waiting: Mapping[str, int] = field(default_factory=dict)
    common: Mapping[str, int] = field(default_factory=dict)
    left_out: Sequence[str] = ()


def start_sheet(
    book: Book,
    verdicts: Sequence[Verdict],
    calls: Sequence[Call],
    points: Mapping[int, TalkingPoints],
    title: str,
    around: Around,
    today: date,
) -> GeneratedSheet:
    """What to do now, by name; then how it stands, and where everything is. Empty parts are left
    out.

    Of ``calls`` (as Who to call has them) the first three of each holder are shown. Only the second
    row tells of the last run: all others change only with the book. ``points`` are those of all
    partners.
    """
    lang = book.lang
    parts = _Parts(book, points, around, today)
    standing = [one for one in verdicts if one.status != "ended"]
    name = book.settings.our_name or say(lang, "sheets.network")
    head = say(lang, "sheets.start_title", name=name)
    rows: list[_Row] = [(Cell(head, "title"),), (Cell(around.last_run or None, "note"),)]
    if book.partners:
        rows += _apart(parts.head("now", "who", "ask_for", "phone", "why"), parts.to_do(calls))
        rows += _apart(parts.head("standing", "many", "means"), parts.counts(verdicts))
        rows += parts.hints_of_most(len(standing))
    else:
        rows += _apart(parts.head("begin", "sheet", "what"), parts.steps())
    rows += _apart(parts.head("sheets"), [*parts.links("type", TYPED), *parts.written()])
    rows += [(_BLANK,), (Cell(say(lang, "sheets.start_promise"), "note"),)]
    wide = tuple((*row, *[_BLANK] * (len(_WIDTHS) - len(row))) for row in rows)
    return GeneratedSheet(START.key, title, wide, _WIDTHS, header_row=0, filtered=False)


def _apart(head: _Row, rows: Sequence[_Row]) -> list[_Row]:
    """A part with its head, a blank row above it; nothing where it is empty."""
    return [(_BLANK,), head, *rows] if rows else []


class _Parts:
    """The parts of the sheet, in the words and with the links of one workbook."""

    def __init__(
        self, book: Book, points: Mapping[int, TalkingPoints], around: Around, today: date
    ) -> None:
        self._book, self._points, self._around, self._today = book, points, around, today

    def _say(self, name: str, **params: object) -> str:
        return say(self._book.lang, f"sheets.start_{name}", **params)

    def head(self, *names: str) -> _Row:
        """A grey row that says what stands below."""
        texts = [self._say(name) for name in names]
        return tuple(
            Cell(text, "header.ours") for text in (*texts, *[None] * (len(_WIDTHS) - len(texts)))
        )

    # what to do now

    def to_do(self, calls: Sequence[Call]) -> list[_Row]:
        """Whom to call, what we promised, what to confirm, and what waits for an answer."""
        first = list(_first_of_each(calls))
        rows = [*self._calls(first), *self._left_out(), *self._promises(first)]
        rows += [*self._to_confirm(), *self._waiting()]
        nobody = say(self._book.lang, "sheets.call_nobody")
        return rows or [(_BLANK, Cell(nobody, "plain"))]

    def _calls(self, first: Sequence[Call]) -> Iterator[_Row]:
        for holder, mine in groupby(first, key=lambda call: call.holder):
            label: str | None = holder or say(self._book.lang, "sheets.no_holder")
            for call in mine:
                promise = self._points[call.partner].our_promise
                told = self._say("promise_of_call", why=call.why_now, promise=promise)
                why = told if promise else call.why_now
                yield self._who(label, call.partner, Cell(why))
                label = None

    def _left_out(self) -> Iterator[_Row]:
        """Who asks for a call too, and where they stand."""
        health = self._to_sheet("health") if "health" in self._around.sheets else _BLANK
        for text in self._around.left_out:
            yield _BLANK, health, _BLANK, _BLANK, Cell(text)

    def _promised(self) -> list[OpenPromise]:
        """Our promises that have a day, the one that is due first in front."""
        return [
            one
            for one in open_promises(self._book, self._today)
            if one.promise.by == US and one.promise.due and one.partners
        ]

    def _promises(self, first: Sequence[Call]) -> Iterator[_Row]:
        """The promises that no call above tells of."""
        told = {(call.partner, self._points[call.partner].our_promise) for call in first}
        others = [
            one for one in self._promised() if (one.partners[0], one.promise.text) not in told
        ]
        label: str | None = self._say("promised")
        for one in others[:_MOST_PROMISES]:
            place = self._row_of("moments", self._book.moments.row[one.promise.moment])
            text = self._promise_told(one)
            yield self._who(label, one.partners[0], Cell(text, "link" if place else "text", place))
            label = None
        if left := len(others[_MOST_PROMISES:]):
            yield _BLANK, Cell(self._say("promises_more", count=left), "plain")

    def _promise_told(self, one: OpenPromise) -> str:
        due = one.promise.due
        late = due is not None and due < self._today
        day = write_date(due, self._book.lang) if due else ""
        return self._say("promise_late" if late else "promise_due", due=day, text=one.promise.text)

    def _who(self, label: str | None, partner: int, why: Cell) -> _Row:
        """A partner with the person to ask for and the number."""
        at = self._book.partners[partner]
        name = Cell(at.name, "link", self._row_of("partners", at.row))
        person, phone = whom_to_ask(self._points[partner], self._book.lang)
        place = self._place_of(person, partner)
        ask_for = Cell(person, "link" if place else "text", place)
        return Cell(label, "strong"), name, ask_for, Cell(phone), why

    def _place_of(self, person: str, partner: int) -> str | None:
        """Where a person of a partner stands on People; None for who does not."""
        rows = (
            one.row for one in self._book.people if one.name == person and partner in one.partners
        )
        row = next(rows, None)
        return self._row_of("people", row) if row else None

    def _row_of(self, sheet: str, row: int) -> str | None:
        title = self._around.sheets.get(sheet)
        return link_to(title, row) if title else None

    def _to_confirm(self) -> Iterator[_Row]:
        """The talks that were planned and of which nobody said yet whether they were held."""
        found = [one for one in self._book.problems if one.code in _TO_CONFIRM]
        for at, problem in enumerate(found[:_MOST_TO_CONFIRM]):
            label = self._say("confirm") if at == 0 else None
            link = f"{quoted_title(problem.sheet or '')}!{problem.cell}"
            who, day = self._planned(problem)
            yield (
                Cell(label, "strong"),
                Cell(who, "link", link),
                _BLANK,
                _BLANK,
                Cell(self._say(_TO_CONFIRM[problem.code], day=day, column=problem.column or "")),
            )

    def _planned(self, problem: Problem) -> tuple[str, str]:
        """With whom a talk was planned, and for which day."""
        log = self._book.moments
        moment = log.row.index(problem.row) if problem.row in log.row else -1
        present = zip(log.contact_moment, log.contact_partner, strict=True)
        names = [self._book.partners[who].name for at, who in present if at == moment]
        day = write_date(date.fromordinal(log.day[moment]), self._book.lang) if moment >= 0 else ""
        who = "; ".join(names[:3]) + ("; …" if len(names) > 3 else "")
        return who or self._say("row", row=problem.row), day

    def _waiting(self) -> Iterator[_Row]:
        """What waits for somebody's answer on another sheet."""
        label: str | None = self._say("waiting")
        for key, count in self._around.waiting.items():
            if count:
                text = self._say(f"waits_{key}", count=count)
                link = f"{quoted_title(self._around.sheets[key])}!A1"
                yield Cell(label, "strong"), Cell(text, "link", link)
                label = None

    # how it stands, and where everything is

    def counts(self, verdicts: Sequence[Verdict]) -> list[_Row]:
        """A row per status that occurs: how often, and what it means."""
        counts, lang = Counter(verdict.status for verdict in verdicts), self._book.lang
        return [
            (
                Cell(status_text(key, lang), f"status.{key}"),
                Cell(counts[key], "count"),
                Cell(say(lang, f"sheets.means_{key}"), "plain"),
            )
            for key in (status.key for status in reversed(STATUSES))
            if counts[key]
        ]

    def hints_of_most(self, partners: int) -> list[_Row]:
        """What holds for nearly everybody, said once."""
        common = self._around.common
        return [
            (Cell(self._say(f"most_{code}", count=common[code], partners=partners), "plain"),)
            for code in common
        ]

    def steps(self) -> list[_Row]:
        """The three steps of a new book, each with the sheet it is done on."""
        sheets, lang = self._around.sheets, self._book.lang
        return [
            (
                Cell(str(number), "strong"),
                self._to_sheet(key),
                Cell(say(lang, f"sheets.start_step_{key}"), "plain"),
            )
            for number, key in enumerate((key for key in _STEPS if key in sheets), 1)
        ]

    def _to_sheet(self, key: str) -> Cell:
        title = self._around.sheets[key]
        return Cell(title, "link", f"{quoted_title(title)}!A1")

    def written(self) -> list[_Row]:
        """Links to the sheets that trustbook writes, but for this one."""
        return self.links("read", [sheet for sheet in GENERATED if sheet is not START])

    def links(self, label: str, among: Sequence[Sheet]) -> list[_Row]:
        """Links to those of these sheets that stand in the workbook, a few beside each other."""
        sheets = self._around.sheets
        cells = [self._to_sheet(one.key) for one in among if one.key in sheets]
        beside = len(_WIDTHS) - 1
        lines = [cells[at : at + beside] for at in range(0, len(cells), beside)]
        labels = [self._say(label), *[None] * len(lines)]
        return [(Cell(text, "strong"), *line) for text, line in zip(labels, lines, strict=False)]


def _first_of_each(calls: Sequence[Call]) -> Iterator[Call]:
    """The first calls of each holder, as they come."""
    for _, mine in groupby(calls, key=lambda call: call.holder):
        yield from list(mine)[:_FIRST_CALLS]
