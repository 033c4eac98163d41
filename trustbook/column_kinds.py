"""What a sheet is made of: columns with names in two languages, and lists of choices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Type = Literal["id", "text", "choice", "choices", "names", "date", "rhythm", "yesno", "number"]
Owner = Literal["shared", "derived"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a list: its stable key, its labels, and other spellings people use."""

    key: str
    en: str
    nl: str
    also: tuple[str, ...] = ()

    def label(self, lang: str) -> str:
        """The label in ``lang`` ("nl" or "en")."""
        return self.nl if lang == "nl" else self.en


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a known sheet. ``required`` means: a row without it cannot be read."""

    key: str
    en: str
    nl: str
    type: Type = "text"
    required: bool = False
    owner: Owner = "shared"
    choices: tuple[Choice, ...] = ()
    width: float = 16
    also: tuple[str, ...] = ()

    def label(self, lang: str) -> str:
        """The header in ``lang``."""
        return self.nl if lang == "nl" else self.en

    @property
    def names(self) -> tuple[str, ...]:
        """Every header it goes by, in either language."""
        return (self.en, self.nl, *self.also)

    @property
    def filled_by_us(self) -> bool:
        """Whether trustbook writes in it: an ID, or a derived column."""
        return self.type == "id" or self.owner == "derived"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A known sheet. ``prefix`` starts the IDs of its rows."""

    key: str
    en: str
    nl: str
    columns: tuple[Column, ...] = ()
    prefix: str = ""
    also: tuple[str, ...] = ()

    def label(self, lang: str) -> str:
        """The title in ``lang``."""
        return self.nl if lang == "nl" else self.en

    @property
    def required(self) -> frozenset[str]:
        """The keys of the columns without which a row cannot be read."""
        return frozenset(column.key for column in self.columns if column.required)

    def column(self, key: str) -> Column:
        """The column with this key; KeyError if there is none."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)
