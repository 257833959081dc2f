"""The whole main job, as a visitor does it: `cobranza demo` and a browser the size of a phone.

With SCREENSHOTS set to a folder (`make screenshots`) each step is kept as a picture for the documentation.
"""

import asyncio
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Locator, Page, ViewportSize, async_playwright, expect

from tests.chromium import ARGUMENTS, CHROMIUM, in_a_browser

pytestmark = [*in_a_browser, pytest.mark.slow]

PHONE: ViewportSize = {"width": 390, "height": 844}
COLLECTOR = 1001


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[str]:
    """The address of a demo started as a visitor starts it, in a folder of its own."""
    port = _free_port()
    command = [sys.executable, "-m", "bot", "demo", "--no-browser", "--port", str(port)]
    process = await asyncio.create_subprocess_exec(*command, cwd=tmp_path, stdout=asyncio.subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        await asyncio.wait_for(_answers(url), 30)
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 10) == 0


async def _answers(url: str) -> None:
    async with aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(url) as response:
                    response.raise_for_status()
                    return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.1)


@pytest.fixture
async def page(demo: str) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = await browser.new_context(viewport=PHONE, device_scale_factor=2)
        opened = await context.new_page()
        opened.set_default_timeout(10_000)
        await opened.goto(f"{demo}/?user={COLLECTOR}")
        await opened.wait_for_selector("body[data-ready]")
        yield opened
        await browser.close()


class Collector:
    """The collector's phone: types, taps, and looks at the last thing the bot said."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.phone = page.locator(f'[data-testid="phone"][data-user-id="{COLLECTOR}"]')
        self.messages = self.phone.locator('[data-testid="message"][data-from="bot"]')

    async def type(self, text: str, answer: str) -> Locator:
        """Type a line and wait for a message that holds `answer`."""
        await self.phone.locator('[data-testid="composer"]').fill(text)
        await self.page.keyboard.press("Enter")
        return await self.sees(answer)

    async def sees(self, text: str) -> Locator:
        """The last message, once it holds the text."""
        last = self.messages.last
        await expect(last).to_contain_text(re.compile(text), timeout=10_000)
        return last

    async def tap(self, data: str) -> None:
        """Tap the newest button whose data begins so."""
        await self.phone.locator(f'[data-testid="button"][data-callback^="{data}"]').last.click()

    async def picture(self, name: str) -> None:
        """Keep what is on the screen, where pictures are asked for."""
        if folder := os.environ.get("SCREENSHOTS"):
            await expect(self.page.locator('[data-testid="notice"]')).to_be_hidden(timeout=15_000)
            await asyncio.sleep(1.5)  # the page scrolls smoothly
            await self.page.screenshot(path=Path(folder) / f"{name}.png")


async def test_a_visitor_does_the_whole_main_job_on_a_phone(page: Page) -> None:
    laura = Collector(page)
    await laura.type("/start", "Laura Méndez")
    # On a banking day in working hours the clock sends it too; by hand it comes at any hour.
    await page.locator('[data-testid="controls"]').locator("..").locator("summary").click()
    await page.get_by_role("button", name="Recordatorio de la mañana").click()
    await expect(laura.messages.filter(has_text="Pago en efectivo")).to_have_count(1)
    await laura.picture("recordatorio")

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
    await laura.picture("calendario")
    await laura.tap("cd:2019-07-23")
    day = await laura.sees("martes 23/07/2019")
    await expect(day).to_contain_text("Juan Perez")
    await expect(day).to_contain_text("$2,842.00")
    await laura.picture("dia")

    await laura.type("/agenda", "Agenda al 16/07/2019")
    await laura.tap("tk:")
    await laura.sees("1 marcado")
    await laura.picture("agenda")

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
