"""The overview as Markdown: the same words and tables, to be pasted into something else."""

from __future__ import annotations

import re
from collections.abc import Sequence

from trustbook.overview.wording import Context

_ENTITY = re.compile(r"&(?=#?\w+;)")
_WWW = re.compile(r"\b(www)\.", re.IGNORECASE)
_SIGNS = re.compile(r"([\\`*_\[\]|~#])")


def render_markdown(context: Context) -> str:
    """The overview as Markdown (CommonMark with tables); what people typed stays text."""
    words = context["words"]
    paragraphs = [
        *_opening(context),
        _heading(words["numbers"]),
        "\n".join(_number(number) for number in context["numbers"]),
        _heading(words["ask"]),
        _list(context["ask"]),
        _heading(words["next"]),
        _list(context["next"]),
        _heading(words["sun"]),
        "\n".join(_standing(entry) for entry in context["standing"]) or words["sun_note"],
        _heading(words["movement"]),
        "\n".join(_moved(group) for group in context["movement"]),
        _heading(words["matrix"]),
        *_matrix(context["matrix"]),
        _heading(words["cold"]),
        *_cold(context["cold"]),
        _heading(words["months"]),
        _months(context["months"], words),
        *_shares(context["shares"], words),
        *_team(context["team"], words),
        _heading(words["how"]),
        _list(context["how"]),
    ]
    return "\n\n".join(filter(None, paragraphs)) + "\n"


def _opening(context: Context) -> list[str]:
    names = ("title", "subtitle", "edition", "headline", "as_of")
    title, subtitle, edition, headline, as_of = (escape_markdown(context[name]) for name in names)
    return [f"# {title}", subtitle, f"*{edition}*", f"**{headline}** {as_of}"]


def _heading(words: str) -> str:
    return f"## {escape_markdown(words)}"


def _number(number: dict[str, str]) -> str:
    names = ("label", "value", "detail", "before")
    label, value, detail, before = (escape_markdown(number[name]) for name in names)
    return f"- {label}: **{value}** {detail}. {before}."


def _standing(entry: dict[str, str]) -> str:
    return f"- {entry['glyph']} {escape_markdown(entry['label'])}: {entry['count']}"


def _moved(group: dict[str, str]) -> str:
    listed = f" ({escape_markdown(group['listed'])})" if group["listed"] else ""
    return f"- {escape_markdown(group['label'])}: **{group['count']}**{listed}"


def _matrix(matrix: Context) -> list[str]:
    rows = [[row["label"], *(cell["text"] for cell in row["cells"])] for row in matrix["rows"]]
    table = markdown_table([matrix["corner"], *matrix["head"]], rows) if rows else ""
    return [table, escape_markdown(matrix["note"])]


def _cold(cold: Context) -> list[str]:
    table = markdown_table(cold["head"], cold["rows"]) if cold["rows"] else ""
    return [escape_markdown(cold["sentence"]), table]


def _list(sentences: Sequence[str]) -> str:
    return "\n".join(f"- {escape_markdown(sentence)}" for sentence in sentences)


def _shares(shares: Sequence[dict[str, str]], words: dict[str, str]) -> list[str]:
    if not shares:
        return []
    rows = [[share["label"], share["percent"]] for share in shares]
    return [_heading(words["shares"]), markdown_table([words["quarter"], words["share"]], rows)]


def _team(sentences: Sequence[str], words: dict[str, str]) -> list[str]:
    return [_heading(words["team"]), _list(sentences)] if sentences else []


def _months(months: Sequence[dict[str, str]], words: dict[str, str]) -> str:
    rows = [[month["label"], month["sunny"], month["crisis"]] for month in months]
    if not rows:
        return escape_markdown(words["months_none"])
    return markdown_table([words["month"], words["sunny"], words["crisis"]], rows)


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of texts as Markdown."""
    dashes = _table_line(["---"] * len(head))
    first, *rest = (_table_line([escape_markdown(cell) for cell in row]) for row in (head, *rows))
    return "\n".join([first, dashes, *rest])


def _table_line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def escape_markdown(text: str) -> str:
    """``text`` as Markdown that shows exactly it, on one line."""
    escaped = _SIGNS.sub(r"\\\1", _ENTITY.sub("&amp;", " ".join(text.split())))
    escaped = escaped.replace("<", "&lt;").replace("://", "\\://").replace("@", "\\@")
    return _WWW.sub(r"\1\\.", escaped)
