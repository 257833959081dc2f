"""Payments reported in the street: recorded, asked about, taken back. The ledger does not change."""

from dataclasses import asdict, replace
from typing import Any, TypeAlias

from sqlalchemy.orm import Session

from bot.domain.commands import find_quoted
from bot.domain.errors import DocumentAmbiguous, DocumentGone, MalformedCommand, NotAllowed, NothingPending
from bot.domain.money import Money, parse_amount_in, total
from bot.domain.occasion import Occasion
from bot.domain.receipt_lines import ReceiptCommand, parse_form
from bot.domain.receipts import (
    MAX_PHOTOS,
    Asked,
    NotPayable,
    PartMissing,
    PaymentForm,
    Photo,
    Receipt,
    ReceiptHandedOver,
    TooManyPhotos,
    all_of,
    check,
    check_undo,
    unconfirmed,
)
from bot.domain.receivables import Document
from bot.domain.scheduling import DocumentChoice
from bot.domain.typed_amounts import refuse_less, refuse_other
from bot.services.agenda import items_by_id
from bot.services.conversation import named
from bot.services.photos import KeptPhotos
from bot.services.scheduling import document, document_by_id, refuse_folio
from bot.store import audit, conversations, handovers, promises, receipts

# The kind of question, among those that a person may be asked, that a payment answers.
QUESTION = "receipt"
# Why a document can no longer be asked about.
_NOT_OWED = (NotPayable, DocumentGone)
# What reporting a payment gives: the receipt, or what is still asked.
_Step: TypeAlias = Receipt | Asked | DocumentChoice


def report(
    session: Session,
    occasion: Occasion,
    command: ReceiptCommand,
    photo: Photo | None = None,
    photos: KeptPhotos | None = None,
    *,
    photo_lost: bool = False,
) -> _Step:
    """Record a payment, or ask for what it still needs; the same update handled again finds what it recorded.

    A `photo` is one that `photos` has taken; `photo_lost` when one came that cannot be had.

    Raises MalformedCommand or PartMissing without document or amount, and a Refusal where the document takes no such
    payment.
    """
    if not (command.document and command.amount):
        if command.unread or not (command.document or command.amount):
            raise MalformedCommand("cobro", command.unread)
        raise PartMissing(command.document, command.amount)
    if made := _made(session, occasion):
        return replace(made, photo_lost=photo_lost)
    meant: dict[str, Any]
    try:
        refuse_folio(session, occasion.person, command.document, command.amount)
        meant = {"document": document(session, occasion, command.document)[0].id}
    except DocumentAmbiguous as several:
        meant = {"document": None, "among": [choice[0] for choice in several.choices], "text": several.text}
    return _proceed(session, occasion, _known(occasion, command, photo) | meant | {"photo_lost": photo_lost}, photos)


def begin(session: Session, occasion: Occasion, document_id: int) -> Asked:
    """Ask how all that is open on a document was paid, less what is reported already: nothing is recorded yet.

    Raises DocumentGone, and NotPayable also where all of it is reported.
    """
    found, customer = document_by_id(session, occasion.person, document_id)
    left = all_of(found, _waiting(session, occasion, found), occasion.today)
    known = _known(occasion, ReceiptCommand(amount=str(left))) | {"document": document_id, "offered": True}
    return _ask(session, occasion, known, Asked(known["number"], found, customer, left, left, form=None))


def _known(occasion: Occasion, command: ReceiptCommand, photo: Photo | None = None) -> dict[str, Any]:
    """What a question about a payment keeps, beside the document."""
    return {
        "number": occasion.number,
        "amount": command.amount,
        "form": command.form and command.form.value,
        "comment": command.comment,
        "more": False,
        "photos": [asdict(photo)] if photo else [],
    }


def answer(
    session: Session,
    occasion: Occasion,
    number: str,
    photos: KeptPhotos | None = None,
    *,
    document_id: int | None = None,
    form: str | None = None,
    more: bool = False,
) -> _Step:
    """Answer the question with this number: with document or form of payment, or that more than is open is meant."""
    if made := _made(session, occasion):
        return made
    known = _asked(session, occasion)
    if known is None or known["number"] != number:
        raise NothingPending
    if document_id is not None:
        if document_id not in known.get("among", ()):
            raise NothingPending
        known = known | {"document": document_id}
    if form is not None:
        if form not in list(PaymentForm):
            raise NothingPending
        known = known | {"form": form}
    return _proceed(session, occasion, known | {"more": known["more"] or more}, photos)


def type_answer(session: Session, occasion: Occasion, text: str, photos: KeptPhotos | None = None) -> _Step:
    """Answer with a typed text: with the document, else the form of payment, after which a comment may stand.

    What is no form of payment is asked about again. Raises NothingPending when nothing is asked, DocumentNotFound, and
    OtherAmount or SecondAmount where the comment begins with another amount.
    """
    if made := _made(session, occasion):
        return made
    known = _asked(session, occasion)
    if known is None:
        raise NothingPending
    if conversations.is_answered_by(known, occasion.source):
        return _proceed(session, occasion, known, photos, records=False)
    answered = known | {"answered_by": occasion.source}
    if known["document"] is None:
        document_id = named(session, occasion, _choice(session, occasion, known), text)
        return _proceed(session, occasion, answered | {"document": document_id}, photos)
    form, comment = parse_form(text)
    if form is None:
        try:
            return _proceed(session, occasion, known, photos, unread=text, records=False)
        except _NOT_OWED:
            # A form of payment is told why; this is rather meant for something else.
            raise NothingPending from None
    _refuse_other(known, form, text)
    comment = f"{known['comment']} {comment}".strip()
    return _proceed(session, occasion, answered | {"form": form.value, "comment": comment}, photos)


def _refuse_other(known: dict[str, Any], form: PaymentForm, text: str) -> None:
    """Refuse another amount than the one asked about; in quotes a comment may say what it likes."""
    quoted = find_quoted(text)
    said = f"{text[: quoted.start()]} {text[quoted.end() :]}" if quoted else text
    refuse_other(known["amount"], parse_form(said)[1].split(), form.name.lower())
    if known.get("offered"):
        refuse_less(known["amount"], said)


def take_up(session: Session, occasion: Occasion) -> Asked | DocumentChoice | None:
    """The question that another command set aside, to be asked once more; None where none was."""
    known = _asked(session, occasion)
    if known is None or not known.get("aside"):
        return None
    try:
        asked = _proceed(session, occasion, known | {"answered_by": occasion.source}, records=False)
    except _NOT_OWED:
        return None
    return None if isinstance(asked, Receipt) else asked


def is_asked(session: Session, occasion: Occasion) -> bool:
    """Whether a payment is being asked about, or was until this update recorded it."""
    return _made(session, occasion) is not None or _asked(session, occasion) is not None


def add_to_question(session: Session, occasion: Occasion, photo: Photo) -> _Step | None:
    """Keep a photo with the payment that is being asked about; None when none is. Raises TooManyPhotos."""
    # Those of an album come at once, and the second must know of the first: whoever looks here waits.
    if made := _made(session, occasion):
        return made
    known = _asked(session, occasion)
    if known is None:
        return None
    kept = [each for each in known["photos"] if each["digest"] != photo.digest]
    if len(kept) == MAX_PHOTOS:
        raise TooManyPhotos("", MAX_PHOTOS)
    # What is still missing is asked again, so nothing is recorded here.
    asked = _proceed(session, occasion, known | {"photos": [*kept, asdict(photo)], "photo_lost": False}, records=False)
    return None if isinstance(asked, Receipt) else asked


def undo(session: Session, occasion: Occasion, receipt_id: int) -> Receipt:
    """Take back one's own receipt on its day, by a new entry; taken back already, it stays so.

    Raises ReceiptHandedOver for one that is with somebody else, or on its way there.
    """
    receipts.lock_collector(session, occasion.person)
    found = receipts.by_id(session, occasion.person, receipt_id)
    if found is None:
        raise DocumentGone(f"#{receipt_id}")
    check_undo(found, occasion.person.id, occasion.today)
    if held := next((each for each in handovers.of_receipts(session, occasion.person, [found.id]) if each.holds), None):
        raise ReceiptHandedOver(found.folio, held.to_name)
    if receipts.withdraw(session, found, by=occasion.person.name, now=occasion.now):
        audit.note(session, occasion, "receipt_undo", found.folio)
    return replace(found, withdrawn=True)


def _made(session: Session, occasion: Occasion) -> Receipt | None:
    """What this update recorded already; whatever else the person reports at this moment waits."""
    if not occasion.person.id:
        raise NotAllowed  # the command line takes no money
    receipts.lock_collector(session, occasion.person)
    return receipts.by_source(session, occasion.person, occasion.source) if occasion.source else None


def _asked(session: Session, occasion: Occasion) -> dict[str, Any] | None:
    """What is known of the payment that is being asked about; None when none is."""
    known = conversations.known_of(session, occasion.person, QUESTION)
    if known is None:
        return None
    # A question asked by an earlier release knows of one photo, or of none.
    return {"photos": [known["photo"]] if known.get("photo") else [], **known}


def _choice(session: Session, occasion: Occasion, known: dict[str, Any]) -> DocumentChoice:
    """Which document is meant, of those that the text names and that are still owed; raises NothingPending."""
    items = items_by_id(session, occasion, tuple(known["among"]))
    if not items:
        raise NothingPending
    return DocumentChoice(items, known["number"], known["text"])


def _waiting(session: Session, occasion: Occasion, found: Document) -> Money:
    """What is reported on a document, stands, and is not yet in its balance."""
    of_document = receipts.of_documents(session, occasion.person, [found.id])
    currency = found.total.currency
    amounts = (r.amount for r in unconfirmed(of_document, occasion.today))
    # One reported before the document's currency was corrected takes nothing off it: currencies are never added.
    return total((amount for amount in amounts if amount.currency == currency), currency)


def _proceed(
    session: Session,
    occasion: Occasion,
    known: dict[str, Any],
    photos: KeptPhotos | None = None,
    *,
    unread: str = "",
    records: bool = True,
) -> _Step:
    """Record what is known, or keep it and ask for the rest; unless it `records`, ask in any case."""
    document_id = known["document"]
    if document_id is None:
        choice = _choice(session, occasion, known)
        conversations.ask(session, occasion.person, QUESTION, known | {"aside": False})
        audit.seen(session, occasion, "ask", (item.document.label for item in choice.items))
        return choice
    # Two payments on one document at once: the second must know of the first.
    promises.lock_documents(session, [document_id])
    found, customer = document_by_id(session, occasion.person, document_id)
    amount = parse_amount_in(known["amount"], found.total.currency)
    left = check(found, amount, _waiting(session, occasion, found), occasion.today)
    form = PaymentForm(known["form"]) if known["form"] else None
    if not records and amount.minor <= left.minor:
        # What was more than is open no longer is.
        form, known = None, known | {"form": None}
    if form is None or (amount.minor > left.minor and not known["more"]):
        asked = Asked(known["number"], found, customer, amount, left, form, len(known["photos"]), unread)
        return _ask(session, occasion, known, asked)
    conversations.drop_question(session, occasion.person, QUESTION)
    audit.note(session, occasion, "receipt", found.label)
    made = receipts.add(
        session, found, customer, amount, form=form, comment=known["comment"],
        person=occasion.person, today=occasion.said_on, now=occasion.said_at, source=occasion.source,
    )  # fmt: skip
    taken = [Photo(**each) for each in known["photos"]]
    kept = [photo for photo in taken if photos and photos.claim(photo.digest, photo.suffix)]
    for photo in kept:
        receipts.add_photo(session, made.id, photo, now=occasion.now, source=occasion.source)
    # One of which the form was asked for days waits no longer.
    lost = known.get("photo_lost", False) or len(kept) < len(taken)
    return replace(made, photographed=bool(kept), photo_lost=lost)


def _ask(session: Session, occasion: Occasion, known: dict[str, Any], asked: Asked) -> Asked:
    conversations.ask(session, occasion.person, QUESTION, known | {"aside": False})
    audit.note(session, occasion, "ask", asked.document.label)
    return asked
