from datetime import timedelta

from bot.services import updates
from bot.store import conversations, people
from bot.store.database import Database
from tests import factories
from tests.services.world import NOW


def test_an_update_answered_is_remembered_for_longer_than_telegram_keeps_it(database: Database) -> None:
    with database.transaction() as session:
        assert not updates.is_handled(session, 8_000_000_001)
        updates.mark_handled(session, 8_000_000_001, NOW)
        updates.mark_handled(session, 8_000_000_001, NOW)
    with database.transaction() as session:
        updates.forget_old(session, NOW + timedelta(hours=48))
        assert updates.is_handled(session, 8_000_000_001)
        updates.forget_old(session, NOW + timedelta(hours=48, seconds=1))
        assert not updates.is_handled(session, 8_000_000_001)


def test_an_answer_that_began_to_leave_is_known_to_be_a_repetition_and_not_yet_answered(database: Database) -> None:
    with database.transaction() as session:
        assert not updates.mark_begun(session, 8_000_000_001, NOW)
        assert not updates.mark_begun(session, 8_000_000_002, NOW)
    with database.transaction() as session:
        assert updates.mark_begun(session, 8_000_000_001, NOW)
        assert not updates.is_handled(session, 8_000_000_001)
        updates.mark_handled(session, 8_000_000_001, NOW)
    with database.transaction() as session:
        updates.forget_begun(session, 8_000_000_001)
        assert updates.is_handled(session, 8_000_000_001)
        assert updates.mark_begun(session, 8_000_000_001, NOW)


def test_an_answer_that_was_refused_whole_has_not_begun_to_leave(database: Database) -> None:
    with database.transaction() as session:
        for number in (8_000_000_001, 8_000_000_002):
            updates.mark_begun(session, number, NOW)
        updates.forget_begun(session, 8_000_000_001)
    with database.transaction() as session:
        assert not updates.mark_begun(session, 8_000_000_001, NOW)
        assert updates.mark_begun(session, 8_000_000_002, NOW)


def test_a_question_is_forgotten_with_the_update_that_closed_it(database: Database) -> None:
    with database.transaction() as session:
        ana, beto = (people.to_person(factories.person(session)) for _ in range(2))
        for person in (ana, beto):
            conversations.ask(session, person, "schedule", {"comment": "Paga con cheque"})
        conversations.close_question(session, ana, "schedule", "tg:8000000001")
        updates.mark_handled(session, 8_000_000_001, NOW)
        updates.forget_old(session, NOW + timedelta(hours=48))
        assert conversations.question(session, ana)
        updates.forget_old(session, NOW + timedelta(hours=48, seconds=1))
        assert (conversations.question(session, ana), bool(conversations.question(session, beto))) == (None, True)
