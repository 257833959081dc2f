"""The whole main job, as a visitor does it: `cobranza demo` and a browser the size of a phone."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.collector import Collector
from tests.chromium import in_the_browser

pytestmark = [*in_the_browser, pytest.mark.slow]


async def test_a_visitor_does_the_whole_main_job_on_a_phone(page: Page, laura: Collector) -> None:
    await laura.type("/start", "Laura Méndez")
    await page.locator('[data-testid="controls"]').locator("..").locator("summary").click()
    await page.get_by_role("button", name="Recordatorio de la mañana").click()
    reminder = laura.messages.filter(has_text="Pago en efectivo")
    await expect(reminder).to_have_count(1)

    statement = await laura.type("/estado CL002", "Ramiro Aldana")
    await expect(statement).to_contain_text("$8,274.00")
    await laura.picture("estado")
    past = await laura.type("/estado CL002 2019-03-19", "19/03/2019")
    await expect(past).to_contain_text("$1,778.00")
    await expect(past).not_to_contain_text("1,779")

    await laura.type('/promesa 7 2019-07-18 "Pagare con cheque."', "Promesa 1 registrada")
    await laura.type("/calendario 2019-07", "Julio 2019")
    await expect(laura.phone.locator('[data-callback="cd:2019-07-18:MXN:0"]')).to_be_visible()

    await laura.type('/promesa 7 2019-07-23 "Pagaré con cheque"', "Promesa 2 registrada: reagendada")
    history = await laura.type("/historial 7", "Documento 7")
    for words in ("18/07/2019", "Pagare con cheque.", "23/07/2019", "Pagaré con cheque", "16/07/2019", "Laura Méndez"):
        await expect(history).to_contain_text(words)
    await laura.picture("promesa")

    month = await laura.type("/calendario", "Julio 2019")
    await expect(month.locator('[data-callback="cd:2019-07-18:MXN:0"]')).to_have_count(0)
    drawn = month.locator("img").first
    await expect(drawn).to_be_visible()
    # decode() waits for a picture that is still on its way, and fails for one that is none.
    assert await drawn.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    await laura.picture("calendario", month)
    await laura.tap("cd:2019-07-23")
    day = await laura.sees("martes 23/07/2019")
    await expect(day).to_contain_text("Juan Perez")
    await expect(day).to_contain_text("$2,842.00")
    await laura.picture("dia")

    await laura.type("/agenda", "Agenda al 16/07/2019")
    await laura.tap("tk:")
    await laura.sees("1 marcado")

    await laura.type("/enviar CL002", "pagos@cl002.example")
    await laura.picture("enviar")
    await laura.tap("rs:")
    await laura.sees("Enviado: estado de cuenta de CL002")
    await laura.picture("enviado")

    await page.locator('[data-tab="mails"]').click()
    mail = page.locator('[data-testid="mail"]').first
    await expect(mail).to_contain_text("Estado de cuenta al 16/07/2019")
    await mail.click()
    await expect(page.get_by_text("Estado de cuenta CL002 2019-07-16.pdf").first).to_be_visible()
    await laura.picture("correo")
