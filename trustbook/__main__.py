"""``python -m trustbook``: the same as the command ``trustbook``."""

from trustbook.cli import run

run()
