"""What holds for all tests."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine must not fail a test: no example has a deadline on the wall clock. The gate asks
# the same questions every time, so that a change is judged by itself, and half as many; at home and
# in the long searches of scripts/ they are new each time.
settings.register_profile("calm", deadline=None)
settings.register_profile("gate", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("gate" if os.environ.get("CI") else "calm")

# Running in parallel sets a width for the terminal; what a command prints must not depend on that.
os.environ.pop("COLUMNS", None)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds ``--reached FILE``, which the gate asks for."""
    parser.addoption("--reached", metavar="FILE", help="write there which lines and branches ran")


def pytest_configure(config: pytest.Config) -> None:
    """Where that is asked for, see which of trustbook's lines and branches run."""
    if config.option.reached:
        from reached import Reached

        config.pluginmanager.register(Reached(Path(config.option.reached)))


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
