"""One look at a workbook that is to be adopted: what is proposed, whether it would work, and doing
it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from trustbook.adopt.apply import Adding, plan_adoption
from trustbook.adopt.check import fault_of, must_be_read_so
from trustbook.adopt.csv_book import is_csv, publish, read_csv, write_workbook
from trustbook.adopt.lines import NewBook, put
from trustbook.adopt.proposal import MappingProposal, propose
from trustbook.adopt.settled import as_settled
from trustbook.config import Target
from trustbook.errors import SafetyStop, TrustbookError, UsageError
from trustbook.reading.adoption import Adoption
from trustbook.snapshot import Snapshot
from trustbook.workbooks import open_workbook
from trustbook.workbooks.base import Workbook


@dataclass(frozen=True, slots=True)
class Wish:
    """What people asked for: the language, the list of partners as they point it out, what they
    typed for the workbook, and the settings file.
    """

    lang: str | None
    partners: str | None
    book: str
    file: Path


@dataclass(frozen=True, slots=True)
class Look:
    """What was read and what is proposed; ``fault`` is what doing it would end with, if so.

    ``address`` is where the workbook stands, or will: that of a CSV is yet to be made (``fresh``).
    ``lang`` is the language of all that is said and added.
    """

    workbook: Workbook
    snapshot: Snapshot
    proposal: MappingProposal
    lang: str
    address: str
    fresh: bool
    adding: Adding | None = None
    fault: TrustbookError | None = None

    @property
    def wanted(self) -> Adoption:
        """What trustbook.toml is to say of the workbook."""
        return self.adding.adoption if self.adding else self.proposal.adoption


def look_at_book(target: Target, wish: Wish, folder: Path) -> Look:
    """Read the workbook and propose; nothing is written but in ``folder``, for a CSV.

    Raises UsageError for a book of several workbooks, and what reading raises.
    """
    if len(target.workbooks) > 1:
        raise UsageError("one_workbook_only", name=target.name)
    address, workbook = _opened(target, folder)
    snapshot = workbook.read(lambda title: True)
    proposal = _proposal(snapshot, target, wish)
    lang, fresh = wish.lang or proposal.language, address != target.workbooks[0]
    if "partners" not in proposal.lists:
        return Look(workbook, snapshot, proposal, lang, address, fresh)
    adding, fault = _planned(workbook, snapshot, proposal, lang, wish.file)
    if fresh and Path(address).exists():
        fault = UsageError("adopt.csv_taken", file=address)
    return Look(workbook, snapshot, proposal, lang, address, fresh, adding, fault)


def _planned(
    workbook: Workbook, snapshot: Snapshot, proposal: MappingProposal, lang: str, file: Path
) -> tuple[Adding | None, TrustbookError | None]:
    """What would be added, and what doing it would end with."""
    try:
        must_be_read_so(snapshot, proposal)
        adding = plan_adoption(snapshot, proposal, lang, workbook.widens)
    except TrustbookError as fault:
        return None, fault
    return adding, fault_of(workbook, adding, snapshot.version, file)


def _opened(target: Target, folder: Path) -> tuple[str, Workbook]:
    """Where the workbook stands, and the workbook; that of a CSV is made in ``folder``."""
    address = target.workbooks[0]
    if not is_csv(address):
        return address, open_workbook(address, target.access, target.adoption)
    path = Path(address).with_suffix(".xlsx")
    write_workbook(read_csv(Path(address)), path.stem, folder / path.name)
    return str(path), open_workbook(str(folder / path.name))


def _proposal(snapshot: Snapshot, target: Target, wish: Wish) -> MappingProposal:
    """What the workbook would be read as: as trustbook.toml says, where it says so already."""
    if target.adoption and wish.partners is None:
        return as_settled(snapshot, target.adoption, wish.lang)
    return propose(snapshot, wish.lang, wish.partners, wish.book)


def must_be_possible(look: Look) -> None:
    """Raise why the proposal cannot be carried out, if it cannot: what the look says too."""
    if look.fault is not None:
        raise look.fault
    if look.adding is None:
        why = look.proposal.doubts
        raise SafetyStop("adopt.no_partners", name=look.snapshot.workbook, why=why)


def carry_out(look: Look, target: Target, file: Path, name: str, new: NewBook | None) -> bool:
    """Write the workbook, and the settings of the book ``name`` into ``file``.

    False where the lines must be put there by hand.
    """
    assert look.adding is not None
    look.workbook.write(look.adding.changes, look.snapshot.version)
    if look.fresh:
        publish(Path(look.workbook.address), Path(look.address))
    if target.adoption is not None:
        return target.adoption == look.adding.adoption
    return put(file, name, look.adding.adoption, new)
