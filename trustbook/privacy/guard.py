"""The guard: what may not be kept, of one text or of many."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from trustbook.messages import templates
from trustbook.names import clean, key
from trustbook.privacy.lexicon import TELLING, classes_of, lexicon
from trustbook.privacy.numbers import names_citizen
from trustbook.privacy.quick_look import may_be_sure
from trustbook.version import version

_DASHES = str.maketrans("‐‑‒–—−", "------")
PERHAPS = "perhaps"
"""The grade of a text that is asked about; until then it stays in its own cell only."""
_SHORTEST_NAME = 4
_TEXT = "text: "
_TOGETHER = 2048  # cells: an edit has these judged again, and no others
# What may make a number, initials or an age; and what hides words from a quick look.
_MAY_MARK = re.compile(
    r"[0-9]{2}|[0-9][\s./_-]+[0-9]|\b[A-Z](?:\b|[a-z]?\.)|\b[a-z]\.\s*[a-z]\."
    r"|[^\x00-\x7f]|BSN|[Bb]sn|[Vv]rij\b|[Vv]oorkomen|[Vv]ast\b|[Oo]pge|[Mm]eegen|[Gg]ehaald"
    r"|[Cc]asus|[Dd]ossier|[Zz]aak\b|[Cc]ase\b|(?:straat|str|weg|laan|plein|dijk|hof|kade|pad"
    r"|singel|gracht|dreef|park|nr|nummer|flat|number)\.? [0-9]"
)
_WORD = re.compile(r"[a-z0-9]+(?:[-'][a-z0-9]+)*")


def plain_text(text: str) -> str:
    """``text`` as the eye reads it: no invisible signs, ordinary spaces, dashes and digits."""
    if text.isascii() and text.isprintable():
        return clean(text)
    return unicodedata.normalize("NFKC", clean(text)).translate(_DASHES)


def may_tell(text: str) -> bool:
    """A quick look: whether ``text`` may hold any sign. Most texts of a network hold none."""
    if _MAY_MARK.search(text):
        return True
    words = _WORD.findall(text.lower())
    if not all(map(TELLING.isdisjoint, map(classes_of, words))):
        return True
    told = (classes_of(expression) for _, expression in lexicon().expressions(words))
    return not all(map(TELLING.isdisjoint, told))


@lru_cache(maxsize=50_000)
def grade(text: str, names_only: bool = False) -> str | None:
    """Why ``text`` may not be kept ("bsn" or "case"), "perhaps" if that is doubtful, or None.

    ``names_only``: it is a name or names, which sound like anything.
    """
    # Late: a night without a doubtful text has no use for its expressions, which take a while.
    from trustbook.privacy.wording import case_grade

    plain = plain_text(text)
    if names_citizen(plain):
        return "bsn"
    return case_grade(plain, names_only)


def withheld(text: str) -> str | None:
    """Why ``text`` may not be kept ("bsn" or "case"), or None; what is doubtful is no matter."""
    if not may_be_sure(text):
        return None
    found = grade(text, names_only=True)
    return None if found == PERHAPS else found


def spoken(text: str) -> str:
    """``text`` as it may be repeated in a sentence: itself, or "…" where it may not be kept."""
    return text if withheld(text) is None else "…"


Pieces = list[tuple[str, list[int]]]
"""For each so many cells of a column: the fingerprint, and the positions of cells with a sign."""


class GradedTexts:
    """The texts of one workbook of which it was found before that they have no sign of anything.

    What is kept of them is a fingerprint of many cells of one column together, keyed with the
    ledger's ``secret``. A cell with any sign has no part in it and is judged every time: people,
    and the names of partners, may say something else of it by now. ``kept`` is what
    ``graded_to_keep`` gave the last run; what other words or another version judged is not used.
    """

    def __init__(self, kept: Mapping[str, Any] | None, secret: bytes) -> None:
        known = kept if kept and kept.get("by") == _judges() else {}
        self._known: Mapping[str, Pieces] = known.get("columns", {})
        self._key = secret[: blake2b.MAX_KEY_SIZE]
        self.now: dict[str, Pieces] = {}

    def signed(self, column: str, texts: Sequence[str], names_only: bool) -> set[str]:
        """Those ``texts`` of a column (one a cell) that may have a sign; see ``grade``."""
        known, found = self._known.get(column, []), set[str]()
        now: Pieces = []
        for number, start in enumerate(range(0, len(texts), _TOGETHER)):
            piece = texts[start : start + _TOGETHER]
            text, places = known[number] if number < len(known) else ("", [])
            if text != self._print(piece, places):
                told = {one for one in {*piece} if may_tell(one) and grade(one, names_only)}
                places = [at for at, one in enumerate(piece) if one in told]
                text = self._print(piece, places)
            found.update(piece[at] for at in places)
            now.append((text, places))
        # As of a day in the past a column may say something else: the first is as it stands.
        self.now.setdefault(column, now)
        return found

    def _print(self, piece: Sequence[str], places: Sequence[int]) -> str:
        """A fingerprint of some cells but for those at ``places``; "" where these are none of
        them.
        """
        rest = [*piece]
        if places and places[-1] >= len(rest):
            return ""
        for at in places:
            rest[at] = ""
        told = repr(rest).encode("utf-8", "surrogatepass")
        return blake2b(told, key=self._key, digest_size=12).hexdigest()


def graded_to_keep(graded: GradedTexts | None) -> dict[str, Any]:
    """What the next run is to know of judged texts, as plain values."""
    return {"by": _judges(), "columns": graded.now} if graded else {}


@cache
def _judges() -> str:
    """What a judgement rests on beside the text: this version, its words and its rules."""
    found = blake2b(version().encode(), digest_size=12)
    for path in _rules():
        found.update(path.read_bytes())
    return found.hexdigest()


def _rules() -> list[Path]:
    words = templates() / "privacy"
    return [
        words / "words.toml",
        words / "weights.json",
        *sorted(Path(__file__).parent.glob("*.py")),
    ]


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
