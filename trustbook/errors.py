"""What stops a run: one family, each with its exit code and the key of its sentence.

    TrustbookError          1  it failed
    ├── UsageError          2  wrong usage or settings
    ├── SafetyStop          3  stopped for safety, nothing written
    ├── NoAccess            4  no access
    └── Busy                5  busy or unreachable, the next run catches up

What is wrong *inside* a book is not an exception but a ``Problem`` (see reading/records.py): it
never stops a run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from trustbook.messages import say

NOTHING_TO_ALLOW = "nothing_to_allow"
"""The key of the stop for a number that nothing needs."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words inside a sentence that come in both languages too; ``key`` is "room.name"."""

    key: str
    params: Mapping[str, object]

    def in_words(self, lang: str) -> str:
        """The phrase in ``lang``."""
        return say(lang, self.key, **self.params)


class TrustbookError(Exception):
    """A run that cannot go on.

    ``key`` names its sentence: "room.name" in templates/messages/room.toml, a bare name in
    errors.toml; ``params`` fill its blanks.
    """

    exit_code = 1
    read_again = False

    def __init__(self, key: str, **params: object) -> None:
        self.key = key
        self.params = params
        super().__init__(key)

    def sentence(self, lang: str) -> str:
        """What happened, where, and what to do, in ``lang``."""
        params = {
            name: value.in_words(lang) if isinstance(value, Phrase) else value
            for name, value in self.params.items()
        }
        return say(lang, self.key if "." in self.key else f"errors.{self.key}", **params)

    def as_json(self, lang: str) -> dict[str, str]:
        """The same for machines: ``code`` and ``what``."""
        return {"code": self.key.rpartition(".")[2], "what": self.sentence(lang)}

    def __str__(self) -> str:
        return self.sentence("en")


class UsageError(TrustbookError):
    """The command or the settings are wrong; nothing was tried."""

    exit_code = 2


class SafetyStop(TrustbookError):
    """Going on might lose something of a person's: nothing was written."""

    exit_code = 3


class NoAccess(TrustbookError):
    """The workbook exists but may not be opened by us."""

    exit_code = 4


class Busy(TrustbookError):
    """The workbook is in use, changed under our hands or cannot be reached now.

    ``read_again``: it only changed since it was read, so that reading it again may help at once.
    """

    exit_code = 5

    def __init__(self, key: str, *, read_again: bool = False, **params: object) -> None:
        super().__init__(key, **params)
        self.read_again = read_again


# Of several faults the one that people must see to first.
_GRAVEST = (TrustbookError, NoAccess, SafetyStop, UsageError, Busy)
_CODES = [kind.exit_code for kind in _GRAVEST]


def gravest(faults: Iterable[TrustbookError]) -> TrustbookError:
    """The fault that a run of several workbooks ends with: by its exit code 1, 4, 3, 2, then 5."""
    return min(faults, key=lambda fault: _CODES.index(fault.exit_code))


def gravest_code(codes: Iterable[int]) -> int:
    """The same for exit codes; 0 where none is of a fault."""
    return min(filter(None, codes), key=_CODES.index, default=0)


class NotRecalled(Exception):
    """A reading that was kept does not go for what is asked of it."""
