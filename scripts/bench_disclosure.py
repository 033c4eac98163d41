"""Can a reader work out small numbers of civil society from the public overviews of many quarters?

Plays random histories of small books with few partners of civil society: each quarter rows change
and the public overview is published, now and then twice. A reader who knows every page (as the
Markdown that was made, and nothing of the code that made it) then works out what he can: he solves
the equations that hold between the numbers and narrows the rest. Told is how many hidden numbers
of civil society he narrowed to one value, or to 1 or 2; the goal is 0. With --blunt the same pages
without the numbers being limited, to see that the reader can read.

    .venv/bin/python scripts/bench_disclosure.py [--quick] [--blunt] [--histories 1000] [--seed 1]
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

import numpy as np

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.books import Moment, book  # noqa: E402
from trustbook.model import CRISIS, HELD, PLANNED, SUNNY, US, Book, Partner, Settings  # noqa: E402
from trustbook.network.labels import Labels  # noqa: E402
from trustbook.overview import count_public  # noqa: E402
from trustbook.overview.editions import Figures, restrict_to_edition  # noqa: E402
from trustbook.overview.markdown import render_markdown  # noqa: E402
from trustbook.overview.numbers import Numbers, count_numbers  # noqa: E402
from trustbook.overview.period import Span, read_quarter  # noqa: E402
from trustbook.overview.published import PublishedPage, place_of  # noqa: E402
from trustbook.overview.wording import template_context  # noqa: E402

QUARTERS = ("2025Q4", "2026Q1", "2026Q2", "2026Q3")
STATUSES = ("warm", "cooling", "cold", "crisis_only", "new", "paused")
WORDS = {
    "warm": "Warm", "cooling": "Koelt af", "cold": "Koud", "crisis_only": "Alleen in crisis",
    "new": "Nieuw", "paused": "Rust",
}  # fmt: skip
WAYS = {
    "warmed": "Warmer geworden", "cooled": "Kouder geworden", "new": "Nieuw op de lijst",
    "lost": "Gestopt",
}  # fmt: skip
MONTH_NAMES = (
    "januari februari maart april mei juni juli augustus september oktober november december"
).split()
MOST = 200

Variable = tuple[str, str, str]  # layer, name, quarter or month
Pages = list[tuple[str, str]]  # quarter, Markdown


# --- books and their histories


class History:
    """One book as it changes from quarter to quarter."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.partners: list[Partner] = []
        self.moments: list[Moment] = []
        self.busy = chance.choice((0.2, 0.5, 1.0, 1.0))
        for _ in range(chance.randint(0, 5)):
            self._add("civil_society", date(2025, 1, 1))
        for _ in range(chance.randint(0, 10)):
            self._add(chance.choice(("core", "wider", "national", None)), date(2025, 1, 1))

    def _add(self, tier: str | None, since: date) -> None:
        chance = self.chance
        phenomena = chance.choice(((), (), ("jihadism",), ("right_wing", "jihadism")))
        rhythm = chance.choice((30, 60, 90, 365))
        name = f"P{len(self.partners)}"
        self.partners.append(
            Partner(name, tier=tier, rhythm=rhythm, since=since, phenomena=phenomena)
        )

    def pass_quarter(self, span: Span) -> None:
        """What happens, and what is corrected, in one quarter."""
        chance = self.chance
        for at, partner in enumerate(self.partners):
            if partner.ended_on is None:
                self._meet(at, span)
                self._leave(partner, span)
        for _ in range(chance.choice((0, 0, 0, 1, 1, 3, 5))):
            tier = chance.choice(("civil_society", "core", "wider"))
            self._add(tier, self._day(span))
        if chance.random() < 0.2 and self.partners:  # a row corrected later
            chance.choice(self.partners).tier = chance.choice(("civil_society", "core"))
        if chance.random() < 0.2 and self.partners:  # a talk written down late
            at = chance.randrange(len(self.partners))
            self.moments.append(Moment(self._day(span.before()), (at,)))

    def _day(self, span: Span) -> date:
        return span.first + timedelta(self.chance.randrange((span.last - span.first).days))

    def _meet(self, at: int, span: Span) -> None:
        chance = self.chance
        while chance.random() < 0.5 * self.busy:
            others = {other for other in range(len(self.partners)) if chance.random() < 0.05}
            weather = chance.choice((SUNNY, SUNNY, SUNNY, CRISIS))
            state = chance.choice((HELD, HELD, HELD, PLANNED))
            promise = (US, self._day(span), chance.choice((None, span.last)))
            promised = promise if chance.random() < 0.2 else None
            present = tuple({at, *others})
            self.moments.append(Moment(self._day(span), present, state, weather, promise=promised))

    def _leave(self, partner: Partner, span: Span) -> None:
        if self.chance.random() < 0.08:
            partner.ended_on = self._day(span)
        elif self.chance.random() < 0.05:
            partner.paused_until = span.last + timedelta(90)

    def book(self) -> Book:
        """The book as it stands now."""
        settings = Settings(phenomena=("jihadism", "right_wing"))
        moments = sorted(self.moments, key=lambda moment: moment.day)
        return book(self.partners, moments, settings=settings, lang="nl")


@dataclass
class Told:
    """What was published, the last page of each quarter, and what is true of civil society."""

    pages: dict[str, str] = field(default_factory=dict)
    truth: dict[tuple[str, str], int] = field(default_factory=dict)
    many: set[str] = field(default_factory=set)


Made: TypeAlias = tuple[Figures, PublishedPage | None]
Publish: TypeAlias = Callable[[Book, Span, date, Sequence[PublishedPage]], Made]


def limited(one: Book, span: Span, today: date, published: Sequence[PublishedPage]) -> Made:
    """The public edition as it is made."""
    return count_public(one, span, today, "nl", "now", published)


def blunt(one: Book, span: Span, today: date, published: Sequence[PublishedPage]) -> Made:
    """The public edition without its numbers being limited."""
    return restrict_to_edition(count_numbers(one, span, today, "nl"), "public"), None


def play(seed: int, publish: Publish) -> Told:
    """One history, published quarter by quarter."""
    history, told = History(Random(seed)), Told()
    remembered: dict[str, PublishedPage] = {}
    for name in QUARTERS:
        span = read_quarter(name)
        history.pass_quarter(span)
        for _ in range(history.chance.choice((1, 1, 2))):
            one, today = history.book(), span.last + timedelta(3)
            published = [page for _, page in sorted(remembered.items())]
            figures, page = publish(one, span, today, published)
            if page is not None:
                remembered[place_of(page, published)] = page
            told.pages[name] = render_markdown(template_context(figures, "nl"))
            _learn_truth(told, name, count_numbers(one, span, today, "nl"))
            history.pass_quarter(Span(span.last - timedelta(2), span.last))
    return told


def _learn_truth(told: Told, quarter: str, numbers: Numbers) -> None:
    labels = Labels(numbers.book.settings)
    civil = {
        at for at, one in enumerate(numbers.book.partners) if labels.tier(one) == "civil_society"
    }
    own = civil & numbers.statuses.keys()
    told.truth["relations", quarter] = len(own)
    for status in STATUSES:
        found = sum(numbers.statuses[at] == status for at in own)
        told.truth[f"status.{status}", quarter] = found
    for way in WAYS:
        told.truth[f"moved.{way}", quarter] = len(civil & {*getattr(numbers.movement, way)})
    told.truth["sunny", quarter] = numbers.now.civil
    if len(own) >= 3:
        told.many.add(quarter)
    else:
        told.many.discard(quarter)


# --- the reader


class PageReader:
    """Reads the numbers of pages, and works out what they say of civil society."""

    def __init__(self, pages: Pages) -> None:
        self.low: dict[Variable, int] = {}
        self.high: dict[Variable, int] = {}
        self.shown: set[Variable] = set()
        self.equations: list[dict[Variable, int]] = []  # each of them adds up to 0
        self.fits = True
        for quarter, text in pages:
            self._read(quarter, text)
        self._split()
        self.equations += _combined(self.equations, self.low, self.high)
        self._narrow()

    def civil(self, name: str, when: str) -> tuple[int, int]:
        """Bounds of civil society's part in a number."""
        variable = ("civil", name, when)
        return self.low.get(variable, 0), self.high.get(variable, MOST)

    def _set(self, variable: Variable, low: int, high: int) -> None:
        self.low[variable] = max(self.low.get(variable, 0), low)
        self.high[variable] = min(self.high.get(variable, MOST), high)
        self.fits = self.fits and self.low[variable] <= self.high[variable]

    def _is(self, name: str, when: str, number: str | None, layer: str = "all") -> None:
        if number is not None:
            self._set((layer, name, when), int(number), int(number))

    def _read(self, quarter: str, text: str) -> None:
        before = read_quarter(quarter).before().slug
        self._read_numbers(quarter, before, text)
        self._read_lists(quarter, before, text)
        self._read_months(quarter, text)
        for found in re.finditer(r"^\| maatschappelijk middenveld \|(.*)\|$", text, re.MULTILINE):
            counts = [int(of) for of in re.findall(r"van (\d+)", found[1])]
            if counts:
                self._set(("civil", "relations", quarter), max(counts), sum(counts))

    def _read_numbers(self, quarter: str, before: str, text: str) -> None:
        if found := _search(r"Warme relaties: \*\*(\d+)\*\* van (\d+) relatie", text):
            self._is("status.warm", quarter, found[1])
            self._is("relations", quarter, found[2])
        if found := _search(r"Warme relaties: .* van (\d+) relatie", text):
            self._is("relations", quarter, found[1])
        if found := _search(r"Warme relaties: .*ervoor: (\d+) van (\d+)\.", text):
            self._is("status.warm", before, found[1])
            self._is("relations", before, found[2])
        if found := _search(r"Zonnige momenten: \*\*(\d+)\*\*", text):
            self._is("sunny", quarter, found[1])
        if found := _search(r"Zonnige momenten: .*ervoor: (\d+)\.", text):
            self._is("sunny", before, found[1])
        if found := _search(r"middenveld: \*\*\d+%\*\* (\d+) van", text):
            self._is("sunny", quarter, found[1], "civil")
            self.shown.add(("civil", "sunny", quarter))
        if found := _search(r"middenveld: .*ervoor: (\d+)%", text):
            self._learn_percent(before, int(found[1]))
        if found := _search(r"^(\d+) koude relaties?\.", text):
            self._is("cold", quarter, found[1])
        if "Geen enkele relatie is koud" in text:
            self._is("cold", quarter, "0")

    def _learn_percent(self, before: str, percent: int) -> None:
        """A share as a percentage of a number that is known."""
        whole = self.high.get(("all", "sunny", before), 0)
        if not 0 < whole < MOST:
            return
        fitting = [part for part in range(whole + 1) if round(100 * part / whole) == percent]
        if fitting:
            self._set(("civil", "sunny", before), fitting[0], fitting[-1])
            self.shown.add(("civil", "sunny", before))

    def _read_lists(self, quarter: str, before: str, text: str) -> None:
        listed = _search(rf"^- \S ({'|'.join(WORDS.values())}): \d", text)
        if listed:
            self._read_listed(quarter, text)
        for way, word in WAYS.items():
            if found := _search(rf"^- {word}: \*\*(\d+)\*\*", text):
                self._is(f"moved.{way}", quarter, found[1])
            elif listed:  # a page with the list hides only small movements
                self._set(("all", f"moved.{way}", quarter), 0, 2)
        for when in (quarter, before):
            self._adds_up([f"status.{status}" for status in STATUSES], "relations", when)
        self._adds_up(["status.cold", "status.crisis_only"], "cold", quarter)
        for layer in ("all", "civil", "rest"):
            self._learn_movement(layer, quarter, before)

    def _read_listed(self, quarter: str, text: str) -> None:
        """How many have each status; one that is not listed nobody has."""
        for status, word in WORDS.items():
            found = _search(rf"^- \S {word}: (\d+)", text)
            self._is(f"status.{status}", quarter, found[1] if found else "0")

    def _learn_movement(self, layer: str, quarter: str, before: str) -> None:
        """Who came and who stopped is the difference of two quarters."""
        equation = {
            (layer, "relations", before): 1, (layer, "moved.new", quarter): 1,
            (layer, "relations", quarter): -1, (layer, "moved.lost", quarter): -1,
        }  # fmt: skip
        self.equations.append(equation)
        for way in ("warmed", "cooled"):
            self._at_most(layer, f"moved.{way}", quarter)

    def _at_most(self, layer: str, name: str, when: str) -> None:
        """Who moved is one of the relations."""
        equation = {
            (layer, name, when): 1, (layer, f"not {name}", when): 1, (layer, "relations", when): -1,
        }  # fmt: skip
        self.equations.append(equation)

    def _adds_up(self, parts: Sequence[str], whole: str, when: str) -> None:
        for layer in ("all", "civil", "rest"):
            equation = {(layer, part, when): 1 for part in parts}
            self.equations.append({**equation, (layer, whole, when): -1})

    def _read_months(self, quarter: str, text: str) -> None:
        line = rf"^\| ({'|'.join(MONTH_NAMES)}) (\d+) \| (\d+|·) \|"
        found = re.findall(line, text, re.MULTILINE)
        months: dict[str, list[str]] = {}
        for name, year, sunny in found:
            number = MONTH_NAMES.index(name)
            months.setdefault(f"{year}Q{number // 3 + 1}", []).append(f"{year}-{number + 1:02}")
            self._is("month", f"{year}-{number + 1:02}", None if sunny == "·" else sunny)
        for whole, own in months.items():
            if len(own) == 3:
                for layer in ("all", "civil", "rest"):
                    equation = {(layer, "month", month): 1 for month in own}
                    self.equations.append({**equation, (layer, "sunny", whole): -1})

    def _split(self) -> None:
        """Civil society and the others add up to all."""
        named = {one for equation in self.equations for one in equation} | set(self.high)
        for name, when in {(name, when) for _, name, when in named}:
            equation = {("civil", name, when): 1, ("rest", name, when): 1, ("all", name, when): -1}
            self.equations.append(equation)
        for equation in self.equations:
            for variable in equation:
                self._set(variable, 0, MOST)

    def _narrow(self) -> None:
        for _ in range(40):
            before = dict(self.low), dict(self.high)
            for equation in self.equations:
                self._narrow_by(equation)
            if not self.fits or (self.low, self.high) == before:
                return

    def _narrow_by(self, equation: dict[Variable, int]) -> None:
        for one, factor in equation.items():
            low = high = 0
            for other, times in equation.items():
                if other != one:
                    ends = times * self.low[other], times * self.high[other]
                    low, high = low - max(ends), high - min(ends)
            if factor < 0:
                low, high = -high, -low
            size = abs(factor)
            self._set(one, -(-low // size), high // size)


def _search(pattern: str, text: str) -> re.Match[str] | None:
    return re.search(pattern, text, re.MULTILINE)


def _combined(
    equations: Sequence[dict[Variable, int]], low: dict[Variable, int], high: dict[Variable, int]
) -> list[dict[Variable, int]]:
    """The equations without the numbers that are not of civil society and not known, as far as
    that goes: what one cannot see in any of them alone.
    """
    variables = sorted({one for equation in equations for one in equation})
    variables.sort(key=lambda one: (low[one] == high[one], one[0] == "civil"))
    place = {one: at for at, one in enumerate(variables)}
    matrix = np.zeros((len(equations), len(variables)))
    for row, equation in enumerate(equations):
        for one, factor in equation.items():
            matrix[row, place[one]] = factor
    rows = _eliminated(matrix)
    whole = rows[(np.abs(rows - np.round(rows)) < 1e-6).all(axis=1)]
    return [
        {variables[at]: round(float(row[at])) for at in np.flatnonzero(np.abs(row) > 1e-6)}
        for row in whole
        if (np.abs(row) > 1e-6).any()
    ]


def _eliminated(matrix: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The matrix in reduced echelon form (Gauss-Jordan)."""
    row = 0
    for column in range(matrix.shape[1]):
        if row == len(matrix):
            break
        best = row + int(np.argmax(np.abs(matrix[row:, column])))
        if abs(matrix[best, column]) < 1e-9:
            continue
        matrix[[row, best]] = matrix[[best, row]]
        matrix[row] /= matrix[row, column]
        others = np.flatnonzero(np.abs(matrix[:, column]) > 1e-9)
        for other in others[others != row]:
            matrix[other] -= matrix[other, column] * matrix[row]
        row += 1
    return matrix


def narrowed(told: Told) -> list[str]:
    """The hidden numbers of civil society that a reader of all pages narrows, each in words."""
    found: dict[str, None] = {}
    for pages in _readings(list(told.pages.items())):
        reader = PageReader(pages)
        if reader.fits:
            for said in _tells(reader, told):
                found[said] = None
    return list(found)


def _readings(pages: Pages) -> Iterator[Pages]:
    """All pages, and fewer of them where rows were changed in between."""
    for start in range(len(pages)):
        for end in range(start + 1, len(pages) + 1):
            yield pages[start:end]


def _tells(reader: PageReader, told: Told) -> Iterable[str]:
    for (name, quarter), truth in told.truth.items():
        if ("civil", name, quarter) in reader.shown:
            continue
        low, high = reader.civil(name, quarter)
        if not low <= truth <= high:
            continue  # rows were changed since: what he believes is not so
        known_none = low == high == 0 and quarter in told.many
        if (low == high and not known_none) or (low >= 1 and high <= 2):
            yield f"{name} {quarter}: {low}..{high}"


def measure(histories: int, seed: int, publish: Publish) -> tuple[int, int, list[str]]:
    """How many histories gave a number away, how many pages were read, and some of what was."""
    given, pages, examples = 0, 0, []
    for number in range(histories):
        told = play(seed * 1_000_003 + number, publish)
        pages += len(told.pages)
        if found := narrowed(told):
            given += 1
            examples.append(f"history {number}: {found[0]}")
    return given, pages, examples


def main() -> int:
    """Play, read and tell; 0 where nothing was narrowed."""
    form = argparse.RawTextHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=form)
    parser.add_argument("--quick", action="store_true", help="10 histories")
    parser.add_argument("--blunt", action="store_true", help="without numbers being limited")
    parser.add_argument("--histories", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    histories = 10 if options.quick else options.histories
    began = time.perf_counter()
    publish = blunt if options.blunt else limited
    given, pages, examples = measure(histories, options.seed, publish)
    for example in examples[:10]:
        print(example)
    seconds = time.perf_counter() - began
    print(f"{histories} histories, {pages} pages: {given} gave a number away ({seconds:.0f} s)")
    return 1 if given else 0


if __name__ == "__main__":
    sys.exit(main())
