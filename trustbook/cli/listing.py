"""Lists for people: ten rows unless all are asked for, and how to see the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from trustbook.cli import typed
from trustbook.cli.options import Options

MOST = 10
T = TypeVar("T")


def with_all(command: Callable[..., Any]) -> Callable[..., Any]:
    """The option that shows every row of a list."""
    return click.option("--all", "all_rows", is_flag=True)(command)


class FirstRows:
    """One answer of a command: of all its lists together the first ten rows are shown."""

    def __init__(self, options: Options) -> None:
        self._options, self._shown, self._left = options, 0, 0

    def first(self, rows: Sequence[T]) -> Sequence[T]:
        """The rows that are shown; the others are counted."""
        if self._options.all_rows:
            return rows
        shown = rows[: MOST - self._shown]
        self._shown += len(shown)
        self._left += len(rows) - len(shown)
        return shown

    def table(self, header: Sequence[str], rows: Sequence[Sequence[str]], title: int = 1) -> None:
        """Print the rows that are shown."""
        from trustbook.cli import console

        if shown := self.first(rows):
            console.table(header, shown, title)

    def end(self) -> None:
        """Say how many rows are not shown, and what to type to see them."""
        from trustbook.cli import console

        if self._left:
            command = typed.typed_again("--all")
            console.out(self._options.say("more", count=self._left, command=command))
