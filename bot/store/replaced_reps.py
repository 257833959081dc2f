"""Which CFDI others replace; what a REP among them says was paid, the other says anew."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store.loading.shared import BATCH
from bot.store.rep_models import ReplacedRepRow
from bot.store.upsert import insert

# UUIDs, folios, pairs of them.
T = TypeVar("T", str, tuple[str, str])


def note(session: Session, pairs: Iterable[tuple[str, str]]) -> None:
    """Write down CFDI that others replace, each with the one that does."""
    for some in batches(pairs):
        rows = [{"uuid": uuid, "by": by} for uuid, by in some]
        session.execute(insert(session, ReplacedRepRow).values(rows).on_conflict_do_nothing())


def among(session: Session, uuids: Iterable[str]) -> set[str]:
    """Those of these CFDI that others replace."""
    query = select(ReplacedRepRow.uuid)
    return {uuid for some in batches(uuids) for uuid in session.scalars(query.where(ReplacedRepRow.uuid.in_(some)))}


def stand_ins(session: Session, uuids: Iterable[str]) -> dict[str, set[str]]:
    """The CFDI that stand in for each of these that others replace, through however many."""
    found: dict[str, set[str]] = {}
    each = ReplacedRepRow.__table__.c
    for some in batches(uuids):
        first = select(each.uuid.label("asked"), each.by).where(each.uuid.in_(some)).cte(recursive=True)
        # Each pair once, so that a ring ends.
        pairs = first.union(select(first.c.asked, each.by).join(first, first.c.by == each.uuid))
        for asked, by in session.execute(select(pairs.c.asked, pairs.c.by)):
            found.setdefault(asked, set()).add(by)
    return found


def batches(values: Iterable[T]) -> Iterator[Sequence[T]]:
    """As many as a statement takes, each once."""
    distinct = sorted(set(values))
    for start in range(0, len(distinct), BATCH):
        yield distinct[start : start + BATCH]
