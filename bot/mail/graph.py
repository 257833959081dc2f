"""Mail through Microsoft 365: drafts, attachments and sending."""

# ruff: noqa: ANN401 - O365 publishes no types: Any ends in this module

import logging
from contextlib import suppress
from http import HTTPStatus
from io import BytesIO
from typing import Any

import requests

from bot.domain.correspondence import Attachment, Gone, Mail, Pace, Rejected, TryLater
from bot.i18n import N_
from bot.mail.eml import KEY_HEADER
from bot.mail.envelope import checked
from bot.mail.graph_access import ONE_REQUEST_LIMIT, GraphAccess
from bot.mail.graph_errors import GONE
from bot.mail.redirect import is_for, redirected

_log = logging.getLogger(__name__)

# Microsoft Graph, "Attach large files to Outlook messages": 150 MB at most.
ATTACHMENT_LIMIT = 150 * 1024 * 1024

# Microsoft, "Exchange Online limits", sending limits of a mailbox: messages a minute, recipients in 24 hours.
MESSAGES_PER_MINUTE = 30
RECIPIENTS_PER_DAY = 10_000

# An upload session that expired, or lost count: a new draft has new ones.
_UPLOAD_ASTRAY = {HTTPStatus.NOT_FOUND, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE}


class GraphMailer:
    """Sends from one mailbox, into which `access` lets it; closes that at its end.

    Graph keeps one body: the HTML; Exchange makes the text. Usable from any thread, one request at a time.
    """

    def __init__(
        self, access: GraphAccess, *, redirect_to: str | None = None, per_minute: int = MESSAGES_PER_MINUTE
    ) -> None:
        self._access = access
        self.redirect_to = redirect_to
        self.pace: Pace | None = Pace(per_minute, RECIPIENTS_PER_DAY)

    def draft(self, mail: Mail) -> str:
        """Lay the mail among the mailbox's drafts; raises TryLater or Rejected.

        The id holds Graph's id, the Message-ID and the conversation's id, with a blank between: so `was_sent` has two
        ways to find the mail, and whoever reads the answers knows them by the others.
        """
        mail = checked(redirected(mail, self.redirect_to))
        for attachment in mail.attachments:
            if len(attachment.content) > ATTACHMENT_LIMIT:
                raise Rejected(f"{N_('A file is larger than the 150 MB that Microsoft 365 takes')} ({attachment.name})")
        with self._access.entered() as account:
            message = account.new_message()
            message.subject = mail.subject
            message.body = mail.html
            message.to.add(list(mail.to))
            message.cc.add(list(mail.cc))
            message.bcc.add(list(mail.bcc))
            message.add_message_header(KEY_HEADER, mail.key)
            _require(message.save_message())
            try:
                self._attach(message, mail.attachments)
                known = self._get(f"/messages/{message.object_id}", select="internetMessageId,conversationId")
            except Exception:
                self._discard(message)
                raise
            return f"{message.object_id} {known['internetMessageId']} {known.get('conversationId', '')}".rstrip()

    def send(self, draft_id: str) -> None:
        """Send a draft; raises TryLater or Rejected.

        After a TryLater the mail may have left all the same, and Microsoft does not say what sending it again would
        do: ask `was_sent` first.
        """
        with self._access.entered():
            # O365 takes any answer for a success. Microsoft Graph, "message: send": 202 Accepted.
            self._access.do("POST", f"/messages/{draft_id.partition(' ')[0]}/send", HTTPStatus.ACCEPTED)

    def was_sent(self, draft_id: str) -> bool:
        """Whether the draft has left; raises TryLater, Rejected, or Gone when neither draft nor sent mail is there.

        Gone is what a person removed for good: none but a person can tell then, and to send again could be twice.
        """
        object_id, message_id, _ = f"{draft_id}  ".split(" ", 2)
        with self._access.entered():
            try:
                return self._get(f"/messages/{object_id}", select="isDraft")["isDraft"] is False
            except requests.HTTPError as error:
                if not _is_missing(error) or not message_id:
                    raise
                # Tenants were seen where the sent copy has another id, against Microsoft's word on immutable ids.
                quoted = message_id.replace("'", "''")
                found = self._get("/messages", select="isDraft", where=f"internetMessageId eq '{quoted}'")
                if not found["value"]:
                    raise Gone(GONE) from None
                return any(copy["isDraft"] is False for copy in found["value"])

    def is_for(self, draft_id: str, mail: Mail) -> bool:
        """Whether a draft goes to those to whom this mail would go now; raises TryLater or Rejected."""
        kinds = ("toRecipients", "ccRecipients", "bccRecipients")
        with self._access.entered():
            known = self._get(f"/messages/{draft_id.partition(' ')[0]}", select=",".join(kinds))
        to, cc, bcc = ([each["emailAddress"]["address"] for each in known.get(kind, ())] for kind in kinds)
        return is_for(redirected(mail, self.redirect_to), (to, cc, bcc))

    def discard(self, draft_id: str) -> None:
        """Remove a draft, unless it is gone already; raises TryLater or Rejected."""
        with suppress(Gone), self._access.entered():
            # Microsoft Graph, "Delete message": 204 No Content.
            self._access.do("DELETE", f"/messages/{draft_id.partition(' ')[0]}", HTTPStatus.NO_CONTENT)

    def close(self) -> None:
        """Close the connections; the mailer can be used no more."""
        self._access.close()

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
            listing = self._get(f"/messages/{message.object_id}/attachments", select="name,size")
            kept = sorted(row["size"] for row in listing["value"])
            if len(kept) != len(meant) or any(size < least for size, least in zip(kept, meant, strict=True)):
                raise TryLater(N_("An attachment did not arrive whole at Microsoft 365"))

    def _discard(self, message: Any) -> None:
        """Leave no half a mail among the drafts, where a person could send it."""
        try:
            message.delete()
        except requests.RequestException as error:
            _log.warning("A draft without all its attachments stays in the mailbox: %s", type(error).__name__)

    def _get(self, path: str, *, select: str, where: str | None = None) -> Any:
        return self._access.get(path, {"$select": select} | ({"$filter": where} if where else {})).json()


def _require(done: object) -> None:
    if done is not True:
        raise TryLater(N_("Microsoft 365 did not confirm"))


def _is_missing(error: requests.HTTPError) -> bool:
    return error.response is not None and error.response.status_code == HTTPStatus.NOT_FOUND
