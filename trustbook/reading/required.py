"""The list of the required network: each requirement once."""

from __future__ import annotations

from collections.abc import Mapping

from trustbook import catalogue
from trustbook.agreements import Requirement
from trustbook.dates import read_number
from trustbook.model import Settings
from trustbook.names import key
from trustbook.reading.cells import Reader
from trustbook.reading.phenomena import phenomenon_finder


def known_party(text: str, settings: Settings) -> bool:
    """Whether a party stands in the catalogue or among the book's own."""
    return _party(text, settings) is not None


def _party(text: str, settings: Settings) -> catalogue.Party | None:
    own = [catalogue.own_party(name) for name in settings.parties]
    return catalogue.find_party(text, own)


def read_required(reader: Reader | None, settings: Settings) -> list[Requirement]:
    """Every line with a phenomenon and a party. The same requirement twice is one, with the larger
    minimum, and reported.
    """
    if reader is None:
        return []
    text = {name: reader.texts(name) for name in ("phenomenon", "party", "area", "condition")}
    tiers, relevant = reader.choices("tier"), reader.yes("relevant", blank=True)
    minimum = reader.parsed("minimum", read_number)
    required: dict[int, Requirement] = {}
    for i, row in enumerate(reader.listing.rows):
        phenomenon, party = text["phenomenon"][i], text["party"][i]
        if phenomenon is None or party is None:
            reader.required("phenomenon", i)
            reader.required("party", i)
            continue
        if not known_party(party, settings):
            reader.note("unknown_party", "warning", "party", i, hints=())
        count = 1 if minimum[i] is None else max(0, int(minimum[i]))
        area, condition = text["area"][i], text["condition"][i]
        need = Requirement(phenomenon, party, row, tiers[i], area, count, relevant[i], condition)
        required[i] = need
    return _each_once(reader, required, settings)


def _each_once(
    reader: Reader, required: Mapping[int, Requirement], settings: Settings
) -> list[Requirement]:
    """The requirements (by position in the list), each once with its largest minimum."""
    known = phenomenon_finder(settings)
    once: dict[tuple[object, ...], Requirement] = {}
    again: list[tuple[int, Requirement]] = []
    for i, need in required.items():
        party, area, condition = _party(need.party, settings), need.area or "", need.condition or ""
        who = party.id if party else key(need.party)
        about = known(need.phenomenon) or key(need.phenomenon)
        first = once.setdefault(
            (about, who, need.tier, key(area), need.relevant, key(condition)), need
        )
        if first is not need:
            first.minimum = max(first.minimum, need.minimum)
            again.append((i, first))
    for i, first in again:
        told = {"party": required[i].party, "other": first.row, "minimum": first.minimum}
        reader.note("doubled_requirement", "warning", "phenomenon", i, **told)
    return [*once.values()]
