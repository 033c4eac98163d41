"""Help: the commands by when people need them, with an example each, in the language of the book.

Nothing but the words is opened for it: help must be there at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import Any

import click

from trustbook.cli import typed
from trustbook.errors import UsageError
from trustbook.messages import has, say
from trustbook.problems import did_you_mean

GROUPS = {
    "start": ("init", "adopt", "demo"),
    "every_day": ("next", "prepare", "log", "health", "check", "card", "agenda"),
    "night": ("sync", "doctor", "import", "digest"),
    "quarter": ("overview", "coverage", "guide", "handover", "calibration", "region"),
    "crisis": ("calllist", "aftercare", "drill"),
    "memory": ("history", "restore", "merge", "ledger", "export"),
    "privacy": ("person", "forget", "retention"),
}
"""When which commands are needed; an example stands below each group."""


class GroupedCommands(click.Group):
    """All commands, in groups; a misspelt one is answered with the nearest."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is meant. Raises UsageError for one that does not exist."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            near = get_close_matches(args[0], list(self.commands), n=1)
            hints = did_you_mean(near, typed.book_speaks())
            raise UsageError("usage.no_command", name=args[0], hints=hints)
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what BOOK is, and every command with its sentence, group by group."""
        lang = typed.book_speaks()
        formatter.write_text(say(lang, "help.intro"))
        for group, names in GROUPS.items():
            with formatter.section(say(lang, f"help.group_{group}")):
                formatter.write_dl([(name, say(lang, f"help.{name}")) for name in names])
                _write_example(formatter, names[0], lang)
        formatter.write_paragraph()
        formatter.write_text(say(lang, "help.more"))


def _write_example(formatter: click.HelpFormatter, name: str, lang: str) -> None:
    """One command as it is typed, on one line, so that it can be copied."""
    example = say(lang, "help.example", command=say(lang, f"help.{name}_example"))
    formatter.write(f"{'':{formatter.current_indent}}{example}\n")


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
