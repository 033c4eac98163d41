"""A command that was typed wrong: what is wrong with it, in the language of the book."""

from __future__ import annotations

from difflib import get_close_matches

import click

from trustbook.cli import typed
from trustbook.messages import say
from trustbook.problems import did_you_mean

_ONE_LETTER = len("-o")  # it is like any other: nobody can tell what was meant


def usage_sentence(fault: click.ClickException) -> str:
    """What was typed wrong, and where to look; what click alone knows stays in its own words."""
    if isinstance(fault, click.exceptions.NoArgsIsHelpError):
        return fault.format_message()  # the help itself
    lang = typed.book_speaks()
    what = _what(fault, lang) or fault.format_message()
    context = getattr(fault, "ctx", None)
    if context is None:
        return what
    return f"{what} {say(lang, 'usage.see_help', command=f'{context.command_path} --help')}"


def _what(fault: click.ClickException, lang: str) -> str | None:
    if isinstance(fault, click.NoSuchOption):
        known = _options(fault.ctx) if len(fault.option_name) > _ONE_LETTER else []
        near = get_close_matches(fault.option_name, known, n=1)
        hints = did_you_mean(near, lang)
        return say(lang, "usage.no_option", name=fault.option_name, hints=hints)
    if isinstance(fault, click.MissingParameter):
        return say(lang, "usage.missing", name=_name(fault.param))
    if isinstance(fault, click.BadOptionUsage):
        return say(lang, "usage.no_value", name=fault.option_name)
    if isinstance(fault, click.BadParameter):
        return _unfit(fault, lang)
    return say(lang, "usage.too_many") if "extra argument" in fault.message else None


def _unfit(fault: click.BadParameter, lang: str) -> str:
    """What an option cannot take, and what it can."""
    kind = fault.param.type if fault.param else None
    fits = say(lang, f"usage.{getattr(fault, 'fits', 'fits_other')}")
    if isinstance(kind, click.Choice):
        fits = say(lang, "usage.fits_one_of", known=", ".join(map(str, kind.choices)))
    elif isinstance(kind, click.types.IntParamType):
        fits = say(lang, "usage.fits_number")
    name = _name(fault.param)
    value = typed.typed_behind(name) or ""
    return say(lang, "usage.unfit", name=name, value=value, fits=fits)


def _name(param: click.Parameter | None) -> str:
    """A parameter as it is typed: ``--with``, or ``PARTNER``."""
    if isinstance(param, click.Option):
        return param.opts[-1]
    return param.make_metavar(click.Context(click.Command(""))) if param else "?"


def _options(context: click.Context | None) -> list[str]:
    """Every option of the command that was typed."""
    return [name for param in context.command.params for name in param.opts] if context else []
