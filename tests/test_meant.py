"""What was meant stays meant (scenarios/meant.md), as real files, night after night."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.google_sheets import shared_server
from tests.ordinary import live
from tests.sheets_server import SheetsServer
from tests.stories import GoogleSheet, Stage, Story, stories_in

__all__ = ["shared_server"]

ALL = stories_in("meant.md")
# In Google Sheets one in nine is played, and all of both files where ALL_STORIES is set.
BOTH = [*ALL, *stories_in("forms.md")]
IN_GOOGLE = BOTH if os.environ.get("ALL_STORIES") else BOTH[::9]


@pytest.mark.parametrize("story", ALL, ids=[story.title for story in ALL])
def test_meant(story: Story, tmp_path: Path) -> None:
    Stage(story, tmp_path).play(story)


@pytest.mark.parametrize("story", IN_GOOGLE, ids=[story.title for story in IN_GOOGLE])
def test_meant_in_google(shared_server: SheetsServer, story: Story, tmp_path: Path) -> None:
    shared_server.forget()
    Stage(story, tmp_path, GoogleSheet(shared_server, story.sheets)).play(story)


def test_ordinary_nights_move_no_talk(tmp_path: Path) -> None:
    assert live(tmp_path, 16, random.Random(5)) == 16
