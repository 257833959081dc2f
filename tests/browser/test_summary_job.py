"""The portfolio at a glance on the phone: each topic's picture arrives whole, in one message."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.collector import SUPERVISOR, Collector
from tests.browser.test_calendar_job import shows_its_picture
from tests.chromium import in_the_browser

pytestmark = [*in_the_browser, pytest.mark.slow]


async def test_a_supervisor_looks_at_the_portfolio_from_each_side(page: Page, demo: str) -> None:
    await page.goto(f"{demo}/?user={SUPERVISOR}&tour=no")
    await page.wait_for_selector("body[data-ready]")
    jorge = Collector(page, SUPERVISOR)
    shown = await jorge.type("/resumen", r"Antigüedad de saldos · PESOS")
    seen = [await shows_its_picture(shown)]
    await jorge.picture("resumen-antiguedad")
    for data, title in (("su:e:", "Próximas semanas"), ("su:k:", "Cumplimiento")):
        await jorge.tap(data)
        await jorge.sees(rf"{title} · PESOS")
        seen.append(await shows_its_picture(shown))
        if data == "su:e:":
            await jorge.picture("resumen-semanas")
    assert len(set(seen)) == 3
    await expect(jorge.messages).to_have_count(1)
