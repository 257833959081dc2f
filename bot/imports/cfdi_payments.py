"""The payments of a REP: Pagos 1.0 and 2.0, as what each pays of each document."""

import re
from collections.abc import Iterator, Sequence

from bot.domain.incoming import RepLine
from bot.domain.money import Money, minor_digits
from bot.imports import cells
from bot.imports.cells import BadCell
from bot.imports.cfdi_values import NO_CURRENCY, currency, decimal, in_currency, moment, optional, required, rounded
from bot.imports.xml_reading import BadXml, Element

PAGOS = ("http://www.sat.gob.mx/Pagos20", "http://www.sat.gob.mx/Pagos")


def read_lines(complements: Sequence[Element]) -> tuple[RepLine, ...]:
    """What all payments of all complements pay; raises BadXml."""
    payments = [
        payment
        for complement in complements
        for namespace in PAGOS
        for payment in complement.iterfind(f"{{{namespace}}}Pagos/{{{namespace}}}Pago")
    ]
    if not payments:
        raise BadXml("rep_without_payments")
    return tuple(line for payment in payments for line in _lines(payment))


def _lines(payment: Element) -> Iterator[RepLine]:
    namespace = str(payment.tag).partition("}")[0]
    documents = payment.findall(f"{namespace}}}DoctoRelacionado")
    if not documents:
        raise BadXml("rep_without_documents", f"Monto={optional(payment, 'Monto')}")
    on = moment(payment, "FechaPago").date()
    method = optional(payment, "FormaDePagoP")
    if not re.fullmatch(r"\d\d", method):
        raise BadXml("payment_form", f"FormaDePagoP={method}")
    for document in documents:
        paid_uuid, series, folio = _document(document)
        yield RepLine(
            document_uuid=paid_uuid,
            series=series,
            folio=folio,
            on=on,
            amount=_paid(payment, document, is_only=len(documents) == 1),
            method=method,
            reference=optional(payment, "NumOperacion"),
        )


def _document(document: Element) -> tuple[str | None, str, str]:
    """The UUID, or else series and folio: what was printed with a bar code before there were CFDI has no UUID."""
    series, folio = optional(document, "Serie"), optional(document, "Folio")
    name = required(document, "IdDocumento")
    try:
        return cells.uuid(name), series, folio
    except BadCell as error:
        if not folio:
            raise BadXml(error.reason, f"IdDocumento={name}") from error
        return None, series, folio


def _paid(payment: Element, document: Element, *, is_only: bool) -> Money:
    code = currency(document, "MonedaDR")
    if not optional(document, "ImpPagado"):
        # Pagos 1.0 leaves it out where one document is paid in its own currency: then it is the whole payment.
        if not is_only or optional(payment, "MonedaP") not in (code, NO_CURRENCY):
            raise BadXml("missing", "ImpPagado")
        source, name = payment, "Monto"
    else:
        source, name = document, "ImpPagado"
    exact = decimal(source, name)
    if exact != rounded(exact, code) and not _adds_up_rounded(document, code):
        raise BadXml("decimals", f"{name}={exact}", currency=code, digits=minor_digits(code))
    paid = in_currency(exact, code, name)
    if not paid.minor:
        raise BadXml("not_positive", f"{name}={exact}")
    return paid


def _adds_up_rounded(document: Element, code: str) -> bool:
    """Whether what was open, was paid and stays open still add up when each is rounded."""
    names = ("ImpSaldoAnt", "ImpPagado", "ImpSaldoInsoluto")
    if not all(optional(document, name) for name in names):
        return False
    before, paid, after = (rounded(decimal(document, name), code) for name in names)
    return before - paid == after
