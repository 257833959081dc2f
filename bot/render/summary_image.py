"""The summary's picture as a file, and what tells one picture from another."""

from dataclasses import replace
from functools import cache
from hashlib import blake2s
from io import BytesIO
from pathlib import Path

from bot.domain.summary import Summary
from bot.i18n import Language
from bot.render.summary_words import whose


def summary_png(shown: Summary, language: Language, *, dark: bool = False) -> bytes:
    """The summary drawn as a PNG, 1080 pixels wide; the same summary gives the same bytes."""
    # matplotlib takes half a second to import, which only who draws a picture should pay.
    from PIL import Image  # noqa: PLC0415 - see above

    from bot.render.calendar_colours import DARK, LIGHT  # noqa: PLC0415 - see above
    from bot.render.calendar_glyphs import pixels  # noqa: PLC0415 - see above
    from bot.render.summary_figure import figure  # noqa: PLC0415 - see above

    file = BytesIO()
    drawn = Image.fromarray(pixels(figure(shown, language, DARK if dark else LIGHT)))
    # Flat colours: a palette makes a third of the file, which a phone with poor signal feels.
    drawn.quantize(256, dither=Image.Dither.NONE).save(file, "png", compress_level=6)
    return file.getvalue()


def summary_key(shown: Summary, language: Language, *, dark: bool = False) -> str:
    """A digest of all that `summary_png` would draw: two summaries with the same key are the same picture."""
    drawn = replace(shown, collector=None, customer=None, choice=False, currencies=(), topics=())
    parts = (_drawing(), language.code, dark, whose(shown, language), drawn)
    return blake2s(repr(parts).encode(), digest_size=16).hexdigest()


@cache
def _drawing() -> str:
    """The version of the drawing: a digest of the code and the catalogues that it is made of."""
    here = Path(__file__).parent
    made_of = (
        *sorted(here.glob("summary_*.py")),
        *sorted(here.glob("calendar_*.py")),
        *sorted(here.parents[1].glob("locales/*/LC_MESSAGES/*.po")),
    )
    return blake2s(b"".join(path.read_bytes() for path in made_of)).hexdigest()
