"""Statements to render: the seed's, and ones as large, long and hostile as needed."""

from collections.abc import Sequence
from datetime import date, timedelta

from bot.domain.company import Company
from bot.domain.money import Money
from bot.domain.promises import Promise
from bot.domain.receivables import Application, Customer, Document, DocumentKind, PaymentMethod
from bot.domain.statement import Statement, build

COMPANY = Company(
    "Papelería y Servicios del Bajío, S.A. de C.V.", "PSB010203AB1", "BBVA México\nCLABE 012345678901234567"
)
RAMIRO = Customer(
    2,
    "CL002",
    "Ramiro Aldana",
    rfc="AAAR800101AB2",
    email=("pagos@aldana.example",),
    cc=("ramiro@aldana.example",),
    bcc=("archivo@aldana.example",),
)
SEED_DAY = date(2019, 3, 19)
_SEED_ROWS = (
    (date(2018, 12, 10), "21002", 189_00),
    (date(2019, 1, 7), "21088", 323_00),
    (date(2019, 1, 7), "21090", 323_00),
    (date(2019, 1, 7), "21091", 215_00),
    (date(2019, 1, 7), "21095", 52_00),
    (date(2019, 1, 7), "21096", 359_00),
    (date(2019, 1, 7), "21098", 196_00),
    (date(2019, 1, 7), "21100", 121_00),
)


def document(
    number: int,
    total: Money,
    *,
    issued: date = date(2019, 1, 7),
    due: date | None = None,
    series: str = "CFDI",
    folio: str | None = None,
    concept: str = "Factura CFDI 2017",
    kind: DocumentKind = DocumentKind.INVOICE,
    paid: Sequence[int] = (),
) -> Document:
    return Document(
        id=number,
        customer_id=2,
        concept_code="42017",
        concept=concept,
        series=series,
        folio=folio or str(number),
        uuid=f"6f1a2c3d-0000-4000-8000-{number:012}",
        kind=kind,
        payment_method=PaymentMethod.PPD,
        issued=issued,
        due=due or issued,
        total=total,
        applications=tuple(Application(issued, Money(amount, total.currency)) for amount in paid),
    )


def seed_statement(customer: Customer = RAMIRO) -> Statement:
    """The seed's report, on the only day on which its days overdue are right."""
    documents = [document(int(folio), Money(cents), issued=on) for on, folio, cents in _SEED_ROWS]
    return build(customer, documents, SEED_DAY, loaded_until=date(2019, 3, 18))


def long_statement(rows: int = 60) -> Statement:
    """Pesos and dollars, long names, parts paid, a promise, credits of both kinds, not all overdue."""
    customer = Customer(
        9,
        "MAYOREO-0009",
        "Distribuidora Nacional de Artículos Escolares, Papelería y Equipos de Oficina del Centro y Occidente",
        rfc="DNA990101XY3",
        email=("pagos@dna.example", "cuentas@dna.example"),
        credit_limit=Money(1_500_000_00),
    )
    documents = [
        document(
            30_000 + n,
            Money(1_234_567_89 if n == 3 else 1_000_50 + n * 17_31, "USD" if n % 5 == 4 else "MXN"),
            issued=date(2019, 3, 1) - timedelta(days=n * 3),
            due=date(2019, 3, 31) - timedelta(days=n * 3),
            series="CFDI" if n % 3 else "",
            concept="Venta de mayoreo a crédito con entrega en sucursal y ñandú" if n % 4 == 1 else "Factura Crédito",
            paid=(100_25,) if n % 2 else (),
        )
        for n in range(rows)
    ]
    documents += [
        document(50_001, Money(800_00), kind=DocumentKind.CREDIT_NOTE, concept="Nota de crédito", paid=(50_00,)),
        document(50_002, Money(1_250_00), kind=DocumentKind.PAYMENT_ON_ACCOUNT, concept="Anticipo", series=""),
    ]
    promise = Promise(
        1, 30_001, 1, date(2019, 3, 22), Money(500_00), "Pagaré con cheque", "Administrador", date(2019, 3, 15)
    )
    return build(customer, documents, SEED_DAY, promises={30_001: promise}, loaded_until=date(2019, 3, 18))
