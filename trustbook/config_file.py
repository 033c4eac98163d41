"""trustbook.toml, checked as a whole: which books there are, where they are, in which language."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from trustbook.columns import TYPED
from trustbook.config_faults import UnknownName, phrase_of, phrase_of_file
from trustbook.errors import Phrase, UsageError

# A path no system takes is a fault of the settings, not of the system.
_Place = Annotated[str, Field(pattern=r"^[^\x00]*$")]


class _Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BookConfig(_Checked):
    """One network: its workbooks (paths or Google Sheets links), the place of its memory, its
    language.

    ``sheets`` and ``columns`` name the sheets and columns of a workbook that has names of its own,
    by the keys of columns.TYPED; ``unused`` are headers that are not what their name says
    (``trustbook adopt`` writes all three). ``inbox`` are files and patterns that are looked through
    every night; ``forms`` are sheets of the workbook in which a form puts its answers.
    """

    workbooks: list[_Place] = Field(min_length=1)
    ledger: _Place | None = None
    language: Literal["nl", "en"] | None = None
    sheets: dict[str, str] = Field(default_factory=dict)
    columns: dict[str, dict[str, str]] = Field(default_factory=dict)
    unused: dict[str, list[str]] = Field(default_factory=dict)
    inbox: list[_Place] = Field(default_factory=list)
    forms: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _names_are_known(self) -> BookConfig:
        known = {sheet.key: [column.key for column in sheet.columns] for sheet in TYPED}
        for name in (*self.sheets, *self.columns, *self.unused):
            if name not in known:
                raise UnknownName("list", name, known)
        for sheet, columns in self.columns.items():
            for name in columns:
                if name not in known[sheet]:
                    raise UnknownName("column", name, known[sheet])
        return self


class GoogleConfig(_Checked):
    """How to reach Google Sheets: the service account's key file."""

    key: _Place | None = None


class SharePointConfig(_Checked):
    """Who we are at Microsoft: the tenant, the app's ID, and its certificate with the private key
    (a PEM file), or "browser" for a person who signs in.
    """

    tenant: str = Field(pattern=r"^[\w.-]+$")
    client: str = Field(pattern=r"^[\w-]+$")
    certificate: str = Field(min_length=1)


class WebdavConfig(_Checked):
    """How to reach a WebDAV server: who we are there, and the file with the password, else the
    system's keyring.
    """

    user: str = ""
    password_file: _Place | None = None
    keyring: bool = False


class MailConfig(_Checked):
    """How letters are sent: server and port, the sender, where alarms go, and how to sign in."""

    smtp: str
    sender: str = Field(alias="from")
    alarm: str | None = None
    user: str = ""
    password_file: _Place | None = None
    keyring: bool = False


class Config(_Checked):
    """The whole of trustbook.toml; ``faulty``: books that cannot be used, with where and what."""

    book: dict[str, BookConfig] = Field(default_factory=dict)
    google: GoogleConfig = GoogleConfig()
    sharepoint: SharePointConfig | None = None
    webdav: dict[str, WebdavConfig] = Field(default_factory=dict)
    mail: MailConfig | None = None
    faulty: dict[str, tuple[str, Any]] = Field(default_factory=dict)


def read_config(file: Path) -> Config:
    """The checked content of ``file``; a faulty book is that book's trouble only.

    Raises UsageError that names the place and what is wrong there.
    """
    content = _content(file)
    try:
        faulty = _take_faulty_books(content)
        return Config.model_validate({**content, "faulty": faulty})
    except ValidationError as fault:
        where, what = _first(fault)
        raise UsageError("config_invalid", file=file, where=where, what=what) from None


def _content(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise UsageError("config_not_utf8", file=file) from None
    except (OSError, ValueError, RecursionError) as fault:
        what = phrase_of_file(fault)
        raise UsageError("config_invalid", file=file, where="TOML", what=what) from None


def _take_faulty_books(content: dict[str, Any]) -> dict[str, tuple[str, Phrase]]:
    """Take the books that cannot be used out of the content: name to where and what."""
    books, faulty = content.get("book"), {}
    if not isinstance(books, dict):
        return {}
    for name, block in list(books.items()):
        try:
            BookConfig.model_validate(block)
        except ValidationError as fault:
            where, what = _first(fault)
            faulty[name] = (f"book.{name}.{where}".rstrip("."), what)
            del books[name]
    return faulty


def _first(fault: ValidationError) -> tuple[str, Phrase]:
    """Where the first thing is wrong, and what."""
    first = fault.errors()[0]
    return ".".join(str(part) for part in first["loc"]), phrase_of(first, _known_keys())


def _known_keys() -> list[str]:
    """Every key that trustbook.toml knows, as it is typed there."""
    models = (Config, BookConfig, GoogleConfig, SharePointConfig, WebdavConfig, MailConfig)
    fields = [field for model in models for field in model.model_fields.items()]
    return [field.alias or name for name, field in fields if name != "faulty"]
