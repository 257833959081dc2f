"""The parcialidades of a document in order, REP that replace others, and what payments without one need."""

from dataclasses import replace
from datetime import date
from itertools import permutations
from time import process_time
from typing import Any

import pytest

from bot.domain.money import Money
from bot.domain.receivables import ApplicationKind, PaymentMethod
from bot.domain.reconciling import Due, countdown, reconcile
from bot.domain.rep import (
    BookEntry,
    Books,
    Rep,
    Rule,
    rep_deadline,
    standing,
)
from tests.domain.rep_cases import (
    FIRST,
    LATER,
    OTHER,
    OWED,
    SECOND,
    TODAY,
    USD,
    held,
    one,
)
from tests.imports.cfdi_files import U1, U2, U3, U4
from tests.rep_files import ISSUER, PAID, book, d, entry, make_rep, note, paid, payment, second

OTHER_INVOICE = "5D05D435-FBD1-5FB2-846B-BAAEEC1593C5"


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


def test_of_a_payment_that_was_partly_taken_back_a_rep_is_of_what_was_left() -> None:
    left = book(entry(4000), entry(-1500, date(2019, 7, 12)))
    (need,) = held((), left).needed
    assert (need.entry.amount, need.before, need.after) == (Money(2500), Money(11600), Money(9100))
    (finding,) = held((FIRST,), left).findings
    assert (finding.rule, finding.found, finding.expected) == (Rule.PAID_AMOUNT, d("40.00"), d("25.00"))
    # What is paid again has a balance to be paid of.
    again = needs(entry(11600), entry(-5800, date(2019, 7, 11)), entry(5800, date(2019, 7, 12)))
    assert again == [(1, "116.00", "58.00", "58.00"), (2, "58.00", "58.00", "0.00")]
    # More than the last payment: then of the one before too, and of no more than there is.
    (need,) = held((), book(entry(4000), entry(1000, date(2019, 7, 11)), entry(-4500, date(2019, 7, 12)))).needed
    assert need.entry.amount == Money(500)
    assert held((), book(entry(4000), entry(1000, date(2019, 7, 11)), entry(-5000, date(2019, 7, 12)))).needed == ()
    assert held((), book(entry(4000), entry(-5000, date(2019, 7, 12)))).needed == ()


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


def test_a_payment_whose_rep_was_replaced_by_one_of_another_document_has_none_any_more() -> None:
    old = replace(FIRST, name="old.xml", uuid=U2)
    elsewhere = payment(paid(OTHER_INVOICE, folio="8"))
    new = replace(FIRST, uuid=U4, replaces=(U2,), payments=(elsewhere,))
    newest = replace(FIRST, name="newest.xml", replaces=(U4,), payments=(elsewhere,))
    books = Books([book(entry(rep_uuid=U2)), book(entry(), uuid=OTHER_INVOICE, folio="8")])
    for reps in ((old, new), (old, new, newest)):
        for order in permutations(reps):
            found = reconcile(order, books, on=TODAY, issuer=ISSUER, until=TODAY)
            assert found.findings == ()
            assert [(n.document.label, n.installment, n.entry.amount) for n in found.needed] == [
                ("A-7", 1, Money(4000))
            ]
            assert {rep.uuid for rep in found.left_out} == {rep.uuid for rep in reps[:-1]}
    # Also when the substitute was cancelled since, or what it replaces is not at hand.
    without = reconcile((new,), books, on=TODAY, issuer=ISSUER, until=TODAY, cancelled={U4})
    assert [n.document.label for n in without.needed] == ["A-7", "A-8"]


def test_a_payment_of_which_the_ledger_names_a_rep_of_another_document_has_none() -> None:
    elsewhere = replace(FIRST, payments=(payment(paid(OTHER_INVOICE, folio="8")),))
    books = Books([book(entry(rep_uuid=U3)), book(entry(rep_uuid=U3), uuid=OTHER_INVOICE, folio="8")])
    found = reconcile((elsewhere,), books, on=TODAY, issuer=ISSUER, until=TODAY)
    assert (found.findings, [n.document.label for n in found.needed]) == ((), ["A-7"])
    # One of its documents is not known: that may be this one, and a second REP would count it twice.
    unknown = replace(elsewhere, payments=(payment(paid(OTHER_INVOICE, folio="8"), paid(U2, folio="9")),))
    assert reconcile((unknown,), books, on=TODAY, issuer=ISSUER, until=TODAY).needed == ()


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


@pytest.mark.parametrize("uuid", [U2, None])
def test_a_line_of_somebody_elses_document_says_nothing(uuid: str | None) -> None:
    line = paid(U2, amount="20.00", folio="9", before=d(15), after=d(0))
    both, theirs = make_rep(payment(paid(), line)), [book(uuid=uuid, folio="9"), book(uuid=U3, folio="10")]
    mine = reconcile([both], Books([OWED], theirs), on=TODAY, issuer=ISSUER, until=TODAY)
    assert mine.findings == ()
    everybodys = reconcile([both], Books([OWED]), on=TODAY, issuer=ISSUER, until=TODAY)
    assert {f.rule for f in everybodys.findings} == {Rule.REMAINING_BALANCE, Rule.UNKNOWN_DOCUMENT}
    # Whose it may be the other line tells.
    assert {f.customer[0] for f in everybodys.findings} == {"CL1"}


@pytest.mark.parametrize("uuid", [U2, None])
def test_a_line_that_may_pay_somebody_elses_document_is_of_none_of_ones_own_that_has_its_name(uuid: str | None) -> None:
    """Of two branches of a company, that have one RFC; the ledger does not know the UUID of each document."""
    rep, theirs = make_rep(payment(paid(U2, folio="9"))), [book(uuid=uuid, folio="9")]
    for own in (book(uuid=None, folio="9"), book(uuid=U1, folio="9")):
        assert reconcile([rep], Books([own], theirs), on=TODAY, issuer=ISSUER, until=TODAY).findings == ()
    # Whose payment it is the ledger may know: only where the line is the other's for sure it has no REP.
    own = book(entry(rep_uuid=rep.uuid), uuid=None, folio="9")
    found = reconcile([rep], Books([own], theirs), on=TODAY, issuer=ISSUER, until=TODAY)
    assert (found.findings, len(found.needed)) == ((), int(uuid is not None))


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
    # However the ERP writes that a cheque bounced; what takes back a credit note is no cheque.
    assert needs(entry(), replace(back, kind=ApplicationKind.RETURN)) == []
    noted = (note(600, PAID), note(-600, date(2019, 7, 11)))
    assert needs(*noted, entry(4000, date(2019, 7, 12))) == [(1, "116.00", "40.00", "76.00")]
    # Nothing was there to take back.
    assert needs(entry(-3999, date(2019, 7, 9)), entry()) == [(1, "116.00", "40.00", "76.00")]


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
    euros = replace(USD, uuid=U3, total=Money(11600, "EUR"), entries=(replace(entry(), amount=Money(4000, "EUR")),))
    found = held((), book(*entries), replace(USD, uuid=U2), euros)
    assert countdown(found.needed, TODAY) == [
        Due(date(2019, 5, 5), -72, 2, Money(300)),
        # Of one day: pesos first, then by code.
        Due(date(2019, 8, 5), 20, 1, Money(300)),
        Due(date(2019, 8, 5), 20, 1, Money(4000, "EUR")),
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


@pytest.mark.slow
def test_a_rep_made_to_tire_us_is_judged_in_no_time() -> None:
    many = tuple(
        paid(amount="0.01", installment=10**9 - 1 - n % 7, before=d(n), after=d(0), equivalence=d(2))
        for n in range(4_000)
    )
    hostile = make_rep(payment(*many, amount=d("1.00")))
    numbered = make_rep(
        payment(*(replace(one, installment=n, before=d(999)) for n, one in enumerate(many, 1))), uuid=U4
    )
    begun = process_time()
    for rep in (hostile, numbered):
        assert reconcile([rep], Books([OWED]), on=TODAY, issuer=ISSUER, until=TODAY).findings
    assert process_time() - begun < 5
    # The next number is one that can be.
    assert [n.installment for n in reconcile([hostile], Books([OWED]), on=TODAY).needed] == [1]
