"""trustbook from Python: the four names of the package, twice in a row and on a real file."""

import shutil
from datetime import date
from pathlib import Path

import pytest

import trustbook
from trustbook.demo import make_sample
from trustbook.errors import UsageError

TODAY = date(2026, 9, 30)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sample") / "network.xlsx"
    make_sample(path, "en", TODAY)
    return path


@pytest.fixture
def path(sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / "data"))
    return Path(shutil.copy(sample, tmp_path))


def test_sync_assess_and_quarter(path: Path) -> None:
    assert trustbook.sync(path, TODAY).changed
    assert not trustbook.sync(str(path), TODAY).changed, "the second call is the same function"
    book = trustbook.open_book(path, TODAY)
    frame = trustbook.assess(book, TODAY)
    assert len(frame) == len(book.partners) and set(frame["status"]) >= {"warm", "cold"}
    assert str(frame["due"].dtype).startswith("datetime64")
    assert frame.loc[frame["status"] == "new", "silence_days"].isna().all()
    assert frame["risk"].dropna().between(0, 1).all()
    figures = trustbook.quarter(book, "2026Q2", TODAY)
    assert figures.edition == "team"
    with pytest.raises(UsageError):
        trustbook.quarter(book, "2026Q9", TODAY)


def test_an_empty_book_gives_an_empty_frame_of_the_same_columns(path: Path) -> None:
    book = trustbook.open_book(path, TODAY)
    full = trustbook.assess(book, TODAY)
    book.partners.clear()
    book.moments.contact_partner.clear()
    book.moments.contact_moment.clear()
    empty = trustbook.assess(book, TODAY)
    assert list(empty.columns) == list(full.columns) and empty.empty


def test_every_public_name_says_what_it_does() -> None:
    for name in trustbook.__all__:
        assert getattr(trustbook, name).__doc__, name
