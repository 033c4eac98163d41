"""How a workbook shows what the program that writes it calls its own; handed in by who knows it."""

from __future__ import annotations

from dataclasses import dataclass

from trustbook.snapshot import CellStyle


@dataclass(frozen=True, slots=True)
class Conventions:
    """Names, colours and sheets that are the program's own and no person's.

    ``prefix`` begins every hidden name; ``generated`` are the keys of the sheets it writes whole;
    ``fills`` (RRGGBB) are the colours it gives to cells of people's sheets, which therefore say
    nothing of a person's; ``header`` is the look of a column header that it adds; ``drawn`` are the
    keys of generated sheets that have charts.
    """

    prefix: str
    generated: frozenset[str]
    fills: frozenset[str]
    header: CellStyle
    drawn: frozenset[str] = frozenset()

    def mark_of(self, key: str) -> str:
        """The hidden name by which the generated sheet ``key`` is found again."""
        return f"{self.prefix}sheet_{key}"

    def key_of(self, name: str) -> str | None:
        """The key of the generated sheet that a hidden name marks; None for any other name."""
        start = self.mark_of("")
        return name.removeprefix(start) if name.startswith(start) else None
