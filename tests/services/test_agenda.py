from datetime import date

import pytest

from bot.domain.agenda import AgendaPage, CustomerPage, OpenFilter
from bot.domain.errors import CustomerNotFound
from bot.domain.receivables import DocumentKind
from bot.services import agenda, scheduling
from bot.store.models import CustomerRow, DocumentRow
from tests import factories
from tests.services.world import THE_23RD, TODAY, World

JULY = date(2019, 7, 1)


def listed(world: World, only: OpenFilter) -> list[str]:
    return [item.document.folio for item in world.call(agenda.open_items, world.ana, only).items]


def test_the_agenda_is_the_seeds_table_with_its_boxes_and_promises(world: World) -> None:
    world.call(agenda.tick, world.ana, world.documents["7"], on=True)
    (made,) = world.call(scheduling.promise, world.ana, [world.documents["8"]], THE_23RD)
    page = world.call(agenda.open_items, world.ana, OpenFilter())
    rows = [
        (i.customer.code, i.customer.name, i.balance.minor, i.ticked, i.document.concept, i.document.label, i.promise)
        for i in page.items
    ]
    assert rows == [
        ("CL001", "Juan Perez", 2842_00, True, "Factura Crédito", "7", None),
        ("CL002", "Ramiro Aldana", 1624_00, False, "Factura Crédito", "5", None),
        ("CL002", "Ramiro Aldana", 4872_00, False, "Factura Crédito", "8", made.promise),
        ("CL003", "Samuel Ramírez", 5278_00, False, "Factura Crédito", "9", None),
    ]
    assert (page.page, page.pages, page.count, page.ticked, page.today) == (0, 1, 4, 1, TODAY)


def test_filters_leave_what_is_overdue_unpromised_or_of_one_customer(world: World) -> None:
    with world.database.transaction() as session:
        juan = session.get_one(CustomerRow, world.customers["CL001"])
        factories.document(session, juan, "1", issued=JULY, due=date(2019, 7, 15))
        factories.document(session, juan, "2", issued=JULY, due=TODAY)
        factories.document(session, juan, "3", issued=JULY, due=JULY, kind=DocumentKind.CREDIT_NOTE)
        factories.document(session, juan, "4", issued=JULY, due=JULY, cancelled=True)
        factories.document(session, juan, "6", issued=date(2019, 7, 17))
    world.call(scheduling.promise, world.ana, [world.documents["5"]], THE_23RD)
    assert listed(world, OpenFilter()) == ["1", "2", "7", "5", "8", "9"]
    assert listed(world, OpenFilter(overdue=True)) == ["1"]
    assert listed(world, OpenFilter(without_promise=True)) == ["1", "2", "7", "8", "9"]
    assert listed(world, OpenFilter(customer_id=world.customers["CL002"])) == ["5", "8"]
    both = OpenFilter(customer_id=world.customers["CL002"], without_promise=True)
    assert listed(world, both) == ["8"]
    overdue = world.call(agenda.open_items, world.ana, OpenFilter(overdue=True))
    assert (overdue.items[0].days_overdue, overdue.only) == (1, OpenFilter(overdue=True))


def test_pages_hold_eight_and_a_page_beyond_the_last_is_the_last(world: World) -> None:
    with world.database.transaction() as session:
        samuel = session.get_one(CustomerRow, world.customers["CL003"])
        for n in range(13):
            factories.document(session, samuel, f"1{n:02}")
    seen: list[str] = []
    for number in range(3):
        page = world.call(agenda.open_items, world.ana, OpenFilter(), number)
        assert (page.page, page.pages, page.count) == (number, 3, 17)
        seen += [item.document.folio for item in page.items]
    assert len(seen) == len(set(seen)) == 17
    assert world.call(agenda.open_items, world.ana, OpenFilter(), 99).page == 2
    assert world.call(agenda.open_items, world.ana, OpenFilter(), -1).page == 0
    empty = world.call(agenda.open_items, world.ana, OpenFilter(customer_id=0), 5)
    assert (empty.items, empty.page, empty.pages) == ((), 0, 1)


def test_a_box_is_ticked_and_cleared_and_doing_so_twice_changes_nothing(world: World) -> None:
    seven = world.documents["7"]
    for on, ticked in ((True, ["7"]), (True, ["7"]), (False, []), (False, [])):
        world.call(agenda.tick, world.ana, seven, on=on)
        assert [item.document.folio for item in world.call(agenda.ticked_items, world.ana)] == ticked
    for folio in ("7", "8"):
        world.call(agenda.tick, world.ana, world.documents[folio], on=True)
    world.call(agenda.clear_ticks, world.ana)
    assert world.call(agenda.ticked_items, world.ana) == ()


def test_a_ticked_document_that_was_paid_is_no_longer_counted(world: World) -> None:
    for folio in ("7", "8"):
        world.call(agenda.tick, world.ana, world.documents[folio], on=True)
    with world.database.transaction() as session:
        factories.application(session, session.get_one(DocumentRow, world.documents["7"]), 2842_00, TODAY)
    assert [item.document.folio for item in world.call(agenda.ticked_items, world.ana)] == ["8"]
    assert world.call(agenda.open_items, world.ana, OpenFilter()).ticked == 1


def ticked(world: World) -> list[str]:
    return [item.document.folio for item in world.call(agenda.ticked_items, world.ana)]


def test_a_page_is_ticked_at_once_and_what_is_ticked_elsewhere_stays_counted_and_named(world: World) -> None:
    with world.database.transaction() as session:
        samuel = session.get_one(CustomerRow, world.customers["CL003"])
        for n in range(9):
            factories.document(session, samuel, f"1{n}", series="A")
    world.call(agenda.tick, world.ana, world.documents["7"], on=True)
    for _ in range(2):
        world.call(agenda.tick_page, world.ana, OpenFilter(), 1)
        page = world.call(agenda.open_items, world.ana, OpenFilter(), 1)
        assert [item.ticked for item in page.items] == [True] * 5
        assert (page.ticked, page.elsewhere) == (6, ("7",))
    assert ticked(world) == ["7", "14", "15", "16", "17", "18"]
    of_ramiro = OpenFilter(customer_id=world.customers["CL002"])
    page = world.call(agenda.open_items, world.ana, of_ramiro)
    assert (page.count, page.ticked) == (2, 6)
    assert page.elsewhere == ("7", "A-14", "A-15", "A-16", "A-17", "A-18")
    world.call(agenda.tick_page, world.ana, of_ramiro, 99)
    page = world.call(agenda.open_items, world.ana, of_ramiro)
    assert ([item.ticked for item in page.items], page.ticked) == ([True, True], 8)


def test_ticking_an_empty_page_ticks_nothing(world: World) -> None:
    world.call(agenda.tick_page, world.ana, OpenFilter(customer_id=0), 0)
    world.call(agenda.tick_page, world.ana, OpenFilter(customer_id=world.customers["CL900"]), 0)
    assert ticked(world) == []


def test_what_is_overpaid_is_not_listed_ticked_or_offered(world: World) -> None:
    with world.database.transaction() as session:
        for folio in ("5", "7"):
            factories.application(session, session.get_one(DocumentRow, world.documents[folio]), 2842_01, TODAY)
        factories.application(session, session.get_one(DocumentRow, world.documents["8"]), 4872_00, date(2019, 7, 17))
    world.call(agenda.tick, world.ana, world.documents["7"], on=True)
    assert listed(world, OpenFilter()) == ["8", "9"]
    page = world.call(agenda.open_items, world.ana, OpenFilter())
    assert (page.count, page.ticked, page.elsewhere) == (2, 0, ())
    offered = world.call(agenda.customers_owing, world.ana, OpenFilter())
    assert [customer.code for customer in offered.customers] == ["CL002", "CL003"]


def test_the_agenda_of_one_customer_is_named_by_any_text_that_finds_it(world: World) -> None:
    for text in ("cl002", "ramiro", "aldana"):
        page = world.call(agenda.of_customer, world.ana, text)
        assert isinstance(page, AgendaPage)
        assert [item.document.folio for item in page.items] == ["5", "8"]
        assert page.customer is not None
        assert page.customer.code == "CL002"
    with pytest.raises(CustomerNotFound):
        world.call(agenda.of_customer, world.ana, "CL900")
    several = world.call(agenda.of_customer, world.ana, "ram")
    assert isinstance(several, CustomerPage)
    assert ([c.code for c in several.customers], several.text) == (["CL002", "CL003"], "ram")
    with world.database.transaction() as session:
        factories.document(session, session.get_one(CustomerRow, world.customers["CL001"]), "31", series="F")
    guessed = world.call(agenda.of_customer, world.ana, "F9")
    assert isinstance(guessed, CustomerPage)
    assert [c.code for c in guessed.customers] == ["CL003"]


def test_a_customer_of_another_s_is_not_named_by_the_filter(world: World) -> None:
    page = world.call(agenda.open_items, world.ana, OpenFilter(customer_id=world.customers["CL900"]))
    assert (page.customer, page.count) == (None, 0)
    assert world.call(agenda.open_items, world.ana, OpenFilter()).customer is None


def test_the_customers_offered_have_what_the_other_filters_list(world: World) -> None:
    world.call(scheduling.promise, world.ana, [world.documents["7"]], THE_23RD)
    with world.database.transaction() as session:
        for n in range(7):
            customer = factories.customer(session, f"CL1{n}")
            factories.document(session, customer, f"1{n}", issued=JULY, due=date(2019, 7, 15))
    now_of_one = OpenFilter(overdue=True, customer_id=world.customers["CL002"])
    late = world.call(agenda.customers_owing, world.ana, now_of_one)
    assert ([c.code for c in late.customers], late.pages) == ([f"CL1{n}" for n in range(7)], 1)
    assert late.only == OpenFilter(overdue=True)
    rest = world.call(agenda.customers_owing, world.ana, OpenFilter(without_promise=True), 7)
    assert ([c.code for c in rest.customers], rest.page, rest.pages) == (["CL16"], 1, 2)
