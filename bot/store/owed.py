"""What many customers owe, added up by the database."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from bot.domain.money import Money
from bot.domain.receivables import printed
from bot.domain.runs import Owed, sum_owed
from bot.store.documents import IS_CHARGE, balance_on, open_on
from bot.store.models import DocumentRow


def owed(session: Session, customer_ids: Sequence[int], as_of: date) -> dict[int, tuple[Owed, ...]]:
    """Per customer and currency what a statement of that day says is left, credits taken off."""
    each = (
        select(
            DocumentRow.customer_id,
            DocumentRow.currency,
            IS_CHARGE.label("charge"),
            balance_on(as_of).label("balance"),
        )
        .where(DocumentRow.customer_id.in_(customer_ids), open_on(as_of))
        .subquery()
    )
    rows = session.execute(
        select(
            each.c.customer_id,
            each.c.currency,
            func.sum(case((each.c.charge, each.c.balance), else_=-each.c.balance)).label("net"),
            # What is overpaid counts in the net, but is no document to pay.
            func.sum(case((and_(each.c.charge, each.c.balance > 0), 1), else_=0)).label("charges"),
            func.sum(case((and_(~each.c.charge, each.c.balance != 0), 1), else_=0)).label("credits"),
        ).group_by(each.c.customer_id, each.c.currency)
    )
    found: defaultdict[int, list[Owed]] = defaultdict(list)
    for row in rows:
        if row.charges or row.credits or row.net:
            found[row.customer_id].append(Owed(Money(int(row.net), row.currency), int(row.charges), int(row.credits)))
    return {customer_id: sum_owed(each) for customer_id, each in found.items()}


def charges_of(session: Session, customer_ids: Sequence[int], as_of: date) -> list[tuple[str, str | None]]:
    """Label and UUID of the open charges of customers, by customer."""
    rows = session.execute(
        select(DocumentRow.series, DocumentRow.folio, DocumentRow.uuid)
        .where(DocumentRow.customer_id.in_(customer_ids), open_on(as_of), IS_CHARGE)
        .order_by(DocumentRow.customer_id, DocumentRow.issued, DocumentRow.id)
    )
    return [(printed(row.series, row.folio), row.uuid) for row in rows]
