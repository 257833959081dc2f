"""What a phone of 360 points shows of the tables: what must be swiped for is not seen."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from playwright.async_api import Page, async_playwright

from bot.demo.server import BotApiServer
from bot.store.database import Database
from tests import factories
from tests.chat.conftest import COLLECTOR, TODAY
from tests.chat.phone import Phone
from tests.chromium import ARGUMENTS, CHROMIUM, in_a_browser

pytestmark = [*in_a_browser, pytest.mark.slow]
# How far the tables of the newest message reach beyond what is seen. Those in a fold are left out: they are swiped.
_BEYOND = """() => {
  const last = [...document.querySelectorAll('[data-testid="message"][data-from="bot"]')].pop();
  const tables = [...last.querySelectorAll(".rich-scroll")].filter(table => !table.closest("details"));
  return tables.map(table => table.scrollWidth - table.clientWidth);
}"""


@pytest.fixture
def company(database: Database) -> None:
    """A customer with a name of long words, who owes over a million in pesos, of every age, and dollars."""
    with database.transaction() as session:
        customer = factories.customer(session, "CL010", "Comercializadora Industrial de Guanajuato, S.A. de C.V.")
        for number, days in enumerate((-15, 10, 40, 70, 100)):
            due, total = TODAY - timedelta(days=days), 212_345_67
            factories.document(session, customer, f"3100{number}", series="CFDI", total=total, due=due)
        factories.document(session, customer, "31005", series="CFDI", total=12_345_67, due=TODAY, currency="USD")


@pytest.fixture
async def narrow(telegram: BotApiServer) -> AsyncIterator[Page]:
    """The collector's phone, 360 points wide."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = await browser.new_page(viewport={"width": 360, "height": 800})
        await page.goto(f"{telegram.url}/?user={COLLECTOR}&tour=no")
        yield page
        await browser.close()


@pytest.mark.usefixtures("company", "running")
async def test_no_amount_is_cut_where_a_companys_name_has_long_words(phone: Phone, narrow: Page) -> None:
    async def fits() -> None:
        await narrow.reload()
        await narrow.wait_for_selector("body[data-ready]")
        beyond = await narrow.evaluate(_BEYOND)
        assert beyond
        assert max(beyond) <= 0

    await phone.type("/estado CL010")
    await fits()
    await phone.type("/historial 5")
    await fits()
    await phone.type("/enviar")
    await fits()
    await phone.type('/promesa 31000,31001 hoy "Pago en efectivo en la oficina"')
    await fits()
    await phone.type("/hoy")
    await fits()
    await phone.tap(await phone.type("/calendario"), "16")
    await fits()
    await phone.type("/promesa 31002,31003")
    await phone.type("viernes")
    await phone.type("Transferencia")
    await fits()
    await phone.type("/cobro 31000 212,345.67 cheque")
    await phone.type("/corte")
    await fits()
