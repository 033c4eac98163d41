"""A row that one workbook alone shows, and nobody knew: most rows of a first run, and no vote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trustbook.merge.cell_codec import Row, is_fault, is_withheld
from trustbook.merge.telling import Outcome, tell_row
from trustbook.merge.votes import Same, Side


def tell_news(
    teller: Side, identity: str, sides: Sequence[Side], told: Mapping[str, Outcome], same: Same
) -> Row:
    """What the ledger learns of a row that ``teller`` alone shows; every side is told in ``told``.

    The same as a merge of its cells would come to, in a third of the time: an error says nothing,
    and of a withheld cell the workbook's base keeps its mark, the ledger nothing.
    """
    learned: Row = {}
    agreed: Row = {}
    for column, value in teller.now[identity].items():
        if column not in teller.columns or is_fault(value):
            continue
        agreed[column] = value
        if not is_withheld(value):
            learned[column] = value
    told[teller.name].base[identity] = agreed
    for side in sides:
        if side is not teller:
            tell_row(side, identity, learned, {}, told[side.name], same)
    return learned
