"""Payments reported in the street: recorded, asked about, taken back. The ledger does not change."""

from dataclasses import asdict, replace
from typing import Any

from sqlalchemy.orm import Session

from bot.domain.errors import DocumentNotFound, MalformedCommand, NotAllowed, NothingPending
from bot.domain.money import Money, parse_amount_in, total
from bot.domain.occasion import Occasion
from bot.domain.receipts import (
    Asked,
    PaymentForm,
    Photo,
    Receipt,
    ReceiptCommand,
    ReceiptHandedOver,
    check,
    check_undo,
    confirmed,
)
from bot.domain.receivables import Document
from bot.services.photos import KeptPhotos
from bot.services.scheduling import document, document_by_id
from bot.store import audit, conversations, handovers, promises, receipts

# The kind of question, among those that a person may be asked, that a payment answers.
QUESTION = "receipt"


def report(
    session: Session,
    occasion: Occasion,
    command: ReceiptCommand,
    photo: Photo | None = None,
    photos: KeptPhotos | None = None,
) -> Receipt | Asked:
    """Record a payment, or ask for what it still needs; the same update handled again finds what it recorded.

    A `photo` is one that `photos` has taken.

    Raises MalformedCommand without document or amount, and a Refusal where the document takes no such payment.
    """
    if not (command.document and command.amount):
        raise MalformedCommand("cobro")
    if made := _made(session, occasion):
        return made
    found, _ = document(session, occasion, command.document)
    known = {
        "number": (occasion.source or "").rpartition(":")[2],
        "document": found.id,
        "amount": command.amount,
        "form": command.form and command.form.value,
        "comment": command.comment,
        "more": False,
        "photo": photo and asdict(photo),
    }
    return _proceed(session, occasion, known, photos)


def answer(
    session: Session,
    occasion: Occasion,
    number: str,
    photos: KeptPhotos | None = None,
    *,
    form: str | None = None,
    more: bool = False,
) -> Receipt | Asked:
    """Answer the question with this number: with the form of payment, or that more than is open is meant."""
    if made := _made(session, occasion):
        return made
    waiting = conversations.question(session, occasion.person)
    if waiting is None or waiting[0] != QUESTION or waiting[1]["number"] != number:
        raise NothingPending
    known = waiting[1]
    if form is not None:
        if form not in list(PaymentForm):
            raise NothingPending
        known = {**known, "form": form}
    return _proceed(session, occasion, known | {"more": known["more"] or more}, photos)


def is_asked(session: Session, occasion: Occasion) -> bool:
    """Whether a payment is being asked about."""
    waiting = conversations.question(session, occasion.person)
    return waiting is not None and waiting[0] == QUESTION


def add_to_question(session: Session, occasion: Occasion, photo: Photo) -> Asked | None:
    """Keep a photo with the payment that is being asked about; None when none is."""
    waiting = conversations.question(session, occasion.person)
    if waiting is None or waiting[0] != QUESTION:
        return None
    # What is still missing is asked again, so nothing is recorded here.
    asked = _proceed(session, occasion, waiting[1] | {"photo": asdict(photo)})
    return asked if isinstance(asked, Asked) else None


def undo(session: Session, occasion: Occasion, receipt_id: int) -> Receipt:
    """Take back one's own receipt on its day, by a new entry; taken back already, it stays so.

    Raises ReceiptHandedOver for one that is with somebody else, or on its way there.
    """
    receipts.lock_collector(session, occasion.person)
    found = receipts.by_id(session, occasion.person, receipt_id)
    if found is None:
        raise DocumentNotFound(f"#{receipt_id}")
    check_undo(found, occasion.person.id, occasion.today)
    if held := next((each for each in handovers.of_receipts(session, occasion.person, [found.id]) if each.holds), None):
        raise ReceiptHandedOver(found.folio, held.to_name)
    if receipts.withdraw(session, found, by=occasion.person.name, now=occasion.now):
        audit.record(session, occasion.person, "receipt_undo", found.folio, now=occasion.now, source=occasion.source)
    return replace(found, withdrawn=True)


def _made(session: Session, occasion: Occasion) -> Receipt | None:
    """What this update recorded already; whatever else the person reports at this moment waits."""
    if not occasion.person.id:
        raise NotAllowed("cobro")  # the command line takes no money
    receipts.lock_collector(session, occasion.person)
    return receipts.by_source(session, occasion.person, occasion.source) if occasion.source else None


def _waiting(session: Session, occasion: Occasion, found: Document) -> Money:
    """What is reported on a document, stands, and is not yet in its balance."""
    of_document = receipts.of_documents(session, occasion.person, [found.id])
    in_ledger = confirmed(of_document, occasion.today)
    waiting = (r.amount for r in of_document if not r.withdrawn and r.id not in in_ledger)
    return total(waiting, found.total.currency)


def _proceed(
    session: Session, occasion: Occasion, known: dict[str, Any], photos: KeptPhotos | None = None
) -> Receipt | Asked:
    """Record what is known, or keep it and ask for the rest."""
    document_id = known["document"]
    # Two payments on one document at once: the second must know of the first.
    promises.lock_documents(session, [document_id])
    found, customer = document_by_id(session, occasion.person, document_id)
    amount = parse_amount_in(known["amount"], found.total.currency)
    left = check(found, amount, _waiting(session, occasion, found), occasion.today)
    form = PaymentForm(known["form"]) if known["form"] else None
    if form is None or (amount.minor > left.minor and not known["more"]):
        conversations.ask(session, occasion.person, QUESTION, known)
        audit.record(session, occasion.person, "ask", found.label, now=occasion.now, source=occasion.source)
        return Asked(known["number"], found, customer, amount, left, form, photographed=bool(known.get("photo")))
    conversations.drop_question(session, occasion.person)
    audit.record(session, occasion.person, "receipt", found.label, now=occasion.now, source=occasion.source)
    made = receipts.add(
        session, found, customer, amount, form=form, comment=known["comment"],
        person=occasion.person, today=occasion.today, now=occasion.now, source=occasion.source,
    )  # fmt: skip
    # A question asked by an earlier release knows of no photo.
    photo = Photo(**known["photo"]) if known.get("photo") else None
    if photo is None or photos is None or not photos.claim(photo.digest, photo.suffix):
        return made
    receipts.add_photo(session, made.id, photo, now=occasion.now, source=occasion.source)
    return replace(made, photographed=True)
