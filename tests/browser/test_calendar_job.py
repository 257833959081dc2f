"""The month on the phone: its days, its due dates, in the dark, and one collector's for who supervises."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.collector import SUPERVISOR, Collector
from tests.chromium import in_the_browser

pytestmark = [*in_the_browser, pytest.mark.slow]


async def shows_its_picture(month: Locator) -> str:
    """The address of a month's picture, once it has arrived whole."""
    drawn = month.locator("img").first
    await expect(drawn).to_be_visible()
    assert await drawn.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1080
    return str(await drawn.get_attribute("src"))


async def test_a_collector_turns_the_month_over_in_one_message(laura: Collector) -> None:
    month = await laura.type("/calendario", "Julio 2019")
    light = await shows_its_picture(month)
    await laura.tap("cm:1")
    await expect(month.get_by_role("button", name="☀️ Claro")).to_be_visible()
    assert await shows_its_picture(month) != light
    await laura.tap("ca:2019-08")
    await laura.sees("Agosto 2019")
    await laura.tap("ca:2019-08:MXN:d")
    await laura.sees(r"Vencimientos")
    await shows_its_picture(month)
    await laura.picture("calendario-vencimientos")
    await laura.tap("cd:2019-08-15")
    day = await laura.sees("jueves 15/08/2019")
    await expect(day).to_contain_text("$2,842.00")
    await laura.tap("ca:2019-08:MXN:d")
    await laura.sees("Agosto 2019")
    await expect(laura.messages).to_have_count(1)


async def test_a_supervisor_looks_at_one_collector_s_month(page: Page, demo: str) -> None:
    await page.goto(f"{demo}/?user={SUPERVISOR}&tour=no")
    await page.wait_for_selector("body[data-ready]")
    jorge = Collector(page, SUPERVISOR)
    month = await jorge.type("/calendario", "Julio 2019")
    await shows_its_picture(month)
    # The demo has one collector's customers, so there is nobody to choose.
    await expect(month.get_by_role("button", name="👤")).to_have_count(0)
    await jorge.tap("cd:2019-07-16")
    await jorge.sees("martes 16/07/2019")
