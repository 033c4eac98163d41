"""What holds for all tests."""

import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from coverage import Coverage
from hypothesis import settings

# A busy machine must not fail a test: no example has a deadline on the wall clock. The gate asks
# the same questions every time, so that a change is judged by itself, and half as many; at home and
# in the long searches of scripts/ they are new each time.
settings.register_profile("calm", deadline=None)
settings.register_profile("gate", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("gate" if os.environ.get("CI") else "calm")

# Running in parallel sets a width for the terminal; what a command prints must not depend on that.
os.environ.pop("COLUMNS", None)


# Files and tests that trace nothing, one a line: "test_x.py" or "test_x.py::test_it".
UNTRACED = Path(__file__).parent / "untraced.txt"


def untraced() -> set[str]:
    """What is listed as tracing nothing: files, and tests of a file."""
    lines = (line.partition("#")[0].strip() for line in UNTRACED.read_text("utf-8").splitlines())
    return {line for line in lines if line}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is listed; a test that nobody listed is traced."""
    listed = untraced()
    for item in items:
        test = item.nodeid.partition("[")[0].removeprefix("tests/")
        if listed & {test, test.partition("::")[0]}:
            item.add_marker("untraced")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, bool, bool]:
    """Trace no test that plays many nights or repeats what quicker ones reach: that takes half as
    long again, and what only chance reaches is no proof of a line.
    """
    tracer = Coverage.current() if item.get_closest_marker("untraced") else None
    if tracer is not None:
        tracer.stop()
    try:
        return (yield)
    finally:
        if tracer is not None:
            tracer.start()


@pytest.fixture(autouse=True)
def _nothing_typed_before() -> None:
    """A command that a test calls by itself speaks the language of its own book."""
    from trustbook.cli import typed

    typed.words.clear()


@pytest.fixture(autouse=True, scope="session")
def _memory_of_their_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what tests make trustbook remember away from the memory of whoever runs them."""
    before = os.environ.get("TRUSTBOOK_DATA")
    os.environ["TRUSTBOOK_DATA"] = str(tmp_path_factory.mktemp("memory"))
    yield
    if before is None:
        del os.environ["TRUSTBOOK_DATA"]
    else:
        os.environ["TRUSTBOOK_DATA"] = before


@pytest.fixture
def says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Runs a command in an own folder, in English, on 30 September 2026: code, stdout, stderr."""
    from trustbook.cli.main import main

    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)

    def run(*words: str, today: str = "2026-09-30") -> tuple[int, str, str]:
        capsys.readouterr()
        code = main([*words, "--today", today, "--lang", "en"])
        out, err = capsys.readouterr()
        return code, out, err

    return run
