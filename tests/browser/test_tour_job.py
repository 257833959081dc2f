"""The guided tour with the real bot: from the first step to the last, each done as the visitor is told."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.collector import COLLECTOR, SUPERVISOR, Collector
from tests.chromium import in_the_browser

pytestmark = [*in_the_browser, pytest.mark.slow]

WIDE = {"width": 1280, "height": 800}
STEPS = 8


async def test_the_tour_leads_through_everything_by_its_own_hand_and_by_the_visitor_s(page: Page, demo: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.set_viewport_size(WIDE)  # type: ignore[arg-type] # a ViewportSize
    await page.goto(demo)
    tour, do_it = page.get_by_test_id("tour"), page.get_by_test_id("tour-do")
    for step in range(1, STEPS + 1):
        await expect(tour).to_have_attribute("data-step", str(step))
        if step == 1:
            await Collector(page).type("/estado CL002", "Ramiro Aldana")
        else:
            await do_it.click()
        await expect(tour).to_have_attribute("data-done", "true")
        await do_it.click()
    await expect(tour).to_contain_text("Eso es todo.")
    await do_it.click()
    await expect(tour).not_to_be_visible()

    await Collector(page, COLLECTOR).sees("Para hoy.*Pago en efectivo")
    await Collector(page, SUPERVISOR).sees("El equipo.*Laura Méndez")
    await expect(page.get_by_test_id("mail")).to_have_count(1)
    assert [url for url in asked if not url.startswith(demo)] == []


async def test_another_visitor_of_the_same_demo_makes_the_tour_s_promises_too(page: Page, demo: str) -> None:
    """By then the seed's two are made, and these have other numbers."""
    tour, do_it = page.get_by_test_id("tour"), page.get_by_test_id("tour-do")
    for _visitor in range(2):
        await page.evaluate("sessionStorage.clear()")
        await page.goto(demo)
        for step in range(1, 4):
            await expect(tour).to_have_attribute("data-step", str(step))
            await do_it.click()
            await expect(tour).to_have_attribute("data-done", "true")
            await do_it.click()
    await Collector(page, COLLECTOR).sees("Promesa 4 registrada")
