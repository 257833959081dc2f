"""What the cells of each kind of file are, and what a row of them brings in."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bot.domain.errors import UnknownCurrency
from bot.domain.incoming import (
    DocumentKey,
    FileKind,
    Incoming,
    IncomingCustomer,
    IncomingDocument,
    IncomingPayment,
    IncomingPromise,
    WholePayment,
)
from bot.domain.money import MXN, Money, minor_digits, parse_currency
from bot.domain.receivables import (
    EQUIVALENCE_DECIMALS,
    RATE_DECIMALS,
    ApplicationKind,
    AttachmentPolicy,
    DocumentKind,
    PaymentMethod,
)
from bot.i18n import SPANISH, languages_by_name
from bot.imports import cells
from bot.imports.cells import BadCell, Cell

MAX_CREDIT_DAYS = 3650
MAX_PROMISES = 1000

# How many thousandths a minor unit is, by the currency's decimals.
_THOUSANDTHS = (1000, 100, 10, 1)

# `42017 / Factura CFDI 2017`: how CONTPAQi's reports write a concept's code and name in one column.
_CODE_AND_NAME = re.compile(r"(\w{1,30}) / (.+)")

# c_FormaPago as SAT prints it: `03`, `03 Transferencia electrónica de fondos`; a spreadsheet leaves 3 of it.
_FORM_OF_PAYMENT = re.compile(r"(\d{1,2})(?!\d)")

# c_MetodoPago likewise: `PUE`, `PUE Pago en una sola exhibición`.
_METHOD = re.compile(r"(pue|ppd)\b.*", re.IGNORECASE)
# How what writes a CSV has Excel keep a text as it is, zeros and all: `="0042"`.
_AS_TEXT = re.compile(r'="(.*)"')

_KINDS = {
    "factura": DocumentKind.INVOICE,
    "invoice": DocumentKind.INVOICE,
    "nota de cargo": DocumentKind.DEBIT_NOTE,
    "debit note": DocumentKind.DEBIT_NOTE,
    "nota de credito": DocumentKind.CREDIT_NOTE,
    "credit note": DocumentKind.CREDIT_NOTE,
    "pago a cuenta": DocumentKind.PAYMENT_ON_ACCOUNT,
    "anticipo": DocumentKind.PAYMENT_ON_ACCOUNT,
    "payment on account": DocumentKind.PAYMENT_ON_ACCOUNT,
}
_APPLICATIONS = {
    "pago": ApplicationKind.PAYMENT,
    "abono": ApplicationKind.PAYMENT,
    "payment": ApplicationKind.PAYMENT,
    "nota de credito": ApplicationKind.CREDIT_NOTE,
    "credit note": ApplicationKind.CREDIT_NOTE,
    "descuento": ApplicationKind.DISCOUNT,
    "discount": ApplicationKind.DISCOUNT,
    "devolucion": ApplicationKind.RETURN,
    "return": ApplicationKind.RETURN,
}
_METHODS = {"pue": PaymentMethod.PUE, "ppd": PaymentMethod.PPD}
_ATTACHMENTS = {
    "separados": AttachmentPolicy.SEPARATE,
    "separate": AttachmentPolicy.SEPARATE,
    "zip": AttachmentPolicy.ZIP,
    "solo pdf": AttachmentPolicy.PDF_ONLY,
    "pdf only": AttachmentPolicy.PDF_ONLY,
    "ninguno": AttachmentPolicy.NONE,
    "none": AttachmentPolicy.NONE,
}


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a kind of file.

    `blank` is its value where the cell has nothing in it, unless it is required, and stands in for a cell that cannot
    be read while the rest of the row is looked at; `absent` is its value where no column holds it. Of a field that
    `recurs` the same few cells come again and again down the file: what they mean is remembered. One that `is_remark`
    names nothing, and stays as it is written: by that a payment or a promise of an earlier file is known again.
    """

    name: str
    read: Callable[[Cell], Any]
    blank: Any
    absent: Any = None
    is_required: bool = False
    recurs: bool = True
    is_remark: bool = False

    def value(self, cell: Cell) -> Any:  # noqa: ANN401 - each field has a type of its own
        """What the cell means; raises BadCell."""
        if isinstance(cell, str):
            cell = cells.as_written(cell) if self.is_remark else cells.text(cell)
            if cell[:1] == "=" and (written := _AS_TEXT.fullmatch(cell)):
                cell = written[1].strip()
        if cell == "":
            if self.is_required:
                raise BadCell("missing")
            return self.blank
        if isinstance(cell, str) and cell[0] in "#=" and cell in cells.FAILURES:
            raise BadCell("uncalculated" if cell == cells.UNCALCULATED else "failed_formula")
        return self.read(cell)


class BadField(BadCell):
    """A field that is right by itself and wrong beside another."""

    def __init__(self, field: str, reason: str, **params: object) -> None:
        super().__init__(reason, **params)
        self.field = field


@dataclass(frozen=True, slots=True)
class Reader:
    """How a row of a kind is read: `make` takes the fields' values in their order, and raises BadField."""

    fields: Sequence[Field]
    make: Callable[..., Incoming]


def reader(kind: FileKind, *, decimal_comma: bool = False) -> Reader:
    """How the rows of a file are read; with `decimal_comma` its amounts are written as `1.234,50`."""
    thousandths = cells.thousandths_with_comma if decimal_comma else cells.thousandths
    if kind is FileKind.CUSTOMERS:
        return Reader(_customer_fields(thousandths), IncomingCustomer)
    if kind is FileKind.DOCUMENTS:
        return Reader(_document_fields(thousandths), _document)
    if kind is FileKind.PAYMENTS:
        return Reader(_payment_fields(thousandths, cells.ratio_with_comma if decimal_comma else cells.ratio), _payment)
    return Reader(_promise_fields(thousandths), _promise)


def _required(
    name: str, read: Callable[[Cell], Any], stand_in: object, *, absent: object = None, recurs: bool = True
) -> Field:
    return Field(name, read, stand_in, absent, is_required=True, recurs=recurs)


_Amount = Callable[[Cell], int]
_Ratio = Callable[[Cell, int], Decimal]


def _customer_fields(thousandths: _Amount) -> Sequence[Field]:
    return (
        _required("code", cells.code, "", recurs=False),
        _required("name", _text, "", recurs=False),
        Field("rfc", lambda cell: cells.text(cell).upper(), "", recurs=False),
        Field("email", cells.addresses, (), recurs=False),
        Field("cc", cells.addresses, ()),
        Field("bcc", cells.addresses, ()),
        Field("phone", _text, "", recurs=False),
        Field("credit_limit", lambda cell: in_currency(_not_negative(thousandths(cell)), MXN), Money(0)),
        Field("credit_days", lambda cell: cells.whole(cell, 0, MAX_CREDIT_DAYS), 0),
        Field("collector", _text, ""),
        Field("language", lambda cell: cells.choice(cell, languages_by_name()), SPANISH),
        Field("attachments", lambda cell: cells.choice(cell, _ATTACHMENTS), AttachmentPolicy.SEPARATE),
        Field("do_not_send", cells.yes_no, blank=False),
    )


def _document_fields(thousandths: _Amount) -> Sequence[Field]:
    return (
        _required("customer", _text, ""),
        # No column for the code: it may stand before the concept's name.
        Field("concept_code", _text, ""),
        Field("concept", _text, ""),
        Field("series", _text, "", absent=""),
        _required("folio", cells.code, "", recurs=False),
        Field("uuid", cells.uuid, None, recurs=False),
        Field("kind", lambda cell: cells.choice(cell, _KINDS), DocumentKind.INVOICE),
        Field("payment_method", lambda cell: cells.choice(_METHOD.sub(r"\1", cells.text(cell)), _METHODS), None),
        _required("issued", _day, cells.EARLIEST),
        Field("due", cells.day, None),
        Field("currency", _currency, MXN),
        _required("total", lambda cell: _not_negative(thousandths(cell)), 0, recurs=False),
        Field("cancelled", cells.yes_no, blank=False),
    )


def _key_fields(required: Callable[..., Field]) -> Sequence[Field]:
    return (
        required("customer", _text, "", absent=""),
        Field("concept_code", _text, ""),
        Field("concept", _text, ""),
        Field("series", _text, "", absent=""),
        required("folio", cells.code, "", absent="", recurs=False),
    )


def _payment_fields(thousandths: _Amount, ratio: _Ratio) -> Sequence[Field]:
    return (
        Field("document_uuid", cells.uuid, None, recurs=False),
        *_key_fields(Field),
        _required("date", _day, cells.EARLIEST),
        _required("amount", lambda cell: _not_zero(thousandths(cell)), 1, recurs=False),
        Field("currency", _currency, None),
        Field("kind", lambda cell: cells.choice(cell, _APPLICATIONS), ApplicationKind.PAYMENT, ApplicationKind.PAYMENT),
        Field("method", _form_of_payment, "", absent=""),
        Field("reference", _text, "", absent="", recurs=False, is_remark=True),
        Field("rep_uuid", cells.uuid, None, recurs=False),
        # Of what is taken back ERPs write both amounts below zero, and nothing known as zero.
        Field("paid_total", lambda cell: abs(thousandths(cell)) or None, None, recurs=False),
        Field("paid_currency", _currency, MXN, absent=MXN),
        Field("paid_rate", lambda cell: ratio(cell, RATE_DECIMALS), None),
        Field("paid_equivalence", lambda cell: ratio(cell, EQUIVALENCE_DECIMALS), None),
    )


def _promise_fields(thousandths: _Amount) -> Sequence[Field]:
    return (
        *_key_fields(_required),
        _required("number", lambda cell: cells.whole(cell, 1, MAX_PROMISES), 1),
        _required("promised", _day, cells.EARLIEST),
        _required("made_by", _text, ""),
        _required("made_on", _day, cells.EARLIEST),
        Field("comment", _text, "", absent="", recurs=False, is_remark=True),
        Field("amount", lambda cell: _positive(thousandths(cell)), None, recurs=False),
        Field("currency", _currency, None),
    )


def _text(cell: Cell) -> str:
    return cell if isinstance(cell, str) else cells.text(cell)


def _not_negative(thousandths: int) -> int:
    if thousandths < 0:
        raise BadCell("negative")
    return thousandths


def _not_zero(thousandths: int) -> int:
    if not thousandths:
        raise BadCell("zero")
    return thousandths


def _positive(thousandths: int) -> int:
    if thousandths <= 0:
        raise BadCell("not_positive")
    return thousandths


def _day(cell: Cell) -> date:
    day = cells.day(cell)
    if day is None:
        raise BadCell("not_date")
    return day


def _form_of_payment(cell: Cell) -> str:
    match = _FORM_OF_PAYMENT.match(cells.text(cell))
    if not match:
        raise BadCell("payment_form")
    return match[1].zfill(2)


def _currency(cell: Cell) -> str:
    try:
        return parse_currency(cells.text(cell))
    except UnknownCurrency as error:
        raise BadCell("currency") from error


def in_currency(thousandths: int, currency: str) -> Money:
    """The amount in the currency's minor units; raises BadCell when it has decimals that the currency has not."""
    digits = minor_digits(currency)
    minor, rest = divmod(thousandths, _THOUSANDTHS[digits])
    if rest:
        raise BadCell("decimals", currency=currency, digits=digits)
    return Money(minor, currency)


def _concept(code: str | None, concept: str | None) -> tuple[str, str]:
    if code is None and (match := _CODE_AND_NAME.fullmatch(concept or "")):
        return match[1], match[2]
    return code or "", concept or ""


def _document(  # noqa: PLR0917 - the fields in their order
    customer: str, code: str | None, concept: str | None, series: str, folio: str, uuid: str | None,
    kind: DocumentKind | None, method: PaymentMethod | None, issued: date, due: date | None, currency: str | None,
    thousandths: int, cancelled: bool | None,  # noqa: FBT001 - likewise
) -> IncomingDocument:  # fmt: skip
    try:
        total = in_currency(thousandths, currency or MXN)
    except BadCell as error:
        raise BadField("total", error.reason, **error.params) from error
    concept_code, name = _concept(code, concept)
    return IncomingDocument(
        customer=customer, concept_code=concept_code, concept=None if concept is None else name, series=series,
        folio=folio, uuid=uuid, kind=kind, payment_method=method, issued=issued, due=due, total=total,
        cancelled=cancelled, says_currency=currency is not None,
    )  # fmt: skip


def _payment(  # noqa: PLR0917 - the fields in their order
    uuid: str | None, customer: str, code: str | None, concept: str | None, series: str, folio: str, on: date,
    thousandths: int, currency: str | None, kind: ApplicationKind, method: str, reference: str, rep_uuid: str | None,
    paid_total: int | None, paid_currency: str, paid_rate: Decimal | None, paid_equivalence: Decimal | None,
) -> IncomingPayment:  # fmt: skip
    if not uuid:
        for name, value in (("customer", customer), ("folio", folio)):
            if not value:
                raise BadField(name, "missing")
    key = DocumentKey(uuid=uuid) if uuid else DocumentKey(None, customer, *_concept(code, concept), series, folio)
    whole = None if paid_total is None else _whole(paid_total, paid_currency, paid_rate, paid_equivalence)
    return IncomingPayment(key, on, thousandths, kind, method, reference, rep_uuid, whole, currency)


def _whole(thousandths: int, currency: str, rate: Decimal | None, equivalence: Decimal | None) -> WholePayment:
    try:
        total = in_currency(thousandths, currency)
    except BadCell as error:
        raise BadField("paid_total", error.reason, **error.params) from error
    if currency == MXN:
        # Whatever rate an ERP notes beside pesos, they are worth one.
        return WholePayment(total, Decimal(1), equivalence)
    if rate is None:
        raise BadField("paid_rate", "no_rate", currency=currency)
    return WholePayment(total, rate, equivalence)


def _promise(  # noqa: PLR0917 - the fields in their order
    customer: str, code: str | None, concept: str | None, series: str, folio: str, number: int, on: date,
    made_by: str, made_on: date, comment: str, thousandths: int | None, currency: str | None,
) -> IncomingPromise:  # fmt: skip
    key = DocumentKey(None, customer, *_concept(code, concept), series, folio)
    amount = None if thousandths is None else Decimal(thousandths).scaleb(-cells.FINEST_DIGITS)
    return IncomingPromise(key, number, on, made_by, made_on, comment, amount, currency)
