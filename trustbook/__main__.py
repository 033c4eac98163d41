"""``python -m trustbook``: the same as the command ``trustbook``."""

from trustbook.cli import run

if __name__ == "__main__":
    run()
