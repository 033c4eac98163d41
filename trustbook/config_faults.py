"""What is wrong in trustbook.toml, in words that people who did not write this program know."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from trustbook.errors import Phrase

# By what the checking library calls a fault: the phrase that says it.
_PHRASES = {
    "missing": "missing_key",
    "extra_forbidden": "unknown",
    "list_type": "list",
    "too_short": "empty",
    "string_too_short": "empty",
    "literal_error": "choice",
    "string_type": "text",
    "string_pattern_mismatch": "odd",
    "dict_type": "part",
    "model_type": "part",
    "bool_type": "yes_no",
    "bool_parsing": "yes_no",
}
_AT = re.compile(r"at line (\d+), column (\d+)")


class UnknownName(ValueError):
    """What names a list or a column (``kind``) that there is not; ``known``: those that there
    are.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        super().__init__(f"“{name}” is not known")
        self.phrase = Phrase(f"errors.config_no_{kind}", {"name": name, "known": ", ".join(known)})


def phrase_of(fault: Any, keys: list[str]) -> Phrase:
    """What one fault says (an entry of ``ValidationError.errors()``); ``keys`` are all that
    trustbook.toml knows, of which the nearest is named beside one that it does not.
    """
    if isinstance(unknown := fault.get("ctx", {}).get("error"), UnknownName):
        return unknown.phrase
    context = {name: str(value) for name, value in fault.get("ctx", {}).items()}
    name = _PHRASES.get(fault["type"], "other")
    if name == "choice":
        context["expected"] = context["expected"].replace("' or '", "', '")
    if name == "unknown" and (near := get_close_matches(str(fault["loc"][-1]), keys, n=1)):
        name, context["near"] = "unknown_near", near[0]
    return Phrase(f"errors.config_{name}", {"msg": fault["msg"], **context})


def phrase_of_file(fault: Exception) -> Phrase:
    """What is wrong with a settings file that cannot be read as TOML."""
    if isinstance(fault, OSError):
        return Phrase("errors.config_unread", {})
    if at := _AT.search(str(fault)):
        return Phrase("errors.config_line", {"line": at[1], "column": at[2]})
    return Phrase("errors.config_end", {})
