from bot.store import audit
from bot.store.database import Database
from bot.store.models import AuditRow
from tests.services.world import World, act, build


def test_an_entry_of_more_than_it_holds_says_that_there_was_more(database: Database) -> None:
    world: World = build(database)
    with database.transaction() as session:
        audit.seen(session, act(world.ana, source="tg:1"), "ask", ["CL001"])
        audit.seen(session, act(world.ana, source="tg:1"), "ask", [f"CFDI-{n}" for n in range(100)])
    with database.transaction() as session:
        one, many = (row.subject for row in session.query(AuditRow).order_by(AuditRow.id))
    assert one == "CL001"
    assert (many[:16], many[-1], len(many)) == ("CFDI-0, CFDI-1, ", "…", 120)
