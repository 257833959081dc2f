"""Values of the domain with what a test does not care about already filled in."""

from datetime import date
from typing import Any

from bot.domain.money import Money
from bot.domain.promises import Promise
from bot.domain.receivables import Application, ApplicationKind, Customer, Document, DocumentKind

RAMIRO = Customer(id=2, code="CL002", name="Ramiro Aldana")


def invoice(minor: int = 100_00, *paid: Application, currency: str = "MXN", **over: object) -> Document:
    """An invoice of 1 July 2019, due on the 31st, with what was applied to it; `minor` in cents."""
    values: dict[str, Any] = {
        "id": 7,
        "customer_id": RAMIRO.id,
        "concept_code": "4",
        "concept": "Factura Crédito",
        "series": "",
        "folio": "7",
        "uuid": None,
        "kind": DocumentKind.INVOICE,
        "payment_method": None,
        "issued": date(2019, 7, 1),
        "due": date(2019, 7, 31),
        **over,
    }
    return Document(total=Money(minor, currency), applications=paid, **values)


def paid(
    day: int, minor: int, kind: ApplicationKind = ApplicationKind.PAYMENT, *, currency: str = "MXN"
) -> Application:
    """An amount (cents) applied on a day of July 2019."""
    return Application(date(2019, 7, day), Money(minor, currency), kind)


def promise(on: date = date(2019, 7, 23), minor: int = 100_00, *, currency: str = "MXN", **over: object) -> Promise:
    """A promise on document 7, made on 16 July 2019."""
    values: dict[str, Any] = {
        "id": 1,
        "document_id": 7,
        "number": 1,
        "comment": "",
        "made_by": "Ana",
        "made_on": date(2019, 7, 16),
        **over,
    }
    return Promise(on=on, amount=Money(minor, currency), **values)
