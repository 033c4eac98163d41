"""The answers that contacts got before: by mark yes or no, and what was answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from trustbook.intake.contacts import FoundContact
from trustbook.intake.proposals import AFTER_NO, AFTER_YES


class GivenAnswers:
    """Which marks were ``refused`` or ``taken``, and what was ``said_of`` each (Proposal.said_of);
    marks are keyed with ``secret``.
    """

    def __init__(
        self,
        refused: Iterable[str],
        taken: Iterable[str],
        said_of: Mapping[str, str],
        secret: bytes,
    ) -> None:
        self.refused, self.taken = frozenset(refused), frozenset(taken)
        self._said_of, self._secret = said_of, secret

    def has(self, mark: str) -> bool:
        """Whether what bears a mark got an answer."""
        return mark in self.refused or mark in self.taken

    def said(self, mark: str) -> tuple[str, str]:
        """The day of what got an answer, and the mark of what it was called; "" where nobody
        knows.
        """
        day, _, called = self._said_of.get(mark, "").partition(" ")
        return day, called

    def changed_since(
        self, contact: FoundContact, mark: str, names_partners: Callable[[FoundContact], bool]
    ) -> str:
        """After which answer a contact says something else, AFTER_YES or AFTER_NO; "" for one that
        does not. That one with a yes has another day is told on To check; an event that moves after
        a no keeps it, and one with another title is another where it ``names_partners``.
        """
        day, called = self.said(mark)
        is_called_so = called in ("", contact.called(self._secret))
        is_that_day = called == "" or day == contact.day.isoformat()
        if mark in self.refused:
            told = (is_called_so, is_that_day)
            return "" if all(told) or (any(told) and not contact.is_listed) else AFTER_NO
        if is_called_so or not (contact.is_listed or names_partners(contact)):
            return ""
        return AFTER_YES
