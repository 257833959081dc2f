from dataclasses import replace

import pytest

from bot.domain.agenda import AgendaPage, DayList, OpenFilter, Today
from bot.i18n import SPANISH, language
from bot.presenters import agenda
from bot.presenters.month_keyboard import holidays_of, month_to_tap
from bot.presenters.reply import Button, Reply, columns
from tests.presenters.values import RAMIRO, TODAY, agenda_page, customers_page, document, expected, middle_page
from tests.presenters.values import promise as a_promise

SPEECH = language(SPANISH)


def button(reply: Reply, start: str) -> Button | None:
    return next((b for row in reply.keyboard for b in row if b.text.startswith(start)), None)


@pytest.mark.parametrize(("text", "width"), [("x" * 11, 3), ("x" * 12, 2), ("x" * 19, 2), ("x" * 20, 1)])
def test_buttons_stand_beside_each_other_as_far_as_their_texts_have_room(text: str, width: int) -> None:
    short = Button("short", "x")
    shown = columns([short, short, short, Button(text, "x"), short])
    assert {len(row) for row in shown[:-1]} == {width}
    assert sum(map(len, shown)) == 5


def test_a_page_is_offered_to_tick_while_a_box_on_it_is_clear_and_to_clear_while_one_is_ticked_anywhere() -> None:
    some, none, whole = agenda_page(), agenda_page(ticked=False), customers_page()
    elsewhere = replace(none, ticked=1, elsewhere=("12",))
    empty = AgendaPage((), 0, 1, 0, 0, OpenFilter(), TODAY)
    offered = [
        tuple(bool(button(agenda.agenda(shown, SPEECH), start)) for start in ("☑ Marcar", "✕ Quitar", "📅 Agendar"))
        for shown in (some, none, whole, elsewhere, empty)
    ]
    assert offered == [
        (True, True, True), (True, False, False), (False, True, True), (True, True, True), (False, False, False),
    ]  # fmt: skip


def test_each_filter_is_turned_on_and_off_without_losing_the_others() -> None:
    shown = replace(middle_page(), only=OpenFilter(overdue=True, without_promise=True, customer_id=2), customer=RAMIRO)
    reply = agenda.agenda(shown, SPEECH)
    codes = [button(reply, f"● {text}") for text in ("Solo vencidos", "Sin promesa", "CL002 Ramiro Aldana")]
    assert [found.data if found else None for found in codes] == ["ag:0:c2p", "ag:0:c2o", "ag:0:op"]


def test_a_filter_by_a_customer_who_is_no_longer_in_the_portfolio_can_be_turned_off() -> None:
    gone = button(agenda.agenda(middle_page(), SPEECH), "● Un cliente")
    assert gone == Button("● Un cliente", "ag:0:o")


@pytest.mark.parametrize("code", ["c" + "9" * 19, "c\N{ARABIC-INDIC DIGIT ONE}", "c", "po", "c12x"])
def test_what_is_no_filter_of_ours_filters_nothing(code: str) -> None:
    assert agenda.read_filter(code) == OpenFilter()


def test_bank_holidays_on_the_keyboard_are_named_and_those_gone_by_are_not() -> None:
    september, december = TODAY.replace(month=9), TODAY.replace(month=12, day=24)
    assert holidays_of(september, TODAY) == ["·16· Día de la Independencia"]
    assert holidays_of(december, TODAY) == ["·12· Día del Empleado Bancario", "·25· Navidad"]
    assert holidays_of(december, december) == ["·25· Navidad"]
    for month, today in ((september, TODAY), (december, december), (TODAY.replace(year=2030), TODAY)):
        days = {b.text for row in month_to_tap(month, today, SPEECH, day="{}", turn="{}") for b in row}
        named = {line.split()[0] for line in holidays_of(month, today)}
        assert named <= days


@pytest.mark.parametrize(("due", "broken", "pages"), [(30, 30, 5), (1, 13, 3), (13, 0, 2), (12, 0, 1), (0, 0, 1)])
def test_each_of_todays_documents_stands_on_one_page_with_its_buttons(due: int, broken: int, pages: int) -> None:
    def listed(first: int, count: int) -> tuple[DayList, ...]:
        of = [document(first + n, n * 100_00, RAMIRO) for n in range(1, count + 1)]
        items = tuple(expected(each, RAMIRO, a_promise(each, TODAY)) for each in of)
        return (DayList(TODAY, TODAY, "MXN", items),) if items else ()

    shown = Today(TODAY, listed(0, due), listed(100, broken))
    replies = [agenda.today(shown, SPEECH, page) for page in range(pages)]
    assert [bool(button(reply, "▶")) for reply in replies] == [True] * (pages - 1) + [False]
    assert agenda.today(shown, SPEECH, 99) == replies[-1]
    cells = [b.data for reply in replies for row in reply.in_cells for b in row if b.data.startswith("hi:")]
    assert sorted(cells) == sorted(f"hi:{n}" for n in range(1, due + 1))
    again = [b.data for reply in replies for row in reply.keyboard for b in row if b.data.startswith("pr:")]
    assert sorted(again) == sorted(f"pr:{100 + n}" for n in range(1, broken + 1))
    assert not any("/agenda" in text for reply in replies for text in (reply.plain, reply.rich))


def test_the_documents_of_a_total_are_counted_once_each_though_several_payments_of_their_plans_are_listed() -> None:
    of = [document(n, n * 100_00, RAMIRO) for n in range(1, 9)]
    broken = tuple(expected(each, RAMIRO, a_promise(each, TODAY)) for each in of for _ in range(2))
    shown = agenda.today(Today(TODAY, (), (DayList(TODAY, TODAY, "MXN", broken),)), SPEECH)
    assert "TOTALES (8 documentos)" in shown.plain
