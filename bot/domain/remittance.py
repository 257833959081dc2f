"""A remittance file that a payer returned: how the payment is applied, and what of it does not fit. Nothing is kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from bot.domain.incoming import Problem
from bot.domain.money import Money, minor_digits, totals
from bot.domain.receivables import printed, without_decimals
from bot.domain.rep import BookDocument, BookEntry, Line, Needed, Rep, standing
from bot.domain.rep_chain import make_chain, needed

# Amounts are read in thousandths of the currency's unit: no currency has more decimals.
_FINEST_DIGITS = 3


@dataclass(frozen=True, slots=True)
class RemittanceRow:
    """A line of the file; amounts in thousandths, None where nothing stands."""

    row: int
    customer: str
    uuid: str | None
    series: str
    folio: str
    currency: str
    to_pay: int | None
    balance: int | None = None

    @property
    def label(self) -> str:
        """How the document is named there."""
        return printed(self.series, self.folio) or (self.uuid or "–")[:8]


@dataclass(frozen=True, slots=True)
class RemittanceFile:
    """A file as it was read; `totals` are what it says of each currency itself, in thousandths."""

    name: str
    rows: tuple[RemittanceRow, ...]
    totals: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


class Misfit(StrEnum):
    """Why a line is not applied as it stands."""

    UNKNOWN = "unknown"
    SEVERAL = "several"
    OTHER_CUSTOMER = "other_customer"
    CANCELLED = "cancelled"
    NOT_OWED = "not_owed"
    CURRENCY = "currency"
    DECIMALS = "decimals"
    MORE_THAN_BALANCE = "more_than_balance"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a line pays: the balance today, what is to be paid and what remains; what its REP needs, if it needs one.

    `changed` is whether the balance is another than when the file was made.
    """

    row: RemittanceRow
    misfits: tuple[Misfit, ...] = ()
    document: BookDocument | None = None
    to_pay: Money | None = None
    balance: Money | None = None
    remaining: Money | None = None
    rep: Needed | None = None
    changed: bool = False


@dataclass(frozen=True, slots=True)
class OtherTotal:
    """A currency's total in the file that is not the sum of its lines."""

    said: Money
    lines: Money


@dataclass(frozen=True, slots=True)
class Proposal:
    """How a returned file is applied on a day; `unpaid` are its lines without an amount."""

    on: date
    name: str
    lines: tuple[Proposed, ...]
    unpaid: int
    other_totals: tuple[OtherTotal, ...]
    problems: tuple[Problem, ...]

    @property
    def fits(self) -> tuple[Proposed, ...]:
        """The lines that can be applied as they stand."""
        return tuple(line for line in self.lines if not line.misfits)

    @property
    def sums(self) -> tuple[Money, ...]:
        """What these amount to, per currency, pesos first."""
        return totals(line.to_pay for line in self.fits if line.to_pay)

    @property
    def is_clean(self) -> bool:
        """Whether all of it fits."""
        return len(self.fits) == len(self.lines) and not self.other_totals and not self.problems


def propose(file: RemittanceFile, documents: Sequence[BookDocument], reps: Iterable[Rep], on: date) -> Proposal:
    """Apply the lines of a file to the documents that a person may see; `reps` are those that pay them already."""
    paying: dict[str, list[Line]] = {}
    for line in (line for rep in standing(reps)[0] for line in rep.lines):
        paying.setdefault(line.paid.uuid, []).append(line)
    known = _Known(documents, on)
    named = (found[0].customer_code for row in file.rows if (found := known.find(row, "")))
    payer = next((row.customer for row in file.rows if row.customer), None) or next(named, "")
    paid = [row for row in file.rows if row.to_pay]
    seen: set[int] = set()
    lines = []
    for row in paid:
        found = known.find(row, payer)
        if len(found) != 1:
            misfit = Misfit.SEVERAL if found else Misfit.UNKNOWN
            lines.append(Proposed(row, (misfit,), to_pay=_money(row.to_pay, row.currency)))
            continue
        (document,) = found
        its = paying.get(document.uuid or "", ())
        lines.append(_apply(row, payer, document, its, on, repeated=id(document) in seen))
        seen.add(id(document))
    return Proposal(
        on, file.name, tuple(lines), len(file.rows) - len(paid), tuple(_other_totals(file, paid)), file.problems
    )


class _Known:
    """The documents by UUID; those without one by customer, series and folio."""

    def __init__(self, documents: Iterable[BookDocument], on: date) -> None:
        self._on = on
        self._by_uuid: dict[str, BookDocument] = {}
        self._by_name: dict[tuple[str, str, str], list[BookDocument]] = {}
        for document in documents:
            if document.uuid:
                self._by_uuid[document.uuid] = document
                continue
            name = _name(document.customer_code, document.series, document.folio)
            self._by_name.setdefault(name, []).append(document)

    def find(self, row: RemittanceRow, payer: str) -> list[BookDocument]:
        """The document of a line; several where nothing in it tells them apart."""
        if row.uuid:
            return [self._by_uuid[row.uuid]] if row.uuid in self._by_uuid else []
        customer = (row.customer or payer).upper()
        names = (_name(customer, row.series, folio) for folio in (row.folio, without_decimals(row.folio)))
        found = next(filter(None, map(self._by_name.get, names)), [])
        was = _money(row.balance, row.currency)
        # Concepts have the same folios, and the file does not name them; what it says of a balance tells them apart.
        for is_it in (
            lambda document: document.customer_code.upper() == customer,
            lambda document: document.folio == row.folio,
            lambda document: document.is_charge and not document.cancelled,
            lambda document: _balance(document, self._on) == was,
        ):
            found = list(filter(is_it, found)) or found
        return found


def _name(customer: str, series: str, folio: str) -> tuple[str, str, str]:
    return _plain(customer), _plain(series), _plain(folio)


def _plain(text: str) -> str:
    """A code without leading zeros: who opens the CSV in Excel and saves it has lost them."""
    return text.upper().lstrip("0")


def _balance(document: BookDocument, on: date) -> Money:
    currency = document.total.currency
    return document.total - Money(sum(entry.amount.minor for entry in document.entries if entry.on <= on), currency)


def _apply(
    row: RemittanceRow, payer: str, document: BookDocument, paying: Iterable[Line], on: date, *, repeated: bool
) -> Proposed:
    currency = document.total.currency
    balance = _balance(document, on)
    to_pay, was = _money(row.to_pay, row.currency), _money(row.balance, row.currency)
    # Two currencies are never subtracted.
    remaining = balance - to_pay if to_pay and row.currency == currency else None
    payers = {_plain(payer), _plain(row.customer or payer)}
    wrong = {
        Misfit.OTHER_CUSTOMER: payers != {_plain(document.customer_code)},
        Misfit.CANCELLED: document.cancelled,
        Misfit.NOT_OWED: not document.is_charge,
        Misfit.CURRENCY: row.currency != currency,
        Misfit.DECIMALS: to_pay is None,
        Misfit.MORE_THAN_BALANCE: remaining is not None and remaining.minor < 0,
        Misfit.REPEATED: repeated,
    }
    misfits = tuple(misfit for misfit, is_one in wrong.items() if is_one)
    return Proposed(
        row,
        misfits,
        document,
        to_pay,
        balance,
        remaining,
        _rep(document, to_pay, paying, on) if to_pay and not misfits else None,
        changed=was is not None and row.currency == currency and was != balance,
    )


def _rep(document: BookDocument, to_pay: Money, paying: Iterable[Line], on: date) -> Needed | None:
    """What the REP of this payment has to say, after all payments that there are."""
    entry = BookEntry(on, to_pay)
    with_it = replace(document, entries=(*document.entries, entry))
    return next((one for one in needed(make_chain(with_it, paying)) if one.entry is entry), None)


def _other_totals(file: RemittanceFile, paid: Sequence[RemittanceRow]) -> Iterable[OtherTotal]:
    for currency, said in file.totals.items():
        lines = sum(row.to_pay or 0 for row in paid if row.currency == currency)
        total, added = _money(said, currency), _money(lines, currency)
        # A program that does not reckon leaves formulas at nought.
        if said and total and added and total != added:
            yield OtherTotal(total, added)


def _money(thousandths: int | None, currency: str) -> Money | None:
    """An amount of the currency; None when there is none, or it has decimals that the currency has not."""
    if thousandths is None:
        return None
    minor, rest = divmod(thousandths, 10 ** (_FINEST_DIGITS - minor_digits(currency)))
    return None if rest else Money(minor, currency)
