"""The guard against case data: what it withholds, and what it must leave alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustbook.privacy import REFUSED_HEADERS, find_withheld, refused_header, withheld

# 111222333 and 123456782 are the numbers everybody tests with: valid by the 11-test, issued to nobody.


@pytest.mark.parametrize(
    "text",
    ["111222333", "BSN 111222333", "bsn: 111 222 333.", "111.222.333", "1112.22.333", "2026-03-04 111222333",
     "123456782 en nog iets", "(111222333)", "111-222-333"],
)  # fmt: skip
def test_a_citizen_service_number_is_withheld(text: str) -> None:
    assert withheld(text) == "bsn"


@pytest.mark.parametrize(
    "text",
    ["123456789", "12345678", "0111222333", "1112223330", "06-12345678", "+31 612345678", "0031612345678",
     "KvK 12345678", "NL91 ABNA 0417 1643 00", "1234 AB", "2026-03-04", "020-1234567", "000000000"],
)  # fmt: skip
def test_other_numbers_stay(text: str) -> None:
    assert withheld(text) is None


@pytest.mark.parametrize(
    "text",
    ["Casus A. besproken", "casus Jan", "zorgen over leerling in klas 3", "Zorgen over een jongen uit de wijk",
     "melding over zijn broer", "de jongen is aangehouden", "hij is geradicaliseerd", "verdachte gehoord",
     "geboren op 3-4-1999", "geb. 03-04-1999", "concerns about a pupil", "the suspect was seen",
     "she has been radicalised", "dossier van mevrouw"],
)  # fmt: skip
def test_wording_about_one_person_is_withheld(text: str) -> None:
    assert withheld(text) == "case"


@pytest.mark.parametrize(
    "text",
    ["Kennismaking nieuwe wijkagent", "Casusoverleg ZVH", "Casus-evaluatie", "training radicalisering herkennen",
     "presentatie over terugkeerders", "zorgen over jongeren in de wijk", "Zorgen over de veiligheid",
     "Gesproken met mevrouw De Vries over samenwerking", "casemanagement", "doelgroep: verdachten", "Zorg om jeugd",
     "Meeting about returnees policy", "introduction of the new case manager", "gebiedsteam", "I suspect we agree"],
)  # fmt: skip
def test_the_ordinary_business_of_a_network_stays(text: str) -> None:
    assert withheld(text) is None


@pytest.mark.parametrize(
    ("header", "kind"),
    [("Religie", "religion"), ("GELOOF", "religion"), ("Etniciteit", "ethnicity"), ("Nationaliteit:", "nationality"),
     ("Geb.-datum*", "birth date"), ("Geboortedatum", "birth date"), ("Date of birth", "birth date"),
     ("Privé-adres", "home address"), ("Home address", "home address"), ("Politieke voorkeur", "political view"),
     ("BSN", "citizen service number"), ("Casus", "case"), ("Case number", "case"), ("Zaaknummer", "case")],
)  # fmt: skip
def test_columns_of_special_personal_data_are_refused(header: str, kind: str) -> None:
    assert refused_header(header) == kind


@pytest.mark.parametrize(
    "header",
    ["Adres kantoor", "Casemanager", "Naam", "Leeftijdsgroep", "Doelgroep", "Kerk of stichting", "Partij", "Adres"],
)
def test_other_columns_stay(header: str) -> None:
    assert refused_header(header) is None


def test_every_refused_header_is_found_however_it_is_typed() -> None:
    for kind, headers in REFUSED_HEADERS.items():
        for header in headers:
            assert refused_header(header.upper() + " ") == kind


@given(st.lists(st.sampled_from(["111222333", "casus Jan", "Kennismaking", "06-12345678", "hij is aangehouden"])))
def test_a_long_column_gives_what_cell_by_cell_gives(texts: list[str]) -> None:
    assert find_withheld(texts) == {text: reason for text in texts if (reason := withheld(text))}
