"""What every import into the tables shares: counting, refusing, batches, and what is left of a document."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Result, RowMapping, Select, String, and_, case, column, func, insert, or_, select, update, values
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session

from bot.domain.incoming import Problem
from bot.store.judgements import mark
from bot.store.locks import be_patient, wait_for
from bot.store.models import ApplicationRow, DocumentRow

# Rows looked up and written together. SQLite allows 32,766 variables in a statement (its
# SQLITE_MAX_VARIABLE_NUMBER), PostgreSQL 65,535; a document's key takes four.
BATCH = 2_000


@dataclass(slots=True)
class Loaded:
    """What became of the rows of one file so far; `problems` name columns as the tables do."""

    new: int = 0
    changed: int = 0
    same: int = 0
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def refuse(self, row: int, column: str, value: str, reason: str, **params: object) -> None:
        """Note a row that is not loaded."""
        self.problems.append(Problem(row, column, value, reason, params))

    def warn(self, row: int, column: str, value: str, reason: str, **params: object) -> None:
        """Note what is odd about a row that is loaded."""
        self.warnings.append(Problem(row, column, value, reason, params))


class Repeats:
    """Which rows of a file name something that an earlier row named.

    Such a row is the same or refused: were the last one to win, a file would change something each time it is loaded.
    """

    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded
        # Hashes, not values: a file may have a million rows.
        self._seen: dict[int, tuple[int, int]] = {}

    def has(self, row: int, key: tuple[object, ...], content: object) -> bool:
        """Whether an earlier row had this key; if so, it is counted or refused here."""
        first, known = self._seen.setdefault(hash(key), (row, hash(content)))
        if first == row:
            return False
        if known == hash(content):
            self._loaded.same += 1
        else:
            self._loaded.refuse(row, "", " ".join(str(part) for part in key if part), "repeated", first=first)
        return True


class Changes:
    """What a batch inserts and updates in one table."""

    def __init__(self, session: Session, table: type[DeclarativeBase], loaded: Loaded) -> None:
        self._session = session
        self._table = table
        self._loaded = loaded
        self._limits = text_limits(table)
        self._inserts: list[dict[str, Any]] = []
        self._updates: list[dict[str, Any]] = []

    def fits(self, row: int, values: Mapping[str, Any]) -> bool:
        """Whether every text is short enough for its column; a refusal otherwise. SQLite would not mind."""
        for name, limit in self._limits.items():
            value = values.get(name)
            if value is not None and len(value) > limit:
                self._loaded.refuse(row, name, value, "too_long", limit=limit)
                return False
        return True

    def insert(self, values: dict[str, Any]) -> None:
        """Put a new row."""
        self._inserts.append(values)
        self._loaded.new += 1

    def update(self, known: RowMapping, values: Mapping[str, Any]) -> bool:
        """Change a known row where the values differ; whether any does."""
        if all(known[name] == value for name, value in values.items()):
            self._loaded.same += 1
            return False
        self._updates.append({"id": known["id"], **values})
        self._loaded.changed += 1
        return True

    def write(self) -> None:
        """Write the batch, one statement for all new rows and one for all changed."""
        if self._inserts:
            self._session.execute(insert(self._table), self._inserts)
        if self._updates:
            self._session.execute(update(self._table), self._updates)


def text_limits(table: type[DeclarativeBase]) -> dict[str, int]:
    """How long the texts of a table may be, by column."""
    return {
        column.key: column.type.length
        for column in table.__table__.columns
        if type(column.type) is String and column.type.length is not None
    }


def matching(
    session: Session,
    query: Select[Any],
    columns: Sequence[InstrumentedAttribute[Any]],
    keys: Iterable[tuple[object, ...]],
) -> Result[Any]:
    """The query's rows whose columns hold one of the keys.

    A join with the keys: as a list of OR, which IN of several columns becomes, PostgreSQL compares every row with each.
    """
    names = [f"key{position}" for position in range(len(columns))]
    table = values(*(column(name, c.type) for name, c in zip(names, columns, strict=True)), name="wanted")
    wanted = table.data(list(keys)).cte("wanted")
    return session.execute(
        query.join(wanted, and_(*(c == wanted.c[name] for name, c in zip(names, columns, strict=True))))
    )


def given(**said: object) -> dict[str, Any]:
    """The values that a file says something about."""
    return {name: value for name, value in said.items() if value is not None}


def take_ledger(session: Session) -> None:
    """Wait until nobody else loads anything into the ledger, and let nobody until this transaction ends.

    Two at once would each write down what is applied to a document without the other's payments, or enter it twice.
    """
    be_patient(session.connection())
    wait_for(session.connection(), "ledger")


def settle(session: Session, documents: Iterable[int] | Select[tuple[int]]) -> None:
    """Write down what is applied to each document in all, and since when its balance stays zero; `documents` are ids.

    That is since the last day on which the balance changed; its issue when nothing ever changed it or it is cancelled.
    Whatever changes payments or cancels comes through here, so here too promises are marked to be judged again.
    """
    session.flush()
    if isinstance(documents, Select):
        _settle(session, documents)
        mark(session, documents)
        return
    ids = sorted(set(documents))
    for start in range(0, len(ids), BATCH):
        _settle(session, ids[start : start + BATCH])
        mark(session, ids[start : start + BATCH])


def _settle(session: Session, documents: Sequence[int] | Select[tuple[int]]) -> None:
    table: Any = DocumentRow.__table__
    document, application = table.c, ApplicationRow.__table__.c
    ids = documents if isinstance(documents, Select) else select(document.id).where(document.id.in_(documents))
    touched = ids.distinct().subquery()
    (touched_id,) = touched.c
    # Days first, then documents: asked for each document by itself, PostgreSQL would search all days for the last.
    days = (
        select(touched_id.label("id"), application.on, func.sum(application.amount).label("moved"))
        .outerjoin(ApplicationRow.__table__, application.document_id == touched_id)
        .group_by(touched_id, application.on)
        .subquery()
    )
    applied = (
        select(
            days.c.id,
            func.coalesce(func.sum(days.c.moved), 0).label("amount"),
            func.max(case((days.c.moved != 0, days.c.on))).label("last_change"),
            func.max(days.c.on).label("until"),
        )
        .group_by(days.c.id)
        .subquery()
    )
    settled_on = case(
        (document.cancelled, document.issued),
        (document.total == applied.c.amount, func.coalesce(applied.c.last_change, document.issued)),
    )
    now = {"settled_on": settled_on, "applied": applied.c.amount, "applied_until": applied.c.until}
    differs = or_(*(document[name].is_distinct_from(value) for name, value in now.items()))
    session.execute(update(table).where(document.id == applied.c.id, differs).values(now))
