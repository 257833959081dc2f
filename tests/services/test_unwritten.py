"""A customer whose mail cannot be written keeps back nobody else's."""

import logging
from pathlib import Path
from typing import NoReturn

import pytest

from bot.domain.correspondence import MailState, SkipReason
from bot.domain.errors import DatabaseAway
from bot.domain.runs import Audience, RunState
from bot.services import runs, sending
from bot.services.enclosing import House
from bot.store.models import CustomerRow, DocumentRow
from tests.services.post import HOUSE, Office, begin, write
from tests.services.world import NOW, World

SOMEBODYS = "11111111-2222-4333-8444-555555555555"


class BrokenFiles:
    """A vault of which one invoice's files cannot be read, as after a restore by another user."""

    def __init__(self, fault: BaseException) -> None:
        self._fault = fault

    def find(self, uuid: str) -> list[Path]:
        """Nothing, if it can be told."""
        if uuid == SOMEBODYS:
            raise self._fault
        return []


@pytest.fixture
def run_id(world: World) -> int:
    """A sending to three, of whom the second has an invoice with files."""
    with world.database.transaction() as session:
        session.get_one(DocumentRow, world.documents["5"]).uuid = SOMEBODYS
    return begin(world, world.ana, Audience.EVERYONE)


def broken(fault: BaseException) -> House:
    return House(HOUSE.company, BrokenFiles(fault))


def test_all_others_get_theirs_the_sending_ends_and_says_so_and_it_can_be_tried_again(
    world: World, run_id: int, caplog: pytest.LogCaptureFixture
) -> None:
    office, reference = Office(world), f"{run_id}-{world.customers['CL002']}"
    with caplog.at_level(logging.ERROR):
        write(world, run_id, house=broken(PermissionError("denied")))
    assert [(reference in record.message, bool(record.exc_info)) for record in caplog.records] == [(True, True)]
    office.deliver()
    with world.database.transaction() as session:
        _, progress = sending.watch(session, run_id)
        sending.seen(session, progress)
        assert not sending.is_running(session, run_id)
    assert [each.skipped or each.mail for each in progress.recipients] == [
        MailState.SENT, SkipReason.UNWRITTEN, MailState.SENT,
    ]  # fmt: skip
    assert (progress.ended, progress.missing, [each.code for each in progress.unwritten]) == (True, 1, ["CL002"])

    world.call(runs.retry, world.ana, run_id)
    write(world, run_id)
    office.deliver()
    shown = world.call(runs.progress, world.ana, run_id)
    assert {each.mail for each in shown.recipients} == {MailState.SENT}
    assert (shown.run.state, shown.missing, len(office.post.sent)) == (RunState.RUNNING, 0, 3)


@pytest.mark.parametrize("fault", [DatabaseAway("closed"), KeyboardInterrupt()])
def test_what_is_not_this_customers_trouble_is_nobodys_and_the_mail_waits(
    world: World, run_id: int, fault: BaseException
) -> None:
    with pytest.raises(type(fault)):
        write(world, run_id, house=broken(fault))
    shown = world.call(runs.progress, world.ana, run_id)
    assert [each.skipped or each.mail for each in shown.recipients] == [MailState.QUEUED, None, None]


def test_what_goes_wrong_before_a_customer_is_known_is_raised(run_id: int) -> None:
    def closed() -> NoReturn:
        raise LookupError

    with pytest.raises(LookupError):
        sending.write_next(closed, run_id, HOUSE, NOW)


def test_a_name_that_no_workbook_takes_is_written_without_what_it_cannot_take(world: World) -> None:
    with world.database.transaction() as session:
        session.get_one(CustomerRow, world.customers["CL001"]).name = "Juan \uffff\ufffe\x07Perez"
    write(world, begin(world, world.ana, "CL001"))
    office = Office(world)
    office.deliver()
    (mail,) = office.post.sent
    assert "Juan Perez" in mail.text
    assert len(mail.attachments) == 4
