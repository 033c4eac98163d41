"""Case data typed anywhere comes out nowhere: not in the memory, our sheets, the other workbook,
notes or commands.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.present import present
from trustbook.cli.main import main
from trustbook.columns import TYPED, Sheet

DAY = "2026-09-30"
# What people might type, numbers as they would group them; every number is valid by the 11-test and
# issued to nobody.
TYPED_BY_PEOPLE: tuple[str | float, ...] = (
    "111222333", "de jongen is aangehouden", 111222333, "111.222.333",
    "zie BSN 123456782 s.v.p. bellen", "111\u00a0222\u00a0333", "zorgen over een leerling",
    "'123456782", 123456782.0, "1112 22 333", "hij is geradicaliseerd",
)  # fmt: skip
SECRET = re.compile(
    r"111[ .-]?222[ .-]?333|1112[ .-]?22[ .-]?333|123456782|1234[ .-]?56[ .-]?782"
    r"|is aangehouden|zorgen over een|is geradicaliseerd"
)
CLEAN: dict[str, dict[str, object]] = {
    "partners": {
        "id": "P-X{}B",
        "name": "Partner {}",
        "tier": "core local",
        "holder": "Anna",
        "share_card": "yes",
    },
    "people": {"id": "C-X{}B", "name": "Person {}", "partner": "Police", "phone": "06-00000000"},
    "moments": {
        "id": "M-X{}B",
        "date": date(2026, 8, 1),
        "with": "Police; Table",
        "topic": "coffee {}",
    },
    "consultations": {"name": "Table {}", "members": "Police"},
    "required": {
        "phenomenon": "extremism",
        "party": "police",
        "area": "Area {}",
        "relevant": "yes",
    },
    "routes": {"subject": "Report {}", "first_contact": "Police"},
    "settings": {"setting": "own area", "value": "West {}"},
}
STANDING: dict[str, dict[str, object]] = {
    "partners": {
        "id": "P-AAAB",
        "name": "Police",
        "party": "police",
        "holder": "Anna",
        "share_card": "yes",
    },
    "consultations": {"name": "Table", "members": "Police"},
}
COMMANDS = (
    ["health"], ["check"], ["next"], ["coverage"], ["calllist"], ["calllist", "--offers"],
    ["card", "Police"],
    ["guide"], ["handover", "--holder", "Anna"], ["overview", "--edition", "team"],
    ["overview", "--format", "md"],
    ["doctor"], ["history"], ["adopt"], ["sync", "--dry-run"], ["sync"],
)  # fmt: skip


class Desk:
    """A folder with workbooks of one book, and ears for all that is said."""

    def __init__(self, folder: Path, names: Sequence[str], hear: Callable[[], str]) -> None:
        self.folder, self.names, self.hear = folder, names, hear

    def make(self) -> None:
        """Workbooks in which every column of every sheet has a row of its own, for something to be
        typed there.
        """
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for sheet in TYPED:
            rows = [STANDING[sheet.key]] if sheet.key in STANDING else []
            for at, _ in enumerate(_typed(sheet)):
                rows.append(
                    {
                        k: v.format(at) if isinstance(v, str) else v
                        for k, v in CLEAN[sheet.key].items()
                    }
                )
            grid = book.create_sheet(sheet.en)
            grid.append([column.en for column in sheet.columns])
            for row in rows:
                grid.append([row.get(column.key) for column in sheet.columns])
        for name in self.names:
            book.save(self.folder / name)

    def type(self, name: str, offset: int) -> None:
        """Somebody types case data into one cell of every column and in places of ours, and names a
        sheet by it.
        """
        path = self.folder / name
        book = openpyxl.load_workbook(path)
        turn = offset
        for sheet in TYPED:
            grid, first = book[sheet.en], 3 if sheet.key in STANDING else 2
            for at, column in enumerate(_typed(sheet)):
                number = [one.key for one in sheet.columns].index(column) + 1
                typed = TYPED_BY_PEOPLE[turn % len(TYPED_BY_PEOPLE)]
                # A number there is one to call, unless the cell says otherwise.
                shown = typed if isinstance(typed, str) else f"{typed:.0f}"
                said = column == "phone" and SECRET.search(_plain(shown))
                grid.cell(first + at, number).value = f"BSN {shown}" if said else typed
                turn += 1
        for title in sorted(
            {"Health", "Who to call", "To check", "Start here"} & set(book.sheetnames)
        ):
            book[title].cell(3, 2).value = TYPED_BY_PEOPLE[turn % len(TYPED_BY_PEOPLE)]
            turn += 1
            if title == "To check":
                for row in book[title].iter_rows(min_row=4, min_col=8, max_col=9):
                    row[0].value, row[1].value = "not the same", "111.222.333"
        partners = book["Partners"]
        partners.cell(
            2, [one.key for one in TYPED[0].columns].index("why") + 1
        ).value = "BSN 111222333"
        partners.cell(1, len(TYPED[0].columns) + 1).value = "Over 123456782"
        own = book.create_sheet(f"Over 111.222.333 ({offset})")
        own.append(["Datum", "Naam", "Organisatie"])
        own.append([date(2026, 9, 1), "Kim", "Police"])
        book.save(path)

    def clear(self, name: str) -> None:
        """Somebody mends what To check says: the cells are blanked."""
        path = self.folder / name
        book = openpyxl.load_workbook(path)
        for sheet in TYPED:
            for row in book[sheet.en].iter_rows():
                for cell in row:
                    if SECRET.search(_plain(str(cell.value))):
                        cell.value = None
        book.save(path)

    def say(self, *arguments: str) -> str:
        """What a command says, and the code it ends with."""
        code = main([*arguments, "--today", DAY, "--lang", "en"])
        return f"{self.hear()}\nended with {code}"

    def leaks(self) -> Iterator[str]:
        """Every place where something withheld stands, outside the sheets people type in."""
        for path in sorted(self.folder.rglob("*")):
            if path.suffix == ".xlsx":
                if path.parent == self.folder and path.name in self.names:
                    yield from self._in_workbook(path, path.name == self.names[0])
            elif path.is_file():
                raw = path.read_bytes()
                if zipfile.is_zipfile(io.BytesIO(raw)):
                    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
                        raw = b"".join(archive.read(name) for name in archive.namelist())
                yield from (
                    f"{path.name}: {found}" for found in _found(raw.decode("utf-8", "ignore"))
                )

    def _in_workbook(self, path: Path, typed: bool) -> Iterator[str]:
        theirs = {sheet.en for sheet in TYPED} if typed else set()
        for grid in openpyxl.load_workbook(path):
            derived = {
                column.en
                for sheet in TYPED
                for column in sheet.columns
                if column.owner == "derived"
            }
            for row in grid.iter_rows():
                for cell in row:
                    header = str(grid.cell(1, present(cell.column)).value)
                    ours = grid.title not in theirs or header in derived
                    if ours and SECRET.search(_plain(str(cell.value))):
                        yield f"{path.name} {grid.title}!{cell.coordinate}: {cell.value}"


def _typed(sheet: Sheet) -> list[str]:
    return [column.key for column in sheet.columns if column.owner == "shared"]


def _plain(text: str) -> str:
    return text.replace("\\u00a0", " ").replace("\u00a0", " ")


def _found(text: str) -> set[str]:
    text = _plain(text)
    return {text[max(0, found.start() - 40) : found.end() + 10] for found in SECRET.finditer(text)}


@pytest.fixture
def desk(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Desk:
    monkeypatch.setenv("TRUSTBOOK_DATA", str(tmp_path / "memory"))
    monkeypatch.chdir(tmp_path)

    def hear() -> str:
        said = capsys.readouterr()
        return said.out + said.err

    desk = Desk(tmp_path, request.param, hear)
    (tmp_path / "trustbook.toml").write_text(
        f'[book.network]\nworkbooks = {list(request.param)}\nlanguage = "en"\n', encoding="utf-8"
    )
    desk.make()
    return desk


def hear_all(desk: Desk, one: str) -> list[str]:
    """Every command that says a withheld thing, and every place where one stands."""
    heard = []
    for command in COMMANDS:
        book = "network" if command[0] == "sync" else one
        for more in ([], ["--json"]):
            said = desk.say(command[0], book, *command[1:], *more)
            heard += [f"{command} {more}: {found}" for found in _found(said)]
            assert "Traceback" not in said and "ended with 1\n" not in said, said
    return heard + list(desk.leaks())


# In the second round every row is known, and of two workbooks one is asked.
@pytest.mark.parametrize(
    ("desk", "known"),
    [(["here.xlsx"], True), (["here.xlsx", "there.xlsx"], False)],
    indirect=["desk"],
    ids=["one, known", "two, new"],
)
def test_what_may_not_be_kept_comes_out_nowhere(desk: Desk, known: bool) -> None:
    if known:
        assert "ended with 0" in desk.say("sync", "network")
    for offset in (0, 4):
        desk.type("here.xlsx", offset)
        assert "ended with 0" in desk.say("sync", "network")
        heard = hear_all(desk, "here.xlsx")
        print(*heard, sep="\n")
        assert heard == []
    desk.clear("here.xlsx")
    assert "ended with 0" in desk.say("sync", "network")
    for identity in ("P-AAAB", "P-X1B", "M-X2B", "C-X1B"):
        assert _found(desk.say("history", "here.xlsx", identity, "--json")) == set()
    assert list(desk.leaks()) == []
