"""People let in by a link that serves one of them, once, for a while."""

import secrets
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from bot.domain.access import INVITATION_LIFE, Invitation, InvitationNotValid, may_manage, parse_invited
from bot.domain.errors import NotAllowed, NothingPending
from bot.domain.occasion import Occasion
from bot.domain.people import COMMAND_LINE, CollectorWithoutPortfolio, Person, Role
from bot.render.plain import one_line
from bot.services import people as services
from bot.store import audit, invitations, people
from bot.store.access_models import InvitationRow

# 192 bits, as 32 characters of those that Telegram lets a link carry (A-Z a-z 0-9 _ -, at most 64).
_TOKEN_BYTES = 24


def invite(session: Session, occasion: Occasion, text: str) -> Invitation:
    """Invite whom a command names; raises NotAllowed, MalformedCommand, CollectorWithoutPortfolio.

    The same update delivered twice makes one invitation: its link is then the one told last.
    """
    if not may_manage(occasion.person, Role.COLLECTOR):
        raise NotAllowed(Role.SUPERVISOR)
    invited = parse_invited(one_line(text))
    if not may_manage(occasion.person, invited.role):
        raise NotAllowed(Role.ADMINISTRATOR)
    if invited.role is Role.COLLECTOR and invited.collector_code is None:
        raise CollectorWithoutPortfolio(invited.name)
    row = invitations.by_source(session, occasion.source)
    if row is None:
        row = InvitationRow(source=occasion.source)
    elif row.used_at:
        raise InvitationNotValid("used")
    known = invitations.portfolio(session, invited.collector_code) if invited.collector_code else None
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    row.token_hash, row.name, row.role = _hash(token), invited.name, invited.role
    row.collector_code = known or invited.collector_code
    row.invited_by_id, row.expires_at = occasion.person.id or None, occasion.now + INVITATION_LIFE
    session.add(row)
    session.flush()
    audit.note(session, occasion, "invite", _subject(row))
    return _value(row, token, known_portfolio=bool(known) or invited.collector_code is None)


def cancel(session: Session, occasion: Occasion, invitation_id: int) -> Invitation:
    """Let an invitation expire now; raises NotAllowed, InvitationNotValid when it was used."""
    row = session.get(InvitationRow, invitation_id, with_for_update=True)
    if row is None or not may_manage(occasion.person, row.role):
        raise NothingPending
    if row.used_at:
        raise InvitationNotValid("used")
    row.expires_at = min(row.expires_at, occasion.now)
    audit.note(session, occasion, "uninvite", _subject(row))
    return _value(row)


def accept(session: Session, token: str, telegram_id: int, language: str, *, now: datetime, source: str) -> Person:
    """Let in who comes with a token; raises InvitationNotValid. The same update delivered twice lets them in once."""
    row = invitations.claim(session, _hash(token), now)
    if row is None:
        found = invitations.by_token(session, _hash(token))
        reason = "unknown" if found is None else "used" if found.used_at else "expired"
        raise InvitationNotValid(reason)
    host = people.get(session, row.invited_by_id) if row.invited_by_id else COMMAND_LINE
    # Whoever was shut out, or lost the role, lets nobody in any more.
    if not host.active or not may_manage(host, row.role):
        raise InvitationNotValid("expired")
    person = services.add(
        session,
        telegram_id=telegram_id,
        name=row.name,
        role=row.role,
        collector_code=row.collector_code,
        language=language,
    )
    row.used_by_id = person.id
    audit.record(session, person, "join", _subject(row), now=now, source=source)
    return person


def is_still_open(session: Session, occasion: Occasion, token: str) -> bool:
    """Whether a token that somebody brings who is let in already would serve another."""
    row = invitations.by_token(session, _hash(token))
    return row is not None and row.used_at is None and row.expires_at > occasion.now


def _subject(row: InvitationRow) -> str:
    # By number: a name could not be taken out of the trail again.
    return f"invitation {row.id}"


def _hash(token: str) -> str:
    # No salt and no slow hash: a random token cannot be guessed from a list.
    return sha256(token.encode()).hexdigest()


def _value(row: InvitationRow, token: str = "", *, known_portfolio: bool = True) -> Invitation:
    return Invitation(row.id, row.name, row.role, row.collector_code, row.expires_at, token, known_portfolio)
