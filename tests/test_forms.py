"""What people's sheets look like (scenarios/forms.md), as real files, night after night."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stories import Stage, Story, row, stories_in
from trustbook.errors import SafetyStop
from trustbook.reading import lists

ALL = stories_in("forms.md")


@pytest.mark.parametrize("story", ALL, ids=[story.title for story in ALL])
def test_form(story: Story, tmp_path: Path) -> None:
    Stage(story, tmp_path).play(story)


OWN_NUMBERS = """
ID | Naam | Ritme
1 | Aurora Club | 30
2 | Beacon House | 30
3 | Cedar School | 30
"""


def own_numbers() -> Story:
    return Story(
        "", "forms.md", {"Partners": [row(line) for line in OWN_NUMBERS.strip().splitlines()]}
    )


def test_own_numbers_that_served_as_ids_before_keep_their_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(own_numbers(), tmp_path)
    with monkeypatch.context() as before:  # the version before read them as IDs
        before.setattr(lists, "are_own_ids", lambda *_: False)
        stage.nacht("29-09-2026")
    with stage.ledger() as ledger:
        assert sorted(ledger.records("partners")) == ["1", "2", "3"]
    stage.erbij("Partners 2 = 1 | Azuur Huis | 30")
    for cell, number in (("A3", 2), ("A4", 3), ("A5", 4)):
        stage.typ(f"Partners {cell} = {number}")
    stage.nacht("30-09-2026")
    known = stage.known_names()
    names = [known[number] for number in ("1", "2", "3")]
    assert names == ["Aurora Club", "Beacon House", "Cedar School"]
    assert len(known) == 4
    with stage.ledger() as ledger:
        assert not ledger.archived("partners")
    stage.dan("Azuur Huis is nieuw; Aurora Club is nieuw; Beacon House is nieuw; "
              "Cedar School is nieuw")  # fmt: skip
    for cell, number in (("A2", 1), ("A3", 2), ("A4", 3), ("A5", 4)):
        stage.staat(f"Partners {cell} = {number}")


def test_ids_of_ours_with_numbers_put_over_them_stop_the_night(tmp_path: Path) -> None:
    form = own_numbers()
    form.sheets["Partners"] = [[*([None] if at else ["ID"]), *cells[1:]]
                               for at, cells in enumerate(form.sheets["Partners"])]  # fmt: skip
    stage = Stage(form, tmp_path)
    stage.nacht("29-09-2026")
    for at in (2, 3, 4):
        stage.typ(f"Partners A{at} = {at - 1}")
    with pytest.raises(SafetyStop) as stop:
        stage.nacht("30-09-2026")
    assert "ander ID dan eerst" in stop.value.sentence("nl")
    for at in (2, 3, 4):
        stage.typ(f"Partners A{at} =")
    stage.nacht("30-09-2026")
    assert len(stage.known_names()) == 3, "what the sentence tells to do works"
