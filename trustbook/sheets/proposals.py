"""The sheet Proposals: contacts found elsewhere that wait for a yes, a no or the right name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from trustbook.columns import (
    MOMENT_KINDS,
    MOMENTS,
    PEOPLE,
    PROPOSALS,
    WEATHER,
    YES_NO,
    choice_names,
    find_column,
)
from trustbook.intake.proposals import Proposal
from trustbook.messages import say
from trustbook.names import key
from trustbook.problems import did_you_mean
from trustbook.sheets.verdicts import list_sheet
from trustbook.snapshot import Cell, GeneratedSheet


def proposals_sheet(
    waiting: Iterable[Proposal], address: str, title: str, lang: str, today: date
) -> GeneratedSheet:
    """A row per proposal, the first day in front, as seen from the workbook at ``address``."""
    rows = [_row(one, address, lang, today) for one in waiting]
    sheet = list_sheet(PROPOSALS, title, lang, say(lang, "sheets.proposals_intro"), rows)
    ok = [column.key for column in PROPOSALS.columns].index("ok") + 1
    return replace(sheet, offered={ok: tuple(choice.label(lang) for choice in YES_NO)})


def _row(one: Proposal, address: str, lang: str, today: date) -> tuple[Cell, ...]:
    is_person = one.sheet == PEOPLE.key
    kind = find_column(MOMENT_KINDS, one.kind).label(lang) if one.kind else None
    return (
        Cell(None if is_person else one.day, "date"),
        Cell(one.with_ or None),
        Cell(say(lang, "sheets.proposal_person") if is_person else kind),
        Cell(one.source),
        Cell(" ".join(_why(one, lang, today))),
        Cell(one.said.get(address)),
        Cell(one.id),
    )


def _why(one: Proposal, lang: str, today: date) -> list[str]:
    """Why a contact is proposed, and what is asked."""
    said = _of_the_source(one, lang, today)
    if not one.with_:
        code = one.code if one.code in _CODES else "like"
        hints = did_you_mean(one.hints, lang).strip()
        said.append(say(lang, f"sheets.proposal_{code}", hints=hints))
    elif one.unknown:
        hints = did_you_mean(one.hints, lang)
        said.append(say(lang, "sheets.proposal_beside", names=one.unknown, hints=hints))
    if one.again:
        said.append(say(lang, f"sheets.proposal_again_{one.again}"))
    if texts := list(dict.fromkeys(one.said.values())):
        key = "disputed" if len(texts) > 1 else "unread"
        said.append(say(lang, f"sheets.proposal_{key}", said=" | ".join(texts)))
    return said or [say(lang, "sheets.proposal_named")]


def _of_the_source(one: Proposal, lang: str, today: date) -> list[str]:
    """What the source says of it."""
    if one.sheet == PEOPLE.key:
        return [say(lang, "sheets.proposal_card", name=one.cells.get("name", ""))]
    said = [say(lang, "sheets.proposal_title", title=one.topic)] if one.topic else []
    for name in filter(one.cells.get, _SHOWN):
        column = MOMENTS.column(name).label(lang)
        said.append(say(lang, "sheets.proposal_says", column=column, value=one.cells[name]))
    weather = one.cells.get("weather", "")
    if weather and key(weather) not in choice_names(WEATHER):
        said.append(say(lang, "sheets.proposal_weather", value=weather))
    return [*said, say(lang, "sheets.proposal_ahead")] if one.day > today else said


# Cells that change what a yes means.
_SHOWN = ("also_present", "weather", "state", "answered", "promise")
# What is said of a name that means nobody for certain.
_CODES = ("like", "ambiguous", "not_in_office")
