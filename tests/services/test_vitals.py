from datetime import timedelta

import pytest

from bot.domain.correspondence import MailState
from bot.domain.vitals import STUCK_AFTER, Vitals
from bot.services import updates
from bot.services.vitals import take
from bot.store.database import Database
from bot.store.mail_models import MailRow
from bot.store.sources import LastSync, note_sync
from tests.services.world import NOW, World

HOUR = timedelta(hours=1)


def vitals(world: World) -> Vitals:
    with world.database.snapshot() as connection:
        return take(connection, NOW)


def mail(world: World, key: str, state: MailState, **over: object) -> None:
    """A mail of the outbox."""
    with world.database.transaction() as session:
        values = {"queued_at": NOW - HOUR, "to": [], "cc": [], "bcc": [], "subject": "", "text": "", "html": ""} | over
        session.add(MailRow(key=key, customer_id=world.customers["CL001"], state=state, **values))


def test_nothing_has_happened_in_a_new_office(world: World) -> None:
    assert vitals(world) == Vitals(None, 0, 0, None, None)
    assert not vitals(world).is_stuck(NOW)


def test_what_waits_and_since_when_it_could_have_left_is_told(world: World) -> None:
    mail(world, "a", MailState.QUEUED)
    mail(world, "b", MailState.RETRY, queued_at=NOW - 9 * HOUR, not_before=NOW - 2 * HOUR)
    mail(world, "c", MailState.SENDING, queued_at=NOW - 3 * HOUR, not_before=NOW + HOUR)
    mail(world, "d", MailState.SENT, queued_at=NOW - 9 * HOUR)
    mail(world, "e", MailState.FAILED, queued_at=NOW - 9 * HOUR)
    mail(world, "f", MailState.FAILED, queued_at=NOW - timedelta(days=8))
    seen = vitals(world)
    assert (seen.waiting, seen.failed, seen.due_since) == (3, 1, NOW - 9 * HOUR)


@pytest.mark.parametrize(("late", "stuck"), [(STUCK_AFTER, False), (STUCK_AFTER + timedelta(seconds=1), True)])
def test_a_mail_that_could_have_left_over_an_hour_ago_is_stuck(world: World, late: timedelta, *, stuck: bool) -> None:
    mail(world, "a", MailState.QUEUED, queued_at=NOW - late)
    assert vitals(world).is_stuck(NOW) is stuck


def test_a_mail_that_was_refused_for_hours_is_stuck_whenever_it_is_tried_next(world: World) -> None:
    mail(world, "a", MailState.RETRY, queued_at=NOW - 5 * HOUR, not_before=NOW + 3 * HOUR)
    assert vitals(world).is_stuck(NOW)


def test_mails_that_wait_their_turn_are_not_stuck_while_others_leave(world: World) -> None:
    """Two thousand leave in over an hour, all of them queued by its first minutes."""
    mail(world, "a", MailState.QUEUED, queued_at=NOW - 3 * HOUR)
    mail(world, "b", MailState.SENDING, queued_at=NOW - 3 * HOUR, attempts=1)
    mail(world, "c", MailState.SENT, queued_at=NOW - 3 * HOUR, sent_at=NOW - 2 * HOUR)
    assert vitals(world).is_stuck(NOW)
    mail(world, "d", MailState.SENT, queued_at=NOW - 3 * HOUR, sent_at=NOW - HOUR / 60)
    assert vitals(world).due_since == NOW - HOUR / 60
    # One that is being tried again was refused, whatever leaves beside it.
    mail(world, "e", MailState.SENDING, queued_at=NOW - 2 * HOUR, attempts=2)
    assert vitals(world).due_since == NOW - 2 * HOUR


def test_the_age_of_the_data_and_the_last_update_are_told(world: World) -> None:
    with world.database.transaction() as session:
        note_sync(session, "contpaqi", LastSync(NOW - HOUR, None))
        updates.mark_handled(session, 1, NOW - 3 * HOUR)
        updates.mark_handled(session, 2, NOW - 2 * HOUR)
    assert (vitals(world).fed_at, vitals(world).handled_at) == (NOW - HOUR, NOW - 2 * HOUR)


def test_it_is_taken_while_somebody_else_writes_at_length(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as session:
        updates.mark_handled(session, 1, NOW)
        with sqlite_database.snapshot() as connection:
            assert take(connection, NOW).handled_at is None
