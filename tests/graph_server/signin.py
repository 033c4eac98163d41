"""Who is let in: metadata, and tokens for a certificate, a code with PKCE, or a refresh token."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
import time
import urllib.parse
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.sheets_server.faults import Call, Reply

HOST = "login.microsoftonline.com"
TENANT = "11111111-2222-3333-4444-555555555555"
CLIENT = "99999999-8888-7777-6666-555555555555"
GRAPH = "https://graph.microsoft.com"
_PATH = f"/{TENANT}/oauth2/v2.0"


def reply(status: int, body: Any, headers: dict[str, str] | None = None) -> Reply:
    """An answer in JSON."""
    return Reply(status, json.dumps(body).encode(), headers=headers or {})


def refused(code: int, error: str, text: str) -> Reply:
    """A refusal as the identity platform words it."""
    told = f"AADSTS{code}: {text} Trace ID: 0 Correlation ID: 0 Timestamp: 2026-09-30 03:00:00Z"
    body = {"error": error, "error_description": told, "error_codes": [code]}
    return reply(401 if error == "invalid_client" else 400, body)


@dataclass
class SignIn:
    """The app that is registered: its ``certificates`` (PEM), the ``roles`` that an administrator
    consented to, and the ``scopes`` that a person did.
    """

    certificates: list[bytes] = field(default_factory=list)
    roles: list[str] = field(default_factory=lambda: ["Sites.Selected"])
    scopes: str = "Files.ReadWrite.All"
    lasts: int = 3600
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    key: rsa.RSAPrivateKey = field(
        default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )
    # Every token that was given out, so that a test can see that none shows anywhere.
    given: list[str] = field(default_factory=list)

    def answer(self, call: Call) -> Reply:
        """What the sign-in host says."""
        if call.path.endswith("/discovery/instance"):
            names = {"preferred_network": HOST, "preferred_cache": HOST, "aliases": [HOST]}
            return reply(200, {"tenant_discovery_endpoint": self._metadata_at, "metadata": [names]})
        if not call.path.startswith(f"/{TENANT}/"):
            return refused(90002, "invalid_tenant", "Tenant not found.")
        if call.path.endswith("/.well-known/openid-configuration"):
            return reply(200, self._metadata())
        if call.path == f"{_PATH}/authorize":
            return self._authorize({name: one[0] for name, one in call.query.items()})
        if call.path == f"{_PATH}/token":
            form = urllib.parse.parse_qs(call.body.decode())
            return self._token({name: one[0] for name, one in form.items()})
        return reply(404, {})

    @property
    def _metadata_at(self) -> str:
        return f"https://{HOST}/{TENANT}/v2.0/.well-known/openid-configuration"

    def _metadata(self) -> dict[str, Any]:
        base = f"https://{HOST}{_PATH}"
        return {
            "issuer": f"https://{HOST}/{TENANT}/v2.0",
            "authorization_endpoint": f"{base}/authorize",
            "token_endpoint": f"{base}/token",
            "device_authorization_endpoint": f"{base}/devicecode",
        }

    def _authorize(self, asked: dict[str, str]) -> Reply:
        """A person signs in and is sent back with a code."""
        code = secrets.token_urlsafe(24)
        self.codes[code] = asked
        sent = {"code": code, "state": asked["state"], "client_info": self._client_info()}
        if asked.get("response_mode") == "form_post":
            return Reply(200, _form(asked["redirect_uri"], sent).encode(), "text/html")
        target = f"{asked['redirect_uri']}?{urllib.parse.urlencode(sent)}"
        return Reply(302, b"", headers={"Location": target})

    def _client_info(self) -> str:
        info = json.dumps({"uid": "anne", "utid": TENANT}).encode()
        return base64.urlsafe_b64encode(info).decode().rstrip("=")

    def _token(self, form: dict[str, str]) -> Reply:
        if form.get("client_id") != CLIENT:
            text = "Application was not found in the directory."
            return refused(700016, "unauthorized_client", text)
        kind = form["grant_type"]
        if kind == "client_credentials":
            fault = self._fault_of_assertion(form.get("client_assertion", ""))
            return fault or reply(200, self._given({"roles": self.roles} if self.roles else {}))
        if kind == "authorization_code":
            asked = self.codes.pop(form.get("code", ""), None)
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            shown = base64.urlsafe_b64encode(digest).decode().rstrip("=")
            if asked is None or asked.get("code_challenge") != shown:
                text = "The Code_Verifier does not match the code_challenge."
                return refused(501481, "invalid_grant", text)
            return reply(200, self._for_person(asked.get("nonce", "")))
        if kind == "refresh_token" and form.get("refresh_token") in self.given:
            return reply(200, self._for_person(""))
        return refused(700082, "invalid_grant", "The refresh token has expired.")

    def _fault_of_assertion(self, assertion: str) -> Reply | None:
        """Why a certificate is not believed: unknown here, forged, or out of its time."""
        shown = jwt.get_unverified_header(assertion)
        audience = f"https://{HOST}{_PATH}/token"
        for pem in self.certificates:
            known = x509.load_pem_x509_certificate(pem)
            digest = known.fingerprint(hashes.SHA256())
            wanted = base64.urlsafe_b64encode(digest).decode()
            if str(shown.get("x5t#S256")).rstrip("=") != wanted.rstrip("="):
                continue
            key = known.public_key()
            assert isinstance(key, rsa.RSAPublicKey)
            try:
                claims = jwt.decode(assertion, key, algorithms=["PS256"], audience=audience)
            except (jwt.ExpiredSignatureError, jwt.ImmatureSignatureError):
                text = "Client assertion is not within its valid time range."
                return refused(700024, "invalid_client", text)
            except jwt.PyJWTError:
                break
            if claims["iss"] == claims["sub"] == CLIENT:
                return None
        text = "The certificate with identifier used to sign the client assertion is not registered"
        return refused(700027, "invalid_client", f"{text} on application.")

    def _for_person(self, nonce: str) -> dict[str, Any]:
        refresh = secrets.token_urlsafe(40)
        self.given.append(refresh)
        claims = {
            "aud": CLIENT, "iss": f"https://{HOST}/{TENANT}/v2.0", "sub": "anne", "oid": "anne",
            "tid": TENANT, "preferred_username": "anne@waterrijk.nl", "nonce": nonce,
            "exp": int(time.time()) + 3600, "iat": int(time.time()),
        }  # fmt: skip
        identity = jwt.encode(claims, self.key, algorithm="RS256")
        given = self._given({"scp": self.scopes})
        shown = {"id_token": identity, "refresh_token": refresh, "client_info": self._client_info()}
        return given | shown | {"scope": f"{GRAPH}/{self.scopes}"}

    def _given(self, claims: dict[str, Any]) -> dict[str, Any]:
        now = int(time.time())
        whole = {"aud": GRAPH, "appid": CLIENT, "iat": now, "exp": now + self.lasts, **claims}
        token = jwt.encode(whole, self.key, algorithm="RS256")
        self.given.append(token)
        return {"token_type": "Bearer", "expires_in": self.lasts, "access_token": token}

    def claims(self, authorization: str) -> dict[str, Any] | None:
        """What a token says, if it is one of ours that is still good."""
        token = authorization.removeprefix("Bearer ")
        public = self.key.public_key()
        try:
            found: dict[str, Any] = jwt.decode(token, public, algorithms=["RS256"], audience=GRAPH)
        except jwt.PyJWTError:
            return None
        return found


def _form(target: str, sent: dict[str, str]) -> str:
    """The page that sends a person back, by itself."""
    fields = "".join(f'<input type="hidden" name="{n}" value="{v}">' for n, v in sent.items())
    head = '<body onload="document.forms[0].submit()">'
    return f'{head}<form method="POST" action="{target}">{fields}</form>'


def submit(page: str) -> tuple[str, dict[str, str]]:
    """What a browser makes of that page: where it goes, and with which fields."""
    fields = re.findall(r'name="(\w+)" value="([^"]*)"', page)
    return page.partition('action="')[2].partition('"')[0], dict(fields)


def make_certificate(days: int = 300) -> tuple[bytes, bytes]:
    """A key with its certificate as trustbook is given it (one PEM), and the certificate alone."""
    import datetime as dt

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "trustbook")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=400))
        .not_valid_after(now + dt.timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    public = certificate.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return private + public, public
