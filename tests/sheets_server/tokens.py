"""The token endpoint: a service account's signed claim for an access token."""

from __future__ import annotations

import base64
import json
import secrets
import time
import urllib.parse
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from .drive import OWNER
from .errors import TokenError

TOKEN_URI = "https://oauth2.googleapis.com/token"
CLOCK_SKEW = 300
BAD_CLOCK = (
    "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
    "Check your iat and exp values in the JWT claim."
)
BAD_SIGNATURE = "Invalid JWT Signature."
JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def service_account_info() -> dict[str, str]:
    """A service account's key file, as the console hands it out; the key is made anew in each
    process.
    """
    pem = _key().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return {
        "type": "service_account",
        "project_id": "test-project",
        "private_key_id": "0123456789abcdef",
        "private_key": pem.decode("ascii"),
        "client_email": OWNER,
        "client_id": "100000000000000000000",
        "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": TOKEN_URI,
        "universe_domain": "googleapis.com",
    }


def answer(body: bytes) -> dict[str, Any]:
    """A bearer token for a good claim or refresh token; else TokenError with the real words."""
    form = {k: v[0] for k, v in urllib.parse.parse_qs(body.decode("ascii", "replace")).items()}
    if form.get("grant_type") == JWT_GRANT:
        _check(form.get("assertion", ""))
    elif form.get("grant_type") != "refresh_token":
        raise TokenError("Invalid grant_type", error="unsupported_grant_type")
    token = "ya29." + secrets.token_urlsafe(24)
    return {"access_token": token, "expires_in": 3599, "token_type": "Bearer"}


def _check(assertion: str) -> None:
    signed, _, signature = assertion.rpartition(".")
    try:
        claims = json.loads(_decoded(signed.partition(".")[2]))
        issuer, issued, expires = claims["iss"], float(claims["iat"]), float(claims["exp"])
    except (ValueError, KeyError, TypeError):
        raise TokenError("Bad Request", error="invalid_request") from None
    now = time.time()
    if (
        issued > now + CLOCK_SKEW
        or expires < now - CLOCK_SKEW
        or expires - issued > 3600 + CLOCK_SKEW
    ):
        raise TokenError(BAD_CLOCK)
    if issuer != OWNER:
        raise TokenError("Invalid grant: account not found")
    try:
        _key().public_key().verify(
            _decoded(signature), signed.encode("ascii"), padding.PKCS1v15(), hashes.SHA256()
        )
    except InvalidSignature:
        raise TokenError(BAD_SIGNATURE) from None


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
