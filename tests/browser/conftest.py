"""`cobranza demo`, and a collector's phone in a browser of a phone's size.

With SCREENSHOTS set to a folder (`make screenshots`) the tests keep pictures of their steps for the documentation.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize

from tests.browser.collector import COLLECTOR, Collector
from tests.chromium import BROWSER_TIMEOUT
from tests.ports import free_port
from tests.programs import Programs

PHONE: ViewportSize = {"width": 390, "height": 844}


@asynccontextmanager
async def demo_in(folder: Path, programs: Programs) -> AsyncIterator[str]:
    """The address of a demo in a folder of its own."""
    port = free_port()
    command = ("demo", "--no-browser", "--port", str(port))
    process = await programs.start(*command, environment=os.environ, folder=folder)
    url = f"http://127.0.0.1:{port}"
    try:
        await asyncio.wait_for(_answers(url), 60)
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 30) == 0


@pytest_asyncio.fixture(loop_scope="session")
async def demo(loaded: Programs, tmp_path: Path) -> AsyncIterator[str]:
    """The address of a demo."""
    async with demo_in(tmp_path, loaded) as url:
        yield url


async def _answers(url: str) -> None:
    async with aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(url) as response:
                    response.raise_for_status()
                    return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.1)


@pytest_asyncio.fixture(loop_scope="session")
async def page(demo: str, browser: Browser) -> Page:
    context = await browser.new_context(viewport=PHONE, device_scale_factor=2)
    opened = await context.new_page()
    opened.set_default_timeout(BROWSER_TIMEOUT)
    await opened.goto(f"{demo}/?user={COLLECTOR}&tour=no")
    await opened.wait_for_selector("body[data-ready]")
    return opened


@pytest.fixture
def laura(page: Page) -> Collector:
    """The phone of Laura, who collects."""
    return Collector(page)
