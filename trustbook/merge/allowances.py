"""What people let through for one run although it looks like an accident, and what they type for
it.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

from trustbook.errors import SafetyStop


@dataclass(frozen=True, slots=True)
class Allowances:
    """What people said was meant, for this run: so many rows gone from a sheet, so many cells
    changed in a column.
    """

    deletes: int = 0
    changes: int = 0


def command(asked: str, allowed: Allowances, accept: int | None, stop: SafetyStop) -> str:
    """What to type so that ``stop`` lets the run through: all that was ``asked`` and allowed by
    now, and its number.
    """
    numbers = {name: stop.params.get(name) for name in ("deletes", "changes")}
    meant = {"deletes": allowed.deletes, "changes": allowed.changes}
    meant |= {
        name: max(meant[name], found) for name, found in numbers.items() if isinstance(found, int)
    }
    options = [f"--allow-{name} {count}" for name, count in meant.items() if count]
    code = stop.params.get("code", accept)
    return " ".join([asked, *options, *([f"--accept {code}"] if code is not None else [])])


def shell_quoted(name: str) -> str:
    """A name as it is typed on a command line: in quotes where a space or a sign in it would be
    misread.
    """
    if re.fullmatch(r"[\w./\\:=@+-]+", name):
        return name
    return shlex.quote(name) if re.search(r'["$`!]', name) else f'"{name}"'
