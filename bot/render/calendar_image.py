"""The month's picture as a file."""

from io import BytesIO

from bot.domain.agenda import Month
from bot.i18n import Language


def month_png(month: Month, language: Language, *, dark: bool = False) -> bytes:
    """The month drawn as a PNG, 1080 pixels wide; the same month gives the same bytes."""
    # matplotlib takes half a second to import, which only who draws a month should pay.
    from bot.render.calendar_figure import month_figure  # noqa: PLC0415 - see above

    file = BytesIO()
    # Without matplotlib's own mark, which names its version.
    month_figure(month, language, dark=dark).savefig(file, format="png", metadata={"Software": None})
    return file.getvalue()
