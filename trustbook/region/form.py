"""What a file with counts may hold: known words and numbers of three or more, nothing else."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from trustbook.catalogue import phenomena
from trustbook.columns import TIERS
from trustbook.overview.disclosure import FEWEST
from trustbook.overview.public_matrix import OTHER
from trustbook.region.counts import ALL, STANDING
from trustbook.region.few import NO_TIER

_MOST = 10**6


def _one_of(*known: str) -> AfterValidator:
    def check(word: str) -> str:
        if word not in known:
            raise ValueError("unknown word")
        return word

    return AfterValidator(check)


_Few = Annotated[int, Field(strict=True, ge=FEWEST, le=_MOST)] | None
_FewOrZero = Annotated[int, Field(strict=True, ge=0, le=0)] | _Few
_Tier = Annotated[str, _one_of(ALL, NO_TIER, *(choice.key for choice in TIERS))]
_KNOWN = [choice.key for choice in phenomena()]
_Phenomenon = Annotated[str, _one_of(ALL, OTHER.key, *_KNOWN)]


class _Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CountsRow(_Checked):
    """Partners of one tier, phenomenon and status; None where their number is hidden."""

    tier: _Tier
    phenomenon: _Phenomenon
    status: Annotated[str, _one_of(*STANDING)]
    count: _Few


class CountsMoved(_Checked):
    """Partners that came closer or went away, came on the list or ended."""

    warmed: _Few
    cooled: _Few
    new: _Few
    lost: _Few


class CountsPlaces(_Checked):
    """Places of the required network of one phenomenon, and how many are empty."""

    phenomenon: _Phenomenon
    required: _Few
    gap: _FewOrZero


class CountsMoments(_Checked):
    """Moments of the quarter."""

    sunny: _Few
    crisis: _Few


class CountsAnswered(_Checked):
    """Calls in a crisis or an exercise, and how many were answered."""

    asked: _Few
    answered: _Few


class CountsFile(_Checked):
    """A whole file. Each row and each phenomenon comes once."""

    kind: str
    schema_version: int
    book: Annotated[str, Field(pattern=r"^B-[0-9A-Z]{1,8}$")]
    quarter: Annotated[str, Field(pattern=r"^\d{4}Q[1-4]$")]
    rows: list[CountsRow]
    moved: CountsMoved
    coverage: list[CountsPlaces]
    moments: CountsMoments
    answered: CountsAnswered
    key: str
    signature: str

    @model_validator(mode="after")
    def _each_once(self) -> CountsFile:
        rows = {(row.tier, row.phenomenon, row.status) for row in self.rows}
        if len(rows) < len(self.rows):
            raise ValueError("a row comes twice")
        if len({line.phenomenon for line in self.coverage}) < len(self.coverage):
            raise ValueError("a phenomenon comes twice")
        return self
