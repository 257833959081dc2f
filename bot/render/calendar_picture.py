"""The month's layout as a picture, put together from pieces that matplotlib has drawn before.

The picture is an array of indexes into 256 colours. Each tone has a row of STEPS colours from its ground to its ink, so
that writing on a ground adds what a line covers to the row's first index. A field or a cross is drawn by matplotlib
once, each of its pixels becomes the nearest of the colours, and it is copied from then on.
"""

from functools import lru_cache
from io import BytesIO

import numpy as np
from matplotlib.colors import to_rgb
from numpy.typing import NDArray
from PIL import Image

from bot.render.calendar_colours import Palette, Tone
from bot.render.calendar_figure import CLEAR, figure
from bot.render.calendar_glyphs import STEPS, cover, pixels
from bot.render.calendar_layout import Cross, Field, Layout, Line

# Steps at the edge of a field or a disc, where two grounds meet.
_EDGE = 6
_PIECES = 200


def png(layout: Layout, palette: Palette) -> bytes:
    """The layout as the bytes of a PNG; the same layout gives the same bytes."""
    picture = Image.fromarray(compose(layout, palette))
    picture.putpalette(_colours(palette).tobytes())
    file = BytesIO()
    picture.save(file, "png", compress_level=3)
    return file.getvalue()


def compose(layout: Layout, palette: Palette) -> NDArray[np.uint8]:
    """The picture's colour indexes."""
    picture = np.full((layout.height, layout.width), Tone.INK * STEPS, np.uint8)
    for mark in layout.marks:
        match mark:
            case Field(x, y, width, height):
                picture[y : y + height, x : x + width] = _field(
                    width, height, mark.tone, palette, closed=mark.closed, ringed=mark.ringed
                )
            case Cross(x, y, tone):
                picture[y - CLEAR : y + CLEAR, x - CLEAR : x + CLEAR] = _cross(tone, palette)
            case Line():
                _write(picture, mark)
    return picture


def _write(picture: NDArray[np.uint8], line: Line) -> None:
    style = line.style
    covered, ground = cover(line.text, style.size, bold=style.bold), style.tone * STEPS
    top, left = line.y - style.size, line.x - style.size
    # Near an edge of the picture the piece's margin, in which nothing stands, lies beyond it.
    covered = covered[max(0, -top) :, max(0, -left) : picture.shape[1] - left]
    top, left = max(0, top), max(0, left)
    place = picture[top : top + covered.shape[0], left : left + covered.shape[1]]
    if style.clear:
        place[covered > 0] = ground
    np.copyto(place, covered + np.uint8((ground - STEPS) % 256), where=covered > STEPS)


@lru_cache(_PIECES)
def _field(width: int, height: int, tone: Tone, palette: Palette, *, closed: bool, ringed: bool) -> NDArray[np.uint8]:
    return _piece(Layout(width, height, (Field(0, 0, width, height, tone, closed, ringed),)), palette)


@lru_cache(_PIECES)
def _cross(tone: Tone, palette: Palette) -> NDArray[np.uint8]:
    size = 4 * CLEAR
    ground = Field(0, 0, size, size, tone)
    piece = _piece(Layout(size, size, (ground, Cross(size // 2, size // 2, tone))), palette)
    edge = size // 2 - CLEAR
    return piece[edge:-edge, edge:-edge]


def _piece(layout: Layout, palette: Palette) -> NDArray[np.uint8]:
    """A layout drawn by matplotlib, in indexes."""
    drawn = pixels(figure(layout, palette)).reshape(-1, 3)
    distinct, where = np.unique(drawn, axis=0, return_inverse=True)
    away = distinct[:, None, :].astype(np.int32) - _colours(palette)[None, :, :]
    nearest: NDArray[np.uint8] = (away**2).sum(axis=2).argmin(axis=1).astype(np.uint8)
    return nearest[where].reshape(layout.height, layout.width)


@lru_cache
def _colours(palette: Palette) -> NDArray[np.uint8]:
    """The tones' rows, each at its own place, and after them what lies between two grounds."""
    grounds = [ground for ground, _ in palette.tones[Tone.EMPTY :]]
    pairs = [(palette.paper, ground) for ground in grounds]
    pairs += [(ground, palette.broken) for ground in (palette.paper, *grounds)]
    pairs.append((palette.broken, palette.on_broken))
    return np.vstack([*(_between(*tone, STEPS) for tone in palette.tones), *(_between(*pair, _EDGE) for pair in pairs)])


def _between(one: str, other: str, steps: int) -> NDArray[np.uint8]:
    ends = np.array([to_rgb(one), to_rgb(other)]) * 255
    share = np.linspace(0, 1, steps)[:, None]
    return np.asarray(np.rint(ends[0] * (1 - share) + ends[1] * share), np.uint8)
