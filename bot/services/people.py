"""Who may use the bot."""

from sqlalchemy.orm import Session

from bot.domain.people import (
    MAX_CODE,
    MAX_NAME,
    CollectorWithoutPortfolio,
    NotACode,
    NotAName,
    Person,
    Role,
    TelegramIdTaken,
    may_be_one,
)
from bot.store import invitations, people
from bot.store.models import PersonRow


def add(
    session: Session,
    *,
    telegram_id: int | None,
    name: str,
    role: Role,
    collector_code: str | None = None,
    language: str = "es_MX",
) -> Person:
    """Let somebody in; someone deactivated comes back as named here, unless the account is somebody else's by now.

    Raises TelegramIdTaken when an active person has the account, CollectorWithoutPortfolio for a collector
    without a code, NotAName and NotACode for what is none.
    """
    name, code = " ".join(name.split()), (collector_code or "").strip() or None
    if not 0 < len(name) <= MAX_NAME:
        raise NotAName(name)
    if code and len(code) > MAX_CODE:
        raise NotACode(code)
    if role is Role.COLLECTOR and code is None:
        raise CollectorWithoutPortfolio(name)
    if code:
        # As the customers have it, or somebody else: who is added as c1 sees those of C1.
        others = (other for other in people.spellings(session) if other.upper() == code.upper())
        code = invitations.portfolio(session, code) or next(others, code)
    row = people.row_by_telegram_id(session, telegram_id) if telegram_id is not None else None
    if row and row.active:
        raise TelegramIdTaken(row.telegram_id or 0, row.name)
    if row and not may_be_one(row.name, name):
        # The telephone was handed on: what its last holder did and was paid is no concern of the next one.
        row.telegram_id, row.menu, row = None, None, None
        session.flush()
    if row is None:
        row = PersonRow(telegram_id=telegram_id)
        session.add(row)
    row.name, row.role, row.collector_code, row.language = name, role, code, language
    row.active, row.unreachable_since = True, None
    session.flush()
    return people.to_person(row)


def listing(session: Session) -> list[Person]:
    """Everyone, by name; those deactivated too."""
    return [people.to_person(row) for row in people.rows(session)]
