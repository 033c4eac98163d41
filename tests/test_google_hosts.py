"""A key and a token are shown to Google alone, whatever a key file says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.sheets_server.tokens import service_account_info
from trustbook.errors import NoAccess
from trustbook.workbooks.google.client import _TokenTransport
from trustbook.workbooks.google.credentials import find_account
from trustbook.workbooks.google.hosts import is_google, is_machine_itself

ELSEWHERE = (
    "https://evil.example/token",
    "http://oauth2.googleapis.com/token",
    "https://oauth2.googleapis.com@evil.example/",
    "https://evil.example\\@oauth2.googleapis.com",
    "https://oauth2.googleapis.com.evil.example/token",
    "https://xgoogleapis.com/token",
    "https://oauth2.googleapis.com:8443/token",
    "file:///etc/passwd",
    "https://[::1/",
    "",
)
EXTERNAL = {
    "type": "external_account",
    "audience": "//iam.googleapis.com/x",
    "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
    "token_url": "https://sts.googleapis.com/v1/token",
    "service_account_impersonation_url": None,
    "credential_source": {"file": "secret.txt"},
}


def key_with(folder: Path, info: Mapping[str, Any] | str) -> Path:
    path = folder / "key.json"
    path.write_text(info if isinstance(info, str) else json.dumps(info), encoding="utf-8")
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("address", ELSEWHERE)
def test_only_google_over_https_is_google(tmp_path: Path, address: str) -> None:
    assert not is_google(address)
    for info in (
        {**service_account_info(), "token_uri": address},
        {**EXTERNAL, "token_url": address},
        {"installed": {"client_id": "x", "token_uri": address}},
    ):
        with pytest.raises(NoAccess) as caught:
            find_account(key_with(tmp_path, info))
        assert caught.value.key == "google.key_elsewhere"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_key_of_google_is_taken(tmp_path: Path) -> None:
    assert find_account(key_with(tmp_path, service_account_info())).kind == "service_account"
    assert find_account(key_with(tmp_path, EXTERNAL)).kind == "machine"


def test_another_universe_is_refused(tmp_path: Path) -> None:
    info = {**service_account_info(), "universe_domain": "evil.example"}
    with pytest.raises(NoAccess, match=r"evil\.example"):
        find_account(key_with(tmp_path, info))


@pytest.mark.parametrize(
    "content",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"a":' * 400 + "1" + "}" * 400,
        '{"type": ["service_account"]}',
        '{"type": "service_account", "client_email": 1, "private_key": {}, "token_uri": '
        '"https://oauth2.googleapis.com/token"}',
    ],
    ids=["open lists", "open objects", "nested", "a list", "no texts"],
)
def test_a_key_file_of_another_form_is_a_sentence(tmp_path: Path, content: str) -> None:
    with pytest.raises(NoAccess) as caught:
        find_account(key_with(tmp_path, content))
    assert caught.value.key == "google.key_unusable"


def test_no_token_is_asked_for_elsewhere() -> None:
    asked: list[str] = []
    transport = _TokenTransport(lambda method, url, **_: asked.append(url))  # type: ignore[arg-type]
    with pytest.raises(NoAccess, match=r"evil\.example"):
        transport("https://evil.example/token", method="POST")
    for url in ("https://sts.googleapis.com/v1/token", "http://169.254.169.254/latest/api/token"):
        transport(url, method="POST")
    assert len(asked) == 2 and is_machine_itself(asked[1])
