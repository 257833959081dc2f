from pathlib import Path

from bot.i18n import SPANISH, language
from bot.presenters.privacy import paragraphs

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "privacidad.md"


def test_the_document_says_what_the_bot_says() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for title, words in paragraphs("Su empresa", language(SPANISH)):
        assert f"## {title}\n\n{words}\n" in text
