"""``python -m trustbook``: the same as the command ``trustbook``."""

from trustbook.cli.main import run

run()
