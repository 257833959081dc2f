"""A collector's phone on the demo's page."""

import asyncio
import os
import re
from pathlib import Path

from playwright.async_api import Locator, Page, expect

COLLECTOR, SUPERVISOR = 1001, 1002


class Collector:
    """The collector's phone: types, taps, and looks at the last thing the bot said."""

    def __init__(self, page: Page, user_id: int = COLLECTOR) -> None:
        self.page = page
        self.phone = page.locator(f'[data-testid="phone"][data-user-id="{user_id}"]')
        self.messages = self.phone.locator('[data-testid="message"][data-from="bot"]')

    async def type(self, text: str, answer: str) -> Locator:
        """Type a line and wait for a message that holds `answer`."""
        await self.phone.locator('[data-testid="composer"]').fill(text)
        await self.page.keyboard.press("Enter")
        return await self.sees(answer)

    async def sees(self, text: str) -> Locator:
        """The last message, once it holds the text."""
        last = self.messages.last
        await expect(last).to_contain_text(re.compile(text, re.DOTALL))
        return last

    async def tap(self, data: str) -> None:
        """Tap the newest button whose data begins so."""
        await self.phone.locator(f'[data-testid="button"][data-callback^="{data}"]').last.click()

    async def picture(self, name: str, of: Locator | None = None) -> None:
        """Keep what is on the screen, where pictures are asked for; `of` the end of a message that is not the last."""
        if folder := os.environ.get("SCREENSHOTS"):
            for passing in ("notice", "toast"):
                await expect(self.page.get_by_test_id(passing).locator("visible=true")).to_have_count(0, timeout=15_000)
            await asyncio.sleep(1.5)  # the page scrolls smoothly
            if of:
                await of.evaluate("message => message.scrollIntoView({ block: 'end', behavior: 'instant' })")
            await self.page.screenshot(path=Path(folder) / f"{name}.png")
