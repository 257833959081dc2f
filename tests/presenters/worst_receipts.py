"""The screens of payments in the street at their fullest."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.handovers import HANDED_OVER, DayTotal, Handed, Handover, HandoverState, TeamTotal
from bot.domain.money import Money
from bot.domain.people import Person, Role
from bot.domain.receipts import Asked, PaymentForm, Receipt
from bot.domain.receivables import Customer, Document
from bot.i18n import Language
from bot.presenters import day_total, receipt
from bot.presenters.reply import Picture, Reply
from tests.presenters.values import TODAY

ZONE = ZoneInfo("America/Mexico_City")
AT = datetime(2019, 7, 16, 23, 59, tzinfo=UTC)
# A folio's largest parts; what Telegram takes in a button is held against them too.
_NUMBER, _DAYS = 999_999, 40
_PICTURE = Picture("key", lambda: b"picture")


def receipt_screens(
    customer: Customer, documents: list[Document], language: Language, *, user: str, comment: str, cents: int
) -> Iterator[Reply]:
    """Each screen of `/cobro`, its photos, `/corte` and handing over."""
    made = [
        Receipt(
            _NUMBER - n, documents[n % len(documents)], customer, Money(cents, "USD" if n % 2 else "MXN"),
            list(PaymentForm)[n // 2 % 5], comment, _NUMBER, user, _NUMBER - n, TODAY, AT,
            confirmed=True, photographed=True,
        )
        for n in range(_DAYS)
    ]  # fmt: skip
    asked = Asked("9" * 10, made[0].document, customer, made[0].amount, made[0].amount, PaymentForm.CREDIT_CARD)
    yield receipt.recorded(made[0], _PICTURE, TODAY, language)
    yield receipt.recorded(replace(made[0], photo_lost=True), _PICTURE, TODAY, language)
    yield receipt.undone(made[0], language)
    yield receipt.question(asked, language)
    yield receipt.question(replace(asked, form=None, photos=5, unread=comment), language)
    yield receipt.question(replace(asked, photos=5, unread=comment), language)
    yield receipt.question(replace(asked, form=None, photos=5), language, offered=True)
    yield receipt.with_photo(made[0], language, unread=comment)
    yield receipt.of_which("9" * 10, made, language, unread=comment)
    yield receipt.photo(made[0], _PICTURE, (5, 5), language)

    given = Handover(
        _NUMBER,
        TODAY,
        tuple(each for each in made if each.form in HANDED_OVER),
        _NUMBER,
        user,
        _NUMBER,
        user,
        TODAY,
        AT,
    )
    later = TODAY + timedelta(days=30)
    answers = [
        given if state is HandoverState.WAITING else replace(given, state=state, answered_on=later, answered_at=AT)
        for state in HandoverState
    ]
    for each in answers:
        for viewer in (_NUMBER, 1):
            yield day_total.handover(each, language, ZONE, viewer)
    before = tuple(TODAY - timedelta(days=n) for n in range(90))
    refused = tuple(replace(answers[2], id=n) for n in range(20))
    for unconfirmed in ((), tuple(made)):
        shown = DayTotal(TODAY, _NUMBER, user, tuple(made), (), unconfirmed, before)
        yield day_total.day(shown, language, ZONE)
        for handovers in (tuple(answers), refused):
            yield day_total.day(replace(shown, handovers=handovers), language, ZONE, own=False, all_seen=True)
        people = tuple(replace(shown, taken_by_id=n) for n in range(50))
        for page in (0, 99):
            yield day_total.team(TeamTotal(TODAY, people, unconfirmed, (given,) * 50), language, page)
    able = tuple(Person(_NUMBER - n, user, Role.SUPERVISOR, None) for n in range(50))
    yield day_total.handed(Handed(shown, choice=able), language, ZONE)
    yield day_total.handed(Handed(shown, given), language, ZONE)
