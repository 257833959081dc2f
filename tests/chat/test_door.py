from collections.abc import Callable
from datetime import date

import pytest

from bot.demo.chat import Message
from bot.domain.people import COMMAND_LINE, Role
from bot.services import access, people
from bot.store.database import Database
from bot.store.models import CustomerRow, PromiseRow
from bot.store.people import row_by_telegram_id
from tests.chat.conftest import C1, COLLECTOR, GROUP, OTHER_COLLECTOR, STRANGER, SUPERVISOR, Running, Wire
from tests.chat.phone import Phone
from tests.demo.client import png
from tests.services.world import act

PhoneOf = Callable[[int], Phone]
LINE = "Este bot es solo para nuestro personal. Si forma parte de él, dé este número a la oficina: {}"

pytestmark = pytest.mark.usefixtures("running")


def shows_nothing_of_c1(messages: list[Message]) -> bool:
    return not any(secret in message.plain_text for message in messages for secret in C1)


@pytest.mark.parametrize("first", ["/start", "/estado CL002", "hola"])
async def test_a_stranger_gets_one_polite_line_then_silence(phone_of: PhoneOf, first: str) -> None:
    stranger = phone_of(STRANGER)

    await stranger.type(first)
    for again in ("/estado CL002", "/hoy", "/nada", '/promesa 7 2019-07-23 "x"', "por favor"):
        await stranger.done(stranger.say(again))

    assert stranger.texts == [LINE.format(STRANGER)]


async def test_a_strangers_picture_or_forged_button_is_met_the_same_way(phone_of: PhoneOf) -> None:
    stranger = phone_of(STRANGER)
    line = await stranger.type("hola")

    for data in ("st:1::0", "rs:1:0", "rp:1", "rx:1", "pk", "cd:2019-07-16:MXN:0"):
        assert await stranger.forge(line, data) == []
    await stranger.done(stranger.world.send_photo(STRANGER, png()))

    assert stranger.texts == [LINE.format(STRANGER)]


async def test_buttons_drawn_before_somebody_left_show_them_nothing(phone: Phone, database: Database) -> None:
    statement = await phone.type("/estado CL002")
    agenda = await phone.type("/agenda")
    before = [message.plain_text for message in phone.answers]
    with database.transaction() as session:
        row = row_by_telegram_id(session, COLLECTOR)
        assert row is not None
        access.set_active(session, act(COMMAND_LINE), row.id, active=False)

    said = await phone.tap(statement, "📄 PDF")
    for message in (statement, agenda):
        for button in message.buttons:
            await phone.forge(message, button.data or "")

    assert said.plain_text == LINE.format(COLLECTOR)
    assert phone.texts == [*before, LINE.format(COLLECTOR)]


async def test_a_button_counts_for_the_portfolio_as_it_is_now(phone: Phone, database: Database) -> None:
    statement = await phone.type("/estado CL002")
    with database.transaction() as session:
        session.query(CustomerRow).filter_by(code="CL002").one().collector_code = "C2"

    said = [(await phone.forge(statement, button.data or ""))[-1:] for button in statement.buttons]

    texts = [message.plain_text for messages in said for message in messages]
    assert len(texts) == len(statement.buttons)
    assert not any("Ramiro" in text or "pagos@" in text for text in texts)
    assert all(text.startswith(("✋", "Agenda al")) for text in texts)


async def test_another_collectors_commands_show_nothing_of_this_portfolio(phone_of: PhoneOf) -> None:
    other = phone_of(OTHER_COLLECTOR)

    for typed in (
        "/estado CL002", "/estado ramiro", "/estado 9", "/estado", "/enviar CL002", "/historial CFDI-21002",
        "/historial 9", "/promesa CFDI-21002 viernes", "/promesa 9", "/agenda", "/hoy", "/calendario",
    ):  # fmt: skip
        assert shows_nothing_of_c1([await other.type(typed)]), typed


async def test_another_collectors_buttons_show_and_change_nothing_of_this_portfolio(
    phone: Phone, phone_of: PhoneOf, database: Database, wire: Wire
) -> None:
    wire.expected.add(("editMessageText", 400))  # some lead to what is shown already: «not modified»
    other = phone_of(OTHER_COLLECTOR)
    screens = [await phone.type(typed) for typed in ("/estado CL002", "/agenda", "/hoy", "/calendario", "/historial 5")]
    screens.append(await phone.type("/enviar CL002"))
    drawn = {button.data or "" for screen in screens for button in screen.buttons}
    drawn |= {f"{kind}:{number}" for kind in ("hi", "pr", "ml", "an") for number in range(1, 14)}
    drawn |= {f"tk:{number}:1:0:" for number in range(1, 14)} | {f"pb:{n}:2019-07-22:{n}" for n in range(1, 14)}
    own = await other.type("/agenda")

    for data in sorted(drawn):
        await other.forge(own, data)

    assert shows_nothing_of_c1(other.answers)
    assert [message.document for message in other.answers if message.document] == []
    with database.transaction() as session:
        assert [row.on for row in session.query(PromiseRow)] == [date(2019, 7, 16)]


async def test_a_folio_of_both_portfolios_means_the_own_one(phone_of: PhoneOf) -> None:
    promised = await phone_of(OTHER_COLLECTOR).type('/promesa 7 2019-07-23 "Pagaré con cheque"')

    assert "Norma Ibarra" in promised.plain_text
    assert "$555.00" in promised.plain_text
    assert "Aún no hay promesas." in (await phone_of(COLLECTOR).type("/historial 7")).plain_text


@pytest.mark.parametrize("user", [COLLECTOR, STRANGER])
async def test_a_group_gets_no_data_and_one_line_for_all_that_it_asks_at_once(phone: Phone, user: int) -> None:
    world = phone.world
    for text in ("/estado CL002", "/agenda", "hola a todos"):
        number = world.type(user, text, chat_id=GROUP)
        await phone.done(number)

    said = [message.plain_text for message in world.messages(GROUP) if message.outgoing]
    assert said == ["El bot contesta solo en chat privado."]
    assert phone.answers == []


async def test_who_comes_back_is_let_in_again(phone_of: PhoneOf, database: Database) -> None:
    stranger = phone_of(STRANGER)
    await stranger.type("/start")
    with database.transaction() as session:
        people.add(session, telegram_id=STRANGER, name="Nuevo", role=Role.SUPERVISOR)

    assert (await stranger.type("/start")).plain_text.startswith("Buen día, Nuevo.")


async def test_an_english_speaker_is_answered_and_refused_in_english(
    phone_of: PhoneOf, database: Database, stopped: Running
) -> None:
    assert stopped
    with database.transaction() as session:
        row = row_by_telegram_id(session, SUPERVISOR)
        assert row is not None
        row.language = "en"
    supervisor = phone_of(SUPERVISOR)

    assert (await supervisor.type("/start")).plain_text.startswith("Good day, Jorge.")
    assert (await supervisor.type("/history")).plain_text.startswith("✋ Something is missing after the command.")
