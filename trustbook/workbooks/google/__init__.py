"""A Google spreadsheet: read in one request, written in one, while people are typing in it."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trustbook.errors import Busy, SafetyStop, TrustbookError, UsageError
from trustbook.places.data_folder import lock_on
from trustbook.snapshot import CellValue, Changes, Snapshot, Written
from trustbook.workbooks.base import Examined, Wanted, Workbook, is_typed_sheet

if TYPE_CHECKING:
    from trustbook.workbooks.google.client import SheetsClient
    from trustbook.workbooks.google.planner import BatchPlan
    from trustbook.workbooks.google.reader import State
    from trustbook.workbooks.google.sharing import Sharing
    from trustbook.workbooks.google.verify import Aftermath, WriteCheck

# gspread and what comes with it are opened when the first request is made, not before.

_ROUNDS = 8
_SKEW = 120.0  # seconds; Google refuses a key when the clock is minutes off
_LINK = re.compile(r"https?://docs\.google\.com/(?:a/[^/]+/)?spreadsheets/(?:u/\d+/)?d/([\w-]+)")
_SHORT = re.compile(r"gsheet:([\w-]+)", re.IGNORECASE)


def key_of(address: str) -> str:
    """The key in a link to a spreadsheet, or in ``gsheet:KEY``. Raises UsageError for anything
    else.
    """
    found = _LINK.match(address.strip()) or _SHORT.fullmatch(address.strip())
    if not found:
        raise UsageError("google.bad_address", address=address)
    return found[1]


class GoogleWorkbook(Workbook):
    """The spreadsheet at a link or ``gsheet:KEY``.

    ``key_file`` is the key of a service account or of a person's sign-in (else what the environment
    offers); ``clock`` and ``sleep`` are what deadlines and waits go by. ``name`` is the
    spreadsheet's title once it is read.
    """

    widens = False

    def __init__(
        self,
        address: str,
        key_file: Path | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.key = key_of(address)
        self.address = f"gsheet:{self.key}"
        self.name = self.address
        self._key_file = key_file
        self._clock, self._sleep = clock, sleep
        self._client: SheetsClient | None = None
        self._state: State | None = None
        self._wanted: Wanted = is_typed_sheet
        self._in_run = False

    @property
    def requests(self) -> int:
        """How many requests were sent to Google until now, for tokens too."""
        return self._client.requests if self._client else 0

    @property
    def client(self) -> SheetsClient:
        """The way to the service; made when it is first needed. Raises NoAccess where there is no
        usable key.
        """
        if self._client is None:
            from trustbook.workbooks.google.client import SheetsClient
            from trustbook.workbooks.google.credentials import find_account

            self._client = SheetsClient(
                find_account(self._key_file), clock=self._clock, sleep=self._sleep
            )
        return self._client

    @contextmanager
    def locked(self, wait: float | None = None) -> Iterator[None]:
        """One run from read to write, with one deadline for all of it.

        Other runs need no keeping away: of two batches made on the same state the service takes one
        (planner.once). Raises SafetyStop when the spreadsheet is open to anyone with the link,
        NoAccess when it lies in the bin; Drive is asked for that at each new key and once a week.
        """
        from trustbook.workbooks.google import sharing

        with self._named(), lock_on(self.address, wait=wait), self.shared_lock(wait):
            self._begin()
            sharing.look(self.key, self.client.account.address, self.sharing)
            self._in_run = True
            try:
                yield
            finally:
                self._in_run = False

    def sharing(self, tries: int = 6) -> Sharing:
        """Who may open the spreadsheet, as far as Google tells us in so many ``tries``.

        Asks Drive, with a right of its own (drive.metadata.readonly) that nothing else here uses.
        """
        from trustbook.workbooks.google import sharing
        from trustbook.workbooks.google.client import SheetsClient
        from trustbook.workbooks.google.credentials import SHARING, SHEETS, find_account

        account = find_account(self._key_file, (SHEETS, SHARING))
        client = SheetsClient(account, clock=self._clock, sleep=self._sleep, tries=tries)
        client.end_with(self.client)
        return sharing.ask(client, self.key)

    def read(self, wanted: Wanted = is_typed_sheet) -> Snapshot:
        """Read the known tabs, in one request. Raises NoAccess, Busy or UsageError."""
        with self._named():
            if not self._in_run:
                self._begin()
            self._wanted = wanted
            return self.look().snapshot(self.name)

    def unfit(self, value: CellValue) -> str | None:
        """The service's limits: 50,000 characters a cell, and text that can be sent as UTF-8."""
        from trustbook.workbooks.google.cells import past_service_limit

        return past_service_limit(value)

    def prepare(self, changes: Changes, expect: str) -> bool:
        """See that nothing is written into what is protected, and that the cells are not too many.

        Only the write itself tells whether the service takes it. Raises SafetyStop.
        """
        from trustbook.workbooks.google import planner, room

        if changes and self._state is not None and self._state.version == expect:
            with self._named():
                plan = planner.plan_batch(self._state, changes, "prepared")
                if plan is not None:
                    room.refuse_if_closed(self._state, plan, changes)
                    room.refuse_if_full(self._state, changes)
        return False

    def write(self, changes: Changes, expect: str) -> Written:
        """Write all of ``changes`` in one request, or nothing; then see that every value stands
        where it was meant.

        ``Written.unplaced`` are edits whose rows moved meanwhile: they were taken back, and go in
        next time. Raises Busy when ``expect`` is not the version that was read last, another run
        wrote meanwhile, or the service cannot be reached; NoAccess; SafetyStop where a tab is
        protected or a title taken.
        """
        from trustbook.workbooks.google import planner, verify

        with self._named():
            before = self._state
            if before is None or before.version != expect:
                raise Busy("changed_meanwhile", read_again=True, name=self.name)
            plan = planner.plan_batch(before, changes, secrets.token_hex(8)) if changes else None
            if plan is None:
                return Written(expect)
            after, direct = self.carry_out(before, plan)
            aftermath = verify.Aftermath(before, plan)
            found = aftermath.look(after, plan.puts, direct)
            for _ in range(_ROUNDS):
                if found.settled:
                    break
                after, found = self._mend(after, aftermath, found)
            else:
                raise Busy("google.unsettled")
            self._state = after
            rows = verify.landed(before, after, plan.added)
            return Written(after.version, rows, tuple(found.unplaced))

    def _mend(
        self, state: State, aftermath: Aftermath, found: WriteCheck
    ) -> tuple[State, WriteCheck]:
        """Take back what a write misplaced; the state then, and what is still out of place."""
        from trustbook.workbooks.google import planner

        mend = planner.mend(state, found.requests, found.puts, secrets.token_hex(8))
        try:
            after, direct = self.carry_out(state, mend)
            return after, aftermath.look(after, mend.puts, direct)
        except Busy as busy:
            if not busy.read_again:
                raise Busy("google.unsettled") from None
        after = self.look()  # others wrote first: look again
        return after, aftermath.look(after, (), False)

    def examine(self) -> Iterator[Examined]:
        """The key, the clock, the language, what is closed or full, and who may open and edit."""
        from trustbook.workbooks.google import room, sharing

        account = self.client.account
        yield Examined(f"key_{account.kind}", params={"address": account.address or "?"})
        with self._named():
            self._begin()
            state = self.look()
        yield from self._examine_clock()
        yield Examined("locale", params={"locale": state.locale, "zone": state.time_zone})
        if not state.locale.startswith("nl"):
            yield Examined("locale_not_dutch", "note", {"locale": state.locale})
        yield from room.room_findings(state)
        yield from sharing.sharing_findings(self.sharing(), account.address)

    def _examine_clock(self) -> Iterator[Examined]:
        minutes = round(abs(self.client.skew) / 60)
        if abs(self.client.skew) > _SKEW:
            yield Examined("clock_off", "note", {"minutes": minutes})
        else:
            yield Examined("clock")

    def _begin(self) -> None:
        """A new run: its time starts now."""
        self.client.begin()

    def look(self) -> State:
        """The spreadsheet as it is now, as the planner needs it."""
        from trustbook.workbooks.google.reader import MASK

        self._state = self._parse(self.client.spreadsheet(self.key, MASK))
        self.name = self._state.title or self.name
        return self._state

    def _parse(self, answer: Mapping[str, Any]) -> State:
        from trustbook.workbooks.google.reader import parse_state, usual_names

        names = self.names.names_on if self.names else usual_names
        return parse_state(answer, self._wanted, names)

    def carry_out(self, before: State, plan: BatchPlan) -> tuple[State, bool]:
        """Send one batch, and once more only where it surely was not carried out.

        The state it left behind, and whether that is its own answer (else what was read after the
        answer was lost).
        """
        from trustbook.workbooks.google.client import TRIES, LostAnswer
        from trustbook.workbooks.google.reader import MASK
        from trustbook.workbooks.google.refusals import Refused

        trouble = ""
        for tried in range(1, TRIES + 1):
            try:
                answer = self.client.batch(self.key, plan.body(), f"updatedSpreadsheet({MASK})")
                return self._parse(answer.get("updatedSpreadsheet", {})).beside(before), True
            except LostAnswer as lost:
                now = self._look_again(tried)
                if plan.mark in now.marks:
                    return now, False
                if now.version != before.version:
                    raise Busy("changed_meanwhile", read_again=True, name=self.name) from None
                trouble = str(lost)
            except Refused as refused:
                now = self.look()
                if plan.mark in now.marks:
                    return now, False  # an earlier try arrived after all
                if now.version != before.version or "already in use" in refused.message:
                    raise Busy("changed_meanwhile", read_again=True, name=self.name) from None
                _ask_only_what_stands(plan, now, refused.message)
                trouble = "google.unavailable"
        raise Busy(trouble, tries=TRIES)

    def _look_again(self, tried: int) -> State:
        """What stands there after a write whose answer was lost."""
        try:
            self.client.pause(tried)
            return self.look()
        except Busy:
            raise Busy("google.in_doubt") from None

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Let every error know which workbook it is about."""
        try:
            yield
        except TrustbookError as error:
            error.params.setdefault("name", self.name)
            slip = self._state is None and not self.seen_before()
            if error.key == "google.not_found" and slip:
                raise UsageError(error.key, **error.params) from None
            raise


def _ask_only_what_stands(plan: BatchPlan, now: State, refusal: str) -> None:
    """Tabs that a batch makes may not be asked for by name before they stand: the plan asks for
    those that do. Raises SafetyStop where that is not why it was refused.
    """
    standing = tuple(title for title in plan.reads if now.tab(title))
    if "range" not in refusal or standing == plan.reads:
        raise SafetyStop("google.refused", what=refusal)
    plan.reads = standing
