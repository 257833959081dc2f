from sqlalchemy import select

from bot.domain.errors import CustomerAmbiguous, DocumentAmbiguous
from bot.services import choices
from bot.store.models import AuditRow
from tests.services.world import World


def test_what_a_refusal_offers_to_choose_from_leaves_its_trace(world: World) -> None:
    world.call(choices.offered, world.ana, CustomerAmbiguous("r", ((1, "CL001", "Juan"), (2, "CL002", "Ramiro"))))
    world.call(choices.offered, world.ana, DocumentAmbiguous("7", ((3, "CFDI-7", "Juan"),)))
    with world.database.transaction() as session:
        entries = session.execute(select(AuditRow.action, AuditRow.subject).order_by(AuditRow.id)).all()
    assert [tuple(entry) for entry in entries] == [("customers", "CL001, CL002"), ("ask", "CFDI-7")]
