"""Dropdowns on people's sheets that another program took away: told once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trustbook.ledger import Known


def dropdowns_now(
    titles: Mapping[str, str], helps: Mapping[str, frozenset[str] | None], known: Known | None
) -> dict[str, Any]:
    """For the memory: the lists with dropdowns, and the titles of those that lost theirs.

    ``titles`` by list, ``helps`` by title. Nothing where the workbook does not tell.
    """
    found = {name: helps.get(title) for name, title in titles.items()}
    told = {name: here for name, here in found.items() if here is not None}
    now = [name for name, here in told.items() if "dropdown" in here]
    before = known.state.get("dropdowns", ()) if known else ()
    gone = [titles[name] for name in before if name in told and name not in now]
    return {"dropdowns": now, "dropdowns_gone": gone}
