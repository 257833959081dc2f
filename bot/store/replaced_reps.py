"""Which REP others replace: what they say was paid, the others say anew."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store.loading import BATCH
from bot.store.rep_models import ReplacedRepRow
from bot.store.upsert import insert


def note(session: Session, uuids: Iterable[str]) -> None:
    """Write down REP that others replace."""
    for some in batches(uuids):
        row = insert(session, ReplacedRepRow).values([{"uuid": uuid} for uuid in some])
        session.execute(row.on_conflict_do_nothing())


def among(session: Session, uuids: Iterable[str]) -> set[str]:
    """Those of the REP that others replace."""
    query = select(ReplacedRepRow.uuid)
    return {uuid for some in batches(uuids) for uuid in session.scalars(query.where(ReplacedRepRow.uuid.in_(some)))}


def batches(uuids: Iterable[str]) -> Iterator[Sequence[str]]:
    """As many as a statement takes, each once."""
    distinct = sorted(set(uuids))
    for start in range(0, len(distinct), BATCH):
        yield distinct[start : start + BATCH]
