"""Every rule has a REP that breaks it and no other; all of them are read from XML."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import pytest

from bot.domain.money import Money
from bot.domain.receivables import ApplicationKind, PaymentMethod
from bot.domain.reconciling import Due, countdown, reconcile
from bot.domain.rep import (
    BookDocument,
    BookEntry,
    Books,
    Line,
    Reconciliation,
    Rep,
    Rule,
    Value,
    rep_deadline,
    standing,
)
from bot.domain.rep_rules import limits
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
EDGE, HALF_CENT, RATE = Fraction(1, 10**10), Fraction(5, 1000) - Fraction(1, 10**10), Fraction("0.0540540541")
# Forty pesos paid with dollars.
IN_DOLLARS = replace(paid(), equivalence=d("18.5000"))
DOLLARS = payment(IN_DOLLARS, currency="USD", rate=d("18.5"), amount=d("2.16"))


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
    "pue of the line": Broken(Rule.PUE, "IdDocumento", U1, "", (old(method="PUE"),)),
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
}  # fmt: skip


def held(reps: tuple[Rep, ...], *books: BookDocument, until: date | None = TODAY, **over: object) -> Reconciliation:
    """What is told of REP that were written to files and read again."""
    read = [read_for_reconciling(xml(rep).encode(), rep.name) for rep in reps]
    assert read == list(reps)
    return reconcile(reps, Books(books), on=TODAY, issuer=ISSUER, until=until, **over)  # type: ignore[arg-type] # its own


@pytest.mark.parametrize("name", BROKEN)
def test_a_rep_that_breaks_one_rule_is_told_of_that_rule_and_no_other(name: str) -> None:
    broken = BROKEN[name]
    (finding,) = held(broken.reps, *broken.books).findings
    wanted = (broken.rule, broken.field, broken.found, broken.expected, broken.notice)
    assert (finding.rule, finding.field, finding.found, finding.expected, finding.is_notice) == wanted
    assert finding.rep == broken.reps[-1]
    if broken.rule is not Rule.UNKNOWN_DOCUMENT:
        assert finding.customer == ("CL1", "Peñón & Cía")


def test_an_amount_of_a_line_with_too_many_decimals_is_told_beside_what_it_throws_off() -> None:
    found = held((make_rep(payment(paid(amount="40.001"), amount=d("40.01"))),), OWED)
    told = {(f.field, f.expected) for f in found.findings if f.rule is Rule.DECIMALS}
    assert told == {("ImpPagado", d("40.00")), ("ImpSaldoInsoluto", d("76.00"))}


def test_every_rule_has_a_file_that_breaks_it() -> None:
    assert {broken.rule for broken in BROKEN.values()} == set(Rule)


@pytest.mark.parametrize(
    ("reps", "books"),
    [
        ((FIRST, SECOND), (OWED,)),
        ((make_rep(PESOS),), (USD,)),
        ((make_rep(DOLLARS),), (OWED,)),
        ((old(),), (OWED,)),
        ((old(make_rep(DOLLARS), rate=d("18.5")),), (OWED,)),
        # What Pagos 1.0 asked for of pesos paid with another currency, and of an invoice that is not PPD.
        (
            (
                replace(
                    old(make_rep(DOLLARS), rate=d("18.5")),
                    payments=(replace(DOLLARS, documents=(replace(IN_DOLLARS, method="PPD", equivalence=d(1)),)),),
                ),
            ),
            (OWED,),
        ),
        ((old(one(installment=None, before=None, after=None), method=""),), (OWED,)),
        # A rate without decimals is meant exactly.
        (
            (make_rep(payment(replace(paid(), equivalence=d(20)), currency="USD", rate=d(20), amount=d(2))),),
            (OWED,),
        ),
        # An amount with noughts behind it.
        ((one(paid=d("40.000000")),), (OWED,)),
        # A note of the day of the payment may be in the balance or not, and so one before the REP is made.
        ((FIRST,), (book(entry(), note(600, PAID)),)),
        ((one(before=d("110.00"), after=d("70.00")),), (book(entry(), note(600, PAID)),)),
        ((one(before=d("110.00"), after=d("70.00")),), (book(entry(), note(600, date(2019, 7, 11))),)),
        # Nobody's RFC is known where the ledger has that of the public at large, or none.
        ((replace(FIRST, receiver=OTHER),), (replace(OWED, receiver="XAXX010101000"),)),
        ((replace(FIRST, receiver=OTHER),), (replace(OWED, receiver=""),)),
        # A document without UUID goes by its name.
        ((one(uuid=U2, folio="0007"),), (replace(OWED, uuid=None),)),
        # A payment was taken back, and came again.
        ((FIRST,), (book(entry(), entry(-4000, date(2019, 7, 11)), entry(-5), entry(on=PAID)),)),
    ],
)  # fmt: skip
def test_a_rep_by_the_rules_is_clean(reps: tuple[Rep, ...], books: tuple[BookDocument, ...]) -> None:
    assert held(reps, *books).findings == ()


@pytest.mark.parametrize(
    ("amount", "equivalence", "low", "high"),
    [
        # Half a last decimal of each, by the formula of the standard, in whole numbers.
        (
            "100.00",
            "0.05",
            Fraction(99_995, 1000) / Fraction(549_999_999, 10**10),
            (100 + HALF_CENT) / Fraction(45, 1000),
        ),
        ("100.00", "20", Fraction(99_995, 1000) / (20 - EDGE), (100 + HALF_CENT) / 20),
        ("7", "0.0540540541", Fraction(13, 2) / (RATE - EDGE / 2), (Fraction(15, 2) - EDGE) / (RATE - EDGE / 2)),
    ],
)
def test_the_margins_of_rounding_are_those_of_the_standard(
    amount: str, equivalence: str, low: Fraction, high: Fraction
) -> None:
    line = Line(FIRST, PESOS, replace(IN_PESOS, paid=d(amount), equivalence=d(equivalence)))
    found = limits(line)
    assert found is not None
    for told, exact in zip(found, (low, high), strict=True):
        assert abs(Fraction(told) - exact) < Fraction(1, 10**30)


def test_a_document_in_the_payments_currency_beside_one_in_another_has_an_equivalence_of_ten_decimals() -> None:
    mixed = replace(PESOS, documents=(IN_PESOS, paid(U2, "100.00")))
    found = limits(Line(FIRST, mixed, mixed.documents[1]))
    assert found is not None
    assert abs(Fraction(found[0]) - (100 - Fraction(5, 1000)) / (1 - EDGE / 2)) < Fraction(1, 10**30)


def test_an_equivalence_smaller_than_its_margin_is_taken_as_it_stands() -> None:
    line = Line(FIRST, PESOS, replace(IN_PESOS, equivalence=d("0.0000000000")))
    assert limits(line) is None
    tiny = limits(replace(line, paid=replace(IN_PESOS, equivalence=d("0.00000000001"))))
    assert tiny is not None
    assert tiny[1] > tiny[0]


def test_after_one_mistake_the_next_installments_may_follow_what_was_written_or_what_should_be() -> None:
    wrong = replace(FIRST, payments=(payment(paid(before=d(120), after=d(80))),))
    for before in ("80.00", "76.00"):
        after = d(before) - 30
        follows = replace(SECOND, payments=(payment(second(before=d(before), after=after), at=LATER.at),))
        assert [f.rule for f in held((wrong, follows), OWED).findings] == [Rule.PREVIOUS_BALANCE]
    slip = replace(FIRST, payments=(payment(paid(after=d("70.00"))),))
    follows = replace(SECOND, payments=(payment(second(before=d("70.00"), after=d("40.00")), at=LATER.at),))
    assert [f.rule for f in held((slip, follows), OWED).findings] == [Rule.REMAINING_BALANCE]


def test_a_payment_whose_rep_is_not_at_hand_has_its_place_among_the_installments() -> None:
    unseen = book(entry(rep_uuid=U3), entry(3000, date(2019, 7, 12)))
    assert held((SECOND,), unseen).findings == ()
    # The ledger says nothing of a REP: it may have one all the same.
    assert held((SECOND,), OWED).findings == ()
    (finding,) = held((SECOND,), book(entry(3000, date(2019, 7, 12)))).findings
    assert (finding.rule, finding.expected) == (Rule.INSTALLMENT_GAP, 1)


def test_of_many_payments_without_rep_the_earliest_come_first() -> None:
    entries = [entry(100 + n, date(2019, 7, 2)) for n in range(20)]
    tenth = second(installment=11, before=d("105.55"), after=d("75.55"))
    many = book(*entries, entry(3000, date(2019, 7, 12)))
    assert held((replace(SECOND, payments=(payment(tenth, at=LATER.at),)),), many).findings == ()


def test_the_ledger_is_not_asked_for_payments_later_than_those_it_has() -> None:
    assert held((FIRST,), book(), until=date(2019, 7, 9)).findings == ()
    assert held((FIRST,), book(), until=None).findings == ()
    assert held((FIRST,), book(in_ledger=False)).findings == ()


def test_of_a_document_that_nobody_knows_numbers_and_balances_must_still_go_on() -> None:
    same = replace(SECOND, payments=(payment(second(installment=1, uuid=U2)),))
    higher = replace(SECOND, payments=(payment(second(before=d("80.00"), after=d("50.00"), uuid=U2)),))
    lower = replace(SECOND, payments=(payment(second(before=d("70.00"), after=d("40.00"), uuid=U2)),))
    unsaid = replace(SECOND, payments=(payment(second(before=None, after=None, installment=None, uuid=U2)),))
    first = one(uuid=U2)
    told = {
        name: [f.rule for f in held((first, rep)).findings if f.rule not in {Rule.UNKNOWN_DOCUMENT, Rule.MISSING}]
        for name, rep in {"same": same, "higher": higher, "lower": lower, "unsaid": unsaid}.items()
    }
    assert told == {
        "same": [Rule.INSTALLMENT_REPEATED], "higher": [Rule.PREVIOUS_BALANCE], "lower": [], "unsaid": [],
    }  # fmt: skip


def test_a_replaced_rep_and_a_cancelled_one_no_longer_count() -> None:
    wrong = replace(FIRST, name="wrong.xml", uuid=U2, payments=(payment(paid(amount="50.00")),), total=d("50.00"))
    right = replace(FIRST, replaces=(U2,))
    found = held((wrong, right), OWED)
    assert (found.findings, [rep.uuid for rep in found.left_out]) == ((), [U2])
    assert held((wrong, FIRST), OWED, cancelled={U2}).findings == ()
    assert held((wrong, FIRST), OWED).findings != ()
    # One that says it stands in for itself still counts.
    assert held((replace(FIRST, replaces=(U3,)),), OWED).left_out == ()


def test_the_payment_of_a_rep_is_the_payment_of_what_replaces_it_also_over_two_steps() -> None:
    third = replace(FIRST, replaces=(U4,))
    between = replace(FIRST, name="between.xml", uuid=U4, replaces=(U2,))
    paid_by_first = book(entry(rep_uuid=U2))
    assert held((between, third), paid_by_first).findings == ()
    assert held((third,), book(entry(rep_uuid=U4))).findings == ()
    # A REP that replaces nothing does not take another's payment.
    (finding,) = held((FIRST,), book(entry(rep_uuid=U2))).findings
    assert finding.rule is Rule.NOT_IN_LEDGER


def test_a_cancelled_rep_leaves_its_payment_without_one() -> None:
    found = held((), book(entry(rep_uuid=U2)), cancelled={U2})
    assert [(n.installment, str(n.before), str(n.after)) for n in found.needed] == [(1, "116.00", "76.00")]
    assert held((), book(entry(rep_uuid=U2))).needed == ()


def test_a_rep_counts_once_however_often_it_is_given_and_a_draft_is_what_became_of_it() -> None:
    draft = replace(FIRST, uuid=None, name="draft.xml")
    counting, left_out = standing([FIRST, replace(FIRST, name="again.xml"), draft, replace(draft, name="copy.xml")])
    assert (counting, left_out) == ((FIRST,), ())
    assert standing([draft, replace(draft, name="copy.xml")])[0] == (draft,)


def test_only_some_are_told_of_and_the_others_have_their_place_all_the_same() -> None:
    wrong = replace(FIRST, receiver=OTHER)
    found = held((wrong, SECOND), OWED, only={"second.xml"})
    assert (found.findings, found.reps) == ((), (SECOND,))


def test_a_line_of_somebody_elses_document_says_nothing() -> None:
    line = paid(U2, amount="20.00", folio="9", before=d(15), after=d(0))
    both = make_rep(payment(paid(), line))
    mine = reconcile([both], Books([OWED], {U2}), on=TODAY, issuer=ISSUER, until=TODAY)
    assert mine.findings == ()
    everybodys = reconcile([both], Books([OWED]), on=TODAY, issuer=ISSUER, until=TODAY)
    assert {f.rule for f in everybodys.findings} == {Rule.REMAINING_BALANCE, Rule.UNKNOWN_DOCUMENT}
    # Whose it may be the other line tells.
    assert {f.customer[0] for f in everybodys.findings} == {"CL1"}


def needs(*entries: BookEntry, reps: tuple[Rep, ...] = (), **over: Any) -> list[tuple[int, str, str, str]]:  # noqa: ANN401 - any field
    found = held(reps, book(*entries, **over))
    return [(n.installment, str(n.before), str(n.entry.amount), str(n.after)) for n in found.needed]


def test_a_payment_without_rep_takes_the_next_number_and_the_balance_that_is_left() -> None:
    later = entry(3000, date(2019, 7, 12))
    assert needs(entry(), later) == [(1, "116.00", "40.00", "76.00"), (2, "76.00", "30.00", "46.00")]
    assert needs(entry(), later, reps=(FIRST,)) == [(2, "76.00", "30.00", "46.00")]
    assert needs(entry(rep_uuid=U2), later) == [(2, "76.00", "30.00", "46.00")]
    assert needs(entry(), note(600, date(2019, 7, 11)), later, reps=(FIRST,)) == [(2, "70.00", "30.00", "40.00")]
    # A note of the payment's own day comes after it.
    assert needs(entry(), note(600, PAID)) == [(1, "116.00", "40.00", "76.00")]


def test_a_payment_that_was_taken_back_needs_no_rep() -> None:
    back = entry(-4000, date(2019, 7, 11))
    assert needs(entry(), back) == []
    assert needs(entry(), entry(4000, date(2019, 7, 11)), back) == [(1, "116.00", "40.00", "76.00")]
    # Nothing was there to take back.
    assert needs(entry(), entry(-3999, date(2019, 7, 11))) == [(1, "116.00", "40.00", "76.00")]


def test_of_two_equal_payments_a_rep_is_about_that_of_its_day() -> None:
    twice = book(entry(3000), entry(3000, date(2019, 7, 12)))
    of_the_later = make_rep(payment(second(before=d("86.00"), after=d("56.00")), at=LATER.at))
    found = held((of_the_later,), twice)
    assert (found.findings, [one.entry.on for one in found.needed]) == ((), [PAID])


def test_a_number_that_is_free_is_taken_first() -> None:
    third = replace(
        SECOND,
        payments=(payment(second("20.00", installment=3, before=d("46.00"), after=d("26.00")), at=LATER.at),),
    )
    entries = (entry(), entry(3000, date(2019, 7, 11)), entry(2000, date(2019, 7, 12)))
    assert needs(*entries, reps=(FIRST, third)) == [(2, "76.00", "30.00", "46.00")]
    # One whose REP is not at hand has the free number; what comes now is the fourth.
    told = (entries[0], replace(entries[1], rep_uuid=U2), entries[2], entry(500, date(2019, 7, 13)))
    assert needs(*told, reps=(FIRST, third)) == [(4, "26.00", "5.00", "21.00")]


@pytest.mark.parametrize(
    "over",
    [{"method": PaymentMethod.PUE}, {"method": None}, {"is_charge": False}, {"cancelled": True}, {"in_ledger": False}],
)
def test_what_is_not_ppd_or_not_owed_needs_no_rep(over: dict[str, Any]) -> None:
    assert needs(entry(), **over) == []


def test_only_payments_need_a_rep() -> None:
    kinds = [replace(entry(), kind=kind) for kind in ApplicationKind if kind is not ApplicationKind.PAYMENT]
    assert needs(*kinds) == []


@pytest.mark.parametrize(
    ("paid_on", "deadline"),
    [
        (date(2026, 1, 1), date(2026, 2, 5)),
        (date(2026, 1, 31), date(2026, 2, 5)),
        (date(2026, 12, 31), date(2027, 1, 5)),
        # A Sunday is a day like any other: the rule says natural days.
        (date(2026, 3, 10), date(2026, 4, 5)),
    ],
)
def test_a_rep_is_due_on_the_fifth_of_the_next_month(paid_on: date, deadline: date) -> None:
    assert rep_deadline(paid_on) == deadline


def test_deadlines_are_counted_down_per_currency_and_those_gone_by_are_one() -> None:
    entries = [entry(cents, on) for cents, on in ((100, date(2019, 4, 2)), (200, date(2019, 6, 2)), (300, TODAY))]
    found = held((), book(*entries), replace(USD, uuid=U2))
    assert countdown(found.needed, TODAY) == [
        Due(date(2019, 5, 5), -72, 2, Money(300)),
        Due(date(2019, 8, 5), 20, 1, Money(300)),
        Due(date(2019, 8, 5), 20, 1, Money(4000, "USD")),
    ]
    assert countdown(found.needed, date(2019, 8, 5))[-1].days == 0
    assert countdown((), TODAY) == []


def test_a_rep_is_called_by_its_folio_or_uuid_or_file_and_a_document_likewise() -> None:
    assert FIRST.label == "P-1"
    assert replace(FIRST, series="", folio="").label == U3[:8]
    assert replace(FIRST, series="", folio="", uuid=None).label == "rep.xml"
    assert replace(OWED, series="", folio="").label == U1[:8]
    (finding,) = held((make_rep(payment(replace(paid(U2), folio="", series=""))),)).findings
    assert finding.document_label == U2[:8]
    assert finding.customer == ("", "")
