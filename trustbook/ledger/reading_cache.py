"""What was read of a workbook, kept beside its ledger until either of them is another: the next
night and every command on the untouched file need not read it again.

The file is thrown away as soon as anything is erased, and says nothing of a workbook or a ledger
that changed since. One that is damaged, or of another version, is none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b, sha256
from pathlib import Path

from trustbook.places.local import leftovers_of
from trustbook.places.made_files import SECRET_MODE, replace_whole
from trustbook.version import version

_ENDING = ".reading"
_FORMAT = 5  # counts up when what is kept is another thing


@dataclass(frozen=True, slots=True)
class CachedReading:
    """What is kept of one reading, packed, by name; for which days it holds (ordinals, both
    included); and the ``version`` of the workbook that was read.
    """

    parts: Mapping[str, bytes]
    first: int
    last: int
    version: str = ""

    def holds_on(self, day: date) -> bool:
        """Whether a reading as of ``day`` would come to the same."""
        return self.first <= day.toordinal() <= self.last


def cache_place(ledger: Path) -> Path:
    """Where the reading of the ledger's workbook is kept."""
    return ledger.with_name(f"{ledger.name}{_ENDING}")


def cached_reading(ledger: Path, about: str) -> CachedReading | None:
    """What is kept of a workbook; ``about``: all that a reading goes by, but for its version. None
    where nothing is, or the ledger changed since.
    """
    with suppress(OSError, ValueError, LookupError, TypeError):
        total, _, rest = cache_place(ledger).read_bytes().partition(b"\n")
        line, _, data = rest.partition(b"\n")
        if total != _sum_of(rest):
            return None
        told = json.loads(line)
        if told["of"] == _named(ledger, about):
            parts, at = {}, 0
            for name, size in told["parts"].items():
                parts[name] = data[at : at + size]
                at += size
            first, last = told["days"]
            return CachedReading(parts, first, last, told["version"])
    return None


def cache_reading(ledger: Path, about: str, reading: CachedReading) -> None:
    """Keep a reading of a workbook with the ledger as it is now; where the disk does not let us,
    nothing.
    """
    told = {
        "of": _named(ledger, about),
        "version": reading.version,
        "days": [reading.first, reading.last],
        "parts": {name: len(part) for name, part in reading.parts.items()},
    }
    rest = b"\n".join((json.dumps(told).encode(), b"".join(reading.parts.values())))
    with suppress(OSError):
        drop_reading(ledger)  # else the rights of the file that stood there would stay
        replace_whole(cache_place(ledger), b"\n".join((_sum_of(rest), rest)), SECRET_MODE)


def drop_reading(ledger: Path) -> None:
    """Keep nothing of a reading any more, nor what a run that was killed left of one. Raises
    OSError where a file cannot be taken away.
    """
    place = cache_place(ledger)
    for file in (place, *leftovers_of(place)):
        file.unlink(missing_ok=True)


def _named(ledger: Path, about: str) -> str:
    """A fingerprint of all that a reading rests on, the day and the workbook left aside."""
    held = sha256(ledger.read_bytes()).hexdigest()
    told = f"{_FORMAT}|{version()}|{held}|{about}"
    return blake2b(told.encode("utf-8", "surrogatepass"), digest_size=24).hexdigest()


def _sum_of(data: bytes) -> bytes:
    return blake2b(data, digest_size=16).hexdigest().encode()
