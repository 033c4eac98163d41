"""Help: the commands by when people need them, with an example each, in the language of the book.

Nothing but the words is opened for it: help must be there at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from importlib import import_module
from typing import Any

import click

from trustbook.cli import typed
from trustbook.cli.first_page import GROUPS as GROUPS
from trustbook.cli.first_page import example_of, first_page
from trustbook.messages import has, say


class LateCommands(MutableMapping[str, click.Command]):
    """Commands by name, each opened when it is asked for; ``places`` says where (module:name)."""

    def __init__(self, places: Mapping[str, str]) -> None:
        self._places = dict(places)
        self._found: dict[str, click.Command] = {}

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._found:
            module, _, attribute = self._places[name].partition(":")
            opened = import_module(f"trustbook.cli.{module}")
            self._found[name] = getattr(opened, attribute)
        return self._found[name]

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._places.setdefault(name, "")
        self._found[name] = command

    def __delitem__(self, name: str) -> None:
        del self._places[name]
        self._found.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, name: object) -> bool:
        return name in self._places


class GroupedCommands(click.Group):
    """All commands, in groups; a misspelt one is answered with the nearest."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is meant. Raises UsageError for one that does not exist."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            from difflib import get_close_matches

            from trustbook.errors import UsageError
            from trustbook.problems import did_you_mean

            near = get_close_matches(args[0], list(self.commands), n=1)
            hints = did_you_mean(near, typed.book_speaks())
            raise UsageError("usage.no_command", name=args[0], hints=hints)
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what BOOK is, and every command with its sentence, group by group."""
        formatter.write(first_page(typed.book_speaks(), formatter.width))


def _write_example(formatter: click.HelpFormatter, name: str, lang: str) -> None:
    """One command as it is typed, on one line, so that it can be copied."""
    formatter.write(f"{'':{formatter.current_indent}}{example_of(name, lang)}\n")


class ExplainedCommand(click.Command):
    """A command whose help speaks the language of the book."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what belongs behind the command."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        prefix = f"{say(typed.book_speaks(), 'help.usage').strip()} "
        formatter.write_usage(ctx.command_path, pieces, prefix)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the command does."""
        lang = typed.book_speaks()
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(say(lang, f"help.{self.name}"))
            if has(f"help.{self.name}_more"):
                formatter.write_text(say(lang, f"help.{self.name}_more"))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write every option with its sentence."""
        lang = typed.book_speaks()
        with formatter.section(say(lang, "help.options")):
            formatter.write_dl(list(self._options(ctx, lang)))

    def _options(self, ctx: click.Context, lang: str) -> Iterator[tuple[str, str]]:
        for param in self.get_params(ctx):
            if isinstance(param, click.Option):
                record = param.get_help_record(ctx)
                names = record[0] if record else ""
                option = param.opts[-1].lstrip("-").replace("-", "_")
                own = f"help.{self.name}_{option}"
                yield names, say(lang, own if has(own) else f"help.option_{option}")

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one example, as it is typed."""
        formatter.write_paragraph()
        _write_example(formatter, str(self.name), typed.book_speaks())


def explained(name: str | None = None) -> Callable[[Callable[..., Any]], ExplainedCommand]:
    """Make a function a command that is explained in both languages."""
    return click.command(name, cls=ExplainedCommand)
