from sqlalchemy import select

from bot.domain.errors import AmountOutOfRange, CustomerAmbiguous, CustomerNotFound, DocumentAmbiguous
from bot.services import choices
from bot.store.models import AuditRow
from tests.services.world import World


def test_what_a_refusal_tells_of_customers_leaves_its_trace(world: World) -> None:
    world.call(choices.told, world.ana, CustomerAmbiguous("r", ((1, "CL001", "Juan"), (2, "CL002", "Ramiro"))))
    world.call(choices.told, world.ana, DocumentAmbiguous("7", ((3, "CFDI-7", "Juan"),)))
    world.call(choices.told, world.ana, AmountOutOfRange("CFDI-7", 2, 1, "MXN"))
    with world.database.transaction() as session:
        entries = session.execute(select(AuditRow.action, AuditRow.subject).order_by(AuditRow.id)).all()
    assert [tuple(entry) for entry in entries] == [("customers", "CL001, CL002"), ("ask", "CFDI-7"), ("ask", "CFDI-7")]
    assert CustomerNotFound("r").shown == ()
