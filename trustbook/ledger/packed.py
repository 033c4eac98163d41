"""Lines of a ledger packed into few bytes: rows of one sheet say nearly the same, and hundreds of
them together take a tenth of the room.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any


class NotPacked(ValueError):
    """What is kept is not what trustbook packed: a program or a disk changed it."""


def pack_lines(header: object, lines: Iterable[str] = (), brief: bool = False) -> bytes:
    """A header (a value of JSON) and texts without a line break, as JSON has none. ``brief``: for
    what is soon dropped again, so that less work counts for more than less room.
    """
    text = "\n".join([json.dumps(header, separators=(",", ":")), *lines])
    level = zlib.Z_BEST_SPEED if brief else zlib.Z_DEFAULT_COMPRESSION
    return zlib.compress(text.encode("utf-8", "surrogatepass"), level)


def unpack_lines(data: object) -> tuple[Any, list[str]]:
    """The header and the texts that ``pack_lines`` made ``data`` of. Raises NotPacked for
    anything else.
    """
    if not isinstance(data, bytes):
        raise NotPacked(f"{type(data).__name__} is nothing packed")
    try:
        header, *lines = zlib.decompress(data).decode("utf-8", "surrogatepass").split("\n")
        return json.loads(header), lines
    except (zlib.error, ValueError) as fault:
        raise NotPacked(str(fault)) from None


def is_packed(data: object) -> bool:
    """Whether ``data`` is packed and whole, by its own checksum; what it says is not looked at."""
    try:
        return isinstance(data, bytes) and bool(zlib.decompress(data))
    except zlib.error:
        return False


def unpack_value(data: object) -> Any:
    """A value of JSON that was packed as a header alone. Raises NotPacked for anything else."""
    return unpack_lines(data)[0]


@dataclass(slots=True, repr=False)
class SheetRows:
    """Rows of one sheet, by identity, as packed texts of merge/cell_codec.py. Nothing shows them
    whole: what people typed must not come to stand in a trace of an error.

    ``runs``: in which run each record was first read; ``bases``: the rows as each workbook (its
    address) last agreed to them.
    """

    records: dict[str, str] = field(default_factory=dict)
    runs: dict[str, int] = field(default_factory=dict)
    archived: set[str] = field(default_factory=set)
    bases: dict[str, dict[str, str]] = field(default_factory=dict)

    def identities(self) -> set[str]:
        """Every row of which anything is known."""
        return set(self.records).union(*self.bases.values())


def pack_part(rows: SheetRows, identities: Collection[str]) -> bytes:
    """Some rows of a sheet: a header, the records, and the bases that differ from these."""
    known = sorted(one for one in identities if one in rows.records)
    bases: dict[str, list[list[str]]] = {}
    texts = [map(rows.records.__getitem__, known)]
    for address in rows.bases:
        agreed = rows.bases[address].keys() & identities
        if agreed:
            own = sorted(_own(rows, address, agreed))
            bases[address] = [sorted({*known} - agreed), own]
            texts.append(map(rows.bases[address].__getitem__, own))
    header = {
        "ids": known,
        "runs": [rows.runs[one] for one in known],
        "archived": sorted(rows.archived & {*known}),
        "bases": bases,
    }
    return pack_lines(header, chain(*texts))


def _own(rows: SheetRows, address: str, agreed: Iterable[str]) -> Iterator[str]:
    for one in agreed:
        if rows.bases[address][one] != rows.records.get(one):
            yield one


def unpack_part(rows: SheetRows, data: object) -> None:
    """Add to ``rows`` what ``pack_part`` made ``data`` of. Raises NotPacked for anything else."""
    header, texts = unpack_lines(data)
    try:
        known = header["ids"]
        records = dict(zip(known, texts, strict=False))
        rows.records.update(records)
        rows.runs.update(zip(known, header["runs"], strict=True))
        rows.archived.update(header["archived"])
        at = len(known)
        for address, (without, own) in header["bases"].items():
            base = rows.bases.setdefault(address, {})
            base.update(records)
            for one in without:
                del base[one]
            base.update(zip(own, texts[at : at + len(own)], strict=True))
            at += len(own)
    except (ValueError, TypeError, KeyError) as fault:
        raise NotPacked(f"a part of a sheet: {fault}") from None
    if at != len(texts):
        raise NotPacked("a part of a sheet has another number of lines than it says")
