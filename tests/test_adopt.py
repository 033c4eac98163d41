"""Adopting a workbook with habits of its own: what is proposed, with which reasons, and what --yes
then does.
"""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from tests.adopt_books import NAMES, scenario
from tests.reading import book_of
from trustbook.adopt import lines
from trustbook.adopt.proposal import propose
from trustbook.cli.adopt import adopt
from trustbook.config import resolve
from trustbook.errors import SafetyStop
from trustbook.reading.adoption import Adoption
from trustbook.reading.lists import lists_in
from trustbook.run.sync import run_sync
from trustbook.workbooks import open_workbook
from trustbook.workbooks.excel import ExcelWorkbook
from trustbook.workbooks.template import new_workbook

TODAY = date(2024, 9, 30)


@pytest.mark.parametrize("name", NAMES)
def test_the_proposal_is_what_a_coordinator_would_say(tmp_path: Path, name: str) -> None:
    told = scenario(name)
    proposal = propose(ExcelWorkbook(told.make(tmp_path / "n.xlsx")).read(lambda title: True), "nl")
    found: dict[tuple[str, str], set[str]] = {}
    for sheet in proposal.sheets:
        for column in sheet.columns:
            assert column.why and (column.name is None) == (column.sure == "not_used")
            if column.name:
                found.setdefault((sheet.title, column.header), set()).add(
                    f"{column.sheet}.{column.name}"
                )
    assert found == told.read_as


@pytest.mark.parametrize("name", NAMES)
def test_the_workbook_is_then_read_so(tmp_path: Path, name: str) -> None:
    told = scenario(name)
    path = told.make(tmp_path / "n.xlsx")
    adoption = propose(ExcelWorkbook(path).read(lambda title: True), "nl").adoption
    book = book_of(open_workbook(str(path), adoption=adoption), TODAY)
    assert len(book.partners) == told.count("partners")
    assert len(book.people) == told.count("people")
    assert len(book.moments) == told.count("moments")
    errors = [problem for problem in book.problems if problem.severity == "error"]
    assert not [
        problem for problem in errors if problem.code in ("required_blank", "who_unknown")
    ], errors


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def run(*arguments: str) -> Result:
    """`trustbook adopt` with these arguments."""
    return CliRunner().invoke(adopt, list(arguments))


def cells(path: Path) -> dict[str, dict[str, object]]:
    """Every cell that holds something, by sheet and place."""
    book = openpyxl.load_workbook(path)
    return {
        s.title: {c.coordinate: c.value for r in s for c in r if c.value is not None} for s in book
    }


@pytest.mark.parametrize("name", NAMES)
def test_yes_adds_what_is_missing_moves_nothing_and_can_be_repeated(
    folder: Path, name: str
) -> None:
    told = scenario(name)
    path = told.make(folder / "n.xlsx")
    before = cells(path)
    shown = run("n.xlsx")
    assert shown.exit_code == 0, shown.exception
    assert cells(path) == before and not (folder / "trustbook.toml").exists()
    done = run("n.xlsx", "--yes")
    assert done.exit_code == 0, done.exception
    after = cells(path)
    assert list(after)[: len(before)] == list(before)
    for title, held in before.items():
        assert held.items() <= after[title].items(), "what people typed stays where it was"
        assert (held.keys() != after[title].keys()) == (title in told.widened)
    assert (len(after) > len(before)) == ("new sheet" in told.then)
    bytes_ = path.read_bytes(), (folder / "trustbook.toml").read_bytes()
    again = run("n", "--yes")
    assert again.exit_code == 0, again.exception
    assert (path.read_bytes(), (folder / "trustbook.toml").read_bytes()) == bytes_


@pytest.mark.parametrize("name", NAMES)
def test_a_night_after_adopting_fills_the_new_columns_only(folder: Path, name: str) -> None:
    told = scenario(name)
    path = told.make(folder / "n.xlsx")
    before = cells(path)
    run("n.xlsx", "--yes")
    target = resolve("n")
    workbook = open_workbook(str(path), adoption=target.adoption)
    now = datetime(2024, 9, 30, 3, tzinfo=UTC)
    run_sync(workbook, TODAY, now)
    after = cells(path)
    assert all(held.items() <= after[title].items() for title, held in before.items())
    if told.widened:
        (partners,) = [
            t
            for t in told.widened
            if (target.adoption or Adoption({})).sheets.get("partners", t) == t
        ][:1]
        fresh = {
            place: value
            for place, value in after[partners].items()
            if place not in before[partners]
        }
        status = next(
            place for place, value in fresh.items() if value in ("Status", "Status (trustbook)")
        )
        column = status.rstrip("0123456789")
        verdicts = [
            value for place, value in fresh.items() if place.startswith(column) and place != status
        ]
        assert len(verdicts) == told.count("partners")
    assert run_sync(workbook, TODAY, now).workbooks[0]["cells_written"] == 0


def test_the_coordinators_own_status_is_never_written_over(folder: Path) -> None:
    scenario("our-names-other-meaning").make(folder / "n.xlsx")
    run("n.xlsx", "--yes")
    header = openpyxl.load_workbook(folder / "n.xlsx")["Partners"][1]
    assert [cell.value for cell in header][7:9] == ["ID (trustbook)", "Status (trustbook)"]
    adoption = resolve("n").adoption
    assert adoption is not None
    snapshot = ExcelWorkbook(folder / "n.xlsx").read(adoption.reads)
    listing = lists_in(snapshot, adoption)["partners"]
    assert (listing.columns["id"], listing.columns["status"]) == (
        8,
        9,
    ) and "tier" not in listing.columns


def test_what_is_edited_in_the_settings_goes_before_the_proposal(folder: Path) -> None:
    scenario("one-sheet-for-all").make(folder / "n.xlsx")
    shown = json.loads(run("n.xlsx", "--json").output)
    edited = shown["settings"]["lines"].replace('area = "Wijk"', 'own_view = "Wijk"')
    (folder / "trustbook.toml").write_text(edited, encoding="utf-8")
    found = json.loads(run("n", "--json").output)
    columns = {column["header"]: column["name"] for column in found["sheets"][0]["columns"]}
    assert columns["Wijk"] == "own_view" and columns["Opmerkingen"] is None
    assert run("n", "--yes").exit_code == 0
    assert (folder / "trustbook.toml").read_text(encoding="utf-8") == edited


def test_json_names_every_column_with_its_reason(folder: Path) -> None:
    scenario("address-list").make(folder / "n.xlsx")
    outcome = run("n.xlsx", "--json", "--lang", "en")
    data = json.loads(outcome.output)
    assert (
        data["schema_version"] == 1 and data["applied"] is False and not data["settings"]["written"]
    )
    (sheet,) = data["sheets"]
    sure = {column["header"]: column["sure"] for column in sheet["columns"]}
    assert sure.pop("Organisatie") == "certain" and set(sure.values()) == {"not_used"}
    why = {column["header"]: column["why"] for column in sheet["columns"]}
    assert (
        "special personal data" in why["Geboortedatum"]
        and "work contacts only" in why["Tel. privé"]
    )
    assert any("Voornaam" in note or "first and last names" in note for note in data["notes"])
    assert "Haddad" not in outcome.output and "0612345678" not in outcome.output, (
        "headers are shown, never cells"
    )


def test_nothing_is_written_when_something_stands_in_the_way(folder: Path) -> None:
    path = scenario("one-sheet-for-all").make(folder / "n.xlsx")
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["L5"] = "let op!"
    book.save(path)
    before = path.read_bytes()
    outcome = run("n.xlsx", "--yes")
    assert isinstance(outcome.exception, SafetyStop) and outcome.exception.params["cell"] == "L5"
    assert path.read_bytes() == before and not (folder / "trustbook.toml").exists()


def test_a_workbook_without_partners_is_refused_with_a_way_out(folder: Path) -> None:
    book = openpyxl.Workbook()
    for row in (("Maand", "Bedrag"), ("januari", 3)):
        book.worksheets[0].append(row)
    book.save(folder / "n.xlsx")
    shown = run("n.xlsx")
    assert shown.exit_code == 0 and "geen lijst met partners" in shown.output
    refused = run("n.xlsx", "--yes").exception
    assert isinstance(refused, SafetyStop) and refused.key == "adopt.no_partners"


SETTINGS = '# ours\r\n[book.delft]\r\nworkbooks = ["n.xlsx"]  # the network\r\nlanguage = "nl"'


def test_lines_are_appended_and_every_remark_stays(folder: Path) -> None:
    scenario("only-a-log").make(folder / "n.xlsx")
    file = folder / "trustbook.toml"
    file.write_bytes(b"\xef\xbb\xbf" + SETTINGS.encode())
    assert run("--yes").exit_code == 0
    text = file.read_bytes().decode("utf-8-sig")
    assert text.startswith(SETTINGS + "\r\n") and "\n" not in text.replace("\r\n", "")
    adoption = resolve("delft").adoption
    assert (
        adoption
        and adoption.sheets["moments"] == adoption.sheets["partners"] == "Logboek gesprekken"
    )


@pytest.mark.parametrize(
    "text",
    ['book = {delft = {workbooks = ["n.xlsx"]}}\n', '[book]\ndelft.workbooks = ["n.xlsx"]\n'],
)
def test_settings_written_in_another_way_are_left_alone_and_the_lines_printed(
    folder: Path, text: str
) -> None:
    scenario("only-a-log").make(folder / "n.xlsx")
    (folder / "trustbook.toml").write_text(text, encoding="utf-8")
    outcome = run("delft", "--yes")
    assert outcome.exit_code == 0, outcome.exception
    stands = (folder / "trustbook.toml").read_text(encoding="utf-8")
    if stands == text:
        assert "[book.delft.sheets]" in outcome.output and "zelf" in outcome.output
    else:
        assert stands.startswith(text) and resolve("delft").adoption is not None


# Files as people write them: remarks in every place, odd spacing, other books, breaks of any kind.
WRITTEN = {
    "remarks everywhere": (
        '# our network\n\n[book.delft]   # the town\n  workbooks = [ "n.xlsx", ]  # here\n'
        "# what comes is another\n[book.other]\nworkbooks = [\n  # first\n  'o.xlsx',\n]\n\n# end"
    ),
    "other settings between": (
        '[book."a b"]\nworkbooks = ["a.xlsx"]\n[google]\nkey="k.json" # ours\n\n'
        '[book . delft]\nworkbooks = ["n.xlsx"]\n[book.other]\nworkbooks = ["o.xlsx"]\n'
    ),
    "other mapping first": (
        '[book.other.sheets]\npartners   =   "Blad 1"\n[book.other]\nworkbooks = ["o.xlsx"]\n'
        "[book.delft]\nlanguage = 'nl'\nworkbooks = ['n.xlsx']\n"
    ),
    "breaks of windows": '# ours\r\n[book.delft]\r\nworkbooks = ["n.xlsx"]\r\n# end\r\n',
    "mixed breaks": '# ours\r\n[book.delft]\nworkbooks = ["n.xlsx"]\r\n\n',
    "a mark of the encoding": '\ufeff[book.delft]\nworkbooks = ["n.xlsx"]',
    "nothing": "",
    "remarks only": "# later",
}
MAPPING = Adoption(
    {"partners": "Blad 1", "moments": 'Log "2024"'},
    {"partners": {"name": "Naam\\organisatie"}, "people": {"name": "Wie é"}},
    {"partners": ["Status", "Why"]},
)


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN)
def test_remarks_order_and_spacing_stay_to_the_byte(tmp_path: Path, text: str) -> None:
    file = tmp_path / "trustbook.toml"
    file.write_bytes(text.encode())
    before = tomllib.loads(text.removeprefix("\ufeff")).get("book", {})
    new = None if "delft" in before else lines.NewBook("n.xlsx", "nl")
    assert lines.put(file, "delft", MAPPING, new)
    written = file.read_bytes()
    assert written.startswith(text.encode())
    added = written[len(text.encode()) :]
    assert b"\n" not in added.replace(b"\r\n", b"") if "\r\n" in text else b"\r" not in added
    books = tomllib.loads(written.decode("utf-8-sig"))["book"]
    assert {name: books[name] for name in before if name != "delft"} == {
        name: before[name] for name in before if name != "delft"
    }
    assert resolve("delft", file).adoption == MAPPING
    assert books["delft"].items() >= before.get("delft", {}).items()


def test_sections_read_as_a_person_would_write_them() -> None:
    assert lines.lines("den haag", MAPPING, lines.NewBook("n.xlsx", "nl")) == (
        '[book."den haag"]\nworkbooks = ["n.xlsx"]\nlanguage = "nl"\n'
        '\n[book."den haag".sheets]\npartners = "Blad 1"\nmoments = "Log \\"2024\\""\n'
        '\n[book."den haag".columns.partners]\nname = "Naam\\\\organisatie"\n'
        '\n[book."den haag".columns.people]\nname = "Wie é"\n'
        '\n[book."den haag".unused]\npartners = ["Status", "Why"]\n'
    )


def test_where_there_is_nothing_to_say_the_file_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "trustbook.toml"
    file.write_bytes(b'[book.a]\nworkbooks = ["n.xlsx"]')
    assert lines.put(file, "a", Adoption({}), None)
    assert file.read_bytes() == b'[book.a]\nworkbooks = ["n.xlsx"]'


def test_a_file_that_is_no_toml_is_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "trustbook.toml"
    file.write_bytes(b"[book\n")
    assert not lines.put(file, "a", Adoption({"partners": "x"}), None)
    assert file.read_bytes() == b"[book\n"


def test_settings_that_would_say_more_than_was_proposed_are_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "trustbook.toml"
    file.write_text(
        '[book.a]\nworkbooks = ["n.xlsx"]\n[book.a.columns.people]\nname = "Wie"\n',
        encoding="utf-8",
    )
    before = file.read_bytes()
    assert not lines.put(file, "a", Adoption({}, {"partners": {"name": "Instantie"}}), None)
    assert file.read_bytes() == before


TEXT = st.text(max_size=20)


@given(TEXT.filter(bool), TEXT, TEXT, st.lists(TEXT, max_size=3))
def test_whatever_a_sheet_or_header_is_called_comes_back_from_the_settings(
    name: str, title: str, header: str, unused: list[str]
) -> None:
    adoption = Adoption({"partners": title}, {"people": {"name": header}}, {"partners": unused})
    book = tomllib.loads(lines.lines(name, adoption, lines.NewBook(title, "nl")))["book"][name]
    assert book["workbooks"] == [title] and book["sheets"] == {"partners": title}
    assert book["columns"] == {"people": {"name": header}} and book["unused"] == {
        "partners": unused
    }


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_workbook_with_our_names_needs_no_mapping_and_no_columns(folder: Path, lang: str) -> None:
    new_workbook(folder / "n.xlsx", lang)
    before = (folder / "n.xlsx").read_bytes()
    assert run("n.xlsx", "--yes").exit_code == 0
    assert (folder / "n.xlsx").read_bytes() == before
    target = resolve("n")
    assert target.adoption is None and target.language == lang


def test_new_columns_speak_the_language_of_the_headers(folder: Path) -> None:
    scenario("english-three-tabs").make(folder / "n.xlsx")
    assert run("n.xlsx", "--yes").exit_code == 0
    header = [cell.value for cell in openpyxl.load_workbook(folder / "n.xlsx")["Stakeholders"][1]]
    assert header[-4:] == ["Status", "Why", "Last sunny", "Due"] and resolve("n").language == "en"


def test_english_reasons_and_words(folder: Path) -> None:
    scenario("english-three-tabs").make(folder / "n.xlsx")
    said = run("n.xlsx", "--lang", "en").output
    assert "certain" in said and "likely" in said and "not used" in said
    assert "trustbook adopt n.xlsx --yes" in said
