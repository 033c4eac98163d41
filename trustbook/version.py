"""Which version of trustbook this is."""

from __future__ import annotations

import os
import sys
from functools import cache

_RECORD = ("trustbook-", ".dist-info")


@cache
def version() -> str:
    """The version that is installed.

    Read off the name of the folder that every installed package has beside it: the library for it
    takes as long to open as all the rest of a command. It is asked where there is no such folder.
    """
    starts, ends = _RECORD
    for folder in sys.path:
        for name in _names_in(folder):
            if name.startswith(starts) and name.endswith(ends):
                return name.removeprefix(starts).removesuffix(ends)
    from importlib import metadata

    return metadata.version("trustbook")


def _names_in(folder: str) -> list[str]:
    try:
        return os.listdir(folder or ".")  # noqa: PTH208 - opening pathlib takes as long again
    except OSError:  # an archive, or a folder that is not there
        return []
