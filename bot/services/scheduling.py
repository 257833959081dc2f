"""Promises: recorded, rescheduled, looked up."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from bot.domain import promises as rules
from bot.domain.commands import parse_reference
from bot.domain.errors import DocumentAmbiguous, DocumentNotFound, NothingPending
from bot.domain.money import parse_amount
from bot.domain.occasion import Occasion
from bot.domain.people import Person
from bot.domain.promises import Promise
from bot.domain.receivables import Customer, Document
from bot.domain.scheduling import History, Recorded
from bot.store import audit, conversations, documents, promises

# «F21002», «Fact 21002»: a word for invoice rather than a series, when no series is called so.
_INVOICE_WORDS = frozenset({"F", "FAC", "FACT", "FACTURA"})


def find_document(session: Session, person: Person, text: str, today: date) -> tuple[Document, Customer]:
    """The one document of the portfolio that a text names; raises DocumentNotFound or DocumentAmbiguous.

    Among several with the same folio the only one still open is meant.
    """
    reference = parse_reference(text)
    if reference is None:
        raise DocumentNotFound(text)
    found = documents.named(session, person, reference.series, reference.folio)
    if not found and reference.series in _INVOICE_WORDS:
        found = documents.named(session, person, None, reference.folio)
    if not found:
        raise DocumentNotFound(text)
    still_open = [pair for pair in found if pair[0].balance_on(today).minor > 0]
    if len(still_open) > 1:
        raise DocumentAmbiguous(text, tuple((d.id, d.label, c.name) for d, c in still_open))
    return (still_open or found)[0]


def document(session: Session, occasion: Occasion, text: str) -> tuple[Document, Customer]:
    """The one document of the portfolio that a text names; raises DocumentNotFound or DocumentAmbiguous."""
    return find_document(session, occasion.person, text, occasion.today)


def document_by_id(session: Session, person: Person, document_id: int) -> tuple[Document, Customer]:
    """The document of the portfolio with this id; raises DocumentNotFound."""
    found = documents.by_id(session, person, document_id)
    if found is None:
        raise DocumentNotFound(f"#{document_id}")
    return found


def history(session: Session, occasion: Occasion, wanted: str | int) -> History:
    """The promises of a document, named by text or id."""
    if isinstance(wanted, int):
        document, customer = document_by_id(session, occasion.person, wanted)
    else:
        document, customer = find_document(session, occasion.person, wanted, occasion.today)
    audit.record(session, occasion.person, "history", document.label, now=occasion.now, source=occasion.source)
    return History(document, customer, tuple(promises.history(session, document.id)))


def promise(
    session: Session,
    occasion: Occasion,
    wanted: Sequence[int],
    on: date,
    *,
    amount: str | None = None,
    comment: str = "",
    far_confirmed: bool = False,
) -> tuple[Recorded, ...]:
    """Record a promise for each of these documents, by id: all of them or none; raises a Refusal.

    The same update handled again finds what it recorded and records nothing. An open question is
    answered by it, and the documents' boxes are cleared.
    """
    promises.lock_documents(session, wanted)
    recorded = tuple(
        _promise(session, occasion, document_id, on=on, amount=amount, comment=comment, far_confirmed=far_confirmed)
        for document_id in wanted
    )
    conversations.drop_question(session, occasion.person)
    conversations.clear_ticks(session, occasion.person, wanted)
    return recorded


def move(session: Session, occasion: Occasion, document_id: int, on: date) -> tuple[Recorded, ...]:
    """Reschedule the promise in force of a document to another day, as it is otherwise; raises a Refusal.

    The button names the day, so a far one is meant.
    """
    found, _ = document_by_id(session, occasion.person, document_id)
    current = promises.in_force(session, [found.id]).get(found.id)
    if current is None:
        raise NothingPending
    return promise(
        session, occasion, [found.id], on, amount=str(current.amount), comment=current.comment, far_confirmed=True
    )


def _promise(
    session: Session,
    occasion: Occasion,
    document_id: int,
    *,
    on: date,
    amount: str | None,
    comment: str,
    far_confirmed: bool,
) -> Recorded:
    document, customer = document_by_id(session, occasion.person, document_id)
    source = f"{occasion.source}:{document_id}" if occasion.source else None
    made = promises.made_by_source(session, source) if source else None
    if made is None:
        currency = document.total.currency
        promised = rules.check(
            document,
            on,
            None if amount is None else parse_amount(amount, currency),
            today=occasion.today,
            far_confirmed=far_confirmed,
        )
        made = promises.add(
            session, document, on, promised, comment,
            person=occasion.person, today=occasion.today, now=occasion.now, source=source,
        )  # fmt: skip
        audit.record(session, occasion.person, "promise", document.label, now=occasion.now, source=occasion.source)
    entries = tuple(promises.history(session, document.id))
    return Recorded(
        promise=made, history=History(document, customer, entries), rescheduled=_was_rescheduled(entries, made)
    )


def _was_rescheduled(entries: Sequence[Promise], made: Promise) -> bool:
    return any(p.number == made.number - 1 and p.state is rules.PromiseState.RESCHEDULED for p in entries)
