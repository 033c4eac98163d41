"""What the service refuses, as sentences with a remedy (gspread says nothing about a 403)."""

from __future__ import annotations

import json
from typing import Any

import requests
from google.auth.exceptions import RefreshError

from trustbook.errors import Busy, NoAccess, SafetyStop, TrustbookError


class Refused(TrustbookError):
    """A request that the service could not carry out (400); ``message`` is its own reason."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__("google.refused", what=message)


def refusal(
    answer: requests.Response | RefreshError, address: str, writing: bool = False
) -> TrustbookError:
    """The error for a refused request; ``address`` is the account to share the spreadsheet with."""
    if isinstance(answer, RefreshError):
        return _token(*_token_words(answer), address)
    body = _body(answer)
    error = body.get("error", {})
    if isinstance(error, str):
        return _token(error, str(body.get("error_description", "")), address)
    message = str(error.get("message", "")) or f"HTTP {answer.status_code}"
    if answer.status_code == 401:
        return NoAccess("google.key_refused", address=address, what=message)
    if answer.status_code == 403:
        return _forbidden(error, message, address, writing)
    if answer.status_code == 404:
        return NoAccess("google.not_found", address=address)
    if "protected cell or object" in message:
        return SafetyStop("google.protected")
    if answer.status_code == 400:
        return Refused(message)
    return Busy("google.unavailable", tries=1)


def _forbidden(error: dict[str, Any], message: str, address: str, writing: bool) -> NoAccess:
    details = error.get("details", []) + error.get("errors", [])
    reasons = {str(detail.get("reason", "")) for detail in details}
    off = not reasons.isdisjoint(("SERVICE_DISABLED", "accessNotConfigured"))
    if off or "has not been used" in message:
        return NoAccess("google.api_off")
    if "SCOPE" in " ".join(reasons) or "insufficient authentication scopes" in message:
        return NoAccess("google.scope")
    return NoAccess("google.read_only" if writing else "google.not_shared", address=address)


def _token(error: str, description: str, address: str) -> TrustbookError:
    if "reasonable timeframe" in description or "iat and exp" in description:
        return NoAccess("google.clock")
    if error in ("temporarily_unavailable", "internal_failure"):
        return Busy("google.unavailable", tries=1)
    return NoAccess("google.key_refused", address=address, what=description or error)


def _token_words(fault: RefreshError) -> tuple[str, str]:
    """The error and its description in what google-auth raises: (text, body)."""
    body: dict[str, Any] = next((part for part in fault.args if isinstance(part, dict)), {})
    error: Any = body.get("error", "")
    description: Any = body.get("error_description", "")
    if isinstance(error, dict):
        error, description = str(error.get("status", "")), str(error.get("message", ""))
    return str(error), str(description) or str(error)


def _body(answer: requests.Response) -> dict[str, Any]:
    try:
        found = json.loads(answer.content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
