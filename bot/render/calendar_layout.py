"""Where everything of the month's picture stands: fields, crosses and lines of text, in pixels from the upper left.

A phone shows the 1080 pixels on some 360 points, so that 24 of them are what 8 points are in print.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias

from bot.domain.calendar import Basis, Month, Week
from bot.domain.dates import bank_holiday, is_bank_day
from bot.domain.money import Money, minor_digits
from bot.i18n import Language
from bot.render.calendar_colours import Tone, shade
from bot.render.calendar_glyphs import drawable, width
from bot.render.plain import one_line

WIDTH = 1080
_MARGIN = 8
# Where lines of text begin and end.
_EDGE = 20
_HEADER = 172
_WEEKDAYS = 46
_CELL = 152
_GAP = 6
# By how much today's field reaches into the gaps around it: its ring stands there.
_REACH = 3
# What a line may take of a day's width.
_ROOM = _CELL - 2 * _GAP
_WEEK = 46
_LEGEND = 92
_SWATCH = 40
# No figure is written smaller; an amount that does not fit is shortened.
_SMALLEST = 22
_THOUSAND = 1_000


@dataclass(frozen=True, slots=True)
class Field:
    """A day's ground, or a swatch of the legend."""

    x: int
    y: int
    width: int
    height: int
    tone: Tone
    closed: bool = False
    ringed: bool = False


@dataclass(frozen=True, slots=True)
class Cross:
    """A disc with a cross, by its centre; `tone` is the ground that it lies on."""

    x: int
    y: int
    tone: Tone


@dataclass(frozen=True, slots=True)
class Style:
    """How a line is written; `clear` is whether a rim of ground keeps it clear of hatching."""

    size: int
    tone: Tone
    bold: bool = False
    clear: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text by its left end on its base line; `key` says what it tells (`2019-07-23:total`)."""

    key: str
    x: int
    y: int
    text: str
    style: Style


Mark: TypeAlias = Field | Cross | Line


@dataclass(frozen=True, slots=True)
class Layout:
    """A picture's size and what is drawn in it, in this order."""

    width: int
    height: int
    marks: tuple[Mark, ...]


def lay_out(month: Month, language: Language) -> Layout:
    """The month: a heading, a row for each week with its total below, a legend."""
    plan = _Plan(month, language)
    plan.header()
    for on in _ANY_WEEK:
        centre = _MARGIN + on.weekday() * _CELL + _CELL // 2
        plan.write(
            f"weekday:{on.weekday()}", language.weekday(on), (centre, _HEADER + 26), Style(28, Tone.FAINT), MIDDLE
        )
    y = _HEADER + _WEEKDAYS
    for week in month.weeks():
        for on in week.days:
            plan.day(on, _MARGIN + on.weekday() * _CELL, y)
        plan.week(week, y + _CELL + 28)
        y += _CELL + _WEEK
    plan.legend(y + _LEGEND // 2)
    # Grounds before what stands on them; today's is the last, since it reaches into its neighbours' gaps.
    grounds = sorted((mark for mark in plan.marks if isinstance(mark, Field)), key=lambda ground: ground.ringed)
    return Layout(WIDTH, y + _LEGEND, (*grounds, *(mark for mark in plan.marks if not isinstance(mark, Field))))


# It names the columns.
_ANY_WEEK = tuple(date(2019, 7, n) for n in range(1, 8))
# Where a line's place lies in it, in halves of its width.
START, MIDDLE, END = 0, 1, 2


class _Plan:
    def __init__(self, month: Month, language: Language) -> None:
        self.month, self.language = month, language
        self.most = max((day.total.minor for day in month.days.values()), default=0)
        self.written = self.amounts()
        self.marks: list[Mark] = []

    def header(self) -> None:
        month, language = self.month, self.language
        name = language.currency_name(month.currency)
        currency = name if name == month.currency else f"{name} ({month.currency})"
        count = language.ngettext("%(n)s document", "%(n)s documents", month.count)
        large, small = Style(60, Tone.INK, bold=True), Style(30, Tone.FAINT)
        right = WIDTH - _EDGE
        total, _ = self.write("header:total", language.money(month.total), (right, 86), large, END, room=580)
        title = language.month(month.first)
        self.write("header:month", title, (_EDGE, 86), large, room=total - _EDGE - 30)
        counted, _ = self.write("header:count", f"{count} · {currency}", (right, 134), small, END, room=580)
        self.write("header:subject", self.subject(), (_EDGE, 134), small, room=counted - _EDGE - 30)

    def subject(self) -> str:
        """By which dates, and whose customers."""
        _, who = self.language.gettext, self.month.collector
        shown = _("Due dates") if self.month.basis is Basis.DUE else _("Promises to pay")
        return f"{shown} · {drawable(one_line(who.name or who.code))}" if who else shown

    def day(self, on: date, x: int, y: int) -> None:
        day, closed, today = self.month.days.get(on), not is_bank_day(on), on == self.month.today
        tone = shade(day.total.minor, self.most) if day and day.count else Tone.EMPTY
        reach = _REACH if today else 0
        side = _CELL + 2 * reach
        self.marks.append(Field(x - reach, y - reach, side, side, tone, closed=closed, ringed=today))
        self.write(f"{on}:day", str(on.day), (x + 14, y + 42), Style(30, tone, bold=True, clear=closed))
        if not day:
            return
        if day.broken:
            self.marks.append(Cross(x + _CELL - 30, y + 31, tone))
        centre = x + _CELL // 2
        if day.count:
            text, size, bold = self.written[on]
            self.write(f"{on}:total", text, (centre, y + 94), Style(size, tone, bold), MIDDLE, room=_ROOM)
        # Where all was broken, what is counted is that.
        count = self.language.ngettext("%(n)s doc.", "%(n)s docs.", day.count or day.broken_count)
        self.write(f"{on}:count", count, (centre, y + 132), Style(26, tone), MIDDLE, room=_ROOM)

    def amounts(self) -> dict[date, tuple[str, int, bool]]:
        """What is written of each day's total, how large and whether in bold: exact where that can be read.

        All in one cut, and in sizes close to each other: what is short is not more than what is long.
        """
        written = {}
        for day in self.month.days.values():
            exact = in_cell(day.total, self.language)
            fits = width(exact, _SMALLEST) <= _ROOM
            written[day.on] = exact if fits else in_millions(day.total, self.language)
        bold = all(width(text, _SMALLEST + 2, bold=True) <= _ROOM for text in written.values())
        sizes = {on: _largest(text, bold=bold) for on, text in written.items()}
        most = min(sizes.values(), default=_SMALLEST) + 4
        return {on: (text, min(sizes[on], most), bold) for on, text in written.items()}

    def week(self, week: Week, y: int) -> None:
        """The line below a week: its bank holidays by name on the left, its total on the right."""
        end, key = WIDTH - _EDGE, f"week:{week.days[0]}"
        faint = Style(26, Tone.FAINT)
        if week.count:
            amount = in_cell(week.total, self.language)
            end, _ = self.write(f"{key}:total", amount, (end, y), Style(26, Tone.INK, bold=True), END)
            count = self.language.ngettext("Week: %(n)s doc.", "Week: %(n)s docs.", week.count)
            end, _ = self.write(f"{key}:count", count, (end - 12, y), faint, END)
        names = [f"{on.day} {name}" for on in week.days if (name := bank_holiday(on))]
        if names:
            self.write(f"{key}:holidays", " · ".join(names), (_EDGE, y), faint, room=end - _EDGE - 30)

    def legend(self, y: int) -> None:
        _, style = self.language.gettext, Style(26, Tone.INK)
        late = _("Overdue") if self.month.basis is Basis.DUE else _("Not kept")
        x, top, base = _EDGE, y - _SWATCH // 2, y + 9
        for key, label in (("today", _("Today")), ("closed", _("Banks closed")), ("broken", late)):
            if key == "broken":
                self.marks.append(Cross(x + _SWATCH // 2, y, Tone.INK))
            else:
                today, closed = key == "today", key == "closed"
                self.marks.append(Field(x, top, _SWATCH, _SWATCH, Tone.EMPTY, closed=closed, ringed=today))
            _start, end = self.write(f"legend:{key}", label, (x + _SWATCH + 8, base), style)
            x = end + 24
        x, _end = self.write("legend:more", _("More"), (WIDTH - _EDGE, base), style, END)
        x -= 10
        for tone in (Tone.MOST, Tone.MORE, Tone.LESS, Tone.LEAST):
            x -= _SWATCH
            self.marks.append(Field(x, top, _SWATCH, _SWATCH, tone))
        self.write("legend:less", _("Less"), (x - 10, base), style, END)

    def write(
        self, key: str, text: str, at: tuple[int, int], style: Style, align: int = START, *, room: int = WIDTH
    ) -> tuple[int, int]:
        """Write a line within `room`: smaller where it needs to be, and cut where that does not suffice.

        Returns where it starts and ends.
        """
        while style.size > _SMALLEST and width(text, style.size, bold=style.bold) > room:
            style = replace(style, size=style.size - 1)
        while width(text, style.size, bold=style.bold) > room:
            text = text.rstrip("…")[:-1].rstrip() + "…"
        wide = width(text, style.size, bold=style.bold)
        start = at[0] - align * wide // 2
        self.marks.append(Line(key, start, at[1], text, style))
        return start, start + wide


def _largest(text: str, *, bold: bool) -> int:
    """The largest size in which a day's amount has room."""
    return next((size for size in range(32, _SMALLEST, -2) if width(text, size, bold=bold) <= _ROOM), _SMALLEST)


def in_cell(amount: Money, language: Language) -> str:
    """An amount without its currency, which the heading names, and without cents when it has none."""
    text = language.money(amount).replace(f"{amount.currency} ", "")
    return text if amount.minor % 10 ** minor_digits(amount.currency) else text.partition(".")[0]


def in_millions(amount: Money, language: Language) -> str:
    """An amount in millions, never more than it is: `$1.23 M`; the day's list has it exactly."""
    millions, rest = divmod(amount.minor, 10 ** (minor_digits(amount.currency) + 6))
    written = in_cell(Money(millions * 10 ** minor_digits(amount.currency), amount.currency), language)
    hundredths = rest // 10 ** (minor_digits(amount.currency) + 4)
    return f"{written} M" if millions >= _THOUSAND else f"{written}.{hundredths:02} M"
