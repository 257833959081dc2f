"""The month's layout as a matplotlib Figure: the reference for the picture, and where its prepared pieces come from.

Importing this module imports matplotlib.
"""

from typing import Any

from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyBboxPatch, Patch, Rectangle
from matplotlib.patheffects import Stroke
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from bot.render.calendar_colours import Palette
from bot.render.calendar_glyphs import DPI, RIM, font
from bot.render.calendar_layout import Cross, Field, Layout, Line

# Lengths in pixels.
INSET = 3
_RING = 5
_STAND_OFF = 2
_CORNER = 9
_HATCH_EVERY = 15
# Hatching ends where a day's figures begin: nothing is written on it but the day's number.
HATCHED = 56
_HATCH_WIDTH = 3
_DISC = 17
_ARM = 7
CLEAR = 19


def figure(layout: Layout, palette: Palette) -> Figure:
    """The layout drawn; each text carries its key as gid (`2019-07-23:total`, `header:total`)."""
    drawn = Figure(figsize=(layout.width / DPI, layout.height / DPI), dpi=DPI, facecolor=palette.paper)
    canvas = _Drawing(drawn, layout.height, palette)
    for mark in layout.marks:
        match mark:
            case Field():
                canvas.field(mark)
            case Cross():
                canvas.cross(mark)
            case Line():
                canvas.line(mark)
    return drawn


def hatching(ground: str, ink: str) -> str:
    """The colour of hatching: a fifth of the ink."""
    red, green, blue = (0.8 * g + 0.2 * i for g, i in zip(to_rgb(ground), to_rgb(ink), strict=True))
    return to_hex((red, green, blue))


class _Drawing:
    def __init__(self, drawn: Figure, height: int, palette: Palette) -> None:
        self.figure, self.height, self.palette = drawn, height, palette
        self.down = Affine2D.from_values(1, 0, 0, -1, 0, height)

    def field(self, field: Field) -> None:
        ground, ink = self.palette.tones[field.tone]
        box = self.box(field, _RING + _STAND_OFF if field.ringed else INSET, facecolor=ground, linewidth=0)
        if field.closed:
            span = min(field.height, HATCHED)
            starts = range(field.x - span, field.x + field.width, _HATCH_EVERY)
            lines = LineCollection(
                [((x, field.y + span), (x + span, field.y)) for x in starts],
                colors=[hatching(ground, ink)], linewidths=_HATCH_WIDTH, transform=self.down, zorder=0,
            )  # fmt: skip
            self.figure.add_artist(lines)
            lines.set_clip_path(box)
        if field.ringed:
            self.box(field, _RING / 2, fill=False, edgecolor=self.palette.tones[0][1], linewidth=_RING)

    def box(self, field: Field, inset: float, **style: Any) -> Patch:  # noqa: ANN401 - matplotlib's own
        box = FancyBboxPatch(
            (field.x + inset, field.y + inset), field.width - 2 * inset, field.height - 2 * inset,
            f"round,pad=0,rounding_size={_CORNER}", transform=self.down, zorder=0, **style,
        )  # fmt: skip
        self.figure.add_artist(box)
        return box

    def cross(self, cross: Cross) -> None:
        """Told from the rest by its shape, not by its colour alone."""
        x, y, on_broken = cross.x, cross.y, self.palette.on_broken
        ground, _ = self.palette.tones[cross.tone]
        # Clear of hatching, as the lines of text are.
        clear = Rectangle(
            (x - CLEAR, y - CLEAR), 2 * CLEAR, 2 * CLEAR, facecolor=ground, linewidth=0, transform=self.down, zorder=0
        )
        self.figure.add_artist(clear)
        disc = Circle((x, y), _DISC, facecolor=self.palette.broken, linewidth=0, transform=self.down, zorder=0)
        self.figure.add_artist(disc)
        for slope in (_ARM, -_ARM):
            arm = Line2D(
                (x - _ARM, x + _ARM), (y - slope, y + slope), color=on_broken, linewidth=4.5, transform=self.down
            )
            arm.set_zorder(0)
            self.figure.add_artist(arm)

    def line(self, line: Line) -> None:
        ground, ink = self.palette.tones[line.style.tone]
        if line.style.clear:
            rim = self.text(line, color=ground)
            rim.set_path_effects([Stroke(linewidth=2 * RIM, foreground=ground)])
        self.text(line, color=ink, gid=line.key)

    def text(self, line: Line, **style: Any) -> Text:  # noqa: ANN401 - likewise
        return self.figure.text(
            line.x, line.y, line.text, fontproperties=font(line.style.size, bold=line.style.bold), transform=self.down,
            parse_math=False, **style,  # `$` is money here
        )  # fmt: skip
