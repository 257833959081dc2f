"""The provisional receipt as a picture for the customer's phone, with a QR of what it says."""

from datetime import tzinfo
from hashlib import blake2s
from io import BytesIO
from pathlib import Path

from bot.domain.company import Company
from bot.domain.receipts import Receipt
from bot.i18n import Language


def receipt_png(receipt: Receipt, language: Language, company: Company, zone: tzinfo) -> bytes:
    """The receipt drawn as a PNG, 1080 pixels wide; the same receipt gives the same bytes."""
    # matplotlib takes half a second to import, which only who draws a picture should pay.
    from PIL import Image  # noqa: PLC0415 - see above

    from bot.render.calendar_glyphs import pixels  # noqa: PLC0415 - see above
    from bot.render.receipt_figure import QR_CORNER, figure, qr  # noqa: PLC0415 - see above

    drawn = Image.fromarray(pixels(figure(receipt, language, company, zone)))
    drawn.paste(Image.fromarray(qr(qr_text(receipt))), QR_CORNER)
    file = BytesIO()
    drawn.quantize(256, dither=Image.Dither.NONE).save(file, "png", compress_level=6)
    return file.getvalue()


def qr_text(receipt: Receipt) -> str:
    """What the QR holds: folio, amount, currency, date and the document's UUID, which may be missing."""
    amount = receipt.amount
    parts = (receipt.folio, str(amount), amount.currency, receipt.on.isoformat(), receipt.document.uuid or "")
    return "|".join(parts)


def receipt_key(receipt: Receipt, language: Language, company: Company, zone: tzinfo) -> str:
    """A digest of all that `receipt_png` would draw."""
    here = Path(__file__).parent
    code = b"".join(path.read_bytes() for path in sorted(here.glob("receipt_*.py")))
    drawn = (receipt, language.code, company.name, company.rfc, str(zone))
    return blake2s(code + repr(drawn).encode(), digest_size=16).hexdigest()
