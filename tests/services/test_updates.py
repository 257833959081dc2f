from datetime import timedelta

from bot.services import updates
from bot.store.database import Database
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
