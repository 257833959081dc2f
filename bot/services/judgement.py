"""The nightly judgement: which promises were kept, by the payments in the ledger."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.domain.people import COMMAND_LINE
from bot.domain.promises import Cause, PromiseState, judgements, last_judged_day
from bot.store import judgements as store
from bot.store import promises
from bot.store.loading.shared import BATCH


@dataclass(frozen=True, slots=True)
class Judged:
    """How many promises came to which state; nothing where the ledger was right already."""

    counts: Mapping[PromiseState, int]

    @property
    def total(self) -> int:
        """How many promises came to another state."""
        return sum(self.counts.values())


def judge(
    session: Session,
    today: date,
    now: datetime,
    tolerance_days: int,
    document_ids: Collection[int] | None = None,
) -> Judged:
    """Judge the promises on these documents, or all whose time has come or whose payments changed.

    The same result however often and whenever it runs: an entry is added only where the ledger says otherwise. Of all,
    those that somebody is promising on or loading are left for the next time: to hold many and wait for one could end
    an import.
    """
    if document_ids is None:
        due = store.due(session, today, last_judged_day(today, tolerance_days))
    else:
        due = store.Due(tuple(document_ids), {})
    ids = sorted(due.document_ids)
    counts: Counter[PromiseState] = Counter()
    judged = set[int]()
    for start in range(0, len(ids), BATCH):
        batch: Sequence[int] = ids[start : start + BATCH]
        if document_ids is None:
            batch = promises.lock_free(session, batch)
        else:
            promises.lock_documents(session, batch)
        for document, history in store.ledgers(session, batch):
            # What is dated ahead is judged again on its day, also where nothing is in force any more.
            if not any(applied.on > today for applied in document.applications):
                judged.add(document.id)
            for promise, state in judgements(document, history, today=today, tolerance_days=tolerance_days):
                promises.enter(session, promise, state, by=COMMAND_LINE.name, today=today, now=now, cause=Cause.RULE)
                counts[state] += 1
    if counts:
        promises.recall_what_is_done(session)
    marks = [mark_id for mark_id, document_id in due.marks.items() if document_id in judged]
    for start in range(0, len(marks), BATCH):
        store.forget(session, marks[start : start + BATCH])
    return Judged(dict(counts))
