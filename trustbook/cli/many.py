"""Many books at once: what each needs to be synced in another process, and what it came to."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trustbook.cli import typed
from trustbook.cli.options import Options
from trustbook.errors import UsageError

if TYPE_CHECKING:
    from trustbook.run.jobs import MissedPiece

DEADLINE = 15 * 60.0
"""Seconds that one of many books may take."""
# A process is ended by others only when it did not end the book itself.
_GRACE = 30.0


@dataclass(frozen=True, slots=True)
class BookTask:
    """One book to be synced elsewhere: the command as it was typed, and where."""

    book: str | None
    work: dict[str, Any]
    json: bool
    quiet: bool
    verbose: bool
    today: date
    lang: str | None
    config: Path | None
    words: tuple[str, ...]
    folder: str
    data: str | None

    def options(self) -> Options:
        """The options of the command, for this book."""
        return Options(self.json, self.quiet, self.verbose, self.today, self.lang, self.config)


@dataclass(frozen=True, slots=True)
class BookOutcome:
    """What the sync of one book came to: its exit code, what was printed, and the same as JSON."""

    exit: int
    out: str
    err: str
    told: dict[str, Any]


def tasks_of(books: Sequence[str | None], options: Options, work: dict[str, Any]) -> list[BookTask]:
    """A task for each book, as the command was typed here."""
    config = options.config.absolute() if options.config else None
    return [
        BookTask(
            book,
            work,
            options.json,
            options.quiet,
            options.verbose,
            options.today,
            options.lang,
            config,
            tuple(typed.words),
            str(Path.cwd()),
            os.environ.get("TRUSTBOOK_DATA"),
        )
        for book in books
    ]


def must_be_meant_for_all(work: dict[str, Any], first: str) -> None:
    """Refuse to let something through in every book: it was seen in one."""
    if any(value for name, value in work.items() if name != "dry_run"):
        raise UsageError("allowed_for_one_book", first=first)


def sync_elsewhere(
    done: Callable[[BookTask], BookOutcome],
    missed: Callable[[BookTask, MissedPiece], BookOutcome],
    tasks: Sequence[BookTask],
    options: Options,
    jobs: int,
    scheduler: str | None,
) -> list[BookOutcome]:
    """Do the tasks in ``jobs`` processes, or on the cluster of ``scheduler``; the outcomes in the
    order of the books.

    What each prints is printed here when it is done. ``missed`` makes the outcome of one that has
    none.
    """
    from trustbook.cli import console
    from trustbook.run.cluster import on_cluster
    from trustbook.run.jobs import MissedPiece, in_processes

    if scheduler:
        found = on_cluster(done, tasks, scheduler, DEADLINE + _GRACE)
    else:
        found = in_processes(done, tasks, jobs, DEADLINE + _GRACE)
    outcomes: dict[int, BookOutcome] = {}
    with console.progress(options.quiet, lambda text: text.removeprefix("step_")) as step:
        for at, outcome in found:
            if isinstance(outcome, MissedPiece):
                outcome = missed(tasks[at], outcome)
            outcomes[at] = outcome
            _print(outcome)
            step(options.say("books_done", done=len(outcomes), count=len(tasks)))
    return [outcomes[at] for at in range(len(tasks))]


def _print(outcome: BookOutcome) -> None:
    from trustbook.cli import console

    for line in outcome.out.splitlines():
        console.out(line)
    for line in outcome.err.splitlines():
        console.tell(line)


@contextmanager
def in_place_of(task: BookTask) -> Iterator[tuple[io.TextIOWrapper, io.TextIOWrapper]]:
    """Be where a task was typed, with its words and its data folder; what is printed is kept."""
    before = list(typed.words), Path.cwd(), os.environ.get("TRUSTBOOK_DATA")
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="\n") for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err):
        typed.words[:] = task.words
        with suppress(OSError):  # another machine: its books have whole addresses
            os.chdir(task.folder)
        _set_data_folder(task.data)
        try:
            yield out, err
        finally:
            typed.words[:] = before[0]
            os.chdir(before[1])
            _set_data_folder(before[2])


def _set_data_folder(folder: str | None) -> None:
    if folder is None:
        os.environ.pop("TRUSTBOOK_DATA", None)
    else:
        os.environ["TRUSTBOOK_DATA"] = folder


def printed_to(stream: io.TextIOWrapper) -> str:
    """All that was printed to a stream that in_place_of keeps."""
    stream.flush()
    kept = stream.buffer
    assert isinstance(kept, io.BytesIO)
    return kept.getvalue().decode("utf-8")
