"""A collector never sees, finds, ticks, promises, mails or counts another's: in every use case, by text and by id."""

from datetime import date
from typing import TYPE_CHECKING

import pytest

from bot.domain.agenda import OpenFilter
from bot.domain.calendar import View
from bot.domain.errors import CustomerNotFound, DocumentNotFound, NothingPending, NothingTicked
from bot.domain.people import Person, Role
from bot.domain.runs import Audience
from bot.domain.scheduling import Scheduling
from bot.services import agenda, calendar, conversation, runs, scheduling, statements
from bot.store import conversations
from bot.store.models import CustomerRow
from tests.services.post import candidates
from tests.services.world import THE_23RD, World

if TYPE_CHECKING:
    from collections.abc import Callable

JULY = date(2019, 7, 1)


def test_another_s_customer_is_found_by_no_text_and_no_id(world: World) -> None:
    by_text: list[Callable[[str], object]] = [
        lambda text: world.call(statements.statement, world.ana, text),
        lambda text: world.call(runs.compose, world.ana, text),
    ]
    for use_case in by_text:
        for text in ("CL900", "Óscar Peña", "oscar", "oskar", "PEOS900909GH4", "70"):
            with pytest.raises(CustomerNotFound):
                use_case(text)
    oscar = world.customers["CL900"]
    by_id: list[Callable[[], object]] = [
        lambda: world.call(statements.statement, world.ana, oscar),
        lambda: world.call(statements.on_screen, world.ana, oscar),
        lambda: world.call(runs.compose, world.ana, oscar),
        lambda: world.call(runs.tick, world.ana, world.call(runs.blank, world.ana).id, oscar, on=True),
    ]
    for call in by_id:
        with pytest.raises(CustomerNotFound):
            call()


def test_another_s_document_is_found_by_no_text_and_no_id(world: World) -> None:
    foreign = world.documents["70"]
    (made,) = world.call(scheduling.promise, world.beto, [foreign], THE_23RD)
    calls: list[Callable[[], object]] = [
        lambda: world.call(scheduling.document, world.ana, "70"),
        lambda: world.call(scheduling.history, world.ana, "70"),
        lambda: world.call(scheduling.history, world.ana, foreign),
        lambda: world.call(scheduling.promise, world.ana, [foreign], THE_23RD),
        lambda: world.call(scheduling.promise, world.ana, [world.documents["7"], foreign], THE_23RD),
        lambda: world.call(scheduling.move, world.ana, foreign, made.promise.id, THE_23RD),
        lambda: world.call(scheduling.to_withdraw, world.ana, foreign),
        lambda: world.call(scheduling.withdraw, world.ana, foreign, made.promise.id),
        lambda: world.call(conversation.start, world.ana, [world.documents["70"]]),
        lambda: world.call(agenda.tick, world.ana, foreign, on=True),
        lambda: world.call(agenda.tick, world.ana, foreign, on=False),
    ]
    for call in calls:
        with pytest.raises(DocumentNotFound):
            call()
    assert len(world.call(scheduling.history, world.chief, foreign).in_force) == 1
    assert world.call(scheduling.history, world.chief, world.documents["7"]).promises == ()


def test_the_same_folio_of_another_s_customer_makes_nothing_ambiguous(world: World) -> None:
    with world.database.transaction() as session:
        session.get_one(CustomerRow, world.customers["CL003"]).collector_code = "C2"
    document, customer = world.call(scheduling.document, world.beto, "9")
    assert (document.id, customer.code) == (world.documents["9"], "CL003")
    with pytest.raises(DocumentNotFound):
        world.call(scheduling.document, world.ana, "9")


def folios(world: World, person: Person) -> list[str]:
    return [item.document.folio for item in world.call(agenda.open_items, person, OpenFilter()).items]


def test_agenda_calendar_day_and_mailing_list_hold_the_own_portfolio_only(world: World) -> None:
    everyone = {
        world.ana: ["7", "5", "8", "9"],
        world.beto: ["70", "71"],
        world.chief: ["7", "5", "8", "9", "70", "71"],
    }
    for folio in ("7", "70"):
        world.call(scheduling.promise, world.chief, [world.documents[folio]], THE_23RD)
    promised = {world.ana: ["7"], world.beto: ["70"], world.chief: ["7", "70"]}
    for person, listed in everyone.items():
        page = world.call(agenda.open_items, person, OpenFilter())
        assert [item.document.folio for item in page.items] == listed
        assert (page.count, page.pages) == (len(listed), 1)
        owing = sorted({item.customer.code for item in page.items})
        assert [c.customer.code for c in candidates(world, person, Audience.EVERYONE)] == owing
        offered = world.call(runs.choices, person, world.call(runs.blank, person).id)
        assert [c.customer.code for c in offered.candidates] == owing
        month = world.call(calendar.month, person, JULY)
        assert month.count == len(promised[person])
        day = world.call(calendar.day, person, THE_23RD, View("MXN"))
        assert [item.document.folio for item in day.items] == promised[person]
        with world.database.transaction() as session:
            (due,) = agenda.today_of(session, person, THE_23RD).due
        assert [item.document.folio for item in due.items] == promised[person]


def test_a_filter_by_another_s_customer_or_documents_shows_nothing(world: World) -> None:
    foreign = (world.documents["70"], world.documents["71"])
    for only in (OpenFilter(customer_id=world.customers["CL900"]), OpenFilter(document_ids=foreign)):
        page = world.call(agenda.open_items, world.ana, only)
        assert (page.items, page.count) == ((), 0)
    assert world.call(agenda.items_by_id, world.ana, foreign) == ()


def test_what_was_ticked_or_asked_before_a_customer_changed_hands_is_no_longer_there(world: World) -> None:
    for folio in ("7", "8"):
        world.call(agenda.tick, world.ana, world.documents[folio], on=True)
    world.call(statements.statement, world.ana, "CL002")
    world.call(conversation.start, world.ana, [world.documents["8"]])
    with world.database.transaction() as session:
        session.get_one(CustomerRow, world.customers["CL002"]).collector_code = "C2"
    assert [item.document.folio for item in world.call(agenda.ticked_items, world.ana)] == ["7"]
    assert world.call(agenda.open_items, world.ana, OpenFilter()).ticked == 1
    assert "CL002" not in [c.code for c in world.call(statements.recent_customers, world.ana)]
    with pytest.raises(DocumentNotFound):
        world.call(conversation.pending, world.ana)
    with world.database.transaction() as session:
        session.get_one(CustomerRow, world.customers["CL001"]).collector_code = "C2"
    with pytest.raises(NothingTicked):
        world.call(conversation.start_ticked, world.ana)
    with world.database.transaction() as session:
        assert len(conversations.ticked(session, world.ana)) == 2


def test_boxes_and_questions_are_everyone_s_own(world: World) -> None:
    world.call(agenda.tick, world.ana, world.documents["7"], on=True)
    world.call(conversation.start, world.ana, [world.documents["7"]])
    assert world.call(agenda.ticked_items, world.chief) == ()
    with pytest.raises(NothingPending):
        world.call(conversation.pending, world.chief)
    world.call(agenda.clear_ticks, world.chief)
    with pytest.raises(NothingPending):
        world.call(conversation.cancel, world.chief, "0")
    assert len(world.call(agenda.ticked_items, world.ana)) == 1
    waiting = world.call(conversation.pending, world.ana)
    assert isinstance(waiting, Scheduling)
    assert waiting.ids == (world.documents["7"],)


def test_a_collector_without_a_portfolio_sees_nothing_not_even_customers_without_a_collector(world: World) -> None:
    with world.database.transaction() as session:
        session.get_one(CustomerRow, world.customers["CL001"]).collector_code = None
    lost = Person(world.ana.id, "Ana", Role.COLLECTOR, None)
    assert folios(world, lost) == []
    assert "7" not in folios(world, world.ana)
    assert "7" in folios(world, world.chief)
