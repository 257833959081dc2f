"""A promise, or what is left of a plan, withdrawn with two taps."""

from collections.abc import Callable

import pytest

from bot.demo.chat import Message
from bot.demo.server import BotApiServer
from bot.store.database import Database
from bot.store.models import AuditRow, CustomerRow, PromiseEventRow
from tests.chat.conftest import OTHER_COLLECTOR, SUPERVISOR, Wire
from tests.chat.phone import Phone, buttons, says

each_form = pytest.mark.usefixtures("each_form")
running = pytest.mark.usefixtures("running")

PROMISE = '/promesa 7 2019-07-23 "Pagaré con cheque"'
ASK, YES, NO = "🚫 Retirar promesa", "🚫 Sí, retirar", "No, dejar así"


def trail(database: Database) -> list[tuple[str, str]]:
    """Who withdrew what."""
    with database.transaction() as session:
        rows = session.query(AuditRow).where(AuditRow.action == "withdraw")
        return [(row.subject, (row.source or "").split(":")[0]) for row in rows]


def parts(question: Message) -> list[str]:
    """The document's and the promise's id, as the button that says yes has them."""
    return (question.buttons[0].data or "").split(":")[1:]


@each_form
async def test_from_the_history_it_is_asked_once_in_the_same_message_and_done_with_a_second_tap(
    phone: Phone, database: Database
) -> None:
    await phone.type(PROMISE)
    history = await phone.type("/historial 7")

    asked = await phone.tap(history, ASK)
    assert says(asked, "¿Retirar la promesa 1?", "Juan Perez", "documento 7", "$2,842.00", "martes 23/07/2019")
    assert (asked.message_id, buttons(asked)) == (history.message_id, [YES, NO])
    assert trail(database) == [], "asking withdraws nothing"

    done = await phone.tap(asked, YES)
    assert done.message_id == history.message_id
    assert says(done, "Se retiró", "Documento 7", "23/07/2019", "retirada")
    assert ASK not in buttons(done)
    assert trail(database) == [("7", "tg")]
    assert "$2,842.00" not in (await phone.type("/calendario 2019-07")).plain_text


@each_form
async def test_who_thinks_better_of_it_is_back_at_the_history(phone: Phone, database: Database) -> None:
    await phone.type(PROMISE)
    history = await phone.type("/historial 7")

    back = await phone.tap(await phone.tap(history, ASK), NO)

    assert (back.message_id, back.plain_text, buttons(back)) == (
        history.message_id,
        history.plain_text,
        buttons(history),
    )
    assert trail(database) == []


@each_form
async def test_the_answer_to_a_promise_has_the_button_too_and_anyone_of_the_portfolio_may_use_it(
    phone: Phone, phone_of: Callable[[int], Phone]
) -> None:
    await phone_of(SUPERVISOR).type(PROMISE.replace("/promesa 7", "/promesa 9"))
    recorded = await phone.type(PROMISE)

    done = await phone.tap(await phone.tap(recorded, ASK), YES)
    assert says(done, "Se retiró", "Documento 7", "retirada")

    others = await phone.type("/historial 9")
    assert "Jorge" in others.plain_text
    assert says(await phone.tap(await phone.tap(others, ASK), YES), "Documento 9", "retirada")


@running
async def test_a_promise_that_was_put_off_or_withdrawn_meanwhile_is_left_as_it_is_and_that_is_said(
    phone: Phone, database: Database
) -> None:
    await phone.type(PROMISE)
    asked = await phone.tap(await phone.type("/historial 7"), ASK)
    await phone.type("/promesa 7 2019-07-24")

    said = await phone.tap(asked, YES)

    assert says(said, "La promesa 1 del documento 7 ya está reagendada: no se cambió nada")
    assert says(await phone.type("/historial 7"), "reagendada", "24/07/2019", "vigente", "Reagendada 1 vez")
    assert trail(database) == []
    second = await phone.tap(await phone.type("/historial 7"), ASK)
    await phone.tap(second, YES)
    (none,) = await phone.forge(second, f"wi:{parts(second)[0]}")
    assert "no tiene promesa vigente" in none.plain_text
    assert len(trail(database)) == 1


@pytest.mark.slow
@running
async def test_a_tap_whose_answer_was_lost_withdraws_once(
    phone: Phone, telegram: BotApiServer, wire: Wire, database: Database
) -> None:
    asked = await phone.tap(await phone.type(PROMISE), ASK)
    telegram.faults.error(method="editMessageText")
    wire.expected.add(("editMessageText", 500))

    done = await phone.tap(asked, YES)

    assert says(done, "Se retiró", "retirada")
    assert len(trail(database)) == 1
    with database.transaction() as session:
        assert session.query(PromiseEventRow).where(PromiseEventRow.state == "withdrawn").count() == 1


@running
async def test_the_portfolio_is_looked_at_when_the_button_is_pressed(
    phone: Phone, phone_of: Callable[[int], Phone], database: Database
) -> None:
    asked = await phone.tap(await phone.type(PROMISE), ASK)
    document, promise = parts(asked)
    rosa = phone_of(OTHER_COLLECTOR)
    hers = await rosa.type("/ayuda")
    for data in (f"wi:{document}", f"wy:{document}:{promise}"):
        (said,) = await rosa.forge(hers, data)
        assert says(said, "Ese documento no está en su cartera"), data
    with database.transaction() as session:
        session.query(CustomerRow).where(CustomerRow.code == "CL001").one().collector_code = "C2"

    assert says(await phone.tap(asked, YES), "Ese documento no está en su cartera")

    assert trail(database) == []


@running
async def test_a_button_that_was_never_drawn_withdraws_nothing(phone: Phone, database: Database) -> None:
    asked = await phone.tap(await phone.type(PROMISE), ASK)
    await phone.type(PROMISE.replace("/promesa 7", "/promesa 9"))
    other = await phone.tap(await phone.type("/historial 9"), ASK)
    (seven, _), (_, of_nine) = parts(asked), parts(other)

    for data in (f"wy:{seven}:{of_nine}", f"wy:{seven}:0", f"wy:{seven}", "wi:", "wy:x:1"):
        (said,) = await phone.forge(asked, data)
        assert says(said, "Esa pregunta ya se cerró"), data

    assert trail(database) == []


@each_form
async def test_what_is_left_of_a_plan_is_withdrawn_together(phone: Phone) -> None:
    made = await phone.type("/promesa 7 3x 2019-07-23 semanal")

    asked = await phone.tap(made, "🚫 Retirar plan")
    assert says(asked, "¿Retirar el plan? Tiene 3 pagos vigentes.", "1", "$947.34", "3", "$947.33", "$2,842.00")

    assert says(await phone.tap(asked, YES), "1/3 · retirada", "2/3 · retirada", "3/3 · retirada")
