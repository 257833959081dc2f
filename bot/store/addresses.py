"""Addresses that mails bounced from."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.store.mail_models import BadAddressRow
from bot.store.upsert import insert


def mark_bad(session: Session, address: str, reason: str, now: datetime) -> None:
    """Note that mails to an address bounce; the first reason stays."""
    row = insert(session, BadAddressRow).values(address=address.lower(), since=now, reason=reason[:500])
    session.execute(row.on_conflict_do_nothing())


def works_again(session: Session, address: str) -> bool:
    """Note that an address takes mails after all; False when it was not marked."""
    gone = delete(BadAddressRow).where(BadAddressRow.address == address.lower()).returning(BadAddressRow.address)
    return session.execute(gone).first() is not None


def bad_ones(session: Session, addresses: Iterable[str]) -> dict[str, str]:
    """Those of the addresses that mails bounced from, each with its reason."""
    wanted = [address.lower() for address in addresses]
    rows = select(BadAddressRow).where(BadAddressRow.address.in_(wanted)).order_by(BadAddressRow.address)
    return {row.address: row.reason for row in session.scalars(rows)}
