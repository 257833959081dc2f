"""What an import brings in, typed, before it is held against the tables; and what became of it.

In the optional fields None means that the file says nothing: what is known already stays. What comes by the million is
a named tuple, which is made three times as fast as a frozen dataclass.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from bot.domain.money import Money
from bot.domain.receivables import ApplicationKind, AttachmentPolicy, DocumentKind, PaymentMethod, printed


class FileKind(StrEnum):
    """What the rows of a file are, in the order in which files are loaded."""

    CUSTOMERS = "customers"
    DOCUMENTS = "documents"
    CFDI = "cfdi"
    PAYMENTS = "payments"
    PROMISES = "promises"
    # A proposal is made of it, and nothing loaded.
    REMITTANCE = "remittance"


@dataclass(frozen=True, slots=True)
class IncomingCustomer:
    """A customer by code."""

    code: str
    name: str
    rfc: str | None = None
    email: tuple[str, ...] | None = None
    cc: tuple[str, ...] | None = None
    bcc: tuple[str, ...] | None = None
    phone: str | None = None
    credit_limit: Money | None = None
    credit_days: int | None = None
    collector_code: str | None = None
    language: str | None = None
    attachments: AttachmentPolicy | None = None
    do_not_send: bool | None = None


class IncomingDocument(NamedTuple):
    """A document by UUID, else by customer, concept, series and folio; where the file has no currencies, in pesos."""

    customer: str
    folio: str
    issued: date
    total: Money
    due: date | None = None
    concept_code: str = ""
    concept: str | None = None
    series: str = ""
    uuid: str | None = None
    kind: DocumentKind | None = None
    payment_method: PaymentMethod | None = None
    cancelled: bool | None = None
    says_currency: bool = False


class DocumentKey(NamedTuple):
    """Which document a payment or promise is about: its UUID, else the rest; concept and series may be unknown."""

    uuid: str | None = None
    customer: str = ""
    concept_code: str = ""
    concept: str = ""
    series: str = ""
    folio: str = ""

    def __str__(self) -> str:
        return self.uuid or " ".join(filter(None, (self.customer, self.concept_code, self.series, self.folio)))


class WholePayment(NamedTuple):
    """The payment that an amount is a part of, in its own currency, as `receivables.Received` has it.

    Which part it is follows from the equivalence, and that may follow from the document's currency.
    """

    total: Money
    rate: Decimal
    equivalence: Decimal | None = None


class IncomingPayment(NamedTuple):
    """An amount applied to a document, in thousandths of its currency's unit: no currency has more decimals.

    `currency` is the one that the file says it is in, which can only be the document's.
    """

    document: DocumentKey
    on: date
    thousandths: int
    kind: ApplicationKind = ApplicationKind.PAYMENT
    method: str = ""
    reference: str = ""
    rep_uuid: str | None = None
    whole: WholePayment | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class IncomingPromise:
    """A promise of an agenda kept elsewhere; without an amount, all that was open on the day it was made.

    `currency` is the one that the file says it is in, which can only be the document's.
    """

    document: DocumentKey
    number: int
    on: date
    made_by: str
    made_on: date
    comment: str = ""
    amount: Decimal | None = None
    currency: str | None = None


Incoming = IncomingCustomer | IncomingDocument | IncomingPayment | IncomingPromise


@dataclass(frozen=True, slots=True)
class IncomingCfdi:
    """A stamped invoice, debit or credit note; a document by UUID, else by series, folio and the receiver's RFC.

    `credits` are the UUIDs of the invoices that a credit note lowers, `replaces` those of the CFDI it stands in for.
    `issuer` is the RFC of who made it.
    """

    uuid: str
    rfc: str
    series: str
    folio: str
    kind: DocumentKind
    issued_at: datetime
    total: Money
    payment_method: PaymentMethod | None = None
    credits: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    issuer: str = ""


@dataclass(frozen=True, slots=True)
class RepLine:
    """What a payment pays of one document, in that document's currency."""

    document_uuid: str | None
    series: str
    folio: str
    on: date
    amount: Money
    method: str = ""
    reference: str = ""

    @property
    def label(self) -> str:
        """How the document is named there."""
        return self.document_uuid or printed(self.series, self.folio)


@dataclass(frozen=True, slots=True)
class IncomingRep:
    """A stamped payment complement; `replaces` are the UUIDs of those it stands in for."""

    uuid: str
    rfc: str
    issued_at: datetime
    lines: tuple[RepLine, ...]
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row is refused, or with row 0 the whole file; `reason` is a key that a presenter makes a sentence of.

    Rows are counted as a spreadsheet shows them: the first line of the file is 1. Of CFDI the row is the entry's
    number in its ZIP and the column is the file's name.
    """

    row: int
    column: str
    value: str
    reason: str
    params: Mapping[str, object] = field(default_factory=dict)


# The reason why a remittance is not loaded.
REMITTANCE = "remittance"


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file, or of one `sheet` of a workbook that has several.

    `refused` counts rows, or the file itself when it has no kind. `warnings` are about rows that were taken all the
    same.
    """

    path: Path
    kind: FileKind | None = None
    new: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0
    problems: tuple[Problem, ...] = ()
    ignored_columns: tuple[str, ...] = ()
    warnings: tuple[Problem, ...] = ()
    sheet: str = ""

    @property
    def name(self) -> str:
        """How people call it: `cartera.xlsx`, `cartera.xlsx [Pagos]`."""
        return f"{self.path.name} [{self.sheet}]" if self.sheet else self.path.name


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a file is: the share that is read, from 0 to 1; None while all of it is held against the tables."""

    path: Path
    kind: FileKind
    share: float | None


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a run; `kept` is whether the tables hold it now."""

    files: tuple[FileReport, ...]
    kept: bool

    @property
    def is_of_remittances(self) -> bool:
        """Whether its files are remittances and nothing else, so that nothing could be loaded."""
        return bool(self.files) and all([p.reason for p in file.problems] == [REMITTANCE] for file in self.files)

    @property
    def refused(self) -> int:
        """How many rows and whole files were refused."""
        return sum(file.refused for file in self.files)
