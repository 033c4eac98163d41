"""The register of batchUpdate request kinds, and how a kind reads its field mask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .discovery import check_mask
from .errors import invalid
from .masks import Mask, update_mask
from .state import Book

Handler = Callable[[Book, dict[str, Any]], dict[str, Any] | None]
HANDLERS: dict[str, Handler] = {}


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Register the handler of a request kind; it returns its reply or None for an empty one."""

    def register(handler: Handler) -> Handler:
        HANDLERS[kind] = handler
        return handler

    return register


def mask_of(request: dict[str, Any], schema: str) -> Mask:
    """The ``fields`` of a request, checked against the resource they mask."""
    mask = update_mask(request.get("fields"), "request")
    unknown = check_mask(mask, schema)
    if unknown:
        raise invalid(f"Invalid field: {unknown}")
    return mask
