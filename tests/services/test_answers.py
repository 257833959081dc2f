from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.domain.answers import AnswerKind, Failure
from bot.domain.correspondence import Mail, Rejected, TryLater, Unreadable
from bot.domain.errors import DatabaseAway
from bot.domain.people import Role
from bot.mail.bounce import read_bounce
from bot.services import answers
from bot.services.answers import EVERY, FIRST, OVERLAP, PATIENCE
from bot.store import addresses, outbox
from bot.store import answers as store
from bot.store.mail_models import AnswerRow, MailRow
from bot.store.models import CustomerRow, PersonRow
from tests import factories
from tests.mail import reports
from tests.services.mailbox import (
    CAME,
    KEY,
    NOT_FOUND,
    NOTICE,
    OURS,
    Mailbox,
    bad_addresses,
    change_person,
    claim_all,
    read,
)
from tests.services.world import HOURS, NOW, World


def test_a_reply_is_told_to_the_collector_of_the_customer_once(world: World, mailbox: Mailbox) -> None:
    mailbox.reply()
    assert read(world, mailbox) == 1
    (told,) = claim_all(world)
    assert (told.person, told.customer.code) == (world.ana, "CL001")
    assert (told.sender, told.subject, told.text) == ("Pagos@Cliente.mx", "RE: Estado de cuenta", "Pagamos el viernes")
    assert told.failures == ()
    assert read(world, mailbox, after=EVERY) == 0
    assert claim_all(world, after=timedelta(days=1)) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"references": ("<nobody@x>", OURS)},
        {"references": (), "conversation_id": "conversation-1"},
        {"references": ("<nobody@x>",), "conversation_id": "conversation-1"},
    ],
)
def test_a_reply_is_known_by_what_it_refers_to_or_by_its_conversation(
    world: World, mailbox: Mailbox, changed: dict[str, Any]
) -> None:
    mailbox.reply(**changed)
    assert read(world, mailbox) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"references": ("<nobody@x>",)},
        {"references": (), "conversation_id": ""},
        {"kind": AnswerKind.AUTOMATIC},
        # A copy of our own mail, sent to ourselves.
        {"message_id": OURS, "references": (), "conversation_id": "conversation-1"},
    ],
)
def test_what_answers_none_of_our_mails_is_left_alone(world: World, mailbox: Mailbox, changed: dict[str, Any]) -> None:
    mailbox.reply(**changed)
    assert read(world, mailbox) == 0
    assert claim_all(world) == []


def test_a_long_reply_is_cut_and_one_that_cannot_be_read_has_no_text(world: World, mailbox: Mailbox) -> None:
    mailbox.reply("a" * 1001)
    mailbox.reply(id="3", message_id="<3@c.mx>")
    mailbox.reply("b" * 1000, id="4", message_id="<4@c.mx>")
    mailbox.reply(id="5", message_id="<5@c.mx>")
    del mailbox.texts["3"]
    mailbox.broken = {"5": Unreadable("500 ErrorContentConversionFailed")}
    read(world, mailbox)
    assert [told.text for told in claim_all(world)] == ["a" * 999 + "…", "", "b" * 1000, ""]


def test_a_bounce_marks_the_address_and_is_told_with_the_reason(world: World, mailbox: Mailbox) -> None:
    mailbox.notice(NOT_FOUND)
    assert read(world, mailbox) == 1
    assert bad_addresses(world) == {"pagos@cliente.mx": "550 5.1.1 user unknown"}
    (told,) = claim_all(world)
    assert (told.person, told.failures) == (world.ana, (NOT_FOUND,))


@pytest.mark.parametrize("how", ["references", "key"])
def test_a_bounce_is_known_by_what_it_quotes(world: World, mailbox: Mailbox, how: str) -> None:
    mailbox.notice(NOT_FOUND, references=(OURS,) if how == "references" else (), key=KEY if how == "key" else "")
    assert read(world, mailbox) == 1


@pytest.mark.parametrize(
    "failure",
    [
        replace(NOT_FOUND, is_bad=False),
        # Whoever we did not write to: forwarded, or made up.
        Failure("director@cliente.mx", "550 5.1.1 user unknown", is_bad=True),
    ],
)
def test_a_bounce_that_says_nothing_of_our_address_is_told_and_marks_nothing(
    world: World, mailbox: Mailbox, failure: Failure
) -> None:
    mailbox.notice(failure)
    read(world, mailbox)
    assert bad_addresses(world) == {}
    (told,) = claim_all(world)
    assert told.failures == (replace(failure, is_bad=False),)


def test_the_first_reason_of_a_bad_address_stays_and_a_reply_from_there_makes_it_good(
    world: World, mailbox: Mailbox
) -> None:
    mailbox.notice(NOT_FOUND)
    mailbox.notice(replace(NOT_FOUND, reason="again"))
    read(world, mailbox)
    assert bad_addresses(world) == {"pagos@cliente.mx": "550 5.1.1 user unknown"}
    mailbox.reply(received_at=CAME + timedelta(hours=1))
    read(world, mailbox, after=EVERY)
    assert bad_addresses(world) == {}


def test_a_late_mail_is_nothing_to_tell(world: World, mailbox: Mailbox) -> None:
    mailbox.notice()
    assert read(world, mailbox) == 0


def test_what_only_looked_like_a_bounce_is_a_reply(world: World, mailbox: Mailbox) -> None:
    mailbox.arrivals.append(replace(NOTICE, references=(OURS,)))
    mailbox.bounces[NOTICE.id], mailbox.texts[NOTICE.id] = None, "Devuelvo su correo"
    read(world, mailbox)
    assert [told.text for told in claim_all(world)] == ["Devuelvo su correo"]


def test_a_customer_without_collector_is_the_supervisors_matter(world: World, mailbox: Mailbox) -> None:
    change_person(world, world.ana.id, active=False)
    with world.database.transaction() as session:
        factories.person(session, Role.ADMINISTRATOR, name="Sistemas", telegram_id=99)
        factories.person(session, Role.SUPERVISOR, name="Segunda", telegram_id=98)
    mailbox.reply()
    read(world, mailbox)
    assert [told.person.name for told in claim_all(world)] == ["Administrador", "Segunda"]


def test_where_there_is_neither_collector_nor_supervisor_the_administrators_are_told(
    world: World, mailbox: Mailbox
) -> None:
    change_person(world, world.ana.id, active=False)
    change_person(world, world.chief.id, role=Role.ADMINISTRATOR)
    mailbox.reply()
    read(world, mailbox)
    assert [told.person.id for told in claim_all(world)] == [world.chief.id]


def test_where_nobody_can_be_told_nothing_is_kept(world: World, mailbox: Mailbox) -> None:
    change_person(world, world.ana.id, active=False)
    change_person(world, world.chief.id, unreachable_since=NOW)
    mailbox.reply()
    assert read(world, mailbox) == 1
    assert claim_all(world) == []


def test_a_customer_who_changed_hands_overnight_is_told_to_the_new_collector(world: World, mailbox: Mailbox) -> None:
    mailbox.notice(NOT_FOUND)
    read(world, mailbox)
    with world.database.transaction() as session:
        session.get_one(CustomerRow, world.customers["CL001"]).collector_code = "C2"
    (told,) = claim_all(world)
    assert (told.person, told.failures) == (world.beto, (NOT_FOUND,))


def test_who_blocked_the_bot_is_noticed_and_the_supervisors_are_told(world: World, mailbox: Mailbox) -> None:
    mailbox.reply()
    read(world, mailbox)
    with world.database.transaction() as session:
        answer = answers.claim(session, NOW, HOURS)
        assert answer
        answers.unreachable(session, answer, NOW)
        assert session.get_one(PersonRow, world.ana.id).unreachable_since == NOW
    assert [told.person for told in claim_all(world)] == [world.chief]


def test_an_answer_that_was_passed_on_and_told_to_nobody_is_its_collectors_again_once_they_take_messages(
    world: World, mailbox: Mailbox
) -> None:
    mailbox.reply()
    read(world, mailbox)
    # Where the chief is it is still night.
    change_person(world, world.chief.id, time_zone="Asia/Tokyo")
    change_person(world, world.ana.id, unreachable_since=NOW)
    assert claim_all(world) == []
    change_person(world, world.ana.id, unreachable_since=None)
    assert [told.person for told in claim_all(world, after=timedelta(hours=5))] == [world.ana]
    assert claim_all(world, after=timedelta(hours=29)) == []


def test_a_reply_that_names_mails_to_two_customers_is_of_the_nearest(world: World, mailbox: Mailbox) -> None:
    with world.database.transaction() as session:
        mail = Mail("statement:4:2019-07-16", ("pagos@cliente.mx",), "Estado de cuenta", "Buen día", "<p>Buen día</p>")
        outbox.queue(session, mail, world.customers["CL900"], person=world.beto, now=NOW)
        session.query(MailRow).filter_by(key=mail.key).one().message_id = "<of-beto@graph.test>"
    mailbox.reply(references=(OURS, "<of-beto@graph.test>"))
    mailbox.reply(references=("<of-beto@graph.test>", OURS), message_id="<2@cliente.mx>", id="2")
    read(world, mailbox)
    assert [(told.person, told.customer.code) for told in claim_all(world)] == [
        (world.ana, "CL001"), (world.beto, "CL900"),
    ]  # fmt: skip


def test_what_could_not_be_told_waits(world: World, mailbox: Mailbox) -> None:
    mailbox.reply()
    read(world, mailbox)
    with world.database.transaction() as session:
        answer = answers.claim(session, NOW, HOURS)
        assert answer
        answers.postpone(session, answer, NOW + timedelta(minutes=2))
    assert claim_all(world, after=timedelta(seconds=119)) == []
    assert len(claim_all(world, after=timedelta(minutes=2))) == 1


def test_an_answer_that_a_process_died_with_is_told_after_a_while_unless_it_may_have_left(
    world: World, mailbox: Mailbox
) -> None:
    mailbox.reply()
    read(world, mailbox)
    with world.database.transaction() as session:
        assert answers.claim(session, NOW, HOURS)
    assert claim_all(world, after=timedelta(minutes=4)) == []
    with world.database.transaction() as session:
        answer = answers.claim(session, NOW + timedelta(minutes=5), HOURS)
        assert answer
        assert answers.leave(session, answer, NOW)
        assert not answers.leave(session, answer, NOW)
    assert claim_all(world, after=timedelta(hours=1)) == []


def test_nobody_is_told_in_the_quiet_hours_of_where_they_are(world: World, mailbox: Mailbox) -> None:
    mailbox.reply()
    read(world, mailbox)
    # 21:30 in Mexico City is 19:30 in Tijuana.
    at_night = timedelta(hours=8, minutes=30)
    assert claim_all(world, after=at_night) == []
    change_person(world, world.ana.id, time_zone="America/Tijuana")
    assert len(claim_all(world, after=at_night)) == 1


def test_the_mailbox_is_read_every_few_minutes_by_all_together_and_on_from_where_it_was(
    world: World, mailbox: Mailbox
) -> None:
    mailbox.reply()
    read(world, mailbox)
    read(world, mailbox, after=EVERY - timedelta(seconds=1))
    read(world, mailbox, after=EVERY)
    assert mailbox.asked == [NOW - FIRST - OVERLAP, CAME - OVERLAP]


def test_a_reading_that_broke_off_loses_nothing_and_tells_nothing_twice(world: World, mailbox: Mailbox) -> None:
    mailbox.reply()
    mailbox.reply(id="3", message_id="<3@c.mx>", received_at=CAME + timedelta(hours=1))
    mailbox.broken_after = 1
    with pytest.raises(TryLater):
        read(world, mailbox)
    assert len(claim_all(world)) == 1
    mailbox.broken_after = None
    assert read(world, mailbox, after=EVERY) == 1
    assert len(claim_all(world)) == 1
    assert mailbox.asked == [NOW - FIRST - OVERLAP] * 2


def test_the_same_mail_read_by_two_is_told_once(world: World, mailbox: Mailbox) -> None:
    mailbox.reply()
    read(world, mailbox)
    with world.database.transaction() as session:
        row = session.query(AnswerRow).one()
        store.queue_anew(session, row, [row.person_id])
    assert len(claim_all(world)) == 1


def test_an_address_works_again_when_a_person_says_so(world: World, mailbox: Mailbox) -> None:
    mailbox.notice(NOT_FOUND)
    read(world, mailbox)
    with world.database.transaction() as session:
        assert addresses.works_again(session, "PAGOS@cliente.mx")
        assert not addresses.works_again(session, "pagos@cliente.mx")


def test_a_bounce_of_no_mail_of_ours_is_left_alone(world: World, mailbox: Mailbox) -> None:
    mailbox.notice(NOT_FOUND, references=("<nobody@x>",), key="statement:99:2019-07-16")
    assert read(world, mailbox) == 0
    assert bad_addresses(world) == {}


def test_a_mail_that_no_parser_reads_keeps_none_after_it_from_being_told(
    world: World, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    mailbox.reply("first", id="1")
    mailbox.reply(id="unreadable", message_id="<u@c.mx>")
    mailbox.notice(NOT_FOUND, references=())
    mailbox.reply("last", id="4", message_id="<4@c.mx>", received_at=CAME + timedelta(hours=1))
    mailbox.broken = {"unreadable": IndexError("list index out of range"), "n3": RecursionError()}
    assert read(world, mailbox) == 3
    assert [told.text for told in claim_all(world)] == ["first", "", "last"]
    assert "could not be read: IndexError list index out of range" in caplog.text
    read(world, mailbox, after=EVERY)
    assert mailbox.asked[-1] == CAME + timedelta(hours=1) - OVERLAP


def test_a_mail_that_cannot_be_stored_keeps_none_after_it_from_being_told(
    world: World, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    mailbox.reply(id="1", subject="half a character: \ud83d")
    mailbox.reply(id="2", message_id="<2@c.mx>")
    assert read(world, mailbox) == 1
    assert len(claim_all(world)) == 1
    assert "a mail in the mailbox could not be taken" in caplog.text


def test_a_mailbox_that_is_busy_is_read_again(world: World, mailbox: Mailbox) -> None:
    mailbox.reply(id="1")
    mailbox.broken = {"1": TryLater("busy", everyone=True)}
    with pytest.raises(TryLater):
        read(world, mailbox)
    mailbox.broken = {}
    assert read(world, mailbox, after=EVERY) == 1


def test_a_mail_at_which_the_connection_always_breaks_is_told_in_the_end(world: World, mailbox: Mailbox) -> None:
    mailbox.reply(id="1")
    mailbox.broken = {"1": TryLater("no answer", everyone=True)}
    with pytest.raises(TryLater):
        read(world, mailbox)
    assert read(world, mailbox, after=PATIENCE + EVERY) == 1
    assert [told.text for told in claim_all(world, after=PATIENCE + EVERY)] == [""]


@pytest.mark.parametrize("trouble", [TryLater("500"), Rejected("the secret has expired")])
@pytest.mark.parametrize(("mended", "text"), [(True, "Pagamos el viernes"), (False, "")], ids=["mended", "never"])
def test_a_mail_that_the_server_does_not_give_keeps_none_after_it_from_being_told_and_is_told_in_the_end(
    world: World, mailbox: Mailbox, trouble: Exception, *, mended: bool, text: str
) -> None:
    mailbox.reply(id="1")
    mailbox.reply("Ya pagamos", id="2", message_id="<2@c.mx>", received_at=CAME + timedelta(hours=1))
    mailbox.broken = {"1": trouble}
    assert read(world, mailbox, after=timedelta(hours=2)) == 1
    assert [told.text for told in claim_all(world, after=timedelta(hours=2))] == ["Ya pagamos"]
    mailbox.broken = {} if mended else mailbox.broken
    assert read(world, mailbox, after=PATIENCE + EVERY) == 1
    assert [told.text for told in claim_all(world, after=PATIENCE + EVERY)] == [text]
    assert read(world, mailbox, after=PATIENCE + 2 * EVERY) == 0
    assert mailbox.asked[-1] > CAME + timedelta(minutes=30)


def test_a_database_that_is_away_at_one_mail_passes_over_none(world: World, mailbox: Mailbox) -> None:
    mailbox.reply(id="1")
    turns = 0

    @contextmanager
    def away_at_the_third() -> Iterator[Session]:
        nonlocal turns
        turns += 1
        if turns == 3:
            raise DatabaseAway("locked")
        with world.database.transaction() as session:
            yield session

    with pytest.raises(DatabaseAway):
        answers.read(away_at_the_third, mailbox, NOW)
    assert read(world, mailbox, after=EVERY) == 1


def test_a_report_with_a_nul_in_it_is_told_and_stored(world: World, mailbox: Mailbox) -> None:
    mailbox.notice()
    (notice,) = mailbox.arrivals
    report = reports.exchange("Pagos@cliente.mx", said="550 \0no", message_id=OURS, key=KEY)
    mailbox.bounces[notice.id] = read_bounce(report)
    assert read(world, mailbox) == 1
    assert bad_addresses(world) == {"pagos@cliente.mx": "5.1.10 550 no"}


def test_a_reply_that_names_more_mails_than_a_statement_takes_is_told(world: World, mailbox: Mailbox) -> None:
    mailbox.reply(references=(OURS, *(f"<{n}@x>" for n in range(300_000))))
    assert read(world, mailbox) == 1
