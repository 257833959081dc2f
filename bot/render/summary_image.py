"""The summary's picture as a file, and what tells one picture from another."""

from dataclasses import replace

from bot.domain.summary import Summary
from bot.i18n import Language
from bot.render.picture_file import digest, png
from bot.render.summary_words import whose


def summary_png(shown: Summary, language: Language, *, dark: bool = False) -> bytes:
    """The summary drawn as a PNG, 1080 pixels wide; the same summary gives the same bytes."""
    # matplotlib takes half a second to import, which only who draws a picture should pay.
    from PIL import Image  # noqa: PLC0415 - see above

    from bot.render.calendar_colours import DARK, LIGHT  # noqa: PLC0415 - see above
    from bot.render.calendar_glyphs import pixels  # noqa: PLC0415 - see above
    from bot.render.summary_figure import figure  # noqa: PLC0415 - see above

    return png(Image.fromarray(pixels(figure(shown, language, DARK if dark else LIGHT))))


def summary_key(shown: Summary, language: Language, *, dark: bool = False) -> str:
    """A digest of all that `summary_png` would draw: two summaries with the same key are the same picture."""
    drawn = replace(shown, collector=None, customer=None, choice=False, currencies=(), topics=())
    return digest(language.code, dark, whose(shown, language), drawn, drawn_by=("summary_*.py", "calendar_*.py"))
