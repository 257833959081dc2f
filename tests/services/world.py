"""The seed's office for the tests: two collectors, a supervisor, and what their customers owe on 16 July 2019."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Concatenate, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import event
from sqlalchemy.orm import Session

from bot.domain.occasion import Occasion
from bot.domain.people import Person, Role
from bot.domain.receivables import ApplicationKind
from bot.domain.reminders import Hours, QuietHours
from bot.services import judgement
from bot.store import people, promises
from bot.store.database import Database
from bot.store.models import CustomerRow, DocumentRow
from tests import factories

TODAY = date(2019, 7, 16)
NOW = datetime(2019, 7, 16, 18, tzinfo=UTC)
THE_18TH, THE_23RD = date(2019, 7, 18), date(2019, 7, 23)

# The house reminds at eight, in Mexico City, and keeps quiet from eight to seven.
HOURS = Hours(time(8), ZoneInfo("America/Mexico_City"), QuietHours(time(20), time(7)))

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class World:
    """The office; `documents` holds ids by folio, `customers` by code."""

    database: Database
    ana: Person
    beto: Person
    chief: Person
    customers: dict[str, int]
    documents: dict[str, int]

    def call(
        self,
        use_case: Callable[Concatenate[Session, Occasion, P], T],
        by: Person | Occasion,
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run a use case in a transaction of its own, of a person on 16 July 2019 or of another occasion."""
        occasion = act(by) if isinstance(by, Person) else by
        with self.database.transaction() as session:
            return use_case(session, occasion, *args, **kwargs)

    def in_force(self, folio: str) -> int:
        """The id of the promise in force of a document, of a plan the next one; 0 where nothing is."""
        with self.database.transaction() as session:
            found = promises.next_in_force(session, [self.documents[folio]]).values()
            return next((promise.id for promise in found), 0)


def act(person: Person, on: date = TODAY, source: str | None = None) -> Occasion:
    """An act of a person on a day, caused by an update."""
    return Occasion(person, on, NOW, source)


def pay(
    world: World, folio: str, minor: int, on: date = TODAY, kind: ApplicationKind = ApplicationKind.PAYMENT
) -> None:
    """Something is applied to a document."""
    with world.database.transaction() as session:
        factories.application(session, session.get_one(DocumentRow, world.documents[folio]), minor, on, kind=kind)


def judge(world: World, on: date) -> None:
    """Judge all promises on a day, with a day of tolerance."""
    with world.database.transaction() as session:
        judgement.judge(session, on, NOW, 1)


@contextmanager
def statements_counted(world: World) -> Iterator[list[str]]:
    """The statements that are executed meanwhile, on SQLite those too that SQLAlchemy does not see."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, text: str, *_rest: object) -> None:
        seen.append(text)

    def trace(connection: Any, *_: object) -> None:  # noqa: ANN401 - the driver's own
        connection.set_trace_callback(seen.append)

    engine = world.database.engine
    noted: tuple[str, Any] = ("checkout", trace) if engine.dialect.name == "sqlite" else ("before_cursor_execute", note)
    event.listen(engine, *noted)
    try:
        yield seen
    finally:
        event.remove(engine, *noted)
        # The next connection is traced no more.
        engine.dispose()


def build(database: Database) -> World:
    """Ana collects from Juan, Ramiro and Samuel, Beto from Óscar; the chief sees all."""
    with database.transaction() as session:
        ana = people.to_person(factories.person(session, name="Ana", collector="C1"))
        beto = people.to_person(factories.person(session, name="Beto", collector="C2"))
        chief = people.to_person(factories.person(session, Role.SUPERVISOR, name="Administrador"))
        juan = factories.customer(session, "CL001", "Juan Perez", rfc="PEJJ800101AB1")
        ramiro = factories.customer(session, "CL002", "Ramiro Aldana", rfc="AARR750315CD2")
        samuel = factories.customer(session, "CL003", "Samuel Ramírez", rfc="RASS820720EF3")
        oscar = factories.customer(session, "CL900", "Óscar Peña", rfc="PEOS900909GH4", collector="C2")
        owed = [(ramiro, "5", 1624_00), (juan, "7", 2842_00), (ramiro, "8", 4872_00), (samuel, "9", 5278_00)]
        owed += [(oscar, "70", 100_00), (oscar, "71", 200_00)]
        rows = [factories.document(session, customer, folio, total=total) for customer, folio, total in owed]
        return World(database, ana, beto, chief, _ids(juan, ramiro, samuel, oscar), _ids(*rows))


def _ids(*rows: CustomerRow | DocumentRow) -> dict[str, int]:
    return {row.code if isinstance(row, CustomerRow) else row.folio: row.id for row in rows}
