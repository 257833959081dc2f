"""Access to one mailbox of Microsoft 365: Microsoft Graph, reached with O365, one request at a time."""

# ruff: noqa: ANN401 - O365 publishes no types: Any ends in the modules that use this one

import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import requests
from O365 import Account, Connection, MSGraphProtocol
from O365.utils import attachment
from O365.utils.token import MemoryTokenBackend

from bot.domain.correspondence import TryLater
from bot.i18n import N_
from bot.mail.credentials import Credential, safe_address
from bot.mail.graph_errors import verdict
from bot.mail.graph_token import Tokens

# Microsoft Graph, "Attach large files to Outlook messages": up to 3 MB in one request, above it an upload session. A
# request is of 4 MB, which 3 MB fill as base64: what stands around them, as the name, needs some room too. Sessions
# were seen to be refused below 2 MB only (microsoftgraph/msgraph-sdk-java#52).
ONE_REQUEST_LIMIT = 3 * 1024 * 1024 - 4 * 1024
# O365 2.1.10 draws the line at 3 MB, and takes no other.
attachment.UPLOAD_SIZE_LIMIT_SIMPLE = ONE_REQUEST_LIMIT

# Microsoft Graph, "Immutable ID with sending mail": the draft's id stays the id of the copy in Sent Items.
_IMMUTABLE_IDS = 'IdType="ImmutableId"'

_OLD_TOKEN = N_("Microsoft 365 no longer takes our token: the next try has a new one")


class GraphAccess:
    """A mailbox and the credentials to it. Usable from any thread, one at a time; to be closed.

    An address that is neither https nor on this machine is a ValueError: secrets would travel in the clear.
    """

    def __init__(
        self,
        *,
        tenant_id: str,
        client_id: str,
        credential: Credential,
        mailbox: str,
        graph_url: str = "https://graph.microsoft.com",
        authority_url: str = "https://login.microsoftonline.com",
        timeout: float = 30,
    ) -> None:
        for url in (graph_url, authority_url):
            safe_address(url)
        _silence_libraries()
        self.tokens = Tokens(
            credential, tenant_id=tenant_id, client_id=client_id, graph_url=graph_url, authority_url=authority_url,
            timeout=timeout,
        )  # fmt: skip
        self._lock = threading.Lock()
        self._account: Any = _Account(
            # O365 asks for a secret, and never gets to use it: the tokens are ours.
            (client_id, "-"),
            auth_flow_type="credentials",
            tenant_id=tenant_id,
            protocol=_Graph(graph_url),
            main_resource=f"users/{quote(mailbox, safe='@')}",
            token_backend=MemoryTokenBackend(),
            default_headers={"Prefer": _IMMUTABLE_IDS},
            timeout=timeout,
            # The outbox tries again, and knows when; O365 would hold the thread as long as Retry-After says.
            request_retries=0,
            requests_delay=0,
        )
        self._mailbox_url = f"{self._account.protocol.service_url}{self._account.main_resource}"

    @contextmanager
    def entered(self) -> Iterator[Any]:
        """O365's account with a token in force; a failed request leaves as TryLater or Rejected."""
        with self.entering():
            connection, token = self._account.con, self.tokens.in_force()
            if connection.session is None:
                connection.session = connection.get_session()
            connection.update_session_auth_header(access_token=token)
            yield self._account

    @contextmanager
    def entering(self) -> Iterator[None]:
        """The same before there is a token: to log in."""
        with self._lock:
            try:
                yield
            except requests.RequestException as error:
                if error.response is not None and error.response.status_code in {
                    HTTPStatus.UNAUTHORIZED,
                    HTTPStatus.FORBIDDEN,
                }:
                    self.tokens.forget()
                    if error.response.status_code == HTTPStatus.UNAUTHORIZED and self.tokens.was_kept:
                        # A clock put back, or an administrator, has made an old token of one that looks good.
                        raise TryLater(_OLD_TOKEN) from None
                raise verdict(error) from None

    def get(self, path: str, params: Mapping[str, str] | None = None, *, prefer: str = "") -> requests.Response:
        """Read something of the mailbox, within `entered`; `path` is below the mailbox, or a next page's address."""
        if path.startswith("/"):
            path = f"{self._mailbox_url}{path}"
        elif not path.startswith(self._account.protocol.service_url):
            # The token goes along: to nobody else.
            raise ValueError(path)
        headers = {"headers": {"Prefer": prefer}} if prefer else {}
        response: requests.Response = self._account.con.get(path, params=params, **headers)
        return response

    def do(self, method: str, path: str, done: HTTPStatus) -> None:
        """Ask for what has no answer but its status, within `entered`; raises TryLater where it is another.

        Who stands in between, as a proxy that wants a login, answers with a page of its own, which says no more than
        that it is one.
        """
        if self._account.con.oauth_request(f"{self._mailbox_url}{path}", method).status_code != done:
            raise TryLater(N_("Microsoft 365 did not confirm"))

    def token(self) -> str:
        """A token in force; raises TryLater or Rejected."""
        with self.entering():
            return self.tokens.in_force()

    def close(self) -> None:
        """Close the connections; the access can be used no more."""
        with self._lock:
            for session in (self._account.con.session, self._account.con.naive_session, self.tokens):
                if session is not None:
                    session.close()


def _silence_libraries() -> None:
    # O365 logs bodies at DEBUG, upload sessions at INFO and their addresses at ERROR; urllib3 logs addresses at DEBUG.
    # An upload session's address is a key to the mailbox.
    logging.getLogger("O365").setLevel(logging.CRITICAL)
    logging.getLogger("msal").setLevel(logging.WARNING)
    logging.getLogger("urllib3").setLevel(logging.WARNING)


class _Graph(MSGraphProtocol):  # type: ignore[misc]  # O365 publishes no types
    """Graph's protocol at another address."""

    def __init__(self, url: str) -> None:
        self._protocol_url = self._oauth_scope_prefix = f"{url.rstrip('/')}/"
        super().__init__(timezone="UTC")


class _Connection(Connection):  # type: ignore[misc]  # O365 publishes no types
    """O365's connection that asks nobody for tokens: the session has one in force."""

    def oauth_request(self, url: str, method: str, **kwargs: Any) -> requests.Response:
        """Make one request, and no other."""
        response: requests.Response = self._internal_request(self.session, url, method, **kwargs)
        return response


class _Account(Account):  # type: ignore[misc]  # O365 publishes no types
    connection_constructor = _Connection
