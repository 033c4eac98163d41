"""What a command works on: a path, a link, or a name of trustbook.toml, resolved to workbooks."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from trustbook.errors import UsageError
from trustbook.places.named_files import refuse_if_too_long
from trustbook.places.web_login import Login
from trustbook.workbooks.registry import NO_ACCESS, Access, is_path, is_same_address

if TYPE_CHECKING:
    from trustbook.config_file import BookConfig, Config, MailConfig, WebdavConfig
    from trustbook.outbox.mail import MailAccount
    from trustbook.places.graph_login import SharePointLogin
    from trustbook.reading.adoption import Adoption

FILE = "trustbook.toml"


@dataclass(frozen=True, slots=True)
class Target:
    """What a command works on: the workbooks' addresses (absolute paths or links), the language if
    one is set.

    ``adoption`` says what the sheets and columns are to us where they have names of their own.
    ``listed``: the addresses stand in trustbook.toml, nobody typed them. ``inbox`` and ``forms``
    are where contacts come in every night.
    """

    name: str
    workbooks: tuple[str, ...]
    language: str | None = None
    ledger: str | None = None
    access: Access = NO_ACCESS
    adoption: Adoption | None = None
    listed: bool = False
    mail: MailAccount | None = None
    inbox: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()


def resolve(book: str | None, config: Path | None = None) -> Target:
    """What ``book`` means: a path, a Google link, or a name of trustbook.toml; left out, the only
    book named there.

    ``config`` is the settings file, else trustbook.toml in the current folder, if there is one.
    Raises UsageError.
    """
    if config is not None and not config.is_file():
        raise UsageError("config_missing", file=config)
    file = config or Path(FILE)
    settings = _read(file) if file.is_file() else None
    found = _resolved(book, settings, file)
    return replace(found, mail=_mail(settings, file)) if settings and settings.mail else found


def _resolved(book: str | None, settings: Config | None, file: Path) -> Target:
    if book is None:
        return _only_book(settings, file)
    if settings and book in _names(settings):
        return _target(book, settings, file)
    if not is_path(book):
        return _web_target(book, settings, file)
    if settings and _names(settings) and not Path(book).exists() and not Path(book).suffix:
        raise _unknown(book, settings, file)
    return _path_target(book, settings, file)


def book_names(config: Path | None = None) -> list[str]:
    """Every book that the settings name, also one of which the settings are faulty; none where
    there are no settings. Raises UsageError.
    """
    file = config or Path(FILE)
    return _names(_read(file)) if file.is_file() else []


def book_languages(config: Path | None = None) -> set[str | None]:
    """The languages that the settings name for their books; None for a book without one."""
    return {book.language for book in _read(config or Path(FILE)).book.values()}


def _names(settings: Config) -> list[str]:
    return [*settings.book, *settings.faulty]


def _unknown(book: str, settings: Config, file: Path) -> UsageError:
    """What to say of a name that no book has, with the nearest one that a book does have."""
    from difflib import get_close_matches

    names = _names(settings)
    if near := get_close_matches(book, names, n=1):
        return UsageError("unknown_book_near", name=book, file=file, near=near[0])
    return UsageError("unknown_book", name=book, file=file, names=", ".join(names))


def _read(file: Path) -> Config:
    """The settings; of a night of many books they are read once, not for each book."""
    with suppress(OSError):
        state = file.stat()
        return _read_once(file.absolute(), state.st_mtime_ns, state.st_size)
    return _read_once(file, 0, 0)  # says why it cannot be read


@lru_cache(maxsize=1)
def _read_once(file: Path, changed: int, size: int) -> Config:
    # pydantic takes its time; without a file nobody waits for it.
    from trustbook.config_file import read_config

    return read_config(file)


def _path_target(book: str, settings: Config | None, file: Path) -> Target:
    """A path given by hand: the book that names the same file, with all its workbooks, if one
    does.
    """
    path = Path(book).absolute()
    for name in settings.book if settings else ():
        assert settings is not None
        target = _target(name, settings, file)
        if str(path) in target.workbooks:
            return target
    return Target(path.name, (str(path),))


def _web_target(book: str, settings: Config | None, file: Path) -> Target:
    """A link typed by hand: the book that names it, with all its workbooks, if one does."""
    for name in settings.book if settings else ():
        assert settings is not None
        target = _target(name, settings, file)
        if any(is_same_address(book, one) for one in target.workbooks):
            return replace(target, listed=False)  # typed: one that is not there is a slip
    return Target(book, (book,), access=_access(settings, file) if settings else NO_ACCESS)


def _only_book(settings: Config | None, file: Path) -> Target:
    names = _names(settings) if settings else []
    if settings is None or not names:
        raise UsageError("no_book")
    if len(names) > 1:
        raise UsageError("which_book", file=file, names=", ".join(names), first=names[0])
    return _target(names[0], settings, file)


def _target(name: str, settings: Config, file: Path) -> Target:
    if name in settings.faulty:
        where, what = settings.faulty[name]
        raise UsageError("config_invalid", file=file, where=where, what=what)
    book, folder = settings.book[name], file.absolute().parent
    if book.ledger and "://" not in book.ledger:
        refuse_if_too_long(folder / book.ledger)
    addresses = tuple(str((folder / a).absolute()) if is_path(a) else a for a in book.workbooks)
    return Target(
        name,
        addresses,
        book.language,
        book.ledger
        if not book.ledger or "://" in book.ledger
        else str((folder / book.ledger).absolute()),
        _access(settings, file),
        _adoption(book),
        listed=True,
        inbox=tuple(one if "://" in one else str(folder / one) for one in book.inbox),
        forms=tuple(book.forms),
    )


def _access(settings: Config, file: Path) -> Access:
    """How to get in; paths count from the settings file."""
    folder = file.absolute().parent
    key = settings.google.key
    logins = {
        host.rpartition("//")[2].rstrip("/").lower(): _login(block, folder)
        for host, block in settings.webdav.items()
    }
    file_of_key = str((folder / key).absolute()) if key else None
    return Access(file_of_key, logins, _sharepoint_login(settings, folder))


def _sharepoint_login(settings: Config, folder: Path) -> SharePointLogin | None:
    """Who we are at Microsoft; None where nothing says so."""
    from trustbook.places.graph_login import BROWSER, SharePointLogin

    if (block := settings.sharepoint) is None:
        return None
    asks = block.certificate == BROWSER
    certificate = BROWSER if asks else str((folder / block.certificate).absolute())
    return SharePointLogin(block.tenant, block.client, certificate)


def _mail(settings: Config, file: Path) -> MailAccount | None:
    """How letters are sent. Raises UsageError for a server without a port that is a number."""
    from trustbook.outbox.mail import MailAccount

    if (block := settings.mail) is None:
        return None
    host, _, port = block.smtp.rpartition(":")
    if not host or not port.isdecimal():
        raise UsageError("config_invalid", file=file, where="mail.smtp", what=f"“{block.smtp}”")
    login = _login(block, file.absolute().parent)
    return MailAccount(
        host.strip("[]"),
        int(port),
        block.sender,
        block.user,
        partial(login.password, host),
        block.alarm,
    )


def _login(block: WebdavConfig | MailConfig, folder: Path) -> Login:
    file = block.password_file
    return Login(block.user, str((folder / file).absolute()) if file else None, block.keyring)


def _adoption(book: BookConfig) -> Adoption | None:
    """What sheets and columns with names of their own are; None where none are named."""
    if not (book.sheets or book.columns or book.unused):
        return None
    from trustbook.reading.adoption import Adoption

    return Adoption(book.sheets, book.columns, book.unused)
