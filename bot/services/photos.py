"""Photos of payments: which payment one is of, kept with it, shown again."""

from dataclasses import asdict, replace
from typing import Any, Protocol

from sqlalchemy.orm import Session

from bot.domain.errors import DocumentGone, NothingPending
from bot.domain.occasion import Occasion
from bot.domain.receipts import MAX_PHOTOS, PHOTO_TIME, Photo, Receipt, ReceiptUndone, TooManyPhotos
from bot.services import runs
from bot.store import audit, conversations, receipts

# The kind of question that a photo sent by itself asks: which payment it is of.
QUESTION = "photo"
# Photos asked about at once: an album has 10 at most (Bot API, sendMediaGroup).
MAX_ASKED = 10


class KeptPhotos(Protocol):
    """Where the files are; `bot.imports.photos.Photos` is one."""

    def claim(self, digest: str, suffix: str) -> bool:
        """Keep a photo that was taken; False when it is no longer there."""
        ...


def named(session: Session, occasion: Occasion, folio: tuple[int, int, int]) -> Receipt | None:
    """The person's own payment with this folio (collector, year, number); None for anybody else's."""
    who, year, number = folio
    return receipts.by_folio(session, occasion.person, year, number) if who == occasion.person.id else None


def recent(session: Session, occasion: Occasion) -> tuple[Receipt, ...]:
    """The payments that a photo sent by itself may be of, the last first; none while something else is asked."""
    if not (conversations.is_free(session, occasion.person, QUESTION) or runs.is_aside(session, occasion)):
        return ()
    return tuple(receipts.since(session, occasion.person, occasion.said_at - PHOTO_TIME))


def ask(session: Session, occasion: Occasion, photo: Photo) -> str:
    """Remember a photo until its sender says which payment it is of; the question's number.

    Each of an album has a question of its own, and none of them closes another.
    """
    # They come at once: the second must know of the first.
    receipts.lock_collector(session, occasion.person)
    number = occasion.number
    others = _others(session, occasion, number)
    this = {"number": number, "photo": asdict(photo)}
    _wait(session, occasion, [*others, this][-MAX_ASKED:])
    return number


def choose(session: Session, occasion: Occasion, number: str, receipt_id: int, photos: KeptPhotos) -> Receipt:
    """Answer which payment the photo is of; raises NothingPending, and what `attach` does.

    The question stays: tapped twice, or another payment tapped after the first, there is nothing lost. Once all photos
    have their payment it waits for nothing, so that another may be asked.
    """
    kept = attach(session, occasion, receipt_id, _asked(session, occasion, number), photos)
    waiting = [each | {"taken": each.get("taken") or each["number"] == number} for each in _waiting(session, occasion)]
    _wait(session, occasion, waiting)
    return kept


def dismiss(session: Session, occasion: Occasion, number: str) -> None:
    """The photo is of no payment; raises NothingPending."""
    receipts.lock_collector(session, occasion.person)
    _asked(session, occasion, number)
    if others := _others(session, occasion, number):
        _wait(session, occasion, others)
    else:
        conversations.drop_question(session, occasion.person, QUESTION)


def attach(session: Session, occasion: Occasion, receipt_id: int, photo: Photo, photos: KeptPhotos) -> Receipt:
    """Keep a photo with one's own payment; there already, it is there once.

    Raises DocumentGone, ReceiptUndone, TooManyPhotos, and NothingPending when the file is gone.
    """
    receipts.lock_collector(session, occasion.person)
    found = receipts.by_id(session, occasion.person, receipt_id)
    if found is None or found.taken_by_id != occasion.person.id:
        raise DocumentGone(f"#{receipt_id}")
    if found.withdrawn:
        raise ReceiptUndone(found.folio)
    kept = receipts.photos(session, receipt_id)
    if len(kept) >= MAX_PHOTOS and photo.digest not in {each.digest for each in kept}:
        raise TooManyPhotos(found.folio, MAX_PHOTOS)
    if not photos.claim(photo.digest, photo.suffix):
        raise NothingPending
    if receipts.add_photo(session, receipt_id, photo, now=occasion.now, source=occasion.source):
        audit.note(session, occasion, "receipt_photo", found.folio)
    return replace(found, photographed=True)


def of_receipt(session: Session, occasion: Occasion, receipt_id: int) -> tuple[Receipt, list[Photo]]:
    """A payment's photos, for its collector and who sees all; raises DocumentGone."""
    person = occasion.person
    found = receipts.by_id(session, person, receipt_id)
    if found is None or not (person.sees_all or found.taken_by_id == person.id):
        raise DocumentGone(f"#{receipt_id}")
    audit.note(session, occasion, "receipt_photos", found.folio)
    return found, receipts.photos(session, receipt_id)


def _asked(session: Session, occasion: Occasion, number: str) -> Photo:
    for each in _waiting(session, occasion):
        if each["number"] == number:
            return Photo(**each["photo"])
    raise NothingPending


def _wait(session: Session, occasion: Occasion, asked: list[dict[str, Any]]) -> None:
    """Keep the photos asked about; a question is closed whose photos are all taken."""
    is_over = all(each.get("taken") for each in asked)
    closed = {"closed_by": occasion.source or ""} if is_over else {}
    conversations.ask(session, occasion.person, QUESTION, {"asked": asked, **closed})


def _others(session: Session, occasion: Occasion, number: str) -> list[dict[str, Any]]:
    return [each for each in _waiting(session, occasion) if each["number"] != number]


def _waiting(session: Session, occasion: Occasion) -> list[dict[str, Any]]:
    """The photos that are asked about, each with its question's number, in the order in which they came."""
    known = conversations.known_of(session, occasion.person, QUESTION)
    if known is None:
        return []
    # A question asked by an earlier release is about one photo.
    return known.get("asked") or [known]
