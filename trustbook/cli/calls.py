"""Whom to call first, for people: by holder, with person, number, reason and what was said last."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from trustbook.cli import typed
from trustbook.cli.help import explained
from trustbook.cli.listing import FirstRows, with_all
from trustbook.cli.options import Options, book_argument, everywhere
from trustbook.cli.views import View, with_view

if TYPE_CHECKING:
    from trustbook.health.verdict import Verdict
    from trustbook.model import Book
    from trustbook.network.agenda import Call
    from trustbook.network.talking_points import TalkingPoints

_INDENT = 5


@explained("next")
@book_argument
@with_view
@with_all
@everywhere
def next_(options: Options, book: str | None, phenomenon: str | None, area: str | None) -> None:
    """Show whom to call first, per colleague, at which number and why. Reads only."""
    from trustbook.cli import console

    reading = options.read_and_tell(book)
    part = View(phenomenon, area).of(options, reading.book, reading.verdicts)
    among = {one.partner for one in part}
    calls = CallLines(reading.book, reading.verdicts, options.today, among)
    if options.json:
        left = {"hours": len(calls.listed.beyond_hours), "ten": len(calls.listed.beyond_ten)}
        rows = {"rows": calls.as_json(), "left_out": left}
        console.print_json({**rows, **reading.as_json()})
        return
    left_out = calls.left_out(reading.verdicts)
    if not (calls.calls or left_out or options.quiet):
        console.tell(options.say("nobody_to_call"))
    listing = FirstRows(options)
    calls.show(listing.first(calls.calls))
    listing.end()
    for sentence in left_out:
        console.paragraph(sentence, 0)
    if left_out:
        from trustbook.messages import say

        # One line, however long it is: it is there to be copied.
        command = typed.typed_again("--all", command="health")
        console.out(say(options.words, "agenda.beyond_by_command", command=command))


class CallLines:
    """Who to call, each with what helps at the telephone; ``among`` these partners (positions), or
    all.
    """

    def __init__(
        self,
        book: Book,
        verdicts: Sequence[Verdict],
        today: date,
        among: Collection[int] | None = None,
    ) -> None:
        from trustbook.network.agenda import call_list
        from trustbook.network.talking_points import talking_points

        self._book = book
        self._status = {verdict.partner: verdict.status for verdict in verdicts}
        self.listed = call_list(book, verdicts, today, among=among)
        self._points: Mapping[int, TalkingPoints] = talking_points(
            book, [call.partner for call in self.calls], today
        )

    @property
    def calls(self) -> list[Call]:
        """The lines, holder by holder."""
        return self.listed.calls

    def left_out(self, verdicts: Sequence[Verdict]) -> list[str]:
        """Who asks for a call too."""
        from trustbook.network.left_out import left_out

        hours, lang = self._book.settings.hours_a_week, self._book.lang
        return left_out(lang, hours, verdicts, self.listed)

    def as_json(self) -> list[dict[str, Any]]:
        """Every line as machines get it."""
        return [self._json(call) for call in self.calls]

    def _json(self, call: Call) -> dict[str, Any]:
        partner, points = self._book.partners[call.partner], self._points[call.partner]
        return {
            "holder": call.holder,
            "id": partner.id,
            "name": partner.name,
            "status": self._status[call.partner],
            "why_now": call.why_now,
            "step": call.step,
            "ask_for": points.ask_for,
            "phone": points.phone,
            "last_topic": points.last_topic,
        }

    def show(self, calls: Sequence[Call]) -> None:
        """Print these lines, holder by holder, numbered for each."""
        from trustbook.cli import console

        longest = max((len(self._book.partners[call.partner].name) for call in calls), default=0)
        before, number = object(), 0
        for call in calls:
            if call.holder != before:
                console.out(call.holder or self._say("no_holder"))
                before, number = call.holder, 0
            number += 1
            self._show(call, number, longest)

    def _show(self, call: Call, number: int, longest: int) -> None:
        from trustbook.cli import console
        from trustbook.columns import GLYPHS

        points = self._points[call.partner]
        reached = ", ".join(filter(None, (points.ask_for, points.phone)))
        reached = reached or self._say("nobody_known")
        name, glyph = self._book.partners[call.partner].name, GLYPHS[self._status[call.partner]]
        line = f"{number:>3}  {glyph} {name:<{longest}}  {reached}".rstrip()
        if len(line) <= console.line_width():
            console.out(line)
        else:
            console.paragraph(f"{number}  {glyph} {name}", 2)
            console.paragraph(reached, _INDENT)
        console.paragraph(" ".join([call.why_now, *self._remarks(points)]), _INDENT)

    def _remarks(self, points: TalkingPoints) -> list[str]:
        """What we promised and what was spoken of last, where the book says so."""
        said = (("we_promised", points.our_promise), ("last_topic", points.last_topic))
        return [self._say(name, what=what.rstrip(".")) for name, what in said if what]

    def _say(self, name: str, **params: object) -> str:
        from trustbook.messages import say

        return say(self._book.lang, f"agenda.{name}", **params)
