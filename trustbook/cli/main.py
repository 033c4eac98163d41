"""The commands. The only room that prints (through console.py), reads the clock, or ends the
program.
"""

from __future__ import annotations

import errno
import sys
from pathlib import Path

import click

from trustbook.cli import typed
from trustbook.cli.help import GroupedCommands, LateCommands
from trustbook.cli.options import Options, current, damage_behind_failure
from trustbook.errors import TrustbookError

# Heavier rooms are opened inside the commands, and a command when it is typed: none must pay for
# what it does not use.
COMMANDS = {
    "demo": "start:demo",
    "init": "start:init",
    "sync": "sync:sync_command",
    "log": "log:log_command",
    "health": "verdicts:health",
    "next": "calls:next_",
    "check": "verdicts:check_command",
    "adopt": "adopt:adopt",
    "doctor": "doctor:doctor",
    "coverage": "network:coverage_command",
    "calllist": "network:calllist",
    "card": "pages:card_command",
    "prepare": "pages:prepare_command",
    "agenda": "pages:agenda_command",
    "guide": "pages:guide_command",
    "handover": "pages:handover_command",
    "overview": "overview:overview",
    "drill": "crisis:drill_command",
    "aftercare": "crisis:aftercare_command",
    "calibration": "crisis:calibration_command",
    "import": "intake:import_command",
    "export": "outbox:export_command",
    "digest": "outbox:digest_command",
    "region": "region:region_command",
    "history": "history:history_command",
    "restore": "history:restore_command",
    "merge": "history:merge_command",
    "ledger": "ledger:ledger_command",
    "person": "forget:person_command",
    "forget": "forget:forget_command",
    "retention": "retention:retention_command",
}
"""Every command, and where it stands: module of this room and name in it."""

INTERRUPTED = 130


def _show_version(context: click.Context, parameter: click.Parameter, asked: bool) -> None:
    if asked:
        from trustbook.cli import console
        from trustbook.cli.first_page import version_line

        console.out(version_line())
        context.exit()


@click.group(
    cls=GroupedCommands,
    commands=LateCommands(COMMANDS),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--lang", type=click.Choice(["nl", "en"]), expose_value=False)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version)
def cli() -> None:
    """Keep a trust network's spreadsheet; what people read of it stands in help.toml."""


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code. Every error ends as one sentence on stderr."""
    current.clear()
    typed.words[:] = sys.argv[1:] if arguments is None else arguments
    try:
        outcome = cli.main(args=arguments, prog_name="trustbook", standalone_mode=False)
        return outcome if isinstance(outcome, int) else 0
    except click.ClickException as fault:
        return _mistyped(fault)
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe has gone (`| head`); there is nobody left to tell.
        sys.stderr.close()
        return 0
    except Exception as fault:
        return _failed(_cause(fault))


def _cause(fault: Exception) -> Exception:
    """What to tell of a fault: where nobody foresaw it, the damage it comes from, if any."""
    if isinstance(fault, PermissionError):
        from trustbook.errors import NoAccess

        return NoAccess("no_rights", path=fault.filename)
    if isinstance(fault, OSError) and fault.errno == errno.ENAMETOOLONG and fault.filename:
        from trustbook.places.named_files import too_long

        return too_long(Path(fault.filename))
    if isinstance(fault, TrustbookError) or not current:
        return fault
    return damage_behind_failure(current[-1]) or fault


def _mistyped(fault: click.ClickException) -> int:
    from trustbook.cli import console
    from trustbook.cli.usage import usage_sentence

    console.tell(usage_sentence(fault))
    return fault.exit_code


def _failed(fault: Exception) -> int:
    from trustbook.cli import console

    options = current[-1] if current else Options(False, False, False, None, None, None)
    if isinstance(fault, TrustbookError):
        console.tell(options.sentence(fault))
    else:
        from trustbook.messages import say

        console.tell(
            say(options.words, "errors.unexpected", what=f"{type(fault).__name__}: {fault}")
        )
    if options.verbose:
        import traceback

        console.tell("".join(traceback.format_exception(fault)))
    return fault.exit_code if isinstance(fault, TrustbookError) else 1


def run_typed() -> None:
    """Run the command that was typed and end the program with its exit code."""
    sys.exit(main())
