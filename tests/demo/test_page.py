"""The page in a browser: typing, tapping, seeing. Skipped, saying so, where no Chromium is found."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from aiohttp import ClientSession
from playwright.async_api import Browser, Page, expect

from bot.demo.server import BotApiServer
from bot.demo.tour import Step
from tests.chromium import BROWSER_TIMEOUT, in_the_browser
from tests.demo.client import TOKEN, RawApi, png
from tests.demo.test_page_api import mail

pytestmark = in_the_browser
BUSY = re.compile(r"\bbusy\b")
RICH = (
    '<table bordered compact><tr><th>Documento</th></tr><tr><td><tg-button type="callback_data" style="link" '
    'data="doc:7">7</tg-button></td></tr></table><details><summary>Más</summary>Oculto</details>'
)


TOUR = (
    Step("Uno.", "Pregunte.", "Contestó.", 7, "Hola", types="/hola"),
    Step("Dos.", "Toque.", "Tocado.", 7, "Listo", taps="send", mails=True),
)


@pytest_asyncio.fixture(loop_scope="session")
async def demo(tmp_path: Path) -> AsyncIterator[BotApiServer]:
    """A server with Ana and Berta, a mail, a control and a suggestion."""

    async def remind() -> str:
        return "Recordatorio enviado"

    (tmp_path / "1.eml").write_bytes(mail("Estado de cuenta"))
    server = BotApiServer(
        TOKEN, mail_folder=tmp_path, controls={"Recordatorio": remind}, suggestions=["/hoy"], tour=TOUR
    )
    async with server:
        server.world.add_user(7, "Ana")
        server.world.add_user(8, "Berta")
        yield server


@pytest_asyncio.fixture(loop_scope="session")
async def api(demo: BotApiServer) -> AsyncIterator[RawApi]:
    """The bot's side, which has said something in every form."""
    async with ClientSession() as session:
        api = RawApi(session, demo.url)
        await api("setMyCommands", commands=[{"command": "agenda", "description": "Por agendar"}])
        await api.upload("sendPhoto", {"chat_id": "7", "caption": "Julio"}, {"photo": png(300, 200)})
        keyboard = {"inline_keyboard": [[{"text": "Enviar", "callback_data": "send"}]]}
        await api("sendRichMessage", chat_id=7, rich_message={"html": RICH}, reply_markup=keyboard)
        yield api


async def opened(browser: Browser, url: str, width: int, height: int) -> Page:
    page = await browser.new_page(viewport={"width": width, "height": height})
    page.set_default_timeout(BROWSER_TIMEOUT)
    await page.goto(url)
    await page.wait_for_selector("body[data-ready]")
    return page


async def test_a_person_types_taps_and_sees_at_a_phones_width(
    demo: BotApiServer, api: RawApi, browser: Browser
) -> None:
    page = await opened(browser, f"{demo.url}/?user=7", 390, 844)
    phone = page.get_by_test_id("phone").and_(page.locator('[data-user-id="7"]'))

    await phone.get_by_test_id("composer").fill("/estado CL002 <b>x</b>")
    await phone.get_by_test_id("composer").press("Enter")
    await expect(phone.locator('[data-from="user"]')).to_contain_text("/estado CL002 <b>x</b>")
    await phone.locator('[data-callback="doc:7"]').click()
    await expect(phone.locator('[data-callback="doc:7"]')).to_have_class(BUSY)
    (query_id,) = demo.world.taps
    await api("answerCallbackQuery", callback_query_id=query_id, text="Documento 7")
    await expect(phone.get_by_test_id("toast")).to_have_text("Documento 7")
    await expect(phone.locator('[data-callback="doc:7"]')).not_to_have_class(BUSY)
    await phone.get_by_text("Más", exact=True).click()
    await expect(phone.get_by_text("Oculto")).to_be_visible()
    await phone.get_by_test_id("picture").click()
    await expect(page.get_by_role("dialog", name="Imagen ampliada")).to_be_visible()
    await page.keyboard.press("Escape")
    await phone.get_by_test_id("menu-button").click()
    await phone.get_by_text("Por agendar").click()
    await expect(phone.locator('[data-from="user"]').last).to_contain_text("/agenda")
    await phone.get_by_test_id("suggestion").click()
    await expect(phone.locator('[data-from="user"]').last).to_contain_text("/hoy")
    await api("editMessageText", chat_id=7, message_id=2, text="Listo: <b>nada</b>")
    await expect(phone.locator('[data-message-id="2"]')).to_contain_text("Listo: <b>nada</b>")
    await expect(phone.locator('[data-callback="send"]')).to_have_count(0)

    assert [update["message"]["text"] for update in demo.world.updates.pending if "message" in update] == [
        "/estado CL002 <b>x</b>",
        "/agenda",
        "/hoy",
    ]
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_an_answer_that_comes_at_once_is_in_sight_however_far_up_one_has_read(
    demo: BotApiServer, api: RawApi, browser: Browser
) -> None:
    for number in range(40):
        await api("sendMessage", chat_id=7, text=f"Línea {number}")
    page = await opened(browser, f"{demo.url}/?user=7", 390, 844)
    phone = page.get_by_test_id("phone").first
    await phone.get_by_text("Línea 0", exact=True).scroll_into_view_if_needed()

    await phone.get_by_test_id("composer").fill("/hoy")
    await phone.get_by_test_id("composer").press("Enter")
    await expect(phone.locator('[data-from="user"]')).to_have_count(1)
    await api("sendMessage", chat_id=7, text="No vence nada")
    await expect(phone.get_by_text("No vence nada")).to_be_in_viewport(ratio=1)


async def test_a_tap_that_is_answered_with_an_alert_asks_to_be_read(
    demo: BotApiServer, api: RawApi, browser: Browser
) -> None:
    page = await opened(browser, f"{demo.url}/?user=7", 390, 844)

    await page.locator('[data-callback="send"]').click()
    await demo.world.wait_for(lambda: demo.world.taps)
    (query_id,) = demo.world.taps
    await api("answerCallbackQuery", callback_query_id=query_id, text="No se puede", show_alert=True)

    alert = page.get_by_test_id("alert").first
    await expect(alert).to_contain_text("No se puede")
    await alert.get_by_role("button", name="Aceptar").click()
    await expect(alert).not_to_be_visible()


async def test_two_phones_and_the_mails_stand_side_by_side(demo: BotApiServer, browser: Browser) -> None:
    page = await opened(browser, f"{demo.url}/?user=8", 1400, 900)

    phones = page.get_by_test_id("phone")
    assert [await phone.get_attribute("data-user-id") for phone in await phones.all()] == ["8", "7"]
    await expect(phones.nth(1)).to_be_visible()
    await page.get_by_test_id("mail").click()
    await expect(page.get_by_test_id("mail-attachment")).to_contain_text("Estado ñ.pdf")
    await expect(page.frame_locator("iframe").get_by_text("Saldo")).to_be_visible()
    await page.get_by_role("button", name="Recordatorio").click()
    await expect(page.get_by_test_id("notice")).to_have_text("Recordatorio enviado")


async def test_the_tabs_change_phone_and_mails_at_a_phones_width(demo: BotApiServer, browser: Browser) -> None:
    page = await opened(browser, demo.url, 390, 844)
    phones = page.get_by_test_id("phone")

    await expect(phones.nth(1)).not_to_be_visible()
    await page.get_by_role("button", name="Berta").click()
    await expect(phones.nth(1)).to_be_visible()
    await expect(phones.nth(0)).not_to_be_visible()
    await page.get_by_role("button", name="Correos").click()
    await expect(page.get_by_test_id("mail")).to_be_visible()


async def test_a_third_phone_takes_the_first_place_when_asked_for(demo: BotApiServer, browser: Browser) -> None:
    demo.world.add_user(9, "Carla")
    page = await opened(browser, demo.url, 1400, 900)
    third = page.locator('[data-user-id="9"]')

    await expect(third).not_to_be_visible()
    await page.get_by_role("button", name="Carla").click()

    await expect(third).to_be_visible()


async def test_after_a_lost_connection_the_page_catches_up(browser: Browser) -> None:
    first = BotApiServer(TOKEN)
    first.world.add_user(7, "Ana")
    await first.start()
    port = int(first.url.rpartition(":")[2])
    page = await opened(browser, first.url, 390, 844)
    await page.get_by_test_id("composer").fill("a medio escribir")
    await first.stop()
    await expect(page.get_by_text("Sin conexión")).to_be_visible()

    second = BotApiServer(TOKEN, port=port)
    second.world.add_user(7, "Ana")
    second.world.type(7, "mientras tanto")
    async with second:
        await expect(page.get_by_test_id("message")).to_contain_text("mientras tanto")
        await expect(page.get_by_text("Sin conexión")).not_to_be_visible()
        await expect(page.get_by_test_id("composer")).to_have_value("a medio escribir")


async def test_the_keyboard_alone_leads_through_the_tour_the_menu_and_a_button(
    demo: BotApiServer, api: RawApi, browser: Browser
) -> None:
    page = await opened(browser, f"{demo.url}/", 1400, 900)
    tour = page.get_by_role("region", name="Recorrido")
    focused = page.locator(":focus")
    await to(page, "Hágalo por mí")
    assert await focused.evaluate("it => getComputedStyle(it).outlineStyle") == "solid"
    await page.keyboard.press("Enter")
    await demo.world.wait_for(lambda: demo.world.updates.pending)
    await api("sendMessage", chat_id=7, text="Hola, Ana")
    await expect(tour.get_by_role("status")).to_have_text("Paso 1 de 2Uno. ✓ Contestó.")
    await expect(focused).to_have_text("Siguiente")
    await page.keyboard.press("Enter")
    await expect(tour.get_by_role("status")).to_contain_text("Toque.")
    await page.keyboard.press("Escape")
    await expect(tour).to_have_count(0)
    await expect(focused).to_have_text("Recorrido")

    await to(page, "Ampliar: Julio")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="Imagen ampliada")).to_be_visible()
    await page.keyboard.press("Escape")
    await to(page, "Enviar")
    await page.keyboard.press("Enter")
    await demo.world.wait_for(lambda: demo.world.taps)
    await page.keyboard.press("Escape")
    await expect(focused).to_have_attribute("aria-label", "Mensaje")
    await page.keyboard.press("Shift+Tab")
    await expect(focused).to_contain_text("Menú")
    await page.keyboard.press("Enter")
    await page.keyboard.press("ArrowDown")
    await expect(focused).to_contain_text("/agenda")
    await page.keyboard.press("Escape")
    await expect(focused).to_have_attribute("aria-label", "Mensaje")
    await page.keyboard.type("/hoy")
    await page.keyboard.press("Enter")
    await expect(page.locator('[data-from="user"]').last).to_contain_text("/hoy")


async def to(page: Page, name: str) -> None:
    """Press Tab until something of this name has the focus."""
    words = "(it => [it.getAttribute('aria-label'), it.textContent])(document.activeElement).join(' ').trim()"
    for _ in range(40):
        await page.keyboard.press("Tab")
        if (await page.evaluate(words)).replace("☰", "").strip().startswith(name):
            return
    raise AssertionError(name)


async def test_a_screen_reader_is_told_who_speaks_what_a_picture_shows_and_what_is_new(
    demo: BotApiServer, api: RawApi, browser: Browser
) -> None:
    page = await opened(browser, f"{demo.url}/?user=7&tour=no", 390, 844)
    chat = page.get_by_role("log", name="Conversación de Ana con Cobranza")
    await expect(chat).to_have_attribute("aria-live", "polite")
    await expect(chat.get_by_role("article")).to_have_count(2)
    month = {
        "html": '<img src="tg://photo?id=cal"/><p>Julio 2019</p>',
        "media": [{"id": "cal", "media": {"type": "photo", "media": "attach://p"}}],
    }
    await api.upload("sendRichMessage", {"chat_id": "7", "rich_message": json.dumps(month)}, {"p": png(300, 200)})
    await expect(chat.get_by_role("button", name="Ampliar: Julio 2019")).to_be_visible()
    await expect(chat.get_by_role("img", name="Julio 2019")).to_be_visible()
    await api("sendMessage", chat_id=8, text="Hola, Berta")
    await expect(page.get_by_role("button", name="Berta (sin leer)")).to_be_visible()


async def test_dark_follows_the_system_until_one_chooses(demo: BotApiServer, browser: Browser) -> None:
    context = await browser.new_context(color_scheme="dark", viewport={"width": 1400, "height": 900})
    page = await context.new_page()
    ink = "getComputedStyle(document.body).color"
    light, dark = "rgb(15, 20, 25)", "rgb(238, 243, 248)"
    await page.goto(demo.url)
    button = page.get_by_role("button", name="Modo oscuro")
    await expect(button).to_have_attribute("aria-pressed", "true")
    assert await page.evaluate(ink) == dark
    await page.emulate_media(color_scheme="light")
    await expect(button).to_have_attribute("aria-pressed", "false")
    assert await page.evaluate(ink) == light
    await button.click()
    assert await page.evaluate(ink) == dark
    await page.reload()
    await expect(button).to_have_attribute("aria-pressed", "true")
    assert await page.evaluate(ink) == dark
