"""A row of a known file as what it brings in."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

from bot.domain.errors import UnknownCurrency
from bot.domain.incoming import (
    DocumentKey,
    FileKind,
    Incoming,
    IncomingCustomer,
    IncomingDocument,
    IncomingPayment,
    IncomingPromise,
    Problem,
)
from bot.domain.money import MXN, Money, parse_currency
from bot.domain.receivables import ApplicationKind, AttachmentPolicy, DocumentKind, PaymentMethod
from bot.imports import cells
from bot.imports.cells import BadCell, Cell
from bot.imports.headings import Headings

T = TypeVar("T")

MAX_CREDIT_DAYS = 3650
MAX_PROMISES = 1000

# `42017 / Factura CFDI 2017`: how CONTPAQi's reports write a concept's code and name in one column.
_CODE_AND_NAME = re.compile(r"(\w{1,30}) / (.+)")

_KINDS = {
    "": DocumentKind.INVOICE,
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
    "": ApplicationKind.PAYMENT,
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
_METHODS = {"": None, "pue": PaymentMethod.PUE, "ppd": PaymentMethod.PPD}
_LANGUAGES = {"": "es_MX", "es": "es_MX", "es mx": "es_MX", "espanol": "es_MX", "en": "en", "ingles": "en"}
_ATTACHMENTS = {
    "": AttachmentPolicy.SEPARATE,
    "separados": AttachmentPolicy.SEPARATE,
    "separate": AttachmentPolicy.SEPARATE,
    "zip": AttachmentPolicy.ZIP,
    "solo pdf": AttachmentPolicy.PDF_ONLY,
    "pdf only": AttachmentPolicy.PDF_ONLY,
    "ninguno": AttachmentPolicy.NONE,
    "none": AttachmentPolicy.NONE,
}


class Line:
    """A row whose cells are read by field; what cannot be read is noted as a problem, and the default stands."""

    def __init__(self, number: int, row: Sequence[Cell], headings: Headings) -> None:
        self.number = number
        self.headings = headings
        self.problems: list[Problem] = []
        self._row = row

    def cell(self, field: str) -> Cell:
        """The field's cell; a blank when the row ends before it or no column holds it."""
        position = self.headings.positions.get(field)
        return "" if position is None or position >= len(self._row) else self._row[position]

    def has(self, field: str) -> bool:
        """Whether the field's cell has something in it."""
        return bool(cells.text(self.cell(field)))

    def refuse(self, field: str, reason: str, **params: object) -> None:
        """Note what is wrong with a field."""
        column = self.headings.names.get(field, field)
        self.problems.append(Problem(self.number, column, cells.text(self.cell(field)), reason, params))

    def read(self, field: str, reader: Callable[[Cell], T], default: T) -> T:
        """The field as the reader has it; the default when it cannot be read or is a required field left blank."""
        try:
            return reader(self.cell(field))
        except BadCell as error:
            self.refuse(field, error.reason, **error.params)
            return default

    def required(self, field: str, reader: Callable[[Cell], T], default: T) -> T:
        """The same for a field that may not be blank."""
        if self.has(field):
            return self.read(field, reader, default)
        self.refuse(field, "missing")
        return default

    def optional(self, field: str, reader: Callable[[Cell], T]) -> T | None:
        """The same for a field that may be blank, or that no column holds: None."""
        return self.read(field, reader, None) if self.has(field) else None

    def known(self, field: str, reader: Callable[[Cell], T]) -> T | None:
        """The same for a field whose blank says something too: None only when no column holds it."""
        return self.read(field, reader, None) if field in self.headings.positions else None


def _customer(line: Line) -> Incoming:
    return IncomingCustomer(
        code=line.required("code", cells.text, ""),
        name=line.required("name", cells.text, ""),
        rfc=line.known("rfc", lambda cell: cells.text(cell).upper()),
        email=line.known("email", cells.addresses),
        cc=line.known("cc", cells.addresses),
        phone=line.known("phone", cells.text),
        credit_limit=line.known("credit_limit", _credit_limit),
        credit_days=line.known("credit_days", lambda cell: cells.whole(cells.text(cell) or "0", 0, MAX_CREDIT_DAYS)),
        collector_code=line.known("collector", cells.text),
        language=line.known("language", lambda cell: cells.choice(cell, _LANGUAGES)),
        attachments=line.known("attachments", lambda cell: cells.choice(cell, _ATTACHMENTS)),
        do_not_send=line.known("do_not_send", cells.yes_no),
    )


def _credit_limit(cell: Cell) -> Money:
    limit = cells.amount(cell if cells.text(cell) else "0", MXN)
    if limit.minor < 0:
        raise BadCell("negative")
    return limit


def _document(line: Line) -> Incoming:
    currency = line.optional("currency", _currency) or MXN
    total = line.required("total", lambda cell: cells.amount(cell, currency), Money(0, currency))
    if total.minor < 0:
        line.refuse("total", "negative")
    code, concept = _concept(line)
    return IncomingDocument(
        customer=line.required("customer", cells.text, ""),
        concept_code=code,
        concept=concept if "concept" in line.headings.positions else None,
        series=cells.text(line.cell("series")),
        folio=line.required("folio", cells.text, ""),
        uuid=line.optional("uuid", cells.uuid),
        kind=line.known("kind", lambda cell: cells.choice(cell, _KINDS)),
        payment_method=line.optional("payment_method", lambda cell: cells.choice(cell, _METHODS)),
        issued=_day(line, "issued"),
        due=line.optional("due", cells.day),
        total=total,
        cancelled=line.known("cancelled", cells.yes_no),
    )


def _day(line: Line, field: str) -> date:
    def reader(cell: Cell) -> date:
        found = cells.day(cell)
        if found is None:
            raise BadCell("not_date")
        return found

    return line.required(field, reader, cells.EARLIEST)


def _currency(cell: Cell) -> str:
    try:
        return parse_currency(cells.text(cell))
    except UnknownCurrency as error:
        raise BadCell("currency") from error


def _concept(line: Line) -> tuple[str, str]:
    name = cells.text(line.cell("concept"))
    if "concept_code" in line.headings.positions:
        return cells.text(line.cell("concept_code")), name
    if match := _CODE_AND_NAME.fullmatch(name):
        return match[1], match[2]
    return "", name


def _key(line: Line, uuid: str | None = None) -> DocumentKey:
    if uuid:
        return DocumentKey(uuid=uuid)
    code, concept = _concept(line)
    return DocumentKey(
        customer=line.required("customer", cells.text, ""),
        concept_code=code,
        concept=concept,
        series=cells.text(line.cell("series")),
        folio=line.required("folio", cells.text, ""),
    )


def _payment(line: Line) -> Incoming:
    thousandths = line.required("amount", cells.thousandths, 1)
    if not thousandths:
        line.refuse("amount", "zero")
    return IncomingPayment(
        document=_key(line, line.optional("document_uuid", cells.uuid)),
        on=_day(line, "date"),
        thousandths=thousandths,
        kind=line.read("kind", lambda cell: cells.choice(cell, _APPLICATIONS), ApplicationKind.PAYMENT),
        method=cells.text(line.cell("method")).zfill(2) if line.has("method") else "",
        reference=cells.text(line.cell("reference")),
        rep_uuid=line.optional("rep_uuid", cells.uuid),
    )


def _promise(line: Line) -> Incoming:
    amount = line.optional("amount", cells.decimal)
    if amount is not None and amount <= 0:
        line.refuse("amount", "not_positive")
    return IncomingPromise(
        document=_key(line),
        number=line.required("number", lambda cell: cells.whole(cell, 1, MAX_PROMISES), 1),
        on=_day(line, "promised"),
        made_by=line.required("made_by", cells.text, ""),
        made_on=_day(line, "made_on"),
        comment=cells.text(line.cell("comment")),
        amount=amount,
    )


READERS: dict[FileKind, Callable[[Line], Incoming]] = {
    FileKind.CUSTOMERS: _customer,
    FileKind.DOCUMENTS: _document,
    FileKind.PAYMENTS: _payment,
    FileKind.PROMISES: _promise,
}
