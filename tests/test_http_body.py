"""The bytes of an answer are all there, or the line broke."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from trustbook.errors import Busy
from trustbook.places.http_body import whole_body


def answer(data: bytes, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return SimpleNamespace(headers=named, iter_content=lambda size: iter([data]))


def test_an_answer_that_was_packed_for_the_way_is_whole() -> None:
    packed = answer(b"workbook", Content_Length="5", Content_Encoding="gzip")
    assert whole_body(packed, "n.xlsx", "webdav.broke_off") == b"workbook"


@pytest.mark.parametrize("key", ["webdav.broke_off", "sharepoint.broke_off"])
def test_an_answer_that_broke_off_is_no_workbook(key: str) -> None:
    with pytest.raises(Busy) as stop:
        whole_body(answer(b"work", Content_Length="8"), "n.xlsx", key)
    assert stop.value.key == key and stop.value.sentence("nl")
