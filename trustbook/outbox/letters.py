"""One letter per colleague: whom to call, what we promised, what to confirm. No topics.

It goes to who does not open the workbook; where there is nothing to say there is no letter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from email.message import EmailMessage
from email.utils import parseaddr

from markupsafe import Markup, escape

from trustbook.columns import HEALTH
from trustbook.dates import write_date
from trustbook.health.verdict import Verdict
from trustbook.messages import say
from trustbook.model import US, Book
from trustbook.names import fit_text, holders_in, key
from trustbook.network.agenda import call_list
from trustbook.network.left_out import about, left_out
from trustbook.network.promises import open_promises
from trustbook.network.talking_points import talking_points

MOST = 10
_TO_CONFIRM = ("was_it_held", "was_it_held_early")


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A partner in a letter: whom to ask for, the work phone, and why (or what was promised)."""

    name: str
    ask_for: str | None
    phone: str | None
    why: str


@dataclass(slots=True)
class Letter:
    """What one colleague is told; ``holder`` is None for the partners that nobody keeps.

    ``beyond`` counts who ask for a talk and have no place among the calls.
    ``address`` is where it goes, by Settings; ``confirm`` are talks of which nobody said whether
    they were held; ``waiting`` is what waits on the workbook's own sheets, in sentences.
    """

    holder: str | None
    address: str | None
    calls: list[LetterLine] = field(default_factory=list)
    promises: list[LetterLine] = field(default_factory=list)
    confirm: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    beyond: int = 0

    def __bool__(self) -> bool:
        return bool(self.calls or self.promises or self.confirm or self.beyond)

    def as_counts(self) -> dict[str, object]:
        """Whose it is, and how much stands in it."""
        counts = {
            "calls": len(self.calls),
            "promises": len(self.promises),
            "confirm": len(self.confirm),
        }
        return {"holder": self.holder, **counts}


def all_holders(book: Book) -> dict[str, str]:
    """Everybody who keeps a relationship, by the name in one spelling."""
    names = (name for one in book.partners for name in holders_in(one.holder))
    return {key(name): name for name in names}


def letters(
    book: Book, verdicts: Sequence[Verdict], today: date, waiting: Sequence[str] = ()
) -> list[Letter]:
    """The letters of a book as of ``today``, by name, the one without holder last; none that says
    nothing. ``waiting``: sentences on what waits for an answer, the same in each.
    """
    post = _Post(book, today)
    listed = call_list(book, verdicts, today)
    for call in listed.calls:
        post.add_call(call.partner, call.why_now)
    for partner, text in _promised(book, today):
        post.add_promise(partner, text)
    for partner, day in _to_confirm(book):
        post.add_confirm(partner, day)
    for partner in (*listed.beyond_hours, *listed.beyond_ten):
        post.add_beyond(partner)
    found = [letter for letter in post.letters.values() if letter]
    hours, health = book.settings.hours_a_week, HEALTH.label(book.lang)
    for letter in found:
        own = about(listed, post.partners_of(letter))
        letter.waiting += [*left_out(book.lang, hours, verdicts, own, sheet=health), *waiting]
    return sorted(found, key=lambda letter: (letter.holder is None, key(letter.holder or "")))


class _Post:
    """The letters while they are being filled: what is about a partner goes to all its holders."""

    def __init__(self, book: Book, today: date) -> None:
        self._book = book
        self._points = talking_points(book, range(len(book.partners)), today)
        self._addresses = addresses(book.settings.holders)
        self.letters: dict[str, Letter] = {}

    def _of(self, partner: int) -> Iterator[Letter]:
        for holder in holders_in(self._book.partners[partner].holder) or (None,):
            known = key(holder or "")
            letter = Letter(holder, self._addresses.get(known))
            yield self.letters.setdefault(known, letter)

    def partners_of(self, letter: Letter) -> set[int]:
        """The partners (positions) that a letter is about."""
        holders = [holders_in(one.holder) or ("",) for one in self._book.partners]
        own = key(letter.holder or "")
        return {at for at, names in enumerate(holders) if own in map(key, names)}

    def _line(self, partner: int, why: str) -> LetterLine:
        points = self._points[partner]
        return LetterLine(self._book.partners[partner].name, points.ask_for, points.phone, why)

    def add_call(self, partner: int, why: str) -> None:
        """Somebody to call."""
        for letter in self._of(partner):
            if len(letter.calls) < MOST:
                letter.calls.append(self._line(partner, why))

    def add_beyond(self, partner: int) -> None:
        """Somebody who asks for a talk, and has no place on the list."""
        for letter in self._of(partner):
            letter.beyond += 1

    def add_promise(self, partner: int, text: str) -> None:
        """A promise of ours that has a day."""
        for letter in self._of(partner):
            if len(letter.promises) < MOST:
                letter.promises.append(self._line(partner, text))

    def add_confirm(self, partner: int, day: date) -> None:
        """A talk that was planned."""
        lang, name = self._book.lang, self._book.partners[partner].name
        text = say(lang, "outbox.letter_confirm", name=name, day=write_date(day, lang))
        for letter in self._of(partner):
            if text not in letter.confirm and len(letter.confirm) < MOST:
                letter.confirm.append(text)


def _promised(book: Book, today: date) -> Iterator[tuple[int, str]]:
    """Our promises that have a day: to whom, and what by when."""
    for one in open_promises(book, today):
        due, text = one.promise.due, one.promise.text.rstrip(".")
        if one.promise.by == US and due is not None and one.partners:
            day = write_date(due, book.lang)
            yield one.partners[0], say(book.lang, "outbox.letter_promised", text=text, due=day)


def _to_confirm(book: Book) -> Iterator[tuple[int, date]]:
    """Partners and days of the talks of which nobody said yet whether they were held."""
    log = book.moments
    asked = {one.row for one in book.problems if one.code in _TO_CONFIRM}
    for moment, partner in zip(log.contact_moment, log.contact_partner, strict=True):
        if log.row[moment] in asked:
            yield partner, date.fromordinal(log.day[moment])


def addresses(holders: Sequence[str]) -> dict[str, str]:
    """Where each colleague's letter goes, by the name in one spelling: ``Anne <anne@x.example>``
    in Settings.
    """
    found = {}
    for text in holders:
        name, address = parseaddr(text)
        if name and "@" in address:
            found[key(name)] = address
    return found


def subject(letter: Letter, lang: str) -> str:
    """``This week: 3 talks, 1 promise``."""
    parts = [
        say(lang, f"outbox.count_{name}", count=count)
        for name, count in (
            ("calls", len(letter.calls)),
            ("promises", len(letter.promises)),
            ("confirm", len(letter.confirm)),
            ("beyond", 0 if letter.calls else letter.beyond),
        )
        if count
    ]
    return say(lang, "outbox.letter_subject", what=", ".join(parts))


def letter_text(letter: Letter, lang: str, link: str) -> str:
    """The letter as plain text; ``link`` is where the workbook stands."""
    lines = [_greeting(letter, lang), ""]
    for name, entries in (("calls", letter.calls), ("promises", letter.promises)):
        if entries:
            lines += [say(lang, f"outbox.letter_{name}"), ""]
            for one in entries:
                reached = ", ".join(filter(None, (one.ask_for, one.phone)))
                lines.append(f"- {one.name}" + (f" ({reached})" if reached else ""))
                lines.append(f"  {one.why}")
            lines.append("")
    if letter.confirm:
        lines += [say(lang, "outbox.letter_to_confirm"), ""]
        lines += [*(f"- {text}" for text in letter.confirm), ""]
    lines += [*letter.waiting, ""] if letter.waiting else []
    lines += [say(lang, "outbox.letter_link", link=link)]
    return fit_text("\n".join(lines)) + "\n"


def letter_html(letter: Letter, lang: str, link: str) -> str:
    """The same as a page that mail programs show."""
    parts = [Markup("<p>{}</p>").format(_greeting(letter, lang))]
    for name, entries in (("calls", letter.calls), ("promises", letter.promises)):
        if entries:
            items = [_item(one) for one in entries]
            parts.append(_listed(say(lang, f"outbox.letter_{name}"), items))
    if letter.confirm:
        items = [Markup("<li>{}</li>").format(fit_text(text)) for text in letter.confirm]
        parts.append(_listed(say(lang, "outbox.letter_to_confirm"), items))
    parts += [Markup("<p>{}</p>").format(text) for text in letter.waiting]
    shown = Markup('<a href="{}">{}</a>').format(link, link) if "://" in link else escape(link)
    told = say(lang, "outbox.letter_link", link="\0").split("\0")
    parts.append(Markup("<p>{}{}{}</p>").format(told[0], shown, told[1]))
    head = Markup('<!doctype html><html lang="{}"><head><meta charset="utf-8"><title>{}</title>')
    style = Markup(
        "<style>body{font:16px/1.5 Arial,sans-serif;max-width:40em}h2{font-size:1em}</style>"
    )
    body = Markup("\n").join(parts)
    return str(
        head.format(lang, subject(letter, lang))
        + style
        + Markup("</head><body>\n{}\n</body></html>\n").format(body)
    )


def _listed(title: str, items: Sequence[Markup]) -> Markup:
    return Markup("<h2>{}</h2><ul>{}</ul>").format(title, Markup("").join(items))


def _item(one: LetterLine) -> Markup:
    reached = ", ".join(filter(None, (one.ask_for, one.phone)))
    shown = Markup("<li><strong>{}</strong>{}<br>{}</li>")
    texts = (one.name, f" ({reached})" if reached else "", one.why)
    return shown.format(*map(fit_text, texts))


def _greeting(letter: Letter, lang: str) -> str:
    if letter.holder is None:
        return say(lang, "outbox.letter_nobody")
    return say(lang, "outbox.letter_hello", name=letter.holder)


def message(letter: Letter, lang: str, link: str, sender: str | None) -> EmailMessage:
    """The letter as mail: a draft (``X-Unsent``) until it is sent."""
    mail = EmailMessage()
    mail["Subject"] = fit_text(subject(letter, lang))
    if sender:
        mail["From"] = sender
    if letter.address:
        mail["To"] = letter.address
    mail["X-Unsent"] = "1"
    mail.set_content(letter_text(letter, lang, link))
    mail.add_alternative(letter_html(letter, lang, link), subtype="html")
    return mail


def by_file_name(letters: Sequence[Letter], lang: str) -> Mapping[str, Letter]:
    """The letters by the name of their file, without ending; each its own."""
    found: dict[str, Letter] = {}
    for letter in letters:
        plain = "".join(s for s in letter.holder or "" if s.isalnum() or s in " -_").strip()
        name = plain[:60] or say(lang, "outbox.file_nobody")
        while name in found:
            name += " 2"
        found[name] = letter
    return found
