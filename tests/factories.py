"""Rows put into a session with what a test does not care about already filled in."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from bot.domain.people import Role
from bot.domain.receivables import ApplicationKind
from bot.domain.text import fold
from bot.store.loading.shared import settle
from bot.store.models import ApplicationRow, CustomerRow, DocumentRow, PersonRow

NOON = datetime(2019, 7, 16, 18, tzinfo=UTC)  # of the seed's day, in Mexico City

numbers = count(1)


def customer(
    session: Session, code: str = "CL001", name: str = "Juan Perez", *, collector: str | None = "C1", **over: object
) -> CustomerRow:
    """A customer of collector C1, with an address to write to."""
    values: dict[str, Any] = {"rfc": "XAXX010101000", "email": [f"pagos@{code.lower()}.example"], **over}
    row = CustomerRow(code=code, name=name, collector_code=collector, **values)
    row.search = fold(f"{row.name} {row.rfc}")
    session.add(row)
    session.flush()
    return row


def document(
    session: Session,
    customer: CustomerRow,
    folio: str = "7",
    *,
    total: int = 284200,
    issued: date = date(2019, 7, 16),
    due: date = date(2019, 8, 15),
    **over: object,
) -> DocumentRow:
    """An invoice in pesos with nothing applied; `total` in cents."""
    values: dict[str, Any] = {"concept": "Factura Crédito", "currency": "MXN", **over}
    row = DocumentRow(customer_id=customer.id, folio=folio, total=total, issued=issued, due=due, **values)
    session.add(row)
    session.flush()
    # Nothing is applied yet, so there rarely is anything to settle, which took a seventh of the use cases' tests.
    if row.cancelled or not total:
        _settle(session, row)
    return row


def application(
    session: Session,
    document: DocumentRow,
    amount: int,
    on: date,
    *,
    kind: ApplicationKind = ApplicationKind.PAYMENT,
    **over: object,
) -> ApplicationRow:
    """An amount (cents) applied to a document; what the document's balance becomes is written down."""
    row = ApplicationRow(
        document_id=document.id, key=f"application {next(numbers)}", amount=amount, on=on, kind=kind, **over
    )
    session.add(row)
    _settle(session, document)
    return row


def person(session: Session, role: Role = Role.COLLECTOR, collector: str | None = "C1", **over: object) -> PersonRow:
    """Somebody who may use the bot, with a Telegram account of their own."""
    number = next(numbers)
    values: dict[str, Any] = {"name": f"{role} {number}", "telegram_id": 1_000_000 + number, **over}
    row = PersonRow(role=role, collector_code=collector if role is Role.COLLECTOR else None, **values)
    session.add(row)
    session.flush()
    return row


def _settle(session: Session, document: DocumentRow) -> None:
    session.flush()
    settle(session, [document.id])
    session.refresh(document, ["settled_on", "applied", "applied_until"])
