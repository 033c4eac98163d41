"""What people let through for one run although it looks like an accident, and what they type for
it.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import Literal, TypeAlias

from trustbook.errors import SafetyStop
from trustbook.reading.renaming import Renaming

# What a number may let through: rows gone, cells changed, or what stood in a column or sheet that
# is gone.
Countable: TypeAlias = Literal["deletes", "changes", "accepts"]


@dataclass(frozen=True, slots=True)
class Allowances:
    """What people said was meant, for this run: so many rows gone, so many cells changed and so
    many values (or rows) gone with their column (or sheet), in all that was found together.

    ``renames``: sheets and columns that have another name now. ``everything`` that a number could
    let through: for a state that people asked back as a whole.
    """

    deletes: int = 0
    changes: int = 0
    accepts: int = 0
    renames: tuple[Renaming, ...] = ()
    everything: bool = False

    def let_through(self, what: Countable, found: int) -> bool:
        """Whether all that was ``found`` was meant: a number says so only where it is the same, so
        that none that was left in a nightly task lets another accident through.
        """
        said = {"deletes": self.deletes, "changes": self.changes, "accepts": self.accepts}
        return self.everything or found == said[what]


EVERYTHING, NOTHING_ALLOWED = Allowances(everything=True), Allowances()


def command(asked: str, allowed: Allowances, accept: int | None, stop: SafetyStop) -> str:
    """What to type so that ``stop`` lets the run through: what was ``asked``, and the numbers that
    were found.

    A stop that found no numbers leaves those that were allowed as they are.
    """
    options = []
    for name, allowance in (("deletes", allowed.deletes), ("changes", allowed.changes)):
        if number := stop.params.get(name, allowance):
            options.append(f"--allow-{name} {number}")
    code = stop.params.get("code", accept)
    if code is not None:
        options.append(f"--accept {code}")
    options += [f"--rename {shell_quoted(f'{one.old}={one.new}')}" for one in allowed.renames]
    return " ".join([asked, *options])


def shell_quoted(name: str) -> str:
    """A name as it is typed on a command line: in quotes where a space or a sign in it would be
    misread.
    """
    if re.fullmatch(r"[\w./\\:=@+-]+", name):
        return name
    return shlex.quote(name) if re.search(r'["$`!]', name) else f'"{name}"'
