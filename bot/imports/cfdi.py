"""CFDI 3.3 and 4.0 as what they bring in; everything else is refused by what it is.

Namespaces and names are SAT's (cfdv40.xsd, cfdv33.xsd, TimbreFiscalDigitalv11.xsd, c_TipoRelacion).
"""

from stdnum.mx import rfc as rfc_numbers

from bot.domain import rfc
from bot.domain.incoming import IncomingCfdi, IncomingRep
from bot.domain.receivables import DocumentKind, PaymentMethod
from bot.imports.cfdi_payments import read_lines
from bot.imports.cfdi_values import currency, moment, money, optional, required, uuid
from bot.imports.xml_reading import BadXml, Element, read_root

NAMESPACES = {"4.0": "http://www.sat.gob.mx/cfd/4", "3.3": "http://www.sat.gob.mx/cfd/3"}
STAMP = "{http://www.sat.gob.mx/TimbreFiscalDigital}TimbreFiscalDigital"

# c_TipoDeComprobante
_INCOME, _EXPENSE, PAYMENT, _PAYROLL, _TRANSPORT = "I", "E", "P", "N", "T"
# c_TipoRelacion
_CREDIT_NOTE, _DEBIT_NOTE, _RETURN, REPLACES = "01", "02", "03", "04"
# c_MetodoPago; another one, as CFDI 3.3 had at first, says nothing that counts here.
_METHODS = {method.value: method for method in PaymentMethod}


def read_cfdi(content: bytes) -> IncomingCfdi | IncomingRep:
    """What an XML brings in; raises BadXml."""
    root = read_root(content)
    namespace = namespace_of(root)
    kind = required(root, "TipoDeComprobante").upper()
    if kind in (_PAYROLL, _TRANSPORT):
        raise BadXml("cfdi_payroll" if kind == _PAYROLL else "cfdi_transport")
    if kind not in (_INCOME, _EXPENSE, PAYMENT):
        raise BadXml("cfdi_kind", f"TipoDeComprobante={kind}")
    complements = root.findall(f"{namespace}Complemento")
    stamp = _stamp(complements)
    receiver = _receiver(root, namespace)
    relations = relations_of(root, namespace)
    replaces = relations.get(REPLACES, ())
    issued_at = moment(root, "Fecha")
    if kind == PAYMENT:
        return IncomingRep(stamp, receiver, issued_at, read_lines(complements), replaces)
    return IncomingCfdi(
        uuid=stamp,
        rfc=receiver,
        series=optional(root, "Serie"),
        folio=optional(root, "Folio"),
        kind=_document_kind(kind, relations),
        issued_at=issued_at,
        total=money(root, "Total", currency(root, "Moneda")),
        payment_method=_METHODS.get(optional(root, "MetodoPago").upper()),
        credits=(relations.get(_CREDIT_NOTE, ()) + relations.get(_RETURN, ())) if kind == _EXPENSE else (),
        replaces=replaces,
        issuer=rfc_of(root, f"{namespace}Emisor"),
    )


def is_odd(receiver: str) -> bool:
    """Whether an RFC does not look like one; about one true RFC of 70 fails the check digit, so it blocks nothing."""
    return receiver not in rfc.GENERIC and not rfc_numbers.is_valid(receiver, validate_check_digits=True)


def namespace_of(root: Element) -> str:
    """The root's namespace in braces, when it is a CFDI of a version that is read."""
    namespace, _, name = str(root.tag).rpartition("}")
    if name != "Comprobante":
        raise BadXml("not_cfdi", name)
    version = optional(root, "Version") or optional(root, "version")
    if version not in NAMESPACES:
        raise BadXml("cfdi_version", version, known=", ".join(NAMESPACES))
    if namespace != f"{{{NAMESPACES[version]}":
        raise BadXml("cfdi_namespace", version, namespace=NAMESPACES[version])
    return f"{namespace}}}"


def _stamp(complements: list[Element]) -> str:
    stamps = {uuid(stamp, "UUID") for complement in complements for stamp in complement.iterfind(STAMP)}
    if len(stamps) != 1:
        raise BadXml("cfdi_stamps" if stamps else "cfdi_unstamped")
    return stamps.pop()


def rfc_of(root: Element, tag: str) -> str:
    """The RFC of the issuer or receiver; blank when there is none."""
    party = root.find(tag)
    return "" if party is None else rfc.compact(optional(party, "Rfc"))


def _receiver(root: Element, namespace: str) -> str:
    receiver = root.find(f"{namespace}Receptor")
    if receiver is None:
        raise BadXml("missing", "Receptor")
    return rfc.compact(required(receiver, "Rfc"))


def relations_of(root: Element, namespace: str) -> dict[str, tuple[str, ...]]:
    """The UUIDs of the related CFDI by the kinds of relation that count here, each once."""
    found: dict[str, tuple[str, ...]] = {}
    for group in root.iterfind(f"{namespace}CfdiRelacionados"):
        kind = optional(group, "TipoRelacion")
        if kind not in (_CREDIT_NOTE, _DEBIT_NOTE, _RETURN, REPLACES):
            continue
        related = [uuid(one, "UUID") for one in group.iterfind(f"{namespace}CfdiRelacionado")]
        found[kind] = tuple(dict.fromkeys((*found.get(kind, ()), *related)))
    return found


def _document_kind(kind: str, relations: dict[str, tuple[str, ...]]) -> DocumentKind:
    if kind == _EXPENSE:
        return DocumentKind.CREDIT_NOTE
    return DocumentKind.DEBIT_NOTE if _DEBIT_NOTE in relations else DocumentKind.INVOICE
