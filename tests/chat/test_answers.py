import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from bot.demo.server import BotApiServer
from bot.services import answers
from bot.store.database import Database
from bot.store.mail_models import AnswerRow, MailRow
from bot.store.models import CustomerRow
from tests.chat.conftest import COLLECTOR, SUPERVISOR, TODAY, Running, Wire
from tests.chat.mornings import AWAKE
from tests.chat.patience import patience
from tests.chat.phone import Phone
from tests.mail import reports
from tests.mail.graph_mailbox import Arrival
from tests.mail.graph_server import GraphServer

ADDRESS = "pagos@cl002.example"


@pytest.fixture(autouse=True)
def _often(fast_ticks: None, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 - it is for what it does
    monkeypatch.setattr(answers, "EVERY", timedelta(seconds=0.05))


@pytest.fixture
def office(stopped: Running, by_graph: dict[str, Any], database: Database) -> Running:
    """The bot, not started yet, with that mailbox, from which the statement of CL002 has left."""
    stopped.settings = stopped.settings.model_copy(
        # Nobody is reminded of anything.
        update=by_graph | {"reminder_time": time.max, "business_date": TODAY.replace(day=20)}
    )
    with database.transaction() as session:
        customer = session.query(CustomerRow).filter_by(code="CL002").one()
        session.add(
            MailRow(
                key="statement:2:2019-07-16", customer_id=customer.id, to=[ADDRESS], cc=[], bcc=[],
                subject="Estado de cuenta", text="", html="", state="sent", queued_at=datetime.now(UTC),
                message_id="<ours@graph.test>", conversation_id="c1",
            )
        )  # fmt: skip
    return stopped


def arrive(
    graph: GraphServer,
    *,
    mime: bytes = b"",
    sender: str = ADDRESS,
    message_id: str = "<theirs@cliente.mx>",
    received: str = "",
    files: tuple[str, ...] = (),
) -> None:
    """An answer to that statement comes into the mailbox."""
    graph.mailbox.arrive(
        Arrival(
            received=received or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            message_id=message_id,
            sender=sender,
            subject="RE: Estado de cuenta",
            headers={"In-Reply-To": "<ours@graph.test>"},
            unique="Pagamos el viernes",
            mime=mime,
            files=files,
        )
    )


async def some_readings(graph: GraphServer, telegram: BotApiServer, more: int = 2) -> None:
    """Wait until the mailbox was read so many times more, and for what follows."""
    wanted = graph.operations.count("inbox") + more
    async with asyncio.timeout(patience(5)):
        while graph.operations.count("inbox") < wanted:  # noqa: ASYNC110 - the server is a thread, with no loop
            await asyncio.sleep(0.02)
    await telegram.world.settled(quiet=0.2)


async def test_a_reply_is_told_to_the_collector_once_whatever_restarts(
    office: Running, graph: GraphServer, telegram: BotApiServer, phone: Phone
) -> None:
    arrive(graph, files=("Remesa CL002 2019-07-16.csv",))
    office.start(**AWAKE)
    await telegram.world.wait_for(lambda: bool(phone.answers))
    await office.stop()
    office.start()
    await some_readings(graph, telegram)

    (told,) = phone.texts
    for said in ("CL002", "contestó el correo", "RE: Estado", ADDRESS, "📎 Remesa CL002", "Pagamos el viernes"):
        assert said in told
    shown = await phone.tap(phone.answers[0], "👤 Estado de cuenta")
    assert "CL002" in shown.plain_text


async def test_a_bounce_is_told_and_the_next_preview_says_what_bounced(
    office: Running, graph: GraphServer, telegram: BotApiServer, phone: Phone
) -> None:
    arrive(graph, mime=reports.exchange(ADDRESS, message_id="<ours@graph.test>"), sender="postmaster@us.mx")
    office.start(**AWAKE)
    await telegram.world.wait_for(lambda: bool(phone.answers))
    assert f"{ADDRESS}: 550 5.1.10" in phone.texts[0]

    preview = await phone.type("/enviar CL002")
    assert f"{ADDRESS} (550 5.1.10" in preview.plain_text


async def test_nobody_is_told_in_quiet_hours(
    office: Running, graph: GraphServer, telegram: BotApiServer, phone: Phone, database: Database
) -> None:
    arrive(graph)
    office.start()
    await some_readings(graph, telegram)
    assert phone.answers == []
    await office.stop()
    with database.transaction() as session:
        assert [row.state.value for row in session.query(AnswerRow)] == ["queued"]
    office.start(**AWAKE)
    await telegram.world.wait_for(lambda: len(phone.answers) == 1)


async def test_where_the_collector_blocked_the_bot_the_supervisor_is_told(
    office: Running, graph: GraphServer, telegram: BotApiServer, phone_of: Callable[[int], Phone], wire: Wire
) -> None:
    telegram.faults.block(COLLECTOR)
    wire.expected.add(("sendMessage", 403))
    arrive(graph)
    office.start(**AWAKE)
    supervisor = phone_of(SUPERVISOR)
    await telegram.world.wait_for(lambda: bool(supervisor.answers))
    assert "Pagamos el viernes" in supervisor.texts[0]


async def test_a_mailbox_that_cannot_be_read_now_is_read_later(
    office: Running, graph: GraphServer, telegram: BotApiServer, phone: Phone
) -> None:
    arrive(graph)
    graph.faults.on("inbox", 503)
    office.start(**AWAKE)
    await telegram.world.wait_for(lambda: bool(phone.answers))
    assert graph.operations.count("inbox") >= 2


@pytest.mark.slow
async def test_a_crafted_report_keeps_no_reply_from_being_told(
    office: Running, graph: GraphServer, telegram: BotApiServer, phone: Phone
) -> None:
    crafted = reports.exchange("nadie@cliente.mx", message_id="<")
    arrive(graph, mime=crafted, sender="postmaster@atacante.example", message_id="<crafted@x>")
    arrive(graph)
    office.start(**AWAKE)
    await telegram.world.wait_for(lambda: len(phone.answers) == 2)
    assert "Pagamos el viernes" in phone.texts[1]


async def test_a_mailbox_that_says_nonsense_keeps_nothing_else_from_being_done(
    office: Running, graph: GraphServer, telegram: BotApiServer, phone: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    arrive(graph)
    office.start()
    await some_readings(graph, telegram)
    await office.stop()
    # What is told now had been read before.
    arrive(graph, received="9999")
    office.start(**AWAKE)
    await telegram.world.wait_for(lambda: bool(phone.answers))
    assert "a part of a job failed" in caplog.text
