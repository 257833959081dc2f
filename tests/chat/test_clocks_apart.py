"""Replicas on one PostgreSQL whose machines' clocks are apart: no customer gets a mail twice."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest

from bot.app import make_office
from bot.config import Settings
from bot.domain.correspondence import Mail, MailState, Pace
from bot.domain.people import COMMAND_LINE
from bot.store import outbox
from bot.store.database import Database
from bot.store.mail_models import MailRow
from handlers import sending
from handlers.office import Office
from tests import factories
from tests.chat.patience import patience
from tests.services.post import Post

pytestmark = pytest.mark.slow

AHEAD = pytest.mark.parametrize("ahead", [timedelta(minutes=11), timedelta(minutes=90)], ids=["11 min", "90 min"])


class Died(BaseException):
    """The process ends here: nothing catches this."""


class Slow(Post):
    """A way out that takes a mail, and is not done with it before it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.has_one, self.may_end = Event(), Event()

    def send(self, draft_id: str) -> None:
        """Send a draft as Microsoft 365 does: what was sent already leaves again."""
        self.has_one.set()
        assert self.may_end.wait(patience(20))
        self.sent.append(self.drafts[draft_id])


@pytest.fixture
def replicas(settings: Settings, postgres_database: Database) -> Iterator[tuple[Office, Office]]:
    """Two replicas with one way out and a mail to send."""
    with postgres_database.transaction() as session:
        mail = Mail("k", ("pagos@cl001.example",), "Estado de cuenta", "t", "h")
        outbox.queue(
            session,
            mail,
            factories.customer(session, rfc="", email=list(mail.to)).id,
            person=COMMAND_LINE,
            now=datetime.now(UTC),
        )
    databases = [Database(postgres_database.url.render_as_string(hide_password=False)) for _ in range(2)]
    one, other = (make_office(settings, database) for database in databases)
    one.mailer = other.mailer = Slow()
    yield one, other
    for office in (one, other):
        office.senders.shutdown()
    for database in databases:
        database.close()


def put_ahead(office: Office, by: timedelta) -> None:
    """Let the clock of an office's machine be wrong."""
    office.clock = lambda: datetime.now(UTC) + by


def states(database: Database) -> list[MailState]:
    """How the mails stand."""
    with database.transaction() as session:
        return [row.state for row in session.query(MailRow)]


@AHEAD
async def test_what_one_is_sending_the_one_that_is_ahead_leaves_alone(
    replicas: tuple[Office, Office], postgres_database: Database, ahead: timedelta
) -> None:
    one, other = replicas
    post = one.mailer
    assert isinstance(post, Slow)
    put_ahead(other, ahead)
    first = asyncio.create_task(sending.deliver(one))
    assert await asyncio.to_thread(post.has_one.wait, patience(20))
    second = asyncio.create_task(sending.deliver(other))
    await asyncio.wait({second}, timeout=1)
    post.may_end.set()

    assert [delivery.state for delivery in await first] == [MailState.SENT]
    assert await second == []
    assert post.keys == ["k"]
    assert states(postgres_database) == [MailState.SENT]


@AHEAD
async def test_what_one_died_of_sending_is_asked_after_by_the_one_that_is_ahead_no_sooner_than_by_others(
    replicas: tuple[Office, Office], postgres_database: Database, ahead: timedelta
) -> None:
    one, other = replicas
    post = Post(faults={"before send": [Died()]})
    one.mailer = other.mailer = post
    with pytest.raises(Died):
        # Microsoft 365 may have taken it, and show it among the drafts for a while yet.
        await sending.deliver(one)
    put_ahead(other, ahead)

    assert await sending.deliver(other) == []
    assert (post.keys, states(postgres_database)) == ([], [MailState.SENDING])


@AHEAD
async def test_the_pace_and_the_pauses_of_one_are_those_of_the_one_that_is_ahead(
    replicas: tuple[Office, Office], postgres_database: Database, ahead: timedelta
) -> None:
    one, other = replicas
    one.mailer = other.mailer = Post(pace=Pace(mails_a_minute=1, recipients_a_day=10_000))
    put_ahead(other, ahead)
    assert [delivery.state for delivery in await sending.deliver(one)] == [MailState.SENT]
    with postgres_database.transaction() as session:
        row = session.query(MailRow).one()
        mail = Mail("k2", ("pagos@cl001.example",), "Estado de cuenta", "t", "h")
        outbox.queue(session, mail, row.customer_id, person=COMMAND_LINE, now=datetime.now(UTC))

    assert await sending.deliver(other) == []
