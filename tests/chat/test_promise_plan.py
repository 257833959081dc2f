"""A plan of several payments in one line."""

import pytest

from tests.chat.phone import Phone, buttons, says

each_form = pytest.mark.usefixtures("each_form")


@each_form
async def test_the_answer_lists_each_payment_of_the_plan_and_their_total(phone: Phone, form: str) -> None:
    await phone.type("/promesa 7 2019-07-18")

    answer = await phone.type("/promesa 7 3x 2019-07-20 semanal «Su abono de la obra»")

    assert answer.is_rich == (form == "rich")
    assert says(answer, "Plan de 3 pagos registrado; lo anterior queda reagendado", "Juan Perez", "documento 7")
    assert says(answer, "«Su abono de la obra»", "Días sin bancos: 20/07/2019, 27/07/2019, 03/08/2019.")
    for number, on, amount in (
        ("2", "sábado 20/07/2019", "$947.34"),
        ("3", "sábado 27/07/2019", "$947.33"),
        ("4", "sábado 03/08/2019", "$947.33"),
    ):
        assert says(answer, number, on)
        assert says(answer, number, amount)
    assert says(answer, "TOTALES", "$2,842.00")
    history = await phone.tap(answer, "📜 Historial")
    assert says(history, "reagendada", "1/3 · vigente", "2/3 · vigente", "3/3 · vigente", "Reagendada 1 vez")
    assert says(await phone.tap(answer, "↩️ Deshacer"), "18/07/2019", "vigente", "3/3 · retirada")


@each_form
async def test_plans_of_several_documents_are_promised_whole(phone: Phone) -> None:
    answer = await phone.type("/promesa 7,9 2x viernes quincenal")

    assert says(answer, "2 planes registrados, desde el viernes 19/07/2019", "$2,842.00", "$5,278.00", "$8,120.00")
    assert says(answer, "Días sin bancos: 03/08/2019.")


@each_form
async def test_what_is_still_asked_of_a_plan_says_that_it_is_one(phone: Phone) -> None:
    asked = await phone.type("/promesa 7 3x mensual")
    assert says(asked, "Documento 7", "3 pagos mensuales", "¿Para qué día?")

    recorded = await phone.tap(await phone.tap(asked, "23"), "Sin comentario")

    assert says(recorded, "Plan de 3 pagos registrado", "martes 23/07/2019", "viernes 23/08/2019", "lunes 23/09/2019")
    assert "🚫 Retirar plan" in buttons(recorded)


@each_form
async def test_nothing_promised_is_refused_as_an_amount_after_any_date(phone: Phone) -> None:
    for line in ("/promesa 7 viernes 0", "/promesa 7 23/07 0", "/promesa 7 3x viernes semanal $0"):
        assert says(await phone.type(line), "El importe $0.00 no es posible"), line
