"""What may be read where: no name in public, no person for the steering group, no small number to
work out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

import pytest

from tests.books import book
from tests.overviews import LATER, SPAN, docx_texts, story, told
from tests.reading import read
from trustbook.catalogue import parties
from trustbook.demo import make_sample
from trustbook.model import Book, Consultation, Partner, Person, Settings
from trustbook.names import key
from trustbook.overview import count_quarter
from trustbook.overview.as_json import figures_json
from trustbook.overview.docx import render_docx
from trustbook.overview.html import render_html
from trustbook.overview.markdown import render_markdown
from trustbook.workbooks import open_workbook


@pytest.fixture(scope="module")
def municipality(tmp_path_factory: pytest.TempPathFactory) -> Book:
    path = tmp_path_factory.mktemp("sample") / "netwerk.xlsx"
    make_sample(path, "nl", LATER)
    return read(open_workbook(str(path)), LATER, "nl").book


def names_in(one: Book) -> set[str]:
    """Every name people typed, save those the catalogue knows."""
    typed = [partner.name for partner in one.partners] + [person.name for person in one.people]
    typed += [partner.holder or "" for partner in one.partners] + [
        by or "" for by in one.moments.by
    ]
    typed += [meeting.name for meeting in one.consultations] + [
        meeting.chair or "" for meeting in one.consultations
    ]
    typed += [
        *one.settings.holders,
        *one.settings.parties,
        *one.settings.phenomena,
        *one.settings.areas,
    ]
    typed += [person.email or "" for person in one.people] + [
        person.phone or "" for person in one.people
    ]
    typed += [topic or "" for topic in one.moments.topic] + [
        promise.text for promise in one.moments.promises
    ]
    listed = {key(label) for party in parties() for label in (party.nl, party.en, *party.also)}
    return {key(name) for name in typed if name} - listed


def every_output(one: Book, edition: str, lang: str) -> dict[str, str]:
    words = told(one, edition, lang)  # type: ignore[arg-type]
    figures = count_quarter(one, SPAN, LATER, edition, lang)  # type: ignore[arg-type]
    return {
        "html": render_html(words),
        "md": render_markdown(words),
        "docx": docx_texts(render_docx(words)),
        "json": json.dumps(figures_json(figures, "nl"), default=str, ensure_ascii=False),
        "figures": repr(figures).replace(repr(one.settings.our_name), ""),
    }


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_no_name_of_the_book_stands_in_any_public_output(municipality: Book, lang: str) -> None:
    names = names_in(municipality)
    assert len(names) > 300
    # Who we are is said; a place in that name is no secret of the book.
    ours = key(municipality.settings.our_name or "")
    for form, text in every_output(municipality, "public", lang).items():
        shown = key(text).replace(ours, "")
        assert [name for name in names if name in shown] == [], form


def test_the_steering_group_reads_partners_and_no_person(municipality: Book) -> None:
    people = {person.name for person in municipality.people} | {
        p.holder for p in municipality.partners if p.holder
    }
    people |= {p.name for p in municipality.partners if p.kind == "individual"}
    for form, text in every_output(municipality, "steering", "nl").items():
        assert [name for name in people if name in text] == [], form
    assert "Boa-team Centrum" in render_markdown(told(municipality, "steering"))


def test_an_individual_is_an_individual() -> None:
    names = ("Karim Visser", "Elif Yilmaz", "Jan de Wit", "Bakkerij Jan de Wit", "Sint Jan")
    partners = [Partner(name, rhythm=30, since=date(2025, 1, 1)) for name in names]
    partners[0].kind, partners[1].party = "individual", "individu"
    people = [Person("Jan de Wit", 2), Person("Jan", 2)]
    words = told(book(partners, people=people, lang="nl"), "steering")
    assert sorted(row[0] for row in words["cold"]["rows"]) == ["Sint Jan", *["een individu"] * 4]
    team = told(book(partners, people=people, lang="nl"), "team")
    assert sorted(row[0] for row in team["cold"]["rows"]) == sorted(names)


def test_the_team_reads_holders_and_the_others_do_not() -> None:
    one = story().read()
    assert told(one, "team")["cold"]["head"] == [
        "Partner", "Status", "Laatste contact", "Ritme", "Relatiehouder", "Volgende stap",
    ]  # fmt: skip
    assert any("Sem Kuiper" in row for row in told(one, "team")["cold"]["rows"])
    assert "Relatiehouder" not in told(one, "steering")["cold"]["head"]
    assert told(one, "public")["cold"]["rows"] == []


def test_the_public_edition_draws_no_sectors_and_no_field_of_partners() -> None:
    figures = count_quarter(story().read(), SPAN, LATER, "public")
    assert [sector.domain for sector in figures.sectors] == [None] and figures.dots == ()
    assert set(told(story().read(), "public")["pictures"]) == {"sun", "bars"}


def test_small_numbers_of_civil_society_are_hidden_in_words_and_data() -> None:
    one = story().read()
    civil = told(one, "public")["numbers"][2]
    assert (civil["value"], civil["detail"]) == ("niet getoond", "van 4 zonnige momenten")
    assert civil["before"] == "Kwartaal ervoor: niet getoond"
    assert count_quarter(one, SPAN, LATER, "public").civil == (None, None)
    assert count_quarter(one, SPAN, LATER, "team").civil == (1, 2)


def test_our_own_name_goes_where_somebody_hides_in_it() -> None:
    partners = [Partner("Waterrijk", since=date(2025, 1, 1))]
    one = book(partners, settings=Settings(our_name="Gemeente Waterrijk"))
    assert told(one, "public")["subtitle"] == "Derde kwartaal van 2026"
    assert told(one, "team")["subtitle"] == "Gemeente Waterrijk, derde kwartaal van 2026"
    one.partners[0].name = "Water"
    assert told(one, "public")["subtitle"] == "Gemeente Waterrijk, derde kwartaal van 2026"


def test_the_public_edition_has_no_column_that_only_a_partner_names() -> None:
    one = story().read()
    one.partners[3].phenomena = ("right_wing",)
    public, team = (
        count_quarter(one, SPAN, LATER, edition).matrix for edition in ("public", "team")
    )
    assert [column.key for column in public.phenomena] == ["jihadism", "left_wing"]
    assert [column.key for column in team.phenomena] == ["jihadism", "right_wing", "left_wing"]


def test_a_consultation_is_named_nowhere() -> None:
    one = story().read()
    one.consultations.append(Consultation("Weegploeg Zuid", chair="Roos Veenstra"))
    texts: Sequence[str] = list(every_output(one, "team", "nl").values())
    assert not any("Weegploeg" in text or "Veenstra" in text for text in texts)
