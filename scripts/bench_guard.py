"""Measures the guard against case data on lines of our own (scripts/guard_lines/).

    python scripts/bench_guard.py            the lines that rules and weights never saw
    python scripts/bench_guard.py --tuned    those they were tuned by, with what went wrong
    python scripts/bench_guard.py --quick    the speed alone

The blind lines were written before the rules of a round and are measured once, after the tuning:
their figures stand in docs/privacy.md. Who looks at one moves it to the others, and writes new
ones.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence

from train_guard import ORDINARY, SUBTLE, VISIBLE, lines_in

from trustbook.privacy import grade, refused_header
from trustbook.privacy.guard import plain_text
from trustbook.privacy.numbers import names_citizen

Check = Callable[[str], bool]
BLIND = (("blind_visible",), ("blind_subtle",), ("blind_innocent",))


def share(lines: Sequence[str], check: Check, tell: bool) -> str:
    """How many of the lines pass a check, and which do not, if told."""
    passed = [line for line in lines if check(line)]
    for line in lines if tell else ():
        if line not in passed:
            print(f"      {line}")
    return f"{len(passed):4d} of {len(lines):4d}  {len(passed) / len(lines):.3f}"


def all_lines(names: Sequence[str]) -> list[str]:
    """The lines of several files."""
    return [line for name in names for line in lines_in(name)]


def seen(line: str) -> bool:
    """Whether a line is withheld or asked about."""
    return grade(line) is not None


def not_withheld(line: str) -> bool:
    """Whether a line is kept or asked about."""
    return grade(line) in (None, "perhaps")


def not_asked(line: str) -> bool:
    """Whether nothing is asked about a line."""
    return grade(line) != "perhaps"


def is_citizen(line: str) -> bool:
    """Whether a line holds a citizen service number."""
    return names_citizen(plain_text(line))


def is_refused(line: str) -> bool:
    """Whether a header (behind its kind) is refused."""
    return refused_header(line.split("|", 1)[1]) is not None


def is_left_alone(header: str) -> bool:
    """Whether a header is not refused."""
    return refused_header(header) is None


def seconds() -> tuple[float, float]:
    """How long the first text takes, and all lines, each in the shuffled order of its words."""
    begun = time.perf_counter()
    grade("warm up")
    first = time.perf_counter() - begun
    lines = [*lines_in("innocent"), *lines_in("innocent_more"), *lines_in("case_visible")]
    texts = [" ".join(reversed(line.split())) for line in lines]
    begun = time.perf_counter()
    for text in texts:
        grade(text)
    return first, (time.perf_counter() - begun) / len(texts)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tuned", action="store_true", help="the half that was tuned by")
    parser.add_argument("--quick", action="store_true", help="only the speed")
    asked = parser.parse_args()
    first, each = seconds()
    print(f"speed: {first * 1000:.0f} ms to begin, {each * 1e6:.0f} µs a text that is new")
    if asked.quick:
        return
    sets = (VISIBLE, SUBTLE, ORDINARY) if asked.tuned else BLIND
    visible, subtle, ordinary = (
        [line for name in names for line in lines_in(name)] for names in sets
    )
    rows: list[tuple[str, Sequence[str], Check]] = [
        ("case lines with a visible sign, seen", visible, seen),
        ("case lines without one, seen", subtle, seen),
        ("ordinary lines, not withheld", ordinary, not_withheld),
        ("ordinary lines, not asked about", ordinary, not_asked),
        ("citizen service numbers, seen", lines_in("bsn"), is_citizen),
        ("other numbers, left alone", lines_in("not_bsn"), lambda line: not is_citizen(line)),
        ("refused headers, seen", lines_in("headers_refused"), is_refused),
        ("other headers, left alone", lines_in("headers_innocent"), is_left_alone),
    ]
    for name, lines, check in rows:
        print(f"{name:40s} {share(lines, check, asked.tuned)}")


if __name__ == "__main__":
    main()
