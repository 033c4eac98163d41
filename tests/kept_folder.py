"""A folder that many tests begin with: made once, and put back as it was before each of them."""

from __future__ import annotations

import shutil
from pathlib import Path


class KeptFolder:
    """``folder`` as it is now. It stays in its place: a memory knows its workbook by where it
    stands.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._kept = folder.with_name(f"{folder.name}-kept")
        shutil.copytree(folder, self._kept)

    def put_back(self) -> Path:
        """The folder as it was, whatever happened in it."""
        shutil.rmtree(self.folder)
        shutil.copytree(self._kept, self.folder)
        return self.folder
