"""What a spreadsheet's locale decides: separators, order of dates, words, default patterns."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

EPOCH = dt.date(1899, 12, 30)

_EN_MONTHS = "January February March April May June July August September October November December"
_EN_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
_NL_MONTHS = (
    "januari februari maart april mei juni juli augustus september oktober november december"
)
_NL_DAYS = "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"
_NL_SHORT_MONTHS = "jan feb mrt apr mei jun jul aug sep okt nov dec"


@dataclass(frozen=True)
class Locale:
    """One locale as the spreadsheet uses it, both ways."""

    decimal: str
    group: str
    day_first: bool
    true: str
    false: str
    currency: str
    patterns: dict[str, str]
    months: tuple[str, ...]
    short_months: tuple[str, ...]
    days: tuple[str, ...]

    @property
    def separator(self) -> str:
        """Between the arguments of a function."""
        return ";" if self.decimal == "," else ","


def _locale(
    decimal: str, group: str, date: str, time: str, currency: str, money: str, dutch: bool = False
) -> Locale:
    months = tuple((_NL_MONTHS if dutch else _EN_MONTHS).split())
    short = tuple(_NL_SHORT_MONTHS.split()) if dutch else tuple(m[:3] for m in months)
    patterns = {
        "DATE": date,
        "TIME": time,
        "DATE_TIME": f"{date} {time.replace(' AM/PM', '').replace('h', 'H')}",
        "PERCENT": "0.00%",
        "CURRENCY": money,
        "NUMBER": "#,##0.00",
        "SCIENTIFIC": "0.00E+00",
        "TEXT": "@",
    }
    return Locale(
        decimal=decimal,
        group=group,
        day_first=not date.lower().startswith("m"),
        true="WAAR" if dutch else "TRUE",
        false="ONWAAR" if dutch else "FALSE",
        currency=currency,
        patterns=patterns,
        months=months,
        short_months=short,
        days=tuple((_NL_DAYS if dutch else _EN_DAYS).split()),
    )


_EN_US = _locale(".", ",", "m/d/yyyy", "h:mm:ss AM/PM", "$", '"$"#,##0.00')
_EN_GB = _locale(".", ",", "dd/mm/yyyy", "hh:mm:ss", "£", '"£"#,##0.00')
_NL_NL = _locale(",", ".", "d-m-yyyy", "H:mm:ss", "€", '"€"\\ #,##0.00', dutch=True)
_COMMA = _locale(",", ".", "dd.mm.yyyy", "HH:mm:ss", "€", '#,##0.00\\ "€"')

_COMMA_LANGUAGES = {"de", "fr", "es", "it", "pt", "tr", "pl", "ru", "sv", "da", "nb", "fi", "cs"}


def locale(name: str) -> Locale:
    """The rules of a locale name such as ``nl_NL``; other English ones follow Britain, the rest a
    comma.
    """
    language = name.partition("_")[0]
    if name in ("en_US", "en"):
        return _EN_US
    if language == "nl":
        return _NL_NL
    return _COMMA if language in _COMMA_LANGUAGES else _EN_GB


def serial(day: dt.date) -> int:
    """Days since 30 December 1899."""
    return (day - EPOCH).days


def moment(number: float) -> dt.datetime:
    """The date and time of a serial number, to the second."""
    start = dt.datetime.combine(EPOCH, dt.time())
    return start + dt.timedelta(seconds=round(number * 86400))
