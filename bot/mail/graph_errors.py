"""What a failure of Microsoft Graph or of its token endpoint means for a mail."""

import logging
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from requests import RequestException, Response
from requests.exceptions import SSLError

from bot.domain.correspondence import Gone, Rejected, TryLater, Unreadable
from bot.i18n import N_

_log = logging.getLogger(__name__)

# Not this mail's trouble: no other would fare better now.
_EVERYONES = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT}
_PASSING = {
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.CONFLICT,
    HTTPStatus.PRECONDITION_FAILED,
    HTTPStatus.LOCKED,
    HTTPStatus.TOO_MANY_REQUESTS,
}
# A mail that Exchange cannot put into the form asked for, as a report about a signed one: it says 500, and always will.
_UNREADABLE = {"ErrorContentConversionFailed", "ErrorMimeContentConversionFailed"}
# Seconds to wait where Microsoft names none; its throttling windows are minutes.
_PATIENCE = 60.0

GONE = N_("The draft is no longer in the mailbox: look in its Sent Items whether the email left")
_GONE_CODE = "ErrorItemNotFound"

# Microsoft Graph's error codes for mail, and the statuses, each with what a person can do about it.
_BY_CODE = {
    _GONE_CODE: GONE,
    "ErrorInvalidRecipients": N_("Microsoft 365 does not accept an address of this email"),
    "ErrorMessageSizeExceeded": N_("The email is larger than this mailbox may send"),
    "ErrorSendAsDenied": N_("The application may not send in the name of this mailbox"),
}
_BY_STATUS: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: N_(
        "Microsoft 365 does not recognise the application: check M365_TENANT_ID and M365_CLIENT_ID, and the consent "
        "of an administrator"
    ),
    HTTPStatus.FORBIDDEN: N_(
        "The application lacks permission: it needs the application permissions Mail.ReadWrite and Mail.Send with an "
        "administrator's consent, and access to this mailbox"
    ),
    HTTPStatus.NOT_FOUND: N_("Microsoft 365 knows no such mailbox: check M365_MAILBOX"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: N_("The email is larger than this mailbox may send"),
}
_LOGIN_ENDED = N_("The login to Microsoft 365 is no longer valid: run «cobranza mail login» again")
# Microsoft Entra's own numbers, where they say more than OAuth's word.
_BY_AADSTS = {
    7000218: N_(
        "The application allows no login with a code: in Microsoft Entra, under its authentication, allow public "
        "client flows"
    ),
    65001: N_("The person or an administrator has not consented to the application's permissions"),
}
_BY_TOKEN_ERROR = {
    "invalid_client": N_(
        "Microsoft 365 does not accept the application's secret or certificate: check M365_CLIENT_SECRET or "
        "M365_CERTIFICATE, and whether it has expired"
    ),
    "invalid_grant": _LOGIN_ENDED,
    "interaction_required": _LOGIN_ENDED,
    "expired_token": N_("Nobody logged in in time: begin again"),
    "authorization_declined": N_("The login was declined"),
    "unauthorized_client": N_(
        "Microsoft 365 does not know the application in this tenant: check M365_CLIENT_ID and M365_TENANT_ID"
    ),
}
_BUSY = N_("Microsoft 365 is busy")
_UNPROVEN = N_(
    "What answers does not prove to be Microsoft 365: a proxy or an antivirus may stand in between, or this machine's "
    "date is wrong"
)
# OAuth 2 (RFC 6749, 4.1.2.1) names these two as passing.
_PASSING_TOKEN_ERRORS = {"temporarily_unavailable", "server_error"}


def verdict(error: RequestException) -> TryLater | Rejected:
    """Whether a failed request is worth another try, and why it failed.

    The error itself must not travel on: its text holds addresses of upload sessions, which are keys.
    """
    response = error.response
    if response is None:
        _log.warning("Microsoft 365 gave no answer: %s", type(error).__name__)
        return TryLater(_UNPROVEN if isinstance(error, SSLError) else N_("Microsoft 365 did not answer"), everyone=True)
    code, message = _error_of(response)
    _log.warning(
        "Microsoft 365 answered %s %s (request-id %s)", response.status_code, code, response.headers.get("request-id")
    )
    is_servers = response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR and code not in _UNREADABLE
    if response.status_code in _PASSING or is_servers:
        everyone = response.status_code in _EVERYONES
        return TryLater(f"{_BUSY} ({response.status_code} {code})", after=_retry_after(response), everyone=everyone)
    known = _BY_CODE.get(code) or _BY_STATUS.get(response.status_code)
    reason = known or N_("Microsoft 365 does not accept this email")
    refusal = Gone if code == _GONE_CODE else Unreadable if code in _UNREADABLE else Rejected
    return refusal(f"{reason} ({response.status_code} {code}: {message})")


def token_verdict(result: Mapping[str, object]) -> TryLater | Rejected:
    """Likewise for the token endpoint, whose answer MSAL gives as a mapping with `error`."""
    error = str(result.get("error"))
    given = result.get("error_codes")
    codes = given if isinstance(given, list) else []
    code = ", ".join(f"AADSTS{code}" for code in codes) or error
    _log.warning("Microsoft 365 gave no token: %s %s", error, code)
    if error in _PASSING_TOKEN_ERRORS:
        return TryLater(f"{_BUSY} ({error} {code})", everyone=True)
    by_number = (_BY_AADSTS[number] for number in codes if number in _BY_AADSTS)
    reason = next(by_number, _BY_TOKEN_ERROR.get(error, N_("Microsoft 365 gave the application no access")))
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
