"""REP as they are written, stamped or not yet, to be judged; what an import takes of one `cfdi` reads."""

import re
from decimal import Decimal

from bot.domain.incoming import IncomingCfdi
from bot.domain.rep import PAGOS_2, PaidDocument, Rep, RepPayment
from bot.imports import cells
from bot.imports.cells import BadCell
from bot.imports.cfdi import PAYMENT, REPLACES, STAMP, namespace_of, read_cfdi, relations_of, rfc_of
from bot.imports.cfdi_payments import PAGOS
from bot.imports.cfdi_values import moment, optional, required, uuid
from bot.imports.xml_reading import BadXml, Element, read_root

# As an amount is written; below zero and with more decimals than SAT takes too, since that is to be told.
_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,20})?")
_INSTALLMENT = re.compile(r"\d{1,9}")


def read_for_reconciling(content: bytes, name: str) -> Rep | IncomingCfdi | None:
    """A REP, or a stamped invoice or note; None is another CFDI. Raises BadXml."""
    root = read_root(content)
    try:
        namespace = namespace_of(root)
    except BadXml as error:
        if error.reason == "cfdi_version":  # there were no REP before CFDI 3.3
            return None
        raise
    if required(root, "TipoDeComprobante").upper() == PAYMENT:
        return _rep(root, namespace, name)
    try:
        incoming = read_cfdi(content)
    except BadXml:
        return None
    return incoming if isinstance(incoming, IncomingCfdi) else None


def _rep(root: Element, namespace: str, name: str) -> Rep:
    complements = root.findall(f"{namespace}Complemento")
    stamps = {uuid(stamp, "UUID") for complement in complements for stamp in complement.iterfind(STAMP)}
    if len(stamps) > 1:
        raise BadXml("cfdi_stamps")
    found = [
        (each, pagos)
        for pagos in PAGOS
        for complement in complements
        for each in complement.iterfind(f"{{{pagos}}}Pagos")
    ]
    payments = [_payment(one, pagos) for each, pagos in found for one in each.iterfind(f"{{{pagos}}}Pago")]
    if not payments:
        raise BadXml("rep_without_payments")
    each, pagos = found[0]
    totals = each.find(f"{{{pagos}}}Totales")
    return Rep(
        name=name,
        uuid=next(iter(stamps), None),
        version=PAGOS_2 if pagos == PAGOS[0] else "1.0",
        issuer=rfc_of(root, f"{namespace}Emisor"),
        receiver=rfc_of(root, f"{namespace}Receptor"),
        issued_at=moment(root, "Fecha"),
        payments=tuple(payments),
        series=optional(root, "Serie"),
        folio=optional(root, "Folio"),
        replaces=relations_of(root, namespace).get(REPLACES, ()),
        total=None if totals is None else _number(totals, "MontoTotalPagos"),
    )


def _payment(payment: Element, pagos: str) -> RepPayment:
    currency, amount = optional(payment, "MonedaP").upper(), _number(payment, "Monto")
    if amount is None:
        raise BadXml("missing", "Monto")
    documents = payment.findall(f"{{{pagos}}}DoctoRelacionado")
    return RepPayment(
        at=moment(payment, "FechaPago"),
        form=optional(payment, "FormaDePagoP"),
        currency=currency,
        amount=amount,
        # Pagos 1.0 leaves ImpPagado out where one document is paid in its own currency: then it is the whole payment.
        documents=tuple(
            _document(one, amount if len(documents) == 1 and pagos != PAGOS[0] else None, currency) for one in documents
        ),
        rate=_number(payment, "TipoCambioP"),
    )


def _document(document: Element, whole: Decimal | None, paid_in: str) -> PaidDocument:
    currency = optional(document, "MonedaDR").upper()
    paid = _number(document, "ImpPagado")
    installment = optional(document, "NumParcialidad")
    if installment and not _INSTALLMENT.fullmatch(installment):
        raise BadXml("not_whole", f"NumParcialidad={installment}", low=1, high=999)
    equivalence = "EquivalenciaDR" if document.get("EquivalenciaDR") else "TipoCambioDR"
    return PaidDocument(
        uuid=_id(document),
        currency=currency,
        paid=whole if paid is None and currency == paid_in else paid,
        installment=int(installment) if installment else None,
        before=_number(document, "ImpSaldoAnt"),
        after=_number(document, "ImpSaldoInsoluto"),
        equivalence=_number(document, equivalence),
        series=optional(document, "Serie"),
        folio=optional(document, "Folio"),
        method=optional(document, "MetodoDePagoDR"),
    )


def _id(document: Element) -> str:
    """The UUID in capitals, or what a document from before there were CFDI is called."""
    written = optional(document, "IdDocumento")
    try:
        return cells.uuid(written)
    except BadCell:
        return written.upper()


def _number(element: Element, name: str) -> Decimal | None:
    written = optional(element, name)
    if not written:
        return None
    if not _NUMBER.fullmatch(written):
        raise BadXml("not_amount", f"{name}={written}")
    return Decimal(written)
