"""Card, guide and handover: what stands on each page and, more important, what does not; and the
commands for them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import click
import openpyxl
import pytest
from click.testing import CliRunner, Result
from lxml import etree, html

from tests.books import TODAY, Moment, ago, book
from tests.network import tables
from trustbook.cli import forget as cli_forget
from trustbook.cli import history as cli_history
from trustbook.cli import network as cli_network
from trustbook.cli import pages as cli_pages
from trustbook.columns import typed_sheet
from trustbook.errors import UsageError
from trustbook.health.verdict import judge_partners
from trustbook.model import (
    CRISIS,
    PLANNED,
    THEM,
    US,
    Book,
    Consultation,
    Partner,
    Person,
    Settings,
)
from trustbook.network.cards import card, card_page, guide, guide_page, handover, handover_page
from trustbook.network.preparation import preparation_page, prepare_talk

HOSTILE = "<script src=//x.example>alert(1)</script>{{ 7*7 }}&\"'"
OURS: dict[str, Any] = {
    "our_name": "Gemeente W",
    "our_tasks": "OURTASKS",
    "our_goals": "OURGOALS",
    "our_way": "OURWAY",
}


def full(name: str = "Politie", **known: Any) -> Partner:
    fields = {
        "their_tasks": "TASKS",
        "their_goals": "GOALS",
        "their_way": "WAY",
        "own_view": "OWNVIEW",
        "holder": "Anna",
    }
    return Partner(name, id="P-AA", rhythm=30, since=ago(400), **(fields | known))


def network(*partners: Partner, people: tuple[Person, ...] = (), lang: str = "en") -> Book:
    one = book(
        partners,
        [Moment(ago(100), tuple(range(len(partners))))],
        people,
        Settings(**OURS),
        lang=lang,
    )
    one.moments.topic[0] = "TOPIC"
    return one


def words(page: str) -> str:
    """What a reader sees."""
    return " ".join(text_of(html.document_fromstring(page), "//body").split())


def text_of(document: etree._Element, path: str) -> str:
    """All text under the first element at ``path``."""
    return str(document.xpath(f"string({path})"))


def pages(one: Book, lang: str = "en") -> list[str]:
    verdicts = judge_partners(one, TODAY, lang)
    return [
        card_page(card(one, 0), TODAY, lang),
        guide_page(guide(one, verdicts, TODAY), TODAY, lang),
        handover_page(handover(one, verdicts, TODAY, "Anna", lang), TODAY, lang),
    ]


# --- the card


def test_a_card_holds_theirs_and_ours_and_nothing_else() -> None:
    one = network(
        full(),
        people=(Person("Petra Pol", 0, phone="06-12345678", email="p@x.example", key_role=True),),
    )
    assert words(card_page(card(one, 0), TODAY, "en")) == (
        "Politie – Gemeente W "
        "What we know of each other, as of 30 September 2026. "
        "Is something not right? Please tell us. "
        "Politie Tasks and competences TASKS Goals and interests GOALS Way of working WAY "
        "Gemeente W Your contact with us Anna Our tasks OURTASKS "
        "Our goals OURGOALS Our way of working OURWAY"
    )


def test_what_we_do_not_know_is_asked_of_them() -> None:
    one = network(full(their_way=None))
    assert "Way of working We would like to hear this from you." in words(
        card_page(card(one, 0), TODAY, "en")
    )


# --- the guide


def test_the_guide_holds_who_said_yes_and_has_not_ended() -> None:
    one = network(
        full("Zorg", share_card=True),
        full("anker", share_card=True, their_goals=None),
        full("Said no"),
        full("Gone", share_card=True, ended_on=ago(1)),
    )
    entries = guide(one, judge_partners(one, TODAY), TODAY)
    assert [(entry.name, entry.goals) for entry in entries] == [("anker", None), ("Zorg", "GOALS")]
    assert words(guide_page(entries, TODAY, "en")) == (
        "Who is who in our network "
        "Partners that chose to share this with each other, as of 30 September 2026. Partners "
        "anker Tasks and competences TASKS Way of working WAY "
        "Zorg Tasks and competences TASKS Goals and interests GOALS Way of working WAY"
    )


def test_the_guide_shows_no_persons_name_and_no_address_of_who_was_not_informed() -> None:
    told: dict[str, Any] = {"informed_on": ago(3)}
    people = (
        Person(
            "Petra Pol", 0, role="chief", phone="06-1", email="petra.pol@x.example", key_role=True
        ),
        Person("Piet Pol", 0, role="deputy", phone="06-2", email="desk@x.example", **told),
        Person("Soon Told", 1, phone="06-3", informed_on=ago(-1)),
        Person("Left", 1, phone="06-4", until=ago(1), **told),
        Person("No number", 2, role="clerk", **told),
    )
    one = network(*(full(name, share_card=True) for name in "ABC"), people=people)
    entries = guide(one, judge_partners(one, TODAY), TODAY)
    assert [entry.contact for entry in entries] == [("deputy", "06-2", "desk@x.example"), (), ()]
    page = guide_page(entries, TODAY, "en")
    assert "Work contact deputy · 06-2 · desk@x.example" in words(page)
    assert not re.search("Petra|Piet|Soon|Left|06-[134]", page)


# --- the handover


def test_the_handover_holds_all_that_the_next_holder_needs() -> None:
    one = book(
        [
            full("Cold"),
            full("Warm", holder="anna "),
            full("Of another", holder="Bas"),
            full("Gone", ended_on=ago(1)),
        ],
        [
            Moment(ago(100), (0,), promise=(THEM, ago(5), None)),
            Moment(ago(3), (1, 2), promise=(US, ago(-5), None)),
            Moment(ago(2), (2,), promise=(US, ago(1), None)),
            Moment(ago(-4), (1, 2), state=PLANNED),
            Moment(ago(-3), (2,), state=PLANNED),
        ],
        [
            Person("Petra Pol", 0, role="chief", phone="06-1", key_role=True),
            Person("Left", 0, until=ago(1)),
        ],
        consultations=[
            Consultation("Monthly", members=(0, 1), next=ago(-9)),
            Consultation("Chaired", chair="Anna"),
            Consultation("Of another", members=(2,), next=ago(-1)),
        ],
    )
    made = handover(one, judge_partners(one, TODAY), TODAY, "Anna", "en")
    assert [(partner["name"], partner["status"]) for partner in made.partners] == [
        ("Cold", "cold"),
        ("Warm", "warm"),
    ]
    assert [(one["by"], one["due"], one["overdue"]) for one in made.promises] == [
        ("them", ago(5), True),
        ("us", ago(-5), False),
    ]
    assert [(one["day"], one["partners"]) for one in made.planned] == [
        (ago(-4), ["Warm", "Of another"])
    ]
    assert [(one["name"], one["day"], one["chair"], one["quiet"]) for one in made.tables] == [
        ("Monthly", ago(-9), False, ["Cold"]),
        ("Chaired", None, True, []),
    ]
    assert made.summary == "2 partners: 1 warm, 1 cold. 2 open promises, 1 planned moment."
    text = words(handover_page(made, TODAY, "en"))
    assert "Petra Pol, chief (key role) · 06-1" in text
    assert "Own view: OWNVIEW" in text
    assert "Left" not in text and "Gone" not in text


# --- every page


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_pages_stand_on_their_own_and_what_people_typed_stays_text(lang: str) -> None:
    partner = Partner(
        HOSTILE, id=HOSTILE, share_card=True, holder="Anna", their_tasks=HOSTILE,
        their_goals=HOSTILE, their_way=HOSTILE, own_view=HOSTILE, since=ago(9),
    )  # fmt: skip
    hostile: dict[str, Any] = dict.fromkeys(OURS, HOSTILE)
    person = Person(HOSTILE, 0, role=HOSTILE, phone=HOSTILE, email=HOSTILE, informed_on=ago(1))
    one = book(
        [partner],
        [Moment(ago(5), promise=(US, ago(1), None)), Moment(ago(-5), state=PLANNED)],
        [person],
        Settings(**hostile),
        [Consultation(HOSTILE, members=(0,), next=ago(-1))],
        lang,
    )
    one.moments.topic[1] = one.moments.promises[0].text = HOSTILE
    for page in pages(one, lang):
        document = html.document_fromstring(page)
        assert document.get("lang") == lang
        assert page.startswith("<!DOCTYPE html>")
        policies = document.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        [policy] = cast("list[str]", policies)
        assert policy == "default-src 'none'; style-src 'unsafe-inline'"
        assert not document.xpath(
            "//script | //link | //img | //iframe | //a | //@src | //@href "
            "| //@*[starts-with(name(), 'on')]"
        )
        assert HOSTILE in text_of(document, "/*")
        assert "49" not in words(page)
        assert "@page { size: A4" in page
        assert "url(" not in page and "@import" not in page


def test_every_page_speaks_both_languages() -> None:
    one = network(full(share_card=True))
    dutch, english = pages(one, "nl"), pages(one, "en")
    for page, start in zip(
        (*dutch, *english),
        ("Politie", "Wie is wie", "Overdracht", "Politie", "Who is", "Handover"),
        strict=True,
    ):
        assert words(page).startswith(start)
    assert "Wat wij van elkaar weten, op 30 september 2026." in words(dutch[0])


# --- the commands


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs a command on the hand-counted network, kept in an Excel file."""
    file = openpyxl.Workbook()
    file.remove(file.worksheets[0])
    for title, rows in tables().items():
        if typed_sheet(title):
            sheet = file.create_sheet(title)
            for row in rows:
                sheet.append([cell or None for cell in row])
    file.save(tmp_path / "netwerk.xlsx")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def call(command: click.Command, *arguments: str) -> Result:
        return CliRunner().invoke(command, [*arguments, "--today", "2026-09-30"])

    return call


def sentence(result: Result) -> str:
    """The error that ended a command for its wrong use."""
    assert isinstance(result.exception, UsageError), result.exception
    assert result.exception.exit_code == 2
    return result.exception.sentence("nl")


def test_each_page_goes_to_the_current_folder_under_a_name_of_its_own(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    for command, more, name in (
        (cli_pages.card_command, ("moskee el-noor",), "kaart Moskee El-Noor.html"),
        (cli_pages.card_command, ("P-AA",), "kaart Politie Waterrijk.html"),
        (cli_pages.prepare_command, ("P-AA",), "voor gesprek Politie Waterrijk.html"),
        (cli_pages.guide_command, (), "wie-is-wie.html"),
        (cli_pages.handover_command, ("--holder", "ANNA"), "overdracht Anna.html"),
    ):
        result = run(command, "netwerk.xlsx", *more)
        assert result.exit_code == 0, result.exception
        assert result.stdout == "" and name in result.stderr
        assert (tmp_path / name).read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert run(cli_pages.guide_command, "netwerk.xlsx", "--quiet", "-o", "g.htm").output == ""
    assert (tmp_path / "g.htm").exists()


def test_before_a_talk_we_see_people_promises_and_tables(
    run: Callable[..., Result],
) -> None:
    data = json.loads(run(cli_pages.prepare_command, "netwerk.xlsx", "P-AA", "--json").stdout)
    assert set(data) >= {"partner", "people", "moments", "promises", "consultations", "hints"}
    assert (data["partner"]["name"], data["partner"]["holder"]) == ("Politie Waterrijk", "Anna")
    assert [one["name"] for one in data["people"]] == ["Petra Pol", "Piet Pol"]
    assert [(one["day"], one["weather"]) for one in data["moments"]] == [
        ("2026-09-20", "sunny"), ("2026-08-10", "sunny"),
    ]  # fmt: skip
    [promise] = data["promises"]
    assert (promise["by"], promise["due"], promise["overdue"]) == ("us", "2026-09-01", True)
    assert [one["name"] for one in data["consultations"]] == ["Netwerkoverleg"]
    theirs = json.loads(run(cli_pages.prepare_command, "netwerk.xlsx", "P-AB", "--json").stdout)
    assert [one["by"] for one in theirs["promises"]] == ["them"], "promises both ways"


def test_the_page_before_a_talk_holds_the_last_five_and_says_it_is_ours() -> None:
    one = book(
        [full(holder="Anna"), full("Other")],
        [Moment(ago(20), weather=CRISIS)]
        + [Moment(ago(days)) for days in (10, 30, 40, 50, 60, 70)]
        + [Moment(ago(1), (1,)), Moment(ago(2), (0,), state=PLANNED), Moment(ago(-3), (0,))],
        settings=Settings(**OURS),
    )
    one.moments.topic[1] = HOSTILE
    made = prepare_talk(one, judge_partners(one, TODAY), 0, TODAY, "en")
    assert [one["day"] for one in made.moments] == [ago(days) for days in (10, 20, 30, 40, 50)]
    assert made.moments[1]["weather"] == "crisis"
    for lang, start in (
        ("en", "Before a talk with Politie"),
        ("nl", "Voor een gesprek met Politie"),
    ):
        page = preparation_page(made, TODAY, lang)
        assert words(page).startswith(start) and "<script" not in page
        assert "Do not hand this over" in page or "Geef dit niet aan anderen" in page


def test_with_one_argument_it_is_the_book_that_was_left_out(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    toml = '[book.x]\nworkbooks = ["netwerk.xlsx"]\n'
    (tmp_path / "trustbook.toml").write_text(toml, encoding="utf-8")
    for command in (cli_pages.card_command, cli_pages.prepare_command):
        assert run(command, "P-AA", "--quiet").exit_code == 0
    assert "welke partner" in sentence(run(cli_pages.card_command))
    assert "welke partner" in sentence(run(cli_pages.card_command, "netwerk.xlsx"))
    assert "Welk overleg" in sentence(run(cli_pages.agenda_command, "netwerk.xlsx"))
    assert sentence(run(cli_forget.person_command, "netwerk.xlsx"))
    assert "trustbook merge" in sentence(run(cli_history.merge_command, "netwerk.xlsx", "Halt"))


def test_a_page_with_json_prints_the_data_and_writes_only_where_it_is_told(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    before = set(tmp_path.iterdir())
    data = json.loads(
        run(cli_pages.card_command, "netwerk.xlsx", "P-AA", "--json", "--quiet").stdout
    )
    assert (data["id"], data["name"], data["page"], data["as_of"]) == (
        "P-AA",
        "Politie Waterrijk",
        None,
        "2026-09-30",
    )
    assert data["theirs"] == {"tasks": None, "goals": None, "way": None}
    given = json.loads(
        run(cli_pages.handover_command, "netwerk.xlsx", "--holder", "Anna", "--json").stdout
    )
    assert [one["due"] for one in given["promises"]] == ["2026-09-01", "2026-09-01"]
    assert given["planned"] == [
        {"day": "2026-10-08", "topic": None, "partners": ["Vrijwilligershuis"]}
    ]
    assert (
        json.loads(run(cli_pages.guide_command, "netwerk.xlsx", "--json").stdout)["partners"] == []
    )
    assert set(tmp_path.iterdir()) == before


def test_what_is_wrong_is_said_with_what_was_perhaps_meant(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    assert "Bedoelt u “Politie Waterrijk”?" in sentence(
        run(cli_pages.card_command, "netwerk.xlsx", "politie")
    )
    assert "Relatiehouders zijn: Anna, Bas." in sentence(
        run(cli_pages.handover_command, "netwerk.xlsx", "--holder", "Cor")
    )
    assert "Wel: Noord, Zuid." in sentence(
        run(cli_network.calllist, "netwerk.xlsx", "--area", "Oost")
    )
    assert "jihadisme, rechts-extremisme" in sentence(
        run(cli_network.calllist, "netwerk.xlsx", "--phenomenon", "x")
    )
    content = (tmp_path / "netwerk.xlsx").read_bytes()
    assert ".html" in sentence(run(cli_pages.guide_command, "netwerk.xlsx", "-o", "netwerk.xlsx"))
    assert (tmp_path / "netwerk.xlsx").read_bytes() == content
    assert "nowhere" in sentence(
        run(cli_pages.guide_command, "netwerk.xlsx", "-o", "nowhere/page.html")
    )


def test_a_hostile_name_leads_to_a_file_in_the_current_folder(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    file = openpyxl.load_workbook("netwerk.xlsx")
    file["Partners"]["B2"] = '..\\../..:evil<>|"*? ' + "x" * 200
    file.save("netwerk.xlsx")
    before = set(tmp_path.iterdir())
    assert run(cli_pages.card_command, "netwerk.xlsx", "P-AA").exit_code == 0
    [made] = set(tmp_path.iterdir()) - before
    assert re.fullmatch(r"kaart evil x{1,60}\.html", made.name)


def test_coverage_on_the_screen_and_as_data(run: Callable[..., Result]) -> None:
    data = json.loads(run(cli_network.coverage_command, "netwerk.xlsx", "--json").stdout)
    assert len(data["rows"]) == 15
    assert data["rows"][0] == {
        "phenomenon": "jihadisme", "party": "Onderwijs", "tier": None, "area": None,
        "required": 2, "known": 1, "named": 1, "warm": 1, "gap": 1, "condition": None,
    }  # fmt: skip
    assert [row["condition"] for row in data["rows"][-3:-1]] == ["alleen bij minderjarigen"] * 2
    shown = run(cli_network.coverage_command, "netwerk.xlsx").stdout
    assert (
        "5 regels met een tekort" in shown and "Gea Geest: Gemeente: sociaal domein; GGZ" in shown
    )
    assert (
        "5 lines with a gap"
        in run(cli_network.coverage_command, "netwerk.xlsx", "--lang", "en").stdout
    )


def test_a_book_without_a_required_network_says_so(run: Callable[..., Result]) -> None:
    file = openpyxl.load_workbook("netwerk.xlsx")
    del file["Benodigd netwerk"]
    file.save("netwerk.xlsx")
    result = run(cli_network.coverage_command, "netwerk.xlsx")
    assert result.stdout == "" and "staat nog niets" in result.stderr
    assert (
        json.loads(run(cli_network.coverage_command, "netwerk.xlsx", "--json").stdout)["rows"] == []
    )


def test_the_call_list_on_the_screen_and_as_data(run: Callable[..., Result]) -> None:
    asked = ("--phenomenon", "Jihadism", "--area", "noord")
    rows = json.loads(run(cli_network.calllist, "netwerk.xlsx", *asked, "--json").stdout)["rows"]
    assert len(rows) == 14
    assert rows[0] == {
        "phenomenon": "jihadisme", "area": "Noord", "id": "P-AA", "name": "Politie Waterrijk",
        "party": "Politie", "tier": "core", "status": "warm", "person": "Petra Pol",
        "role": "wijkchef", "phone": "06 0000 0002", "deputy": "Piet Pol",
        "deputy_role": "teamchef", "deputy_phone": "06 0000 0001", "last_sunny": "2026-09-20",
    }  # fmt: skip
    shown = run(cli_network.calllist, "netwerk.xlsx", *asked, "--all").stdout
    assert shown.startswith("jihadisme · Noord") and "○ Koud" in shown
    offers = json.loads(run(cli_network.calllist, "netwerk.xlsx", "--offers", "--json").stdout)[
        "rows"
    ]
    assert [(row["offer"], row["name"]) for row in offers] == [
        ("duiding", "Kennispunt"),
        ("training", "Kennispunt"),
        ("taalhulp", "Hilde Molenaar"),
    ]
    assert (
        "Wie kan helpen: taalhulp" in run(cli_network.calllist, "netwerk.xlsx", "--offers").stdout
    )
