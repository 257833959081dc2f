"""Invitations as rows."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.store.access_models import InvitationRow
from bot.store.models import CustomerRow


def claim(session: Session, token_hash: str, now: datetime) -> InvitationRow | None:
    """The invitation of this token, used from now on; None when it is used, has expired, or never was.

    In one statement: of two people who tap the link at once, one is let in.
    """
    claimed = session.execute(
        update(InvitationRow)
        .where(InvitationRow.token_hash == token_hash, InvitationRow.used_at.is_(None), InvitationRow.expires_at > now)
        .values(used_at=now)
        .returning(InvitationRow.id)
    ).scalar()
    return None if claimed is None else session.get(InvitationRow, claimed, populate_existing=True)


def by_token(session: Session, token_hash: str) -> InvitationRow | None:
    """The invitation of this token, in whatever state."""
    return session.scalar(select(InvitationRow).where(InvitationRow.token_hash == token_hash))


def by_source(session: Session, source: str | None) -> InvitationRow | None:
    """The invitation that an update asked for."""
    return session.scalar(select(InvitationRow).where(InvitationRow.source == source)) if source else None


def portfolio(session: Session, code: str) -> str | None:
    """The code of a portfolio as the customers have it; None when none is of it."""
    # Not by the database's `upper`, which may know no ñ.
    codes = session.scalars(select(CustomerRow.collector_code).distinct())
    return next((each for each in codes if each and each.upper() == code.upper()), None)
