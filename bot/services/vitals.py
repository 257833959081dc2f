"""How the bot is: read without holding anybody up."""

from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from bot.domain.vitals import Vitals
from bot.services.runs import fed_at
from bot.store import vitals


def take(connection: Connection, now: datetime) -> Vitals:
    """What the tables say now."""
    with Session(connection) as session:
        waiting, failed, due_since = vitals.outbox(session, now)
        return Vitals(fed_at(session), waiting, failed, due_since, vitals.last_handled(session))
