"""What a synchronisation brings from an ERP, and what became of it."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.errors import Refusal
from bot.domain.incoming import Problem
from bot.domain.money import Money
from bot.domain.receivables import ApplicationKind, DocumentKind, PaymentMethod, Received

# Begins the key of what an ERP that is synchronised applies.
ERP_KEY = "contpaqi:"


@dataclass
class ErpUnreadable(Refusal):
    """The ERP is down or cannot be read; `reason` in the driver's words, `last_success_at` None if there was none."""

    reason: str
    now: datetime | None = None
    last_success_at: datetime | None = None


@dataclass
class ErpDriverMissing(Refusal):
    """The library that speaks to the ERP's database is not installed; `module` is its name."""

    module: str


@dataclass
class ErpNotConfigured(Refusal):
    """No setting says where the ERP is."""


@dataclass(frozen=True, slots=True)
class ErpApplication:
    """An amount, in minor units of the document's currency, applied to it; `key` names it for good.

    `cancelled_reps` are those of its REP that the ERP knows as cancelled.
    """

    key: str
    on: date
    amount: int
    kind: ApplicationKind
    method: str = ""
    reference: str = ""
    rep_uuid: str | None = None
    received: Received | None = None
    cancelled_reps: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ErpDocument:
    """A document that counts in the ERP, with all that is applied to it.

    A credit without `waited` was used up on the day it was made: it never had a balance, so it is kept only if
    it is known already.
    """

    erp_id: int
    customer: str
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
    applications: tuple[ErpApplication, ...] = ()
    waited: bool = True


@dataclass(frozen=True, slots=True)
class ErpBalance:
    """What the ERP itself says is open on a document: positive is owed, negative is a credit."""

    erp_id: int
    customer: str
    balance: Money


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one kind of row; `removed` were here and are no longer, or not any more valid, in the ERP.

    `warnings` are about rows that were taken all the same.
    """

    new: int = 0
    changed: int = 0
    same: int = 0
    removed: int = 0
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A customer whose balance here is not the ERP's, although everything was read."""

    customer: str
    here: Money
    erp: Money


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a synchronisation did; `full` is whether every document was read again. Rows are the ERP's ids."""

    at: datetime
    full: bool
    customers: Outcome
    documents: Outcome
    applications: Outcome
    mismatches: tuple[Mismatch, ...] = ()

    @property
    def refused(self) -> int:
        """How many of the ERP's rows could not be taken."""
        return sum(len({p.row for p in part.problems}) for part in (self.customers, self.documents, self.applications))
