from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.commands import DocumentReference, PromiseCommand, parse_promise, parse_reference, unquoted
from bot.domain.errors import PlanWithoutRhythm, Refusal, UnreadableDate
from bot.domain.money import parse_amount
from bot.domain.plans import Plan, Rhythm

TUESDAY = date(2019, 7, 16)
THE_23RD = date(2019, 7, 23)


def test_the_examples_of_the_mission_are_read_to_the_letter() -> None:
    understood = PromiseCommand(("7",), THE_23RD, None, "Pagaré con cheque")
    assert parse_promise('7 2019-07-23 "Pagaré con cheque"', TUESDAY) == understood
    assert parse_promise("7 2019-07-23 “Pagaré con cheque”", TUESDAY) == understood


@pytest.mark.parametrize(
    ("text", "comment"),
    [
        ('7 23/07 "Pagaré con cheque"', "Pagaré con cheque"),
        ("7 23/07 “Pagaré con cheque”", "Pagaré con cheque"),
        ("7 23/07 ”Pagaré con cheque”", "Pagaré con cheque"),
        ("7 23/07 „Pagaré con cheque“", "Pagaré con cheque"),
        ("7 23/07 «Pagaré con cheque»", "Pagaré con cheque"),
        ("7 23/07 « Pagaré con cheque »", "Pagaré con cheque"),
        ("7 23/07 ‹Pagaré con cheque›", "Pagaré con cheque"),
        ("7 23/07 'Pagaré con cheque'", "Pagaré con cheque"),
        ("7 23/07 ‘Pagaré con cheque’", "Pagaré con cheque"),
        ("7 23/07 Pagaré con cheque", "Pagaré con cheque"),
        ('7 23/07 "Pagaré con cheque', "Pagaré con cheque"),
        ("7 23/07 “Pagaré con cheque", "Pagaré con cheque"),
        ("7 23/07 «Pagaré con cheque", "Pagaré con cheque"),
        ('7 23/07 Pagaré con cheque"', "Pagaré con cheque"),
        ('7 23/07 ""', ""),
        ("7 23/07", ""),
        ("7 23/07\nPagaré con\ncheque", "Pagaré con cheque"),
        ('7 23/07 dice "el viernes" seguro', "dice el viernes seguro"),
        ('7 23/07 "uno" y "dos"', 'uno y "dos"'),
        ('7 23/07 "el 24/07 a las 10"', "el 24/07 a las 10"),
        ("7 23/07 pasa por él d'accord", "pasa por él d'accord"),
    ],
)
def test_a_comment_stands_in_any_quotes_or_none(text: str, comment: str) -> None:
    assert parse_promise(text, TUESDAY) == PromiseCommand(("7",), THE_23RD, None, comment)


@pytest.mark.parametrize(
    ("text", "amount", "comment"),
    [
        ("7 23/07 1624", "1624", ""),
        ("7 23/07 1,624.00", "1,624.00", ""),
        ("7 23/07 $1,624.00", "$1,624.00", ""),
        ("7 23/07 $ 1,624.00", "$1,624.00", ""),
        ("7 23/07 $1624 con cheque", "$1624", "con cheque"),
        ('7 23/07 1,624.00 "con cheque"', "1,624.00", "con cheque"),
        ('7 23/07 "con cheque" 1,624.00', "1,624.00", "con cheque"),
        ("7 1624 23/07", "1624", ""),
        ("7 $1,624.00 23/07 con cheque", "$1,624.00", "con cheque"),
        ("7 23/07 1624 200 más luego", "1624", "200 más luego"),
        ("7 23 jul 2500", "2500", ""),
        ("7 viernes 500", "500", ""),
        # Refused by parse_amount later: never taken for a comment, which would promise the whole balance.
        ("7 23/07 12,5", "12,5", ""),
        ("7 23/07 1.234,50", "1.234,50", ""),
        ("7 23/07 $mil", "$mil", ""),
        ("7 23/07 -500", "-500", ""),
        ("7 23/07 -$500", "-$500", ""),
        # A number within the words is a word.
        ("7 23/07 cheque 881", None, "cheque 881"),
        ("7 23/07 3a. vez que lo dice", None, "3a. vez que lo dice"),
    ],
)
def test_an_amount_may_stand_before_or_after_the_date(text: str, amount: str | None, comment: str) -> None:
    understood = parse_promise(text, TUESDAY)
    on = date(2019, 7, 19) if "viernes" in text else THE_23RD
    assert understood == PromiseCommand(("7",), on, amount, comment)


@pytest.mark.parametrize(
    ("text", "document", "on"),
    [
        ("7 2019-07-23", "7", THE_23RD),
        ("CFDI-21002 2019-07-23", "CFDI-21002", THE_23RD),
        ("CFDI 21002 2019-07-23", "CFDI-21002", THE_23RD),
        ("F21002 23 jul", "F21002", THE_23RD),
        ("F21002 23 de julio de 2019", "F21002", THE_23RD),
        ("7 hoy", "7", TUESDAY),
        ("7 mañana", "7", date(2019, 7, 17)),
        ("7 pasado mañana", "7", date(2019, 7, 18)),
        ("7 +3", "7", date(2019, 7, 19)),
        ("2019-07-23 7", "7", THE_23RD),
        ("hoy 7", "7", TUESDAY),
        ("viernes CFDI 21002", "CFDI-21002", date(2019, 7, 19)),
        ("7", "7", None),
        ("CFDI 21002", "CFDI-21002", None),
        *((f"{said} 7 viernes", "Fact-7", date(2019, 7, 19)) for said in ("Fact.", "Fact:")),
        ("Fact #7 viernes", "Fact-7", date(2019, 7, 19)),
        ("2019-07-23", None, THE_23RD),
        ("", None, None),
        ("   ", None, None),
    ],
)
def test_document_and_date_come_in_either_order_and_what_is_missing_stays_open(
    text: str, document: str | None, on: date | None
) -> None:
    assert parse_promise(text, TUESDAY) == PromiseCommand((document,) if document else (), on)


def test_a_promise_without_its_date_keeps_amount_and_comment() -> None:
    assert parse_promise('7 500 "con cheque"', TUESDAY) == PromiseCommand(("7",), None, "500", "con cheque")


@pytest.mark.parametrize(("text", "word"), [("7 luego", "luego"), ("7 31/06 x", "31/06"), ("7 500 ayer", "ayer")])
def test_what_stands_in_the_dates_place_and_is_none_is_refused(text: str, word: str) -> None:
    with pytest.raises(UnreadableDate) as refusal:
        parse_promise(text, TUESDAY)
    assert refusal.value.text == word


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.text(), st.text("7 23/07/19$,.“”\"«»'+-jul hoy", max_size=40)))
def test_no_line_does_worse_than_be_refused(text: str) -> None:
    try:
        understood = parse_promise(text, TUESDAY)
        for document in understood.documents:
            parse_reference(document)
        if understood.amount is not None:
            parse_amount(understood.amount)
    except Refusal:
        return


@settings(max_examples=100, deadline=None)
@given(st.dates(date(2019, 7, 16), date(2099, 12, 31)), st.integers(1, 10**9), st.text("abcdé ñ", max_size=20))
def test_what_is_typed_in_order_is_read_as_typed(on: date, minor: int, words: str) -> None:
    comment = " ".join(words.split())
    amount = f"{minor / 100:,.2f}"
    typed = f"CFDI-21002 {on:%d/%m/%Y} ${amount} “{comment}”"
    assert parse_promise(typed, TUESDAY) == PromiseCommand(("CFDI-21002",), on, f"${amount}", comment)


@pytest.mark.parametrize(
    ("text", "series", "folio"),
    [
        ("7", None, "7"), ("CFDI-21002", "CFDI", "21002"), ("CFDI 21002", "CFDI", "21002"),
        ("cfdi21002", "CFDI", "21002"),
        ("F21002", "F", "21002"), (" cfdi   21002 ", "CFDI", "21002"), ("7-b", None, "7-B"), ("año-7", "AÑO", "7"),
        ("2019/07", None, "2019/07"), ("Fact. 7", "FACT", "7"),
    ],
)  # fmt: skip
def test_a_document_is_named_by_folio_with_or_without_series(text: str, series: str | None, folio: str) -> None:
    assert parse_reference(text) == DocumentReference(series, folio)


@pytest.mark.parametrize("text", ["", "CFDI", "7 8", "#7", "CFDI--7", "$7", "7;"])
def test_what_names_no_document_is_none(text: str) -> None:
    assert parse_reference(text) is None


def test_a_message_full_of_folios_without_a_day_is_refused() -> None:
    with pytest.raises(UnreadableDate):
        parse_promise(" ".join(map(str, range(1000, 1800))), TUESDAY)


@pytest.mark.parametrize(
    "day",
    [
        *(
            "hoy en ocho",
            "mañana en 8 días",
            "viernes en quince",
            "el viernes de la próxima semana",
            "friday next week",
        ),
        *("lunes de la semana que entra", "viernes de la otra semana", "the friday after next", "friday week"),
        *("viernes de la otra", "lunes de la que entra", "viernes de la próxima quincena", "el viernes de ocho"),
        *("viernes dentro de 15 días", "viernes en dos semanas", "lunes del próximo mes", "el 30 del mes que entra"),
        *("friday august 2", "friday 2nd of august", "jueves primero de agosto", "jueves 1º de agosto"),
        *("viernes de agosto", "mañana 18/07", "hoy 17 de julio", "mañana viernes 19", "hoy, 17 de julio"),
        *("el otro viernes", "de este viernes en quince", "el próximo viernes", "la otra semana", "en ocho días"),
        *("friday the 26th", "friday 26th", "a fin de mes", "el día 30", "next friday", "in a week"),
    ],
)
@pytest.mark.parametrize("after", [" con cheque", "", ".", ":", " por transferencia", " paga todo", " habla antes"])
def test_a_day_that_is_put_off_by_a_week_is_not_taken_for_the_next_one(day: str, after: str) -> None:
    with pytest.raises(UnreadableDate) as refused:
        parse_promise(f"7 {day}{after}", TUESDAY)
    assert refused.value.text == day


@pytest.mark.parametrize("count", ["en dos pagos", "dos abonos", "2 pagos", "2x", "in two payments"])
def test_how_many_payments_a_plan_has_may_be_written_in_words(count: str) -> None:
    assert parse_promise(f"7 viernes {count} semanales", TUESDAY).plan == Plan(2, Rhythm.WEEKLY)
    with pytest.raises(PlanWithoutRhythm):
        parse_promise(f"7 viernes {count}", TUESDAY)


def test_a_pause_where_the_day_should_be_is_no_day() -> None:
    with pytest.raises(UnreadableDate):
        parse_promise("$ la + £ ,", TUESDAY)


@pytest.mark.parametrize(
    "day",
    [
        "mañana viernes",
        "hoy mañana",
        "mañana hoy",
        "mañana martes 500",
        "mañana, 18/07",
        "viernes, en dos semanas",
        "viernes de la otra 500",
        "viernes 500 semana que viene",
    ],
)
def test_another_day_that_ends_the_line_or_has_a_number_is_not_taken_for_a_comment(day: str) -> None:
    with pytest.raises(UnreadableDate):
        parse_promise(f"7 {day}", TUESDAY)


def test_documents_and_a_plan_are_read_in_english_too() -> None:
    typed = "7, 8 and 5 friday in 3 payments monthly by check"
    plan = Plan(3, Rhythm.MONTHLY)
    assert parse_promise(typed, TUESDAY) == PromiseCommand(("7", "8", "5"), date(2019, 7, 19), None, "by check", plan)


@pytest.mark.parametrize(
    ("typed", "on"),
    [
        *(("hoy 16 de julio", TUESDAY), ("hoy martes", TUESDAY), ("hoy, 16/07", TUESDAY)),
        *(("mañana miércoles 17", date(2019, 7, 17)), ("pasado mañana jueves", date(2019, 7, 18))),
    ],
)
def test_a_day_that_is_said_twice_is_that_day_and_no_amount(typed: str, on: date) -> None:
    read = parse_promise(f"7 {typed} con cheque", TUESDAY)
    assert (read.on, read.amount, read.comment) == (on, None, "con cheque")


@pytest.mark.parametrize(
    ("typed", "on", "comment"),
    [
        ("7 hoy en 15 minutos", TUESDAY, "en 15 minutos"),
        ("7 viernes en ocho partes", date(2019, 7, 19), "en ocho partes"),
        ("7 viernes en 8 cheques", date(2019, 7, 19), "en 8 cheques"),
        ("7 viernes en 8 depósitos", date(2019, 7, 19), "en 8 depósitos"),
        ("7 viernes en ocho mensualidades", date(2019, 7, 19), "en ocho mensualidades"),
        ("7 viernes en 8.30 horas", date(2019, 7, 19), "en 8.30 horas"),
        ("7 hoy, la otra semana ya no está", TUESDAY, "la otra semana ya no está"),
        ("7 viernes $500 la otra semana el resto", date(2019, 7, 19), "la otra semana el resto"),
        *(
            (f"7 viernes {comment}", date(2019, 7, 19), comment)
            for comment in (
                *("de la otra cuenta", "de la otra ruta", "en la próxima visita", "de la siguiente manera"),
                *("en 3 meses sin intereses", "Julio 5 pm", "Julio 55 1234 5678"),
            )
        ),
        *(
            (f"7 mañana {comment}", date(2019, 7, 17), comment)
            for comment in ("9-10 am", "10-12", "hoy no pudo", "Domingo paga", "jueves con cheque")
        ),
        ("7 mañana, hoy no pudo", date(2019, 7, 17), "hoy no pudo"),
        ("7 hoy lunes no pagó", TUESDAY, "lunes no pagó"),
        *((f"7 friday {said}", date(2019, 7, 19), said) for said in ("2nd invoice", "3rd notice", "1st floor")),
        ("7 viernes, en dos semanas el resto", date(2019, 7, 19), "en dos semanas el resto"),
        ("7 viernes de 8 a 10", date(2019, 7, 19), "de 8 a 10"),
        ("7 viernes, en agosto el resto", date(2019, 7, 19), "en agosto el resto"),
        ("7 hoy, el viernes el resto", TUESDAY, "el viernes el resto"),
        ("7 viernes Julio paga en caja", date(2019, 7, 19), "Julio paga en caja"),
        ("7 mañana 9.12 hrs", date(2019, 7, 17), "9.12 hrs"),
        ("7 23/07, el próximo mes el resto", THE_23RD, "el próximo mes el resto"),
        ("7 viernes en Julio Verne 45", date(2019, 7, 19), "en Julio Verne 45"),
        ("7 friday 2nd payment", date(2019, 7, 19), "2nd payment"),
        ("7 viernes que viene", date(2019, 7, 19), "que viene"),
        ("7 23/07 de la próxima semana", THE_23RD, "de la próxima semana"),
    ],
)
def test_words_after_a_day_that_do_not_put_it_off_are_a_comment(typed: str, on: date, comment: str) -> None:
    read = parse_promise(typed, TUESDAY)
    assert (read.on, read.comment) == (on, comment)


@pytest.mark.parametrize(
    ("typed", "comment"),
    [
        *(("“Pagaré con cheque”", "Pagaré con cheque"), ("«Pagaré»", "Pagaré"), ('"Pagaré', "Pagaré"), ('""', "")),
        *(("Pagaré", "Pagaré"), ("dijo «luego»", "dijo «luego»"), ("«hoy» o «mañana»", "«hoy» o «mañana»"), ("", "")),
    ],
)
def test_a_comment_typed_by_itself_loses_the_quotes_around_it(typed: str, comment: str) -> None:
    assert unquoted(typed) == comment
