"""The commands as people and machines use them: on real files, with real exit codes, on narrow and
old consoles.
"""

import json
import os
import shutil
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.present import present
from trustbook.cli.main import main

TODAY = "2026-09-30"


class Run:
    """What one command printed and how it ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self) -> dict[str, Any]:
        data: dict[str, Any] = json.loads(self.out)
        assert data["schema_version"] == 1
        return data


@pytest.fixture
def trustbook(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Any:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / "data"))

    def run(*arguments: str) -> Run:
        capsys.readouterr()
        code = main(list(arguments))
        shown = capsys.readouterr()
        return Run(code, shown.out, shown.err)

    return run


@pytest.fixture
def book(trustbook: Any, tmp_path: Path) -> Path:
    """A small Dutch book made by init and filled in by hand."""
    path = tmp_path / "netwerk.xlsx"
    assert trustbook("init", "netwerk.xlsx", "--lang", "nl").code == 0
    file = openpyxl.load_workbook(path)
    fill(
        file["Partners"],
        [
            ["Naam", "Laag", "Ritme", "Relatiehouder"],
            ["Politie Noord", "kern lokaal", None, "Anja"],
            ["Moskee El Noor", "maatschappelijk middenveld", "8 weken", "Anja"],
            ["GGD", "breed lokaal", "soms", None],
        ],
    )
    fill(
        file["Contactmomenten"],
        [
            ["Datum", "Met", "Weer", "Onderwerp"],
            [date(2026, 9, 20), "Politie Noord", "zonnig", "koffie"],
            ["3-4-2026", "Moskee El Noor; Politie Noord", None, "kennismaking"],
            ["1-9-2026", "GGD en meer", None, None],
        ],
    )
    file.save(path)
    return path


def fill(sheet: Any, rows: list[list[Any]]) -> None:
    """Type rows under the headers of a sheet made by init; the first row names the columns."""
    columns = {cell.value: present(cell.column) for cell in sheet[1]}
    for number, row in enumerate(rows[1:], start=2):
        for name, value in zip(rows[0], row, strict=True):
            if value is not None:
                sheet.cell(number, columns[name], value)
    last = max(sheet.max_row, len(rows))
    for table in sheet.tables.values():
        first, _, end = table.ref.partition(":")
        table.ref = table.autoFilter.ref = f"{first}:{end.rstrip('0123456789')}{last}"


def day(value: object) -> date:
    """The day of a cell that holds a date, which openpyxl reads as a moment."""
    assert isinstance(value, datetime)
    return value.date()


def test_sync_writes_verdicts_and_a_second_one_leaves_every_byte(
    trustbook: Any, book: Path
) -> None:
    first = trustbook("sync", "netwerk.xlsx", "--today", TODAY, "--json").json
    assert first["changed"] is True and first["dry_run"] is False
    assert first["workbooks"][0]["rows_read"] >= 6 and first["workbooks"][0]["requests"] == 0
    file = openpyxl.load_workbook(book)
    assert [
        name
        for name in ("Begin hier", "Relatiestatus", "Wie bellen", "Te controleren")
        if name not in file.sheetnames
    ] == []
    partners = file["Partners"]
    headers = {cell.value: present(cell.column) for cell in partners[1]}
    assert partners.cell(2, headers["Status"]).value == "● Warm"
    assert partners.cell(3, headers["Status"]).value == "○ Koud"
    assert day(partners.cell(2, headers["Laatst zonnig"]).value) == date(2026, 9, 20)
    assert str(partners.cell(2, headers["ID"]).value).startswith("P-")
    before = book.read_bytes()
    again = trustbook("sync", "netwerk.xlsx", "--today", TODAY, "--json").json
    assert again["changed"] is False and book.read_bytes() == before


def test_a_dry_run_says_what_it_would_do_and_writes_nothing(trustbook: Any, book: Path) -> None:
    before = book.read_bytes()
    run = trustbook("sync", "netwerk.xlsx", "--today", TODAY, "--dry-run", "--json")
    assert (
        run.code == 0
        and run.json["changed"] is True
        and run.json["workbooks"][0]["cells_written"] > 0
    )
    assert book.read_bytes() == before
    assert "netwerk.xlsx" in trustbook("sync", "netwerk.xlsx", "--dry-run").out


def test_quiet_success_prints_nothing_and_quiet_data_is_still_data(
    trustbook: Any, book: Path
) -> None:
    run = trustbook("sync", "netwerk.xlsx", "--quiet", "--today", TODAY)
    assert (run.code, run.out, run.err) == (0, "", "")
    assert trustbook("health", "netwerk.xlsx", "--quiet", "--json", "--today", TODAY).json[
        "partners"
    ]


def test_health_json_keeps_the_contract(trustbook: Any, book: Path) -> None:
    trustbook("sync", "netwerk.xlsx", "--today", TODAY)
    data = trustbook("health", "netwerk.xlsx", "--json", "--today", TODAY).json
    assert data["as_of"] == TODAY
    police, mosque, ggd = data["partners"]
    assert set(police) == {
        "id", "name", "tier", "status", "why", "hints", "last_sunny", "last_contact",
        "silence_days", "rhythm_days", "silence_ratio", "risk", "risk_horizon_days", "due",
        "next_step", "own_view",
    }  # fmt: skip
    assert (police["status"], police["tier"], police["silence_days"], police["rhythm_days"]) == (
        "warm",
        "core",
        10,
        30,
    )
    assert (
        police["due"] == "2026-10-20"
        and police["last_sunny"] == "2026-09-20"
        and police["risk"] is None
    )
    assert (mosque["status"], mosque["silence_days"], mosque["silence_ratio"]) == (
        "cold",
        180,
        180 / 56,
    )
    assert (ggd["status"], ggd["silence_days"], ggd["last_sunny"]) == ("new", None, None)
    cold = trustbook("health", "netwerk.xlsx", "--status", "cold", "--json", "--today", TODAY).json
    assert [partner["name"] for partner in cold["partners"]] == ["Moskee El Noor"]
    past = trustbook("health", "netwerk.xlsx", "--json", "--today", "2026-04-10").json
    assert [partner["status"] for partner in past["partners"]][:2] == ["warm", "warm"]


def test_a_book_speaks_its_own_language_and_lang_another(trustbook: Any, tmp_path: Path) -> None:
    file = openpyxl.Workbook()
    sheet = file.active
    assert sheet is not None
    sheet.title = "Partners"
    for row in (["Name", "Tier", "Status"], ["Police", "core local", None]):
        sheet.append(row)
    file.save(tmp_path / "english.xlsx")
    assert trustbook("sync", "english.xlsx", "--today", TODAY).code == 0
    assert "Health" in openpyxl.load_workbook(tmp_path / "english.xlsx").sheetnames
    english = trustbook("health", "english.xlsx", "--json", "--today", TODAY).json["partners"][0][
        "why"
    ]
    dutch = trustbook("health", "english.xlsx", "--json", "--today", TODAY, "--lang", "nl").json[
        "partners"
    ][0]["why"]
    assert english.startswith("On the list since") and dutch.startswith("Op de lijst sinds")


def test_what_is_true_of_both_workbooks_is_told_once_and_by_the_books_name(
    trustbook: Any, tmp_path: Path
) -> None:
    for name, further in (("a.xlsx", "GGD"), ("b.xlsx", "Police")):
        file = openpyxl.Workbook()
        sheet = file.worksheets[0]
        sheet.title = "Partners"
        for row in (["Name", "Holder"], ["Mosque", "Anna"], ["Mosque", "Bert"], [further, "Anna"]):
            sheet.append(row)
        file.save(tmp_path / name)
    settings = '[book.x]\nworkbooks = ["a.xlsx", "b.xlsx"]\nlanguage = "en"\n'
    (tmp_path / "trustbook.toml").write_text(settings, encoding="utf-8")
    told = trustbook("check", "x", "--all").out
    assert told.count("also stands in row") == 1
    doctor = trustbook("doctor", "x")
    assert "trustbook check x" in doctor.out and str(tmp_path / "a.xlsx") not in doctor.out
    # A file that is no workbook says nothing of the language.
    (tmp_path / "calendar.ics").touch()
    slip = trustbook("import", "calendar.ics", "--since", "soon")
    assert slip.code == 2 and "type a day such as" in slip.err


def test_check_names_place_reason_and_remedy(trustbook: Any, book: Path) -> None:
    told = trustbook("check", "netwerk.xlsx", "--json", "--today", TODAY).json
    problems, lines = told["problems"], told["lines"]
    assert {p["code"] for p in problems} == {"unreadable_rhythm", "who_unknown", "route_missing"}
    first = (lines[0]["code"], lines[0]["count"], lines[0]["cells"])
    assert first == ("who_unknown", 1, ["C4"])
    unknown = next(p for p in problems if p["code"] == "who_unknown")
    assert set(unknown) >= {
        "code",
        "severity",
        "sheet",
        "row",
        "column",
        "cell",
        "value",
        "what",
        "why",
        "fix",
    }
    assert (unknown["sheet"], unknown["row"], unknown["column"], unknown["severity"]) == (
        "Contactmomenten",
        4,
        "Met",
        "error",
    )
    assert unknown["value"] == "GGD en meer" and "GGD en meer" in unknown["what"]
    assert trustbook("check", "netwerk.xlsx", "--today", TODAY).code == 0
    assert trustbook("check", "netwerk.xlsx", "--today", TODAY, "--fail-on", "issues").code == 1


def test_a_possible_double_is_named_until_somebody_says_they_are_two(
    trustbook: Any, book: Path
) -> None:
    def twins() -> list[dict[str, Any]]:
        found = trustbook("check", "netwerk.xlsx", "--json", "--today", TODAY).json["problems"]
        return [problem for problem in found if problem["code"] == "possible_twin"]

    file = openpyxl.load_workbook(book)
    fill(
        file["Partners"],
        [["Naam", "Laag"], *[[None, None]] * 3, ["El-Noor moskee", "maatschappelijk middenveld"]],
    )
    file.save(book)
    assert trustbook("sync", "netwerk.xlsx", "--today", TODAY).code == 0
    assert len(twins()) == 1 and "Moskee El Noor" in twins()[0]["what"]
    file = openpyxl.load_workbook(book)
    sheet = file["Te controleren"]
    headers = {cell.value: present(cell.column) for cell in sheet[2]}
    lines = range(3, sheet.max_row + 1)
    row = next(row for row in lines if "dezelfde" in str(sheet.cell(row, headers["Wat"]).value))
    sheet.cell(row, headers["Antwoord"], "niet dezelfde")
    file.save(book)
    assert trustbook("sync", "netwerk.xlsx", "--today", TODAY).code == 0
    assert twins() == []
    codes = {
        p["code"]
        for p in trustbook("check", "netwerk.xlsx", "--json", "--today", TODAY).json["problems"]
    }
    assert "typed_in_ours" not in codes, "an answer is no stray text"
    assert trustbook("sync", "netwerk.xlsx", "--today", "2026-10-01").code == 0 and twins() == []


def test_log_adds_a_row_to_the_table(trustbook: Any, book: Path) -> None:
    said = (
        "--with ggd --date 2026-09-29 --weather sunny --initiative us --kind visit "
        "--topic =kennismaking --promise verslag --promised-by us --due 2026-10-15 --json --today"
    )
    run = trustbook("log", "netwerk.xlsx", "--with", "Moskee El Noor", *said.split(), TODAY)
    assert run.code == 0, run.err
    row = run.json["row"]
    file = openpyxl.load_workbook(book)
    sheet = file["Contactmomenten"]
    headers = {cell.value: present(cell.column) for cell in sheet[1]}
    value = {name: sheet.cell(row, column).value for name, column in headers.items()}
    assert (
        row == 5
        and value["Met"] == "Moskee El Noor; ggd"
        and value["Weer"] == "zonnig"
        and value["Vorm"] == "bezoek"
    )
    assert (
        value["Onderwerp"] == "=kennismaking"
        and sheet.cell(row, headers["Onderwerp"]).data_type == "s"
    )
    assert day(value["Datum"]) == date(2026, 9, 29)
    assert day(value["Afspraak voor"]) == date(2026, 10, 15)
    assert next(iter(sheet.tables.values())).ref.endswith(str(row))
    statuses = {
        p["name"]: p["status"]
        for p in trustbook("health", "netwerk.xlsx", "--json", "--today", TODAY).json["partners"]
    }
    assert statuses == {"Politie Noord": "warm", "Moskee El Noor": "warm", "GGD": "warm"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--with", "Moskee El Nor"), "Moskee El Noor"),
        (("--with", "GGD", "--weather", "storm"), "sunny"),
        (("--with", "GGD", "--topic", "x" * 121), "topic"),
        (("--with", "GGD", "--topic", "zorgen over een leerling"), "casus"),
        (("--with", "GGD", "--state", "held", "--date", "2027-01-01"), "toekomst"),
    ],
)
def test_log_refuses_what_does_not_fit_and_changes_nothing(
    trustbook: Any, book: Path, arguments: tuple[str, ...], words: str
) -> None:
    before = book.read_bytes()
    run = trustbook("log", "netwerk.xlsx", *arguments, "--today", TODAY)
    assert run.code == 2 and words in run.err
    assert book.read_bytes() == before


def test_a_workbook_open_elsewhere_is_left_alone_with_exit_5(trustbook: Any, book: Path) -> None:
    owner = book.with_name("~$netwerk.xlsx")
    owner.write_bytes(b"\x04Anja" + b" " * 50)
    before = book.read_bytes()
    assert trustbook("sync", "netwerk.xlsx", "--today", TODAY).code == 5
    assert book.read_bytes() == before
    assert trustbook("health", "netwerk.xlsx", "--json", "--today", TODAY).code == 0, (
        "reading is no harm"
    )
    owner.unlink()
    assert trustbook("sync", "netwerk.xlsx", "--today", TODAY).code == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("sync", "nowhere.xlsx"), 2),
        (("sync",), 2),
        (("health", "netwerk.xlsx", "--status", "lukewarm"), 2),
        (("health", "netwerk.xlsx", "--today", "31-9-2026"), 2),
        (("init", "netwerk.xlsx"), 2),
        (("sync", "~$netwerk.xlsx"), 2),
        (("nonsense",), 2),
        (("sync", "text.xlsx"), 3),
        (("sync", "noname.xlsx"), 3),
        (("--help",), 0),
        (("--version",), 0),
    ],
)
def test_exit_codes(trustbook: Any, book: Path, arguments: tuple[str, ...], code: int) -> None:
    (book.parent / "text.xlsx").write_text("Partners;Naam\n", encoding="utf-8")
    (book.parent / "~$netwerk.xlsx").write_bytes(b"\x04Anja")
    other = openpyxl.Workbook()
    other.worksheets[0].title = "Blad1"
    other.save(book.parent / "noname.xlsx")
    run = trustbook(*arguments)
    assert run.code == code
    assert "Traceback" not in run.err
    if code:
        assert run.err.strip(), "an error says what, where and what to do"


def test_a_traceback_only_when_asked_for(trustbook: Any, book: Path) -> None:
    assert "Traceback" not in trustbook("sync", "nowhere.xlsx").err
    assert "Traceback" in trustbook("sync", "nowhere.xlsx", "--verbose").err


def test_every_command_is_explained_and_has_the_common_options() -> None:
    from trustbook.cli.main import cli

    for name, command in cli.commands.items():
        assert command.help, name
        offered = {option for parameter in command.params for option in parameter.opts}
        assert offered >= {"--json", "--quiet", "--verbose", "--today", "--lang", "--config"}, name


def test_every_command_stands_in_the_readme() -> None:
    from trustbook.cli.main import cli

    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    assert [name for name in cli.commands if f"trustbook {name}" not in readme] == []


def program(*arguments: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[bytes]:
    """The command as a process of its own, as a nightly task starts it."""
    return subprocess.run(
        [sys.executable, "-m", "trustbook", *arguments],
        cwd=cwd,
        capture_output=True,
        check=False,
        env={**os.environ, **env},
    )


def test_an_old_console_and_a_narrow_terminal_spoil_nothing(book: Path) -> None:
    for encoding in ("cp1252", "ascii", "utf-8"):
        run = program(
            "health",
            "netwerk.xlsx",
            "--today",
            TODAY,
            cwd=book.parent,
            PYTHONIOENCODING=encoding,
            COLUMNS="40",
        )
        assert run.returncode == 0, run.stderr
        text = run.stdout.decode(encoding)
        assert "Moskee El Noor" in text.splitlines()
        assert max(map(len, text.splitlines())) <= 40
        assert ("●" in text) == (encoding == "utf-8")


def test_a_closed_pipe_is_no_error(book: Path) -> None:
    if shutil.which("head") is None:
        pytest.skip("needs the program head")
    line = f'"{sys.executable}" -m trustbook health netwerk.xlsx --today {TODAY} | head -n 1'
    run = subprocess.run(line, shell=True, cwd=book.parent, capture_output=True, check=False)
    assert b"Traceback" not in run.stderr and b"Exception" not in run.stderr


def test_demo_works_offline_in_both_languages_and_again_once_thrown_away(trustbook: Any) -> None:
    books = {"nl": "netwerk.xlsx", "en": "network.xlsx"}
    for lang in ("nl", "en", "en"):
        name = books[lang]
        Path(f"demo-{lang}", name).unlink(missing_ok=True)
        run = trustbook("demo", f"demo-{lang}", "--lang", lang, "--today", TODAY)
        assert run.code == 0, run.err
        assert str(Path(f"demo-{lang}") / name) in run.out
        [page] = Path(f"demo-{lang}").glob("*.html")
        assert str(page) in run.out and f'lang="{lang}"' in page.read_text(encoding="utf-8")
        lines = run.out.splitlines()
        assert len(lines) <= 25, "whom to call and what to do, not a list of everybody"
        assert [line[:4] for line in lines if line[:2] == "  " and line[3:4] == "."] == [
            "  1.", "  2.", "  3.",
        ]  # fmt: skip
    check = trustbook("check", "demo-en/network.xlsx", "--json", "--today", TODAY).json["problems"]
    assert {"withheld_bsn", "who_unknown", "unreadable_date"} <= {
        problem["code"] for problem in check
    }


def test_the_first_page_ends_in_silence_where_its_reader_has_gone() -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "trustbook", "--help"]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, timeout=60)
    os.close(write)
    assert done.stderr == b""
