"""The files with counts that a region is given: found, checked, each by the key it had before."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from trustbook.errors import NoAccess, SafetyStop, UsageError
from trustbook.places.data_folder import data_folder, own_folder
from trustbook.places.made_files import SECRET_MODE, make_new
from trustbook.region.adding import FEWEST_BOOKS, BookCounts, CountName
from trustbook.region.counts import KIND, SCHEMA
from trustbook.region.signing import is_signed

if TYPE_CHECKING:
    from trustbook.region.form import CountsFile

_MOST_BYTES: Final = 2_000_000


def find_files(named: Iterable[str]) -> list[Path]:
    """The files that were typed, those of a folder, and those that a pattern with * fits.

    Raises UsageError for a name behind which there is none.
    """
    found: dict[Path, None] = {}
    for name in named:
        path = Path(name)
        if path.is_dir():
            here = sorted(path.glob("*.json"))
        elif path.is_file():
            here = [path]
        else:  # cmd of Windows leaves a pattern as it was typed
            typed = sorted(glob(name))  # noqa: PTH207 - a pattern of any folder
            here = [Path(one) for one in typed if Path(one).is_file()]
        if not here:
            raise UsageError("region.no_file", path=name)
        found.update((one.resolve(), None) for one in here)
    return list(found)


def read_files(paths: Sequence[Path], quarter: str) -> list[BookCounts]:
    """The counts of one quarter in these files, as their books signed them.

    Raises SafetyStop for a file that was changed and for a book that has another key than before;
    UsageError for what is no such file, another quarter, a book that comes twice, or too few.
    """
    files = {path: _read(path) for path in paths}
    _must_fit(files, quarter)
    if len(files) < FEWEST_BOOKS:
        raise UsageError("region.few_books", count=len(files), fewest=FEWEST_BOOKS)
    for path, one in files.items():
        _must_be_known(path, one)
    return [BookCounts(one.book, one.quarter, dict(_counts(one))) for one in files.values()]


def _must_fit(files: Mapping[Path, CountsFile], quarter: str) -> None:
    """Raise UsageError for a file of another quarter, and for a book that comes twice."""
    first: dict[str, Path] = {}
    for path, one in files.items():
        if one.quarter != quarter:
            raise UsageError("region.other_quarter", path=path, theirs=one.quarter, ours=quarter)
        if one.book in first:
            raise UsageError("region.twice", path=path, first=first[one.book])
        first[one.book] = path


def _read(path: Path) -> CountsFile:
    from pydantic import ValidationError

    from trustbook.region.form import CountsFile

    content = _content(path)
    if content.get("kind") != KIND:
        raise UsageError("region.not_counts", path=path)
    if content.get("schema_version") != SCHEMA:
        raise UsageError("region.other_schema", path=path)
    if not is_signed(content):
        raise SafetyStop("region.changed", path=path)
    try:
        return CountsFile.model_validate(content)
    except ValidationError as fault:
        where = ".".join(map(str, fault.errors()[0]["loc"]))
        raise UsageError("region.unfit", path=path, where=where) from None


def _content(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise UsageError("region.not_counts", path=path)
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as fault:
        raise NoAccess("region.unreadable", path=path, reason=fault.strerror or fault) from fault
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise UsageError("region.not_counts", path=path)
    return content


def _must_be_known(path: Path, one: CountsFile) -> None:
    """Keep the key of a book that comes for the first time; later it must be the same."""
    pin = data_folder() / "region" / f"{one.book}.key"
    own_folder(pin.parent)
    try:
        make_new(pin, f"{one.key}\n".encode(), SECRET_MODE)
    except UsageError:  # it is there
        if pin.read_text(encoding="ascii", errors="replace").strip() != one.key:
            raise SafetyStop("region.other_key", path=path, pin=pin) from None


def _counts(one: CountsFile) -> Iterator[tuple[CountName, int | None]]:
    for row in one.rows:
        yield ("rows", row.tier, row.phenomenon, row.status), row.count
    for group in ("moved", "moments", "answered"):
        for name, count in getattr(one, group).model_dump().items():
            yield (group, name), count
    for line in one.coverage:
        yield ("coverage", line.phenomenon, "required"), line.required
        yield ("coverage", line.phenomenon, "gap"), line.gap
