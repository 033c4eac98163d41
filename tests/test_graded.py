"""What was judged before is not judged again, and nothing but that."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from trustbook.privacy import GradedTexts, grade, graded_to_keep, guard
from trustbook.privacy.guard import may_tell

_SECRET = b"s" * 32
_CASE, _OTHER = "Jongen van 16 uit Noord is opgepakt", "BSN 111222333"
_WORDS = ["koffie", "overleg", _CASE, _OTHER, "", "a\x1fb", "moskee"]


def _judged(
    texts: Sequence[str], kept: dict[str, object] | None = None, secret: bytes = _SECRET
) -> tuple[set[str], list[str], dict[str, object]]:
    """What has a sign, which texts were looked at, and what is kept."""
    memory, seen = GradedTexts(kept, secret), list[str]()

    def watching(text: str) -> bool:
        seen.append(text)
        return may_tell(text)

    with pytest.MonkeyPatch.context() as watched:
        watched.setattr(guard, "may_tell", watching)
        found = memory.signed("moments.topic", texts, False)
    return found, seen, graded_to_keep(memory)


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "_TOGETHER", 4)


def test_a_column_that_stands_as_it_stood_is_not_judged_again() -> None:
    texts = [f"tekst {n}" for n in range(10)] + [_CASE]
    found, seen, kept = _judged(texts)
    assert found == {_CASE}
    assert set(seen) == set(texts)
    assert _judged(texts, kept)[:2] == ({_CASE}, [])


def test_an_edit_has_its_neighbours_judged_and_no_others() -> None:
    texts = [f"tekst {n}" for n in range(12)]
    kept = _judged(texts)[2]
    texts[5] = _CASE
    found, seen, _ = _judged(texts, kept)
    assert found == {_CASE}
    assert set(seen) == {*texts[4:8]}


def test_what_was_judged_with_another_secret_version_or_words_is_not_used() -> None:
    texts = ["een", "twee"]
    kept = _judged(texts)[2]
    assert _judged(texts, kept, b"t" * 32)[1]
    assert _judged(texts, kept | {"by": "another version"})[1]
    assert not _judged(texts, kept)[1]


def test_a_text_with_a_sign_leaves_no_fingerprint() -> None:
    """Its cell may hold anything: what is kept is the same."""
    one, other = _judged(["een", _CASE])[2], _judged(["een", _OTHER])[2]
    assert one == other


def test_texts_that_run_together_are_not_taken_for_each_other() -> None:
    kept = _judged(["ab", "c"])[2]
    assert _judged(["a", "bc"], kept)[1]


def test_whatever_is_edited_the_same_is_found_as_without_memory() -> None:
    for seed in range(200):
        chance, kept = random.Random(seed), None
        texts = chance.choices(_WORDS, k=chance.randrange(14))
        for _ in range(4):
            found, _, kept = _judged(texts, kept)
            # What was a sign there before may be looked at once more: the guard has the last word.
            assert {*filter(grade, found)} == {*filter(grade, texts)}
            _edit(texts, chance)


def _edit(texts: list[str], chance: random.Random) -> None:
    at = chance.randrange(len(texts) + 1)
    edit = chance.randrange(4)
    if edit == 0 or at == len(texts):
        texts.insert(at, chance.choice(_WORDS))
    elif edit == 1:
        del texts[at]
    elif edit == 2:
        texts[at] = chance.choice(_WORDS)
    else:
        chance.shuffle(texts)


def test_what_other_code_judged_is_not_used(tmp_path: Path) -> None:
    """A fault of the guard that was mended must not live on in what was judged with it."""
    rules = tmp_path / "rules.py"
    rules.write_text("seen = 1", encoding="utf-8")
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(guard, "_rules", lambda: [rules])
        before = guard._judges.__wrapped__()
        rules.write_text("seen = 2", encoding="utf-8")
        assert guard._judges.__wrapped__() != before
    assert Path(guard.__file__) in guard._rules()
