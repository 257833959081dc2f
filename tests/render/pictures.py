"""Pictures as they were last looked at, held against those that are drawn now.

`UPDATE_GOLDEN=1 pytest tests/render` writes them anew, to be looked at.
"""

import os
from collections.abc import Collection
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

_FOLDER = Path(__file__).parent.parent / "golden"


def opened(content: bytes) -> Image.Image:
    with Image.open(BytesIO(content)) as picture:
        return picture.convert("RGB")


def difference(one: Image.Image, other: Image.Image) -> tuple[float, float]:
    """How much two pictures differ on average and at the worst place, as eyes on a phone tell: of 255."""
    assert one.size == other.size
    small = (360, one.height * 360 // one.width)
    seen = [
        np.asarray(each.resize(small, Image.Resampling.BOX).filter(ImageFilter.BoxBlur(1)), float)
        for each in (one, other)
    ]
    apart = np.abs(seen[0] - seen[1]).max(axis=2)
    return float(apart.mean()), float(apart.max())


def assert_picture(name: str, content: bytes) -> None:
    """It looks as it did, by its name below the folder of the golden files."""
    path = _FOLDER / f"{name}.png"
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    mean, worst = difference(opened(content), opened(path.read_bytes()))
    assert mean < 0.5
    assert worst < 12


def assert_no_others(folder: str, names: Collection[str], *, largest: int) -> None:
    """None is left of what is gone, and together they are no larger than so many bytes."""
    files = list((_FOLDER / folder).iterdir())
    assert {path.stem for path in files} == set(names)
    assert sum(path.stat().st_size for path in files) < largest
