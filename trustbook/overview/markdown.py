"""The overview as Markdown: the same words and tables, for whoever pastes it into something else."""

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
    out = [f"# {escape_markdown(context['title'])}", escape_markdown(context["subtitle"])]
    out += [
        f"*{escape_markdown(context['edition'])}*",
        f"**{escape_markdown(context['headline'])}** {escape_markdown(context['as_of'])}",
    ]
    out += [f"## {escape_markdown(words['numbers'])}", _numbers(context["numbers"])]
    out += [f"## {escape_markdown(words['sun'])}"]
    standing = [
        f"- {entry['glyph']} {escape_markdown(entry['label'])}: {entry['count']}"
        for entry in context["standing"]
    ]
    out += ["\n".join(standing)] if standing else []
    out += [
        f"## {escape_markdown(words['movement'])}",
        "\n".join(_moved(group) for group in context["movement"]),
    ]
    matrix, cold = context["matrix"], context["cold"]
    out += [f"## {escape_markdown(words['matrix'])}"]
    if matrix["rows"]:
        rows = [[row["label"], *(cell["text"] for cell in row["cells"])] for row in matrix["rows"]]
        out += [_table([matrix["corner"], *matrix["head"]], rows)]
    out += [
        escape_markdown(matrix["note"]),
        f"## {escape_markdown(words['cold'])}",
        escape_markdown(cold["sentence"]),
    ]
    if cold["rows"]:
        out += [_table(cold["head"], cold["rows"])]
    months = [[month["label"], month["sunny"], month["crisis"]] for month in context["months"]]
    out += [
        f"## {escape_markdown(words['months'])}",
        _table([words["month"], words["sunny"], words["crisis"]], months),
    ]
    out += [
        f"## {escape_markdown(words['how'])}",
        "\n".join(f"- {escape_markdown(sentence)}" for sentence in context["how"]),
    ]
    return "\n\n".join(out) + "\n"


def _numbers(numbers: Sequence[dict[str, str]]) -> str:
    lines = [
        f"- {escape_markdown(n['label'])}: **{escape_markdown(n['value'])}** {escape_markdown(n['detail'])}. {escape_markdown(n['before'])}."
        for n in numbers
    ]
    return "\n".join(lines)


def _moved(group: dict[str, str]) -> str:
    return f"- {escape_markdown(group['label'])}: **{group['count']}**" + (
        f" ({escape_markdown(group['listed'])})" if group["listed"] else ""
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    first, dashes, *rest = [
        [cell if cell == "---" else escape_markdown(cell) for cell in line] for line in lines
    ]
    return "\n".join("| " + " | ".join(line) + " |" for line in [first, dashes, *rest])


def escape_markdown(text: str) -> str:
    """``text`` as Markdown that shows exactly it, on one line."""
    escaped = _SIGNS.sub(r"\\\1", _ENTITY.sub("&amp;", " ".join(text.split())))
    escaped = escaped.replace("<", "&lt;").replace("://", "\\://").replace("@", "\\@")
    return _WWW.sub(r"\1\\.", escaped)
