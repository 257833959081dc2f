"""What every drawn picture needs: its bytes for the phone, and what tells it from another."""

from functools import cache
from hashlib import blake2s
from io import BytesIO
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


def png(picture: Any) -> bytes:  # noqa: ANN401 - Pillow's image, which only who draws imports
    """A picture of flat colours as the bytes of a PNG.

    With a palette it is a third of the size, which a phone with poor signal feels.
    """
    file = BytesIO()
    picture.quantize(256, dither=0).save(file, "png", compress_level=6)
    return file.getvalue()


def digest(*shown: object, drawn_by: tuple[str, ...]) -> str:
    """A digest of what a picture shows and of the modules (patterns in this folder) that draw it."""
    return blake2s(repr((_version(drawn_by), *shown)).encode(), digest_size=16).hexdigest()


@cache
def _version(patterns: tuple[str, ...]) -> str:
    """The version of a drawing: a digest of its code and of the catalogues that it takes its words from."""
    modules = (path for pattern in patterns for path in sorted(_HERE.glob(pattern)))
    catalogues = sorted(_HERE.parents[1].glob("locales/*/LC_MESSAGES/*.po"))
    return blake2s(b"".join(path.read_bytes() for path in (*modules, *catalogues))).hexdigest()
