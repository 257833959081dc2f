"""What the summary's picture and the text under it both say."""

from bot.domain.forecast import Forecast, Span, Tally
from bot.domain.summary import Aging, Summary
from bot.i18n import Language
from bot.render.plain import one_line


def whose(shown: Summary, language: Language) -> str:
    """The customer, the collector, or that it is all."""
    if shown.customer:
        return one_line(f"{shown.customer.code} · {shown.customer.name}")
    if shown.collector:
        return one_line(shown.collector.name or shown.collector.code)
    return language.gettext("Whole portfolio")


def age(key: str, language: Language) -> str:
    """A bucket's name: `1–30 days`."""
    if key == "current":
        return language.gettext("Current")
    if key == "over_90":
        return language.gettext("Over 90 days")
    return language.gettext("%(days)s days", days=key.replace("-", "–"))


def span(of: Span | Tally, language: Language) -> str:
    """Days from Monday to Sunday: `15/07–21/07`; what lies before or after the weeks in words."""
    if of.first is None:
        return language.gettext("Before")
    if of.last is None:
        return language.gettext("Later")
    return f"{of.first:%d/%m}–{of.last:%d/%m}"


def percent(kept: int, due: int) -> str:
    """A share in whole percents, half up; without anything to share, a dash."""
    return f"{(200 * kept + due) // (2 * due)} %" if due else "–"


def share(percents: int, *, of_something: bool) -> str:
    """A bucket's share; what is there and rounds to nothing says so."""
    return "<1 %" if of_something and not percents else f"{percents} %"


def nothing(shown: Summary, language: Language) -> str:
    """Why there is nothing to see."""
    _, currency = language.gettext, language.currency_name(shown.figures.currency)
    match shown.figures:
        case Aging():
            return _("Nothing owed in %(currency)s.", currency=currency)
        case Forecast():
            return _("Nothing is promised in %(currency)s.", currency=currency)
        case _:
            return _("No promise in %(currency)s was judged in these weeks.", currency=currency)
