"""A payment complement (REP) as it is written, and the books that it is held against.

The amounts of a REP are decimals as they stand there: they are judged before anything is rounded to money. SAT's rules
are named by the code that stamping refuses with: CRP20… of Pagos 2.0 (its matrix of errors, Revision B), CRP2… of 1.0.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from bot.domain import rfc
from bot.domain.dates import add_months
from bot.domain.money import MXN, Money
from bot.domain.receivables import ApplicationKind, PaymentMethod, Received, one_word, printed, read_alike

# RMF 2.7.1.32: the fifth calendar day of the month after the payment, whatever day of the week it is.
DEADLINE_DAY = 5
# Pagos 2.0, since CFDI 4.0; Pagos 1.0 before.
PAGOS_2 = "2.0"
# Code and name of a customer whom nobody knows.
NOBODY = ("", "")

Value: TypeAlias = Decimal | int | str | date | None


@dataclass(frozen=True, slots=True)
class PaidDocument:
    """What a payment pays of a document (DoctoRelacionado); None is an attribute that is not there.

    `equivalence` is how many units of the document's currency one unit of the payment's is (EquivalenciaDR, and
    TipoCambioDR in Pagos 1.0).
    """

    uuid: str
    currency: str
    paid: Decimal | None
    installment: int | None = None
    before: Decimal | None = None
    after: Decimal | None = None
    equivalence: Decimal | None = None
    series: str = ""
    folio: str = ""
    method: str = ""


@dataclass(frozen=True, slots=True)
class RepPayment:
    """A payment (Pago) with the documents that it pays."""

    at: datetime
    form: str
    currency: str
    amount: Decimal
    documents: tuple[PaidDocument, ...]
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Rep:
    """A REP; without `uuid` it is not stamped yet. `name` is its file, `replaces` what it stands in for."""

    name: str
    uuid: str | None
    version: str
    issuer: str
    receiver: str
    issued_at: datetime
    payments: tuple[RepPayment, ...]
    series: str = ""
    folio: str = ""
    replaces: tuple[str, ...] = ()
    total: Decimal | None = None

    @property
    def label(self) -> str:
        """How people name it: `P-12`, else the beginning of its UUID, else its file."""
        return printed(self.series, self.folio) or (self.uuid or self.name)[:8]

    @property
    def lines(self) -> "tuple[Line, ...]":
        """Each document of each payment."""
        return tuple(Line(self, payment, paid) for payment in self.payments for paid in payment.documents)


@dataclass(frozen=True, slots=True)
class Line:
    """One document of one payment of a REP."""

    rep: Rep
    payment: RepPayment
    paid: PaidDocument

    @property
    def on(self) -> date:
        """The day of the payment."""
        return self.payment.at.date()


@dataclass(frozen=True, slots=True)
class BookEntry:
    """What lowered a document's balance, as the ledger has it; `received` where it knows the whole payment."""

    on: date
    amount: Money
    kind: ApplicationKind = ApplicationKind.PAYMENT
    form: str = ""
    reference: str = ""
    rep_uuid: str | None = None
    received: Received | None = None


@dataclass(frozen=True, slots=True)
class BookDocument:
    """A document as the books have it; `in_ledger` is no when only its XML tells of it."""

    customer_code: str
    customer_name: str
    receiver: str
    uuid: str | None
    series: str
    folio: str
    total: Money
    issued: date
    method: PaymentMethod | None = PaymentMethod.PPD
    is_charge: bool = True
    cancelled: bool = False
    entries: tuple[BookEntry, ...] = ()
    issuer: str = ""
    in_ledger: bool = True

    @property
    def label(self) -> str:
        """How people name it."""
        return printed(self.series, self.folio) or (self.uuid or "")[:8]


class Books:
    """The documents that REP may pay, found by UUID or else as the ones without UUID are named."""

    def __init__(self, documents: Iterable[BookDocument], elsewhere: Iterable[BookDocument] = ()) -> None:
        every = tuple(documents)
        # What the ledger has and this person may not see.
        self._elsewhere = Books(hidden) if (hidden := tuple(elsewhere)) else None
        self._of_others = frozenset(document.uuid for document in hidden if document.uuid)
        self._by_name: dict[tuple[str, str, str], list[BookDocument]] = {}
        for document in every:
            if not document.uuid:
                name = _name(document.receiver, document.series, document.folio, document.total.currency)
                self._by_name.setdefault(name, []).append(document)
        # The XML of an invoice that the ledger has without UUID tells that, and is no other document.
        told = {d.uuid: its for d in every if d.uuid and not d.in_ledger and (its := self._without_uuid(d))}
        self.documents = tuple(document for document in every if document.uuid not in told)
        self._by_uuid = {document.uuid: document for document in self.documents if document.uuid} | told

    def find(self, line: Line) -> BookDocument | None:
        """The document that a line pays; by its name none that may be somebody else's."""
        if found := self._by_uuid.get(line.paid.uuid):
            return found
        called = [] if self.hides(line) else self.called(line)
        return called[0] if len(called) == 1 else None

    def called(self, line: Line) -> list[BookDocument]:
        """The documents that a line may pay."""
        paid = line.paid
        if found := self._by_uuid.get(paid.uuid):
            return [found]
        if not paid.folio or paid.uuid in self._of_others:
            return []
        return self._named(line.rep.receiver, paid.series, paid.folio, paid.currency)

    def _without_uuid(self, document: BookDocument) -> BookDocument | None:
        named = self._named(document.receiver, document.series, document.folio, document.total.currency)
        alike = [one for one in named if one.total == document.total]
        return alike[0] if len(alike) == 1 else None

    def _named(self, receiver: str, series: str, folio: str, currency: str) -> list[BookDocument]:
        called = self._by_name.get(_name(receiver, series, folio, currency), ())
        return [one for one in called if read_alike((one.series, one.folio), (series, folio))]

    def hides(self, line: Line) -> bool:
        """Whether a line pays a document of somebody else's portfolio."""
        return self._elsewhere is not None and bool(self._elsewhere.called(line))


class Rule(StrEnum):
    """What a REP breaks; the functions of `rep_rules` and `rep_chain` say where each rule comes from."""

    UNKNOWN_DOCUMENT = "unknown_document"
    CANCELLED_DOCUMENT = "cancelled_document"
    NOT_OWED = "not_owed"
    PUE = "pue"
    METHOD = "method"
    INSTALLMENT_REPEATED = "installment_repeated"
    INSTALLMENT_GAP = "installment_gap"
    PREVIOUS_BALANCE = "previous_balance"
    REMAINING_BALANCE = "remaining_balance"
    MORE_THAN_PAYMENT = "more_than_payment"
    LESS_THAN_PAYMENT = "less_than_payment"
    DOCUMENT_CURRENCY = "document_currency"
    DOCUMENT_NAME = "document_name"
    EQUIVALENCE = "equivalence"
    RATE = "rate"
    TOTAL = "total"
    DECIMALS = "decimals"
    NOT_POSITIVE = "not_positive"
    MISSING = "missing"
    FORM = "form"
    CURRENCY = "currency"
    RECEIVER = "receiver"
    ISSUER = "issuer"
    NOT_IN_LEDGER = "not_in_ledger"
    PAID_AMOUNT = "paid_amount"
    PAYMENT_DATE = "payment_date"
    PAYMENT_CURRENCY = "payment_currency"
    PAYMENT_TOTAL = "payment_total"
    PAYMENT_RATE = "payment_rate"
    PAYMENT_PART = "payment_part"


# What is expected by these is an amount of the ledger.
_OF_LEDGER = frozenset({Rule.PREVIOUS_BALANCE, Rule.PAID_AMOUNT})


@dataclass(frozen=True, slots=True)
class Finding:
    """Where a REP differs: the attribute, what stands there, an amount in `currency`, and what was expected.

    A notice is allowed by SAT and worth a look all the same. `payer` is the customer when no document tells.
    """

    rule: Rule
    rep: Rep
    field: str
    found: Value
    expected: Value = None
    currency: str = ""
    paid: PaidDocument | None = None
    document: BookDocument | None = None
    is_notice: bool = False
    payer: tuple[str, str] = NOBODY

    @property
    def customer(self) -> tuple[str, str]:
        """Code and name of whose it is; blank when nobody knows."""
        return (self.document.customer_code, self.document.customer_name) if self.document else self.payer

    @property
    def expected_currency(self) -> str:
        """Of an amount that was expected: the document's, which the REP may have wrong, where the ledger tells it."""
        return self.document.total.currency if self.document and self.rule in _OF_LEDGER else self.currency

    @property
    def document_label(self) -> str:
        """How people name the document that it is about; blank when it is about the whole REP."""
        if not self.paid:
            return ""
        if self.document:
            return self.document.label
        return printed(self.paid.series, self.paid.folio) or self.paid.uuid[:8]


@dataclass(frozen=True, slots=True)
class Needed:
    """A payment that still needs a REP, with what the REP has to say of it."""

    document: BookDocument
    entry: BookEntry
    installment: int
    before: Money
    after: Money

    @property
    def deadline(self) -> date:
        """The last day for its REP."""
        return rep_deadline(self.entry.on)


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What REP and books say of each other on a day; `left_out` are REP that are cancelled or replaced."""

    on: date
    reps: tuple[Rep, ...]
    left_out: tuple[Rep, ...]
    findings: tuple[Finding, ...]
    needed: tuple[Needed, ...]

    @property
    def differences(self) -> tuple[Finding, ...]:
        """The findings that are wrong, without the notices."""
        return tuple(finding for finding in self.findings if not finding.is_notice)


def rep_deadline(paid_on: date) -> date:
    """The last day on which a payment's REP is in time (RMF 2.7.1.32)."""
    return add_months(paid_on, 1).replace(day=DEADLINE_DAY)


def standing(reps: Iterable[Rep], cancelled: Iterable[str] = ()) -> tuple[tuple[Rep, ...], tuple[Rep, ...]]:
    """The REP that count, each once, and those left out: cancelled, or replaced by another (TipoRelacion 04).

    One that stands in for another that had replaced a third stands in for both. A draft of a stamped REP is that REP.
    """
    once: dict[object, Rep] = {}
    for rep in reps:
        once.setdefault(rep.uuid or replace(rep, name=""), rep)
    stamped = {replace(rep, uuid=None, name="") for rep in once.values() if rep.uuid}
    kept = [rep for rep in once.values() if rep.uuid or replace(rep, name="") not in stamped]
    replaces = {rep.uuid: rep.replaces for rep in kept if rep.uuid is not None}
    gone = {uuid for rep in kept for uuid in rep.replaces if uuid != rep.uuid} | set(cancelled)
    counting = (replace(rep, replaces=_all_replaced(rep, replaces)) for rep in kept if rep.uuid not in gone)
    return tuple(counting), tuple(rep for rep in kept if rep.uuid in gone)


def _all_replaced(rep: Rep, replaces: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    ahead = list(rep.replaces)
    while ahead:
        uuid = ahead.pop(0)
        if uuid not in found:
            found[uuid] = None
            ahead += replaces.get(uuid, ())
    return tuple(found)


def _name(receiver: str, series: str, folio: str, currency: str) -> tuple[str, str, str]:
    # ERPs keep folios as numbers, 0042 is 42 there; files may have both in one column.
    return rfc.compact(receiver), currency or MXN, one_word(series, folio)
