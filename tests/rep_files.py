"""REP as values and as the XML that says the same, of our own making."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bot.domain.money import Money
from bot.domain.receivables import ApplicationKind
from bot.domain.rep import PAGOS_2, BookDocument, BookEntry, PaidDocument, Rep, RepPayment
from tests.imports.cfdi_files import RFC, U1, U3, Doc, attributes, cfdi, pago, related

ISSUER = "EKU9003173C9"
PAID = date(2019, 7, 10)
_CFDI = {PAGOS_2: "4.0", "1.0": "3.3"}
_PAGOS = {PAGOS_2: "http://www.sat.gob.mx/Pagos20", "1.0": "http://www.sat.gob.mx/Pagos"}


def d(text: str | int) -> Decimal:
    return Decimal(text)


def paid(uuid: str = U1, amount: str = "40.00", **over: Any) -> PaidDocument:  # noqa: ANN401 - any field
    """The first parcialidad of an invoice of $116.00."""
    values: dict[str, Any] = {
        "uuid": uuid,
        "currency": "MXN",
        "paid": d(amount),
        "installment": 1,
        "before": d("116.00"),
        "after": d("116.00") - d(amount),
        "equivalence": d(1),
        "series": "A",
        "folio": "7",
        **over,
    }
    return PaidDocument(**values)


def payment(*documents: PaidDocument, **over: Any) -> RepPayment:  # noqa: ANN401 - any field
    """A transfer of 10 July that pays these, and no cent more."""
    paying = documents or (paid(),)
    values: dict[str, Any] = {
        "at": datetime.fromisoformat("2019-07-10T12:00:00"),
        "form": "03",
        "currency": "MXN",
        "amount": sum((one.paid or d(0) for one in paying), d(0)),
        "documents": paying,
        "rate": d(1),
        **over,
    }
    return RepPayment(**values)


def make_rep(*payments: RepPayment, **over: Any) -> Rep:  # noqa: ANN401 - any field
    """A REP of 11 July in Pagos 2.0."""
    paying = payments or (payment(),)
    values: dict[str, Any] = {
        "name": "rep.xml",
        "uuid": U3,
        "version": PAGOS_2,
        "issuer": ISSUER,
        "receiver": RFC,
        "issued_at": datetime.fromisoformat("2019-07-11T09:00:00"),
        "payments": paying,
        "series": "P",
        "folio": "1",
        "total": sum((one.amount * (one.rate or d(1)) for one in paying), d(0)),
        **over,
    }
    return Rep(**values)


def book(*entries: BookEntry, **over: Any) -> BookDocument:  # noqa: ANN401 - any field
    """The invoice A-7 of $116.00 with what was applied to it."""
    values: dict[str, Any] = {
        "customer_code": "CL1",
        "customer_name": "Peñón & Cía",
        "receiver": RFC,
        "uuid": U1,
        "series": "A",
        "folio": "7",
        "total": Money(11600),
        "issued": date(2019, 7, 1),
        "entries": entries,
        **over,
    }
    return BookDocument(**values)


def entry(cents: int = 4000, on: date = PAID, **over: Any) -> BookEntry:  # noqa: ANN401 - any field
    """A payment of the ledger."""
    return BookEntry(on, Money(cents), **over)


def note(cents: int, on: date) -> BookEntry:
    """A credit note of the ledger."""
    return BookEntry(on, Money(cents), ApplicationKind.CREDIT_NOTE)


def xml(rep: Rep) -> str:
    """The file of a REP; what is None is left out."""
    one = rep.version == "1.0"
    payments = "".join(_payment(each, one=one) for each in rep.payments)
    totals = "" if one else f"<p:Totales{attributes(MontoTotalPagos=rep.total)}/>"
    complement = (
        f'<c:Complemento><p:Pagos xmlns:p="{_PAGOS[rep.version]}" Version="{rep.version}">{totals}{payments}'
        "</p:Pagos></c:Complemento>"
    )
    return cfdi(
        rep.uuid,
        version=_CFDI[rep.version],
        rfc=rep.receiver,
        relations=related("04", *rep.replaces) if rep.replaces else "",
        complements=complement,
        TipoDeComprobante="P",
        Moneda="XXX",
        Total="0",
        MetodoPago=None,
        Serie=rep.series or None,
        Folio=rep.folio or None,
        Fecha=rep.issued_at.isoformat(),
    ).replace(ISSUER, rep.issuer)


def _payment(each: RepPayment, *, one: bool) -> str:
    documents = [
        Doc(
            found.uuid,
            None if found.paid is None else str(found.paid),
            tuple(
                {
                    "Serie": found.series or None,
                    "Folio": found.folio or None,
                    "MonedaDR": found.currency,
                    "TipoCambioDR" if one else "EquivalenciaDR": found.equivalence,
                    "MetodoDePagoDR": found.method or None,
                    "NumParcialidad": found.installment,
                    "ImpSaldoAnt": found.before,
                    "ImpSaldoInsoluto": found.after,
                }.items()
            ),
        )
        for found in each.documents
    ]
    return pago(
        *documents,
        FechaPago=each.at.isoformat(),
        FormaDePagoP=each.form,
        MonedaP=each.currency,
        Monto=each.amount,
        TipoCambioP=each.rate,
        NumOperacion=None,
    )


def second(amount: str = "30.00", **over: Any) -> PaidDocument:  # noqa: ANN401 - any field
    """The second parcialidad, after one of $40.00."""
    return replace(paid(amount=amount, installment=2, before=d("76.00"), after=d("76.00") - d(amount)), **over)
