"""The refusals of the service: status, code and the JSON body the real API answers with."""

from __future__ import annotations

from typing import Any

STATUS_NAMES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}


class ApiError(Exception):
    """A request the service refuses; ``body()`` is what goes over the wire."""

    def __init__(
        self, code: int, message: str, details: list[dict[str, Any]] | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details

    def body(self) -> dict[str, Any]:
        """The Sheets shape: code, message, status and, sometimes, details."""
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.code in STATUS_NAMES:
            error["status"] = STATUS_NAMES[self.code]
        if self.details:
            error["details"] = self.details
        return {"error": error}


class DriveError(ApiError):
    """A refusal in the older shape of the Drive API: a list of reasons and no status name."""

    def __init__(self, code: int, message: str, reason: str, parameter: str | None = None) -> None:
        super().__init__(code, message)
        self.reason = reason
        self.parameter = parameter

    def body(self) -> dict[str, Any]:
        entry = {"message": self.message, "domain": "global", "reason": self.reason}
        if self.parameter:
            entry |= {"location": self.parameter, "locationType": "parameter"}
        return {"error": {"code": self.code, "message": self.message, "errors": [entry]}}


class TokenError(ApiError):
    """A refusal of the token endpoint: ``{"error": ..., "error_description": ...}``."""

    def __init__(self, description: str, code: int = 400, error: str = "invalid_grant") -> None:
        super().__init__(code, description)
        self.error = error

    def body(self) -> dict[str, Any]:
        return {"error": self.error, "error_description": self.message}


def invalid(message: str) -> ApiError:
    """400 with a sentence."""
    return ApiError(400, message)


def bad_payload(field: str, description: str) -> ApiError:
    """400 for a body or parameter that the schema does not know, with the violated field in the
    details.
    """
    violation = (
        {"field": field, "description": description} if field else {"description": description}
    )
    detail = {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}
    return ApiError(400, description, [detail])


def not_found() -> ApiError:
    return ApiError(404, "Requested entity was not found.")


def forbidden() -> ApiError:
    return ApiError(403, "The caller does not have permission")


def file_not_found(key: str) -> DriveError:
    return DriveError(404, f"File not found: {key}.", "notFound", "fileId")
