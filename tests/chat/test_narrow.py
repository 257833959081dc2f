"""What a phone of 360 points shows of the tables: what must be swiped for is not seen."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import ClientSession
from playwright.async_api import Page, async_playwright

from bot.demo.server import BotApiServer
from bot.domain.money import Money
from bot.domain.reconciling import Reconciled
from bot.i18n import ENGLISH, SPANISH, language
from bot.presenters.reconcile import rep
from bot.store.database import Database
from tests import factories
from tests.chat.conftest import COLLECTOR, TODAY
from tests.chat.phone import Phone
from tests.chromium import ARGUMENTS, CHROMIUM, in_a_browser
from tests.demo.client import RawApi
from tests.presenters.rep_screens import CLEAN
from tests.presenters.worst import Fullest, Texts, screens

pytestmark = [*in_a_browser, pytest.mark.slow]
# How far the tables of each message reach beyond what is seen. Those in a fold are left out: they are swiped.
_BEYOND = """() => [...document.querySelectorAll('[data-testid="message"][data-from="bot"]')].map(message => {
  const tables = [...message.querySelectorAll(".rich-scroll")].filter(table => !table.closest("details"));
  return tables.map(table => table.scrollWidth - table.clientWidth);
})"""
_LARGE = 12_345_678_90
_COMPANY = Texts(
    name="Telecomunicaciones Industriales de Guanajuato, S.A. de C.V.",
    code="CL010",
    concept_code="4",
    concept="Factura Crédito",
    series="CFDI",
    folio="31000",
    comment="Pago en efectivo en la oficina",
    user="Guadalupe Hernández",
    address="pagos@telecomunicaciones.example",
    typed="ramiro",
)


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
        *_, beyond = await narrow.evaluate(_BEYOND)
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


@pytest.mark.parametrize("code", [SPANISH, ENGLISH])
async def test_every_screen_with_millions_in_dollars_and_long_words_fits(
    telegram: BotApiServer, phone: Phone, narrow: Page, code: str
) -> None:
    """Also those that no day of the seed brings: the cash of tomorrow, what the ERP lacks, the team's morning."""
    speech = language(code)
    one, *_ = CLEAN.needed
    paid = Money(_LARGE, "USD")
    document = replace(one.document, customer_name=_COMPANY.name, series=_COMPANY.series, folio=_COMPANY.folio)
    needed = replace(one, document=document, entry=replace(one.entry, amount=paid), before=paid, after=paid)
    unpaid = rep(Reconciled(replace(CLEAN, needed=(needed,))), speech)
    phone.say("/start")
    replies = (*screens(Fullest(_COMPANY, 12, _LARGE), speech), unpaid)
    # The pictures are as wide as the phone.
    shown = [reply.rich.replace('<img src="tg://photo?id=photo"/>', "") for reply in replies if reply.rich]
    async with ClientSession() as session:
        api = RawApi(session, telegram.url)
        for html in shown:
            sent = await api("sendRichMessage", chat_id=COLLECTOR, rich_message={"html": html})
            assert sent["ok"]
    await narrow.reload()
    await narrow.wait_for_selector("body[data-ready]")
    beyond = await narrow.evaluate(_BEYOND)
    assert len(beyond) == len(shown)
    assert [html for html, widths in zip(shown, beyond, strict=True) if any(width > 0 for width in widths)] == []
