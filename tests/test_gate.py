"""The gate: every file that is no ordinary workbook gets its sentence, soon, untouched, and before
any parser.
"""

from __future__ import annotations

import errno
import os
import random
import struct
import sys
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import handmade
from tests.package_edit import read_parts, write_parts
from trustbook.errors import Busy, NoAccess, SafetyStop, TrustbookError, UsageError
from trustbook.messages import say, templates
from trustbook.workbooks.excel import ExcelWorkbook
from trustbook.workbooks.template import new_workbook
from trustbook.xlsx import admission, zip_directory

ONE = '<row r="1"><c r="A1"><v>1</v></c></row>'
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def refused(path: Path) -> TrustbookError:
    before = path.read_bytes() if exists(path) else b""
    with pytest.raises(TrustbookError) as caught:
        ExcelWorkbook(path).read()
    assert path.name in caught.value.sentence("nl") and path.name in caught.value.sentence("en")
    assert not before or path.read_bytes() == before
    return caught.value


def exists(path: Path) -> bool:
    return path in path.parent.iterdir() and path.is_file()


def content(name: str, data: str | bytes) -> handmade.Parts:
    return {**handmade.parts(ONE), name: data}


def ole(*names: str) -> bytes:
    """The start of an old container whose directory, in its second sector, holds these names."""
    head = bytearray(OLE.ljust(512, b"\0"))
    struct.pack_into("<H", head, 30, 9)
    struct.pack_into("<I", head, 48, 1)
    entries = b"".join(
        name.encode("utf-16-le").ljust(128, b"\0") for name in ("Root Entry", *names)
    )
    return bytes(head) + b"\0" * 512 + entries.ljust(512, b"\0")


FOREIGN = {
    "empty": ("book.xlsx", b""),
    "placeholder": ("book.xlsx", b"\0" * 9000),
    "password": ("book.xlsx", ole("EncryptionInfo", "EncryptedPackage")),
    "old_xls": ("book.xlsx", ole("Workbook")),
    "csv": ("book.csv", b"Naam;Laag\r\nGGD;kern\r\n"),
    "web_page": ("book.xlsx", b"\xef\xbb\xbf\r\n<html><table><tr><td>1</td></tr></table></html>"),
    "pointer": (
        "book.xlsx",
        b'{"url": "https://docs.google.com/open?id=1", "doc_id": "1", "email": "a@b.nl"}',
    ),
    "truncated": ("book.xlsx", b"PK\3\4" + b"x" * 500),
    "not_a_workbook": ("book.xlsx", b"%PDF-1.7\n%..."),
}


@pytest.mark.parametrize("key", FOREIGN)
def test_what_is_no_workbook_is_named_by_its_content(tmp_path: Path, key: str) -> None:
    name, data = FOREIGN[key]
    (tmp_path / name).write_bytes(data)
    error = refused(tmp_path / name)
    assert (error.key, error.exit_code) == (f"gate.{key}", 3)


@pytest.mark.parametrize(
    ("name", "data", "key"),
    [
        ("book.xlsx", ole("WordDocument"), "not_a_workbook"),
        ("book.xlsx", OLE, "truncated"),
        ("book.xls", b"\t\x08\x10\0\0\6\5\0", "old_xls"),
        ("book.gsheet", b"whatever", "pointer"),
        ("book.xlsx", b'<?xml?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
         "web_page"),
        ("book.xlsx", b"Naam\tLaag\r\n", "not_a_workbook"),
        ("book.xlsx", b"PK\5\6" + b"\0" * 18, "not_a_workbook"),
    ],
)  # fmt: skip
def test_more_that_is_no_workbook(tmp_path: Path, name: str, data: bytes, key: str) -> None:
    (tmp_path / name).write_bytes(data)
    assert refused(tmp_path / name).key == f"gate.{key}"


def package(tmp_path: Path, parts: handmade.Parts) -> Path:
    return handmade.save(tmp_path / "book.xlsx", parts)


TYPES = "[Content_Types].xml"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
BINARY = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"


def typed(kind: str) -> handmade.Parts:
    parts = handmade.parts(ONE)
    return {
        **parts,
        TYPES: str(parts[TYPES]).replace(f"{handmade.SPREADSHEET}.sheet.main+xml", kind),
    }


def without(part: str) -> handmade.Parts:
    return {name: data for name, data in handmade.parts(ONE).items() if name != part}


def sheet(xml: str) -> handmade.Parts:
    return content(handmade.SHEET, xml)


LOOP = handmade.relationships(r1="worksheet workbook.xml")
OPENED = f'<worksheet xmlns="{handmade.MAIN}"><sheetData>'


PACKAGES: dict[str, tuple[handmade.Parts, str]] = {
    "a plain zip": ({"readme.txt": "hello"}, "not_a_workbook"),
    "a document": (typed(WORD), "not_a_workbook"),
    "a binary workbook": (typed(BINARY), "xlsb"),
    "opendocument": ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet",
                      "content.xml": "<x/>", "META-INF/manifest.xml": "<x/>"}, "ods"),
    "no relationships": (without("_rels/.rels"), "not_a_workbook"),
    "no workbook part": (without("xl/workbook.xml"), "damaged"),
    "no sheet part": (without(handmade.SHEET), "damaged"),
    "no sheets": (content("xl/workbook.xml", f'<workbook xmlns="{handmade.MAIN}"/>'), "damaged"),
    "an empty part": (content("xl/workbook.xml", b""), "damaged"),
    "broken XML": (content("xl/workbook.xml", b"<workbook><sheets>"), "damaged"),
    "a sheet that breaks off": (sheet(OPENED + ONE), "damaged"),
    "a row that breaks off": (sheet(OPENED + '<row r="1"></sheetData></worksheet>'), "damaged"),
    "NUL bytes": (sheet(OPENED + ONE.replace("<v>1", "<v>1\0") + "</sheetData></worksheet>"),
                  "damaged"),
    "an encoding nobody uses": (sheet('<?xml version="1.0" encoding="UTF-7"?><worksheet/>'),
                                "damaged"),
    "relationships in a loop": (content("xl/_rels/workbook.xml.rels", LOOP), "damaged"),
    "a stray cell": (
        handmade.parts(f'{ONE}<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        "stray_cell"),
    "a stray column": (
        handmade.parts('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>'),
        "stray_cell"),
    "a stray row": (
        handmade.parts(f'{ONE}<row r="1048576"><c r="A1048576"><v>1</v></c></row>'),
        "stray_cell"),
    "a row beyond all": (
        handmade.parts('<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>'),
        "stray_cell"),
    "row nought": (handmade.parts('<row r="0"><c r="A0"><v>1</v></c></row>'), "damaged"),
}  # fmt: skip


@pytest.mark.parametrize("what", PACKAGES)
def test_what_is_wrong_in_a_package_is_said(tmp_path: Path, what: str) -> None:
    parts, key = PACKAGES[what]
    error = refused(package(tmp_path, parts))
    assert (error.key, error.exit_code) == (f"gate.{key}", 3)


def test_a_stray_cell_is_named(tmp_path: Path) -> None:
    error = refused(package(tmp_path, PACKAGES["a stray cell"][0]))
    assert "XFD1048576" in error.sentence("nl") and "Partners" in error.sentence("nl")


@pytest.mark.parametrize("part", list(handmade.parts()))
@pytest.mark.parametrize("code", ["utf-8", "utf-16"])
def test_a_document_type_is_never_parsed(tmp_path: Path, part: str, code: str) -> None:
    parts = handmade.parts(
        '<row r="1"><c r="A1" t="s"><v>0</v></c></row>', strings="<si><t>a</t></si>"
    )
    harm = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">]>'
    declaration = f'<?xml version="1.0" encoding="{code}"?><!-- <a> -->'
    parts[part] = (declaration + harm + str(parts[part])).encode(code)
    assert refused(package(tmp_path, parts)).key == "gate.doctype"


def sheet_of(rows: int, cells: str) -> str:
    body = "".join(f'<row r="{n}">{cells.format(n=n)}</row>' for n in range(1, rows + 1))
    return str(handmade.parts(body)[handmade.SHEET])


def workbook_of(names: int) -> str:
    body = "".join(f'<definedName name="n{n}">1</definedName>' for n in range(names))
    return f'<workbook xmlns="{handmade.MAIN}"><definedNames>{body}</definedNames></workbook>'


# Made when asked for: as bytes they are 150 MB, which every process of the tests would hold.
BOMBS: dict[str, tuple[Callable[[], handmade.Parts], str]] = {
    "a sheet of spaces": (
        lambda: content(handmade.SHEET, b"<worksheet>" + b" " * (1 << 26)), "bomb"),
    "something else of zeros": (
        lambda: content("xl/media/image1.png", b"\0" * (1 << 26)), "bomb"),
    "rows without end": (
        lambda: content(handmade.SHEET, sheet_of(310_000, '<c r="A{n}"><v>{n}</v></c>')),
        "too_many_rows"),
    "names without end": (
        lambda: content("xl/workbook.xml", workbook_of(500_000)), "too_big"),
}  # fmt: skip


@pytest.mark.parametrize("what", BOMBS)
def test_what_would_swell_is_left_closed(tmp_path: Path, what: str) -> None:
    parts, key = BOMBS[what]
    assert refused(package(tmp_path, parts())).key == f"gate.{key}"


def test_a_package_of_countless_entries(tmp_path: Path) -> None:
    path = package(tmp_path, {f"a{n}": b"" for n in range(zip_directory.MAX_ENTRIES + 1)})
    assert refused(path).key == "gate.bomb"


def entries(data: bytes | bytearray) -> list[int]:
    """Where the entries of the central directory stand."""
    return [at for at in range(len(data)) if data.startswith(b"PK\1\2", at)]


def test_entries_that_share_their_bytes(tmp_path: Path) -> None:
    path = package(tmp_path, {**handmade.parts(ONE), "a": os.urandom(5000), "b": os.urandom(5000)})
    data = bytearray(path.read_bytes())
    *_, one, two = entries(data)
    data[two + 42 : two + 46] = data[one + 42 : one + 46]
    path.write_bytes(data)
    assert refused(path).key == "gate.bomb"


@pytest.mark.parametrize(("at", "value"), [(24, 10), (20, 7), (16, 1), (42, 1 << 30), (10, 9)])
def test_a_directory_that_lies(tmp_path: Path, at: int, value: int) -> None:
    """About the size unpacked, the size packed, the checksum, place or the method (deflate64)."""
    path = package(
        tmp_path, {handmade.SHEET: "", **handmade.parts(f"{ONE}<!--{os.urandom(9000).hex()}-->")}
    )
    data = bytearray(path.read_bytes())
    for entry in entries(data):
        if data[entry + 46 :].startswith(handmade.SHEET.encode()):
            struct.pack_into("<H" if at == 10 else "<I", data, entry + at, value)
    path.write_bytes(data)
    assert refused(path).key in ("gate.bomb", "gate.damaged")


def test_a_part_nobody_reads_that_unpacks_to_more_than_it_says(tmp_path: Path) -> None:
    path = package(tmp_path, {**handmade.parts(ONE), "xl/media/image1.png": os.urandom(20_000)})
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, entries(data)[-1] + 24, 10)
    path.write_bytes(data)
    assert refused(path).key == "gate.bomb"


def test_parts_locked_with_a_password(tmp_path: Path) -> None:
    path = package(tmp_path, handmade.parts(ONE))
    data = bytearray(path.read_bytes())
    for entry in entries(data):
        data[entry + 8] |= 1
    path.write_bytes(data)
    assert refused(path).key == "gate.password"


def test_a_thousand_cells_full_of_one_sign_are_no_bomb(tmp_path: Path) -> None:
    text = f'<c r="A{{n}}" t="inlineStr"><is><t>{"-" * 32_000}</t></is></c>'
    path = package(tmp_path, {**handmade.parts(), handmade.SHEET: sheet_of(1000, text)})
    assert len(ExcelWorkbook(path).read().grids[0].rows) == 1000


def test_a_part_that_is_there_twice(tmp_path: Path) -> None:
    path = package(tmp_path, handmade.parts(ONE))
    with zipfile.ZipFile(path, "a") as target:
        target.writestr("XL/Workbook.xml", "<workbook/>")
    assert refused(path).key == "gate.damaged"


@pytest.mark.parametrize("name", ["../../evil.txt", "xl/../../evil", "C:\\evil"])
def test_names_that_leave_the_package_are_refused(tmp_path: Path, name: str) -> None:
    assert refused(package(tmp_path, {**handmade.parts(ONE), name: "x"})).key == "gate.damaged"


def test_what_is_not_there_or_not_a_file(tmp_path: Path) -> None:
    (tmp_path / "folder.xlsx").mkdir()
    (tmp_path / "~$book.xlsx").write_bytes(b"\5Anna")
    found = {
        name: refused(tmp_path / name)
        for name in ("none.xlsx", "folder.xlsx", "~$book.xlsx", "x" * 300)
    }
    assert all(isinstance(error, UsageError) for error in found.values())
    assert [error.key for error in found.values()] == [
        "gate.no_such_file", "gate.folder", "gate.owner_file", "gate.no_such_file"]  # fmt: skip
    with pytest.raises(UsageError):
        ExcelWorkbook(tmp_path / "a\0b.xlsx").read()


@pytest.mark.skipif(sys.platform == "win32", reason="pipes, devices and links of POSIX")
def test_pipes_devices_and_circles_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.xlsx")
    (tmp_path / "zero.xlsx").symlink_to("/dev/zero")
    (tmp_path / "circle.xlsx").symlink_to(tmp_path / "circle.xlsx")
    assert refused(tmp_path / "pipe.xlsx").key == "gate.not_a_workbook"
    with pytest.raises(SafetyStop):
        ExcelWorkbook(tmp_path / "zero.xlsx").read()
    assert refused(tmp_path / "circle.xlsx").key == "gate.no_such_file"


@pytest.mark.parametrize(
    ("error", "family", "key"),
    [
        (PermissionError(errno.EACCES, "no"), NoAccess, "no_access"),
        (OSError(errno.ESTALE, "gone"), Busy, "unreachable"),
        (OSError(errno.EIO, "broken"), Busy, "unreachable"),
        ((13, 32), Busy, "in_use"),
        ((22, 362), Busy, "unreachable"),
    ],
)
def test_what_the_system_answers(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: OSError | tuple[int, int],
    family: type[TrustbookError],
    key: str,
) -> None:
    path = package(tmp_path, handmade.parts(ONE))

    def refuse(*_: object, **__: object) -> None:
        if isinstance(error, OSError):
            raise error
        windows = OSError(error[0], "held")
        windows.winerror = error[1]  # type: ignore[attr-defined]
        raise windows

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(family) as caught:
        ExcelWorkbook(path).read()
    assert caught.value.key == f"gate.{key}"


def test_a_file_that_changes_while_it_is_read_is_left_for_the_next_run(tmp_path: Path) -> None:
    path = package(tmp_path, handmade.parts(f"{ONE}<!--{os.urandom(300_000).hex()}-->"))
    with admission.admit(path) as book:
        with path.open("r+b") as file:
            file.write(bytes(path.stat().st_size))
        with pytest.raises(Busy) as caught:
            list(book.stream(f"/{handmade.SHEET}"))
    assert caught.value.key == "gate.changing"


def test_every_sentence_is_there_in_both_languages() -> None:
    texts = tomllib.loads((templates() / "messages" / "gate.toml").read_text(encoding="utf-8"))
    room = Path(admission.__file__).parent
    source = "".join(path.read_text(encoding="utf-8") for path in room.glob("*.py"))
    for key in texts:
        assert key in source
        assert all(
            say(lang, f"gate.{key}", name="A", sheet="B", cell="C", where="D", most=1)
            for lang in ("nl", "en")
        )


def test_whatever_happens_to_its_bytes_a_workbook_is_read_or_refused(tmp_path: Path) -> None:
    cells = ('t="s"|<v>0</v>', 's="1"|<v>46000</v>', "|<f>A1</f><v>2</v>", 't="e"|<v>#N/A</v>')
    rows = "".join(handmade.row(*cells, number=n) for n in range(1, 60))
    name = '<definedName name="trustbook_book">"x"</definedName>'
    whole = handmade.parts(rows, strings="<si><t>GGD &amp; co</t></si>", names=name)
    bits = [b"", b"<", b'"', b"&", b"\xff", b"</row>", b"9" * 12, b"<!--"]
    path, chance = package(tmp_path, whole), random.Random(7)
    original = path.read_bytes()
    seen = set()
    for turn in range(400):
        if turn % 2:
            data = bytearray(original)
            for _ in range(chance.randrange(1, 5)):
                data[chance.randrange(len(data))] = chance.randrange(256)
            path.write_bytes(data)
        else:
            part = chance.choice(list(whole))
            text = bytearray(str(whole[part]).encode())
            at = chance.randrange(len(text))
            text[at : at + chance.randrange(3)] = chance.choice(bits)
            package(tmp_path, {**whole, part: bytes(text)})
        try:
            seen.add(type(ExcelWorkbook(path).read()).__name__)
        except TrustbookError as error:
            seen.add(error.key)
            assert error.sentence("nl")
    assert {"Snapshot", "gate.damaged"} <= seen


def test_a_bad_checksum_far_behind_the_rows_is_found(tmp_path: Path) -> None:
    path = package(
        tmp_path,
        sheet(f"{OPENED}{ONE}</sheetData><x a='{os.urandom(600_000).hex()}'/></worksheet>"),
    )
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 255
    path.write_bytes(data)
    assert refused(path).key == "gate.damaged"


def test_no_part_may_declare_a_document_type_and_a_name_must_say_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "network.xlsx"
    new_workbook(path, "nl")
    parts = read_parts(path)
    with_type = {
        **parts,
        "xl/theme/theme1.xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    }
    write_parts(tmp_path / "typed.xlsx", with_type)
    with pytest.raises(SafetyStop) as stop:
        admission.admit(tmp_path / "typed.xlsx")
    assert stop.value.key == "gate.doctype"
    for name in ("network.ods", "network.xlsb", "network"):
        (tmp_path / name).write_bytes(path.read_bytes())
        with pytest.raises(SafetyStop) as stop:
            admission.admit(tmp_path / name)
        assert stop.value.key == "gate.wrong_ending"
