"""The chat as a moving picture, for the README: `make film` (needs Chromium)."""

import asyncio
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.async_api import Page, expect

from tests.browser.collector import COLLECTOR, Collector
from tests.browser.conftest import demo_in
from tests.chromium import BROWSER_TIMEOUT, started
from tests.programs import loaded

# As wide as a README shows it, twice as fine.
_WIDTH, _HEIGHT, _SCALE = 360, 720, 2
_COLOURS = 256  # as many as a GIF has
_LIMIT_BYTES = 1_500_000
_KEYSTROKES, _TAP, _READ, _LOOK = 90, 500, 2200, 3000


class Film:
    """Pictures of the page, each with how long it is shown, in milliseconds."""

    def __init__(self, laura: Collector) -> None:
        self.laura = laura
        self.frames: list[Image.Image] = []
        self.milliseconds: list[int] = []

    async def shoot(self, milliseconds: int) -> None:
        """Take a picture of the page as it is."""
        shot = await self.laura.page.screenshot(animations="disabled", caret="hide")
        self.frames.append(Image.open(BytesIO(shot)).convert("RGB"))
        self.milliseconds.append(milliseconds)

    async def type(self, text: str, answer: str) -> None:
        """Type a line a few letters at a time, send it, and read the answer."""
        composer = self.laura.phone.get_by_test_id("composer")
        for end in range(3, len(text), 4):
            await composer.fill(text[:end])
            await composer.evaluate("it => { it.scrollLeft = it.scrollWidth }")
            await self.shoot(_KEYSTROKES)
        said = await self.laura.type(text, answer)
        await self.settle()
        await said.evaluate("it => it.scrollIntoView({ block: 'start' })")
        await self.shoot(_READ)
        await said.evaluate("it => it.scrollIntoView({ block: 'end' })")

    async def tap(self, data: str, answer: str) -> None:
        """Tap a button, and read what comes."""
        button = self.laura.phone.locator(f'[data-testid="button"][data-callback^="{data}"]').last
        await button.focus()
        await self.shoot(_TAP)
        await button.evaluate("it => it.blur()")
        await self.laura.tap(data)
        await self.laura.sees(answer)
        await self.settle()
        await self.shoot(_READ)

    async def settle(self) -> None:
        """Wait for pictures and for what passes over the screen."""
        page = self.laura.page
        await page.evaluate("Promise.all([...document.images].map(image => image.decode().catch(() => null)))")
        await expect(page.get_by_test_id("toast").locator("visible=true")).to_have_count(0)
        await asyncio.sleep(0.5)

    def save(self, path: Path) -> None:
        """Write it as one GIF that begins anew at its end."""
        palette = self._palette()
        first, *rest = (frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in self.frames)
        first.save(path, save_all=True, append_images=rest, duration=self.milliseconds, loop=0, optimize=False)

    def _palette(self) -> Image.Image:
        """The colours of all pictures together: one palette, or each change would be the whole picture."""
        width, height = _WIDTH // 2, _HEIGHT // 2
        together = Image.new("RGB", (width, height * len(self.frames)))
        for number, frame in enumerate(self.frames):
            # Without mixing neighbours, or thin black letters would be grey.
            together.paste(frame.resize((width, height), Image.Resampling.NEAREST), (0, height * number))
        return together.quantize(_COLOURS, Image.Quantize.MAXCOVERAGE)


async def _story(page: Page) -> Film:
    """What a collector does with a customer's promise, from the statement to the mail."""
    film = Film(Collector(page))
    await film.shoot(_READ // 2)
    await film.type("/estado CL002", "Ramiro Aldana")
    await film.type('/promesa 7 2019-07-23 "Pagaré con cheque"', "Promesa 1 registrada")
    await film.type("/calendario", "Julio 2019 · PESOS")
    await film.tap("cd:2019-07-23", "martes 23/07/2019")
    await film.type("/enviar CL002", "pagos@cl002.example")
    await film.tap("rs:", "Enviado")
    await page.locator('[data-tab="mails"]').click()
    await page.get_by_test_id("mail").first.click()
    await expect(page.frame_locator("iframe").get_by_text("Ramiro Aldana").first).to_be_visible()
    await film.settle()
    await film.shoot(_LOOK)
    return film


async def take() -> Film:
    """Play the story in a demo of its own."""
    with tempfile.TemporaryDirectory() as folder, loaded() as programs:
        async with demo_in(Path(folder), programs) as url, started() as browser:
            page = await browser.new_page(
                viewport={"width": _WIDTH, "height": _HEIGHT}, device_scale_factor=_SCALE, reduced_motion="reduce"
            )
            page.set_default_timeout(BROWSER_TIMEOUT)
            await page.goto(f"{url}/?user={COLLECTOR}&tour=no")
            await page.wait_for_selector("body[data-ready]")
            film = await _story(page)
    return film


if __name__ == "__main__":
    target = Path(sys.argv[1])
    asyncio.run(take()).save(target)
    if (size := target.stat().st_size) > _LIMIT_BYTES:
        sys.exit(f"{target}: {size:,} bytes are more than a README should load ({_LIMIT_BYTES:,})")
