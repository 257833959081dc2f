"""Reminders as they look on a phone: how they are set, and what a supervisor is told in the morning."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.collector import SUPERVISOR, Collector
from tests.chromium import in_the_browser

pytestmark = [*in_the_browser, pytest.mark.slow]


async def test_a_person_sets_their_hour_and_a_supervisor_gets_the_teams_day_with_the_month(
    page: Page, laura: Collector
) -> None:
    await laura.type("/recordatorio 07:30 Tijuana", "07:30, hora de Tijuana")
    await laura.picture("recordatorio-propio")
    await laura.tap("rz:")
    await laura.sees("Elija un lugar")
    await laura.tap("rz:Cancun")
    await laura.sees("07:30, hora de Cancún")

    await page.goto(page.url.replace("user=1001", f"user={SUPERVISOR}"))
    await page.wait_for_selector("body[data-ready]")
    jorge = Collector(page, SUPERVISOR)
    await page.locator('[data-testid="controls"]').locator("..").locator("summary").click()
    await page.get_by_role("button", name="Recordatorio de la mañana").click()
    digest = await jorge.sees("El equipo.*Laura Méndez.*Julio 2019")
    await expect(digest.locator("img").first).to_be_visible()
    await jorge.picture("recordatorio-equipo", digest)
