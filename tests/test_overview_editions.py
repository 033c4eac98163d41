"""What may be read where: no name in public, no person for the steering group, no small number to
work out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.books import Moment, book
from tests.overviews import LATER, SPAN, docx_texts, story, told
from tests.reading import read
from trustbook.catalogue import parties
from trustbook.cli.overview import _json
from trustbook.demo import make_sample
from trustbook.model import Book, Consultation, Partner, Person, Settings
from trustbook.names import key
from trustbook.overview import count_quarter
from trustbook.overview.disclosure import FEWEST, has_small, hidden_rows
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
        "json": json.dumps(_json(figures, Path("x"), "html"), default=str, ensure_ascii=False),
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
    assert (civil["value"], civil["detail"]) == ("minder dan 3", "van 4 zonnige momenten")
    assert civil["before"] == "Kwartaal ervoor: minder dan 3"
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


def network(core: int, wider: int, civil_warm: int, civil_cold: int) -> Book:
    tiers = ["core"] * core + ["wider"] * wider + ["civil_society"] * (civil_warm + civil_cold)
    partners = [
        Partner(f"P{i}", tier=tier, rhythm=30, since=date(2025, 1, 1))
        for i, tier in enumerate(tiers)
    ]
    warm = range(core + wider + civil_warm)
    moments = [Moment(date(2026, 9, 20), tuple(warm))] if warm else []
    return book(partners, moments, lang="nl", settings=Settings(phenomena=("Sabotage",)))


@pytest.mark.parametrize(
    "tiers",
    [
        (9, 20, 8, 4),
        (9, 20, 8, 1),
        (9, 20, 1, 8),
        (9, 20, 2, 0),
        (1, 20, 9, 9),
        (0, 0, 2, 1),
        (30, 0, 0, 0),
    ],
)
def test_no_small_number_can_be_worked_out_of_the_public_matrix(
    tiers: tuple[int, int, int, int],
) -> None:
    figures = count_quarter(network(*tiers), SPAN, LATER, "public")
    core, wider, warm, cold = tiers
    truth = {"known": [core, wider, 0, warm + cold], "warm": [core, wider, 0, warm]}
    shown = {
        name: [getattr(line.cells[0], name) for line in figures.matrix.lines]
        for name in ("known", "warm")
    }
    possible = _possible(shown, sum(truth["known"]), sum(truth["warm"]))
    guesses = {
        "known": {k for k, _ in possible},
        "warm": {w for _, w in possible},
        "not": {k - w for k, w in possible},
    }
    totals = {"known": sum(truth["known"]), "warm": sum(truth["warm"])}
    totals["not"] = totals["known"] - totals["warm"]
    for name, values in guesses.items():
        # Where the whole network has none, everybody knows that a part of it has none.
        assert len(values) > 1 or min(values) >= FEWEST or totals[name] == 0, (name, shown)


def _possible(shown: dict[str, list[int | None]], known: int, warm: int) -> set[tuple[int, int]]:
    """All (known, warm) of civil society that fit what is shown and both totals of the network."""
    others = list(zip(shown["known"][:3], shown["warm"][:3], strict=True))
    no_known = any(k is None for k, _ in others)
    no_warm = sum(k for k, w in others if k is not None and w is None)
    left_known, left_warm = (
        known - sum(k or 0 for k, _ in others),
        warm - sum(w or 0 for _, w in others),
    )
    found = set()
    for k, w in product(range(left_known + 1), range(left_warm + 1)):
        fits = (shown["known"][3] in (None, k)) and (shown["warm"][3] in (None, w)) and w <= k
        rest_known, rest_warm = left_known - k, left_warm - w
        if (
            fits
            and (no_known or rest_known == 0)
            and rest_warm <= (rest_known if no_known else 0) + no_warm
        ):
            found.add((k, w))
    return found


TABLES = st.integers(1, 3).flatmap(
    lambda columns: st.lists(
        st.lists(st.integers(0, 9), min_size=columns, max_size=columns), min_size=1, max_size=5
    )
)


@given(TABLES)
def test_what_is_hidden_stays_open_to_more_than_one_reading(rows: list[list[int]]) -> None:
    small = [row for row, numbers in enumerate(rows) if has_small(numbers)]
    hidden = hidden_rows(rows, small)
    assert set(small) <= hidden and (hidden or not small)
    if not hidden or len(hidden) == len(rows):
        return  # nothing to find, or nothing shown to find it with
    for column in range(len(rows[0])):
        rest = sum(rows[row][column] for row in hidden)
        assert len(hidden) > 1 and rest >= FEWEST


def test_a_consultation_is_named_nowhere() -> None:
    one = story().read()
    one.consultations.append(Consultation("Weegploeg Zuid", chair="Roos Veenstra"))
    texts: Sequence[str] = list(every_output(one, "team", "nl").values())
    assert not any("Weegploeg" in text or "Veenstra" in text for text in texts)
