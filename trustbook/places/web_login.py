"""Who we are at a server: a user, and where the password is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from trustbook.errors import NoAccess
from trustbook.places.named_files import secret_text

SERVICE = "trustbook"


@dataclass(frozen=True, slots=True)
class Login:
    """The block ``[webdav."host"]`` of trustbook.toml: ``user``, and the file that holds the
    password, else the system's keyring.
    """

    user: str = ""
    password_file: str | None = None
    keyring: bool = False

    def password(self, host: str) -> str | None:
        """The password; None where none is set. Raises NoAccess where it cannot be had."""
        if self.password_file:
            return _from_file(Path(self.password_file))
        return _from_keyring(self.user, host) if self.keyring else None


# The logins of trustbook.toml by host (with the port, where it is not the usual one).
Logins = Mapping[str, Login]


def _from_file(path: Path) -> str:
    try:
        text = secret_text(path, "utf-8-sig")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "?"
        raise NoAccess("webdav.password_file", path=path, why=reason) from None
    return text.strip("\r\n")


def _from_keyring(user: str, host: str) -> str:
    try:
        import keyring
    except ImportError:
        raise NoAccess("webdav.no_keyring") from None
    password = keyring.get_password(SERVICE, f"{user}@{host}")
    if password is None:
        raise NoAccess("webdav.not_in_keyring", user=user, host=host)
    return str(password)
