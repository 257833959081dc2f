from datetime import UTC, datetime, timedelta

from bot.domain.correspondence import Mail, MailState
from bot.domain.people import COMMAND_LINE
from bot.services import answers, exports, scheduling
from bot.store import audit, outbox
from bot.store.database import Database
from bot.store.mail_models import MailRow
from bot.store.models import DocumentRow
from tests import factories
from tests.services.mailbox import OURS, Mailbox
from tests.services.world import HOURS, NOW, THE_18TH, THE_23RD, World, act


def test_what_fills_many_batches_is_exported_whole_and_in_order(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        for n in range(2500):
            audit.record(session, COMMAND_LINE, "statement", f"CL{n}", now=factories.NOON, source="cli")
    rows = list(exports.trail(sqlite_database.transaction, act(COMMAND_LINE)))
    assert [row["subject"] for row in rows] == [*(f"CL{n}" for n in range(2500)), "audit"]


def test_every_promise_is_exported_with_where_it_stands_and_leaves_a_trace(world: World) -> None:
    for on in (THE_18TH, THE_23RD):
        world.call(scheduling.promise, act(world.ana, source=f"tg:{on}"), [world.documents["7"]], on)
    promises = exports.promises(world.database.transaction, act(world.chief))
    assert [(row["folio"], row["on"], row["state"]) for row in promises] == [
        ("7", "2019-07-18", "rescheduled"), ("7", "2019-07-23", "in_force"),
    ]  # fmt: skip
    *_, exported = exports.trail(world.database.transaction, act(world.chief))
    assert (exported["action"], exported["subject"]) == ("export", "audit")


def test_a_promise_is_exported_in_the_currency_to_which_its_document_was_corrected_since(world: World) -> None:
    world.call(scheduling.promise, act(world.ana, source="tg:1"), [world.documents["7"]], THE_18TH)
    with world.database.transaction() as session:
        session.get_one(DocumentRow, world.documents["7"]).currency = "USD"
    (row,) = exports.promises(world.database.transaction, act(world.chief))
    assert (row["amount"], row["currency"]) == ("2842.00", "USD")


def test_only_what_came_since_a_moment_is_exported_and_the_trace_says_since_when(world: World) -> None:
    with world.database.transaction() as session:
        audit.record(session, world.ana, "statement", "CL001", now=NOW - timedelta(days=1), source="tg:1")
    since = datetime(NOW.year, NOW.month, NOW.day, tzinfo=UTC)
    (row,) = exports.trail(world.database.transaction, act(world.chief), since)
    assert (row["action"], row["subject"]) == ("export", f"audit since {since.date()}")


def test_who_was_shown_what_a_customer_answered_is_in_the_trail(world: World) -> None:
    mail = Mail("key", ("pagos@cliente.mx",), "Estado de cuenta", "Buen día", "<p>Buen día</p>")
    with world.database.transaction() as session:
        outbox.queue(session, mail, world.customers["CL001"], person=world.ana, now=NOW)
        row = session.query(MailRow).one()
        row.state, row.message_id = MailState.SENT, OURS
    mailbox = Mailbox()
    mailbox.reply()
    assert answers.read(world.database.transaction, mailbox, NOW) == 1
    with world.database.transaction() as session:
        assert answers.claim(session, NOW, HOURS)
    *_, shown, _own = exports.trail(world.database.transaction, act(world.chief))
    assert [shown[name] for name in ("person", "action", "subject")] == [world.ana.id, "answer", "CL001"]
