"""What a refusal tells of customers: it leaves its trace though nothing else is kept."""

from sqlalchemy.orm import Session

from bot.domain.errors import CustomerAmbiguous, Refusal
from bot.domain.occasion import Occasion
from bot.store import audit


def told(session: Session, occasion: Occasion, refused: Refusal) -> None:
    """Enter what a person was shown by a refusal, as the lists that are no refusals do."""
    audit.seen(session, occasion, "customers" if isinstance(refused, CustomerAmbiguous) else "ask", refused.shown)
