"""Promises without typing a command's arguments: several documents from the agenda, and one asked for step by step."""

import re

import pytest
from playwright.async_api import Locator, expect

from tests.browser.collector import Collector
from tests.chromium import in_the_browser

pytestmark = [*in_the_browser, pytest.mark.slow]


async def month_total(laura: Collector) -> int:
    """What the month's picture says under it is expected, in cents."""
    month = await laura.type("/calendario 2019-07", r"Julio 2019 · PESOS \$[\d,.]+ ")
    found = re.search(r"PESOS \$([\d,.]+)", await month.inner_text())
    assert found
    return int(re.sub(r"\D", "", found[1]))


async def test_three_ticked_documents_are_promised_together_and_taken_back_together(laura: Collector) -> None:
    before = await month_total(laura)
    await laura.type("/agenda", "Agenda al 16/07/2019")
    for count, document in enumerate(("7", "8", "9"), 1):
        await tick(laura, document)
        agenda = await laura.sees("1 marcado" if count == 1 else f"{count} marcados")
    await expect(agenda).to_contain_text("fuera de esta página: 7")
    await expect(agenda.locator('[data-callback^="tk:"]', has_text="☑")).to_have_count(2)
    await laura.picture("agenda-marcada")

    await agenda.get_by_role("button", name="Agendar 3 documentos").click()
    asked = await laura.sees("¿Para qué día?")
    await expect(asked).to_contain_text("$12,992.00")
    await expect(asked.get_by_role("button", name="·21·", exact=True)).to_be_visible()
    await asked.get_by_role("button", name="23", exact=True).click()
    await laura.sees("martes 23/07/2019.*Escriba un comentario")
    summary = await laura.type("Pasar por el cheque", "Agendar para el martes 23/07/2019")
    for said in ("Juan Perez", "Ramiro Aldana", "Samuel Ramirez", "$12,992.00", "Pasar por el cheque"):
        await expect(summary).to_contain_text(said)

    await summary.get_by_role("button", name="Agendar 3 documentos").click()
    made = await laura.sees("3 promesas registradas para el martes 23/07/2019")
    for said in ("$2,842.00", "$4,872.00", "$5,278.00", "PESOS · TOTALES", "$12,992.00"):
        await expect(made).to_contain_text(said)
    await laura.picture("agenda-hecho")
    assert await month_total(laura) == before + 12_992_00

    await laura.tap("un:")
    undone = laura.messages.filter(has_text="Deshecho")
    await expect(undone).to_have_count(1)
    await expect(undone).to_contain_text("7, 8, 9")
    for document in ("7", "8", "9"):
        await laura.type(f"/historial {document}", f"Documento {document}.*retirada")
    assert await month_total(laura) == before


async def tick(laura: Collector, document: str) -> None:
    """Tap the box of a document, on whichever page it stands."""
    agenda = await laura.sees("Agenda al")
    box = box_of(agenda, document)
    if not await box.count():
        await agenda.get_by_role("button", name="▶", exact=True).click()
        await expect(box).to_be_visible()
    await box.click()


def box_of(agenda: Locator, document: str) -> Locator:
    """The box in the row that names the document."""
    named = agenda.locator("tr", has=agenda.page.get_by_role("button", name=document, exact=True))
    return named.locator('[data-callback^="tk:"]')


async def test_a_promise_is_asked_for_step_by_step_and_can_be_cancelled(laura: Collector) -> None:
    await laura.type("/estado CL002", "Ramiro Aldana")
    for amount in (None, "1000.50"):
        customer = await laura.type("/promesa", "¿De qué cliente?")
        await customer.get_by_role("button", name="CL002 · Ramiro Aldana").click()
        document = await laura.sees("¿Qué documento?")
        await document.get_by_role("button", name="▶", exact=True).click()
        await document.get_by_role("button", name="8 · $4,872.00", exact=True).click()
        day = await laura.sees("Documento 8.*¿Para qué día?")
        await day.get_by_role("button", name="Agosto 2019").click()
        await day.get_by_role("button", name="Julio 2019").click()
        await expect(day.get_by_role("button", name="Agosto 2019")).to_be_visible()
        await day.get_by_role("button", name="23", exact=True).click()
        comment = await laura.sees("martes 23/07/2019.*Escriba un comentario")
        await comment.get_by_role("button", name="Otro importe").click()
        asked = await laura.sees("¿Qué importe?")
        if amount is None:
            await asked.get_by_role("button", name="Cancelar").click()
            await laura.sees("Cancelado: no se registró nada")
        else:
            await laura.type(amount, r"\$1,000.50.*Escriba un comentario")
            made = await laura.type("Con transferencia", "Promesa 1 registrada")
            for said in ("$1,000.50", "martes 23/07/2019", "Con transferencia"):
                await expect(made).to_contain_text(said)
