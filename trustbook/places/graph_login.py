"""Who we are at Microsoft: an app with a certificate for the night, or a person in the browser.

Tokens are fetched by msal. Neither they nor the key stand in any message: an object here shows none
of what it holds.
"""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trustbook.errors import Busy, NoAccess, TrustbookError
from trustbook.places.data_folder import data_folder, own_folder
from trustbook.places.made_files import SECRET_MODE, replace_whole
from trustbook.places.named_files import secret_text

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

LOGIN_HOST = "login.microsoftonline.com"
BROWSER = "browser"
_APP_SCOPE = ["https://graph.microsoft.com/.default"]
_PERSON_SCOPE = ["https://graph.microsoft.com/Files.ReadWrite.All"]
# How long a person may take to sign in.
_PATIENCE = 300
_CODE = re.compile(r"AADSTS(\d+)")
# What the numbers of refusals mean: learn.microsoft.com, “Microsoft Entra error codes”.
_REFUSALS = {
    "700016": "no_app",
    "7000112": "app_disabled",
    "90002": "no_tenant",
    "900023": "no_tenant",
    "700027": "certificate_unknown",
    "700024": "clock",
    "7000222": "certificate_expired",
    "65001": "no_consent",
    "50105": "no_consent",
    "53000": "conditional_access",
    "53003": "conditional_access",
    "50076": "sign_in_again",
    "700082": "sign_in_again",
    "70043": "sign_in_again",
}


@dataclass(frozen=True, slots=True)
class SharePointLogin:
    """The block ``[sharepoint]`` of trustbook.toml. ``certificate`` is the path of a PEM file with
    the private key and its certificate, or "browser".
    """

    tenant: str
    client: str
    certificate: str

    @property
    def is_person(self) -> bool:
        """Whether a person signs in, in the browser."""
        return self.certificate == BROWSER


@cache
def token_source(login: SharePointLogin) -> TokenSource:
    """The one source of tokens for ``login``: several workbooks of one tenant share a sign-in."""
    return TokenSource(login)


class TokenSource:
    """Gives a token for Graph, and a new one when the old one is refused."""

    def __init__(self, login: SharePointLogin) -> None:
        self.login = login
        self._app: Any = None

    def __repr__(self) -> str:
        return "TokenSource()"

    def token(self) -> str:
        """A token that is good now. Raises NoAccess where none is given, Busy where nobody answers.

        A person is asked only where there is a terminal; a night never opens a browser.
        """
        import requests

        try:
            found = self._of_person() if self.login.is_person else self._of_app()
        except requests.exceptions.SSLError:
            raise NoAccess("sharepoint.certificate_of_host", host=LOGIN_HOST) from None
        except requests.RequestException:
            raise Busy("sharepoint.away", host=LOGIN_HOST) from None
        except ValueError:  # msal: no such tenant
            raise NoAccess("sharepoint.no_tenant", tenant=self.login.tenant) from None
        if "access_token" not in found:
            raise refusal_of_login(found, self.login)
        return str(found["access_token"])

    def _of_app(self) -> dict[str, Any]:
        import msal  # type: ignore[import-untyped]

        if self._app is None:
            # The key as it was loaded: reading it checks its primes, and once is enough.
            key, public = read_certificate(self.login)
            self._app = msal.ConfidentialClientApplication(
                self.login.client,
                authority=f"https://{LOGIN_HOST}/{self.login.tenant}",
                client_credential={"private_key": key, "public_certificate": public},
                timeout=30,
            )
        found: dict[str, Any] = self._app.acquire_token_for_client(scopes=_APP_SCOPE)
        return found

    def _of_person(self) -> dict[str, Any]:
        import msal

        cache = msal.SerializableTokenCache()
        with suppress(OSError, ValueError):
            cache.deserialize(self._cache.read_text(encoding="utf-8"))
        app = msal.PublicClientApplication(
            self.login.client,
            authority=f"https://{LOGIN_HOST}/{self.login.tenant}",
            token_cache=cache,
            timeout=30,
        )
        accounts = app.get_accounts()
        found = app.acquire_token_silent(_PERSON_SCOPE, accounts[0]) if accounts else None
        if not found:
            found = self._ask(app)
        if cache.has_state_changed:
            own_folder(self._cache.parent)
            with suppress(OSError):  # then a person signs in once more
                replace_whole(self._cache, cache.serialize().encode(), SECRET_MODE)
        return dict(found)

    def _ask(self, app: Any) -> dict[str, Any]:
        """Have a person sign in, with PKCE, where one sits at the terminal."""
        if not (sys.stdin is not None and sys.stdin.isatty()):
            raise NoAccess("sharepoint.nobody_to_sign_in")
        from msal.oauth2cli import oauth2  # type: ignore[import-untyped]

        try:
            found: dict[str, Any] = app.acquire_token_interactive(_PERSON_SCOPE, timeout=_PATIENCE)
        except oauth2.BrowserInteractionTimeoutError:
            raise NoAccess("sharepoint.not_signed_in", minutes=_PATIENCE // 60) from None
        return found

    @property
    def _cache(self) -> Path:
        return data_folder() / "sharepoint-signin.json"


def read_certificate(login: SharePointLogin) -> tuple[RSAPrivateKey, str]:
    """The private key of an app, and its certificate as PEM.

    Raises NoAccess where the file cannot be read or does not hold both.
    """
    path = Path(login.certificate)
    try:
        text = secret_text(path, "ascii")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "PEM?"
        raise NoAccess("sharepoint.certificate_file", path=path, why=why) from None
    blocks = re.findall(r"-----BEGIN ([A-Z ]+)-----.*?-----END \1-----", text, re.S)
    found = {
        "key" if kind.endswith("PRIVATE KEY") else "public": block
        for kind in blocks
        for block in re.findall(rf"-----BEGIN {kind}-----.*?-----END {kind}-----", text, re.S)[:1]
    }
    key = _key_of(found["key"], found["public"]) if set(found) == {"key", "public"} else None
    if key is None:
        raise NoAccess("sharepoint.certificate_incomplete", path=path)
    return key, found["public"]


def _key_of(key: str, public: str) -> RSAPrivateKey | None:
    """A private key that has no password, is one that Microsoft takes (RSA), and belongs to a
    certificate; None where it is not that.
    """
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        private = load_pem_private_key(key.encode(), None)
        certificate = x509.load_pem_x509_certificate(public.encode())
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    if isinstance(private, RSAPrivateKey) and private.public_key() == certificate.public_key():
        return private
    return None


def refusal_of_login(found: dict[str, Any], login: SharePointLogin) -> TrustbookError:
    """The sentence for a sign-in that was refused; nothing of what Microsoft wrote but its number
    is shown.
    """
    told = _CODE.search(str(found.get("error_description", "")))
    code = told.group(1) if told else ""
    params = {"tenant": login.tenant, "client": login.client, "code": f"AADSTS{code or '?'}"}
    if code.startswith("90033") or found.get("error") == "temporarily_unavailable":
        return Busy("sharepoint.away", host=LOGIN_HOST)
    return NoAccess(f"sharepoint.{_REFUSALS.get(code, 'sign_in_refused')}", **params)
