"""What the screens ask of the database, beside the bare SQL of the same answer, and how both grow with the ledger.

`python -m bench.queries [--documents 10000 1000000] [--database sqlite|postgresql] [--rounds N] [--json FILE]`

Each collector's portfolio is the same size at every size of the ledger, so an answer is, too. The bare SQL goes through
the driver itself, without SQLAlchemy, and gives rows; what is measured beside it gives what the presenters take. Both
answers are held against each other. The medians of all rounds count.
"""

# ruff: noqa: S608 - every part of the SQL is written here

import argparse
import gc
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy.orm import Session

from bench import scaled
from bot.domain.agenda import OpenFilter
from bot.domain.occasion import Occasion
from bot.domain.summary import Aging
from bot.services import access, agenda, calendar, statements, summary
from bot.store.database import Database
from tests import postgres

# Issue 9: with a hundred times the documents at most so much longer; objects at most so much dearer than rows.
MOST_GROWTH, MOST_OVERHEAD = 1.3, 2.0
CALLS, ROUNDS = 20, 5
FIRST, LAST = date(2019, 7, 1), date(2019, 7, 31)
Rows = list[tuple[Any, ...]]
Ask = Callable[[str, Sequence[object]], Rows]

_OPEN = """d.issued <= ? AND NOT d.cancelled AND (d.settled_on IS NULL OR d.settled_on > ?)"""
_LEFT = """d.total - CASE WHEN d.applied_until IS NULL OR d.applied_until <= ? THEN d.applied ELSE
    coalesce((SELECT sum(a.amount) FROM applications a WHERE a.document_id = d.id AND a."on" <= ?), 0) END"""
_APART = "CASE WHEN d.applied_until >= p.made_on THEN p.id END"
_CHARGE = "d.kind IN ('invoice', 'debit_note')"


@dataclass(frozen=True, slots=True)
class Asker:
    """Whose screens are asked for, and of which customer."""

    occasion: Occasion
    customer_id: int
    today: str | date


def _statement(session: Session, asker: Asker) -> object:
    customer = statements.customer_by_id(session, asker.occasion.person, asker.customer_id)
    shown = statements.statement_of(session, customer, asker.occasion.today)
    return sorted((row.document.id, row.balance.minor) for each in shown.sections for row in each.rows)


def statement_sql(ask: Ask, asker: Asker) -> object:
    """The bare SQL of a statement: its documents with their balances."""
    t = asker.today
    ask("SELECT * FROM customers c WHERE c.id = ? AND c.collector_code = ?", [asker.customer_id, _code(asker)])
    documents = ask(
        f"""SELECT d.id, d.concept, d.series, d.folio, d.uuid, d.kind, d.issued, d.due, d.currency, d.total
        FROM documents d WHERE d.customer_id = ? AND {_OPEN}""",
        [asker.customer_id, t, t],
    )
    applied = ask(
        f"""SELECT a.document_id, a."on", a.amount, a.kind FROM applications a JOIN documents d ON d.id = a.document_id
        WHERE d.customer_id = ? AND d.applied_until IS NOT NULL AND {_OPEN}""",
        [asker.customer_id, t, t],
    )
    ask(
        """SELECT p.* FROM promises_in_force f JOIN promises p ON p.id = f.promise_id
        JOIN documents d ON d.id = f.document_id WHERE d.customer_id = ? AND d.promised""",
        [asker.customer_id],
    )
    ask('SELECT max("on") FROM applications WHERE "on" <= ?', [t])
    balances = {row[0]: row[-1] for row in documents}
    for document_id, on, amount, _ in applied:
        if str(on) <= str(t):
            balances[document_id] -= amount
    charges = {row[0] for row in documents if row[5] in ("invoice", "debit_note")}
    return sorted((number, balance) for number, balance in balances.items() if balance and number in charges)


def _month(session: Session, asker: Asker) -> object:
    shown = calendar.month_of(session, asker.occasion.person, asker.occasion.today, FIRST)
    return sorted((on, day.total.minor, day.count) for on, day in shown.days.items() if day.count)


def _month_sql(ask: Ask, asker: Asker) -> object:
    """Added up by day, but for the promises of documents that something was applied to since they were made."""
    t = asker.today
    within = [_day(FIRST, t), _day(LAST, t), _code(asker)]
    rows = ask(
        f"""WITH found AS (SELECT p."on", p.amount, {_LEFT} AS balance, {_APART} AS apart FROM promises_in_force f
            JOIN promises p ON p.id = f.promise_id JOIN documents d ON d.id = f.document_id
            JOIN customers c ON c.id = d.customer_id WHERE f."on" BETWEEN ? AND ? AND c.collector_code = ?
            AND {_CHARGE} AND {_OPEN} AND d.promised AND p.currency = 'MXN')
        SELECT "on", apart, sum(CASE WHEN amount < balance THEN amount ELSE balance END), count(*) FROM found
        WHERE balance > 0 GROUP BY "on", apart""",
        [t, t, *within, t, t],
    )
    ask(
        f"""WITH found AS (SELECT p."on", p.currency, p.amount, {_LEFT} AS balance, {_APART} AS apart FROM promises p
            JOIN promise_events e ON e.id = (SELECT max(id) FROM promise_events WHERE promise_id = p.id)
            JOIN documents d ON d.id = p.document_id JOIN customers c ON c.id = d.customer_id
            WHERE d.promised AND p."on" BETWEEN ? AND ? AND c.collector_code = ? AND e.state IN ('broken', 'partial')
            AND {_OPEN} AND NOT EXISTS
                (SELECT 1 FROM promises q WHERE q.document_id = p.document_id AND q.number > p.number))
        SELECT "on", currency, apart, sum(CASE WHEN amount < balance THEN amount ELSE balance END), count(*) FROM found
        WHERE balance > 0 GROUP BY "on", currency, apart""",
        [t, t, *within, t, t],
    )
    days: dict[date, tuple[int, int]] = {}
    lone = _month_apart(ask, [apart for _, apart, _, _ in rows if apart], asker)
    for on, minor, count in (*((on, minor, n) for on, apart, minor, n in rows if not apart), *lone):
        so_far, counted = days.get(_date(on), (0, 0))
        days[_date(on)] = so_far + int(minor), counted + count
    return sorted((on, minor, count) for on, (minor, count) in days.items())


def _month_apart(ask: Ask, ids: Sequence[int], asker: Asker) -> Rows:
    """What is left of these promises by what was paid since each was made; here nothing is reversed."""
    if not ids:
        return []
    places = ", ".join("?" * len(ids))
    found = ask(
        f"""SELECT p."on", p.amount, p.made_on, d.total, d.*, c.* FROM promises p
        JOIN documents d ON d.id = p.document_id JOIN customers c ON c.id = d.customer_id WHERE p.id IN ({places})""",
        ids,
    )
    documents = [row[4] for row in found]
    applied = ask(
        f"""SELECT document_id, "on", amount, kind FROM applications
        WHERE document_id IN ({", ".join("?" * len(documents))}) AND "on" <= ?""",
        [*documents, asker.today],
    )
    lone = []
    for on, amount, made_on, total, document, *_ in found:
        its = [(day, minor, kind) for of, day, minor, kind in applied if of == document]
        paid = sum(minor for day, minor, kind in its if kind == "payment" and day >= made_on)
        left = min(amount - paid, total - sum(minor for _, minor, _ in its))
        lone += [(on, left, 1)] if left > 0 else []
    return lone


def _agenda(session: Session, asker: Asker) -> object:
    page = agenda.open_items(session, asker.occasion, OpenFilter())
    return page.count, [item.document.id for item in page.items]


def _agenda_sql(ask: Ask, asker: Asker) -> object:
    t = asker.today
    listed = f"""FROM documents d JOIN customers c ON c.id = d.customer_id
        WHERE c.collector_code = ? AND {_CHARGE} AND {_OPEN} AND {_LEFT} > 0"""
    given = [_code(asker), t, t, t, t]
    ((count,),) = ask(f"SELECT count(*) {listed}", given)
    rows = ask(f"SELECT d.*, c.* {listed} ORDER BY c.code, d.due, d.id LIMIT 8", given)
    places = ", ".join("?" * len(rows))
    ids = [row[0] for row in rows]
    ask(f'SELECT document_id, "on", amount FROM applications WHERE document_id IN ({places})', ids)
    ask(
        f"""SELECT p.* FROM promises_in_force f JOIN promises p ON p.id = f.promise_id
        WHERE f.document_id IN ({places})""",
        ids,
    )
    ask("SELECT document_id FROM ticks WHERE person_id = ?", [asker.occasion.person.id])
    _trail(ask, asker, "agenda", "0")
    return count, ids


def _aging(session: Session, asker: Asker) -> object:
    shown = summary.summary(session, asker.occasion).figures
    return shown.balance.minor if isinstance(shown, Aging) else None


def _aging_sql(ask: Ask, asker: Asker) -> object:
    t = asker.today
    rows = ask(
        f"""SELECT d.currency, CASE WHEN d.due >= ? THEN 0 WHEN d.due >= ? THEN 1 WHEN d.due >= ? THEN 2
        WHEN d.due >= ? THEN 3 ELSE 4 END AS bucket, sum({_LEFT}), count(*)
        FROM documents d JOIN customers c ON c.id = d.customer_id
        WHERE c.collector_code = ? AND {_CHARGE} AND {_OPEN} AND {_LEFT} <> 0 GROUP BY d.currency, bucket""",
        [*(_day(_date(t) - timedelta(days=n), t) for n in (0, 30, 60, 90)), t, t, _code(asker), t, t, t, t],
    )
    _trail(ask, asker, "summary", "aging")
    return sum(int(total) for currency, _, total, _ in rows if currency == "MXN")


def _trail(ask: Ask, asker: Asker, action: str, subject: str) -> None:
    """What a use case enters in the trail."""
    now = scaled.NOW.replace(tzinfo=None).isoformat(" ") if isinstance(asker.today, str) else scaled.NOW
    values = [now, asker.occasion.person.id, action, subject]
    ask("INSERT INTO audit (at, person_id, action, subject) VALUES (?, ?, ?, ?) RETURNING id", values)


Screen: TypeAlias = tuple[Callable[[Session, Asker], object], Callable[[Ask, Asker], object]]
SCREENS: dict[str, Screen] = {
    "statement": (_statement, statement_sql),
    "month": (_month, _month_sql),
    "agenda": (_agenda, _agenda_sql),
    "aging": (_aging, _aging_sql),
}


def _code(asker: Asker) -> str:
    return asker.occasion.person.collector_code or ""


def _day(on: date, like: str | date) -> str | date:
    return on.isoformat() if isinstance(like, str) else on


def _date(on: str | date) -> date:
    return date.fromisoformat(on) if isinstance(on, str) else on


def main() -> int:
    """Print the medians and their ratios; 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--keep", type=Path, help="a folder for SQLite's files, or where they are already")
    parser.add_argument("--json", type=Path)
    wanted = parser.parse_args()
    answer = {kind: measure(kind, wanted) for kind in wanted.database or ["sqlite", "postgresql"]}
    if wanted.json:
        wanted.json.write_text(json.dumps(answer, indent=2) + "\n", encoding="utf-8")
    return 0 if all(each["is_good"] for each in answer.values()) else 1


def measure(kind: str, wanted: argparse.Namespace) -> dict[str, Any]:
    """Every screen at every size on one kind of database; the sizes in turns, for a machine is faster now and then."""
    found: dict[str, dict[int, tuple[float, float]]] = {}
    with ExitStack() as open_:
        folder = wanted.keep or Path(open_.enter_context(tempfile.TemporaryDirectory()))
        ledgers = [Ledger(open_.enter_context(_loaded(kind, size, folder)), size) for size in wanted.documents]
        gc.freeze()  # as `cobranza run` does
        for name, screen in SCREENS.items():
            for _ in range(wanted.rounds + 1):
                for ledger in ledgers:
                    ledger.show(screen)
            found[name] = {ledger.documents: ledger.medians() for ledger in ledgers}
    small, large = min(wanted.documents), max(wanted.documents)
    answer: dict[str, Any] = {"is_good": True}
    print(kind)
    for name, sizes in found.items():
        growth = sizes[large][0] / sizes[small][0]
        overhead = sizes[large][0] / sizes[large][1]
        answer[name] = {
            **{f"{size}": {"ours_ms": round(ours, 3), "sql_ms": round(sql, 3)} for size, (ours, sql) in sizes.items()},
            "growth": round(growth, 2),
            "overhead": round(overhead, 2),
        }
        answer["is_good"] &= growth <= MOST_GROWTH and overhead <= MOST_OVERHEAD
        for size, (ours, sql) in sizes.items():
            print(f"  {name:10} {size:9,} documents: {ours:7.2f} ms, bare SQL {sql:7.2f} ms, ratio {ours / sql:.2f}")
        print(f"  {name:10} {large:,} / {small:,} documents: {growth:.2f} (at most {MOST_GROWTH})", end="; ")
        print(f"ours / bare SQL: {overhead:.2f} (at most {MOST_OVERHEAD:g})")
    return answer


class Ledger:
    """A ledger of some size, who asks of it, and the milliseconds that each round of a screen took."""

    def __init__(self, database: Database, documents: int) -> None:
        self.database, self.documents = database, documents
        self._is_sqlite = database.engine.dialect.name == "sqlite"
        self._times: list[tuple[float, float]] = []
        self._askers = []
        with database.transaction() as session:
            for number in range(CALLS):
                person = access.arrive(session, scaled.FIRST_USER + number * 7 % scaled.PEOPLE, scaled.NOW)
                assert person  # noqa: S101 - scaled.load made them
                occasion = Occasion(person, scaled.TODAY, scaled.NOW)
                code = scaled.customer_code(number * 7 % scaled.PEOPLE, documents)
                customer = statements.find_customer(session, person, code)
                today = scaled.TODAY.isoformat() if self._is_sqlite else scaled.TODAY
                self._askers.append(Asker(occasion, customer.id, today))

    def show(self, screen: Screen) -> None:
        """Show a screen to everybody, ours and as bare SQL, and hold the answers against each other."""
        ours, bare = screen
        begun = time.perf_counter()
        answers = self._ours(ours)
        between = time.perf_counter()
        bare_answers = self._bare(bare)
        ended = time.perf_counter()
        if answers != bare_answers:
            raise ValueError(f"not the same answer: {answers[:2]} and {bare_answers[:2]}")
        self._times.append(((between - begun) / CALLS * 1000, (ended - between) / CALLS * 1000))

    def medians(self) -> tuple[float, float]:
        """Of what was shown since they were last asked for; the first round fills caches and does not count."""
        ours, bare = zip(*self._times[1:], strict=True)
        self._times = []
        return statistics.median(ours), statistics.median(bare)

    def _ours(self, ours: Callable[[Session, Asker], object]) -> list[object]:
        answers = []
        for asker in self._askers:
            # The trail that some leave waits for no disk, as on the other side; the tests' PostgreSQL never does.
            with self.database.transaction(hurried=self._is_sqlite) as session:
                answers.append(ours(session, asker))
        return answers

    def _bare(self, bare: Callable[[Ask, Asker], object]) -> list[object]:
        answers = []
        with self.database.engine.connect() as connection:
            cursor: Any = connection.connection.cursor()

            def ask(sql: str, given: Sequence[object]) -> Rows:
                cursor.execute(sql if self._is_sqlite else sql.replace("?", "%s"), list(given))
                rows: Rows = cursor.fetchall()
                return rows

            for asker in self._askers:
                # Of one moment, as the other side's. The driver begins by itself on PostgreSQL.
                if self._is_sqlite:
                    cursor.execute("BEGIN IMMEDIATE")
                answers.append(bare(ask, asker))
                connection.connection.commit()
        return answers


@contextmanager
def _loaded(kind: str, documents: int, folder: Path) -> Iterator[Database]:
    """A database of a size, in SQLite's case one that was kept."""
    if kind == "postgresql":
        # A quarter of a small server's memory, as PostgreSQL's guide has it (shared_buffers); the tests take less.
        with postgres.server("shared_buffers=1GB") as conninfo:
            host = dict(part.split("=", 1) for part in conninfo.split())
            url = f"postgresql://postgres@/postgres?host={host['host']}&port={host['port']}"
            yield _filled(Database(url), documents)
        return
    path = folder / f"scaled-{documents}.db"
    is_there = path.exists()
    database = Database(f"sqlite:///{path}")
    if is_there:
        database.upgrade()
    yield database if is_there else _filled(database, documents)
    database.close()


def _filled(database: Database, documents: int) -> Database:
    scaled.load(database, documents)
    return database


if __name__ == "__main__":
    sys.exit(main())
