"""People: whom to ask for first, who is one person in several roles, what hangs on one person."""

from __future__ import annotations

from tests.books import TODAY, ago, book
from tests.network import answers, network
from trustbook.health.verdict import judge_partners
from trustbook.model import Book, Partner, Person
from trustbook.network.people import (
    CurrentContacts,
    SinglePointOfFailure,
    same_person,
    single_points_of_failure,
)


def found(one: Book) -> list[SinglePointOfFailure]:
    return single_points_of_failure(one, judge_partners(one, TODAY), TODAY)


def test_what_hangs_on_one_person_is_what_was_counted_by_hand() -> None:
    one, verdicts = network()
    assert [
        {"Persoon": point.person, "Partijen": "; ".join(point.parties)}
        for point in single_points_of_failure(one, verdicts, TODAY)
    ] == answers("Hangt aan één persoon")


def test_a_key_role_goes_first_then_a_phone_then_the_order_of_the_sheet() -> None:
    people = [
        Person("no phone", 0),
        Person("phone", 0, phone="112"),
        Person("later", 0),
        Person("key", 0, key_role=True),
    ]
    gone = [Person("left", 0, key_role=True, until=ago(1)), Person("elsewhere", None)]
    duty = CurrentContacts(book([Partner("P")], people=[*people, *gone]), TODAY)
    assert [person.name for person in duty.at(0)] == ["key", "phone", "no phone", "later"]
    assert duty.at(7) == []


def test_one_name_is_one_person_unless_they_are_reached_in_other_ways() -> None:
    anna = Person("Anna  Vos", 0, phone="06-1234", email="a@x.example")
    assert same_person(anna, Person("anna vos", 0))
    assert not same_person(anna, Person("anna vos", 1)), "two of one name at two partners are two"
    assert same_person(anna, Person("anna vos", 1, further=(0,)))
    assert same_person(anna, Person("Anna Vos", 1, phone="06 1234", email="anna@other.example"))
    assert same_person(anna, Person("Anna Vos", 1, email="A@X.example"))
    assert not same_person(anna, Person("Anna Vos", 1, phone="06-9999"))
    assert not same_person(anna, Person("Anne Vos", 1, phone="06-1234"))


def test_a_second_person_or_an_individual_takes_the_weight_off() -> None:
    partners = [
        Partner("A", party="Police"),
        Partner("B", party="politie"),
        Partner("C", party="GGD"),
    ]
    one = book(
        partners, people=[Person("Anna", 0, phone="1"), Person("Anna", 2, phone="1", key_role=True)]
    )
    assert found(one) == [SinglePointOfFailure("Anna", True, ("Police", "GGD"), (0, 2))]
    one.people.append(Person("Bas", 1))
    assert [point.parties for point in found(one)] == [("GGD",)]
    one.partners[1].kind, one.people[2].until = "individual", ago(1)
    assert [point.parties for point in found(one)] == [("GGD",)]
    one.partners[1].ended_on = ago(1)
    assert [point.parties for point in found(one)] == [("Police", "GGD")]


def test_parties_of_which_we_know_nobody_hang_on_nobody() -> None:
    assert (
        found(book([Partner("A", party="Police"), Partner("B")], people=[Person("Anna", 1)])) == []
    )
