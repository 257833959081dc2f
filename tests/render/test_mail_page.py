"""The mail as a browser shows it."""

from pathlib import Path

from playwright.async_api import Browser

from bot.i18n import language
from bot.render.mail import statement_mail
from tests.chromium import in_the_browser
from tests.render.examples import COMPANY, seed_statement

pytestmark = in_the_browser


async def test_a_long_address_in_the_comment_makes_the_mail_no_wider(browser: Browser, tmp_path: Path) -> None:
    comment = f"Los comprobantes están en https://papeleria.example/{'x' * 200}"
    mail = statement_mail(seed_statement(), language("es"), COMPANY, key="k", comment=comment)
    (tmp_path / "mail.html").write_text(mail.html, encoding="utf-8")
    page = await browser.new_page(viewport={"width": 390, "height": 844})
    await page.goto((tmp_path / "mail.html").as_uri())
    assert await page.evaluate("document.documentElement.scrollWidth") == 800
