"""The screens of `/rep`, by the name of their golden files."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from bot.domain.incoming import Problem
from bot.domain.money import Money
from bot.domain.receivables import Received
from bot.domain.reconciling import Reconciled, Unread, reconcile
from bot.domain.rep import BookDocument, Books, Reconciliation, Rep
from bot.i18n import Language
from bot.presenters.reconcile import rep
from bot.presenters.reply import Reply
from tests.imports.cfdi_files import U2, U4
from tests.rep_files import ISSUER, book, entry, make_rep, paid, payment, second

TODAY = date(2019, 7, 16)
OWED = book(entry(), entry(3000, date(2019, 7, 12), reference="SPEI 881"), entry(1000, date(2019, 6, 3)))
# Six hundred dollars of a transfer of twelve thousand pesos.
PESOS = Received(Money(1_200_000), Money(1_110_000), Decimal(1), Decimal("0.0540540541"))
DOLLARS = replace(
    OWED,
    customer_code="CL2",
    customer_name="Ramiro Aldana",
    uuid=None,
    folio="8",
    total=Money(50000, "USD"),
    entries=(replace(entry(received=PESOS), amount=Money(60000, "USD"), on=date(2019, 7, 16)),),
)


def _held(*reps: Rep, books: tuple[BookDocument, ...] = (OWED, DOLLARS)) -> Reconciliation:
    return reconcile(reps, Books(books), on=TODAY, issuer=ISSUER, until=TODAY)


CLEAN = _held(make_rep())
WRONG = _held(
    make_rep(),
    make_rep(
        payment(second(before=Decimal("80.00")), amount=Decimal("35.00"), form="02"),
        name="julio.zip/rep 2.xml",
        folio="2",
        uuid=U4,
        receiver="AAA010101AAA",
        total=Decimal("35.00"),
    ),
    make_rep(payment(paid(U2, folio="99", installment=3)), name="rep 3.xml", folio="3", uuid=None),
)
MANY = replace(WRONG, needed=CLEAN.needed * 5)
UNREAD = (
    Unread("viejo.xml", Problem(0, "", "Monto=abc", "not_amount")),
    Unread("zip.zip", Problem(0, "", "", "zip_broken")),
)

SCREENS: dict[str, Callable[[Language], Reply]] = {
    "rep_differences": lambda t: rep(Reconciled(WRONG, UNREAD), t),
    "rep_differences_last_page": lambda t: rep(Reconciled(WRONG), t, "d", 9),
    "rep_needed": lambda t: rep(Reconciled(CLEAN), t),
    "rep_needed_of_many": lambda t: rep(Reconciled(MANY), t, "n", 1),
    "rep_all_well": lambda t: rep(Reconciled(replace(CLEAN, needed=(), left_out=CLEAN.reps)), t),
    "rep_deadline_today": lambda t: rep(Reconciled(replace(CLEAN, on=date(2019, 8, 5), needed=CLEAN.needed[1:2])), t),
    "rep_nothing": lambda t: rep(Reconciled(_held(books=())), t),
}
