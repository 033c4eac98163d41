"""The commands, a room for each kind; only they print, read the clock and end the program."""

from trustbook.cli.main import main, run

__all__ = ["main", "run"]
