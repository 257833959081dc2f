from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.domain.errors import DocumentNotFound, NothingPending
from bot.domain.occasion import Occasion
from bot.domain.receipt_lines import parse_receipt
from bot.domain.receipts import MAX_PHOTOS, PHOTO_TIME, Asked, Photo, Receipt, ReceiptUndone, TooManyPhotos, folio_in
from bot.domain.scheduling import DocumentChoice
from bot.imports.photos import Photos
from bot.services import photos, receipts, runs
from bot.store.models import CustomerRow, QuestionRow
from tests import factories
from tests.services.world import NOW, TODAY, World, act


@pytest.fixture
def kept(tmp_path: Path) -> Photos:
    return Photos(tmp_path)


def taken(kept: Photos, content: bytes = b"a photo") -> Photo:
    return Photo(kept.take(content, ".jpg"), ".jpg", "foto.jpg", len(content), is_file=False)


def pay(world: World, by: Occasion | None = None, typed: str = "7 100.00 efectivo") -> Receipt:
    made = world.call(receipts.report, by or act(world.ana), parse_receipt(typed))
    assert isinstance(made, Receipt)
    return made


def shown(world: World, made: Receipt) -> list[Photo]:
    return world.call(photos.of_receipt, world.chief, made.id)[1]


def test_a_payment_is_recorded_with_its_photo_once_and_the_file_is_kept_as_it_came(world: World, kept: Photos) -> None:
    photo, occasion = taken(kept), act(world.ana, source="tg:1")
    made, again = (
        world.call(receipts.report, occasion, parse_receipt("7 100.00 efectivo"), photo, kept) for _ in range(2)
    )
    assert isinstance(made, Receipt)
    assert made.photographed
    assert made == again
    assert shown(world, made) == [photo]
    assert kept.path(photo.digest, ".jpg").read_bytes() == b"a photo"
    assert kept.claim(photo.digest, ".jpg"), "kept already"


def test_a_photo_waits_with_the_question_for_what_is_missing(world: World, kept: Photos) -> None:
    source = act(world.ana, source="tg:5")
    assert not world.call(receipts.is_asked, world.ana)
    assert world.call(receipts.add_to_question, world.ana, taken(kept)) is None
    asked = world.call(receipts.report, source, parse_receipt("7 100.00"), photo_lost=True)
    assert isinstance(asked, Asked)
    assert asked.photos == 0
    assert world.call(receipts.is_asked, world.ana)
    again = world.call(receipts.add_to_question, act(world.ana, source="tg:6"), taken(kept))
    assert isinstance(again, Asked)
    assert again.photos == 1
    assert again.number == "5", "the buttons that were drawn go on working"
    made = world.call(receipts.answer, act(world.ana, source="tg:7"), "5", kept, form="02")
    assert isinstance(made, Receipt)
    assert (made.photographed, made.photo_lost) == (True, False), "it came once more"
    assert len(shown(world, made)) == 1


def test_a_photo_whose_text_recorded_the_payment_finds_it_when_it_is_delivered_again(
    world: World, kept: Photos
) -> None:
    photo, again = taken(kept), act(world.ana, source="tg:6")
    world.call(receipts.report, act(world.ana, source="tg:5"), parse_receipt("7 100.00"))
    world.call(receipts.add_to_question, again, photo)
    made = world.call(receipts.type_answer, again, "efectivo", kept)
    assert isinstance(made, Receipt)
    assert world.call(receipts.is_asked, again)
    assert world.call(receipts.add_to_question, again, photo) == made
    assert not world.call(receipts.is_asked, act(world.ana, source="tg:7"))


def test_each_photo_that_comes_while_something_is_asked_is_kept_once_and_no_more_than_a_payment_takes(
    world: World, kept: Photos
) -> None:
    first, *more = (taken(kept, bytes([n])) for n in range(MAX_PHOTOS))
    world.call(receipts.report, act(world.ana, source="tg:5"), parse_receipt("7 100.00"), first, kept)
    for n, photo in enumerate((*more, first), 6):
        asked = world.call(receipts.add_to_question, act(world.ana, source=f"tg:{n}"), photo)
    assert isinstance(asked, Asked)
    assert asked.photos == MAX_PHOTOS
    with pytest.raises(TooManyPhotos):
        world.call(receipts.add_to_question, world.ana, taken(kept, b"one more"))
    made = world.call(receipts.answer, act(world.ana, source="tg:20"), "5", kept, form="02")
    assert isinstance(made, Receipt)
    assert made.photographed
    assert {photo.digest for photo in shown(world, made)} == {photo.digest for photo in (first, *more)}
    assert all(kept.path(photo.digest, ".jpg").is_file() for photo in (first, *more))


def test_a_question_of_an_earlier_release_keeps_its_one_photo(world: World, kept: Photos) -> None:
    old, new = taken(kept), taken(kept, b"its back")
    world.call(receipts.report, act(world.ana, source="tg:5"), parse_receipt("7 100.00"), old, kept)
    with world.database.transaction() as session:
        row = session.get_one(QuestionRow, world.ana.id)
        known = dict(row.known)
        row.known = known | {"photo": known.pop("photos")[0]}
    asked = world.call(receipts.add_to_question, act(world.ana, source="tg:6"), new)
    assert isinstance(asked, Asked)
    assert asked.photos == 2
    made = world.call(receipts.answer, act(world.ana, source="tg:7"), "5", kept, form="02")
    assert isinstance(made, Receipt)
    assert shown(world, made) == [old, new]


def test_photos_wait_while_the_document_is_asked(world: World, kept: Photos) -> None:
    with world.database.transaction() as session:
        again = factories.document(session, session.get_one(CustomerRow, world.customers["CL003"]), "7").id
    sides = [taken(kept, side) for side in (b"front", b"back")]
    world.call(receipts.report, act(world.ana, source="tg:5"), parse_receipt("7 10.00 cheque"), sides[0], kept)
    asked = world.call(receipts.add_to_question, act(world.ana, source="tg:6"), sides[1])
    assert isinstance(asked, DocumentChoice)
    made = world.call(receipts.answer, act(world.ana, source="tg:7"), "5", kept, document_id=again)
    assert isinstance(made, Receipt)
    assert shown(world, made) == sides


def test_a_photo_whose_file_was_forgotten_keeps_no_payment_from_being_recorded(world: World, kept: Photos) -> None:
    gone = Photo("0" * 64, ".jpg", "foto.jpg", 3, is_file=False)
    made = world.call(receipts.report, act(world.ana), parse_receipt("7 100.00 efectivo"), gone, kept)
    assert isinstance(made, Receipt)
    assert (made.photographed, made.photo_lost) == (False, True)
    with pytest.raises(NothingPending):
        world.call(photos.attach, world.ana, made.id, gone, kept)


def test_a_photo_by_itself_may_be_of_what_one_has_just_reported_and_not_undone(world: World, kept: Photos) -> None:
    first, second = pay(world), pay(world)
    world.call(receipts.undo, world.ana, pay(world).id)
    pay(world, act(world.beto), "70 1.00 efectivo")
    assert [each.id for each in world.call(photos.recent, world.ana)] == [second.id, first.id]
    later = Occasion(world.ana, TODAY, NOW + PHOTO_TIME + timedelta(seconds=1))
    assert world.call(photos.recent, later) == ()
    number = world.call(photos.ask, act(world.ana, source="tg:8"), taken(kept))
    assert number == "8"
    assert len(world.call(photos.recent, world.ana)) == 2, "another photo asks anew"
    for _ in range(2):
        assert world.call(photos.choose, world.ana, "8", first.id, kept).photographed
    assert len(shown(world, first)) == 1
    assert shown(world, second) == []
    world.call(photos.dismiss, world.ana, "8")
    for answer in (
        lambda: world.call(photos.choose, world.ana, "8", first.id, kept),
        lambda: world.call(photos.dismiss, world.ana, "8"),
    ):
        with pytest.raises(NothingPending):
            answer()


def test_a_photo_that_is_asked_about_closes_no_other_of_its_album(world: World, kept: Photos) -> None:
    made = pay(world)
    sides = [taken(kept, bytes([n])) for n in range(photos.MAX_ASKED + 1)]
    for n, photo in enumerate([*sides, sides[-1]]):
        world.call(photos.ask, act(world.ana, source=f"tg:{min(n, photos.MAX_ASKED)}"), photo)
    with pytest.raises(NothingPending):
        world.call(photos.choose, world.ana, "0", made.id, kept)
    world.call(photos.dismiss, world.ana, "3")
    for number in ("2", "1"):
        world.call(photos.choose, world.ana, number, made.id, kept)
    assert shown(world, made) == [sides[2], sides[1]]
    with pytest.raises(NothingPending):
        world.call(photos.choose, world.ana, "3", made.id, kept)


def test_a_photo_that_an_earlier_release_asked_about_is_kept(world: World, kept: Photos) -> None:
    made, photo = pay(world), taken(kept)
    world.call(photos.ask, act(world.ana, source="tg:8"), photo)
    with world.database.transaction() as session:
        row = session.get_one(QuestionRow, world.ana.id)
        (row.known,) = row.known["asked"]
    world.call(photos.choose, world.ana, "8", made.id, kept)
    assert shown(world, made) == [photo]


def test_while_something_else_is_asked_a_photo_by_itself_is_of_no_payment(world: World) -> None:
    pay(world)
    world.call(runs.compose, world.ana, "CL001")
    assert world.call(photos.recent, world.ana) == ()


def test_only_ones_own_standing_payment_takes_a_photo_and_no_more_than_so_many(world: World, kept: Photos) -> None:
    made = pay(world)
    number = int(made.folio.rpartition("-")[2])
    folio = (world.ana.id, TODAY.year, number)
    assert world.call(photos.named, world.ana, folio) == made
    assert world.call(photos.named, world.chief, folio) is None
    for other in (world.beto, world.chief):
        with pytest.raises(DocumentNotFound):
            world.call(photos.attach, other, made.id, taken(kept), kept)
    for n in range(MAX_PHOTOS):
        world.call(photos.attach, world.ana, made.id, taken(kept, bytes([n])), kept)
    world.call(photos.attach, world.ana, made.id, taken(kept, bytes([0])), kept)
    with pytest.raises(TooManyPhotos):
        world.call(photos.attach, world.ana, made.id, taken(kept, b"one more"), kept)
    assert len(shown(world, made)) == MAX_PHOTOS
    undone = pay(world)
    world.call(receipts.undo, world.ana, undone.id)
    with pytest.raises(ReceiptUndone):
        world.call(photos.attach, world.ana, undone.id, taken(kept), kept)


def test_a_photo_is_seen_by_its_collector_and_who_sees_all(world: World) -> None:
    made = pay(world)
    for person in (world.ana, world.chief):
        assert world.call(photos.of_receipt, person, made.id) == (made, [])
    by_chief = pay(world, act(world.chief))
    for person, receipt in ((world.beto, made), (world.ana, by_chief)):
        with pytest.raises(DocumentNotFound):
            world.call(photos.of_receipt, person, receipt.id)


def test_a_photo_once_kept_is_neither_changed_nor_taken_away(world: World, kept: Photos) -> None:
    world.call(photos.attach, world.ana, pay(world).id, taken(kept), kept)
    for statement in ("UPDATE receipt_photos SET size = 1", "DELETE FROM receipt_photos"):
        with pytest.raises(DBAPIError, match="receipt_photos is append-only"), world.database.transaction() as session:
            session.execute(text(statement))


@pytest.mark.parametrize(
    ("words", "folio"),
    [
        ("Cobro reportado: recibo R3-2019-0001\nJuan", (3, 2019, 1)),
        ("R3-2019-0001 · R3-2019-0001", (3, 2019, 1)),
        ("R3-2019-0001, R3-2019-0002", None),
        ("XR3-2019-0001", None),
        ("", None),
    ],
)
def test_a_text_with_one_folio_names_a_payment(words: str, folio: tuple[int, int, int] | None) -> None:
    assert folio_in(words) == folio
