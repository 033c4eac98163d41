"""The commands. The only room that prints (through console.py), reads the clock, or ends the
program.
"""

from __future__ import annotations

import gc
import sys

import click

from trustbook.cli import adopt as cli_adopt
from trustbook.cli import calls as cli_calls
from trustbook.cli import crisis as cli_crisis
from trustbook.cli import doctor as cli_doctor
from trustbook.cli import forget as cli_forget
from trustbook.cli import history as cli_ledger
from trustbook.cli import intake as cli_intake
from trustbook.cli import ledger as cli_place
from trustbook.cli import log as cli_log
from trustbook.cli import network as cli_network
from trustbook.cli import outbox as cli_outbox
from trustbook.cli import overview as cli_overview
from trustbook.cli import pages as cli_pages
from trustbook.cli import region as cli_region
from trustbook.cli import retention as cli_retention
from trustbook.cli import start as cli_start
from trustbook.cli import sync as cli_sync
from trustbook.cli import typed
from trustbook.cli import verdicts as cli_look
from trustbook.cli.help import GroupedCommands
from trustbook.cli.options import Options, current, damage_behind_failure
from trustbook.errors import TrustbookError

# Heavier rooms are opened inside the commands: --help must not pay for what it does not use.

INTERRUPTED = 130


@click.group(
    cls=GroupedCommands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--lang", type=click.Choice(["nl", "en"]), expose_value=False)
@click.version_option(package_name="trustbook")
def cli() -> None:
    """Keep a trust network's spreadsheet; what people read of it stands in help.toml."""


for _command in (
    cli_start.demo,
    cli_start.init,
    cli_sync.sync_command,
    cli_log.log_command,
    cli_look.health,
    cli_calls.next_,
    cli_look.check_command,
    cli_adopt.adopt,
    cli_doctor.doctor,
    cli_network.coverage_command,
    cli_network.calllist,
    cli_pages.card_command,
    cli_pages.prepare_command,
    cli_pages.agenda_command,
    cli_pages.guide_command,
    cli_pages.handover_command,
    cli_overview.overview,
    cli_crisis.drill_command,
    cli_crisis.aftercare_command,
    cli_crisis.calibration_command,
    cli_intake.import_command,
    cli_outbox.export_command,
    cli_outbox.digest_command,
    cli_region.region_command,
    cli_ledger.history_command,
    cli_ledger.restore_command,
    cli_ledger.merge_command,
    cli_place.ledger_command,
    cli_forget.person_command,
    cli_forget.forget_command,
    cli_retention.retention_command,
):
    cli.add_command(_command)


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
    except TrustbookError as fault:
        return _failed(fault)
    except PermissionError as fault:
        from trustbook.errors import NoAccess

        return _failed(NoAccess("no_rights", path=fault.filename))
    except Exception as fault:
        damage = damage_behind_failure(current[-1]) if current else None
        return _failed(damage or fault)


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


def run() -> None:
    """The program ``trustbook``."""
    # A command reads, writes and ends; looking for cycles among millions of cells only costs time
    # (a fifth, measured).
    gc.disable()
    sys.exit(main())


if __name__ == "__main__":
    run()
