"""The screens of `/cobro` and `/corte`, by the name of their golden files."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

from bot.domain.money import Money
from bot.domain.receipts import Asked, DayTotal, PaymentForm, Receipt
from bot.i18n import Language
from bot.presenters.receipt import day, question, recorded, undone
from bot.presenters.reply import Picture, Reply
from tests.presenters.values import EIGHT, JUAN, RAMIRO, SAMUEL, SEVEN, TODAY, document

MADE = Receipt(
    9, SEVEN, JUAN, Money(1624_00), PaymentForm.CHEQUE, "folio <881>", 3, "Laura Méndez", 1, TODAY,
    datetime(2019, 7, 16, 17, 5, tzinfo=UTC),
)  # fmt: skip
PICTURE = Picture("a", lambda: b"")
DOLLARS = document(12, 250_00, SAMUEL, "USD")
SOME = (
    replace(MADE, confirmed=True),
    replace(MADE, number=2, document=EIGHT, customer=RAMIRO, amount=Money(4_872_00), form=PaymentForm.CASH),
    replace(MADE, number=3, withdrawn=True),
    replace(MADE, number=4, document=DOLLARS, customer=SAMUEL, amount=Money(25_00, "USD"), form=PaymentForm.TRANSFER),
)
OLD = tuple(replace(each, on=date(2019, 7, 5)) for each in SOME[:2])
MANY = DayTotal(TODAY, tuple(replace(MADE, number=n) for n in range(1, 23)), OLD * 11)
ASKED = Asked("77", SEVEN, JUAN, Money(3_000_00), SEVEN.total, None)

SCREENS: dict[str, Callable[[Language], Reply]] = {
    "receipt": lambda t: recorded(MADE, PICTURE, t),
    "receipt_without_comment": lambda t: recorded(replace(MADE, comment=""), PICTURE, t),
    "receipt_undone": lambda t: undone(MADE, t),
    "receipt_form": lambda t: question(ASKED, t),
    "receipt_more": lambda t: question(replace(ASKED, form=PaymentForm.CASH), t),
    "receipts_none": lambda t: day(DayTotal(TODAY, ()), t),
    "receipts": lambda t: day(DayTotal(TODAY, SOME), t),
    "receipts_of_many": lambda t: day(MANY, t),
    "receipts_unconfirmed": lambda t: day(DayTotal(TODAY, (), OLD), t),
}
