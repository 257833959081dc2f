"""The screens of `/resumen`, by the name of their golden files."""

from collections.abc import Callable
from dataclasses import replace

from bot.domain.calendar import Collector
from bot.domain.errors import CustomerAmbiguous
from bot.domain.summary import Topic
from bot.i18n import Language
from bot.presenters import summary
from bot.presenters.refusals import refusal
from bot.presenters.reply import Picture, Reply
from tests.presenters.values import LAURAS
from tests.render.summaries import COMING, LAURA, OFFICE, RAMIRO, TEAM, aged, expected, kept, promised

PICTURE = Picture("key", lambda: b"picture")
COLLECTORS = [Collector(f"C{n}", "Ana Ruiz" if n % 2 else "") for n in range(1, 24)]
_OWN = (Topic.AGING, Topic.EXPECTED)

SUMMARIES: dict[str, Callable[[Language], Reply]] = {
    "summary_aging": lambda t: summary.summary(replace(OFFICE, currencies=("MXN", "USD"), choice=True), PICTURE, t),
    "summary_aging_of_a_collector_s_own": lambda t: summary.summary(replace(OFFICE, topics=_OWN), PICTURE, t),
    "summary_aging_of_a_customer": lambda t: summary.summary(
        aged((0, 0), (250_00, 1), (0, 0), (-5_00, 1), (1, 12), currency="USD", customer=RAMIRO), PICTURE, t, dark=True
    ),
    "summary_aging_of_nothing": lambda t: summary.summary(aged(collector=LAURA, choice=True), PICTURE, t),
    "summary_aging_all_overpaid": lambda t: summary.summary(aged((-5_00, 1)), PICTURE, t),
    "summary_expected": lambda t: summary.summary(COMING, PICTURE, t),
    "summary_expected_unweighted": lambda t: summary.summary(expected(promised(100_00, 1)), PICTURE, t),
    "summary_expected_nothing": lambda t: summary.summary(expected(currency="USD"), PICTURE, t),
    "summary_kept": lambda t: summary.summary(TEAM, PICTURE, t),
    "summary_kept_nothing": lambda t: summary.summary(kept([]), PICTURE, t),
    "summary_collectors": lambda t: summary.collectors(
        replace(COMING, choice=True, collector=LAURA), COLLECTORS, PICTURE, t, 1
    ),
    "summary_collectors_few": lambda t: summary.collectors(replace(TEAM, choice=True), [LAURAS], PICTURE, t),
    "summary_which_customer": lambda t: refusal(
        CustomerAmbiguous("<ramir>", ((2, "CL002", "Ramiro Aldana"), (3, "CL003", "Samuel Ramírez"))), t, "resumen"
    ),
}
