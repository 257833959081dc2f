"""The summary as a matplotlib Figure: rows of bars with their figures, in the month's colours and letters.

Importing this module imports matplotlib.
"""

from dataclasses import dataclass
from typing import Any

from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.patheffects import Stroke
from matplotlib.transforms import Affine2D

from bot.domain.forecast import Forecast, Record
from bot.domain.money import Money
from bot.domain.summary import Aging, Summary
from bot.i18n import Language
from bot.render.calendar_colours import Palette, Tone
from bot.render.calendar_glyphs import DPI, RIM, drawable, font, width
from bot.render.calendar_layout import in_cell, in_millions
from bot.render.summary_words import age, nothing, percent, share, span, whose

# Lengths in pixels: a phone shows the 1080 on some 360 points.
WIDTH = 1080
_EDGE = 20
_HEADER = 172
_LEGEND = 84
_SWATCH = 40
# No figure is written smaller: 7.3 points.
SMALLEST = 22
# Where bars end and their figures begin.
BARS_END = 750
_ROOM = WIDTH - _EDGE - BARS_END - 20
_STACK_END = 790
_SHARE_ROOM = WIDTH - _EDGE - _STACK_END - 16
# Something is seen of the smallest amount.
_LEAST = 6
_HATCH_EVERY = 14
_HATCH_WIDTH = 4


@dataclass(frozen=True, slots=True)
class _Fill:
    """How a bar is filled: a ground with the ink to write on it, hatched where colour alone would not tell."""

    ground: str
    ink: str
    hatched: bool = False


def figure(shown: Summary, language: Language, palette: Palette) -> Figure:
    """The summary drawn; each text and bar carries its key as gid (`1-30:amount`, `2019-07-15:bar`)."""
    match shown.figures:
        case figures if figures.is_empty:
            drawing = _Drawing(shown, language, palette, 160)
            drawing.write("nothing", nothing(shown, language), (WIDTH // 2, _HEADER + 80), 34, align="center")
        case Aging() as figures:
            drawing = _Drawing(shown, language, palette, len(figures.buckets) * _AGE + _LEGEND)
            drawing.aging(figures)
        case Forecast() as figures:
            drawing = _Drawing(shown, language, palette, len(figures.weeks) * _AHEAD + _LEGEND)
            drawing.forecast(figures)
        case Record() as figures:
            drawing = _Drawing(shown, language, palette, len(figures.weeks) * _BACK + _LEGEND)
            drawing.record(figures)
    drawing.header()
    return drawing.figure


# The heights of rows.
_AGE, _AHEAD, _BACK = 124, 136, 64


class _Drawing:
    def __init__(self, shown: Summary, language: Language, palette: Palette, height: int) -> None:
        self.shown, self.language, self.palette = shown, language, palette
        height += _HEADER
        self.figure = Figure(figsize=(WIDTH / DPI, height / DPI), dpi=DPI, facecolor=palette.paper)
        self.down = Affine2D.from_values(1, 0, 0, -1, 0, height)
        self.legend_y = height - _LEGEND // 2
        self.strong, self.soft = (_Fill(*palette.tones[tone]) for tone in (Tone.MOST, Tone.LESS))
        self.bad = _Fill(palette.broken, palette.on_broken, hatched=True)

    def header(self) -> None:
        t, shown = self.language, self.shown
        name = t.currency_name(shown.figures.currency)
        currency = name if name == shown.figures.currency else f"{name} ({shown.figures.currency})"
        match shown.figures:
            case Aging() as figures:
                title, whole = t.gettext("Aging"), t.money(figures.balance)
                counted = t.ngettext("%(n)s document", "%(n)s documents", figures.count)
            case Forecast() as figures:
                title, whole = t.gettext("Next weeks"), t.money(figures.expected)
                counted = t.ngettext("%(n)s promise", "%(n)s promises", figures.count)
            case Record() as figures:
                title, whole = t.gettext("Promises kept"), percent(figures.score.kept, figures.score.due)
                counted = t.ngettext("%(n)s promise", "%(n)s promises", figures.score.due)
        right = WIDTH - _EDGE
        left = self.write("header:total", whole, (right, 86), 56, bold=True, align="right", room=620)
        self.write("header:title", title, (_EDGE, 86), 56, bold=True, room=left - _EDGE - 30)
        left = self.write(
            "header:count", f"{counted} · {currency}", (right, 134), 30, faint=True, align="right", room=620
        )
        subject = f"{t.date(shown.today)} · {drawable(whose(shown, t))}"
        self.write("header:subject", subject, (_EDGE, 134), 30, faint=True, room=left - _EDGE - 30)

    def aging(self, figures: Aging) -> None:
        most = max(each.balance.minor for each in figures.buckets)
        for n, each in enumerate(figures.buckets):
            y = _HEADER + n * _AGE
            fill = {"current": self.soft, "over_90": self.bad}.get(each.key, self.strong)
            self.write(f"{each.key}:age", age(each.key, self.language), (_EDGE, y + 34), 30, bold=True)
            self.bar(f"{each.key}:bar", fill, (_EDGE, y + 50), each.balance.minor, most, height=50)
            if not each.count:
                self.write(f"{each.key}:amount", "–", (WIDTH - _EDGE, y + 86), 32, bold=True, align="right")
                continue
            part = share(each.share, of_something=each.balance.minor > 0)
            counted = self.language.ngettext("%(n)s doc.", "%(n)s docs.", each.count)
            self.write(f"{each.key}:share", f"{part} · {counted}", (BARS_END, y + 34), 28, faint=True, align="right")
            self.amount(f"{each.key}:amount", each.balance, y + 86, 32, bold=True)
        part = share(figures.overdue_share, of_something=figures.overdue.minor > 0)
        told = f"{self.language.gettext('Overdue')}: {self.language.money(figures.overdue)} · {part}"
        self.legend("overdue", told, self.swatch(self.bad, self.swatch(self.strong, _EDGE) + 4))

    def forecast(self, figures: Forecast) -> None:
        t, most = self.language, max(week.expected.minor for week in figures.weeks)
        for n, week in enumerate(figures.weeks):
            y, key = _HEADER + n * _AHEAD, str(week.first)
            self.write(f"{key}:week", span(week, t), (_EDGE, y + 34), 30, bold=True)
            self.bar(f"{key}:promised", self.soft, (_EDGE, y + 50), week.expected.minor, most, height=56)
            if not week.count:
                self.write(f"{key}:amount", "–", (WIDTH - _EDGE, y + 86), 32, bold=True, align="right")
                continue
            counted = t.ngettext("%(n)s promise", "%(n)s promises", week.count)
            self.write(f"{key}:count", counted, (BARS_END, y + 34), 28, faint=True, align="right")
            self.amount(f"{key}:amount", week.expected, y + (74 if figures.is_weighted else 88), 32, bold=True)
            if figures.is_weighted:
                self.bar(f"{key}:likely", self.strong, (_EDGE, y + 64), week.likely.minor, most, height=28)
                self.amount(f"{key}:weighted", week.likely, y + 112, 28)
        x = self.swatch(self.soft, _EDGE)
        x = self.legend("promised", t.gettext("To come"), x)
        if not figures.is_weighted:
            self.legend("unweighted", t.gettext("No promise judged yet to weigh by"), x)
            return
        x = self.swatch(self.strong, x)
        self.legend("likely", t.gettext("By promises kept: %(amount)s", amount=t.money(figures.likely)), x)

    def record(self, figures: Record) -> None:
        t, start, most = self.language, 212, max(week.score.due for week in figures.weeks)
        for n, week in enumerate(figures.weeks):
            y, key, score = _HEADER + n * _BACK, str(week.first), week.score
            self.write(f"{key}:week", span(week, t), (_EDGE, y + 42), 27)
            in_part, x = score.due - score.kept - score.broken, float(start)
            for part, count, fill in (
                ("kept", score.kept, self.strong), ("in_part", in_part, self.soft), ("broken", score.broken, self.bad)
            ):  # fmt: skip
                x = self.segment(f"{key}:{part}", count, fill, (x, y + 8), (_STACK_END - start) * count / most)
            told = f"{score.kept:,}/{score.due:,} · {percent(score.kept, score.due)}" if score.due else "–"
            self.write(f"{key}:share", told, (WIDTH - _EDGE, y + 42), 28, align="right", bold=True, room=_SHARE_ROOM)
        x = _EDGE
        for key, fill, label in (
            ("kept", self.strong, t.gettext("Kept")),
            ("in_part", self.soft, t.gettext("In part")),
            ("broken", self.bad, t.gettext("Not kept")),
        ):
            x = self.legend(key, label, self.swatch(fill, x))

    def segment(self, key: str, count: int, fill: _Fill, at: tuple[float, float], long: float) -> float:
        """A part of a stacked bar with its number where it has room; where the next one begins."""
        if not count:
            return at[0]
        x, y = at
        # A seam of paper tells neighbours apart whatever their colours.
        self.fill(key, fill, (x, y, max(_LEAST, long - 3), 48))
        text = f"{count:,}"
        if width(text, 28, bold=True) + 16 <= long:
            self.write(
                f"{key}:count", text, (round(x + long / 2), round(y) + 35), 28, bold=True, align="center", on=fill
            )
        return x + max(_LEAST + 3, long)

    def bar(self, key: str, fill: _Fill, at: tuple[int, int], minor: int, most: int, *, height: int) -> None:
        """A bar as long as its amount; nothing of what is not above zero."""
        x, y = at
        if minor > 0:
            self.fill(key, fill, (x, y, max(_LEAST, (BARS_END - x) * minor / most), height))
        self.fill(f"{key}:axis", self.soft, (x - 4, y - 2, 3, height + 4))

    def fill(self, key: str, fill: _Fill, box: tuple[float, float, float, float]) -> None:
        x, y, wide, high = box
        area = Rectangle((x, y), wide, high, facecolor=fill.ground, linewidth=0, transform=self.down, zorder=0)
        area.set_gid(key)
        self.figure.add_artist(area)
        if fill.hatched:
            slants = [((s, y + high), (s + high, y)) for s in range(round(x - high), round(x + wide), _HATCH_EVERY)]
            lines = LineCollection(
                slants, colors=[fill.ink], alpha=0.55, linewidths=_HATCH_WIDTH, transform=self.down, zorder=0
            )
            self.figure.add_artist(lines)
            lines.set_clip_path(area)

    def swatch(self, fill: _Fill, x: int) -> int:
        self.fill("swatch", fill, (x, self.legend_y - _SWATCH // 2, _SWATCH, _SWATCH))
        return x + _SWATCH

    def legend(self, key: str, label: str, x: int) -> int:
        self.write(f"legend:{key}", label, (x + 10, self.legend_y + 10), 27, room=WIDTH - _EDGE - x - 10)
        return x + 10 + width(label, 27) + 28

    def amount(self, key: str, amount: Money, y: int, size: int, *, bold: bool = False) -> None:
        """An amount, exact where it can be read so; the text under the picture always is."""
        text = in_cell(amount, self.language)
        if width(text, SMALLEST, bold=bold) > _ROOM and amount.minor > 0:
            text = in_millions(amount, self.language)
        self.write(key, text, (WIDTH - _EDGE, y), size, bold=bold, align="right", room=_ROOM)

    def write(
        self, key: str, text: str, at: tuple[int, int], size: int, *,
        bold: bool = False, faint: bool = False, align: str = "left", room: int = WIDTH - 2 * _EDGE,
        on: _Fill | None = None,
    ) -> int:  # fmt: skip
        """Write a line within `room`, smaller where it needs to be, cut where that does not suffice; its left end."""
        while size > SMALLEST and width(text, size, bold=bold) > room:
            size -= 1
        while width(text, size, bold=bold) > room:
            text = text.rstrip("…")[:-1].rstrip() + "…"
        wide = width(text, size, bold=bold)
        left = at[0] - {"left": 0, "center": wide // 2, "right": wide}[align]
        style: dict[str, Any] = {
            "fontproperties": font(size, bold=bold), "transform": self.down, "parse_math": False, "gid": key,
            "color": on.ink if on else self.palette.tones[Tone.FAINT if faint else Tone.INK][1],
        }  # fmt: skip
        written = self.figure.text(left, at[1], text, **style)
        if on and on.hatched:
            rim = self.figure.text(left, at[1], text, **{**style, "color": on.ground, "gid": None})
            rim.set_path_effects([Stroke(linewidth=3 * RIM, foreground=on.ground)])
            written.set_zorder(rim.get_zorder() + 1)
        return left
