"""Colours as the service keeps them: eight bits a channel, and each ``…Color`` beside its
``…ColorStyle``.
"""

from __future__ import annotations

import struct
from typing import Any

from .masks import Mask

CHANNELS = ("red", "green", "blue")


def channel(value: float) -> float:
    """A channel in 255ths, written as the shortest number that is the same in single precision."""
    wanted = struct.pack("f", round(value * 255) / 255)
    for digits in range(1, 10):
        short = float(f"{round(value * 255) / 255:.{digits}g}")
        if struct.pack("f", short) == wanted:
            return int(short) if short.is_integer() else short
    return float(struct.unpack("f", wanted)[0])


def colour(given: dict[str, Any]) -> dict[str, Any]:
    """A colour without its zero channels."""
    kept = {c: channel(given[c]) for c in CHANNELS if given.get(c)}
    return {c: v for c, v in kept.items() if v} | (
        {"alpha": given["alpha"]} if "alpha" in given else {}
    )


def paired(thing: Any) -> Any:
    """The thing with each colour rounded and in both forms; an empty style means no colour."""
    if isinstance(thing, list):
        return [paired(item) for item in thing]
    if not isinstance(thing, dict):
        return thing
    result = {}
    for name, value in thing.items():
        if name.endswith("ColorStyle") and isinstance(value, dict):
            if "rgbColor" in value:
                result[name] = {"rgbColor": colour(value["rgbColor"])}
                result[name.removesuffix("Style")] = colour(value["rgbColor"])
            elif value:
                result[name] = value
        elif name == "rgbColor" and isinstance(value, dict):
            result[name] = colour(value)
        elif name.endswith("Color") and isinstance(value, dict):
            result.setdefault(name, colour(value))
            result.setdefault(name + "Style", {"rgbColor": colour(value)})
        else:
            result[name] = paired(value)
    return result


def paired_mask(mask: Mask) -> Mask:
    """The mask with both forms of each colour it names."""
    result: Mask = {}
    for name, below in mask.items():
        if name.endswith("ColorStyle") or (name.endswith("Color") and name != "rgbColor"):
            base = name.removesuffix("Style")
            result[base], result[base + "Style"] = {}, {}
        else:
            result[name] = paired_mask(below)
    return result
