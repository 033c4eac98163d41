"""What a guard found, and the stop that tells all of it with the one command that lets it
through.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from trustbook.errors import NOTHING_TO_ALLOW, SafetyStop
from trustbook.merge.allowances import Allowances, command, shell_quoted
from trustbook.messages import say, say_parts
from trustbook.reading.renaming import Renaming


@dataclass(frozen=True, slots=True)
class Accident:
    """What looks like an accident in one place: the key of its words ([what, remedy]) and their
    blanks.

    ``deletes``, ``changes`` or ``accepts`` is how much of it a number must let through; with none,
    nothing does. ``renaming`` is what most likely happened to a sheet or column that is gone.
    ``more``: further remedies, each the key of its words and their blanks.
    """

    key: str
    params: Mapping[str, object]
    deletes: int = 0
    changes: int = 0
    accepts: int = 0
    renaming: Renaming | None = None
    more: Sequence[tuple[str, Mapping[str, object]]] = ()

    @property
    def countable(self) -> bool:
        """Whether a number lets it through."""
        return bool(self.deletes or self.changes or self.accepts)


class AccidentStop(SafetyStop):
    """A run stopped by what was found; its sentence names all of it and the one command that lets
    it through.
    """

    def __init__(self, accidents: Sequence[Accident], found: Sequence[Accident] = ()) -> None:
        """``accidents``: those that nobody let through; ``found``: all that the run found."""
        numbers: dict[str, object] = {}
        if all(one.countable for one in accidents):
            deletes, changes, accepts = numbers_found(found or accidents)
            numbers = {"deletes": deletes, "changes": changes}
            if accepts:
                numbers["code"] = accepts
        super().__init__(accidents[0].key, **accidents[0].params, **numbers)
        self.accidents = tuple(accidents)

    def sentence(self, lang: str) -> str:
        """What was found, that nothing was written, what to do, and what to type if it was
        meant.
        """
        asked = str(self.params.get("asked") or f"trustbook sync {shell_quoted(self._name)}")
        typed = {"asked": asked, "of_book": self.params.get("of_book", "")}
        told = list(_in_words(self.accidents, lang, typed))
        parts = [*(what for what, _ in told), say(lang, "guards.nothing_written")]
        commands = []
        parts += dict.fromkeys(remedy for _, remedy in told)
        if options := self._renamings():
            renamed = " ".join([asked, *options])
            commands.append(say(lang, "guards.if_renamed", command=renamed))
        if "deletes" in self.params:
            meant = str(self.params.get("command") or command(asked, Allowances(), None, self))
            commands.append(say(lang, "guards.if_meant", command=meant))
        return "\n".join([" ".join(parts), *commands])

    def _renamings(self) -> list[str]:
        """The options that say of what is gone under what name it stands there now, each once."""
        pairs = [(one.renaming.old, one.renaming.new) for one in self.accidents if one.renaming]
        return [f"--rename {shell_quoted(f'{old}={new}')}" for old, new in dict.fromkeys(pairs)]

    @property
    def _name(self) -> str:
        return str(self.params["name"])


def _in_words(
    accidents: Sequence[Accident], lang: str, typed: Mapping[str, object]
) -> Iterator[tuple[str, str]]:
    """What was found and its remedy; of several columns of one sheet in one sentence, the worst
    first. ``typed``: the command and the book, for remedies that name them.
    """
    alike: dict[tuple[object, ...], list[Accident]] = {}
    for one in accidents:
        place = (one.key, one.params.get("name"), one.params.get("sheet"))
        alike.setdefault(place, []).append(one)
    for found in alike.values():
        first, *others = sorted(found, key=lambda one: -(one.changes or one.accepts))
        what, remedy = say_parts(lang, first.key, **first.params)
        if others:
            columns = ", ".join(
                f"“{one.params['column']}” ({one.changes or one.accepts})" for one in others
            )
            also = say(lang, "guards.also_in", count=len(others), columns=columns)
            what = f"{what} {also}"
        more = (say(lang, key, **blanks, **typed) for key, blanks in first.more)
        yield what, " ".join([*more, remedy])


def numbers_found(accidents: Sequence[Accident]) -> tuple[int, int, int]:
    """How many rows gone, cells changed, and values or rows gone with their column or sheet, in all
    of them.
    """
    return (
        sum(one.deletes for one in accidents),
        sum(one.changes for one in accidents),
        sum(one.accepts for one in accidents),
    )


def stop_unless_meant(accidents: Sequence[Accident], allowed: Allowances) -> None:
    """Raise AccidentStop for what the numbers in ``allowed`` do not let through: a number must be
    the sum of what was found.
    """
    deletes, changes, accepts = numbers_found(accidents)
    meant_deletes = allowed.let_through("deletes", deletes)
    meant_changes = allowed.let_through("changes", changes)
    meant_accepts = allowed.let_through("accepts", accepts)
    refused = []
    for one in accidents:
        if one.deletes:
            passes = meant_deletes
        elif one.accepts:
            passes = meant_accepts
        else:
            passes = bool(one.changes) and meant_changes
        if not passes:
            refused.append(one)
    if refused:
        raise AccidentStop(refused, accidents)


def stop_for_unused(accidents: Sequence[Accident], allowed: Allowances, at_door: bool) -> None:
    """Raise SafetyStop for a number in ``allowed`` for which nothing was found.

    Nobody notices one that was left in a nightly task. ``at_door``: what was accepted was found
    when the workbooks came in.
    """
    deletes, changes, accepts = numbers_found(accidents)
    if at_door:
        accepts = accepts or allowed.accepts
    used = replace(allowed, deletes=deletes, changes=changes, accepts=accepts)
    if allowed.everything or used == allowed:
        return
    plain = SafetyStop(NOTHING_TO_ALLOW)
    unused = Allowances(allowed.deletes - deletes, allowed.changes - changes)
    options = command("", unused, (allowed.accepts - accepts) or None, plain)
    plain.params["options"] = options.strip()
    plain.params["rest"] = command("", used, accepts or None, plain).rstrip()
    raise plain
