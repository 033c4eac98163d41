"""The command `overview`: which days, which form, where the file goes, and when it is due."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from tests.overviews import story
from trustbook.cli import typed
from trustbook.cli.overview import overview
from trustbook.columns import MOMENTS, PARTNERS, PEOPLE
from trustbook.errors import NoAccess, SafetyStop, UsageError
from trustbook.ledger.locate import Arrival, LedgerLocator
from trustbook.overview.period import Span, choose, due_on, read_quarter
from trustbook.overview.published import read_published
from trustbook.run.sync import run_sync
from trustbook.workbooks import open_workbook
from trustbook.workbooks.template import new_workbook


@pytest.fixture
def workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The hand-counted quarter as an Excel file, in a folder of its own that is the current one."""
    path = tmp_path / "netwerk.xlsx"
    new_workbook(path, "nl")
    book = openpyxl.load_workbook(path)
    tale = story()
    for word, sheet in (("partner", PARTNERS), ("persoon", PEOPLE), ("moment", MOMENTS)):
        page = book[sheet.label("nl")]
        heads = [cell.value for cell in page[1]]
        for number, row in enumerate(tale.rows[word], start=2):
            for name, value in row.items():
                page.cell(number, heads.index(name) + 1, value)
    book.save(path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path.parent / f"{tmp_path.name}-data"))
    return path


@pytest.fixture
def synced(workbook: Path) -> Path:
    """The same, after the sync of the last morning of the quarter: a book with a memory."""
    keeper = LedgerLocator(workbook.parent.parent / f"{workbook.parent.name}-data")
    now = datetime(2026, 9, 30, 7, 0).astimezone()
    run_sync(open_workbook(str(workbook)), date(2026, 9, 30), now, keeper=keeper)
    return workbook


def run(*arguments: str) -> None:
    typed.words[:] = ["overview", *arguments]
    overview.main(args=[*arguments], standalone_mode=False)


def test_the_last_full_quarter_for_everybody_is_what_one_gets(
    synced: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workbook = synced
    before = workbook.read_bytes()
    run(str(workbook), "--today", "2026-10-05")
    page = workbook.with_name("overzicht-2026Q3-openbaar.html")
    said = capsys.readouterr()
    assert said.out == "" and said.err.strip() == f"Het overzicht staat hier: {page}"
    assert "Van de 7 relaties zijn er 2 warm" in page.read_text(encoding="utf-8")
    assert workbook.read_bytes() == before


@pytest.mark.parametrize("form", ["html", "docx", "md"])
def test_the_form_follows_from_the_option_or_the_name(synced: Path, form: str) -> None:
    workbook = synced
    run(str(workbook), "--today", "2026-10-05", "--quarter", "2026Q3", "--format", form, "--quiet")
    run(
        str(workbook),
        "--today",
        "2026-10-05",
        "--quarter",
        "2026K3",
        "-o",
        f"stuk.{form}",
        "--quiet",
    )
    first, second = (
        workbook.with_name(f"overzicht-2026Q3-openbaar.{form}"),
        workbook.with_name(f"stuk.{form}"),
    )
    assert first.read_bytes() == second.read_bytes()


def test_json_tells_what_the_edition_may_show(
    synced: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workbook = synced
    run(str(workbook), "--today", "2026-10-05", "--json", "--lang", "en")
    told = json.loads(capsys.readouterr().out)
    assert told["schema_version"] == 1 and told["file"] == "overview-2026Q3-public.html"
    assert told["warm"] == {"now": 2, "before": 4} and told["relations"] == {"now": 7, "before": 7}
    assert told["sunny_with_civil_society"] == {"now": None, "before": None}
    assert told["moved"] == dict.fromkeys(("warmed", "cooled", "new", "lost"))
    run(str(workbook), "--today", "2026-10-05", "--json", "--edition", "team")
    assert json.loads(capsys.readouterr().out)["sunny_with_civil_society"] == {
        "now": 1,
        "before": 2,
    }


def test_without_a_memory_no_public_overview_is_made(workbook: Path) -> None:
    """Nothing could be remembered of it, for the next one to be checked with."""
    with pytest.raises(SafetyStop) as caught:
        run(str(workbook), "--today", "2026-10-05")
    assert caught.value.exit_code == 3
    assert "Hier is nog geen geheugen van dit boek" in caught.value.sentence("nl")
    run(str(workbook), "--today", "2026-10-05", "--edition", "team", "-o", "team.md", "--quiet")
    assert sorted(path.name for path in workbook.parent.iterdir()) == ["netwerk.xlsx", "team.md"]


def test_a_public_overview_is_remembered_as_counts(synced: Path) -> None:
    """The last one of a quarter made before the first of the next; other editions are none."""

    def remembered() -> list[tuple[str, str]]:
        keeper = LedgerLocator(synced.parent.parent / f"{synced.parent.name}-data")
        ledger = keeper.memory(Arrival(str(synced), synced.name, {}))
        assert ledger is not None
        with ledger:
            pages = read_published(ledger.facts("published"))
            assert "Moskee" not in " ".join(ledger.facts("published").values())
        return [(page.span.slug, page.made.isoformat()) for page in pages]

    def make(quarter: str, day: str) -> None:
        run(str(synced), "--quarter", quarter, "--today", day, "-o", "stuk.md", "--quiet")

    run(str(synced), "--edition", "team", "-o", "team.md", "--today", "2026-10-02", "--quiet")
    assert remembered() == []
    make("2026Q2", "2026-10-02")
    make("2026Q2", "2026-10-03")
    make("2026Q3", "2026-10-05")
    assert remembered() == [("2026Q2", "2026-10-03"), ("2026Q3", "2026-10-05")]
    make("2026Q2", "2026-10-06")
    assert remembered()[:2] == [("2026Q2", "2026-10-03"), ("2026Q3", "2026-10-05")]


def test_what_cannot_be_remembered_is_not_published(
    synced: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_access(*_: object) -> None:
        raise NoAccess("ledger.no_rights", path="geheugen", what="x")

    stood = sorted(path.name for path in synced.parent.iterdir())
    monkeypatch.setattr("trustbook.ledger.Ledger.publish", no_access)
    with pytest.raises(SafetyStop) as caught:
        run(str(synced), "--today", "2026-10-05")
    assert "Dat lukte niet; daarom is er niets geschreven." in caught.value.sentence("nl")
    assert sorted(path.name for path in synced.parent.iterdir()) == stood


def test_other_days(workbook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(
        str(workbook),
        "--today",
        "2026-10-05",
        "--from",
        "2026-08-01",
        "--to",
        "2026-08-31",
        "--json",
        "--edition",
        "team",
    )
    told = json.loads(capsys.readouterr().out)
    assert (told["from"], told["to"], told["crisis_moments"]) == (
        "2026-08-01",
        "2026-08-31",
        {"now": 1, "before": 0},
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--quarter", "2026Q5"], "is not a quarter"),
        (["--quarter", "2026Q3", "--from", "2026-07-01"], "not both"),
        (["--from", "2026-07-01"], "both --from and --to"),
        (["--from", "2026-07-02", "--to", "2026-07-01"], "the first day first"),
        (["--quarter", "2026Q4"], "still to come"),
        (["--template", "x.docx"], "add --format docx"),
        (["--format", "docx", "--template", "x.docx"], "x.docx is not a Word file"),
        (["-o", "nergens/stuk.html"], "does not exist"),
    ],
)
def test_what_cannot_be_done_is_said(workbook: Path, arguments: list[str], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        run(str(workbook), "--today", "2026-09-30", "--edition", "team", *arguments)
    assert sorted(path.name for path in workbook.parent.iterdir()) == ["netwerk.xlsx"]


def test_a_file_somebody_went_on_writing_in_is_kept(
    synced: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workbook = synced
    arguments = (str(workbook), "--today", "2026-10-05", "--format", "docx")
    run(*arguments)
    run(*arguments)
    made = workbook.with_name("overzicht-2026Q3-openbaar.docx")
    assert [path.name for path in workbook.parent.glob("*.docx")] == [made.name]
    made.write_bytes(b"eigen werk")
    run(*arguments)
    assert made.read_bytes() == b"eigen werk"
    assert workbook.with_name("overzicht-2026Q3-openbaar (2).docx").is_file()
    with pytest.raises(UsageError, match="not a file as trustbook left it"):
        run(*arguments, "-o", made.name)
    assert made.read_bytes() == b"eigen werk"


def test_the_word_template_can_be_had_to_edit(
    workbook: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("--save-template", "eigen.docx")
    run(
        str(workbook),
        "--today",
        "2026-10-05",
        "--format",
        "docx",
        "--template",
        "eigen.docx",
        "-o",
        "stuk.docx",
        "--edition",
        "team",
    )
    assert workbook.with_name("stuk.docx").stat().st_size > 10_000
    with pytest.raises(UsageError):
        run("--save-template", "eigen.docx")


def test_a_schedule_makes_it_once_and_not_too_early(
    synced: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workbook = synced
    page = workbook.with_name("overzicht-2026Q3-openbaar.html")
    again = (str(workbook), "--if-due", "-o", str(workbook.parent))
    run(
        *again, "--today", "2027-01-02"
    )  # a Saturday: the fourth quarter is not due, and the third is over
    assert "wordt gemaakt op 4 januari 2027" in capsys.readouterr().err
    run(*again, "--today", "2026-10-03", "--quarter", "2026Q3")
    assert page.is_file()
    made = page.stat().st_mtime_ns
    run(*again, "--today", "2026-10-04")
    assert "Het was er al" in capsys.readouterr().err and page.stat().st_mtime_ns == made


def test_the_first_working_day_after_a_quarter() -> None:
    days = {
        "2025Q4": date(2026, 1, 2),  # after New Year's Day
        "2026Q4": date(2027, 1, 4),  # after New Year's Day and a weekend
        "2022Q4": date(2023, 1, 2),
        "2024Q1": date(2024, 4, 2),  # after Easter Monday
        "2018Q1": date(2018, 4, 3),  # after Easter Sunday and Monday
        "2026Q1": date(2026, 4, 1),
        "2023Q3": date(2023, 10, 2),
    }
    assert {quarter: due_on(read_quarter(quarter)) for quarter in days} == days


def test_no_public_holiday_is_a_working_day() -> None:
    import holidays

    for year in range(2000, 2100):
        for number in range(1, 5):
            due = due_on(read_quarter(f"{year}Q{number}"))
            assert due not in holidays.country_holidays("NL", years=due.year)


def test_a_quarter_of_days_is_a_quarter() -> None:
    assert choose(None, date(2026, 7, 1), date(2026, 9, 30), date(2026, 10, 1)).quarter == 3
    assert Span(date(2026, 7, 1), date(2026, 9, 29)).quarter is None


def test_the_rhythm_counts_as_the_ledger_knew_it_when_the_quarter_ended(
    workbook: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keeper = LedgerLocator(workbook.parent.parent / f"{workbook.parent.name}-data")
    excel = open_workbook(str(workbook))
    run_sync(excel, date(2026, 9, 25), datetime(2026, 9, 25, 7, 0).astimezone(), keeper=keeper)
    run(str(workbook), "--today", "2026-10-05", "--json")
    before = json.loads(capsys.readouterr().out)
    book = openpyxl.load_workbook(workbook)
    page = book["Partners"]
    for row in page.iter_rows(min_row=2):
        if row[1].value == "Politie Oost":
            row[7].value = "7"  # from now on every week: ten days of silence would be too long
    book.save(workbook)
    run_sync(excel, date(2026, 10, 4), datetime(2026, 10, 4, 7, 0).astimezone(), keeper=keeper)
    run(str(workbook), "--today", "2026-10-05", "--json")
    assert json.loads(capsys.readouterr().out)["status"] == before["status"]
    page_text = workbook.with_name("overzicht-2026Q3-openbaar.html").read_text(encoding="utf-8")
    assert "Ritme, laag en relatiehouder tellen zoals ze waren op 30 september 2026." in page_text
    run(
        str(workbook),
        "--today",
        "2026-10-05",
        "--from",
        "2026-07-01",
        "--to",
        "2026-10-05",
        "--json",
    )
    assert json.loads(capsys.readouterr().out)["status"] != before["status"]
