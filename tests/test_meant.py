"""What was meant stays meant (scenarios/meant.md), as real files, night after night."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stories import Stage, Story, stories_in

ALL = stories_in("meant.md")


@pytest.mark.parametrize("story", ALL, ids=[story.title for story in ALL])
def test_meant(story: Story, tmp_path: Path) -> None:
    Stage(story, tmp_path).play(story)
