"""Every rule has a REP that breaks it and no other; all of them are read from XML."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from bot.domain.money import Money
from bot.domain.receivables import Received
from bot.domain.rep import (
    BookDocument,
    Books,
    Line,
    Rep,
    Rule,
)
from bot.domain.rep_rules import limits
from tests.domain.rep_cases import (
    BROKEN,
    DOLLARS,
    FIRST,
    GOT_DOLLARS,
    GOT_DOLLARS_AT,
    GOT_PESOS,
    IN_DOLLARS,
    IN_PESOS,
    LATER,
    OTHER,
    OWED,
    PESOS,
    SECOND,
    USD,
    held,
    old,
    one,
)
from tests.imports.cfdi_files import U2
from tests.rep_files import PAID, book, d, entry, make_rep, note, paid, payment, second

EDGE, HALF_CENT, RATE = Fraction(1, 10**10), Fraction(5, 1000) - Fraction(1, 10**10), Fraction("0.0540540541")


@pytest.mark.parametrize("name", BROKEN)
def test_a_rep_that_breaks_one_rule_is_told_of_that_rule_and_no_other(name: str) -> None:
    broken = BROKEN[name]
    (finding,) = held(broken.reps, *broken.books).findings
    wanted = (broken.rule, broken.field, broken.found, broken.expected, broken.notice)
    assert (finding.rule, finding.field, finding.found, finding.expected, finding.is_notice) == wanted
    assert finding.rep == broken.reps[-1]
    if broken.rule is not Rule.UNKNOWN_DOCUMENT:
        assert finding.customer == ("CL1", "Peñón & Cía")


def test_who_issued_a_rep_and_for_whom_is_told_once_unless_some_of_its_documents_agree() -> None:
    def told(rep: Rep, *books: BookDocument) -> list[tuple[Rule, str, str]]:
        findings = held((rep,), *books).findings
        whose = (f for f in findings if f.rule in {Rule.RECEIVER, Rule.ISSUER})
        return [(f.rule, f.customer[0], f.document_label) for f in whose]

    books = [
        book(entry(), uuid=f"{n}{U2[1:]}", folio=str(n), customer_code="CL2" if n > 3 else "CL1") for n in (1, 2, 3, 4)
    ]
    rep = make_rep(payment(*(paid(each.uuid, folio=each.folio) for each in books if each.uuid)))
    assert told(replace(rep, issuer=OTHER), *books) == [(Rule.ISSUER, "CL1", ""), (Rule.ISSUER, "CL2", "")]
    theirs = [replace(each, receiver=OTHER) for each in books[:2]]
    assert told(rep, *theirs, *books[2:]) == [(Rule.RECEIVER, "CL1", "A-1"), (Rule.RECEIVER, "CL1", "A-2")]


def test_an_amount_of_a_line_with_too_many_decimals_is_told_beside_what_it_throws_off() -> None:
    found = held((make_rep(payment(paid(amount="40.001"), amount=d("40.01"))),), OWED)
    told = {(f.field, f.expected) for f in found.findings if f.rule is Rule.DECIMALS}
    assert told == {("ImpPagado", d("40.00")), ("ImpSaldoInsoluto", d("76.00"))}


def test_what_is_wrong_with_a_whole_payment_is_told_once_however_many_documents_it_pays() -> None:
    both = make_rep(payment(paid(), paid(U2, folio="8")))
    got = entry(received=Received(Money(8100), Money(4000), d(1)))
    (finding,) = held((both,), book(got), book(got, uuid=U2, folio="8")).findings
    assert (finding.rule, finding.found, finding.expected) == (Rule.PAYMENT_TOTAL, d("80.00"), d("81.00"))


@pytest.mark.parametrize(("equivalence", "part", "told"), [(None, 74000, [Rule.MISSING]), (d("0.0540540541"), 0, [])])
def test_where_rep_or_ledger_say_nothing_of_a_part_the_one_is_not_held_against_the_other(
    equivalence: Decimal | None, part: int, told: list[Rule]
) -> None:
    rep = make_rep(replace(PESOS, documents=(replace(IN_PESOS, equivalence=equivalence),)))
    got = replace(USD.entries[0], received=Received(Money(74000), Money(part), d(1)))
    assert [finding.rule for finding in held((rep,), replace(USD, entries=(got,))).findings] == told


@pytest.mark.parametrize(("version", "is_notice"), [("2.0", False), ("1.0", True)])
def test_a_payment_that_pays_no_document_is_told(version: str, *, is_notice: bool) -> None:
    nothing = payment(amount=d("40.00"), rate=d(1) if version == "2.0" else None)
    rep = make_rep(replace(nothing, documents=()), version=version, total=d("40.00") if version == "2.0" else None)
    (finding,) = held((rep,), OWED).findings
    assert (finding.rule, finding.field, finding.is_notice) == (Rule.MISSING, "DoctoRelacionado", is_notice)


def test_every_rule_has_a_file_that_breaks_it() -> None:
    assert {broken.rule for broken in BROKEN.values()} == set(Rule)


@pytest.mark.parametrize(
    ("reps", "books"),
    [
        ((FIRST, SECOND), (OWED,)),
        ((make_rep(PESOS),), (USD,)),
        ((make_rep(DOLLARS),), (OWED,)),
        # As an ERP has the payments, to the cent.
        ((make_rep(PESOS),), (GOT_PESOS,)),
        ((make_rep(DOLLARS),), (GOT_DOLLARS,)),
        ((old(make_rep(DOLLARS), rate=d("18.5")),), (GOT_DOLLARS,)),
        ((make_rep(DOLLARS),), (GOT_DOLLARS_AT,)),
        ((old(make_rep(DOLLARS), rate=d("18.5")),), (GOT_DOLLARS_AT,)),
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
            (GOT_DOLLARS_AT,),
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
        # Series and folio as they please, where they say the same, and where the ledger has no series.
        ((one(series="", folio=""),), (OWED,)),
        ((one(series="a", folio="0007"),), (OWED,)),
        ((one(series="", folio="A 007"),), (OWED,)),
        ((one(series="A", folio=""),), (OWED,)),
        ((FIRST,), (replace(OWED, series=""),)),
        # A payment was taken back, and came again.
        ((FIRST,), (book(entry(), entry(-4000, date(2019, 7, 11)), entry(on=PAID)),)),
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


@pytest.mark.parametrize(("total", "told"), [("371.11", []), ("371.12", [True]), ("371.13", [False])])
def test_a_total_of_payments_that_were_rounded_one_by_one_is_a_notice_and_any_other_wrong(
    total: str, told: list[bool]
) -> None:
    # Twice 185.555 pesos.
    one, other = (
        payment(replace(IN_DOLLARS, installment=number), currency="USD", rate=d("18.5"), amount=d("10.03"))
        for number in (1, 2)
    )
    rep = make_rep(one, other, total=d(total))
    found = [finding for finding in held((rep,), OWED).findings if finding.rule is Rule.TOTAL]
    assert [finding.is_notice for finding in found] == told
    assert all(finding.expected == d("371.11") for finding in found)


@pytest.mark.parametrize(("series", "folio", "found"), [("A", "17", True), ("A1", "7", False), ("", "A1-7", False)])
def test_without_uuid_a_document_is_that_of_its_series_and_folio_though_another_reads_the_same_as_one_word(
    series: str,
    folio: str,
    found: bool,  # noqa: FBT001 - pytest's parameter
) -> None:
    books = Books([replace(OWED, uuid=None, folio="17")])
    (line,) = one(uuid=U2, series=series, folio=folio).lines
    assert bool(books.find(line)) is found
