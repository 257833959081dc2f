"""What a refusal lists to choose from: it names customers, so it leaves its trace though nothing else is kept."""

from sqlalchemy.orm import Session

from bot.domain.errors import CustomerAmbiguous, DocumentAmbiguous
from bot.domain.occasion import Occasion
from bot.store import audit


def offered(session: Session, occasion: Occasion, several: CustomerAmbiguous | DocumentAmbiguous) -> None:
    """Enter that a person was shown these, as the lists that are no refusals do."""
    action = "customers" if isinstance(several, CustomerAmbiguous) else "ask"
    audit.seen(session, occasion, action, (code for _, code, _ in several.choices))
