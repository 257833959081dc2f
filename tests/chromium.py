"""The machine's Chromium, for the tests that look at a page; without one they are skipped and say so."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, async_playwright, expect

# A Chromium on a busy machine takes its time, and nothing is waited for any longer than it takes.
BROWSER_TIMEOUT = 30_000
expect.set_options(timeout=BROWSER_TIMEOUT)

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
# Headless as root in a closed network: no sandbox, no GPU, and nobody to call home to.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
in_a_browser = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium, chromium-browser or google-chrome is on the PATH"),
]
# With the fixture `browser`, which is of the session's loop of asyncio: so is all that such a test uses.
in_the_browser = [*in_a_browser, pytest.mark.asyncio(loop_scope="session")]


@asynccontextmanager
async def started() -> AsyncIterator[Browser]:
    """A Chromium."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()
