"""The guard: what may not be kept, of one text or of many."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import blake2b

from trustbook.names import clean, key
from trustbook.privacy.lexicon import classes_of, lexicon
from trustbook.privacy.numbers import names_citizen
from trustbook.privacy.wording import case_grade

_DASHES = str.maketrans("‐‑‒–—−", "------")
PERHAPS = "perhaps"
"""The grade of a text that is asked about; until then it stays in its own cell only."""
_SHORTEST_NAME = 4
_TEXT = "text: "


def plain_text(text: str) -> str:
    """``text`` as the eye reads it: no invisible signs, ordinary spaces, dashes and digits."""
    if text.isascii() and text.isprintable():
        return clean(text)
    return unicodedata.normalize("NFKC", clean(text)).translate(_DASHES)


@lru_cache(maxsize=50_000)
def grade(text: str, names_only: bool = False) -> str | None:
    """Why ``text`` may not be kept ("bsn" or "case"), "perhaps" if that is doubtful, or None.

    ``names_only``: it is a name or names, which sound like anything.
    """
    plain = plain_text(text)
    if names_citizen(plain):
        return "bsn"
    return case_grade(plain, names_only)


def withheld(text: str) -> str | None:
    """Why ``text`` may not be kept ("bsn" or "case"), or None; what is doubtful is no matter."""
    found = grade(text, names_only=True)
    return None if found == PERHAPS else found


def spoken(text: str) -> str:
    """``text`` as it may be repeated in a sentence: itself, or "…" where it may not be kept."""
    return text if withheld(text) is None else "…"


# What may make a number, initials or an age; and what hides words from a quick look.
_MAY_MARK = re.compile(
    r"[0-9]{2}|[0-9][ ./_-]{1,3}[0-9]|\b[A-Z](?:\b|[a-z]?\.)|[^\x00-\x7f]|BSN|[Bb]sn"
)
_WORD = re.compile(r"[a-z0-9]+(?:[-'][a-z0-9]+)*")


def may_tell(text: str) -> bool:
    """A quick look: whether ``text`` may hold any sign. Most texts of a network hold none."""
    if _MAY_MARK.search(text):
        return True
    words = _WORD.findall(text.lower())
    return any(map(classes_of, words)) or any(lexicon().expressions(words))


@dataclass(frozen=True)
class TextGuard:
    """Judges the texts of one book.

    ``partners`` gives its own organisations, which are no persons. ``kept`` are the references of
    texts of which somebody said that they may stay; they are keyed with ``secret``, so that nobody
    can tell the text from them. Without a secret nothing can be answered.
    """

    partners: Callable[[], Collection[str]] = field(default=frozenset, repr=False)
    secret: bytes = field(default=b"", repr=False)
    kept: Collection[str] = field(default=frozenset())

    def grades(self, texts: Collection[str], names_only: bool = False) -> dict[str, str]:
        """Those of ``texts`` that may not be kept, with the reason ("bsn", "case", "perhaps")."""
        found = {}
        for text in texts:
            reason = grade(text, names_only) if may_tell(text) else None
            if reason is not None and reason != "bsn":
                reason = self._known(text, reason, names_only)
            if reason is not None:
                found[text] = reason
        return found

    def reference(self, text: str) -> str:
        """How an answer about ``text`` finds it, in any cell: "" where none can be remembered."""
        if not self.secret:
            return ""
        told = key(plain_text(text)).encode("utf-8", "surrogatepass")
        return f"{_TEXT}{blake2b(told, key=self.secret, digest_size=9).hexdigest()}"

    def _known(self, text: str, reason: str, names_only: bool) -> str | None:
        """The grade of a text once it is known what people said of it, and which words in it are
        names of partners.
        """
        if reason == PERHAPS and self.kept and self.reference(text) in self.kept:
            return None
        without = self._names.sub("organisatie", key(text))
        return reason if without == key(text) else grade(without, names_only)

    @cached_property
    def _names(self) -> re.Pattern[str]:
        names = sorted({key(one) for one in self.partners()}, key=len, reverse=True)
        long = [re.escape(one) for one in names if len(one) >= _SHORTEST_NAME]
        return re.compile(rf"\b(?:{'|'.join(long) or '(?!)'})\b")


def is_text_reference(reference: str) -> bool:
    """Whether a reference is that of a text of which it is asked whether it may stay."""
    return reference.startswith(_TEXT)
