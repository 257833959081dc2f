from bot.store import audit
from bot.store.database import Database
from bot.store.models import AuditRow
from tests.services.world import World, act, build


def test_an_entry_of_more_than_it_holds_names_whole_ones_and_says_that_there_was_more(database: Database) -> None:
    world: World = build(database)
    labels = [f"CFDI-{n}" for n in range(100)]
    with database.transaction() as session:
        for shown in (["CL001"], labels, ["x" * 121]):
            audit.seen(session, act(world.ana, source="tg:1"), "ask", shown)
    with database.transaction() as session:
        one, many, long = (row.subject for row in session.query(AuditRow).order_by(AuditRow.id))
    assert (one, long) == ("CL001", "x" * 119 + "…")
    *named, more = many.split(", ")
    assert (named, more, len(named)) == (labels[:14], "…", 14)
