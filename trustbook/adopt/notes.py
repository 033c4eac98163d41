"""What a person should know of a proposal besides its columns, with what to type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from trustbook.adopt import words
from trustbook.adopt.evidence import repeats
from trustbook.adopt.lists import ListCandidate, rivals
from trustbook.adopt.tables import SourceColumn
from trustbook.columns import PARTNERS
from trustbook.merge.allowances import shell_quoted
from trustbook.messages import say
from trustbook.privacy import spoken

_MOST_ASKED = 3


def proposal_notes(
    tables: Sequence[ListCandidate], chosen: Mapping[str, ListCandidate], command: str, lang: str
) -> Iterator[str]:
    """The notes in ``lang``. ``command`` is what people typed to see the proposal."""
    for table in tables:
        title = spoken(table.table.title)
        codes = _note_codes(table, has_log="moments" in chosen)
        yield from (say(lang, f"adopt.note_{code}", sheet=title) for code in codes)
    yield from _other_tabs(tables, chosen, command, lang)


def why_no_partners(
    tables: Sequence[ListCandidate], chosen: Mapping[str, ListCandidate], command: str, lang: str
) -> Iterator[str]:
    """Why no sheet is taken for the list of partners, and what to type for each that may be it."""
    if PARTNERS.key in chosen:
        return
    if as_good := rivals(tables, {}):
        yield say(lang, "adopt.note_rivals")
        yield from (_to_type(table, command, lang) for table in as_good)
    else:
        yield say(lang, "adopt.note_no_partners")
        yield from _doubts(tables, command, lang)


def _doubts(tables: Sequence[ListCandidate], command: str, lang: str) -> Iterator[str]:
    """Why tables with names are not taken; where there is none, what to type for the likeliest."""
    doubtful = [table for table in tables if table.doubt is not None]
    for table in doubtful:
        yield from _doubt(table, str(table.doubt), command, lang)
    if not doubtful:
        likely = [table for table in tables if _name_header(table) is not None]
        yield from (_to_type(table, command, lang) for table in likely[:_MOST_ASKED])


def _doubt(table: ListCandidate, doubt: str, command: str, lang: str) -> Iterator[str]:
    """Why a table with names is not taken."""
    title, header = table.table.title, _name_header(table)
    names = {"sheet": spoken(title), "column": spoken(header or "")}
    yield say(lang, f"adopt.note_{doubt}", **names)
    if header is not None and doubt == "unclear":
        yield _to_type(table, command, lang)


def _to_type(table: ListCandidate, command: str, lang: str) -> str:
    """The command that makes a table the list of partners."""
    place = shell_quoted(f"{table.table.title}:{_name_header(table)}")
    typed = f"{command} --partners {place}"
    return say(lang, "adopt.note_to_type", sheet=spoken(table.table.title), command=spoken(typed))


def _name_header(table: ListCandidate) -> str | None:
    """The header over what may be the names: the likeliest, else the first over different texts."""
    column = table.column(PARTNERS, "name") or table.spoken_of
    columns = (each for each in table.table.columns if _may_be_names(each))
    column = column or next(columns, None)
    return column.header if column else None


def _may_be_names(column: SourceColumn) -> bool:
    texts = [cell for cell in column.cells if isinstance(cell, str)]
    return len(texts) > 1 and not repeats(texts)


def _other_tabs(
    tables: Sequence[ListCandidate], chosen: Mapping[str, ListCandidate], command: str, lang: str
) -> Iterator[str]:
    """The tabs that could be the list of partners as well, each with the command that takes it."""
    best = chosen.get("partners")
    for table in tables:
        alone = "people" not in table.strength and "moments" not in table.strength
        if best is not None and table is not best and "partners" in table.strength and alone:
            yield _to_type(table, command, lang)


def _note_codes(table: ListCandidate, has_log: bool) -> list[str]:
    """What else to know of a table: keys of adopt.toml."""
    headers = {column.plain for column in table.table.columns}
    reasons = {words.left_aside(text) for text in headers}
    codes = []
    if not has_log and "last_contact" in reasons:
        codes.append("last_contact")
    if "half_name" in reasons:
        codes.append("half_name")
    if "people" in words.titles_of(table.table.title) and not table.strength:
        codes.append("people_without_partner")
    return codes
