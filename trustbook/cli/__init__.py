"""The commands, a room for each kind; only they print, read the clock and end the program."""

import gc
import sys

__all__ = ["run"]


def run() -> None:
    """The program ``trustbook``."""
    # A command reads, writes and ends; looking for cycles among millions of cells only costs time
    # (a fifth, measured).
    gc.disable()
    from trustbook.cli.first_page import show_first_page

    if not show_first_page(sys.argv[1:]):
        from trustbook.cli.main import run_typed

        run_typed()
