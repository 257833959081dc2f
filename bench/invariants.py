"""What must hold in the database at every moment, asked by bare SQL: no line of the bot's own code."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection, text

# What nobody may change or delete, each row under what it is known by.
APPEND_ONLY = {
    "promises": 'SELECT id, document_id, number, "on", amount, comment, made_by, source FROM promises',
    "promise_events": 'SELECT id, promise_id, state, "by", "on", cause, comment FROM promise_events',
    "audit": "SELECT id, person_id, action, subject, source FROM audit",
    "receipts": "SELECT id, document_id, amount, comment, taken_by_id, year, number, source FROM receipts",
    "receipts_withdrawn": 'SELECT receipt_id, "by" FROM receipts_withdrawn',
}
# Each finds rows that must not be.
_NEVER = {
    # Of one document, all that is in force was promised together; and each row agrees with its promise.
    "in force": """
        SELECT f.document_id, min(p.number), max(p.number)
        FROM promises_in_force f JOIN promises p ON p.id = f.promise_id GROUP BY f.document_id
        HAVING count(DISTINCT p.number - p.installment) > 1
            OR min(p.document_id) <> f.document_id OR max(p.document_id) <> f.document_id
            OR sum(CASE WHEN p."on" <> f."on" OR p.installment <> f.installment THEN 1 ELSE 0 END) > 0
        """,
    # A promise is in force exactly while the ledger has nothing after it, or that it is in force again.
    "in force without the ledger": """
        SELECT p.id, p.document_id, p.number FROM promises p
        WHERE (coalesce((SELECT e.state FROM promise_events e WHERE e.promise_id = p.id ORDER BY e.id DESC LIMIT 1),
                        'in_force') = 'in_force')
            <> (p.id IN (SELECT promise_id FROM promises_in_force))
        """,
    "numbers with gaps": """
        SELECT document_id, max(number), count(*) FROM promises GROUP BY document_id HAVING max(number) <> count(*)
        """,
    # The documents of two customers may have one label, and be promised together.
    "an act of one update done twice": """
        SELECT source, action, subject, count(*) FROM audit
        WHERE action IN ('promise', 'withdraw', 'undo', 'receipt', 'receipt_undo') GROUP BY source, action, subject
        HAVING count(*) > 1 AND count(*) > (
            SELECT count(*) FROM documents d
            WHERE CASE WHEN d.series = '' THEN d.folio ELSE d.series || '-' || d.folio END = subject)
        """,
    # The day from which nothing is left is written down exactly while nothing is.
    "settled without the sum": """
        SELECT d.id, d.total, d.settled_on FROM documents d
        WHERE NOT d.cancelled AND (d.settled_on IS NOT NULL)
            <> (d.total = coalesce((SELECT sum(a.amount) FROM applications a WHERE a.document_id = d.id), 0))
        """,
    # What lists read beside a document instead of looking further is what they would find.
    "applied without the sum": """
        SELECT d.id, d.applied, d.applied_until FROM documents d
        LEFT JOIN (SELECT document_id, sum(amount) AS amount, max("on") AS until FROM applications GROUP BY 1) a
            ON a.document_id = d.id
        WHERE d.applied <> coalesce(a.amount, 0) OR d.applied_until <> a.until
            OR (d.applied_until IS NULL) <> (a.until IS NULL)
        """,
    "promised without a promise": """
        SELECT d.id FROM documents d WHERE d.promised <> (d.id IN (SELECT document_id FROM promises))
        """,
}


@dataclass
class Invariants:
    """Asked again and again of one database: what was entered once must stand there for ever."""

    _seen: dict[str, dict[int, tuple[object, ...]]] = field(default_factory=dict)

    def problems(self, connection: Connection) -> Iterator[str]:
        """What is wrong now, or is no longer what it was when asked before."""
        for name, query in APPEND_ONLY.items():
            rows = {row[0]: tuple(row) for row in connection.execute(text(query))}
            lost = [row for key, row in self._seen.get(name, {}).items() if rows.get(key) != row]
            if lost:
                yield f"{name}: {len(lost)} rows are gone or changed, first {lost[0]}"
            self._seen[name] = rows
        for name, query in _NEVER.items():
            yield from (f"{name}: {row}" for row in connection.execute(text(query)))

    @property
    def rows(self) -> str:
        """How many rows each ledger has."""
        return ", ".join(f"{len(rows):,} {name}" for name, rows in self._seen.items())
