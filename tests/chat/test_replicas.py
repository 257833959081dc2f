"""Several replicas on one PostgreSQL, behind one webhook."""

from collections.abc import AsyncIterator
from datetime import date

import pytest
from pydantic import SecretStr

from bot import app
from bot.config import Settings
from bot.demo.server import BotApiServer
from bot.domain.people import Role
from bot.store.database import Database
from bot.store.models import CustomerRow, PromiseRow
from tests import factories
from tests.chat.balancer import balancing
from tests.chat.conftest import CUT_OFF, Running
from tests.chat.phone import Phone
from tests.contpaqi_company import INVOICE, Company
from tests.ports import free_port

PEOPLE = range(2001, 2011)


@pytest.fixture
def shared(settings: Settings, telegram: BotApiServer, postgres_database: Database) -> Settings:
    """The settings of replicas on a PostgreSQL with ten collectors, but for their addresses."""
    with postgres_database.transaction() as session:
        for user_id in PEOPLE:
            telegram.world.add_user(user_id, f"C{user_id}")
            factories.person(session, Role.COLLECTOR, f"C{user_id}", telegram_id=user_id, name=f"C{user_id}")
            customer = factories.customer(session, f"CL{user_id}", f"Cliente {user_id}", collector=f"C{user_id}")
            factories.document(session, customer, "7", total=162400)
    return settings.model_copy(
        update={
            "database_url": postgres_database.url.render_as_string(hide_password=False),
            "telegram_mode": "webhook",
            "telegram_webhook_secret": SecretStr("s3creto"),
        }
    )


@pytest.fixture
async def three(shared: Settings) -> AsyncIterator[list[Running]]:
    """Three replicas, started at once."""
    ports = [free_port() for _ in range(3)]
    async with balancing(ports) as port:
        replicas = [Running(shared) for _ in ports]
        for replica, own in zip(replicas, ports, strict=True):
            replica.start(telegram_webhook_url=f"http://127.0.0.1:{port}/", telegram_webhook_listen=f"127.0.0.1:{own}")
        yield replicas
        for replica in replicas:
            await replica.stop()


@pytest.mark.slow
async def test_any_replica_answers_and_each_chat_is_answered_in_order(
    three: list[Running], telegram: BotApiServer, postgres_database: Database
) -> None:
    phones = [Phone(telegram.world, user_id) for user_id in PEOPLE]
    for day in range(17, 27):
        for phone in phones:
            phone.say(f'/promesa 7 2019-07-{day} "{day}"')
        if day == 20:
            await telegram.world.wait_for(lambda: all(phone.answers for phone in phones))
            await three[0].stop()
            three[0].start()

    await telegram.world.wait_for(lambda: not telegram.world.updates.pending)

    for phone in phones:
        assert [f"Promesa {n}" in text for n, text in enumerate(phone.texts, start=1)] == [True] * 10
    with postgres_database.transaction() as session:
        assert session.query(PromiseRow).count() == 100


@pytest.mark.slow
async def test_after_a_restart_of_postgresql_that_nobody_noticed_nobody_is_told_to_wait(
    three: list[Running], telegram: BotApiServer, postgres_database: Database
) -> None:
    phones = [Phone(telegram.world, user_id) for user_id in PEOPLE]
    for phone in phones:
        await phone.type("/hoy")
    with postgres_database.engine.connect() as connection:
        connection.execute(CUT_OFF)

    for phone in phones[: 2 * len(three)]:
        assert "Promesa 1 registrada" in (await phone.type('/promesa 7 2019-07-23 "Pagaré con cheque"')).plain_text


@pytest.mark.slow
async def test_what_another_replica_is_at_is_left_to_it(  # noqa: PLR0917 - each is another part of the world
    shared: Settings,
    stopped: Running,
    telegram: BotApiServer,
    postgres_database: Database,
    sqlite_company: Company,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sqlite_company.document(
        sqlite_company.customer("CL9"), sqlite_company.concept("4"), INVOICE, 1.0, date(2019, 1, 10)
    )
    monkeypatch.setattr(app, "_FIRST_TICK_SECONDS", 0.02)
    phone, other, another = (Phone(telegram.world, user_id) for user_id in PEOPLE[:3])
    held = ("tick", "sync", f"chat {phone.user_id}")
    assert all(map(postgres_database.locks.take, held))
    port = free_port()
    stopped.settings = shared
    stopped.start(
        telegram_webhook_url=f"http://127.0.0.1:{port}/",
        telegram_webhook_listen=f"127.0.0.1:{port}",
        contpaqi_url=SecretStr(sqlite_company.url),
    )

    number = phone.say("/estado CL2001")
    await other.type("/hoy")
    await another.type("/hoy")
    assert phone.texts == []
    assert [scope for scope in telegram.world.commands if scope[0] == "chat"] == [], "no tick has given anyone a menu"
    with postgres_database.transaction() as session:
        assert session.query(CustomerRow).filter_by(code="CL9").all() == []

    postgres_database.locks.give(held[2])
    await phone.done(number)
    assert "Cliente 2001" in phone.texts[0]
