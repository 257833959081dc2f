"""`/cobro` and `/corte` over the wire."""

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image

from bot.store.database import Database
from bot.store.models import CustomerRow, DocumentRow
from tests import factories
from tests.chat.conftest import OTHER_COLLECTOR, SUPERVISOR
from tests.chat.phone import Phone, buttons, says

each_form = pytest.mark.usefixtures("each_form")


@each_form
async def test_a_payment_in_one_line_is_answered_with_a_receipt_and_stands_in_the_days_total(phone: Phone) -> None:
    before = (await phone.type("/estado CL001")).plain_text
    made = await phone.type('/cobro 7 1624.00 cheque "folio 881"')

    assert says(
        made, "Cobro reportado", "-2019-0001", "Juan Perez", "$1,624.00", "Cheque", "«folio 881»", "Por confirmar"
    )
    (call,) = (call for call in phone.world.calls if call.files)
    assert call.method == "sendPhoto"
    with Image.open(BytesIO(call.files["photo"].content)) as picture:
        assert picture.width == 1080
    total = await phone.tap(made, "🧾 Corte de hoy")
    assert says(total, "martes 16/07/2019", "TOTALES", "$1,624.00")
    assert total.message_id != made.message_id, "the receipt stays to be handed on"
    after = (await phone.type("/estado CL001")).plain_text
    assert [line for line in after.splitlines() if line.strip() and line not in before] == [
        "💵 Reportado, por confirmar: $1,624.00"
    ], "beside the balance, which is as it was"


@each_form
async def test_what_is_missing_or_too_much_is_asked_with_buttons(phone: Phone) -> None:
    assert says(await phone.type("/cobro 7"), "Falta el importe: «7» es el documento.", "/cobro 7 1624.00")
    asked = await phone.type("/cobro 7 3000.00")
    assert buttons(asked) == ["Efectivo", "Cheque", "Transferencia", "Tarjeta de crédito", "Tarjeta de débito"]
    more = await phone.tap(asked, "Efectivo")
    assert says(more, "$3,000.00", "Efectivo", "Es más que $2,842.00")
    assert says(await phone.tap(more, "✅ Sí, registrarlo"), "Cobro reportado", "$3,000.00", "Efectivo")
    assert says(await phone.type("/corte"), "Efectivo", "TOTALES", "$3,000.00")


@each_form
async def test_one_takes_ones_own_payment_back_and_nobody_else_does(
    phone: Phone, phone_of: Callable[[int], Phone]
) -> None:
    made = await phone.type("/cobro 7 100.00 efectivo")
    (undo,) = (button.data or "" for button in made.buttons if "Deshacer" in button.text)
    chief = phone_of(SUPERVISOR)
    theirs = await chief.type("/corte")
    (refused,) = await chief.forge(theirs, undo)
    assert "solo esa persona" in refused.plain_text

    undone = await phone.tap(made, "↩️ Deshacer")

    assert says(undone, "deshecho", "$100.00")
    assert "↩️ Deshacer" not in buttons(undone)
    assert says(await phone.type("/corte"), "Ningún cobro.", "↩️")


def two_of_one_folio(database: Database) -> None:
    """An invoice and a charge `F-77` of one customer, one of them more of the same amount."""
    with database.transaction() as session:
        juan = session.query(CustomerRow).filter_by(code="CL001").one()
        for concept, total in (("Factura", 100_00), ("Cargo", 100_00)):
            factories.document(
                session, juan, "77", series="F", total=total, concept=concept, concept_code=concept[0]
            )  # fmt: skip


@each_form
async def test_of_several_documents_of_one_name_the_one_tapped_is_paid_with_all_that_was_said(
    phone: Phone, database: Database
) -> None:
    two_of_one_folio(database)
    asked = await phone.type('/cobro F77 50 cheque "folio 881"')
    assert says(asked, "Hay varios documentos «F77». ¿Cuál?")
    assert sorted(buttons(asked)) == [
        "F-77 · Cargo · Juan Perez · $100.00", "F-77 · Factura · Juan Perez · $100.00",
    ]  # fmt: skip
    made = await phone.tap(asked, "F-77 · Cargo")
    assert says(made, "Cobro reportado", "documento F-77", "$50.00", "Cheque", "«folio 881»")
    for typed in ("/promesa F77 viernes", "/historial F77"):
        texts = buttons(await phone.type(typed))
        assert {text[:15] for text in texts} >= {"F-77 · Factura ", "F-77 · Cargo · "}, typed


@each_form
async def test_how_it_was_paid_may_be_typed_and_what_is_no_form_is_asked_again(phone: Phone) -> None:
    await phone.type("/cobro 7 1624.00")
    again = await phone.type("en <abonos>")
    assert says(again, "✋ «en <abonos>» no es una forma de pago.", "$1,624.00", "¿Cómo se pagó?")
    assert "Cheque" in buttons(again)
    assert says(await phone.type("Cheque"), "Cobro reportado", "$1,624.00", "Cheque")
    assert "no es un comando" in (await phone.type("cheque")).plain_text


@each_form
async def test_more_than_what_nothing_is_left_of_is_asked_without_an_amount_below_zero(phone: Phone) -> None:
    await phone.tap(await phone.type("/cobro 7 5000 efectivo"), "✅ Sí, registrarlo")
    asked = await phone.type("/cobro 7 1 efectivo")
    assert says(asked, "$1.00", "Ya está reportado todo el saldo", "¿Es correcto el importe?")
    assert "-$" not in asked.plain_text


@each_form
@pytest.mark.parametrize(
    ("typed", "taps"),
    [
        ("/historial 5", ()),
        ("/calendario", ("16",)),
        ("/calendario", ("📆 Vencimientos", "Agosto 2019 ▶", "15")),
    ],
    ids=["document", "day", "due day"],
)
async def test_a_payment_of_a_document_is_reported_from_its_day_and_its_screen_in_two_taps(
    phone: Phone, typed: str, taps: tuple[str, ...]
) -> None:
    shown = await phone.type(typed)
    for each in taps:
        shown = await phone.tap(shown, each)
    payment = next(b.data or "" for b in shown.buttons if (b.data or "").startswith("cb:") and "Cobro" in b.text)

    asked = await phone.tap(shown, payment)

    assert asked.message_id != shown.message_id
    assert says(asked, "Otro importe: /cobro", " 500 efectivo", "¿Cómo se pagó?")
    assert says(await phone.type("/corte"), "Ningún cobro.")
    made = await phone.tap(asked, "Efectivo")
    assert says(made, "Cobro reportado", "Efectivo")
    (refused,) = await phone.forge(shown, payment)
    assert says(refused, "ya está reportado y espera al ERP", "/cobro")


@each_form
async def test_a_payment_is_not_begun_on_a_document_of_another_portfolio(
    phone: Phone, phone_of: Callable[[int], Phone]
) -> None:
    shown = await phone.type("/historial 5")
    (payment,) = (b.data or "" for b in shown.buttons if (b.data or "").startswith("cb:"))
    rosa = phone_of(OTHER_COLLECTOR)
    (refused,) = await rosa.forge(await rosa.type("/hoy"), payment)
    assert "Ramiro" not in refused.plain_text
    assert "Efectivo" not in buttons(refused)


@pytest.mark.usefixtures("running")
async def test_dollars_for_a_document_in_pesos_are_refused_on_whichever_side_of_the_amount_they_are_named(
    phone: Phone, database: Database
) -> None:
    with database.transaction() as session:
        factories.document(session, session.query(CustomerRow).filter_by(code="CL001").one(), "624")
    # Three digits after them are the document's, and no thousands.
    typed = ("7 USD 500", "7 500 USD", "USD 1,500.50 7", "US$ 500 7", "US$500 624", "7 500 dollars", "7 500 US dollars")
    refused = {(await phone.type(f"/cobro {each} efectivo")).plain_text for each in typed}

    assert refused == {"✋ El documento está en PESOS y el importe en DÓLARES. Escríbalo en PESOS."}
    assert says(await phone.type("/corte"), "Ningún cobro")


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize("blank", [" ", "\N{NO-BREAK SPACE}", "\t", "\n"])
async def test_what_follows_a_command_is_read_whatever_blank_stands_between(phone: Phone, blank: str) -> None:
    assert says(await phone.type(f"/cobro{blank}7 100 efectivo"), "Cobro reportado", "documento 7", "$100.00")


@pytest.mark.usefixtures("running")
async def test_thousands_that_stand_apart_are_refused_and_not_taken_for_one_peso(phone: Phone) -> None:
    refused = await phone.type("/cobro 7 1 624.00 efectivo")

    assert refused.plain_text == "✋ «1 624.00» no es un importe. Escríbalo así: 1624.00."


@pytest.mark.usefixtures("running")
async def test_a_form_of_payment_tapped_twice_records_one_payment_and_sends_nobody_back_to_begin_again(
    phone: Phone,
) -> None:
    asked = await phone.type("/cobro 7 100")
    data = next(button.data for button in asked.buttons if button.text == "Efectivo")
    first, second = phone.forged(asked, data or ""), phone.forged(asked, data or "")
    await phone.done(first)
    await phone.done(second)

    *_, receipt, again = phone.answers
    assert says(receipt, "Cobro reportado", "$100.00")
    assert says(again, "Esa pregunta ya se cerró: lo que resultó de ella está más arriba")
    assert says(await phone.type("/corte"), "TOTALES", "$100.00")


@pytest.mark.usefixtures("running")
async def test_a_payment_reported_before_a_documents_currency_was_corrected_keeps_nobody_from_reporting_another(
    phone: Phone, database: Database
) -> None:
    await phone.type("/cobro 7 100 efectivo")
    with database.transaction() as session:
        invoice = session.query(DocumentRow).filter_by(folio="7", total=2842_00).one()
        invoice.currency = "USD"

    assert says(await phone.type("/cobro 7 50 USD cheque"), "Cobro reportado", "50.00")
    total = await phone.type("/corte")
    assert says(total, "$100.00")
    assert says(total, "50.00")


@each_form
async def test_an_amount_typed_after_the_form_is_not_reported_as_all_that_is_open(phone: Phone) -> None:
    await phone.tap(await phone.type("/historial 7"), "💵 Cobro")

    refused = await phone.type("efectivo 500")
    assert says(refused, "«500» es otro importe", "/cobro 7 1624.00")

    assert says(await phone.type("efectivo"), "$2,842.00 · Efectivo")
