"""REP that break one rule each, and what they are held against."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from bot.domain.money import Money
from bot.domain.receivables import PaymentMethod, Received
from bot.domain.reconciling import reconcile
from bot.domain.rep import (
    BookDocument,
    Books,
    Reconciliation,
    Rep,
    Rule,
    Value,
)
from bot.imports.rep_xml import read_for_reconciling
from tests.imports.cfdi_files import U1, U2, U3, U4
from tests.rep_files import ISSUER, PAID, book, d, entry, make_rep, note, paid, payment, second, xml

TODAY = date(2019, 7, 16)
OTHER = "AAA010101AAA"
# The invoice A-7 of $116.00 with the payments of $40.00 and $30.00.
OWED = book(entry(), entry(3000, date(2019, 7, 12)))
FIRST = make_rep()
LATER = payment(second(), at=datetime.fromisoformat("2019-07-12T12:00:00"))
SECOND = make_rep(LATER, name="second.xml", uuid=U4, folio="2")
USD = replace(OWED, total=Money(11600, "USD"), entries=(replace(entry(), amount=Money(4000, "USD")),))
# Forty dollars paid with pesos at 18.50.
IN_PESOS = replace(paid(), currency="USD", equivalence=d("0.0540540541"))
PESOS = payment(IN_PESOS, amount=d("740.00"))
# Forty pesos paid with dollars.
IN_DOLLARS = replace(paid(), equivalence=d("18.5000"))
DOLLARS = payment(IN_DOLLARS, currency="USD", rate=d("18.5"), amount=d("2.16"))
# The same, and forty pesos, as an ERP has them.
GOT = Received(Money(74000), Money(74000), d(1))
GOT_PESOS = replace(USD, entries=(replace(USD.entries[0], received=GOT),))
GOT_DOLLARS = book(entry(received=Received(Money(216, "USD"), Money(216, "USD"), d("18.5"))))
GOT_DOLLARS_AT = book(entry(received=Received(Money(216, "USD"), Money(216, "USD"), d("18.5"), d("18.5"))))


def one(**changed: Value) -> Rep:
    """The only REP of a file that pays $40.00, with what its line says changed."""
    return make_rep(payment(replace(paid(), **changed), amount=d("40.00")))  # type: ignore[arg-type] # any field


def old(rep: Rep = FIRST, *, method: str = "PPD", rate: Decimal | None = None) -> Rep:
    """The same in Pagos 1.0."""
    payments = tuple(
        replace(
            each,
            rate=rate,
            documents=tuple(
                replace(one, method=method, equivalence=None if one.equivalence == 1 else one.equivalence)
                for one in each.documents
            ),
        )
        for each in rep.payments
    )
    return replace(rep, version="1.0", payments=payments, total=None)


class Broken(NamedTuple):
    """REP, the books, and what is told of the one that is wrong."""

    rule: Rule
    field: str
    found: Value
    expected: Value
    reps: tuple[Rep, ...]
    books: tuple[BookDocument, ...] = (OWED,)
    notice: bool = False


BROKEN = {
    "unknown": Broken(Rule.UNKNOWN_DOCUMENT, "IdDocumento", U2, None, (one(uuid=U2, folio="8"),)),
    "not a uuid": Broken(
        Rule.UNKNOWN_DOCUMENT, "IdDocumento", "001-12-1234", None, (one(uuid="001-12-1234", folio=""),)
    ),
    "cancelled": Broken(
        Rule.CANCELLED_DOCUMENT, "IdDocumento", U1, "", (FIRST,), (replace(OWED, cancelled=True),)
    ),
    "credit": Broken(Rule.NOT_OWED, "IdDocumento", U1, "", (FIRST,), (replace(OWED, is_charge=False),)),
    "pue": Broken(Rule.PUE, "IdDocumento", U1, "", (FIRST,), (replace(OWED, method=PaymentMethod.PUE),)),
    "pue of the line alone": Broken(
        Rule.PUE, "IdDocumento", U1, "", (old(method="PUE"),), (replace(OWED, method=None),)
    ),
    "method of the line": Broken(Rule.METHOD, "MetodoDePagoDR", "PUE", "PPD", (old(method="PUE"),)),
    "folio of the line": Broken(Rule.DOCUMENT_NAME, "Folio", "8", "7", (one(folio="8"),), notice=True),
    "series of the line": Broken(Rule.DOCUMENT_NAME, "Serie", "B", "A", (one(series="B"),), notice=True),
    "repeated": Broken(
        Rule.INSTALLMENT_REPEATED, "NumParcialidad", 1, 2,
        (FIRST, replace(SECOND, payments=(payment(second(installment=1), at=LATER.at),))),
    ),
    "gap": Broken(
        Rule.INSTALLMENT_GAP, "NumParcialidad", 3, 2,
        (FIRST, replace(SECOND, payments=(payment(second(installment=3), at=LATER.at),))),
    ),
    "number nought": Broken(Rule.INSTALLMENT_GAP, "NumParcialidad", 0, 1, (one(installment=0),)),
    "first previous": Broken(
        Rule.PREVIOUS_BALANCE, "ImpSaldoAnt", d("115.00"), d("116.00"), (one(before=d(115), after=d(75)),)
    ),
    "second previous": Broken(
        Rule.PREVIOUS_BALANCE, "ImpSaldoAnt", d("80.00"), d("76.00"),
        (FIRST, replace(SECOND, payments=(payment(second(before=d("80.00"), after=d("50.00")), at=LATER.at),))),
    ),
    "previous without the note": Broken(
        Rule.PREVIOUS_BALANCE, "ImpSaldoAnt", d("76.00"), d("70.00"), (FIRST, SECOND),
        (replace(OWED, entries=(*OWED.entries, note(600, date(2019, 7, 11)))),),
    ),
    "remaining": Broken(
        Rule.REMAINING_BALANCE, "ImpSaldoInsoluto", d("70.00"), d("76.00"), (one(after=d("70.00")),)
    ),
    "remaining below zero": Broken(
        Rule.REMAINING_BALANCE, "ImpSaldoInsoluto", d("-4.00"), d("0"),
        (make_rep(payment(paid(amount="120.00"))),), (book(entry(12000)),),
    ),
    "more": Broken(
        Rule.MORE_THAN_PAYMENT, "Monto", d("39.99"), d("40.00"),
        (make_rep(payment(amount=d("39.99"))),),
    ),
    "more in pesos": Broken(
        Rule.MORE_THAN_PAYMENT, "Monto", d("739.89"), d("739.90"),
        (make_rep(replace(PESOS, amount=d("739.89"))),), (USD,),
    ),
    "less": Broken(
        Rule.LESS_THAN_PAYMENT, "Monto", d("45.00"), d("40.00"), (make_rep(payment(amount=d("45.00"))),), notice=True,
    ),
    "less in pesos": Broken(
        Rule.LESS_THAN_PAYMENT, "Monto", d("740.20"), d("740.10"),
        (make_rep(replace(PESOS, amount=d("740.20"))),), (USD,), notice=True,
    ),
    "document currency": Broken(
        Rule.DOCUMENT_CURRENCY, "MonedaDR", "USD", "MXN", (make_rep(PESOS),),
    ),
    "equivalence": Broken(Rule.EQUIVALENCE, "EquivalenciaDR", d("1.01"), d(1), (one(equivalence=d("1.01")),)),
    "no equivalence": Broken(Rule.EQUIVALENCE, "EquivalenciaDR", None, d(1), (one(equivalence=None),)),
    "old equivalence": Broken(
        Rule.EQUIVALENCE, "TipoCambioDR", d("1.01"), d(1), (old(one(equivalence=d("1.01"))),)
    ),
    "equivalence of pesos": Broken(
        Rule.EQUIVALENCE, "EquivalenciaDR", d("18.5100"), d("18.5"),
        (make_rep(replace(DOLLARS, documents=(replace(IN_DOLLARS, equivalence=d("18.5100")),)), total=d("39.96")),),
    ),
    "equivalence missing": Broken(
        Rule.MISSING, "EquivalenciaDR", None, None,
        (make_rep(replace(PESOS, documents=(replace(IN_PESOS, equivalence=None),))),), (USD,),
    ),
    "equivalence nought": Broken(
        Rule.NOT_POSITIVE, "EquivalenciaDR", d(0), None,
        (make_rep(replace(PESOS, documents=(replace(IN_PESOS, equivalence=d(0)),))),), (USD,),
    ),
    "equivalence too fine": Broken(
        Rule.DECIMALS, "EquivalenciaDR", d("0.05405405406"), d("0.0540540541"),
        (make_rep(replace(PESOS, documents=(replace(IN_PESOS, equivalence=d("0.05405405406")),))),), (USD,),
    ),
    "rate of pesos": Broken(Rule.RATE, "TipoCambioP", d("1.5"), d(1), (make_rep(payment(rate=d("1.5"))),)),
    "no rate of pesos": Broken(Rule.RATE, "TipoCambioP", None, d(1), (make_rep(payment(rate=None)),)),
    "old rate of pesos": Broken(Rule.RATE, "TipoCambioP", d("1.5"), d(1), (old(rate=d("1.5")),)),
    "no rate of dollars": Broken(
        Rule.MISSING, "TipoCambioP", None, None, (make_rep(replace(DOLLARS, rate=None), total=d("2.16")),),
    ),
    "rate nought": Broken(
        Rule.RATE, "TipoCambioP", d("-1"), None,
        (old(make_rep(payment(replace(paid(), currency="USD"), currency="USD")), rate=d("-1")),), (USD,),
    ),
    "rate of one": Broken(
        Rule.RATE, "TipoCambioP", d(1), None,
        (make_rep(payment(paid(), currency="USD"), total=d("40.00")),), notice=True,
    ),
    "total": Broken(Rule.TOTAL, "MontoTotalPagos", d("41.00"), d("40.00"), (replace(FIRST, total=d("41.00")),)),
    "no total": Broken(Rule.MISSING, "MontoTotalPagos", None, None, (replace(FIRST, total=None),)),
    "amount too fine": Broken(
        Rule.DECIMALS, "Monto", d("740.001"), d("740.00"),
        (make_rep(replace(PESOS, amount=d("740.001")), total=d("740.00")),), (USD,),
    ),
    "nothing paid": Broken(
        Rule.NOT_POSITIVE, "ImpPagado", d("0.00"), None,
        (make_rep(payment(paid(amount="0.00"), amount=d("40.00"))),),
    ),
    "no number": Broken(Rule.MISSING, "NumParcialidad", None, None, (one(installment=None),)),
    "no previous": Broken(Rule.MISSING, "ImpSaldoAnt", None, None, (one(before=None),)),
    "no remaining": Broken(Rule.MISSING, "ImpSaldoInsoluto", None, None, (one(after=None),)),
    "nothing said of what is paid": Broken(Rule.MISSING, "ImpPagado", None, None, (one(paid=None),)),
    "no form": Broken(Rule.MISSING, "FormaDePagoP", None, None, (make_rep(payment(form="")),)),
    "form of nobody": Broken(Rule.FORM, "FormaDePagoP", "ZZ", None, (make_rep(payment(form="ZZ")),)),
    "form that SAT does not have": Broken(Rule.FORM, "FormaDePagoP", "07", None, (make_rep(payment(form="07")),)),
    "no currency": Broken(Rule.MISSING, "MonedaP", None, None, (make_rep(payment(currency="")),), (GOT_DOLLARS,)),
    "currency of what moves no money": Broken(
        Rule.CURRENCY, "MonedaP", "XXX", None, (make_rep(payment(currency="XXX", rate=None)),)
    ),
    "currency of nobody": Broken(Rule.CURRENCY, "MonedaP", "PESOS", None, (old(make_rep(payment(currency="PESOS"))),)),
    "form": Broken(Rule.FORM, "FormaDePagoP", "99", None, (make_rep(payment(form="99")),)),
    "other form": Broken(
        Rule.FORM, "FormaDePagoP", "03", "01", (FIRST,), (book(entry(form="01")),), notice=True
    ),
    "receiver": Broken(Rule.RECEIVER, "Receptor.Rfc", OTHER, FIRST.receiver, (replace(FIRST, receiver=OTHER),)),
    "issuer": Broken(Rule.ISSUER, "Emisor.Rfc", OTHER, ISSUER, (replace(FIRST, issuer=OTHER),)),
    "issuer of the invoice": Broken(
        Rule.ISSUER, "Emisor.Rfc", ISSUER, OTHER, (FIRST,), (replace(OWED, issuer=OTHER),)
    ),
    "not in the ledger": Broken(Rule.NOT_IN_LEDGER, "ImpPagado", d("40.00"), None, (FIRST,), (book(),)),
    "amount": Broken(
        Rule.PAID_AMOUNT, "ImpPagado", d("40.00"), d("39.00"), (FIRST,), (book(entry(3900)),)
    ),
    "amount of its own rep": Broken(
        Rule.PAID_AMOUNT, "ImpPagado", d("40.00"), d("39.00"), (FIRST,),
        (book(entry(3900, PAID, rep_uuid=U3)),),
    ),
    "month": Broken(
        Rule.PAYMENT_DATE, "FechaPago", PAID, date(2019, 6, 28), (FIRST,), (book(entry(on=date(2019, 6, 28))),)
    ),
    "day": Broken(
        Rule.PAYMENT_DATE, "FechaPago", PAID, date(2019, 7, 9), (FIRST,), (book(entry(on=date(2019, 7, 9))),),
        notice=True,
    ),
    "currency of the payment": Broken(
        Rule.PAYMENT_CURRENCY, "MonedaP", "USD", "MXN", (make_rep(DOLLARS, total=d("39.96")),),
        (book(entry(received=Received(Money(4000), Money(4000), d(1)))),),
    ),
    "total of the payment": Broken(
        Rule.PAYMENT_TOTAL, "Monto", d("40.00"), d("45.00"), (FIRST,),
        (book(entry(received=Received(Money(4500), Money(4000), d(1)))),), notice=True,
    ),
    "rate of the payment": Broken(
        Rule.PAYMENT_RATE, "TipoCambioP", d("18.5"), d("18.5001"), (make_rep(DOLLARS, total=d("39.96")),),
        (book(entry(received=Received(Money(216, "USD"), Money(216, "USD"), d("18.5001")))),), notice=True,
    ),
    "rate of the payment in Pagos 1.0": Broken(
        Rule.PAYMENT_RATE, "TipoCambioP", d("18.5"), d("19"), (old(make_rep(DOLLARS), rate=d("18.5")),),
        (book(entry(received=Received(Money(216, "USD"), Money(216, "USD"), d(19)))),), notice=True,
    ),
    "part of the payment": Broken(
        Rule.PAYMENT_PART, "EquivalenciaDR", d("0.0540540541"), d("0.0533333333"), (make_rep(PESOS),),
        (replace(USD, entries=(replace(USD.entries[0], received=Received(Money(74000), Money(75000), d(1))),)),),
        notice=True,
    ),
    "part of the payment in Pagos 1.0": Broken(
        Rule.PAYMENT_PART, "TipoCambioDR", d("0.0540540541"), d("0.0533333333"), (old(make_rep(PESOS)),),
        (replace(USD, entries=(replace(USD.entries[0], received=Received(Money(74000), Money(75000), d(1))),)),),
        notice=True,
    ),
    "equivalence of the payment": Broken(
        Rule.PAYMENT_PART, "EquivalenciaDR", d("0.0540540541"), d("0.054054054"), (make_rep(PESOS),),
        (
            replace(USD, entries=(replace(USD.entries[0], received=replace(GOT, equivalence=d("0.054054054"))),)),
        ),
        notice=True,
    ),
}  # fmt: skip


def held(reps: tuple[Rep, ...], *books: BookDocument, until: date | None = TODAY, **over: object) -> Reconciliation:
    """What is told of REP that were written to files and read again."""
    read = [read_for_reconciling(xml(rep).encode(), rep.name) for rep in reps]
    assert read == list(reps)
    return reconcile(reps, Books(books), on=TODAY, issuer=ISSUER, until=until, **over)  # type: ignore[arg-type] # its own
