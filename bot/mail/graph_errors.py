"""What a failure of Microsoft Graph or of its token endpoint means for a mail."""

import logging
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from requests import RequestException, Response

from bot.domain.correspondence import Rejected, TryLater

_log = logging.getLogger(__name__)

_PASSING = {
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.CONFLICT,
    HTTPStatus.PRECONDITION_FAILED,
    HTTPStatus.LOCKED,
    HTTPStatus.TOO_MANY_REQUESTS,
}
# Seconds to wait where Microsoft names none; its throttling windows are minutes.
_PATIENCE = 60.0

# Microsoft Graph's error codes for mail, and the statuses, each with what a person can do about it.
_BY_CODE = {
    "ErrorItemNotFound": "The draft is no longer in the mailbox: look in its Sent Items whether the mail left",
    "ErrorInvalidRecipients": "Microsoft 365 does not accept an address of this mail",
    "ErrorMessageSizeExceeded": "The mail is larger than this mailbox may send",
    "ErrorSendAsDenied": "The application may not send in the name of this mailbox",
}
_BY_STATUS: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: "Microsoft 365 does not recognise the application: check M365_TENANT_ID and "
    "M365_CLIENT_ID, and the consent of an administrator",
    HTTPStatus.FORBIDDEN: "The application lacks permission: it needs the application permissions Mail.ReadWrite and "
    "Mail.Send with an administrator's consent, and access to this mailbox",
    HTTPStatus.NOT_FOUND: "Microsoft 365 knows no such mailbox: check M365_MAILBOX",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The mail is larger than this mailbox may send",
}
_BY_TOKEN_ERROR = {
    "invalid_client": "Microsoft 365 does not accept the application's secret: check M365_CLIENT_SECRET, and whether "
    "it has expired",
    "unauthorized_client": "Microsoft 365 does not know the application in this tenant: check M365_CLIENT_ID and "
    "M365_TENANT_ID",
}
# OAuth 2 (RFC 6749, 4.1.2.1) names these two as passing.
_PASSING_TOKEN_ERRORS = {"temporarily_unavailable", "server_error"}


def verdict(error: RequestException) -> TryLater | Rejected:
    """Whether a failed request is worth another try, and why it failed.

    The error itself must not travel on: its text holds addresses of upload sessions, which are keys.
    """
    response = error.response
    if response is None:
        _log.warning("Microsoft 365 gave no answer: %s", type(error).__name__)
        return TryLater("Microsoft 365 did not answer")
    code, message = _error_of(response)
    _log.warning(
        "Microsoft 365 answered %s %s (request-id %s)", response.status_code, code, response.headers.get("request-id")
    )
    if response.status_code in _PASSING or response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return TryLater(f"Microsoft 365 is busy ({response.status_code} {code})", after=_retry_after(response))
    reason = (
        _BY_CODE.get(code)
        or _BY_STATUS.get(response.status_code)
        or f"Microsoft 365 does not accept this mail: {message}"
    )
    return Rejected(f"{reason} ({response.status_code} {code})")


def token_verdict(result: Mapping[str, object]) -> TryLater | Rejected:
    """Likewise for the token endpoint, whose answer MSAL gives as a mapping with `error`."""
    error = str(result.get("error"))
    codes = result.get("error_codes")
    code = ", ".join(f"AADSTS{code}" for code in codes) if isinstance(codes, list) else error
    _log.warning("Microsoft 365 gave no token: %s %s", error, code)
    if error in _PASSING_TOKEN_ERRORS:
        return TryLater(f"Microsoft 365 is busy ({error} {code})")
    reason = _BY_TOKEN_ERROR.get(error, "Microsoft 365 gave the application no access")
    return Rejected(f"{reason} ({code})")


def _error_of(response: Response) -> tuple[str, str]:
    """Graph's code and sentence; empty where something else answered."""
    try:
        error = response.json()["error"]
        return str(error["code"]), str(error["message"])
    except (ValueError, KeyError, TypeError):
        return "", ""


def _retry_after(response: Response) -> float:
    """Seconds, whether Microsoft gives those or a date (RFC 9110, 10.2.3), counted from the answer's own clock."""
    value = response.headers.get("Retry-After", "")
    if value.isdecimal():
        return float(value)
    try:
        pause = parsedate_to_datetime(value) - parsedate_to_datetime(response.headers["Date"])
    except (ValueError, KeyError, TypeError):
        return _PATIENCE
    return max(pause.total_seconds(), 0)
