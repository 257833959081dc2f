"""The provisional receipt as a picture for the customer's phone, with a QR of what it says."""

from datetime import tzinfo

from bot.domain.company import Company
from bot.domain.receipts import Receipt
from bot.i18n import Language
from bot.render.picture_file import digest, png


def receipt_png(receipt: Receipt, language: Language, company: Company, zone: tzinfo) -> bytes:
    """The receipt drawn as a PNG, 1080 pixels wide; the same receipt gives the same bytes."""
    # matplotlib takes half a second to import, which only who draws a picture should pay.
    from PIL import Image  # noqa: PLC0415 - see above

    from bot.render.calendar_glyphs import pixels  # noqa: PLC0415 - see above
    from bot.render.receipt_figure import QR_CORNER, figure, qr  # noqa: PLC0415 - see above

    drawn = Image.fromarray(pixels(figure(receipt, language, company, zone)))
    drawn.paste(Image.fromarray(qr(qr_text(receipt))), QR_CORNER)
    return png(drawn)


def qr_text(receipt: Receipt) -> str:
    """What the QR holds: folio, amount, currency, date and the document's UUID, which may be missing."""
    amount = receipt.amount
    parts = (receipt.folio, str(amount), amount.currency, receipt.on.isoformat(), receipt.document.uuid or "")
    return "|".join(parts)


def receipt_key(receipt: Receipt, language: Language, company: Company, zone: tzinfo) -> str:
    """A digest of all that `receipt_png` would draw."""
    shown = (receipt, company.name, company.rfc, str(zone))
    return digest(language.code, *shown, drawn_by=("receipt_*.py", "calendar_glyphs.py"))
