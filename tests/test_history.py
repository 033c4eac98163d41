"""Looking back and bringing back: every change has its line, and any run can be had again."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.crash_site import NOW, TODAY, Site
from tests.nights import Nights
from trustbook.cli import main
from trustbook.errors import UsageError
from trustbook.night.keeping import Keeper
from trustbook.past import of_row, of_runs, restore
from trustbook.reading.listing import find_lists
from trustbook.workbooks.base import CellEdit
from trustbook.workbooks.excel import files


def test_every_change_has_its_line(tmp_path: Path) -> None:
    nights = Nights(tmp_path)
    nights.night()
    identity = str(nights.rows()[2][0])
    nights.rows()[2][3] = "elsewhere"
    nights.night()
    del nights.sheet("Partners")[3]
    nights.night()
    with nights.ledger() as ledger:
        lines = of_row(ledger, identity, "en")
        assert [(line.run, line.what, line.column, line.old, line.new) for line in lines] == [
            (1, "added", None, None, None),
            (2, "changed", "Area", "Area 2", "elsewhere"),
            (3, "archived", None, None, None),
        ]
        assert {line.source for line in lines[1:]} == {"network"}
        assert [run["run"] for run in of_runs(ledger)] == [1, 2, 3]
        with pytest.raises(UsageError):
            of_row(ledger, "P-NONE", "en")


def areas(site: Site) -> dict[object, object]:
    listing = find_lists(site.book().read().grids)["partners"]
    return dict(zip(listing.get("name"), listing.get("area"), strict=True))


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Three runs: as it began; one area typed; another typed, a row gone and a row new."""
    site = Site(tmp_path)
    site.sync()
    site.type_area(1, "first")
    site.sync()
    site.type_area(1, "second")
    width = len(find_lists(site.book().read().grids)["partners"].columns)
    site.type(*(CellEdit("Partners", 2 + 4, column, None) for column in range(1, width + 1)))
    site.add("Partners", {2: "Newcomer"})
    site.sync()
    return site


def bring_back(site: Site, run: int) -> Path | None:
    done = restore(site.book(), run, Keeper(site.memory), TODAY, NOW + timedelta(days=1), "en")
    assert done.aside is not None and done.aside.is_file(), "today's file is kept"
    return done.backup


def check_brought_back(site: Site) -> None:
    assert areas(site)["Partner 1"] == "first"
    assert "Partner 4" in areas(site)
    assert "Newcomer" not in areas(site)
    site.check_after_a_good_run()
    assert not site.sync().changed


def test_a_run_is_brought_back_with_its_file(site: Site) -> None:
    backup = bring_back(site, 2)
    assert backup is not None
    site.typed = {}
    check_brought_back(site)


def test_a_run_is_brought_back_without_its_file(site: Site) -> None:
    for copy in files.backups_of(site.path).iterdir():
        copy.unlink()
    assert bring_back(site, 2) is None
    site.typed = {}
    check_brought_back(site)


def test_a_backup_that_was_touched_is_not_trusted(site: Site) -> None:
    for copy in files.backups_of(site.path).iterdir():
        copy.write_bytes(copy.read_bytes() + b" ")
    assert bring_back(site, 2) is None
    site.typed = {}
    check_brought_back(site)


def test_bringing_back_can_be_taken_back(site: Site) -> None:
    bring_back(site, 2)
    bring_back(site, 3)
    assert areas(site)["Partner 1"] == "second"
    assert "Newcomer" in areas(site) and "Partner 4" not in areas(site)


def test_a_destroyed_workbook_is_brought_back(site: Site) -> None:
    site.path.write_bytes(b"")
    assert bring_back(site, 3) is not None
    assert areas(site)["Partner 1"] == "second"


def test_an_unknown_run_is_refused(site: Site) -> None:
    before = site.path.read_bytes()
    with pytest.raises(UsageError):
        restore(site.book(), 99, Keeper(site.memory), TODAY, NOW, "en")
    assert site.path.read_bytes() == before


Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(site: Site, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("TRUSTBOOK_DATA", str(site.memory))
    monkeypatch.chdir(site.path.parent)

    def run(*arguments: str) -> tuple[int, str]:
        code = main([*arguments])
        return code, capsys.readouterr().out

    return run


def test_the_commands(run: Run, site: Site) -> None:
    code, out = run("history", "network.xlsx", "--json")
    runs = json.loads(out)["runs"]
    assert code == 0 and [one["run"] for one in runs] == [1, 2, 3]
    identity = str(find_lists(site.book().read().grids)["partners"].get("id")[1])
    code, out = run("history", "network.xlsx", identity, "--json")
    assert [event["new"] for event in json.loads(out)["events"] if event["column"]] == ["first", "second"]
    assert run("history", "network.xlsx")[0] == run("history", "network.xlsx", identity, "--lang", "nl")[0] == 0
    assert run("history", "network.xlsx", "P-NONE")[0] == 2
    code, out = run("restore", "network.xlsx", "--run", "2", "--json")
    assert code == 0 and Path(json.loads(out)["kept_aside"]).is_file()
    assert run("restore", "network.xlsx", "--run", "77")[0] == 2


def test_a_moment_waits_while_the_workbook_is_open(run: Run, site: Site) -> None:
    owner = site.path.with_name("~$network.xlsx")
    owner.write_bytes(bytes(165))
    assert run("log", "network.xlsx", "--with", "Partner 2", "--topic", "coffee")[0] == 5
    owner.unlink()
    code, out = run("sync", "network.xlsx", "--json")
    assert code == 0 and json.loads(out)["workbooks"][0]["rows_added"] == 1
    listing = find_lists(site.book().read().grids)["moments"]
    assert listing.get("topic")[-1] == "coffee" and listing.get("id")[-1]
    assert json.loads(run("sync", "network.xlsx", "--json")[1])["changed"] is False


def test_two_workbooks_from_the_settings(run: Run, site: Site) -> None:
    second = site.path.with_name("second.xlsx")
    second.write_bytes(site.path.read_bytes())
    site.path.with_name("trustbook.toml").write_text(
        '[book.network]\nworkbooks = ["network.xlsx", "second.xlsx"]\nlanguage = "en"\n', encoding="utf-8"
    )
    assert run("sync")[0] == 0
    site.type_area(2, "from the first")
    code, out = run("sync", "network", "--json")
    assert code == 0 and json.loads(out)["changed"]
    assert areas_of(second)["Partner 2"] == "from the first"
    second.rename(site.path.with_name("away.xlsx"))
    site.type_area(2, "while away")
    assert run("sync")[0] == 5
    site.path.with_name("away.xlsx").rename(second)
    assert run("sync")[0] == 0
    assert areas_of(second)["Partner 2"] == "while away"
    assert json.loads(run("sync", "--json")[1])["changed"] is False


def areas_of(path: Path) -> dict[object, object]:
    from trustbook.workbooks.excel import ExcelWorkbook

    listing = find_lists(ExcelWorkbook(path).read().grids)["partners"]
    return dict(zip(listing.get("name"), listing.get("area"), strict=True))
