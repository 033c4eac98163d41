"""Sending letters over SMTP: on a secure line, each letter once.

That a letter is being sent is put down before it leaves. A run that breaks off just then leaves
that note behind: nobody knows whether the letter arrived, and it is not sent a second time.
"""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path

from trustbook.errors import Busy, NoAccess, TrustbookError
from trustbook.names import fit_text
from trustbook.places.data_folder import data_folder, own_folder
from trustbook.places.made_files import SECRET_MODE, replace_whole

_TIMEOUT = 30.0  # seconds
_SECURE = 465  # a port on which the line is secure from the start
_FOR_GOOD = 500  # answers from here on do not change by waiting
_SENDING, _SENT = b"sending", b"sent"


@dataclass(frozen=True, slots=True)
class MailAccount:
    """The block ``[mail]`` of trustbook.toml: server and port, the sender, how to sign in where
    the server wants that, and to whom it is told that a night failed.
    """

    host: str
    port: int
    sender: str
    user: str = ""
    password: Callable[[], str | None] = lambda: None
    alarm: str | None = None


@contextmanager
def open_mail(account: MailAccount) -> Iterator[smtplib.SMTP]:
    """A line to the server, secure and signed in. Raises Busy or NoAccess with a sentence."""
    host = f"{account.host}:{account.port}"
    try:
        line = _connected(account)
        with line:
            password = account.password()
            if account.user and password is not None:
                line.login(account.user, password)
            yield line
    except ssl.SSLError as fault:
        raise NoAccess(
            "outbox.mail_refused", host=host, why=getattr(fault, "reason", None) or "TLS"
        ) from None
    except smtplib.SMTPAuthenticationError as fault:
        raise NoAccess("outbox.mail_refused", host=host, why=fault.smtp_code) from None
    except smtplib.SMTPResponseException as fault:
        key = "outbox.mail_away" if fault.smtp_code < 500 else "outbox.mail_refused"
        kind = Busy if fault.smtp_code < 500 else NoAccess
        raise kind(key, host=host, why=fault.smtp_code) from None
    except (OSError, smtplib.SMTPException):
        raise Busy("outbox.mail_away", host=host) from None


def _connected(account: MailAccount) -> smtplib.SMTP:
    """The line; in the open only to this machine itself."""
    context = ssl.create_default_context()
    if account.port == _SECURE:
        return smtplib.SMTP_SSL(account.host, account.port, timeout=_TIMEOUT, context=context)
    line = smtplib.SMTP(account.host, account.port, timeout=_TIMEOUT)
    line.ehlo()
    if line.has_extn("starttls"):
        line.starttls(context=context)
        line.ehlo()
    elif account.host not in ("localhost", "127.0.0.1", "::1"):
        line.close()
        raise NoAccess("outbox.mail_open", host=f"{account.host}:{account.port}")
    return line


def send_once(
    line: smtplib.SMTP,
    mail: EmailMessage,
    account: MailAccount,
    book: str,
    today: date,
    holder: str = "",
) -> str:
    """Send a letter unless it was sent this week: "sent", "before", or "perhaps" where an earlier
    run broke off while it was sending; "refused" or "later" where the server does not take it, or
    not now: the other letters may go.

    ``book`` is the book's address, ``holder`` whose letter it is: two may share a mailbox; ``mail``
    a draft of letters.py, that is sent as no draft.
    """
    note = _note(f"{book}\n{mail['To']}\n{holder}", today)
    stands = _standing(note)
    if stands:
        return "before" if stands == _SENT else "perhaps"
    line.noop()  # raises where the line broke meanwhile: this letter did not leave
    _put(note, _SENDING)
    sent = _as_sent(mail, account.sender)
    try:
        line.send_message(sent)
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as fault:
        note.unlink(missing_ok=True)  # the server said no: nothing left
        return "refused" if _code_of(fault) >= _FOR_GOOD else "later"
    except smtplib.SMTPResponseException:
        note.unlink(missing_ok=True)
        raise
    _put(note, _SENT)
    return "sent"


def _code_of(fault: smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError) -> int:
    """What the server answered about one letter."""
    if isinstance(fault, smtplib.SMTPDataError):
        return fault.smtp_code
    return max(code for code, _ in fault.recipients.values())


def send_alarm(account: MailAccount, subject: str, text: str) -> None:
    """Tell by mail that a night failed, where somebody is to hear of it. That this fails too must
    not hide why the night did.
    """
    if account.alarm is None:
        return
    mail = EmailMessage()
    mail["Subject"], mail["To"] = fit_text(subject), account.alarm
    mail.set_content(fit_text(text) + "\n")
    with suppress(TrustbookError, smtplib.SMTPException, OSError), open_mail(account) as line:
        line.send_message(_as_sent(mail, account.sender))


def _as_sent(draft: EmailMessage, sender: str) -> EmailMessage:
    del draft["X-Unsent"]
    for name, value in (
        ("From", sender),
        ("Date", formatdate(localtime=True)),
        ("Message-ID", make_msgid(domain="trustbook.invalid")),
    ):
        del draft[name]
        draft[name] = value
    return draft


def _note(letter: str, today: date) -> Path:
    """Where it stands that a letter was sent this week, whatever it said."""
    year, week, _ = today.isocalendar()
    told = f"{letter}\n{year}-{week}"
    return data_folder() / "sent" / f"{hashlib.sha256(told.encode()).hexdigest()[:32]}.txt"


def _standing(note: Path) -> bytes:
    with suppress(OSError):
        return note.read_bytes()
    return b""


def _put(note: Path, what: bytes) -> None:
    own_folder(note.parent)
    replace_whole(note, what, SECRET_MODE)
