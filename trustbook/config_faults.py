"""What is wrong in trustbook.toml, in words that people who did not write this program know."""

from __future__ import annotations

import re
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
    "unknown_list": "no_list",
    "unknown_column": "no_column",
}
_AT = re.compile(r"at line (\d+), column (\d+)")


def phrase_of(fault: Any, keys: list[str]) -> Phrase:
    """What one fault says (an entry of ``ValidationError.errors()``); ``keys`` are all that
    trustbook.toml knows, of which the nearest is named beside one that it does not.
    """
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
