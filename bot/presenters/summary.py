"""`/resumen`: a picture of a portfolio or a customer, with the exact figures under it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.calendar import Collector
from bot.domain.forecast import Forecast, Record, Span
from bot.domain.money import Money
from bot.domain.scores import SCORE_DAYS, Score
from bot.domain.summary import Aging, Summary, Topic, View
from bot.i18n import Language
from bot.presenters import buttons, portfolios
from bot.presenters.reply import Button, Keyboard, Picture, Reply, columns, in_rows, rows, screen
from bot.render.plain import short
from bot.render.summary_words import age, nothing, percent, share, span, whose

# What a button carries of a topic.
_CODES = {Topic.AGING: "a", Topic.EXPECTED: "e", Topic.KEPT: "k"}
_CODE = re.compile(
    r"(?P<topic>[aek]):(?P<currency>[A-Z]{3})?:(?:c(?P<collector>[0-9a-f]{8})|u(?P<customer>[0-9]{1,18}))?"
)


def view_code(view: View) -> str:
    """What a button carries of a view: `a:MXN:`, `e:USD:c1f2e3d4c` a collector's, `a::u12` a customer's."""
    who = f"u{view.customer_id}" if view.customer_id is not None else f"c{view.collector}" if view.collector else ""
    return f"{_CODES[view.topic]}:{view.currency}:{who}"


def read_view(code: str) -> View | None:
    """The view of a button; None of one that was never ours."""
    match = _CODE.fullmatch(code)
    if not match:
        return None
    topic = next(topic for topic, short_name in _CODES.items() if short_name == match["topic"])
    customer = int(match["customer"]) if match["customer"] else None
    return View(topic, match["currency"] or "", match["collector"] or "", customer)


@dataclass(frozen=True, slots=True)
class _Table:
    """The exact figures; the first column says of what, and `total` is that of the rows. `note` stands below.

    As many columns as 360 points have room for: how many documents there are is told by the picture. Two amounts stand
    in a line below their row's first column.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...]
    note: str
    amounts_below: bool = False


def summary(shown: Summary, picture: Picture, language: Language, *, dark: bool = False) -> Reply:
    """The picture with its figures, and buttons for what else there is to see, all in the same message."""
    _, view = language.gettext, shown.view
    named = {
        Topic.AGING: "📊 " + _("By age"),
        Topic.EXPECTED: "💵 " + _("Next weeks"),
        Topic.KEPT: "🤝 " + _("Promises kept"),
    }
    topics = [
        Button(named[topic], f"su:{view_code(replace(view, topic=topic))}")
        for topic in shown.topics
        if topic is not shown.topic
    ]
    currencies = (
        Button(language.currency_name(other), f"su:{view_code(replace(view, currency=other))}")
        for other in shown.currencies
        if other != view.currency
    )
    mode = buttons.light_or_dark(f"sm:{{}}:{view_code(view)}", language, dark=dark)
    who = short(whose(shown, language), 38) if shown.collector else _("Everybody's")
    statement = buttons.statement(shown.customer, language) if shown.customer else None
    return _screen(
        shown,
        picture,
        language,
        keyboard=(
            *columns(topics),
            *in_rows(currencies, 4),
            *rows([mode, statement], [Button(f"👤 {who}", _to_collectors(shown, 0)) if shown.choice else None]),
        ),
    )


def _to_collectors(shown: Summary, page: int | str) -> str:
    return f"sc:{view_code(shown.view)}:{page}"


def collectors(
    shown: Summary, listed: Sequence[Collector], picture: Picture, language: Language, page: int = 0
) -> Reply:
    """Under the same picture: whose portfolio to look at."""
    return _screen(
        shown,
        picture,
        language,
        asked=language.gettext("Whose customers do you want to see?"),
        keyboard=portfolios.choice(
            listed,
            language,
            page,
            to=lambda key: f"su:{view_code(replace(shown.view, collector=key))}",
            turn=_to_collectors(shown, "{page}"),
            back=Button("◀ " + language.gettext("Back"), f"su:{view_code(shown.view)}"),
        ),
    )


def _screen(shown: Summary, picture: Picture, language: Language, *, keyboard: Keyboard, asked: str = "") -> Reply:
    figures = shown.figures
    empty = nothing(shown, language) if figures.is_empty else ""
    return screen(
        language,
        "summary",
        {
            "summary": shown,
            "title": _title(shown.topic, language),
            "whole": _whole(shown, language),
            "whose": short(whose(shown, language), 80),
            "table": None if empty else _table(shown, language),
            "nothing": empty,
            "asked": asked,
        },
        photo=picture,
        keyboard=keyboard,
    )


def _title(topic: Topic, language: Language) -> str:
    _ = language.gettext
    return {Topic.AGING: _("Aging"), Topic.EXPECTED: _("Next weeks"), Topic.KEPT: _("Promises kept")}[topic]


def _table(shown: Summary, language: Language) -> _Table:
    match shown.figures:
        case Aging() as figures:
            return _aging(figures, language)
        case Forecast() as figures:
            return _forecast(figures, language)
        case figures:
            return _record(figures, language)


def _aging(figures: Aging, t: Language) -> _Table:
    def told(amount: Money, percents: int) -> str:
        return share(percents, of_something=amount.minor > 0)

    overdue = t.gettext(
        "Overdue %(amount)s · %(share)s.",
        amount=t.money(figures.overdue),
        share=told(figures.overdue, figures.overdue_share),
    )
    whole = sum(each.share for each in figures.buckets)
    return _Table(
        (t.gettext("DAYS OVERDUE"), t.gettext("BALANCE"), "%"),
        tuple((age(each.key, t), t.money(each.balance), told(each.balance, each.share)) for each in figures.buckets),
        (t.gettext("TOTALS"), t.money(figures.balance), told(figures.balance, whole)),
        f"{overdue} {t.gettext('Credits to apply are not deducted.')}",
    )


def _forecast(figures: Forecast, t: Language) -> _Table:
    """What is to come in other weeks stands below, in no total."""

    def told(of: Span | Forecast) -> tuple[str, ...]:
        amounts = (of.expected, of.likely) if figures.is_weighted else (of.expected,)
        return tuple(map(t.money, amounts))

    elsewhere = [
        f"{span(each, t)}: {t.money(each.expected)}." for each in (figures.before, figures.later) if each.count
    ]
    weights = (
        t.gettext(
            "Weighted by what each customer kept in %(days)s days; without promises due, by the portfolio's "
            "%(kept)s of %(due)s. To the nearest cent for each customer and week.",
            days=SCORE_DAYS,
            kept=f"{figures.score.kept:,}",
            due=f"{figures.score.due:,}",
        )
        if figures.is_weighted
        else t.gettext("No promise was judged in %(days)s days, so nothing is weighted.", days=SCORE_DAYS)
    )
    weighted = (t.gettext("WEIGHTED"),) if figures.is_weighted else ()
    return _Table(
        (t.gettext("WEEK"), t.gettext("TO COME"), *weighted),
        tuple((span(week, t), *told(week)) for week in figures.weeks),
        (t.gettext("TOTALS"), *told(figures)),
        " ".join([*elsewhere, weights]),
        amounts_below=figures.is_weighted,
    )


def _record(figures: Record, t: Language) -> _Table:
    def told(of: Score) -> tuple[str, ...]:
        in_part = of.due - of.kept - of.broken
        return (f"{of.kept:,}", f"{in_part:,}", f"{of.broken:,}", percent(of.kept, of.due))

    return _Table(
        (t.gettext("WEEK"), t.gettext("KEPT"), t.gettext("PART"), t.gettext("NOT"), "%"),
        tuple((span(week, t), *told(week.score)) for week in figures.weeks),
        (t.gettext("TOTALS"), *told(figures.score)),
        t.gettext("By the day promised. What was rescheduled or withdrawn is not counted."),
    )


def _whole(shown: Summary, language: Language) -> str:
    match shown.figures:
        case Aging() as figures:
            return language.money(figures.balance)
        case Forecast() as figures:
            return language.money(figures.expected)
        case figures:
            return percent(figures.score.kept, figures.score.due)
