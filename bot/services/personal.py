"""What the bot knows of a person who uses it: told to them, shown to them, erased when they ask."""

from sqlalchemy.orm import Session

from bot.domain.access import Colleague, LastAdministrator, SeveralPeople
from bot.domain.occasion import Occasion
from bot.domain.people import Person, PersonNotFound
from bot.services import runs
from bot.store import audit, people, personal

_NOTICE = "privacy"


def is_told_first(session: Session, occasion: Occasion) -> bool:
    """Whether a person is only now told of the privacy notice, which is noted; the same update is told the same."""
    told_by = audit.sources(session, occasion.person, _NOTICE)
    if told_by:
        return occasion.source is not None and occasion.source in told_by
    audit.note(session, occasion, _NOTICE, "notice")
    return True


def find(session: Session, text: str) -> Person:
    """The person with this number, or the only one with this collector code; raises PersonNotFound, SeveralPeople."""
    rows = people.rows(session)
    collectors = [row for row in rows if row.collector_code and row.collector_code.upper() == text.upper()]
    found = [row for row in rows if str(row.id) == text] or collectors
    if not found:
        raise PersonNotFound(text)
    if len(found) > 1:
        raise SeveralPeople(text, tuple(row.id for row in found))
    return people.to_person(found[0])


def export(session: Session, occasion: Occasion, person: Person) -> dict[str, object]:
    """All that is kept of a person, by table; leaves a trace."""
    kept = personal.rows_of(session, person.id)
    audit.note(session, occasion, "person_export", f"person {person.id}")
    return kept


def erase(session: Session, occasion: Occasion, person_id: int, reason: str, name: str) -> Colleague:
    """Take out of the bot's tables who a person is, and shut them out; the ledgers stay, with the reason.

    From then on they go by this name, which is nobody's. Raises LastAdministrator and PersonNotFound.
    """
    administrators, row = people.lock_administrators(session), people.get_row(session, person_id)
    if administrators == [row.id]:
        raise LastAdministrator(row.name)
    row.name, row.telegram_id, row.active, row.menu = name, None, False, None
    row.reminder_time, row.time_zone, row.last_seen, row.unreachable_since = None, None, None, None
    personal.erase(session, row.id, name)
    subject = f"person {row.id}: {reason}"
    audit.seen(session, occasion, "person_erase", [subject])
    kept_back = runs.stop_all_of(session, occasion, row.id)
    return Colleague(people.to_person(row), None, manageable=False, kept_back=kept_back)
