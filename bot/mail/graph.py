"""Mail through Microsoft 365: Microsoft Graph, reached with O365."""

# ruff: noqa: ANN401 - O365 and msal publish no types: Any ends in this module

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import quote, urlsplit

import requests
from msal import ConfidentialClientApplication  # type: ignore[import-untyped]  # msal publishes no types
from O365 import Account, Connection, MSGraphProtocol
from O365.utils.token import MemoryTokenBackend

from bot.domain.correspondence import Attachment, Mail, Rejected, TryLater
from bot.i18n import N_
from bot.mail.eml import KEY_HEADER
from bot.mail.envelope import checked
from bot.mail.graph_errors import token_verdict, verdict
from bot.mail.redirect import redirected

_log = logging.getLogger(__name__)

# Microsoft Graph, "Attach large files to Outlook messages": up to 3 MB in one request, above it an upload session,
# 150 MB at most. O365 2.1.10 draws the same line (`UPLOAD_SIZE_LIMIT_SIMPLE`), so this one only says when to measure.
ONE_REQUEST_LIMIT = 3 * 1024 * 1024
ATTACHMENT_LIMIT = 150 * 1024 * 1024

# Microsoft Graph, "Immutable ID with sending mail": the draft's id stays the id of the copy in Sent Items.
_IMMUTABLE_IDS = {"Prefer": 'IdType="ImmutableId"'}

# An upload session that expired, or lost count: a new draft has new ones.
_UPLOAD_ASTRAY = {HTTPStatus.NOT_FOUND, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE}

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class GraphMailer:
    """Sends from one mailbox with an application's own credentials, which live in memory only.

    Graph keeps one body: the HTML; Exchange makes the text. Usable from any thread, one request at a time; to be
    closed. An address that is neither https nor on this machine is a ValueError: the secret would travel in the clear.
    """

    def __init__(
        self,
        *,
        tenant_id: str,
        client_id: str,
        client_secret: str,
        mailbox: str,
        graph_url: str = "https://graph.microsoft.com",
        authority_url: str = "https://login.microsoftonline.com",
        timeout: float = 30,
        redirect_to: str | None = None,
    ) -> None:
        for url in (graph_url, authority_url):
            if urlsplit(url).scheme != "https" and urlsplit(url).hostname not in _LOOPBACK:
                raise ValueError(url)
        _silence_libraries()
        self._redirect_to = redirect_to
        self._lock = threading.Lock()
        self._token_client = _TokenClient(authority_url, timeout)
        self._account: Any = _Account(
            (client_id, client_secret),
            auth_flow_type="credentials",
            tenant_id=tenant_id,
            protocol=_Graph(graph_url),
            main_resource=f"users/{quote(mailbox, safe='@')}",
            token_backend=MemoryTokenBackend(),
            default_headers=_IMMUTABLE_IDS,
            timeout=timeout,
            # The outbox tries again, and knows when; O365 would hold the thread as long as Retry-After says.
            request_retries=0,
            requests_delay=0,
            authority=urlsplit(f"{authority_url.rstrip('/')}/{quote(tenant_id)}")._replace(scheme="https").geturl(),
            token_client=self._token_client,
        )

    def draft(self, mail: Mail) -> str:
        """Lay the mail among the mailbox's drafts; raises TryLater or Rejected.

        The id holds Graph's id and, after a space, the Message-ID: `was_sent` has two ways to find the mail.
        """
        mail = checked(redirected(mail, self._redirect_to))
        for attachment in mail.attachments:
            if len(attachment.content) > ATTACHMENT_LIMIT:
                raise Rejected(f"{N_('A file is larger than the 150 MB that Microsoft 365 takes')} ({attachment.name})")
        with self._graph():
            message = self._account.new_message()
            message.subject = mail.subject
            message.body = mail.html
            message.to.add(list(mail.to))
            message.cc.add(list(mail.cc))
            message.bcc.add(list(mail.bcc))
            message.add_message_header(KEY_HEADER, mail.key)
            _require(message.save_message())
            try:
                self._attach(message, mail.attachments)
                message_id = self._get(message, f"/messages/{message.object_id}", select="internetMessageId")
            except Exception:
                self._discard(message)
                raise
            return f"{message.object_id} {message_id['internetMessageId']}"

    def send(self, draft_id: str) -> None:
        """Send a draft; raises TryLater or Rejected.

        After a TryLater the mail may have left all the same, and Microsoft does not say what sending it again would
        do: ask `was_sent` first.
        """
        with self._graph():
            message = self._account.new_message()
            message.object_id = draft_id.partition(" ")[0]
            # `send` answers an exception object for a message it takes for sent, and that is true.
            _require(message.send())

    def was_sent(self, draft_id: str) -> bool:
        """Whether the draft has left; raises TryLater, or Rejected when the mailbox has neither draft nor sent mail.

        That is so when a person removed it for good: none but a person can tell then, and to send again could be twice.
        """
        object_id, _, message_id = draft_id.partition(" ")
        with self._graph():
            message = self._account.new_message()
            try:
                return self._get(message, f"/messages/{object_id}", select="isDraft")["isDraft"] is False
            except requests.HTTPError as error:
                if not _is_missing(error) or not message_id:
                    raise
                # Tenants were seen where the sent copy has another id, against Microsoft's word on immutable ids.
                quoted = message_id.replace("'", "''")
                found = self._get(message, "/messages", select="isDraft", where=f"internetMessageId eq '{quoted}'")
                if not found["value"]:
                    raise
                return any(copy["isDraft"] is False for copy in found["value"])

    def close(self) -> None:
        """Close the connections; the mailer can be used no more."""
        with self._lock:
            for session in (self._account.con.session, self._account.con.naive_session, self._token_client):
                if session is not None:
                    session.close()

    def _attach(self, message: Any, attachments: tuple[Attachment, ...]) -> None:
        if not attachments:
            return
        message.attachments.add([(BytesIO(attachment.content), attachment.name) for attachment in attachments])
        try:
            # Only saving a draft anew makes O365 open upload sessions; a first save and a send put all inline.
            _require(message.save_message())
        except requests.HTTPError as error:
            if error.response is not None and error.response.status_code in _UPLOAD_ASTRAY:
                raise TryLater(N_("The upload of an attachment to Microsoft 365 went astray")) from None
            raise
        meant = sorted(len(attachment.content) for attachment in attachments)
        if meant[-1] > ONE_REQUEST_LIMIT:
            # O365 reports an upload that ended early as a success. Exchange counts some bytes of its own to each file.
            listing = self._get(message, f"/messages/{message.object_id}/attachments", select="name,size")
            kept = sorted(row["size"] for row in listing["value"])
            if len(kept) != len(meant) or any(size < least for size, least in zip(kept, meant, strict=True)):
                raise TryLater(N_("An attachment did not arrive whole at Microsoft 365"))

    def _discard(self, message: Any) -> None:
        """Leave no half a mail among the drafts, where a person could send it."""
        try:
            message.delete()
        except requests.RequestException as error:
            _log.warning("A draft without all its attachments stays in the mailbox: %s", type(error).__name__)

    def _get(self, message: Any, path: str, *, select: str, where: str | None = None) -> Any:
        params = {"$select": select} | ({"$filter": where} if where else {})
        return self._account.con.get(message.build_url(path), params=params).json()

    @contextmanager
    def _graph(self) -> Iterator[None]:
        """One thread at a time, with a token in force; a failed request leaves as TryLater or Rejected."""
        with self._lock:
            try:
                self._authorize()
                yield
            except requests.RequestException as error:
                if error.response is not None and error.response.status_code in {
                    HTTPStatus.UNAUTHORIZED,
                    HTTPStatus.FORBIDDEN,
                }:
                    # A token holds the permissions of its hour: what an administrator grants now, the next one has.
                    self._account.con.msal_client.remove_tokens_for_client()
                raise verdict(error) from None

    def _authorize(self) -> None:
        """Give O365's session a token with some minutes left: MSAL keeps one, and asks for another in time."""
        connection = self._account.con
        try:
            client = connection.msal_client
        except ValueError:
            raise Rejected(
                N_("Microsoft 365 knows no such tenant: check M365_TENANT_ID and M365_AUTHORITY_URL")
            ) from None
        try:
            result = client.acquire_token_for_client(scopes=[self._account.protocol.prefix_scope(".default")])
        except ValueError:
            raise TryLater(N_("Microsoft 365 did not answer")) from None
        if "access_token" not in result:
            raise token_verdict(result)
        if connection.session is None:
            connection.session = connection.get_session()
        connection.update_session_auth_header(access_token=result["access_token"])


def _require(done: object) -> None:
    if done is not True:
        raise TryLater(N_("Microsoft 365 did not confirm"))


def _is_missing(error: requests.HTTPError) -> bool:
    return error.response is not None and error.response.status_code == HTTPStatus.NOT_FOUND


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


class _TokenClient:
    """What MSAL asks tokens with: its `http_client`, the seam it offers for that.

    MSAL refuses an authority that is not https. For one on this machine it is told https, and here http is spoken.
    """

    def __init__(self, authority_url: str, timeout: float) -> None:
        self._plain = urlsplit(authority_url).scheme == "http"
        self._timeout = timeout
        self._session = requests.Session()

    def get(self, url: str, **kwargs: Any) -> requests.Response:
        return self._request("GET", url, **kwargs)

    def post(self, url: str, **kwargs: Any) -> requests.Response:
        return self._request("POST", url, **kwargs)

    def close(self) -> None:
        self._session.close()

    def _request(self, method: str, url: str, **kwargs: Any) -> requests.Response:
        if self._plain:
            url = "http" + url.removeprefix("https")
        response = self._session.request(method, url, timeout=self._timeout, **kwargs)
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS or response.status_code >= 500:  # noqa: PLR2004 - 5xx
            # MSAL would lose the Retry-After.
            response.raise_for_status()
        return response


class _Connection(Connection):  # type: ignore[misc]  # O365 publishes no types
    """O365's connection with an authority of our choice."""

    def __init__(self, *args: Any, authority: str, token_client: _TokenClient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._authority = authority
        self._token_client = token_client
        self._msal_client: Any = None

    @property
    def msal_client(self) -> Any:
        """The client that holds the token; making it asks the authority for its addresses, so it may fail."""
        if self._msal_client is None:
            self._msal_client = ConfidentialClientApplication(
                client_id=self.auth[0],
                client_credential=self.auth[1],
                authority=self._authority,
                # The settings name the authority: no third server need vouch for it.
                instance_discovery=False,
                token_cache=self.token_backend,
                http_client=self._token_client,
            )
        return self._msal_client


class _Account(Account):  # type: ignore[misc]  # O365 publishes no types
    connection_constructor = _Connection
