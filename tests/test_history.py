"""Looking back and bringing back: every change has its line, and any run can be had again."""

from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.crash_site import NOW, TODAY, Site
from tests.kept_folder import KeptFolder
from tests.nights import Nights
from trustbook.cli.main import main
from trustbook.errors import Busy, SafetyStop, TrustbookError, UsageError
from trustbook.ledger import Ledger
from trustbook.ledger.locate import LedgerLocator
from trustbook.places import local as files
from trustbook.reading.lists import find_lists
from trustbook.run.history import of_row, of_runs
from trustbook.run.restore import restore
from trustbook.snapshot import CellEdit


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
        assert {line.source for line in lines} == {"network"}
        assert of_row(ledger, identity.lower(), "en") == lines
        assert [run["run"] for run in of_runs(ledger)] == [1, 2, 3]
        with pytest.raises(UsageError):
            of_row(ledger, "P-NONE", "en")


def areas(site: Site) -> dict[object, object]:
    listing = find_lists(site.book().read().grids)["partners"]
    return dict(zip(listing.get("name"), listing.get("area"), strict=True))


@pytest.fixture(scope="module")
def kept_site(tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, KeptFolder]:
    """Three runs: as it began; one area typed; another typed, a row gone and a row new."""
    folder = tmp_path_factory.mktemp("site")
    site = Site(folder)
    site.sync()
    site.type_area(1, "first")
    site.sync()
    site.type_area(1, "second")
    width = len(find_lists(site.book().read().grids)["partners"].columns)
    site.type(*(CellEdit("Partners", 2 + 4, column, None) for column in range(1, width + 1)))
    site.add("Partners", {2: "Newcomer"})
    site.sync()
    return site, KeptFolder(folder)


@pytest.fixture
def site(kept_site: tuple[Site, KeptFolder]) -> Site:
    """The three runs."""
    site, kept = kept_site
    kept.put_back()
    site.now, site.typed = NOW, {"Partner 1": "second"}
    return site


Run = Callable[..., tuple[int, str]]


def bring_back(site: Site, run: int) -> Path | None:
    site.now = NOW + timedelta(days=1)
    done = restore(site.book(), run, LedgerLocator(site.memory), TODAY, site.now, "en")
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
        restore(site.book(), 99, LedgerLocator(site.memory), TODAY, NOW, "en")
    assert site.path.read_bytes() == before


def shows(site: Site) -> dict[str, list[list[object]]]:
    """All that people type, and the IDs, sheet by sheet; in what order does not matter."""
    lists = find_lists(site.book().read().grids)
    return {
        name: sorted(
            (
                [listing.get(c.key)[i] for c in listing.sheet.columns if c.owner != "derived"]
                for i in range(len(listing.rows))
            ),
            key=repr,
        )
        for name, listing in lists.items()
    }


@pytest.mark.parametrize("with_copies", [True, False])
def test_every_run_of_a_story_comes_back(tmp_path: Path, with_copies: bool) -> None:
    """Rows that were new in a run and edited later among them: they have no ID yet in the file that
    run found.
    """
    site = Site(tmp_path, partners=6)
    site.sync()
    story = {1: shows(site)}
    moments = find_lists(site.book().read().grids)["moments"]
    steps: tuple[Callable[[], None], ...] = (
        lambda: site.type_area(1, "first"),
        lambda: site.add("Partners", {2: "Newcomer"}),
        lambda: site.type_area(6, "of the newcomer"),
        lambda: site.type(CellEdit("Moments", 2, moments.columns["topic"], "coffee")),
        lambda: site.type(*(CellEdit("Partners", 4, column, None) for column in range(1, 20))),
        lambda: site.type(
            CellEdit("Partners", 2, 2, "Renamed"), CellEdit("Moments", 3, 2, date(2026, 7, 1))
        ),
    )
    for number, step in enumerate(steps, 2):
        step()
        assert site.sync().changed
        story[number] = shows(site)
    used: list[bool] = []
    for number in (1, 7, 3, 2, 6, 1) if with_copies else (1, 7, 3, 6):
        if not with_copies:
            shutil.rmtree(files.backups_of(site.path))
        used.append(bring_back(site, number) is not None)
        assert shows(site) == story[number], number
        assert not site.sync().changed
    # Copies are not kept for ever: the last of these come back cell by cell.
    assert used[:4] == [with_copies] * 4


def test_edits_since_the_last_run_go_into_the_memory_before_cells_are_written_back(
    site: Site,
) -> None:
    shutil.rmtree(files.backups_of(site.path))
    before = shows(site)
    site.type_area(1, "never synced")
    site.add("Partners", {2: "Never synced"})
    bring_back(site, 3)
    assert shows(site) == before
    with Ledger(memory(site)) as ledger:
        assert "never synced" in {event.new for _, _, event in ledger.journal()}


def test_a_run_is_brought_back_with_the_file_it_left(site: Site) -> None:
    """The file that a run found is gone; the next night, nobody having typed since, found the file
    it left.
    """
    site.sync_on(TODAY + timedelta(days=1))
    found, *_, left = files.backups(site.path)
    for copy in files.backups(site.path):
        if copy != left:
            copy.unlink()
    assert found != left
    assert bring_back(site, 3) == left
    assert areas(site)["Partner 1"] == "second"


def memory(site: Site) -> Path:
    return next(iter(site.memory.glob("*.ledger")))


@contextmanager
def left_alone(site: Site) -> Iterator[None]:
    """Neither the workbook nor the memory may change, and nothing may be left beside them."""

    def state() -> object:
        with Ledger(memory(site), reads_only=True) as ledger:
            rows = [
                (ledger.records(sheet), ledger.archived(sheet)) for sheet in ("partners", "moments")
            ]
            return ledger.runs(), ledger.journal(), rows, ledger.prepared()

    def beside() -> set[str]:
        found = {path for folder in (site.path.parent, site.memory) for path in folder.iterdir()}
        return {path.name for path in found} - {files.backups_of(site.path).name}

    before = site.path.read_bytes(), state(), beside()
    yield
    assert (site.path.read_bytes(), state(), beside()) == before


@pytest.mark.parametrize("with_copies", [True, False])
def test_an_open_workbook_is_left_alone(site: Site, with_copies: bool) -> None:
    if not with_copies:
        shutil.rmtree(files.backups_of(site.path))
    site.path.with_name("~$network.xlsx").write_bytes(bytes(165))
    with left_alone(site), pytest.raises(Busy) as busy:
        restore(site.book(), 2, LedgerLocator(site.memory), TODAY, NOW, "en")
    assert "network.xlsx" in busy.value.sentence("nl")


@pytest.mark.parametrize("with_copies", [True, False])
@pytest.mark.parametrize("at", ["read", "temporary", "backup"])
def test_what_cannot_be_written_is_taken_back(site: Site, with_copies: bool, at: str) -> None:
    """The disk is full when the workbook is told: memory, file and folder are as they were."""
    if not with_copies:
        shutil.rmtree(files.backups_of(site.path))

    def full(name: str) -> None:
        if name == at:
            raise OSError(errno.ENOSPC, "No space left on device")

    with left_alone(site), pytest.raises((TrustbookError, OSError)):
        restore(site.book(full), 2, LedgerLocator(site.memory), TODAY, NOW, "en")
    bring_back(site, 2)
    site.typed = {}
    check_brought_back(site)


def test_what_was_typed_since_the_last_run_is_told_and_remembered(run: Run, site: Site) -> None:
    """A row nobody synced yet goes with the file that is put aside; the memory has it all the
    same.
    """
    site.add("Moments", {2: date(2026, 9, 20), 3: "Partner 1", 10: "typed since"})
    dry = run("restore", "network.xlsx", "--run", "2", "--dry-run", "--lang", "en")
    assert dry[0] == 0 and "saved since the last sync" in dry[1]
    code, out = run("restore", "network.xlsx", "--run", "2", "--json")
    assert code == 0 and json.loads(out)["rows_left_out"] == 2
    with Ledger(next(site.memory.glob("*.ledger")), reads_only=True) as ledger:
        assert any("typed since" in text for text in ledger.records("moments").values())


def test_nothing_is_brought_back_while_the_clock_is_behind(site: Site) -> None:
    """What a restore writes would bear a date before the runs that it takes back."""
    with left_alone(site), pytest.raises(SafetyStop) as stop:
        early = NOW - timedelta(days=700)
        restore(site.book(), 2, LedgerLocator(site.memory), TODAY, early, "en")
    assert "clock" in stop.value.sentence("en")
    # What it prints is a sync: after that one the clock is right, and the restore can be had.
    assert f"--accept {700 * 24 * 60}" in stop.value.sentence("en")
    bring_back(site, 2)


def test_a_killed_restore_leaves_nothing_behind(site: Site) -> None:
    memory = next(site.memory.glob("*.ledger"))
    left = memory.with_name(f"{memory.name}.before")
    shutil.copy(memory, left)
    site.type_area(2, "third")
    site.sync()
    assert not left.exists()


def test_a_workbook_that_is_gone_is_brought_back(run: Run, site: Site) -> None:
    site.path.unlink()
    code, _ = run("restore", "network.xlsx", "--run", "3", "--lang", "en")
    assert code == 0 and areas(site)["Partner 1"] == "second"
    assert not files.asides(site.path)


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
    assert [event["new"] for event in json.loads(out)["events"] if event["column"]] == [
        "first",
        "second",
    ]
    assert (
        run("history", "network.xlsx")[0]
        == run("history", "network.xlsx", identity, "--lang", "nl")[0]
        == 0
    )
    assert run("history", "network.xlsx", "P-NONE")[0] == 2
    assert run("history", "network.xlsx", "partner 1", "--json") == (0, out), "by its name as well"
    shown = run("history", "network.xlsx", "--lang", "en")[1]
    assert all("written" in line or "new or changed" in line for line in shown.splitlines()[3:6])
    before = site.path.read_bytes()
    dry = run("restore", "network.xlsx", "--run", "2", "--dry-run", "--lang", "en")
    assert dry[0] == 0 and "Back to run 2: 1 row and 1 change that came later" in dry[1]
    assert site.path.read_bytes() == before, "nothing was done"
    code, out = run("restore", "network.xlsx", "--run", "2", "--json")
    assert json.loads(out)["edits_left_out"] == 1 and json.loads(out)["rows_left_out"] == 1
    assert code == 0 and Path(json.loads(out)["kept_aside"]).is_file()
    assert run("restore", "network.xlsx", "--run", "77")[0] == 2


def test_the_words_of_history(run: Run, site: Site) -> None:
    listing = find_lists(site.book().read().grids)["partners"]
    site.type(
        CellEdit("Partners", 3, listing.columns["since"], date(2025, 1, 2)),
        CellEdit("Health", 4, 7, "call them"),
    )
    run("sync", "network.xlsx")
    site.path.with_name("~$network.xlsx").write_bytes(bytes(165))
    assert run("log", "network.xlsx", "--with", "Partner 2", "--topic", "waits a while")[0] == 5
    assert run("restore", "network.xlsx", "--run", "2")[0] == 5
    whole = json.loads(run("history", "network.xlsx", "--json")[1])
    assert [line["new"] for line in whole["typed"]] == ["call them"]
    assert [one["topic"] for one in whole["waiting"]] == ["waits a while"]
    shown = run("history", "network.xlsx")[1]
    assert "call them" in shown and "waits a while" in shown
    assert run("history", "network.xlsx", whole["waiting"][0]["id"])[0] == 0
    assert "call them" in run("history", "network.xlsx", "g4")[1]
    site.path.with_name("~$network.xlsx").unlink()
    identity = str(listing.get("id")[1]).lower()
    assert "02-01-2025" in run("history", "network.xlsx", identity)[1]
    assert "2025-01-02" in run("history", "network.xlsx", identity, "--json")[1]
    assert run("history", "network.xlsx", "LANGUAGE")[0] == 2, "no row by that name"
    assert run("restore", "network.xlsx", "--run", "2")[0] == 0
    assert "back to run 2" in run("history", "network.xlsx", "--lang", "en")[1]
    assert "teruggezet naar ronde 2" in run("history", "network.xlsx", "--lang", "nl")[1]


def test_a_value_that_was_not_chosen_has_its_words(run: Run, site: Site) -> None:
    second = site.path.with_name("second.xlsx")
    second.write_bytes(site.path.read_bytes())
    site.path.with_name("trustbook.toml").write_text(
        '[book.network]\nworkbooks = ["network.xlsx", "second.xlsx"]\nlanguage = "en"\n',
        encoding="utf-8",
    )
    run("sync")
    site.type_area(1, "says one")
    other = Site.__new__(Site)
    other.path, other.memory, other.typed = second, site.memory, {}
    other.type_area(1, "says another")
    run("sync")
    keep = next(grid for grid in site.book().read().grids if grid.title == "Conflicts")
    head = next(i for i, row in enumerate(keep.rows) if "Keep (here or there)" in row)
    column = keep.rows[head].index("Keep (here or there)")
    site.type(CellEdit("Conflicts", keep.first_row + head + 1, keep.first_column + column, "here"))
    assert run("sync")[0] == 0
    identity = str(find_lists(site.book().read().grids)["partners"].get("id")[1])
    code, out = run("history", "network", identity)
    assert code == 0 and "not chosen" in out and "says another" in out


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
        '[book.network]\nworkbooks = ["network.xlsx", "second.xlsx"]\nlanguage = "en"\n',
        encoding="utf-8",
    )
    assert run("sync")[0] == 0
    site.type_area(2, "from the first")
    code, out = run("sync", "network", "--json")
    assert code == 0 and json.loads(out)["changed"]
    assert areas_of(second)["Partner 2"] == "from the first"
    second.rename(site.path.with_name("away.xlsx"))
    site.type_area(2, "while away")
    assert run("sync")[0] == 4
    site.path.with_name("away.xlsx").rename(second)
    assert run("sync")[0] == 0
    assert areas_of(second)["Partner 2"] == "while away"
    assert json.loads(run("sync", "network", "--json")[1])["changed"] is False


def areas_of(path: Path) -> dict[object, object]:
    from trustbook.workbooks.excel import ExcelWorkbook

    listing = find_lists(ExcelWorkbook(path).read().grids)["partners"]
    return dict(zip(listing.get("name"), listing.get("area"), strict=True))
