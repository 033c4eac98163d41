"""formattedValue: a value as the cell shows it, by number format and locale."""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from .locales import Locale, moment

DATE_TYPES = {"DATE", "TIME", "DATE_TIME"}
DATE_TOKEN = re.compile(
    r'"([^"]*)"|\\(.)|\[(h+)\]|(AM/PM|am/pm|A/P)|(y+|m+|d+|h+|s+)|(.)', re.IGNORECASE | re.DOTALL
)


def is_date_format(number_format: dict[str, Any] | None) -> bool:
    return number_format is not None and number_format.get("type") in DATE_TYPES


def shown(value: Any, number_format: dict[str, Any] | None, where: Locale) -> str:
    """The text of a value in a cell; errors are handed over as their own text by the caller."""
    if isinstance(value, bool):
        return where.true if value else where.false
    if isinstance(value, str):
        return value
    kind = (number_format or {}).get("type")
    pattern = (number_format or {}).get("pattern") or where.patterns.get(kind or "")
    if not pattern or pattern in ("General", "@"):
        return general(value).replace(".", where.decimal)
    if kind in DATE_TYPES or (kind is None and re.search(r"[yd]", pattern)):
        return _date_text(value, pattern, where)
    return _number_text(value, pattern, where)


def general(number: float) -> str:
    """A number without a format: ten significant digits, whole numbers in full up to fifteen."""
    size = abs(number)
    if size >= 1e15 or 0 < size < 5e-11:
        mantissa, _, power = f"{number:.5E}".partition("E")
        return f"{mantissa.rstrip('0').rstrip('.')}E{power}"
    if float(number).is_integer():
        return str(int(number))
    whole_digits = len(str(int(size))) if size >= 1 else 0
    text = _rounded(number, max(0, 10 - whole_digits))
    return text.rstrip("0").rstrip(".") if "." in text else text


def _rounded(number: float, places: int) -> str:
    return f"{Decimal(repr(number)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"


def _date_text(value: float, pattern: str, where: Locale) -> str:
    when = moment(value)
    tokens = list(DATE_TOKEN.finditer(pattern))
    twelve = any(t[4] for t in tokens)
    text, previous = "", ""
    for index, token in enumerate(tokens):
        letters = (token[5] or "").lower()
        if token[3]:
            text += str(int(value * 24))
            previous = "h"
        elif token[4]:
            text += "AM" if when.hour < 12 else "PM"
        elif letters:
            minute = letters[0] == "m" and (previous == "h" or _seconds_follow(tokens[index + 1 :]))
            text += _date_part(when, letters, minute, twelve, where)
            previous = letters[0]
        else:
            text += token[1] if token[1] is not None else token[2] or token[6]
    return text


def _seconds_follow(tokens: list[re.Match[str]]) -> bool:
    following = next((t[5] for t in tokens if t[5]), "")
    return following.lower().startswith("s")


def _date_part(when: dt.datetime, letters: str, minute: bool, twelve: bool, where: Locale) -> str:
    width = len(letters)
    if letters[0] == "y":
        return f"{when.year:04d}" if width > 2 else f"{when.year % 100:02d}"
    if minute:
        return f"{when.minute:0{min(width, 2)}d}"
    if letters[0] == "m":
        names = {3: where.short_months, 4: where.months}
        return names[width][when.month - 1] if width in names else f"{when.month:0{min(width, 2)}d}"
    if letters[0] == "d":
        if width >= 3:
            name = where.days[when.weekday()]
            return name if width > 3 else name[: 2 if where.true == "WAAR" else 3]
        return f"{when.day:0{width}d}"
    if letters[0] == "h":
        hour = (when.hour % 12 or 12) if twelve else when.hour
        return f"{hour:0{min(width, 2)}d}"
    return f"{when.second:0{min(width, 2)}d}"


def _number_text(number: float, pattern: str, where: Locale) -> str:
    sections = pattern.split(";")
    section, sign = sections[0], ("-" if number < 0 else "")
    if number < 0 and len(sections) > 1:
        section, sign = sections[1], ""
    elif number == 0 and len(sections) > 2:
        section = sections[2]
    section = re.sub(r"\[\$([^\]-]*)[^\]]*\]", lambda m: f'"{m[1]}"', section)
    section = re.sub(r"\[[^\]]*\]", "", section)
    literals: list[str] = []

    def keep(found: re.Match[str]) -> str:
        literals.append(found[1] if found[1] is not None else found[2])
        return "\x00"

    masked = re.sub(r'"([^"]*)"|\\(.)', keep, section)
    body = re.search(r"[#0?][#0?,]*(?:\.[#0?]*)?(?:E[+-]0+)?|\.[#0?]+", masked)
    value = abs(number) * (100 if "%" in masked else 1)
    if body:
        masked = masked[: body.start()] + _digits(value, body[0], where) + masked[body.end() :]
    for literal in literals:
        masked = masked.replace("\x00", literal, 1)
    return sign + masked


def _digits(value: float, body: str, where: Locale) -> str:
    mantissa, power_mark, power = body.partition("E")
    whole_mask, _, part_mask = mantissa.partition(".")
    places = len(part_mask)
    if power_mark:
        text = f"{value:.{places}E}"
        digits, _, exponent = text.partition("E")
        return (
            digits.replace(".", where.decimal)
            + f"E{exponent[0]}{exponent[1:].zfill(len(power) - 1)}"
        )
    whole, _, part = _rounded(value, places).partition(".")
    whole = whole.zfill(len(re.sub(r"[^0]", "", whole_mask)))
    if whole == "0" and "0" not in whole_mask:
        whole = ""
    if "," in whole_mask:
        whole = re.sub(r"(?<=\d)(?=(\d{3})+$)", "\x01", whole).replace("\x01", where.group)
    required = part_mask.rfind("0") + 1
    while len(part) > required and part.endswith("0"):
        part = part[:-1]
    return whole + (where.decimal + part if part else "")
