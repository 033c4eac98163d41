"""What helps at the telephone, in the network that was counted by hand."""

from datetime import date

from tests.books import ago, book
from tests.network import TODAY, network
from trustbook.health.verdict import judge_partners
from trustbook.model import HELD, PLANNED, Moments, Partner, Person
from trustbook.network.calllist import CallEntry
from trustbook.network.drill import drill
from trustbook.network.talking_points import TalkingPoints, talking_points
from trustbook.outbox.cards import call_cards


def points_of(name: str, today: date = TODAY) -> TalkingPoints:
    found, _ = network(today)
    position = next(at for at, partner in enumerate(found.partners) if partner.name == name)
    return talking_points(found, [position], today)[position]


def test_the_key_person_goes_first_and_our_promise_is_told() -> None:
    promise = "lijst met namen van scholen sturen"
    assert points_of("Politie Waterrijk") == TalkingPoints(
        "Petra Pol", "06 0000 0002", None, promise
    )
    # Theirs is no promise of ours, a kept one is done, and on 1 August none was made.
    assert points_of("Wijkagenten Noord").our_promise is None
    assert points_of("Woonstichting").our_promise is None
    assert points_of("Politie Waterrijk", date(2026, 8, 1)).our_promise is None


def test_an_individual_is_asked_for_itself_and_nobody_is_invented() -> None:
    assert points_of("Hilde Molenaar") == TalkingPoints("Hilde Molenaar", None, None, None)
    assert points_of("Buurtkerk") == TalkingPoints(None, None, None, None)


def test_the_topic_is_that_of_the_last_talk_that_has_one() -> None:
    topics = [(9, HELD, "old"), (5, HELD, "parking"), (2, HELD, None), (-3, PLANNED, "ahead")]
    log = Moments(
        row=list(range(4)), topic=[topic for *_, topic in topics],
        day=[ago(days).toordinal() for days, *_ in topics],
        state=[state for _, state, _ in topics],
        contact_moment=list(range(4)), contact_partner=[0] * 4,
    )  # fmt: skip
    one = book([Partner("A"), Partner("B")])
    one.moments = log
    told = talking_points(one, [0, 1], TODAY)
    assert (told[0].last_topic, told[1].last_topic) == ("parking", None)
    assert talking_points(one, [0], ago(6))[0].last_topic == "old"


def test_words_where_a_number_is_asked_for_are_no_number_anywhere() -> None:
    people = [Person("Leo", 0, phone="onbekend"), Person("Els", 1, phone="112")]
    one = book([Partner("A"), Partner("B")])
    one.people = people
    told = talking_points(one, [0, 1], TODAY)
    assert (told[0].ask_for, told[0].phone, told[1].phone) == ("Leo", None, "112")
    assert [line["name"] for line in drill(one, judge_partners(one, TODAY), TODAY, 1)] == ["B"]
    entry = CallEntry(0, "warm", "Leo", None, "onbekend", None, None, None, None)
    assert call_cards(one, [entry]) == b""


def test_who_has_a_number_goes_before_who_has_words() -> None:
    one = book([Partner("A")])
    one.people = [Person("Leo", 0, phone="onbekend"), Person("Els", 0, phone="112")]
    assert talking_points(one, [0], TODAY)[0].ask_for == "Els"
