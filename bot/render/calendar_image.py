"""The month's picture as a file, and what tells one picture from another."""

from dataclasses import replace
from datetime import date

from bot.domain.calendar import Month
from bot.i18n import Language
from bot.render.picture_file import digest


def month_png(month: Month, language: Language, *, dark: bool = False) -> bytes:
    """The month drawn as a PNG, 1080 pixels wide; the same month gives the same bytes."""
    # matplotlib takes half a second to import, which only who draws a month should pay.
    from bot.render.calendar_colours import DARK, LIGHT  # noqa: PLC0415 - see above
    from bot.render.calendar_layout import lay_out  # noqa: PLC0415 - see above
    from bot.render.calendar_picture import png  # noqa: PLC0415 - see above

    return png(lay_out(month, language), DARK if dark else LIGHT)


def month_key(month: Month, language: Language, *, dark: bool = False) -> str:
    """A digest of all that `month_png` would draw: two months with the same key are the same picture."""
    if (month.today.year, month.today.month) != (month.first.year, month.first.month):
        # Today is drawn in its own month only: other months stay the same tomorrow.
        month = replace(month, today=date.min)
    shown = replace(month, choice=False, currencies=())
    return digest(language.code, dark, shown, drawn_by=("calendar_*.py",))
