"""Field masks: what of an answer to send, and what of a resource a request may touch."""

from __future__ import annotations

import copy
import re
from typing import Any

from .errors import ApiError, bad_payload, invalid

Mask = dict[str, Any]
"""Field name to the mask of what is below it; an empty mask below means everything."""

TOKEN = re.compile(r"[A-Za-z0-9_*-]+|[(),./]")


def parse_mask(text: str) -> Mask:
    """``a.b,c(d,e/f)`` as a tree. ``*`` alone is the empty mask: everything."""
    tokens = TOKEN.findall(text.replace(" ", ""))
    if "".join(tokens) != text.replace(" ", ""):
        raise invalid(f"Invalid field mask: {text}")
    mask, rest = _parse_list(tokens)
    if rest:
        raise invalid(f"Invalid field mask: {text}")
    return {} if "*" in mask else mask


def _parse_list(tokens: list[str]) -> tuple[Mask, list[str]]:
    mask: Mask = {}
    while True:
        tokens = _parse_path(mask, tokens)
        if not tokens or tokens[0] != ",":
            return mask, tokens
        tokens = tokens[1:]


def _parse_path(mask: Mask, tokens: list[str]) -> list[str]:
    node, whole = mask, False
    while True:
        if not tokens or not re.match(r"[\w*-]", tokens[0]):
            raise invalid("Invalid field mask")
        name, tokens = _camel(tokens[0]), tokens[1:]
        parent, known = node, name in node
        node = node.setdefault(name, {})
        whole = known and not node
        if tokens[:1] in (["."], ["/"]):
            tokens = tokens[1:]
            continue
        if tokens[:1] == ["("]:
            below, tokens = _parse_list(tokens[1:])
            if tokens[:1] != [")"]:
                raise invalid("Invalid field mask")
            if not whole:
                _merge(node, {} if "*" in below else below)
            return tokens[1:]
        parent[name] = {}
        return tokens


def _merge(mask: Mask, other: Mask) -> None:
    for name, below in other.items():
        if name in mask and (not mask[name] or not below):
            mask[name] = {}
        else:
            _merge(mask.setdefault(name, {}), below)


def _camel(name: str) -> str:
    return re.sub(r"_([a-z0-9])", lambda m: m[1].upper(), name)


def prune(value: Any, mask: Mask) -> Any:
    """What the mask lets through. Objects that lose all their fields stay, as in real answers."""
    if not mask:
        return value
    if isinstance(value, list):
        return [prune(item, mask) for item in value]
    if not isinstance(value, dict):
        return value
    if "*" in mask:
        return {name: prune(item, mask["*"]) for name, item in value.items()}
    return {name: prune(item, mask[name]) for name, item in value.items() if name in mask}


def wants(mask: Mask | None, *path: str) -> bool:
    """Whether a mask (None: no mask was given) asks for anything at or below this path."""
    for name in path:
        if mask is None:
            return False
        if not mask or "*" in mask:
            return True
        mask = mask.get(name)
    return mask is not None


def update_mask(text: str | None, kind: str) -> Mask:
    """The mask of a change: it must name something."""
    if not text:
        raise invalid(
            f"Invalid {kind}: At least one field must be listed in 'fields'. "
            "(Use '*' to indicate all fields.)"
        )
    return parse_mask(text)


def merged(target: dict[str, Any], source: dict[str, Any], mask: Mask) -> dict[str, Any]:
    """``target`` with the masked fields taken from ``source``; what the source leaves out is
    removed.
    """
    if not mask:
        return copy.deepcopy(source)
    result = dict(target)
    for name, below in mask.items():
        given = source.get(name)
        if below and isinstance(result.get(name, {}), dict) and isinstance(given or {}, dict):
            result[name] = merged(result.get(name, {}), given or {}, below)
            if not result[name]:
                del result[name]
        elif given is None:
            result.pop(name, None)
        else:
            result[name] = copy.deepcopy(given)
    return result


def response_mask(text: str | None) -> Mask | None:
    """The ``fields`` parameter of a request: None when it was not given."""
    if not text:
        return None
    try:
        return parse_mask(text)
    except ApiError:
        raise bad_payload("fields", f"Error parsing 'fields' parameter: {text}") from None
