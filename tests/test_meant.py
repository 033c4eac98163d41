"""What was meant stays meant (scenarios/meant.md), as real files, night after night."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.ordinary import live
from tests.stories import Stage, Story, stories_in

ALL = stories_in("meant.md")


@pytest.mark.parametrize("story", ALL, ids=[story.title for story in ALL])
def test_meant(story: Story, tmp_path: Path) -> None:
    Stage(story, tmp_path).play(story)


def test_ordinary_nights_move_no_talk(tmp_path: Path) -> None:
    assert live(tmp_path, 16, random.Random(5)) == 16
