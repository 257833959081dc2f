"""Customers, their documents, and the payments applied to these."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from string import digits

from bot.domain.money import MXN, Money, minor_digits
from bot.domain.values import value

# SAT, Anexo 20: Folio of a Comprobante.
_MAX_FOLIO = 40
_LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d+$)")
# `1001.00`: a folio from a column of numbers, as Excel saves it as CSV.
_WHOLE = re.compile(r"(\d+)\.0+")
# What stands between series and folio in one column.
BETWEEN = ("-", " ", "")


class DocumentKind(StrEnum):
    """What a document does to the balance: charges raise it, credits wait to be applied."""

    INVOICE = "invoice"
    DEBIT_NOTE = "debit_note"
    CREDIT_NOTE = "credit_note"
    PAYMENT_ON_ACCOUNT = "payment_on_account"

    @property
    def is_charge(self) -> bool:
        """Whether the customer owes it."""
        return self is DocumentKind.INVOICE or self is DocumentKind.DEBIT_NOTE


class PaymentMethod(StrEnum):
    """SAT c_MetodoPago: paid in one exhibition, or in parts or deferred (which needs a REP)."""

    PUE = "PUE"
    PPD = "PPD"


class ApplicationKind(StrEnum):
    """How a balance went down; only a payment keeps a promise."""

    PAYMENT = "payment"
    CREDIT_NOTE = "credit_note"
    DISCOUNT = "discount"
    RETURN = "return"


def by_payments(applied: Iterable[tuple[date, int, ApplicationKind]]) -> Iterator[tuple[date, int, ApplicationKind]]:
    """What was applied (minor units), by day: what takes back more of a kind than there was of it takes back payments.

    A cheque that bounced may be written down as a return below zero, or as any other kind.
    """
    others: Counter[ApplicationKind] = Counter()
    for on, minor, kind in sorted(applied, key=lambda each: (each[0], -each[1])):
        back = 0
        if kind is not ApplicationKind.PAYMENT:
            others[kind] += minor
            back = min(0, others[kind])
            others[kind] -= back
        if minor != back:
            yield on, minor - back, kind
        if back:
            yield on, back, ApplicationKind.PAYMENT


# Pagos20.xsd: TipoCambioP has at most six decimals, EquivalenciaDR ten.
RATE_DECIMALS, EQUIVALENCE_DECIMALS = 6, 10


@dataclass(frozen=True, slots=True)
class Received:
    """The payment that an application is a part of, as ERP or file have it: all of it, and this part of it.

    Both are in the payment's own currency; `rate` is how many pesos one unit of that is, `equivalence` how many units
    of the document's currency, where that is written down and does not only follow from the amounts.
    """

    total: Money
    part: Money
    rate: Decimal
    equivalence: Decimal | None = None

    def equivalence_in(self, currency: str) -> Decimal | None:
        """What a REP says as EquivalenciaDR of a document in that currency (CRP20237, CRP20238); None is not known."""
        if currency == self.total.currency:
            return Decimal(1)
        return self.equivalence or (self.rate if currency == MXN else None)

    def part_of(self, applied: Money) -> Money | None:
        """What is applied to a document, in the payment's currency, half a unit up; None where no equivalence tells."""
        currency, equivalence = self.total.currency, self.equivalence_in(applied.currency)
        if equivalence is None:
            return None
        exact = (applied.decimal / equivalence).scaleb(minor_digits(currency))
        return Money(int(exact.to_integral_value(ROUND_HALF_UP)), currency)


class AttachmentPolicy(StrEnum):
    """Which files travel with a customer's statement."""

    SEPARATE = "separate"
    ZIP = "zip"
    PDF_ONLY = "pdf_only"
    NONE = "none"


@value
class Customer:
    """Who owes; `credit_limit` in MXN minor units as the ERP keeps it."""

    id: int
    code: str
    name: str
    rfc: str = ""
    email: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    phone: str = ""
    credit_limit: Money = Money(0, MXN)
    credit_days: int = 0
    collector_code: str | None = None
    language: str = "es_MX"
    attachments: AttachmentPolicy = AttachmentPolicy.SEPARATE
    do_not_send: bool = False

    @property
    def addresses(self) -> tuple[str, ...]:
        """Wherever its mail goes, copies included."""
        return (*self.email, *self.cc, *self.bcc)


@value
class Application:
    """An amount (positive lowers the balance, negative reverses) applied to a document on a day."""

    on: date
    amount: Money
    kind: ApplicationKind = ApplicationKind.PAYMENT


@value
class Document:
    """A charge or a credit, with what was applied to it."""

    id: int
    customer_id: int
    concept_code: str
    concept: str
    series: str
    folio: str
    uuid: str | None
    kind: DocumentKind
    payment_method: PaymentMethod | None
    issued: date
    due: date
    total: Money
    cancelled: bool = False
    applications: tuple[Application, ...] = ()

    @property
    def label(self) -> str:
        """How people name it: `CFDI-21002`, or the folio alone when there is no series."""
        return printed(self.series, self.folio)

    def balance_on(self, as_of: date) -> Money:
        """What was open at the end of that day; nothing before its issue or when cancelled."""
        if self.cancelled or self.issued > as_of:
            return Money(0, self.total.currency)
        applied = sum([a.amount.minor for a in self.applications if a.on <= as_of])
        return Money(self.total.minor - applied, self.total.currency)

    def not_owed(self, as_of: date) -> str:
        """Why nothing is owed on that day, as one of these words; blank when something is."""
        reasons = {
            "cancelled": self.cancelled,
            "credit": not self.kind.is_charge,
            "later": self.issued > as_of,
            "paid": self.balance_on(as_of).minor <= 0,
        }
        return next((reason for reason, holds in reasons.items() if holds), "")

    def days_overdue(self, as_of: date) -> int:
        """Days past due on that day, 0 when not yet due."""
        return max(0, (as_of - self.due).days)


def printed(series: str, folio: str) -> str:
    """Series and folio as people name a document by them: `CFDI-21002`, or the one that there is."""
    return "-".join(filter(None, (series, folio)))


def without_decimals(folio: str) -> str:
    """A folio of digits without the fraction of zeros that a column of numbers gave it."""
    return whole[1] if (whole := _WHOLE.fullmatch(folio)) else folio


def despite_zeros(folio: str) -> list[str]:
    """A folio with any number of leading zeros: some ERPs keep 0042 as a number, 42, and others print 42 as 0000042."""
    digits = folio.lstrip("0")
    return [digits.rjust(length, "0") for length in range(max(1, len(digits)), max(_MAX_FOLIO, len(digits)) + 1)]


def one_word(series: str, folio: str) -> str:
    """Series and folio as one word, as exports have them in one column: `CFDI-042`, `cfdi 42` and `CFDI42` are one."""
    written = folio if has_series(series, folio) else f"{series}-{folio}"
    return "".join(filter(str.isalnum, _LEADING_ZEROS.sub("", written))).upper()


def has_series(series: str, folio: str) -> bool:
    """Whether a folio has its series in it, in a column of its own too or not: `A-7` beside `A`, or beside nothing."""
    return not folio.isdigit() and folio.upper().startswith(series.upper())


def set_apart(series: str, folio: str) -> str | None:
    """The series as a word where it is seen where the folio begins, else None: `A17` may be `A1-7`, `A-17` is not."""
    head = folio.rstrip(digits)
    if head and not (has_series(series, folio) and not head[-1].isalnum()):
        return None
    return "".join(filter(str.isalnum, head or series)).upper()


def read_alike(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two pairs of series and folio are the same, in one column or two."""
    apart = {set_apart(*one), set_apart(*other)} - {None}
    return one_word(*one) == one_word(*other) and len(apart) <= 1


def in_one_column(series: str, folio: str) -> list[str]:
    """The ways in which series and folio are usually written in one column."""
    return [f"{series}{between}{folio}" for between in BETWEEN] if series else []


def in_one_column_despite_zeros(series: str, folio: str) -> list[str]:
    """These, with any number of zeros before the folio: `A-7` is the `A-007` of a file that has both in one column."""
    return [way for each in despite_zeros(folio) for way in in_one_column(series, each)]


def told_apart(found: Sequence[tuple[Document, Customer]], *, named: bool = True) -> list[str]:
    """What stands beside each label where documents are listed to choose from: whose it is, unless not `named`.

    Where that leaves two the same, as an invoice and a charge with one folio are, the concept stands before it.
    """
    names = [(c.name,) if named else () for _, c in found]
    concepts = [(d.concept, *name) for (d, _), name in zip(found, names, strict=True)]
    ways = (names, concepts, [(c.code, d.concept_code, d.concept) for d, c in found])
    said = [[" · ".join(filter(None, parts)) for parts in way] for way in ways]
    labels = [d.label for d, _ in found]
    return next((way for way in said if len(set(zip(labels, way, strict=True))) == len(found)), said[0])
