"""Somebody who only waits on Proposals: what is held is shown, and goes in one act."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl

from tests.test_intake import TODAY, answer, book, calendar, event, rows, skipped
from tests.test_intake_cells import FORM, form
from tests.typed import Asked, asked

__all__ = ["asked"]
TOLD = (b"Piet", b"0182222333", b"piet.bal")
CARD = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Piet Bal\r\nORG:{org}\r\nTEL;TYPE=WORK:0182222333\r\n"
    "EMAIL;TYPE=WORK:piet.bal@zandloo.example\r\nEND:VCARD\r\n"
)


def test_who_only_waits_on_proposals_is_forgotten_in_one_act(tmp_path: Path, asked: Asked) -> None:
    path = book(tmp_path)
    (tmp_path / "kaart.vcf").write_text(CARD.format(org="VV Zandloo"), encoding="utf-8")
    assert asked.json("import", "kaart.vcf", *TODAY)["proposed"] == 1
    held = asked.json("person", "Piet Bal", *TODAY)
    assert [(row["sheet"], row["value"]) for row in held["rows"]] == [
        ("Voorstellen", "Piet Bal"),
        ("Voorstellen", "0182222333"),
        ("Voorstellen", "piet.bal@zandloo.example"),
    ]
    code, _, said = asked("forget", "--person", "piet bal", *TODAY)
    assert code == 0 and "3 cellen" in said and "1 rij" in said, said
    assert len(rows(path)) == 1
    code, _, said = asked("forget", "--person", "piet bal", "--yes", *TODAY)
    assert code == 0 and "vergeten" in said, said
    assert rows(path) == []
    parts = zipfile.ZipFile(path)
    kept = [parts.read(name) for name in parts.namelist()]
    kept += [one.read_bytes() for one in (tmp_path / "data").rglob("*") if one.is_file()]
    assert not [word for word in TOLD for content in kept if word in content]
    told = asked.json("import", "kaart.vcf", *TODAY)
    assert told["proposed"] == 0 and skipped(told) == {"forgotten": 1}, "nobody said no"
    other = CARD.format(org="VV Zandloo").replace("FN:", "UID:7\r\nFN:")
    (tmp_path / "kaart.vcf").write_text(other, encoding="utf-8")
    assert skipped(asked.json("import", "kaart.vcf", *TODAY)) == {"forgotten": 1}
    assert asked("person", "Piet Bal", *TODAY)[0] == 2
    source = calendar(tmp_path, event("Politie met Piet Bal", "20261110"))
    assert asked("import", source, *TODAY)[0] == 0
    assert len(rows(path)) == 1 and "Piet" not in repr(rows(path)), "known at another partner too"


def test_a_title_does_not_bring_back_who_was_forgotten(tmp_path: Path, asked: Asked) -> None:
    path = book(tmp_path)
    title = "Koffie Moskee El Noor: Yassin Amrani"
    source = calendar(tmp_path, event(title, "20261110"), event("Koffie Politie", "20261111"))
    assert asked.json("import", source, *TODAY)["proposed"] == 2
    assert asked("forget", "--person", "Yassin Amrani", "--yes", *TODAY)[0] == 0
    assert asked("import", source, *TODAY)[0] == 0
    assert "Amrani" not in repr(rows(path)) and "Koffie Politie" in repr(rows(path))
    assert [row[1] for row in rows(path)] == ["Moskee El Noor", "Politie"]
    kept = [one.read_bytes() for one in (tmp_path / "data").rglob("*") if one.is_file()]
    assert not [content for content in kept if b"Amrani" in content]


def test_who_else_waits_with_a_card_stays_whole(tmp_path: Path, asked: Asked) -> None:
    path = book(tmp_path)
    card = CARD.format(org="VV Zandloo").replace("Piet Bal", "Mieke Amrani")
    card = card.replace("piet.bal@zandloo", "info@amrani")
    (tmp_path / "kaart.vcf").write_text(card, encoding="utf-8")
    source = calendar(tmp_path, event("Koffie Politie met Yassin Amrani", "20261110"))
    assert asked.json("import", "kaart.vcf", source, *TODAY)["proposed"] == 2
    told = asked.json("forget", "--person", "Yassin Amrani", *TODAY)
    touched = [one for one in told["cells"] if one["sheet"] == "Voorstellen"]
    assert [(one["row"], one["column"], one["whole"]) for one in touched] == [(3, "Waarom", False)]
    assert "Politie met …" in touched[0]["after"]
    assert asked("forget", "--person", "Yassin Amrani", "--yes", *TODAY)[0] == 0
    assert "Yassin" not in repr(rows(path)) and "Mieke Amrani" in repr(rows(path))
    answer(path, None, "ja")
    assert asked("sync", *TODAY)[0] == 0
    people = repr([*openpyxl.load_workbook(path)["Personen"].values])
    assert "Mieke Amrani" in people and "info@amrani.example" in people


def test_what_is_withdrawn_with_who_was_forgotten_is_not_gone_from_its_source(
    tmp_path: Path, asked: Asked
) -> None:
    path = book(tmp_path)
    source = calendar(tmp_path, event("Koffie Yassin Amrani", "20261111"))
    assert asked("import", source, *TODAY)[0] == 0
    assert asked("forget", "--person", "Yassin Amrani", "--yes", *TODAY)[0] == 0
    told = asked("import", source, *TODAY)[2]
    assert "1 voorstel ingetrokken" in told and "niet meer in de bron" not in told, told
    assert rows(path) == []


def test_the_answers_of_a_form_that_name_them_are_left_to_people(
    tmp_path: Path, asked: Asked
) -> None:
    path = book(tmp_path)
    form(path, ["2026-11-21 10:00:00", "18-11-2026", "Politie", "bezoek met Yassin Amrani"])
    assert asked("sync", *TODAY)[0] == 0
    left = [{"workbook": "n.xlsx", "sheet": FORM, "cell": "D2"}]
    assert asked.json("forget", "--person", "Yassin Amrani", *TODAY)["left"] == left
    assert asked.json("forget", "--person", "Yassin Amrani", "--yes", *TODAY)["left"] == left


def test_a_surname_alone_does_not_bring_them_back(tmp_path: Path, asked: Asked) -> None:
    path = book(tmp_path)
    titles = ["Koffie Politie met mw. Amrani", "VV Zandloo en Yassin", "VV Zandloo over Jansen"]
    source = calendar(tmp_path, *(event(one, f"202611{10 + n}") for n, one in enumerate(titles)))
    text = "datum;met;afspraak;door\n2026-11-15;Politie;Amrani bellen;Piet Amrani\n"
    (tmp_path / "log.csv").write_text(text, encoding="utf-8")
    assert asked.json("import", source, "log.csv", *TODAY)["proposed"] == 4
    assert asked("forget", "--person", "Yassin Amrani", "--yes", *TODAY)[0] == 0
    assert asked("import", source, "log.csv", *TODAY)[0] == 0
    told = repr(rows(path))
    assert len(rows(path)) == 4 and "VV Zandloo over Jansen" in told
    assert "Yassin" not in told and "mw. Amrani" not in told and "Amrani bellen" not in told
    file = openpyxl.load_workbook(path)
    file["Personen"].append([None, "Piet Amrani", "Politie", None])
    file.save(path)
    assert asked("sync", *TODAY)[0] == 0
    assert "Piet Amrani" in repr(rows(path, "Personen")), "somebody else has that surname now"
    assert "forgotten_before" not in asked.codes(*TODAY)
    assert asked("import", source, "log.csv", *TODAY)[0] == 0
    assert "Yassin" not in repr(rows(path))
