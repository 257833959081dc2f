"""Which REP others replace: what they say was paid, the others say anew."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store.loading import BATCH
from bot.store.rep_models import ReplacedRepRow
from bot.store.upsert import insert


def note(session: Session, pairs: Iterable[tuple[str, str]]) -> None:
    """Write down REP that others replace, each with the one that does."""
    distinct = sorted(set(pairs))
    for start in range(0, len(distinct), BATCH):
        rows = [{"uuid": uuid, "by": by} for uuid, by in distinct[start : start + BATCH]]
        session.execute(insert(session, ReplacedRepRow).values(rows).on_conflict_do_nothing())


def among(session: Session, uuids: Iterable[str]) -> set[str]:
    """Those of the REP that others replace."""
    query = select(ReplacedRepRow.uuid)
    return {uuid for some in batches(uuids) for uuid in session.scalars(query.where(ReplacedRepRow.uuid.in_(some)))}


def stand_ins(session: Session, uuids: Iterable[str]) -> dict[str, set[str]]:
    """The REP that stand in for each of these that others replace, through however many."""
    found: dict[str, set[str]] = {}
    asked = among(session, uuids)
    wanted = set(asked)
    while wanted:
        pairs = [
            tuple(row)
            for some in batches(wanted)
            for row in session.execute(
                select(ReplacedRepRow.uuid, ReplacedRepRow.by).where(ReplacedRepRow.uuid.in_(some))
            )
        ]
        for uuid, by in pairs:
            found.setdefault(uuid, set()).add(by)
        wanted = {by for _, by in pairs} - found.keys()
    return {uuid: _all_of(uuid, found) for uuid in asked}


def _all_of(uuid: str, by: Mapping[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    ahead = set(by[uuid])
    while ahead:
        one = ahead.pop()
        reached.add(one)
        ahead |= by.get(one, set()) - reached
    return reached


def batches(uuids: Iterable[str]) -> Iterator[Sequence[str]]:
    """As many as a statement takes, each once."""
    distinct = sorted(set(uuids))
    for start in range(0, len(distinct), BATCH):
        yield distinct[start : start + BATCH]
