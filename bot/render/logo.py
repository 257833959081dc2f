"""The company's logo as statements take it: whole, on white, no finer than paper shows."""

from io import BytesIO

# At 300 dots to an inch, which is as fine as offices print, as wide and high as the PDF shows it at most.
_LIMITS = (750, 200)


def printable(picture: bytes) -> bytes:
    """A PNG or JPEG, of whatever colours and size, as a small PNG that every reader shows; else a ValueError."""
    # Pillow takes a while to import, which only who has a logo should pay.
    from PIL import Image  # noqa: PLC0415 - see above

    try:
        opened: Image.Image = Image.open(BytesIO(picture), formats=("PNG", "JPEG"))
        if opened.mode.startswith("I"):
            # Grey of 16 bits, of which Pillow would take all but the darkest for white.
            opened = opened.convert("I").point(lambda grey: grey / 257).convert("L")
        drawn = opened.convert("RGBA")
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        # Not a picture, cut short, damaged, or of more pixels than any logo has.
        raise ValueError from error
    drawn.thumbnail(_LIMITS)
    # A PDF shows as black what a palette says is clear.
    sheet = Image.new("RGBA", drawn.size, "white")
    file = BytesIO()
    Image.alpha_composite(sheet, drawn).convert("RGB").save(file, "png")
    return file.getvalue()
