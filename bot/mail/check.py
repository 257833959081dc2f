"""Whether mail through Microsoft 365 works, step by step, as far as each step lets the next one be tried."""

import base64
import binascii
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Protocol

from bot.domain.answers import Arrival
from bot.domain.correspondence import Mail, Rejected, TryLater
from bot.mail import Mailer

# An application's are in its token's `roles`, those of a person who logged in in `scp`, where .Shared is for a mailbox
# that is not the person's own.
NEEDED = ("Mail.ReadWrite", "Mail.Send")


class StepName(StrEnum):
    """What is tried, in this order."""

    TOKEN = "token"  # noqa: S105 - the name of a step
    PERMISSIONS = "permissions"
    MAILBOX = "mailbox"
    DRAFT = "draft"
    SEND = "send"


@dataclass(frozen=True, slots=True)
class Step:
    """What came of a step: `done` is None when it could not be told, `missing` are permissions, `reason` a mailer's."""

    name: StepName
    done: bool | None
    missing: tuple[str, ...] = ()
    reason: str = ""


class Inbox(Protocol):
    """What of `GraphInbox` is tried here."""

    def since(self, instant: datetime) -> Iterator[Arrival]:
        """What was received from an instant on."""
        ...


def check(token: Callable[[], str], inbox: Inbox, mailer: Mailer, mail: Mail, *, send: bool) -> Iterator[Step]:
    """Try one thing after the other, up to the first that fails; the draft of `mail` is removed unless it is sent."""
    said: Mapping[str, Any] = {}
    draft_id = ""

    def have_token() -> None:
        nonlocal said
        said = claims(token())

    def read() -> None:
        next(inbox.since(datetime.now(UTC)), None)

    def draft() -> None:
        nonlocal draft_id
        draft_id = mailer.draft(mail)
        if not send:
            mailer.discard(draft_id)

    yield (step := _tried(StepName.TOKEN, have_token))
    if not step.done:
        return
    missing = lacking(said)
    # A role given in Exchange Online is in no token: what an application's lacks may be there, and the next steps tell.
    yield Step(StepName.PERMISSIONS, done=True if not missing else False if "scp" in said else None, missing=missing)
    for name, attempt, needs in (
        (StepName.MAILBOX, read, "Mail.ReadWrite"),
        (StepName.DRAFT, draft, "Mail.ReadWrite"),
        (StepName.SEND, lambda: mailer.send(draft_id), "Mail.Send"),
    ):
        if name is not StepName.SEND or send:
            yield (step := _tried(name, attempt, needs))
            if not step.done:
                return


def _tried(name: StepName, attempt: Callable[[], None], needs: str = "") -> Step:
    try:
        attempt()
    except Rejected as refusal:
        missing = (needs,) if needs and "(403 " in str(refusal) else ()
        return Step(name, done=False, missing=missing, reason=str(refusal))
    except TryLater as fault:
        return Step(name, done=False, reason=str(fault))
    return Step(name, done=True)


def lacking(said: Mapping[str, Any]) -> tuple[str, ...]:
    """The permissions that a token does not name."""
    named = {*said.get("roles", ()), *str(said.get("scp", "")).split()}
    return tuple(name for name in NEEDED if not named & {name, f"{name}.Shared"})


def claims(token: str) -> Mapping[str, Any]:
    """What a token says of itself, unverified: for a diagnosis only; nothing when it cannot be read.

    Microsoft promises no form for Graph's tokens; so far they are JWT (RFC 7519).
    """
    try:
        _, payload, _ = token.split(".")
        said = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, binascii.Error):
        return {}
    return said if isinstance(said, dict) else {}
