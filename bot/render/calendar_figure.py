"""The month drawn with matplotlib: a grid of days, Monday first, shaded by the money expected.

Importing this module imports matplotlib; `calendar_image` does so when first asked for a picture.
"""

from calendar import Calendar
from dataclasses import dataclass
from datetime import date

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Circle, FancyBboxPatch
from matplotlib.patheffects import withStroke

from bot.domain.agenda import Month
from bot.domain.dates import bank_holiday, is_bank_day
from bot.domain.money import Money, minor_digits
from bot.i18n import Language

# All lengths are pixels: at 72 dots an inch a point is one. A phone shows the 1080 on some 360 points, so that
# 26 pixels are what 9 points are in print.
WIDTH = 1080
_DPI = 72
_MARGIN = 18
_HEADER = 176
_WEEKDAYS = 46
_CELL_WIDTH = (WIDTH - 2 * _MARGIN) / 7
_CELL_HEIGHT = 160
_GAP = 6
_INSET = 6
_RING = 6
_STAND_OFF = 3
_LEGEND = 96
_LEVELS = 4


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of one mode; lightness alone tells the amount, so that grey and colour-blind eyes read it too."""

    paper: str
    ink: str
    faint: str
    empty: str
    shades: tuple[str, str, str, str]
    inks: tuple[str, str, str, str]
    broken: str
    on_broken: str


LIGHT = Palette(
    paper="#ffffff",
    ink="#0d1b2a",
    faint="#46535f",
    empty="#f1f3f5",
    shades=("#d3e6f7", "#a6ccec", "#6faedd", "#0b4680"),
    inks=("#0d1b2a", "#0d1b2a", "#0d1b2a", "#ffffff"),
    broken="#a32a00",
    on_broken="#ffffff",
)
DARK = Palette(
    paper="#0e141b",
    ink="#f4f7fa",
    faint="#b4c0cb",
    empty="#1a232d",
    shades=("#173a5c", "#1f548a", "#7db7e8", "#d6eafc"),
    inks=("#f4f7fa", "#f4f7fa", "#08111a", "#08111a"),
    broken="#ff9a6b",
    on_broken="#08111a",
)


def month_figure(month: Month, language: Language, *, dark: bool = False) -> Figure:
    """The month as a figure; each text carries its place as gid (`2019-07-23:total`, `header:total`)."""
    weeks = Calendar().monthdatescalendar(month.first.year, month.first.month)
    height = _HEADER + _WEEKDAYS + len(weeks) * _CELL_HEIGHT + _LEGEND
    figure = Figure(figsize=(WIDTH / _DPI, height / _DPI), dpi=_DPI)
    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call] # matplotlib left it untyped
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(height, 0))
    axes.set_axis_off()
    _Drawing(axes, renderer, month, language, DARK if dark else LIGHT).draw(weeks)
    return figure


class _Drawing:
    """One month on one pair of axes, in pixels from the upper left corner."""

    def __init__(self, axes: Axes, renderer: RendererAgg, month: Month, language: Language, palette: Palette) -> None:
        self.axes, self.renderer, self.month, self.language, self.palette = axes, renderer, month, language, palette
        axes.figure.set_facecolor(palette.paper)
        self.most = max((day.total.minor for day in month.days.values()), default=0)

    def draw(self, weeks: list[list[date]]) -> None:
        self.header()
        for column, on in enumerate(weeks[0]):
            centre = _MARGIN + (column + 0.5) * _CELL_WIDTH
            self.text(f"weekday:{column}", (centre, _HEADER + 20), self.language.weekday(on), 28, self.palette.faint)
        for row, week in enumerate(weeks):
            for column, on in enumerate(week):
                if on.month == self.month.first.month:
                    x = _MARGIN + column * _CELL_WIDTH
                    self.cell(on, x, _HEADER + _WEEKDAYS + row * _CELL_HEIGHT)
        self.legend(_HEADER + _WEEKDAYS + len(weeks) * _CELL_HEIGHT + _LEGEND / 2)

    def header(self) -> None:
        month, language, palette = self.month, self.language, self.palette
        name = language.currency_name(month.currency)
        currency = name if name == month.currency else f"{name} ({month.currency})"
        count = language.ngettext("%(n)s document", "%(n)s documents", month.count)
        left, right = _MARGIN + 6, WIDTH - _MARGIN - 6
        title = language.month(month.first)
        self.text("header:month", (left, 66), title, 58, palette.ink, bold=True, ha="left", width=460)
        self.text("header:subject", (left, 128), language.gettext("Promises to pay"), 30, palette.faint, ha="left")
        amount = language.money(month.total)
        self.text("header:total", (right, 66), amount, 58, palette.ink, bold=True, ha="right", width=530)
        self.text("header:count", (right, 128), f"{count} · {currency}", 30, palette.faint, ha="right", width=530)

    def cell(self, on: date, x: float, y: float) -> None:
        day, closed, name = self.month.days.get(on), not is_bank_day(on), bank_holiday(on)
        fill, ink = self.palette.empty, self.palette.faint
        if day and day.count:
            level = _level(day.total, self.most)
            fill, ink = self.palette.shades[level], self.palette.inks[level]
        self.box(x, y, _CELL_WIDTH, _CELL_HEIGHT, fill, hatch=ink if closed else None, ringed=on == self.month.today)
        key, halo = on.isoformat(), fill if closed else None
        self.text(f"{key}:day", (x + 16, y + 32), str(on.day), 30, ink, bold=True, ha="left", halo=halo)
        centre, width = x + _CELL_WIDTH / 2, _CELL_WIDTH - _GAP - _INSET
        if on == self.month.today:
            width -= 2 * (_RING + _STAND_OFF)
        if day:
            # A holiday's name takes the lower end of the cell.
            total_y, count_y = (67, 97) if name else (84, 126)
            # Where all was broken, what is counted is that.
            count = self.language.ngettext("%(n)s doc.", "%(n)s docs.", day.count or day.broken_count)
            if day.count:
                amount = _amount(day.total, self.language)
                # Millions with cents stay larger in the narrower cut.
                bold = self.measure(amount, 22, bold=True) <= width
                self.text(f"{key}:total", (centre, y + total_y), amount, 32, ink, bold=bold, halo=halo, width=width)
            self.text(f"{key}:count", (centre, y + count_y), count, 26, ink, halo=halo, width=width)
            if day.broken:
                self.cross(x + _CELL_WIDTH - 32, y + 32)
        if name:
            size, lines = (
                self.wrap(name, width - _INSET, most=2, largest=16) if day else self.wrap(name, width - _INSET)
            )
            for n, line in enumerate(reversed(lines)):
                place = (centre, y + _CELL_HEIGHT - 20 - n * (size + 1))
                self.text(f"{key}:holiday:{len(lines) - n}", place, line, size, ink, halo=halo)

    def legend(self, y: float) -> None:
        language, palette, swatch = self.language, self.palette, 40
        x: float = _MARGIN + 6
        for key, label in (
            ("today", language.gettext("Today")),
            ("closed", language.gettext("Banks closed")),
            ("broken", language.gettext("Not kept")),
        ):
            if key == "broken":
                self.cross(x + swatch / 2, y)
            else:
                hatch = palette.faint if key == "closed" else None
                self.box(x, y - swatch / 2, swatch, swatch, palette.empty, hatch=hatch, ringed=key == "today")
            x += swatch + 8
            x += self.text(f"legend:{key}", (x, y), label, 26, palette.ink, ha="left") + 26
        x = WIDTH - _MARGIN - 6
        x -= self.text("legend:more", (x, y), language.gettext("More"), 26, palette.ink, ha="right") + 10
        for shade in reversed(palette.shades):
            x -= swatch
            self.box(x, y - swatch / 2, swatch, swatch, shade)
        self.text("legend:less", (x - 10, y), language.gettext("Less"), 26, palette.ink, ha="right")

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str,
        *,
        hatch: str | None = None,
        ringed: bool = False,
    ) -> None:
        """A day's field; `hatch` is the ink that its lines take a little of, the ring stands off from any fill."""
        inset = _GAP / 2 + (_RING + _STAND_OFF if ringed else 0)
        style = "round,pad=0,rounding_size=8"
        self.axes.add_patch(
            FancyBboxPatch(
                (x + inset, y + inset), width - 2 * inset, height - 2 * inset, style,
                facecolor=fill, edgecolor="none",
                hatch="//" if hatch else None, hatchcolor=_blend(fill, hatch or fill), hatch_linewidth=3,
            )
        )  # fmt: skip
        if ringed:
            inset = (_GAP + _RING) / 2
            self.axes.add_patch(
                FancyBboxPatch(
                    (x + inset, y + inset), width - 2 * inset, height - 2 * inset, style,
                    fill=False, edgecolor=self.palette.ink, linewidth=_RING,
                )
            )  # fmt: skip

    def cross(self, x: float, y: float) -> None:
        """A disc with a cross: told from the rest by its shape, not by its colour alone."""
        self.axes.add_patch(Circle((x, y), 17, facecolor=self.palette.broken, edgecolor=self.palette.on_broken))
        for slope in (1, -1):
            self.axes.plot((x - 7, x + 7), (y - 7 * slope, y + 7 * slope), color=self.palette.on_broken, linewidth=4.5)

    def text(
        self,
        key: str,
        place: tuple[float, float],
        content: str,
        size: float,
        colour: str,
        *,
        bold: bool = False,
        ha: str = "center",
        width: float = WIDTH,
        halo: str | None = None,
    ) -> float:
        """Write a line centred on the height of `place`, smaller where `width` asks for it; returns its width."""
        while (taken := self.measure(content, size, bold=bold)) > width:
            size = min(size - 1, size * width / taken)
        written = self.axes.text(
            place[0], place[1] + 0.365 * size,  # half the height of DejaVu's capitals
            content, fontproperties=_font(size, bold=bold), color=colour, ha=ha, va="baseline", gid=key,
            parse_math=False,  # `$` is money here
        )  # fmt: skip
        if halo:
            written.set_path_effects([withStroke(linewidth=7, foreground=halo)])
        return taken

    def measure(self, text: str, size: float, *, bold: bool = False) -> float:
        font = _font(size, bold=bold)
        extent = self.renderer.get_text_width_height_descent(text, font, ismath=False)  # type: ignore[no-untyped-call] # likewise
        return float(extent[0])

    def wrap(self, name: str, width: float, *, most: int = 4, largest: int = 20) -> tuple[int, list[str]]:
        """A name over at most so many lines, with the largest size that holds it; cut short where none does."""
        for size in range(largest, 13, -1):
            lines: list[str] = []
            for word in name.split():
                joined = f"{lines[-1]} {word}" if lines else word
                if lines and self.measure(joined, size) <= width:
                    lines[-1] = joined
                else:
                    lines.append(word)
            if len(lines) <= most and max(self.measure(line, size) for line in lines) <= width:
                break
        else:
            lines[most - 1 :] = [f"{lines[most - 1]}…"]
        return size, lines


def _font(size: float, *, bold: bool = False) -> FontProperties:
    return FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")


def _blend(fill: str, ink: str) -> str:
    red, green, blue = (0.8 * f + 0.2 * i for f, i in zip(to_rgb(fill), to_rgb(ink), strict=True))
    return to_hex((red, green, blue))


def _level(amount: Money, most: int) -> int:
    """The shade of an amount: quarters of the largest day."""
    return max(0, -(-_LEVELS * amount.minor // most) - 1) if most > 0 else 0


def _amount(amount: Money, language: Language) -> str:
    """The amount without its currency, which the header names, and without cents when it has none."""
    text = language.money(amount).replace(f"{amount.currency} ", "")
    return text if amount.minor % 10 ** minor_digits(amount.currency) else text.partition(".")[0]
