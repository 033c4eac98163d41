"""A part of the network: the options --phenomenon and --area, the same for every command."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from trustbook.cli.options import Options
from trustbook.errors import UsageError

if TYPE_CHECKING:
    from trustbook.health.verdict import Verdict
    from trustbook.model import Book, Route
    from trustbook.overview.editions import PagePart


@dataclass(frozen=True, slots=True)
class View:
    """What part was asked for: a phenomenon, an area, both, or (blank) all."""

    phenomenon: str | None = None
    area: str | None = None

    def __bool__(self) -> bool:
        return bool(self.phenomenon or self.area)

    def check(self, book: Book) -> None:
        """Raise UsageError for what the book does not have: an empty list must not be a typing
        error.
        """
        _must_know_phenomenon(book, self.phenomenon)
        _must_know_area(book, self.area)

    def partners(self, book: Book) -> set[int]:
        """The partners (positions) that stand for it; who names none stands for all."""
        from trustbook.network.labels import Labels, in_area

        labels = Labels(book.settings)
        wanted = labels.phenomenon(self.phenomenon).key if self.phenomenon else None
        return {
            at
            for at, one in enumerate(book.partners)
            if one.stands_for(wanted)
            if in_area(one.area, self.area)
        }

    def narrowed(self, options: Options, book: Book) -> tuple[Book, PagePart | None]:
        """The book of that part alone, and what of it a page must say."""
        if not self:
            return book, None
        from dataclasses import replace

        from trustbook.network.labels import Labels, in_area, phenomenon_key
        from trustbook.overview.editions import PagePart
        from trustbook.reading.not_yet import book_without

        self.check(book)
        gone = {*range(len(book.partners))} - self.partners(book)
        labels, wanted = Labels(book.settings), phenomenon_key(book, self.phenomenon)
        required = [
            need
            for need in book.required
            if wanted in (None, labels.phenomenon(need.phenomenon).key)
            if in_area(need.area, self.area)
        ]
        named = labels.phenomenon(self.phenomenon).label(options.words) if self.phenomenon else None
        part = PagePart(named, self.area, len(gone))
        _tell_left_out(options, len(gone))
        inside = replace(book_without(book, gone), required=required)
        return (_about(inside, wanted) if wanted else inside), part

    def of(self, options: Options, book: Book, verdicts: Sequence[Verdict]) -> list[Verdict]:
        """The verdicts of that part, and on stderr how many others there are."""
        if not self:
            return list(verdicts)
        self.check(book)
        inside = self.partners(book)
        shown = [one for one in verdicts if one.partner in inside]
        _tell_left_out(options, len(verdicts) - len(shown))
        return shown

    def routes(self, options: Options, book: Book) -> list[Route]:
        """The routes of that part, and on stderr how many others there are; a route has no area."""
        from trustbook.network.labels import phenomenon_key
        from trustbook.network.routes import agreed_routes

        everything = agreed_routes(book.routes)
        shown = agreed_routes(book.routes, phenomenon_key(book, self.phenomenon))
        _tell_left_out(options, len(everything) - len(shown), "view_leaves_routes")
        return shown

    def words(self, book: Book) -> str:
        """What part it is, as a page says it; blank for all."""
        from trustbook.network.labels import Labels

        labels = Labels(book.settings)
        named = labels.phenomenon(self.phenomenon).label(book.lang) if self.phenomenon else None
        return ", ".join(filter(None, (named, self.area)))


def _about(book: Book, phenomenon: str) -> Book:
    """A book with one phenomenon (a key) alone: of another only a part of its partners is here."""
    from dataclasses import replace

    from trustbook.network.labels import Labels

    labels = Labels(book.settings)
    own = tuple(n for n in book.settings.phenomena if labels.phenomenon(n).key == phenomenon)
    partners = [
        replace(one, phenomena=(phenomenon,)) if one.phenomena else one for one in book.partners
    ]
    return replace(book, partners=partners, settings=replace(book.settings, phenomena=own))


def _tell_left_out(options: Options, left: int, text: str = "view_leaves_out") -> None:
    from trustbook.cli import console

    if left and not options.quiet:
        console.tell(options.say(text, count=left))


def with_view(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that ask for a part of the network."""
    return click.option("--phenomenon")(click.option("--area")(command))


def _must_know_phenomenon(book: Book, phenomenon: str | None) -> None:
    from trustbook.catalogue import phenomena
    from trustbook.network.labels import Labels

    labels = Labels(book.settings)
    choices = [labels.phenomenon(need.phenomenon) for need in book.required]
    choices = [*phenomena(), *map(labels.phenomenon, book.settings.phenomena), *choices]
    keys = {choice.key for choice in choices}
    if phenomenon and labels.phenomenon(phenomenon).key not in keys:
        known = dict.fromkeys(choice.label(book.lang) for choice in choices)
        raise UsageError("calllist.unknown_phenomenon", text=phenomenon, known=", ".join(known))


def _must_know_area(book: Book, area: str | None) -> None:
    from trustbook.names import key
    from trustbook.network.labels import areas

    cells = [
        *(p.area for p in book.partners),
        *(need.area for need in book.required),
        *book.settings.areas,
    ]
    places = {key(place): place for cell in cells for place in areas(cell)}
    if area and key(area) not in places:
        known = ", ".join(sorted(places.values())) or "–"
        raise UsageError("calllist.unknown_area", text=area, known=known)
