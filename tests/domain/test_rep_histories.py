"""REP made by the rules reconcile clean, whatever happened; one field changed is found and named."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.domain.reconciling import reconcile
from bot.domain.rep import PAGOS_2, Books, Finding, PaidDocument, Reconciliation, Rep, RepPayment, Rule
from bot.imports.rep_xml import read_for_reconciling
from tests.domain.rep_histories import History, Knows, histories
from tests.rep_files import ISSUER, make_rep, paid, payment, xml
from tests.search import examples

# The attributes that a finding is about beside the one that it names.
ABOUT = {
    Rule.UNKNOWN_DOCUMENT: {"IdDocumento"},
    Rule.REMAINING_BALANCE: {"ImpSaldoAnt", "ImpPagado"},
    # Which balance is the previous one, the document and the number say.
    Rule.PREVIOUS_BALANCE: {"NumParcialidad", "IdDocumento"},
    Rule.INSTALLMENT_REPEATED: {"IdDocumento"},
    Rule.INSTALLMENT_GAP: {"IdDocumento"},
    Rule.NOT_IN_LEDGER: {"IdDocumento"},
    Rule.PAID_AMOUNT: {"IdDocumento"},
    Rule.DOCUMENT_CURRENCY: {"IdDocumento"},
    Rule.RECEIVER: {"IdDocumento"},
    Rule.EQUIVALENCE: {"MonedaDR", "MonedaP", "TipoCambioP"},
    Rule.RATE: {"MonedaP"},
    Rule.MISSING: {"MonedaP"},
    Rule.TOTAL: {"Monto", "TipoCambioP", "MonedaP"},
    Rule.MORE_THAN_PAYMENT: {"ImpPagado", "EquivalenciaDR"},
    Rule.LESS_THAN_PAYMENT: {"ImpPagado", "EquivalenciaDR"},
    Rule.PAYMENT_PART: {"EquivalenciaDR"},
}


def held(history: History, reps: list[Rep]) -> Reconciliation:
    return reconcile(reps, Books(history.books), on=history.books[0].issued, issuer=ISSUER, until=history.until)


@settings(max_examples=50, deadline=None)
@given(histories())
def test_rep_made_by_the_rules_reconcile_clean_and_the_payments_without_one_are_listed(history: History) -> None:
    read = [read_for_reconciling(xml(rep).encode(), rep.name) for rep in history.reps]
    assert read == history.reps
    found = held(history, history.reps)
    assert found.differences == ()
    assert {finding.rule for finding in found.findings} <= {Rule.LESS_THAN_PAYMENT}
    listed = [(one.document.uuid, one.entry.on, one.entry.amount.minor) for one in found.needed]
    assert sorted(listed) == sorted(history.without_rep)


@settings(max_examples=50, deadline=None)
@given(histories())
def test_what_is_listed_makes_rep_that_reconcile_clean(history: History) -> None:
    listed = held(history, history.reps).needed
    made = [
        make_rep(
            payment(
                paid(
                    str(one.document.uuid),
                    str(one.entry.amount.decimal),
                    currency=one.entry.amount.currency,
                    installment=one.installment,
                    before=one.before.decimal,
                    after=one.after.decimal,
                ),
                at=datetime.combine(one.entry.on, datetime.min.time()),
                form=one.entry.form,
                currency=one.entry.amount.currency,
                rate=Decimal(1) if one.entry.amount.currency == "MXN" else Decimal("18.5"),
            ),
            name=f"made {number}.xml",
            uuid=None,
            receiver=one.document.receiver,
            issued_at=datetime.combine(history.until or one.entry.on, datetime.min.time()),
            total=(
                one.entry.amount.decimal * (Decimal(1) if one.entry.amount.currency == "MXN" else Decimal("18.5"))
            ).quantize(Decimal("0.01"), "ROUND_HALF_UP"),
        )
        for number, one in enumerate(listed, start=1)
    ]
    found = held(history, [*history.reps, *made])
    assert found.differences == ()
    assert found.needed == ()


def _other_day(at: datetime) -> datetime:
    return at + timedelta(days=3)


_TIMES = st.sampled_from([Decimal("0.5"), Decimal(2), Decimal(3)])
_CENTS = st.integers(1, 500).map(lambda cents: Decimal(cents) / 100)

_OF_REP: dict[str, Callable[[Rep], Rep]] = {
    "Emisor.Rfc": lambda rep: replace(rep, issuer="AAA010101AAA"),
    "Receptor.Rfc": lambda rep: replace(rep, receiver="AAA010101AAA"),
}
_OF_PAYMENT: dict[str, Callable[[RepPayment, Decimal, Decimal], RepPayment]] = {
    "FechaPago": lambda one, _t, _c: replace(one, at=_other_day(one.at)),
    "FormaDePagoP": lambda one, _t, _c: replace(one, form="04"),
    "MonedaP": lambda one, _t, _c: replace(one, currency="USD" if one.currency == "MXN" else "MXN"),
    "TipoCambioP": lambda one, times, _c: replace(one, rate=(one.rate or 1) * times),
    "TipoCambioP by its last decimal": lambda one, _t, _c: replace(one, rate=(one.rate or 1) + Decimal("0.000001")),
    "Monto": lambda one, times, _c: replace(one, amount=one.amount * times + Decimal("0.02")),
    "Monto by a cent": lambda one, _t, _c: replace(one, amount=one.amount + Decimal("0.01")),
}
_OF_DOCUMENT: dict[str, Callable[[PaidDocument, Decimal, Decimal], PaidDocument]] = {
    "IdDocumento": lambda one, _t, _c: replace(one, uuid="CCCCCCCC-0000-4000-8000-000000000000"),
    "MonedaDR": lambda one, _t, _c: replace(one, currency="EUR"),
    "Serie": lambda one, _t, _c: replace(one, series="G"),
    "Folio": lambda one, _t, _c: replace(one, folio=f"{one.folio}9"),
    "MetodoDePagoDR": lambda one, _t, _c: replace(one, method="PUE" if one.method else ""),
    "EquivalenciaDR": lambda one, times, _c: replace(one, equivalence=(one.equivalence or 1) * times),
    "EquivalenciaDR by its last decimal": lambda one, _t, _c: replace(
        one, equivalence=(one.equivalence or 1) + Decimal("0.0000000001")
    ),
    "NumParcialidad": lambda one, times, _c: replace(one, installment=(one.installment or 0) + int(times * 2) - 3),
    "ImpSaldoAnt": lambda one, _t, cents: replace(one, before=(one.before or 0) + cents),
    "ImpPagado": lambda one, _t, cents: replace(one, paid=(one.paid or 0) + cents),
    "ImpSaldoInsoluto": lambda one, _t, cents: replace(one, after=(one.after or 0) + cents),
}
FIELDS = [*_OF_REP, *_OF_PAYMENT, *_OF_DOCUMENT, "MontoTotalPagos", "another document"]


@st.composite
def changed(draw: st.DrawFn, name: str, knows: Sequence[Knows]) -> tuple[History, list[Rep], Rep]:
    """A history, its REP with one field of one of them changed, and that one."""
    history = draw(histories(knows))
    assume(history.reps)
    place = draw(st.integers(0, len(history.reps) - 1))
    rep = history.reps[place]
    times, cents = draw(_TIMES), draw(_CENTS)
    which = draw(st.integers(0, len(rep.payments) - 1))
    one = rep.payments[which]
    position = draw(st.integers(0, len(one.documents) - 1))
    document = one.documents[position]
    if name in _OF_REP:
        after = _OF_REP[name](rep)
    elif name == "MontoTotalPagos":
        assume(rep.total is not None)
        after = replace(rep, total=(rep.total or Decimal(0)) + cents)
    else:
        assume(history.knows is Knows.ALL or not _is_within_the_margins(name, history, one, document))
        if name in _OF_PAYMENT:
            new: Any = _OF_PAYMENT[name](one, times, cents)
        else:
            if name == "another document":
                others = [each.uuid for each in history.books if each.uuid and each.uuid != document.uuid]
                assume(others)
                # A single invoice of that other's is enough; it is another customer's or has its own parcialidades.
                other = replace(document, uuid=draw(st.sampled_from(others)))
            else:
                other = _OF_DOCUMENT[name](document, times, cents)
            documents = [*one.documents[:position], other, *one.documents[position + 1 :]]
            new = replace(one, documents=tuple(documents))
        assume(new != one)
        after = replace(rep, payments=(*rep.payments[:which], new, *rep.payments[which + 1 :]))
    assume(history.knows or not _says_the_same(name, rep, after))
    return history, [*history.reps[:place], after, *history.reps[place + 1 :]], after


def _is_within_the_margins(name: str, history: History, one: RepPayment, changed: PaidDocument) -> bool:
    """Whether SAT's margins of rounding are wider than the change; with the ledger's payment, of a few cents alone."""
    if name == "EquivalenciaDR by its last decimal":
        return changed.currency != one.currency
    if history.knows:
        return name == "EquivalenciaDR" and (changed.paid or 0) < Decimal("0.05")
    small = one.amount < 1 or any((each.paid or 0) < 1 for each in one.documents)
    return name == "Monto by a cent" or (name in {"EquivalenciaDR", "Monto"} and small)


def _says_the_same(name: str, before: Rep, after: Rep) -> bool:
    """What nobody can tell from the file: the rate of Pagos 1.0, and one that moves no cent of MontoTotalPagos."""
    if not name.startswith("TipoCambioP"):
        return False
    sums = [
        sum((one.amount * (one.rate or 1) for one in rep.payments), Decimal(0)).quantize(Decimal("0.01"))
        for rep in (before, after)
    ]
    return before.version != PAGOS_2 or abs(sums[0] - sums[1]) < Decimal("0.02")


def _said(finding: Finding) -> tuple[object, ...]:
    return finding.rule, finding.rep.name, finding.field, finding.found, finding.expected


def _named(finding: Finding, field: str) -> bool:
    wanted = {"another document": "IdDocumento"}.get(field, field.split(" by ", maxsplit=1)[0])
    named = {"TipoCambioDR": "EquivalenciaDR"}.get(finding.field, finding.field)
    return wanted == named or wanted in ABOUT.get(finding.rule, set())


@pytest.mark.slow
@pytest.mark.parametrize("field", FIELDS)
@settings(max_examples=examples(20, searching=150), deadline=None)
@given(data=st.data())
def test_any_field_changed_is_found_and_named(field: str, data: st.DataObject) -> None:
    _assert_found(field, *data.draw(changed(field, [Knows.ALL])))


@pytest.mark.slow
@pytest.mark.parametrize("field", FIELDS)
@settings(max_examples=examples(12, searching=100), deadline=None)
@given(data=st.data())
def test_a_ledger_that_knows_less_of_payments_misses_only_what_the_margins_of_sat_allow(
    field: str, data: st.DataObject
) -> None:
    _assert_found(field, *data.draw(changed(field, [Knows.NOTHING, Knows.PAYMENTS])))


def _assert_found(field: str, history: History, reps: list[Rep], after: Rep) -> None:
    before = held(history, history.reps).findings
    now = held(history, reps).findings
    clean = {_said(each) for each in before}
    new = [each for each in now if _said(each) not in clean]
    assert any(_named(finding, field) for finding in new if finding.rep.name == after.name), (
        field,
        [(f.rule, f.field, f.found, f.expected, f.rep.name) for f in new],
    )
