"""Which column is which: headings in Spanish or English, in any order."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.incoming import FileKind
from bot.domain.text import fold
from bot.imports.cells import Cell, text

_DOCUMENT = {
    "customer": ("codigo cliente", "customer code", "clave cliente", "codigo", "code", "clave", "cliente"),
    "concept_code": ("codigo concepto", "clave concepto", "codigo de concepto"),
    "concept": ("concepto",),
    "series": ("serie",),
    "folio": ("folio", "documento", "numero", "no documento", "document"),
}

# Product section 15; a field's own name always counts. Written as `_plain` makes them, the surest first, which is also
# what a heading is called where there is none.
ALIASES: dict[FileKind, dict[str, tuple[str, ...]]] = {
    FileKind.CUSTOMERS: {
        "code": ("codigo cliente", "customer code", "clave cliente", "codigo", "clave", "customer"),
        "name": ("nombre", "razon social", "nombre cliente", "cliente"),
        "rfc": ("r f c",),
        "email": ("correo", "correos", "correo electronico", "mail", "e mail"),
        "cc": ("copia", "con copia"),
        "bcc": ("copia oculta", "con copia oculta", "cco"),
        "phone": ("telefono", "tel", "celular"),
        "credit_limit": ("limite de credito", "limite credito"),
        "credit_days": ("dias de credito", "dias credito", "plazo"),
        "collector": ("cobrador", "agente de cobro", "agente cobro", "collector code"),
        "language": ("idioma",),
        "attachments": ("adjuntos", "anexos"),
        "do_not_send": ("no enviar",),
    },
    FileKind.DOCUMENTS: {
        **_DOCUMENT,
        "uuid": ("folio fiscal",),
        "kind": ("tipo documento", "tipo de documento", "tipo"),
        "payment_method": ("metodo de pago", "metodo pago"),
        "issued": (
            *("fecha documento", "fecha de documento", "fecha fact", "fecha factura", "fecha de factura"),
            *("fecha emision", "fecha de emision", "issue date", "fecha"),
        ),
        "due": ("fecha vencimiento", "fecha de vencimiento", "vencimiento", "due date"),
        "currency": ("moneda",),
        "total": ("monto original", "importe", "monto", "original"),
        "cancelled": ("cancelado", "cancelada"),
    },
    FileKind.PAYMENTS: {
        "document_uuid": ("uuid documento", "uuid del documento", "uuid factura", "folio fiscal", "uuid"),
        **_DOCUMENT,
        "date": ("fecha pago", "fecha de pago", "fecha abono", "fecha de abono", "fecha"),
        "amount": ("abono", "importe", "monto", "pago"),
        "currency": ("moneda",),
        "kind": ("tipo abono", "tipo de abono", "tipo"),
        "method": ("forma de pago", "forma pago"),
        "reference": ("referencia",),
        "rep_uuid": ("uuid rep", "uuid del rep", "uuid complemento"),
        "paid_total": ("total del pago", "total pago"),
        "paid_currency": ("moneda del pago", "moneda pago"),
        "paid_rate": ("tipo de cambio", "tipo cambio"),
        "paid_equivalence": ("equivalencia",),
    },
    FileKind.PROMISES: {
        **_DOCUMENT,
        "number": ("promesa", "no promesa", "promise"),
        "promised": ("fecha promesa", "fecha de promesa", "fecha", "date"),
        "made_by": ("usuario", "user"),
        "made_on": ("agendado", "fecha agendado"),
        "comment": ("comentario", "comentarios"),
        "amount": ("monto", "importe", "monto prometido"),
        "currency": ("moneda",),
    },
}

# The fields that are days.
DAYS = frozenset({"issued", "due", "date", "promised", "made_on"})

# Columns without which a file of the kind cannot be loaded; of several ways, one is enough.
REQUIRED: dict[FileKind, tuple[tuple[str, ...], ...]] = {
    FileKind.CUSTOMERS: (("code", "name"),),
    FileKind.DOCUMENTS: (("customer", "folio", "issued", "total"),),
    FileKind.PAYMENTS: (("document_uuid", "date", "amount"), ("customer", "folio", "date", "amount")),
    FileKind.PROMISES: (("customer", "folio", "number", "promised", "made_by", "made_on"),),
}

# What a totals row leaves blank, or has its word in.
ABSENT_IN_TOTALS: dict[FileKind, tuple[str, ...]] = {
    FileKind.CUSTOMERS: (),
    FileKind.DOCUMENTS: ("folio", "issued"),
    FileKind.PAYMENTS: ("document_uuid", "folio", "date"),
    FileKind.PROMISES: ("folio", "number", "promised"),
}


@dataclass(frozen=True, slots=True)
class Headings:
    """A file's heading row: where each field is, how it is called there, and which columns are not used."""

    kind: FileKind
    row: int
    width: int
    positions: dict[str, int]
    names: dict[str, str]
    ignored: tuple[str, ...]

    def called(self, field: str) -> str:
        """How the file calls a field, or would call it had it a column for it."""
        aliases = ALIASES[self.kind].get(field, ())
        return self.names.get(field) or (aliases[0].upper() if aliases else field)

    @property
    def missing(self) -> tuple[str, ...]:
        """The required fields that no column holds, by the way that needs the fewest more."""
        ways = [tuple(name for name in way if name not in self.positions) for way in REQUIRED[self.kind]]
        return min(ways, key=len)


def _plain(cell: Cell) -> str:
    return re.sub(r"[^a-z0-9]+", " ", fold(text(cell))).strip()


# The field that each heading names, and how surely: CODIGO is the customer's code rather than CLIENTE.
_FIELDS = {
    kind: {
        alias: (field, rank)
        for field, aliases in fields.items()
        for rank, alias in enumerate((field.replace("_", " "), *aliases))
    }
    for kind, fields in ALIASES.items()
}


def read_headings(kind: FileKind, row: int, cells: Sequence[Cell]) -> Headings:
    """The row of a file understood as the headings of a kind; of two columns for one field the surer counts."""
    best: dict[str, tuple[int, int]] = {}
    for position, cell in enumerate(cells):
        if named := _FIELDS[kind].get(_plain(cell)):
            field, rank = named
            best[field] = min(best.get(field, (rank, position)), (rank, position))
    positions = {field: position for field, (_, position) in best.items()}
    used = set(positions.values())
    ignored = tuple(text(cell) for position, cell in enumerate(cells) if position not in used and text(cell))
    return Headings(kind, row, len(cells), positions, {f: text(cells[p]) for f, p in positions.items()}, ignored)
