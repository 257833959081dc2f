from datetime import timedelta

from bot.services import sent_messages
from bot.store.database import Database
from tests.factories import NOON


def test_what_was_sent_is_due_by_chat_when_old_enough_and_forgotten_once_deleted(database: Database) -> None:
    with database.transaction() as session:
        for chat_id, message_id, minutes in ((7, 1, 0), (7, 2, 1), (8, 3, 0), (7, 4, 9)):
            sent_messages.keep(session, chat_id, message_id, NOON + timedelta(minutes=minutes))
        sent_messages.keep(session, 7, 2, NOON + timedelta(minutes=1))
        before = NOON + timedelta(minutes=5)
    found = []
    with database.transaction() as session:
        while due := sent_messages.due(session, before):
            found.append(due)
            sent_messages.forget(session, *due)
        assert sorted(found) == [(7, [1, 2]), (8, [3])]
        assert sent_messages.due(session, NOON + timedelta(minutes=10)) == (7, [4])


def test_no_more_are_due_at_once_than_telegram_deletes(database: Database) -> None:
    with database.transaction() as session:
        for message_id in range(130):
            sent_messages.keep(session, 7, message_id, NOON)
        assert sent_messages.due(session, NOON + timedelta(minutes=1)) == (7, list(range(100)))
