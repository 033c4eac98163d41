"""With whom a moment is known on which day, and whether what is found may be that moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from trustbook.columns import ANSWERED, STATES, WEATHER, Choice, choice_names
from trustbook.model import ATTEMPT, CRISIS, HELD, PLANNED, Book, Moments
from trustbook.names import key


@dataclass(frozen=True, slots=True)
class MomentText:
    """What tells two moments of one day with one partner apart; "" is not said."""

    topic: str = ""
    kind: str = ""
    answered: str = ""
    promise: str = ""
    crisis: bool = False
    attempt: bool = False

    @classmethod
    def of(cls, topic: str, kind: str | None, cells: Mapping[str, str]) -> MomentText:
        """Of what is proposed: ``cells`` are as the book names them."""
        crisis = _choice(WEATHER, cells.get("weather")) == "crisis"
        attempt = _choice(STATES, cells.get("state")) == "attempt"
        answered = _choice(ANSWERED, cells.get("answered"))
        promise = key(cells.get("promise") or "")
        return cls(key(topic), kind or "", answered, promise, crisis, attempt)

    @property
    def said(self) -> int:
        """How much is said."""
        return sum(map(bool, (self.topic, self.kind, self.answered, self.promise)))

    def is_told_by(self, known: MomentText) -> bool:
        """Whether a known moment may be this one, and nothing is lost where it stands for it."""
        if (self.crisis, self.attempt) != (known.crisis, known.attempt):
            return False
        if self.kind and known.kind and self.kind != known.kind:
            return False
        mine = (self.topic, self.answered, self.promise)
        theirs = (known.topic, known.answered, known.promise)
        return all(a == b for a, b in zip(mine, theirs, strict=True) if a)


def _choice(choices: tuple[Choice, ...], text: str | None) -> str:
    found = choice_names(choices).get(key(text or ""))
    return found.key if found else ""


class SpokenDays:
    """The moments that a book knows, by day and partner (a position in the whole book)."""

    def __init__(self, book: Book) -> None:
        log = (book.whole or book).moments
        self._days: dict[int, list[tuple[int, MomentText]]] = {}
        promised = {one.moment: one.text for one in log.promises}
        for at, partner in zip(log.contact_moment, log.contact_partner, strict=True):
            if log.state[at] in (HELD, PLANNED, ATTEMPT):
                self.add(log.day[at], [partner], _text_of(log, at, promised.get(at, "")))

    def add(self, day: int, partners: Iterable[int], text: MomentText) -> None:
        """Note one more moment on a day (ordinal)."""
        self._days.setdefault(day, []).extend((one, text) for one in partners)

    def on(self, day: int, text: MomentText | None) -> set[int]:
        """The partners of whom a moment of that day is known: with ``text`` only where
        nothing of it is lost then, else all that were held or are planned.
        """
        return {partner for partner, known in self._known(day) if _is_it(text, known)}

    def _known(self, day: int) -> Iterator[tuple[int, MomentText]]:
        yield from self._days.get(day, ())


def _is_it(text: MomentText | None, known: MomentText) -> bool:
    return not known.attempt if text is None else text.is_told_by(known)


def _text_of(log: Moments, at: int, promise: str) -> MomentText:
    answered = log.answered[at] if log.answered else ""
    return MomentText(
        key(log.topic[at] or ""),
        log.kind[at] or "",
        answered or "",
        key(promise),
        log.weather[at] == CRISIS,
        log.state[at] == ATTEMPT,
    )
