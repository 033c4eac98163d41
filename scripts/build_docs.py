"""Writes docs/workbook.md, docs/privacy.md and docs/guards.md from the code, so that they are
always true.

python scripts/build_docs.py
"""

from __future__ import annotations

from pathlib import Path

from trustbook.columns import GENERATED, TYPED, Column
from trustbook.merge.guards import GUARDS, Guard
from trustbook.messages import say
from trustbook.privacy import REFUSED_HEADERS
from trustbook.reading.settings_rows import SETTING_ROWS

DOCS = Path(__file__).resolve().parent.parent / "docs"

KINDS = {
    "id": "trustbook fills it in",
    "text": "text",
    "names": "names or IDs, separated by `;`, `,` or line breaks",
    "date": "a date: a date cell, `3-4-2026`, `3 apr 26`, `3 april 2026`, `2026-04-03`",
    "rhythm": "days, `6 weeks`, week, month, quarter, half-year, year",
    "yesno": "yes or no",
    "number": "a number; `1,5` is one and a half",
}


def _takes(column: Column) -> str:
    if column.owner == "derived":
        return "trustbook writes it"
    if column.choices and column.type in ("choice", "choices"):
        labels = ", ".join(f"{choice.en} / {choice.nl}" for choice in column.choices)
        return f"{labels}{'; several are welcome' if column.type == 'choices' else ''}"
    return KINDS.get(column.type, "a value of the list, or your own in Settings")


def workbook() -> str:
    """docs/workbook.md: every sheet and column people type in."""
    lines = [
        "# The workbook",
        "",
        "Sheets and columns are found by their headers, in English or Dutch, any case, any order. Title rows above the",
        "header, extra sheets and extra columns are yours and are never touched. Only *Partners* must exist.",
        "**Bold** columns are needed in every row. This page is written from the code by `scripts/build_docs.py`.",
    ]
    for sheet in TYPED:
        lines += ["", f"## {sheet.en} / {sheet.nl}", "", "| column | what to type |", "|---|---|"]
        for column in sheet.columns:
            name = f"{column.en} / {column.nl}"
            lines.append(f"| {f'**{name}**' if column.required else name} | {_takes(column)} |")
    lines += ["", "## The rows of Settings", "", "| setting | what it does |", "|---|---|"]
    lines += [f"| {row.en} / {row.nl} | {row.note_en} |" for row in SETTING_ROWS]
    lines += [
        "",
        "## Sheets trustbook writes",
        "",
        "Each is replaced whole and found again even if you rename it.",
        "",
    ]
    lines += [f"- {sheet.en} / {sheet.nl}" for sheet in GENERATED]
    return "\n".join(lines) + "\n"


def privacy() -> str:
    """docs/privacy.md: what trustbook refuses to read, header by header."""
    lines = [
        "# What trustbook refuses to read",
        "",
        "trustbook holds no case data and no special personal data. A column with one of these headers is not read and",
        "copied nowhere; it is reported once. The whole header must match (case, accents, punctuation do not count),",
        "so that *Adres kantoor* and *Casemanager* stay what they are.",
        "",
        "| kind | headers |",
        "|---|---|",
    ]
    lines += [f"| {kind} | {', '.join(headers)} |" for kind, headers in REFUSED_HEADERS.items()]
    lines += [
        "",
        "A cell with a citizen service number (nine digits, bare or in its usual groupings, that pass the 11-test) or",
        "with wording about one person's case is reported without its value. It reads as empty, and trustbook writes",
        "it nowhere: not in its sheets, not in messages, not in logs.",
    ]
    return "\n".join(lines) + "\n"


ALLOWANCES = {
    "deletes": "`--allow-deletes N`",
    "changes": "`--allow-changes N`",
    "accept": "`--accept CODE`",
    None: "nothing: it must be put right",
}


def _passes(guard: Guard) -> str:
    """How much of it an ordinary night may bring."""
    if guard.share is None:
        return str(guard.few) if guard.few else "none"
    return f"{guard.few}, or {int(guard.share * 100)} % where that is more"


def guards() -> str:
    """docs/guards.md: what stops a night, how much of it passes, and what lets more through."""
    lines = [
        "# When a night stops",
        "",
        "Some things look like an accident. Then nothing is written anywhere, the command ends with exit code 3 and says",
        "what it saw, and a note lies beside the workbook until a run goes well. The table is the whole rule, as the code",
        "has it; `scripts/build_docs.py` writes this page. Shares are of the rows that were there, or of the cells of the",
        "column that were filled. A cell that says the same in another way did not change. Settings are edited freely,",
        "but not emptied.",
        "",
        "| what is seen | so much passes | to let more through |",
        "|---|---|---|",
    ]
    for guard in GUARDS:
        seen = say("en", f"guards.rule_{guard.key}")
        lines.append(f"| {seen} | {_passes(guard)} | {ALLOWANCES[guard.allowance]} |")
    lines += [
        "",
        "The number must equal what was found, in all sheets and columns together: a smaller or a larger one stops again,",
        "so that none that was left in a nightly task lets the next accident through. The stop prints the command.",
    ]
    return "\n".join(lines) + "\n"


PAGES = {"workbook.md": workbook, "privacy.md": privacy, "guards.md": guards}


def main() -> None:
    """Write all pages."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
