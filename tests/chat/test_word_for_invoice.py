"""«F7» where there is a series F, which has no 7."""

import pytest

from bot.store.database import Database
from bot.store.models import CustomerRow
from tests import factories
from tests.chat.phone import Phone, buttons, says

pytestmark = pytest.mark.usefixtures("running")


@pytest.fixture(autouse=True)
def _series_f(database: Database) -> None:
    with database.transaction() as session:
        juan = session.query(CustomerRow).filter_by(code="CL001").one()
        factories.document(session, juan, "31", series="F")


async def test_a_document_of_another_series_is_asked_about_and_its_command_carried_out(phone: Phone) -> None:
    asked = await phone.type("/cobro F7 100 efectivo")
    assert asked.plain_text == "🔎 ¿Es este el documento «F7»?"
    (button,) = buttons(asked)
    assert says(await phone.tap(asked, button), "R1-2019-0001", "$100.00")

    asked = await phone.type("/promesa F7 23/07")
    assert "¿Es este el documento «F7»?" in asked.plain_text
    assert says(await phone.tap(asked, buttons(asked)[0]), "23/07/2019")

    asked = await phone.type("/historial F7")
    assert asked.plain_text == "🔎 ¿Es este el documento «F7»?"
    assert says(await phone.tap(asked, buttons(asked)[0]), "Documento 7")

    asked = await phone.type("/estado F7")
    assert asked.plain_text == "🔎 ¿Es este el cliente que busca con «F7»?"
    assert says(await phone.tap(asked, buttons(asked)[0]), "CL001 · Juan Perez", "2,842.00")
    asked = await phone.type("/estado F7 hoy")
    assert says(await phone.tap(asked, buttons(asked)[0]), "CL001 · Juan Perez", "16/07/2019")


async def test_a_document_of_the_series_is_not_asked_about(phone: Phone) -> None:
    assert says(await phone.type("/cobro F31 100 efectivo"), "R1-2019-0001", "F-31")
