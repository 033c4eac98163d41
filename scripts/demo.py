"""One command on a fresh machine: make the environment, make a sample book, sync it, show the
verdicts.

python scripts/demo.py [DIR] [--lang nl|en]
"""

from __future__ import annotations

import sys

from environment import prepare, run


def main() -> None:
    """Prepare the environment and run ``trustbook demo`` with the arguments given."""
    sys.exit(run(prepare(), "-m", "trustbook", "demo", *sys.argv[1:], check=False))


if __name__ == "__main__":
    main()
