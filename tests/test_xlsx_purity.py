"""The room that edits Excel files knows no network, no partner and no mark of this program."""

from __future__ import annotations

import ast
from pathlib import Path
from random import Random

import pytest

import trustbook.xlsx
from trustbook.columns import GENERATED, TYPED
from trustbook.xlsx.escaping import escape_text, quoted_attribute

ROOM = Path(trustbook.xlsx.__file__).parent
MODULES = sorted(ROOM.rglob("*.py"))
# What the cells of any file are, of whatever program: values, places, numbers with zeros; faults.
GIVEN = {"trustbook.snapshot", "trustbook.a1", "trustbook.padded", "trustbook.errors"}


def imported(tree: ast.AST) -> set[str]:
    """Every module of ours that is imported, anywhere in the source."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "a relative import hides where it leads"
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= inner if node.module in ("trustbook", "trustbook.xlsx") else {str(node.module)}
    return {name for name in found if name.split(".")[0] == "trustbook"}


def texts(tree: ast.AST) -> list[str]:
    """Every text in the source but the docstrings."""
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    said = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [node.value for node in nodes if isinstance(node.value, str) and id(node) not in said]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_xlsx_imports_nothing_of_ours_but_what_cells_are(path: Path) -> None:
    for name in imported(ast.parse(path.read_text(encoding="utf-8"))) - GIVEN:
        assert name.startswith("trustbook.xlsx."), f"{path.name} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_xlsx_knows_no_name_of_the_program_or_of_its_sheets(path: Path) -> None:
    sheets = {name for sheet in (*GENERATED, *TYPED) for name in (sheet.key, sheet.en, sheet.nl)}
    for text in texts(ast.parse(path.read_text(encoding="utf-8"))):
        assert "trustbook" not in text.casefold(), f"{path.name}: {text!r}"
        assert text not in sheets, f"{path.name}: {text!r}"
        assert not text.startswith(("status.", "header.")), f"{path.name}: {text!r}"


def test_markup_is_escaped_as_the_library_for_it_does() -> None:
    from xml.sax.saxutils import escape, quoteattr

    chance = Random(1)
    for _ in range(500):
        text = "".join(chance.choices("ab<>&'\n\t\r é;", k=8))
        assert escape_text(text) == escape(text) and quoted_attribute(text) == quoteattr(text)
    assert quoted_attribute('a "b"') == '"a &quot;b&quot;"'
