"""Random histories of invoices, notes and payments, and the REP that follow from them: counted apart from the rules."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import IntEnum

from hypothesis import strategies as st

from bot.domain.money import Money
from bot.domain.receivables import ApplicationKind, Received
from bot.domain.rep import PAGOS_2, BookDocument, BookEntry, PaidDocument, Rep, RepPayment
from tests.rep_files import ISSUER

CENT = Decimal("0.01")
START = date(2026, 1, 5)
CUSTOMERS = (("CL1", "KIJ0906199R1"), ("CL2", "XIQB891116QE4"))


@dataclass
class Invoice:
    """An invoice and what has happened to it so far, in cents."""

    number: int
    customer: int
    currency: str
    total: int
    issued: date
    events: list[tuple[date, int, str, str | None, str]] = field(default_factory=list)
    # Amounts of the parcialidades so far.
    parts: list[int] = field(default_factory=list)
    # The whole payments by day and amount, where the ledger knows them.
    received: dict[tuple[date, int], Received] = field(default_factory=dict)

    @property
    def uuid(self) -> str:
        """Its UUID."""
        return f"AAAAAAAA-0000-4000-8000-{self.number:012}"

    @property
    def open(self) -> int:
        """What nothing was applied to yet."""
        return self.total - sum(amount for _, amount, *_ in self.events)

    def noted_by(self, on: date) -> int:
        """What notes have taken off by a day."""
        return sum(amount for day, amount, kind, *_ in self.events if kind == "note" and day <= on)

    def tells_apart(self, amount: int) -> bool:
        """Whether no sums of some events are equal with one more of this amount: they could be taken for each other."""
        sums = {0}
        for _, each, *_ in self.events:
            sums |= {one + each for one in sums}
        return all(one + amount not in sums for one in sums)

    def book(self) -> BookDocument:
        """The invoice as the ledger has it."""
        code, rfc = CUSTOMERS[self.customer]
        kinds = {"note": ApplicationKind.CREDIT_NOTE, "pay": ApplicationKind.PAYMENT}
        entries = tuple(
            BookEntry(
                *(on, Money(amount, self.currency), kinds[kind], form if kind == "pay" else "", "", rep),
                self.received.get((on, amount)) if kind == "pay" else None,
            )
            for on, amount, kind, rep, form in self.events
        )
        return BookDocument(
            code, f"Cliente {code}", rfc, self.uuid, "F", str(self.number), Money(self.total, self.currency),
            self.issued, entries=entries,
        )  # fmt: skip


@dataclass
class Paying:
    """A payment of some invoices of one customer, waiting for its REP."""

    on: date
    form: str
    currency: str
    rate: Decimal
    parts: list[tuple[Invoice, int]]
    extra: int


class Knows(IntEnum):
    """What the ledger has of whole payments: nothing, what CONTPAQi tells, or with the equivalence of each document."""

    NOTHING = 0
    PAYMENTS = 1
    ALL = 2


@dataclass
class History:
    """The books, and the REP as they should be."""

    books: list[BookDocument]
    reps: list[Rep]
    without_rep: list[tuple[str, date, int]]
    knows: Knows = Knows.NOTHING

    @property
    def until(self) -> date | None:
        """The day up to which the ledger has payments."""
        return max((entry.on for book in self.books for entry in book.entries), default=None)


def _equivalence(payment: Paying, invoice: Invoice) -> Decimal:
    if invoice.currency == payment.currency:
        return Decimal(1)
    if invoice.currency == "MXN":
        return payment.rate
    # Dollars paid in pesos.
    return (Decimal(1) / payment.rate).quantize(Decimal("0.0000000001"), ROUND_HALF_UP)


@st.composite
def histories(draw: st.DrawFn, knows: Sequence[Knows] = tuple(Knows)) -> History:
    """Up to three invoices of two customers over half a year; some payments still wait for their REP."""
    cents = st.integers(min_value=1, max_value=9_999_999)
    invoices = [
        Invoice(
            number, draw(st.integers(0, 1)), draw(st.sampled_from(["MXN", "MXN", "USD"])),
            draw(st.integers(1_000, 99_999_999)), START + timedelta(days=draw(st.integers(0, 20))),
        )
        for number in range(1, draw(st.integers(1, 3)) + 1)
    ]  # fmt: skip
    version = draw(st.sampled_from([PAGOS_2, "1.0"]))
    payments: list[Paying] = []
    on = START + timedelta(days=21)
    for _ in range(draw(st.integers(1, 7))):
        on += timedelta(days=draw(st.integers(0, 25)))
        owing = [invoice for invoice in invoices if invoice.open > 1]
        if not owing:
            break
        first = draw(st.sampled_from(owing))
        if draw(st.integers(0, 3)) == 0:
            amount = draw(st.integers(1, first.open - 1))
            if first.tells_apart(amount):
                first.events.append((on, amount, "note", None, ""))
            continue
        also = [one for one in owing if one is not first and one.customer == first.customer]
        chosen = [first, *(also[:1] if draw(st.booleans()) else [])]
        form = draw(st.sampled_from(["03", "01", "02"]))
        parts = [(invoice, min(draw(cents), invoice.open)) for invoice in chosen]
        if not all(invoice.tells_apart(amount) for invoice, amount in parts):
            continue
        for invoice, amount in parts:
            invoice.events.append((on, amount, "pay", None, form))
        rate = Decimal(draw(st.integers(170_000, 220_000))) / 10_000
        extra = draw(st.sampled_from([0, 0, 5_000])) if version == PAGOS_2 else 0
        payments.append(Paying(on, form, draw(st.sampled_from(["MXN", "MXN", "USD"])), rate, parts, extra))
    return _with_reps(draw, invoices, payments, version, draw(st.sampled_from(knows)))


def _with_reps(draw: st.DrawFn, invoices: list[Invoice], payments: list[Paying], version: str, knows: Knows) -> History:
    waiting = [payment for payment in payments if draw(st.integers(0, 4)) == 0]
    # REP are not always made in the order of the payments.
    to_make = draw(st.permutations([payment for payment in payments if payment not in waiting]))
    reps: list[Rep] = []
    made_on = max([START, *(payment.on for payment in payments)])
    while to_make:
        customer = to_make[0].parts[0][0].customer
        several = [one for one in to_make[1:] if one.parts[0][0].customer == customer]
        together = [to_make[0], *(several[:1] if draw(st.booleans()) else [])]
        to_make = [one for one in to_make if one not in together]
        made_on += timedelta(days=draw(st.integers(0, 3)))
        reps.append(_rep(draw, together, len(reps) + 1, made_on, version))
        if knows:
            for paying, made in zip(together, reps[-1].payments, strict=True):
                _receive(paying, made, knows)
    without = [(invoice.uuid, one.on, amount) for one in waiting for invoice, amount in one.parts]
    return History([invoice.book() for invoice in invoices], reps, without, knows)


def _receive(paying: Paying, made: RepPayment, knows: Knows) -> None:
    """The ledger of an ERP has the payment itself, and in its currency what each document got of it."""
    for (invoice, amount), paid in zip(paying.parts, made.documents, strict=True):
        part = amount * CENT / (paid.equivalence or 1)
        invoice.received[paying.on, amount] = Received(
            Money(int(made.amount / CENT), paying.currency),
            Money(int((part / CENT).to_integral_value(ROUND_HALF_UP)), paying.currency),
            paying.rate if paying.currency != "MXN" else Decimal(1),
            # For an invoice in pesos, or of the payment's currency, rate and currencies tell it.
            _equivalence(paying, invoice) if knows is Knows.ALL and invoice.currency == "USD" else None,
        )


def _rep(draw: st.DrawFn, payments: list[Paying], number: int, made_on: date, version: str) -> Rep:
    uuid = f"BBBBBBBB-0000-4000-8000-{number:012}"
    told = draw(st.booleans())
    made = tuple(_payment(draw, one, made_on, version, uuid if told else None) for one in payments)
    total = sum((one.amount * (one.rate or 1) for one in made), Decimal(0)).quantize(CENT, ROUND_HALF_UP)
    return Rep(
        name=f"{number}.xml",
        uuid=uuid,
        version=version,
        issuer=ISSUER,
        receiver=CUSTOMERS[payments[0].parts[0][0].customer][1],
        issued_at=datetime.combine(made_on, time(18)),
        payments=made,
        series="P",
        folio=str(number),
        total=total if version == PAGOS_2 else None,
    )


def _payment(draw: st.DrawFn, paying: Paying, made_on: date, version: str, rep: str | None) -> RepPayment:
    documents = []
    whole = Decimal(0)
    for invoice, amount in paying.parts:
        equivalence = _equivalence(paying, invoice)
        # Notes between the payment and its REP may be in the balance already, or not yet.
        noted = invoice.noted_by(draw(st.sampled_from([paying.on - timedelta(days=1), paying.on, made_on])))
        before = invoice.total - sum(invoice.parts) - noted
        invoice.parts.append(amount)
        if rep:
            at = next(n for n, event in enumerate(invoice.events) if event[:3] == (paying.on, amount, "pay"))
            invoice.events[at] = (*invoice.events[at][:3], rep, paying.form)
        same = invoice.currency == paying.currency
        documents.append(
            PaidDocument(
                uuid=invoice.uuid,
                currency=invoice.currency,
                paid=amount * CENT,
                installment=len(invoice.parts),
                before=before * CENT,
                after=(before - amount) * CENT,
                equivalence=None if same and version == "1.0" else equivalence,
                series="F",
                folio=str(invoice.number),
                method="PPD" if version == "1.0" else "",
            )
        )
        whole += amount * CENT / equivalence
    return RepPayment(
        at=datetime.combine(paying.on, time(12)),
        form=paying.form,
        currency=paying.currency,
        amount=max(whole.quantize(CENT, ROUND_HALF_UP), CENT) + paying.extra * CENT,
        documents=tuple(documents),
        rate=paying.rate if paying.currency != "MXN" else (Decimal(1) if version == PAGOS_2 else None),
    )
