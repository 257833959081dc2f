"""What a screen prints as a total is the sum of the rows it prints, or says how many documents it is of."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.domain.agenda import DayList, Expected, Today
from bot.domain.calendar import View
from bot.domain.money import Money
from bot.domain.plans import MAX_INSTALLMENTS, Plan, Rhythm
from bot.domain.scheduling import History, Recorded
from bot.domain.statement import Statement
from bot.i18n import ENGLISH, language
from bot.presenters import agenda, calendar, promise, statement
from bot.presenters.reply import Reply
from tests.presenters import printed
from tests.presenters.printed import Printed
from tests.presenters.values import JUAN, TODAY, document, expected, scheduling, two_currencies
from tests.presenters.values import promise as a_promise
from tests.render.test_totals import statements

SPEECH = language(ENGLISH)
FORMS = (printed.plain, printed.rich)
Form = Callable[[Reply], list[Printed]]

cents = st.integers(min_value=1, max_value=99_999_999_99)
currencies = st.sampled_from(["MXN", "USD"])
in_each_form = pytest.mark.parametrize("form", FORMS, ids=["plain", "rich"])


@st.composite
def due(draw: st.DrawFn, *, at_most: int = 17) -> list[Expected]:
    """Promises, some of them in part, on documents that are open in part."""
    items = []
    for n, (low, middle, high, currency) in enumerate(
        draw(st.lists(st.tuples(cents, cents, cents, currencies), min_size=1, max_size=at_most)), 1
    ):
        promised, balance, total = sorted((low, middle, high))
        of = document(n, total, JUAN, currency)
        items.append(expected(of, JUAN, a_promise(of, TODAY, cents=promised), balance=balance))
    return items


def assert_adds_up(pages: Iterable[list[Printed]]) -> None:
    """Over the pages of one list: whole where nothing is said, else the whole that is said."""
    seen: dict[tuple[str, int], list[Printed]] = {}
    for page in pages:
        for found in page:
            seen.setdefault((found.currency, len(found.total)), []).append(found)
    assert seen
    for shown in seen.values():
        rows = [row for found in shown for row in found.rows]
        assert {found.total for found in shown} == {printed.sums(rows)}
        assert {found.covers for found in shown} == {None if len(shown) == 1 else len(rows)}


@in_each_form
@settings(max_examples=20, deadline=None)
@given(shown=statements())
def test_statement(form: Form, shown: Statement) -> None:
    assume(shown.sections)
    count = sum(len(section.rows) + len(section.credits) for section in shown.sections)
    pages = [form(statement.statement(shown, SPEECH, page)) for page in range(-(-count // statement.PAGE))]
    assert sum(len(found.rows) for page in pages for found in page) == count
    assert_adds_up(pages)


@in_each_form
@settings(max_examples=20, deadline=None)
@given(items=due())
def test_day(form: Form, items: list[Expected]) -> None:
    pesos = tuple(item for item in items if item.balance.currency == "MXN")
    assume(pesos)
    day = DayList(TODAY, TODAY, "MXN", pesos)
    pages = range(-(-len(pesos) // calendar.DAY_PAGE))
    assert_adds_up(form(calendar.day(day, View("MXN"), SPEECH, page)) for page in pages)


@in_each_form
@settings(max_examples=20, deadline=None)
@given(items=due(at_most=30))
def test_todays_lists(form: Form, items: list[Expected]) -> None:
    # Of every other one part has been paid since.
    items = [
        replace(i, balance=Money(i.promise.amount.minor // 2 + 1, i.balance.currency)) for i in items[::2]
    ] + items[1::2]
    by_currency = {"$": [i for i in items if i.balance.currency == "MXN"]}
    by_currency["USD"] = [i for i in items if i not in by_currency["$"]]
    lists = tuple(DayList(TODAY, TODAY, each[0].balance.currency, tuple(each)) for each in by_currency.values() if each)
    size = agenda.TODAY_ROWS // (2 * len(lists))
    seen: dict[str, list[Printed]] = {"$": [], "USD": []}
    for page in range(max(-(-len(each.items) // size) for each in lists)):
        for found in form(agenda.today(Today(TODAY, lists, lists), SPEECH, page)):
            seen[found.currency].append(found)
    for currency, whole in by_currency.items():
        left = [min(item.promise.amount.minor, item.balance.minor) for item in whole]
        promised = [item.promise.amount.minor for item in whole]
        for found in seen[currency]:
            assert [int(column * 100) for column in found.total] == [sum(promised), sum(left)]
            assert found.covers == (None if len(found.rows) == len(whole) else len(whole))
        # Due and broken alike: each stands on one page.
        rows = [[int(cell * 100) for cell in row] for found in seen[currency] for row in found.rows]
        assert sorted(rows) == sorted([promised[n], left[n]] for n in range(len(whole)) for _ in range(2))


@in_each_form
@settings(max_examples=20, deadline=None)
@given(items=due(at_most=25))
def test_several_documents_to_confirm_and_recorded(form: Form, items: list[Expected]) -> None:
    documents = [item.document for item in items]
    asked = promise.question(scheduling(*documents, on=TODAY, comment=""), TODAY, SPEECH)
    made = [Recorded(item.promise, History(item.document, JUAN, (item.promise,)), rescheduled=False) for item in items]
    answered = promise.recorded([made[0], *made], SPEECH)
    for reply, amounts in (
        (asked, [item.document.total for item in items]),
        (answered, [items[0].promise.amount, *(item.promise.amount for item in items)]),
    ):
        shown = form(reply)
        assert {found.currency == "$" for found in shown} == {amount.currency == "MXN" for amount in amounts}
        for found in shown:
            whole = [(a.decimal,) for a in amounts if (a.currency == "MXN") == (found.currency == "$")]
            assert found.total == printed.sums(whole)
            assert found.covers == (len(whole) if len(amounts) > promise.LISTED else None)
            assert found.covers or found.total == found.sums


@in_each_form
@settings(max_examples=20, deadline=None)
@given(cents=cents, currency=currencies, count=st.integers(2, MAX_INSTALLMENTS))
def test_a_plan_recorded_and_asked_about(form: Form, cents: int, currency: str, count: int) -> None:
    assume(cents >= count)
    of = document(1, cents, JUAN, currency)
    shares = Plan(count, Rhythm.MONTHLY).installments(of.total, TODAY)
    made = tuple(
        replace(a_promise(of, on, n, cents=share.minor), installment=n, installments=count)
        for n, (on, share) in enumerate(shares, 1)
    )
    shown = History(of, JUAN, made)
    once, several = Recorded(made[0], shown, rescheduled=False), [Recorded(made[0], shown, rescheduled=False)] * 2
    for reply, rows in ((promise.recorded([once], SPEECH), count), (promise.ask_withdrawal(shown, SPEECH), count)):
        (found,) = form(reply)
        assert (len(found.rows), found.total, found.sums) == (rows, (of.total.decimal,), (of.total.decimal,))
    (together,) = form(promise.recorded(several, SPEECH))
    assert (together.total, together.sums) == ((2 * of.total.decimal,),) * 2


@in_each_form
def test_the_reader_of_these_tests_sees_a_wrong_total(form: Form) -> None:
    right = statement.statement(two_currencies(), SPEECH, 1)
    wrong = replace(
        right,
        plain=right.plain.replace("TOTALS USD 480.00", "TOTALS USD 480.01"),
        rich=right.rich.replace("<b>USD 480.00</b>", "<b>USD 480.01</b>"),
    )
    assert form(right)[-1].total == form(right)[-1].sums
    assert form(wrong)[-1].total != form(wrong)[-1].sums
