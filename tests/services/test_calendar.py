from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.calendar import Basis, Collector, View
from bot.domain.errors import CollectorGone
from bot.domain.money import Money, total
from bot.domain.people import Person
from bot.domain.receivables import ApplicationKind, DocumentKind
from bot.services import calendar, judgement, pictures, scheduling
from bot.store import audit
from bot.store.models import CustomerRow, DocumentRow, PersonRow, PictureRow
from tests import factories
from tests.services.world import NOW, THE_18TH, THE_23RD, TODAY, World, act

JULY, AUGUST = date(2019, 7, 1), date(2019, 8, 1)
DUE = View("MXN", Basis.DUE)
ANAS, BETOS = Collector("C1", "Ana"), Collector("C2", "Beto")


def of(collector: Collector, view: View = View("MXN")) -> View:  # noqa: B008 - a frozen value
    return replace(view, collector=collector.key)


def due(world: World, folio: str, on: date, **fields: object) -> int:
    """A document of Juan's, of 100 pesos unless said otherwise, that falls due on a day."""
    with world.database.transaction() as session:
        juan = session.get_one(CustomerRow, world.customers["CL001"])
        values: dict[str, object] = {"issued": JULY - timedelta(days=60), "total": 100_00, **fields}
        return factories.document(session, juan, folio, due=on, **values).id  # type: ignore[arg-type] # as given


def pay(world: World, document_id: int, minor: int, on: date = TODAY) -> None:
    with world.database.transaction() as session:
        factories.application(session, session.get_one(DocumentRow, document_id), minor, on)


def test_a_month_by_due_dates_holds_what_is_open_of_the_documents_due_on_each_day(world: World) -> None:
    the_12th = date(2019, 7, 12)
    part, _ = due(world, "101", the_12th), due(world, "102", the_12th)
    pay(world, part, 40_00)
    pay(world, due(world, "103", THE_23RD), 100_00)
    pay(world, due(world, "104", THE_18TH), 100_00, THE_18TH)  # not before the 18th
    pay(world, due(world, "105", THE_18TH), 150_00)
    due(world, "106", THE_18TH, kind=DocumentKind.CREDIT_NOTE)
    due(world, "107", THE_18TH, cancelled=True)
    due(world, "108", THE_18TH, issued=THE_18TH)
    due(world, "109", date(2019, 7, 31), currency="USD")
    due(world, "110", date(2019, 6, 30))
    month = world.call(calendar.month, world.ana, JULY, DUE)
    assert {on: (day.total.minor, day.count, day.broken) for on, day in month.days.items()} == {
        the_12th: (160_00, 2, True), THE_18TH: (100_00, 1, False),
    }  # fmt: skip
    assert (month.total, month.basis, month.currencies) == (Money(260_00), Basis.DUE, ("MXN", "USD"))
    assert world.call(calendar.month, world.beto, JULY, DUE).days == {}


def test_a_day_by_due_dates_lists_the_open_documents_with_their_promises(world: World) -> None:
    first, second = due(world, "101", THE_23RD), due(world, "102", THE_23RD)
    due(world, "103", THE_23RD, currency="USD")
    due(world, "104", THE_18TH)
    pay(world, first, 40_00)
    (made,) = world.call(scheduling.promise, world.ana, [second], THE_18TH)
    shown = world.call(calendar.due_day, world.ana, THE_23RD, DUE)
    assert [(i.document.id, i.balance.minor, i.promise) for i in shown.items] == [
        (first, 60_00, None), (second, 100_00, made.promise),
    ]  # fmt: skip
    assert shown.balance == total((item.balance for item in shown.items), "MXN")
    assert world.call(calendar.due_day, world.beto, THE_23RD, DUE).items == ()


def test_what_was_broken_marks_its_day_until_more_than_it_was_credited(world: World) -> None:
    seven = world.documents["7"]
    world.call(scheduling.promise, world.ana, [seven], THE_18TH)
    with world.database.transaction() as session:
        judgement.judge(session, THE_23RD, NOW, 1)
    later = act(world.ana, THE_23RD)
    assert world.call(calendar.month, later, JULY).days[THE_18TH].broken_count == 1
    with world.database.transaction() as session:
        document = session.get_one(DocumentRow, seven)
        factories.application(session, document, 3000_00, THE_23RD, kind=ApplicationKind.CREDIT_NOTE)
    month = world.call(calendar.month, later, JULY)
    assert (month.days, month.currencies) == ({}, ())


def promise_for_both(world: World) -> None:
    for folio in ("7", "70"):
        world.call(scheduling.promise, world.chief, [world.documents[folio]], THE_23RD)


def folios(world: World, person: Person, view: View) -> list[str]:
    return [item.document.folio for item in world.call(calendar.day, person, THE_23RD, view).items]


def test_a_supervisor_looks_at_one_collector_s_customers_or_at_all(world: World) -> None:
    promise_for_both(world)
    assert world.call(calendar.collectors, world.chief) == [ANAS, BETOS]
    for view, listed in ((View("MXN"), ["7", "70"]), (of(ANAS), ["7"]), (of(BETOS), ["70"])):
        month = world.call(calendar.month, world.chief, JULY, view)
        assert (month.count, month.choice, month.view) == (len(listed), True, view)
        assert folios(world, world.chief, view) == listed
    by_due = world.call(calendar.month, world.chief, AUGUST, of(BETOS, DUE))
    assert by_due.total == world.call(calendar.month, world.beto, AUGUST, DUE).total
    assert by_due.count


def test_a_collector_has_no_choice_and_never_sees_another_s_customers(world: World) -> None:
    promise_for_both(world)
    assert not world.call(calendar.month, world.ana, JULY).choice
    assert world.call(calendar.collectors, world.ana) == [ANAS]
    assert folios(world, world.ana, of(ANAS)) == ["7"]
    for view in (of(BETOS), of(BETOS, DUE), of(Collector("C3"))):
        with pytest.raises(CollectorGone):
            world.call(calendar.month, world.ana, JULY, view)
        for day in (calendar.day, calendar.due_day):
            with pytest.raises(CollectorGone):
                world.call(day, world.ana, THE_23RD, view)


def test_a_button_of_a_collector_without_customers_any_more_is_refused(world: World) -> None:
    with world.database.transaction() as session:
        session.get_one(CustomerRow, world.customers["CL900"]).collector_code = "C1"
    assert world.call(calendar.collectors, world.chief) == [ANAS]
    assert not world.call(calendar.month, world.chief, JULY).choice
    with pytest.raises(CollectorGone):
        world.call(calendar.month, world.chief, JULY, of(BETOS))


def test_a_collector_who_left_is_named_by_the_code_alone(world: World) -> None:
    with world.database.transaction() as session:
        session.get_one(PersonRow, world.beto.id).active = False
    assert world.call(calendar.collectors, world.chief) == [ANAS, Collector("C2")]


def test_pictures_stay_dark_until_they_are_wanted_light(world: World) -> None:
    assert not world.ana.dark
    for dark in (True, True, False):
        assert world.call(calendar.set_dark, world.ana, dark=dark).dark is dark
        with world.database.transaction() as session:
            assert session.get_one(PersonRow, world.ana.id).dark is dark
            assert not session.get_one(PersonRow, world.beto.id).dark


def test_a_picture_is_remembered_by_its_last_id_and_only_the_newest_are(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MOST", 2)
    with world.database.transaction() as session:
        assert pictures.file_id(session, "a") is None
        for n, (key, file_id) in enumerate((("a", "1"), ("b", "2"), ("a", "3"), ("c", "4"))):
            pictures.keep(session, key, file_id, NOW + timedelta(minutes=n))
        assert [pictures.file_id(session, key) for key in "abc"] == ["3", None, "4"]
        assert session.query(PictureRow).count() == 2


def test_looking_at_a_month_and_at_a_day_leaves_a_trace(world: World) -> None:
    world.call(calendar.month, act(world.ana), JULY)
    world.call(calendar.day, act(world.ana), THE_23RD, View("MXN"))
    world.call(calendar.due_day, act(world.ana), THE_18TH, DUE)
    with world.database.transaction() as session:
        assert audit.last_subjects(session, world.ana, "month", 9) == ["2019-07-01"]
        assert audit.last_subjects(session, world.ana, "day", 9) == ["2019-07-18", "2019-07-23"]
