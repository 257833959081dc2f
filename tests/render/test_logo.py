"""The company's logo, as designers and phones save one."""

from dataclasses import replace
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from PIL import Image, ImageDraw
from pypdf import PdfReader

from bot.i18n import language
from bot.render.logo import printable
from bot.render.statement_pdf import statement_pdf
from bot.render.statement_xlsx import statement_xlsx
from tests.render.examples import COMPANY, seed_statement


def picture(mode: str, size: tuple[int, int] = (400, 100), kind: str = "png", **given: Any) -> bytes:  # noqa: ANN401
    """A blue field to the left of a ground of zeros, which is clear where there is transparency."""
    drawn = Image.new("RGBA", size)
    ImageDraw.Draw(drawn).rectangle((0, 0, size[0] // 2, size[1]), "blue")
    file = BytesIO()
    (drawn.quantize(2) if mode == "P" else drawn.convert(mode)).save(file, kind, **given)
    return file.getvalue()


def clear_ground_of_a_palette() -> bytes:
    """A picture of two colours, of which the second is clear, as web tools save logos."""
    drawn = Image.new("P", (400, 100), 1)
    drawn.putpalette([0, 0, 255, 0, 0, 0])
    ImageDraw.Draw(drawn).rectangle((0, 0, 200, 100), 0)
    file = BytesIO()
    drawn.save(file, "png", transparency=1)
    return file.getvalue()


@pytest.mark.parametrize("logo", [picture("RGBA"), clear_ground_of_a_palette()])
def test_what_is_clear_in_a_logo_is_white_in_the_pdf(logo: bytes) -> None:
    company = replace(COMPANY, logo=printable(logo))
    (drawn,) = PdfReader(BytesIO(statement_pdf(seed_statement(), language("es"), company))).pages[0].images
    assert drawn.image
    shown = drawn.image.convert("RGB")
    assert (shown.getpixel((10, 10)), shown.getpixel((390, 10))) == ((0, 0, 255), (255, 255, 255))


@pytest.mark.parametrize(
    "logo", [picture("RGB"), picture("L"), picture("1"), picture("P"), picture("CMYK", kind="jpeg")]
)
def test_a_logo_of_any_colours_is_in_the_pdf_and_in_the_workbook(logo: bytes) -> None:
    company = replace(COMPANY, logo=printable(logo))
    (drawn,) = PdfReader(BytesIO(statement_pdf(seed_statement(), language("es"), company))).pages[0].images
    assert drawn.image
    assert drawn.image.size == (400, 100)
    with ZipFile(BytesIO(statement_xlsx(seed_statement(), language("es"), company))) as book:
        assert book.read("xl/media/image1.png")


def test_a_grey_of_16_bits_is_that_grey() -> None:
    """As scanners and some drawing programs save a PNG."""
    drawn, file = Image.new("I;16", (400, 100), 40_000), BytesIO()
    drawn.paste(Image.new("I;16", (200, 100), 1_000))
    drawn.save(file, "png")
    with Image.open(BytesIO(printable(file.getvalue()))) as shown:
        assert (shown.getpixel((10, 10)), shown.getpixel((390, 10))) == ((3, 3, 3), (155, 155, 155))


def test_a_logo_for_posters_makes_no_statement_too_large_to_send() -> None:
    file = BytesIO()
    Image.merge("RGB", [Image.effect_noise((3000, 2000), 80)] * 3).save(file, "jpeg", quality=95)
    company = replace(COMPANY, logo=printable(file.getvalue()))
    assert len(file.getvalue()) > 5_000_000
    assert len(statement_pdf(seed_statement(), language("es"), company)) < 500_000
    assert len(statement_xlsx(seed_statement(), language("es"), company)) < 500_000
    with Image.open(BytesIO(company.logo)) as shown:
        assert shown.size == (300, 200)


@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_a_logo_that_was_cut_short_is_none(kind: str) -> None:
    file = BytesIO()
    Image.effect_noise((300, 200), 80).save(file, kind)
    with pytest.raises(ValueError, match=r"^$"):
        printable(file.getvalue()[:5000])


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", picture("P", kind="gif")])
def test_what_is_neither_png_nor_jpeg_is_no_logo(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"^$"):
        printable(content)
