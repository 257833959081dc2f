"""Paid in the street: a payment, the photo of its cheque, the day's total, handed over to the supervisor."""

import pytest
from playwright.async_api import FilePayload, Page

from tests.browser.collector import SUPERVISOR, Collector
from tests.chromium import in_the_browser
from tests.demo.client import png

pytestmark = [*in_the_browser, pytest.mark.slow]


async def test_a_cheque_is_reported_with_its_photo_and_handed_over(page: Page, laura: Collector) -> None:
    await laura.type('/cobro 7 1624.00 cheque "folio 881"', r"recibo R\d+-2019-0001.*Por confirmar")
    photo = FilePayload(name="cheque.png", mimeType="image/png", buffer=png(600, 300))
    await laura.phone.locator(".attach input").set_input_files(photo)
    await laura.sees("¿Es la foto de este cobro?")
    await laura.tap("fa:")
    await laura.sees("Foto guardada con el recibo")
    await laura.type("/corte", "TOTALES.*1,624.00.*Por entregar")
    await laura.tap("ce:")
    await laura.sees("Entregado a .*, por aceptar")
    await laura.picture("corte")

    await page.goto(page.url.replace("user=1001", f"user={SUPERVISOR}"))
    await page.wait_for_selector("body[data-ready]")
    chief = Collector(page, SUPERVISOR)
    await chief.sees("entrega efectivo y cheques del martes 16/07/2019.*1,624.00.*¿Coincide")
    await chief.picture("entrega")
    await chief.tap("ha:")
    await chief.sees("Aceptado por")
    await chief.type("/corte", "Cobros reportados.*1,624.00")
    await chief.tap("cw:2019-07-16:")
    await chief.sees("Aceptado por")
