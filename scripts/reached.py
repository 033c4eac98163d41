"""Which lines and branches of trustbook do the tests reach? A plugin of pytest, for the gate.

    python -m pytest --reached coverage.json

SlipCover puts marks into the code when a module is opened and takes away those that were passed, so
that a test takes hardly longer, where tracing every line takes two or three times as long. Each
process of tests hands over what it saw; together it is one file, for scripts/coverage_floor.py.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import slipcover

PACKAGE = str(Path(__file__).resolve().parent.parent / "trustbook")


class Reached:
    """Marks trustbook's modules as they are opened, and writes to ``file`` what ran in the end.

    Must be there before the first of those modules is opened: what was opened before is not seen.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.marked = slipcover.Slipcover(branch=True, source=[PACKAGE])
        matcher = slipcover.FileMatcher(sources=[PACKAGE])
        self.imports = slipcover.ImportManager(self.marked, matcher)
        self.handed_over: list[dict[str, Any]] = []

    def pytest_sessionstart(self) -> None:
        """Mark what is opened from now on."""
        self.imports.__enter__()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what another process saw. One that broke off has handed over nothing, and then
        a floor fails.
        """
        if "reached" in getattr(node, "workeroutput", {}):
            self.handed_over.append(json.loads(node.workeroutput["reached"]))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Hand over what this process saw or, in the one that began them all, write the whole. What
        nobody opened is in it, as not reached.
        """
        self.imports.__exit__()
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output["reached"] = json.dumps(self.marked.get_coverage())
            return
        whole, *others = self.handed_over or [self.marked.get_coverage()]
        for seen in others:
            slipcover.merge_coverage(whole, seen)
        self.file.write_text(json.dumps(whole), encoding="utf-8")
