"""The seed's office in a database of its own, on SQLite and on PostgreSQL."""

from pathlib import Path

import pytest

from bot.domain.correspondence import Mail, MailState
from bot.domain.incoming import FileKind, FileReport
from bot.store import outbox
from bot.store.database import Database
from bot.store.mail_models import MailRow
from tests.services import world as office
from tests.services.loads import Load, run
from tests.services.mailbox import KEY, OURS, Mailbox
from tests.services.world import NOW, World


@pytest.fixture
def world(database: Database) -> World:
    """The seed's office."""
    return office.build(database)


@pytest.fixture
def mailbox(world: World) -> Mailbox:
    """A mailbox after the statement of CL001, Ana's customer, was sent to two addresses."""
    mail = Mail(
        KEY, ("Pagos@cliente.mx",), "Estado de cuenta", "Buen día", "<p>Buen día</p>", ("tesoreria@cliente.mx",)
    )
    with world.database.transaction() as session:
        outbox.queue(session, mail, world.customers["CL001"], person=world.ana, now=NOW)
        row = session.query(MailRow).one()
        row.state, row.message_id, row.conversation_id = MailState.SENT, OURS, "conversation-1"
    return Mailbox()


@pytest.fixture
def load(database: Database, tmp_path: Path) -> Load:
    """Imports one file with this text."""

    def loaded(text: str, *, strict: bool = False, dry_run: bool = False, kind: FileKind | None = None) -> FileReport:
        path = tmp_path / "file.csv"
        path.write_text(text, encoding="utf-8")
        return run(database, path, strict=strict, dry_run=dry_run, kind=kind).files[0]

    return loaded
