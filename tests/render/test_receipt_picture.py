"""The receipt's picture: what it says, that nothing overlaps, and what its QR holds."""

from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import segno
from PIL import Image

from bot.domain.company import Company
from bot.domain.money import Money
from bot.i18n import ENGLISH, SPANISH, language
from bot.render.calendar_glyphs import width
from bot.render.receipt_figure import QR_CORNER, QR_SIDE, SMALLEST, WIDTH, figure, lines, qr
from bot.render.receipt_image import qr_text, receipt_key, receipt_png
from tests.imports.cfdi_files import U1
from tests.presenters.receipt_screens import MADE

ES = language(SPANISH)
MEXICO = ZoneInfo("America/Mexico_City")
COMPANY = Company("Comercializadora del Valle, S.A. de C.V.", "CVA010101AB1")
RECEIPT = replace(MADE, document=replace(MADE.document, uuid=U1))
LONG = replace(
    RECEIPT,
    customer=replace(RECEIPT.customer, name="Ñandú " * 40),
    taken_by="X" * 120,
    document=replace(RECEIPT.document, series="SERIE" * 5, folio="F" * 40),
)


def test_it_says_who_what_when_and_that_it_is_no_cfdi() -> None:
    said = [text.get_text() for text in figure(RECEIPT, ES, COMPANY, MEXICO).texts]
    assert said == [
        "Comercializadora del Valle, S.A. de", "C.V.", "RFC CVA010101AB1", "Recibo de cobro R3-2019-0001",
        "$1,624.00", "Cliente", "Juan Perez",
        "Documento", "7", "Forma de pago", "Cheque", "Fecha y hora", "16/07/2019 12:05", "Cobrador", "Laura Méndez",
        "Comprobante provisional; no", "es un CFDI",
    ]  # fmt: skip


@pytest.mark.parametrize("company", [COMPANY, Company("Una razón social " * 12)])
@pytest.mark.parametrize("receipt", [RECEIPT, LONG, replace(LONG, amount=Money(10**15, "USD"))])
def test_every_line_is_readable_on_a_phone_and_stands_clear_of_the_next(receipt: object, company: Company) -> None:
    texts = figure(receipt, ES, company, MEXICO).texts  # type: ignore[arg-type]
    for text in texts:
        size, bold = int(text.get_fontsize()), "Bold" in str(text.get_fontproperties().get_file())
        assert size >= SMALLEST
        assert text.get_position()[0] + width(text.get_text(), size, bold=bold) <= WIDTH
    for upper, lower in pairwise(texts):
        assert upper.get_position()[1] - lower.get_position()[1] >= float(lower.get_fontsize())
    body = [text for text in texts if text.get_position()[0] < QR_SIDE]
    assert min(text.get_position()[1] for text in body) > QR_SIDE + SMALLEST


def test_a_text_without_room_is_cut_at_a_blank_or_inside_a_word() -> None:
    assert lines("uno dos", 40, 10_000) == ["uno dos"]
    assert lines("uno dos", 40, width("uno do", 40)) == ["uno", "dos"]
    cut = lines("X" * 100, 40, 200)
    assert len(cut) == 2
    assert cut[1].endswith("X…")
    assert all(width(line, 40) <= 200 for line in cut)
    assert lines("", 40, 100) == []


def test_a_sign_that_the_font_lacks_is_left_out_and_a_letter_is_a_square() -> None:
    """Customers' names in phones have 🏪; matplotlib would warn of each."""
    shop = replace(RECEIPT, customer=replace(RECEIPT.customer, name="🏪 Abarrotes Ñandú 中文"), taken_by="Łucía ☎ 🙂")
    said = [text.get_text() for text in figure(shop, ES, COMPANY, MEXICO).texts]
    assert "Abarrotes Ñandú □□" in said
    assert "Łucía ☎" in said
    assert receipt_png(shop, ES, COMPANY, MEXICO)


def test_the_qr_holds_folio_amount_currency_date_and_uuid() -> None:
    assert qr_text(RECEIPT) == f"R3-2019-0001|1624.00|MXN|2019-07-16|{U1}"
    assert qr_text(MADE) == "R3-2019-0001|1624.00|MXN|2019-07-16|"
    modules = np.array([list(row) for row in segno.make_qr(qr_text(RECEIPT), error="m").matrix_iter(border=4)])
    scale, drawn = QR_SIDE // len(modules), qr(qr_text(RECEIPT))
    start = (QR_SIDE - scale * len(modules)) // 2
    assert scale >= 6
    seen = drawn[start + scale // 2 :: scale, start + scale // 2 :: scale][: len(modules), : len(modules)]
    assert np.array_equal(seen == 0, modules == 1)


def test_the_picture_is_1080_wide_with_the_qr_in_its_corner_and_always_the_same() -> None:
    png = receipt_png(RECEIPT, ES, COMPANY, MEXICO)
    assert png == receipt_png(RECEIPT, ES, COMPANY, MEXICO)
    with Image.open(BytesIO(png)) as picture:
        assert picture.width == WIDTH
        left, top = QR_CORNER
        corner = np.asarray(picture.convert("L"))[top : top + QR_SIDE, left : left + QR_SIDE]
    assert np.array_equal(corner < 128, qr(qr_text(RECEIPT)) < 128)


def test_the_key_changes_with_all_that_is_drawn() -> None:
    keys = {
        receipt_key(RECEIPT, ES, COMPANY, MEXICO),
        receipt_key(LONG, ES, COMPANY, MEXICO),
        receipt_key(RECEIPT, language(ENGLISH), COMPANY, MEXICO),
        receipt_key(RECEIPT, ES, Company("Otra"), MEXICO),
        receipt_key(RECEIPT, ES, COMPANY, ZoneInfo("America/Tijuana")),
    }
    assert len(keys) == 5
