"""Who comes in, who is shut out, and in which language they are answered."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.domain.access import Colleague, LastAdministrator, NotYourself, PeoplePage, may_manage
from bot.domain.errors import NotAllowed, NothingPending
from bot.domain.occasion import Occasion
from bot.domain.pages import page_of
from bot.domain.people import Person, Role
from bot.services import people as services
from bot.services import runs
from bot.store import audit, people
from bot.store.models import PersonRow

PAGE = 8
# Not written for every message: a list of people says when, not how often.
_SEEN_TO_THE = timedelta(minutes=1)


def arrive(session: Session, telegram_id: int, now: datetime) -> Person | None:
    """The active person who has this account, seen now; None for everybody else."""
    found = people.by_account(session, telegram_id)
    if found is None or not found[0].active:
        return None
    person, seen = found
    if person.unreachable_since is None and seen is not None and now - seen < _SEEN_TO_THE:
        return person
    people.arrived(session, person.id, now)
    return replace(person, unreachable_since=None)


def everyone(session: Session, occasion: Occasion, page: int = 0) -> PeoplePage:
    """A page of the people; raises NotAllowed for who manages nobody."""
    _may_look(occasion.person)
    rows = people.rows(session)
    on_page, page, pages = page_of(rows, page, PAGE)
    audit.note(session, occasion, "people", str(page))
    shown = tuple(_colleague(row, occasion.person) for row in on_page)
    return PeoplePage(shown, page, pages, len(rows))


def one(session: Session, occasion: Occasion, person_id: int) -> Colleague:
    """One of the people; raises NotAllowed, PersonNotFound."""
    _may_look(occasion.person)
    colleague = _colleague(people.get_row(session, person_id), occasion.person)
    audit.note(session, occasion, "people", f"person {person_id}")
    return colleague


def add(
    session: Session,
    occasion: Occasion,
    *,
    telegram_id: int,
    name: str,
    role: Role,
    collector_code: str | None,
    language: str,
) -> Person:
    """Let somebody in whose Telegram number the office knows; leaves a trace. Raises what `people.add` does."""
    person = services.add(
        session, telegram_id=telegram_id, name=name, role=role, collector_code=collector_code, language=language
    )
    audit.note(session, occasion, "add", f"person {person.id}")
    return person


def set_active(session: Session, occasion: Occasion, person_id: int, *, active: bool) -> Colleague:
    """Shut somebody out at once, with what they are sending, or let them in again; the same twice changes nothing.

    Raises NotAllowed, PersonNotFound, NotYourself, LastAdministrator, NothingPending for who has no account any more.
    """
    _may_look(occasion.person)
    administrators = people.lock_administrators(session)
    row = people.get_row(session, person_id)
    if not may_manage(occasion.person, row.role):
        raise NotAllowed(Role.ADMINISTRATOR)
    if active is row.active:
        return _colleague(row, occasion.person)
    if active and row.telegram_id is None:
        raise NothingPending
    if not active:
        if row.id == occasion.person.id:
            raise NotYourself
        if administrators == [row.id]:
            raise LastAdministrator(row.name)
    row.active = active
    action = "activate" if active else "deactivate"
    audit.note(session, occasion, action, f"person {row.id}")
    kept_back = 0 if active else runs.stop_all_of(session, occasion, row.id)
    return replace(_colleague(row, occasion.person), kept_back=kept_back)


def set_language(session: Session, occasion: Occasion, code: str) -> Person:
    """Answer a person in another language from now on."""
    row = people.get_row(session, occasion.person.id)
    row.language = code
    audit.note(session, occasion, "language", code)
    return people.to_person(row)


def menus(session: Session) -> list[tuple[Person, str | None]]:
    """Everyone whose chat may be given a menu of commands, or have one taken, with the one that it has."""
    return [
        (people.to_person(row), row.menu)
        for row in people.rows(session)
        # Telegram knows no chat of who has never written.
        if row.telegram_id is not None and (row.last_seen if row.active else row.menu)
    ]


def menu_given(session: Session, person_id: int, menu: str | None) -> None:
    """Note which menu a person's chat has."""
    people.get_row(session, person_id).menu = menu


def _may_look(person: Person) -> None:
    if person.role is Role.COLLECTOR:
        raise NotAllowed(Role.SUPERVISOR)


def _colleague(row: PersonRow, viewer: Person) -> Colleague:
    # Who was erased, or whose account is somebody else's by now, comes back by an invitation.
    manageable = may_manage(viewer, row.role) and row.id != viewer.id and (row.active or row.telegram_id is not None)
    return Colleague(people.to_person(row), row.last_seen, manageable)
