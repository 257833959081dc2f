"""Lines of text as matplotlib draws them.

Its layout of text takes most of what a month's picture would cost. So labels, which come back every month, are drawn
once and kept, and amounts are put together from their digits: DejaVu's have whole pixels of width and no kerning.
Importing this module imports matplotlib.
"""

from collections.abc import Set as AbstractSet
from functools import cache, lru_cache
from pathlib import Path
from unicodedata import category

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg, get_hinting_flag
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.transforms import IdentityTransform
from numpy.typing import NDArray

# At 72 dots an inch a point is a pixel.
DPI = 72
# How much of a pixel is covered comes in sixteen steps: no eye tells finer ones on a letter's edge.
STEPS = 16
# Pixels around a line that keep it clear of hatching.
RIM = 4
# The files that come with matplotlib: the same letters whatever fonts a machine has.
_FOLDER = Path(mpl.get_data_path()) / "fonts" / "ttf"
_FILES = {False: _FOLDER / "DejaVuSans.ttf", True: _FOLDER / "DejaVuSans-Bold.ttf"}
_FIGURES = frozenset("0123456789$,.")
_KEPT = 2_000


@lru_cache(_KEPT)
def font(size: int, *, bold: bool) -> FontProperties:
    """The font of a line, as matplotlib asks for it."""
    return FontProperties(fname=_FILES[bold], size=size)


def width(text: str, size: int, *, bold: bool = False) -> int:
    """How many pixels a line takes."""
    return sum(_width(part, size, bold=bold) for part in _parts(text))


def drawable(text: str) -> str:
    """The text without signs that the font lacks, such as 🏪; a square for each such letter."""
    if text.isascii():
        return text
    drawn = _drawn()
    kept = (c if ord(c) in drawn else "" if category(c).startswith("S") else "□" for c in text)
    return " ".join("".join(kept).split())


@cache
def _drawn() -> AbstractSet[int]:
    regular, bold = (set(get_font(file).get_charmap()) for file in _FILES.values())
    return regular & bold


def cover(text: str, size: int, *, bold: bool = False) -> NDArray[np.uint8]:
    """How much of each pixel a line covers: STEPS and above, STEPS itself on its rim, 0 beyond.

    Its origin lies `size` from the left and from the top.
    """
    parts = _parts(text)
    if len(parts) == 1:
        return _cover(text, size, bold=bold)
    covered = np.zeros((2 * size, width(text, size, bold=bold) + 2 * size), np.uint8)
    x = 0
    for part in parts:
        piece = _cover(part, size, bold=bold)
        place = covered[:, x : x + piece.shape[1]]
        np.maximum(place, piece, out=place)
        x += _width(part, size, bold=bold)
    return covered


def _parts(text: str) -> tuple[str, ...]:
    return tuple(text) if _FIGURES.issuperset(text) else (text,)


@lru_cache(_KEPT)
def _width(text: str, size: int, *, bold: bool) -> int:
    measured = get_font(_FILES[bold])
    measured.clear()
    measured.set_size(size, DPI)
    measured.set_text(text, 0, flags=get_hinting_flag())  # type: ignore[no-untyped-call] # matplotlib left it untyped
    return round(measured.get_width_height()[0] / 64)  # FreeType counts in 64ths of a pixel


@lru_cache(_KEPT)
def _cover(text: str, size: int, *, bold: bool) -> NDArray[np.uint8]:
    wide, high = _width(text, size, bold=bold) + 2 * size, 2 * size
    figure = Figure(figsize=(wide / DPI, high / DPI), dpi=DPI, facecolor="white")
    figure.text(
        size, size, text, transform=IdentityTransform(), fontproperties=font(size, bold=bold), color="black",
        parse_math=False,  # `$` is money here
    )  # fmt: skip
    dark = 255 - pixels(figure)[:, :, 0].astype(np.uint16)
    covered = (dark * (STEPS - 1) + 127) // 255
    return (covered + STEPS * _widened(covered > 0)).astype(np.uint8)


def _widened(covered: NDArray[np.bool_]) -> NDArray[np.bool_]:
    for axis in (0, 1):
        covered = np.logical_or.reduce([np.roll(covered, step, axis) for step in range(-RIM, RIM + 1)])
    return covered


def pixels(figure: Figure) -> NDArray[np.uint8]:
    """A figure drawn: red, green and blue of each pixel."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call] # matplotlib left it untyped
    return np.asarray(canvas.buffer_rgba(), np.uint8)[:, :, :3]  # type: ignore[no-untyped-call] # likewise
