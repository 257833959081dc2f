"""CFDI of our own making: only what is read of them, in the shapes that PACs and ERPs write."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import quoteattr

U1, U2, U3, U4 = (f"{n}D05D435-FBD1-5FB2-846B-BAAEEC1593C{n}" for n in (1, 2, 3, 4))
RFC = "KIJ0906199R1"

_CFD = {"4.0": "http://www.sat.gob.mx/cfd/4", "3.3": "http://www.sat.gob.mx/cfd/3"}
_PAGOS = {"2.0": "http://www.sat.gob.mx/Pagos20", "1.0": "http://www.sat.gob.mx/Pagos"}


def attributes(**values: object) -> str:
    """Attributes of an element; None leaves one out."""
    return "".join(f" {name}={quoteattr(str(value))}" for name, value in values.items() if value is not None)


def stamp(uuid: str | None) -> str:
    """A complement with SAT's stamp; None is a CFDI that has none yet."""
    if uuid is None:
        return ""
    return (
        "<c:Complemento>"
        '<t:TimbreFiscalDigital xmlns:t="http://www.sat.gob.mx/TimbreFiscalDigital"'
        f"{attributes(Version='1.1', UUID=uuid)}/></c:Complemento>"
    )


def related(kind: str, *uuids: str) -> str:
    """A group of related CFDI."""
    inner = "".join(f"<c:CfdiRelacionado{attributes(UUID=uuid)}/>" for uuid in uuids)
    return f"<c:CfdiRelacionados{attributes(TipoRelacion=kind)}>{inner}</c:CfdiRelacionados>"


def cfdi(
    uuid: str | None = U1,
    *,
    version: str = "4.0",
    rfc: str | None = RFC,
    relations: str = "",
    complements: str = "",
    addenda: str = "",
    head: str = '<?xml version="1.0" encoding="UTF-8"?>\n',
    **over: object,
) -> str:
    """An invoice of $116.00, A-7; `over` are the root's attributes."""
    root: dict[str, object] = {
        "Version": version,
        "Serie": "A",
        "Folio": "7",
        "Fecha": "2019-07-01T10:20:30",
        "Moneda": "MXN",
        "Total": "116.00",
        "TipoDeComprobante": "I",
        "MetodoPago": "PPD",
        **over,
    }
    return (
        f'{head}<c:Comprobante xmlns:c="{_CFD[version]}"{attributes(**root)}>{relations}'
        f"<c:Emisor{attributes(Rfc='EKU9003173C9', Nombre='ESCUELA')}/>"
        f"<c:Receptor{attributes(Rfc=rfc, Nombre='Peñón & Cía')}/>"
        f"{complements}{stamp(uuid)}{addenda}</c:Comprobante>"
    )


@dataclass(frozen=True)
class Doc:
    """A DoctoRelacionado that pays $116.00 of U1; `over` are more attributes, or others."""

    uuid: str = U1
    amount: str | None = "116.00"
    over: tuple[tuple[str, object], ...] = ()

    def xml(self) -> str:
        """The element."""
        values: dict[str, object] = {
            "IdDocumento": self.uuid,
            "MonedaDR": "MXN",
            "NumParcialidad": "1",
            "ImpSaldoAnt": self.amount,
            "ImpPagado": self.amount,
            "ImpSaldoInsoluto": "0.00",
            **dict(self.over),
        }
        return f"<p:DoctoRelacionado{attributes(**values)}/>"


def doc(uuid: str = U1, amount: str | None = "116.00", **over: object) -> Doc:
    """The same, with keywords."""
    return Doc(uuid, amount, tuple(over.items()))


def pago(*docs: Doc, **over: object) -> str:
    """A payment of 10/07/2019."""
    values: dict[str, object] = {
        "FechaPago": "2019-07-10T12:00:00",
        "FormaDePagoP": "03",
        "MonedaP": "MXN",
        "Monto": "116.00",
        "NumOperacion": "4343",
        **over,
    }
    return f"<p:Pago{attributes(**values)}>{''.join(one.xml() for one in docs)}</p:Pago>"


def pagos(payments: Iterable[str], version: str = "2.0") -> str:
    """A complement of payments."""
    totals = "<p:Totales MontoTotalPagos='116.00'/>" if version == "2.0" else ""
    return (
        f'<c:Complemento><p:Pagos xmlns:p="{_PAGOS[version]}" Version="{version}">'
        f"{totals}{''.join(payments)}</p:Pagos></c:Complemento>"
    )


def rep(uuid: str | None = U3, payments: Sequence[str] = (), *, pagos_version: str = "2.0", **over: str | None) -> str:
    """A REP for the whole of U1, unless payments are given."""
    values: dict[str, Any] = {
        "TipoDeComprobante": "P",
        "Moneda": "XXX",
        "Total": "0",
        "MetodoPago": None,
        "Serie": "P",
        "complements": pagos(payments or [pago(doc())], pagos_version),
        **over,
    }
    return cfdi(uuid, **values)
