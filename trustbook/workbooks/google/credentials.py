"""Who we are to the service: a key file, a person's own sign-in, or the machine's account."""

from __future__ import annotations

import json
import logging
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError

from trustbook.errors import NoAccess
from trustbook.places.made_files import SECRET_MODE, make_new
from trustbook.places.named_files import secret_text
from trustbook.workbooks.google.hosts import refuse_other_hosts
from trustbook.workbooks.google.keyfile import refuse_if_readable

SHEETS = "https://www.googleapis.com/auth/spreadsheets"
SHARING = "https://www.googleapis.com/auth/drive.metadata.readonly"
VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS"


@dataclass(frozen=True)
class Account:
    """An account to act as; spreadsheets must be shared with its ``address``, "" if unknown."""

    credentials: Any
    address: str
    kind: str  # service_account, person or machine


def find_account(key_file: Path | None = None, scopes: tuple[str, ...] = (SHEETS,)) -> Account:
    """The account of ``key_file``, else of GOOGLE_APPLICATION_CREDENTIALS, else the machine's.

    Raises NoAccess, with the remedy, where there is none, it is no key, or others can read it.
    """
    named = os.environ.get(VARIABLE, "")
    path = key_file or (Path(named) if named else None)
    if path is None:
        return _machine(scopes)
    try:
        info = json.loads(secret_text(path, "utf-8-sig"))
    except OSError as fault:
        raise NoAccess("google.key_missing", path=path, why=fault.strerror or fault) from None
    except (ValueError, RecursionError):
        raise NoAccess("google.key_unusable", path=path) from None
    refuse_if_readable(path)
    info = info if isinstance(info, dict) else {}
    try:
        refuse_other_hosts(info, path)
        return _from_file(info, path, scopes)
    except (ValueError, TypeError, RecursionError, GoogleAuthError):
        # Their messages may quote what stands in the file.
        raise NoAccess("google.key_unusable", path=path) from None


def _from_file(info: dict[str, Any], path: Path, scopes: tuple[str, ...]) -> Account:
    kind = info.get("type")
    if kind == "service_account":
        from google.oauth2.service_account import Credentials

        make = Credentials.from_service_account_info
        made = make(info, scopes=list(scopes))  # type: ignore[no-untyped-call]
        return Account(made, str(info.get("client_email", "")), "service_account")
    if kind == "authorized_user":
        return _signed_in(info, path)
    if "installed" in info:
        return _sign_in(info, path, scopes)
    if kind in ("external_account", "impersonated_service_account"):
        import google.auth

        load = google.auth.load_credentials_from_file
        found, _ = load(str(path), scopes=list(scopes))  # type: ignore[no-untyped-call]
        return Account(found, _address(found), "machine")
    raise NoAccess("google.key_unusable", path=path)


def _signed_in(info: dict[str, Any], path: Path) -> Account:
    from google.oauth2.credentials import Credentials

    made = Credentials.from_authorized_user_info(info)  # type: ignore[no-untyped-call]
    return Account(made, str(info.get("account", "")), "person")


def _sign_in(client: dict[str, Any], path: Path, scopes: tuple[str, ...]) -> Account:
    """A person's own account: signed in once in the browser, kept beside the client's file."""
    kept = path.with_name(f"{path.stem}-signed-in.json")
    if kept.is_file():
        refuse_if_readable(kept)
        return _signed_in(json.loads(kept.read_text(encoding="utf-8")), kept)
    if not sys.stdin or not sys.stdin.isatty():
        raise NoAccess("google.sign_in", path=path)
    from gspread.auth import local_server_flow

    for name in ("requests_oauthlib", "oauthlib"):  # at DEBUG these write tokens into the log
        logging.getLogger(name).setLevel(logging.WARNING)
    signed = local_server_flow(client, list(scopes))
    text = signed.to_json(("token",))  # type: ignore[no-untyped-call]
    make_new(kept, text.encode(), SECRET_MODE)
    return Account(signed, "", "person")


def _machine(scopes: tuple[str, ...]) -> Account:
    import google.auth

    try:
        found, _ = google.auth.default(scopes=list(scopes))
    except DefaultCredentialsError:
        raise NoAccess("google.no_key") from None
    return Account(found, _address(found), "machine")


def _address(credentials: Any) -> str:
    return str(getattr(credentials, "service_account_email", "") or "")
