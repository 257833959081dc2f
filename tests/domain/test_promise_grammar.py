"""Lines as a thumb types them after `/promesa`, on Tuesday 16 July 2019, and what is understood or refused."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.commands import PromiseCommand, parse_promise
from bot.domain.errors import (
    AmountOrComment,
    DateOrDocument,
    PlanSize,
    PlanWithoutRhythm,
    Refusal,
    UnreadableAmount,
    UnreadableDate,
)
from bot.domain.plans import Plan, Rhythm

TUESDAY = date(2019, 7, 16)
PLAN = Plan(3, Rhythm.WEEKLY)


def day(text: str) -> date:
    return date.fromisoformat(f"2019-{text}")


TABLE: list[tuple[str, PromiseCommand]] = [
    # The document and the day.
    ('7 2019-07-23 "Pagaré con cheque"', PromiseCommand(("7",), day("07-23"), None, "Pagaré con cheque")),
    ("7 2019/07/23", PromiseCommand(("7",), day("07-23"))),
    ("7 23/7/19", PromiseCommand(("7",), day("07-23"))),
    ("7 23-07-2019", PromiseCommand(("7",), day("07-23"))),
    ("7 23.07", PromiseCommand(("7",), day("07-23"))),
    ("7 23jul", PromiseCommand(("7",), day("07-23"))),
    ("7 23 de Julio", PromiseCommand(("7",), day("07-23"))),
    ("7 el 23", PromiseCommand(("7",), day("07-23"))),
    ("7 el 15", PromiseCommand(("7",), day("08-15"))),
    ("7 para el 23 de julio de 2019", PromiseCommand(("7",), day("07-23"))),
    ("7 el viernes", PromiseCommand(("7",), day("07-19"))),
    ("7 este viernes", PromiseCommand(("7",), day("07-19"))),
    ("7 viernes 19", PromiseCommand(("7",), day("07-19"))),
    ("7 viernes 26 de julio", PromiseCommand(("7",), day("07-26"))),
    ("7 martes, 23/07", PromiseCommand(("7",), day("07-23"))),
    ("7 MARTES", PromiseCommand(("7",), day("07-23"))),
    ("7 martes 23", PromiseCommand(("7",), day("07-23"))),
    ("7 martes 500", PromiseCommand(("7",), day("07-23"), "500")),
    ("7 martes 23 500 con cheque", PromiseCommand(("7",), day("07-23"), "500", "con cheque")),
    ("7 miercoles", PromiseCommand(("7",), day("07-17"))),
    ("7 Mañana", PromiseCommand(("7",), day("07-17"))),
    ("7 manana", PromiseCommand(("7",), day("07-17"))),
    ("7 +8", PromiseCommand(("7",), day("07-24"))),
    ("7, 23/07, con cheque", PromiseCommand(("7",), day("07-23"), None, "con cheque")),
    ("  7   23/07  ", PromiseCommand(("7",), day("07-23"))),
    ("cfdi21002 23/07", PromiseCommand(("cfdi21002",), day("07-23"))),
    ("fact 7 hoy", PromiseCommand(("fact-7",), TUESDAY)),
    # In another order.
    ("23/07 7", PromiseCommand(("7",), day("07-23"))),
    ("23 de julio 7", PromiseCommand(("7",), day("07-23"))),
    ("23 jul, 7", PromiseCommand(("7",), day("07-23"))),
    ("23 jul 21002", PromiseCommand(("21002",), day("07-23"))),
    ("23 jul F7", PromiseCommand(("F7",), day("07-23"))),
    ("25 jun 31", PromiseCommand(("31",), date(2020, 6, 25))),
    ("23 de julio de 2019 CFDI 21002", PromiseCommand(("CFDI-21002",), day("07-23"))),
    ("pasado mañana 7", PromiseCommand(("7",), day("07-18"))),
    ("el viernes 7 con cheque", PromiseCommand(("7",), day("07-19"), None, "con cheque")),
    ("«Pagaré con cheque» 7 23/07", PromiseCommand(("7",), day("07-23"), None, "Pagaré con cheque")),
    ("'Pagaré con cheque' 7 23/07", PromiseCommand(("7",), day("07-23"), None, "Pagaré con cheque")),
    ("7 “con cheque” 23/07 $500", PromiseCommand(("7",), day("07-23"), "$500", "con cheque")),
    ("$1,624.00 7 23/07", PromiseCommand(("7",), day("07-23"), "$1,624.00")),
    ("1624.50 7 23/07", PromiseCommand(("7",), day("07-23"), "1624.50")),
    ("7 500 23/07", PromiseCommand(("7",), day("07-23"), "500")),
    # Two blanks become a full stop.
    ("7. viernes. con cheque.", PromiseCommand(("7",), day("07-19"), None, "con cheque.")),
    ("7 viernes 3x. semanal. 900.", PromiseCommand(("7",), day("07-19"), "900", "", Plan(3, Rhythm.WEEKLY))),
    # The amount.
    ("7 23/07 $1,624", PromiseCommand(("7",), day("07-23"), "$1,624")),
    ("7 23/07 1624.5", PromiseCommand(("7",), day("07-23"), "1624.5")),
    ("7 23/07 $ 1624", PromiseCommand(("7",), day("07-23"), "$1624")),
    ("7 23/07 1624$", PromiseCommand(("7",), day("07-23"), "1624$")),
    ("7 23/07, 1624, en efectivo", PromiseCommand(("7",), day("07-23"), "1624", "en efectivo")),
    ("7 23/07 1624. Pasa el lunes", PromiseCommand(("7",), day("07-23"), "1624", "Pasa el lunes")),
    ("7 23/07 500 pesos en efectivo", PromiseCommand(("7",), day("07-23"), "500 pesos", "en efectivo")),
    ("7 500 USD 23/07", PromiseCommand(("7",), day("07-23"), "500 USD")),
    ("7 viernes 500", PromiseCommand(("7",), day("07-19"), "500")),
    ("7 12.50 23/07", PromiseCommand(("7",), day("07-23"), "12.50")),
    ("7 1.5 viernes", PromiseCommand(("7",), day("07-19"), "1.5")),
    ("7 8 viernes", PromiseCommand(("7",), day("07-19"), "8")),
    # Refused as an amount by who looks the document up: no day is called so.
    ("7 viernes 0", PromiseCommand(("7",), day("07-19"), "0")),
    ("7 viernes 00 con cheque", PromiseCommand(("7",), day("07-19"), "00", "con cheque")),
    # Thousands in a word: refused whole by who looks the document up.
    ("7 23/07 2 mil pesos, con cheque", PromiseCommand(("7",), day("07-23"), "2 mil pesos", "con cheque")),
    ("7 23/07 $1.5 Mil", PromiseCommand(("7",), day("07-23"), "$1.5 Mil")),
    ("7 viernes 2k", PromiseCommand(("7",), day("07-19"), "2k")),
    ("7 viernes 20mil en efectivo", PromiseCommand(("7",), day("07-19"), "20mil", "en efectivo")),
    ("7 23/07 1,500 mil gracias", PromiseCommand(("7",), day("07-23"), "1,500", "mil gracias")),
    ("500 dollars 7 friday", PromiseCommand(("7",), day("07-19"), "500 dollars")),
    ("7 23/07 mil gracias", PromiseCommand(("7",), day("07-23"), None, "mil gracias")),
    ("7 23/07 mil pesos en cheque", PromiseCommand(("7",), day("07-23"), None, "mil pesos en cheque")),
    ('7 23/07 "mil pesos"', PromiseCommand(("7",), day("07-23"), None, "mil pesos")),
    # After a month's name two digits are a year where they are one of about now.
    ("7 23 jul 19", PromiseCommand(("7",), day("07-23"))),
    ("7 23 de julio de 19 $500", PromiseCommand(("7",), day("07-23"), "$500")),
    ("7 23 jul 19 pesos", PromiseCommand(("7",), day("07-23"), "19 pesos")),
    ("7 23 jul 50", PromiseCommand(("7",), day("07-23"), "50")),
    # The comment.
    ("7 23/07 - pasa por él", PromiseCommand(("7",), day("07-23"), None, "pasa por él")),
    ("7 23/07: con cheque", PromiseCommand(("7",), day("07-23"), None, "con cheque")),
    ("7 23/07 `con cheque`", PromiseCommand(("7",), day("07-23"), None, "con cheque")),
    ("7 23/07 \N{ACUTE ACCENT}con cheque\N{ACUTE ACCENT}", PromiseCommand(("7",), day("07-23"), None, "con cheque")),
    ("7 23/07 ❝con cheque❞", PromiseCommand(("7",), day("07-23"), None, "con cheque")),
    ("7 23/07 viernes le dan el dinero", PromiseCommand(("7",), day("07-23"), None, "viernes le dan el dinero")),
    ("7 23/07 paga en 2 pagos", PromiseCommand(("7",), day("07-23"), None, "paga en 2 pagos")),
    ("7 23/07 mensual", PromiseCommand(("7",), day("07-23"), None, "mensual")),
    ('7 23/07 "con cheque $500"', PromiseCommand(("7",), day("07-23"), None, "con cheque $500")),
    ("7 23/07 500 de $2,842.00", PromiseCommand(("7",), day("07-23"), "500", "de $2,842.00")),
    ("7 23/07 a las 10.30", PromiseCommand(("7",), day("07-23"), None, "a las 10.30")),
    ("7 23/07 10:30", PromiseCommand(("7",), day("07-23"), None, "10:30")),
    ("7 23/07 3 cheques", PromiseCommand(("7",), day("07-23"), None, "3 cheques")),
    ("7 mañana 5 pm con cheque", PromiseCommand(("7",), day("07-17"), None, "5 pm con cheque")),
    ("7 hoy 5.30 p.m.", PromiseCommand(("7",), TUESDAY, None, "5.30 p.m.")),
    ("7 hoy 12 hrs", PromiseCommand(("7",), TUESDAY, None, "12 hrs")),
    ("7 hoy 5 y media", PromiseCommand(("7",), TUESDAY, None, "5 y media")),
    ("7 hoy 9 a 10 am", PromiseCommand(("7",), TUESDAY, None, "9 a 10 am")),
    ("7 500 mañana 5 pm", PromiseCommand(("7",), day("07-17"), "500", "5 pm")),
    ("7 500 23/07 2 cheques", PromiseCommand(("7",), day("07-23"), "500", "2 cheques")),
    # The hour is no day either, though 2 August is a Friday, nor a year, nor a document.
    ("7 viernes 2 pm", PromiseCommand(("7",), day("07-19"), None, "2 pm")),
    ("7 friday 10 a.m. by check", PromiseCommand(("7",), day("07-19"), None, "10 a.m. by check")),
    ("7 23 jul 20 hrs", PromiseCommand(("7",), day("07-23"), None, "20 hrs")),
    ("lunes 5 pm", PromiseCommand((), day("07-22"), None, "5 pm")),
    ("7 viernes 26 x transferencia", PromiseCommand(("7",), day("07-26"), None, "x transferencia")),
    ("7 viernes 20 pesos", PromiseCommand(("7",), day("07-19"), "20 pesos")),
    ("7 23/07 5 de la tarde", PromiseCommand(("7",), day("07-23"), None, "5 de la tarde")),
    ("7 23/07 15 días de retraso", PromiseCommand(("7",), day("07-23"), None, "15 días de retraso")),
    ("7 23/07 20 de abono", PromiseCommand(("7",), day("07-23"), "20", "de abono")),
    ("7 23/07 $900 en 3 cheques", PromiseCommand(("7",), day("07-23"), "$900", "en 3 cheques")),
    ("7 23/07 #881", PromiseCommand(("7",), day("07-23"), None, "#881")),
    # A currency by its code, in capitals beside a number; a word of three letters is one, and may be a series.
    ("7 23/07 JPY 100", PromiseCommand(("7",), day("07-23"), "100 JPY")),
    ("7 23/07 500 CAD", PromiseCommand(("7",), day("07-23"), "500 CAD")),
    ("7 500 23/07 dls, cheque", PromiseCommand(("7",), day("07-23"), "500 dls", "cheque")),
    ("7 23/07 500 top", PromiseCommand(("7",), day("07-23"), "500", "top")),
    ("CAD 500 23/07", PromiseCommand(("CAD-500",), day("07-23"))),
    ("CAD500 23/07", PromiseCommand(("CAD500",), day("07-23"))),
    ("7 +3 👍", PromiseCommand(("7",), day("07-19"), None, "👍")),
    # Several documents.
    ("martes 23", PromiseCommand(("23",), day("07-23"))),
    ("el 23 7", PromiseCommand(("7",), day("07-23"))),
    ("7,8,9 23/07", PromiseCommand(("7", "8", "9"), day("07-23"))),
    ("7, 8, 9 23 jul", PromiseCommand(("7", "8", "9"), day("07-23"))),
    ("7 , 8 23 jul", PromiseCommand(("7", "8"), day("07-23"))),
    ("7;8 hoy", PromiseCommand(("7", "8"), TUESDAY)),
    ("7 y 8 viernes con cheque", PromiseCommand(("7", "8"), day("07-19"), None, "con cheque")),
    ("7, 8 y 9 el viernes", PromiseCommand(("7", "8", "9"), day("07-19"))),
    ("7 8 9 viernes", PromiseCommand(("7", "8", "9"), day("07-19"))),
    ("7 8 9 23 jul", PromiseCommand(("7", "8", "9"), day("07-23"))),
    ("viernes 7 8 9", PromiseCommand(("7", "8", "9"), day("07-19"))),
    ("7 8 9 “con cheque” viernes", PromiseCommand(("7", "8", "9"), day("07-19"), None, "con cheque")),
    ("CFDI 21002, CFDI-21003 y F7 mañana", PromiseCommand(("CFDI-21002", "CFDI-21003", "F7"), day("07-17"))),
    ("CFDI 21002,21003 hoy", PromiseCommand(("CFDI-21002", "21003"), TUESDAY)),
    ("“juntas” CFDI-1,CFDI-2 hoy gracias", PromiseCommand(("CFDI-1", "CFDI-2"), TUESDAY, None, "juntas gracias")),
    ("7,8,9", PromiseCommand(("7", "8", "9"))),
    # An amount for several: refused by who looks the documents up, and never taken for a document.
    ("7 8 9 viernes 500", PromiseCommand(("7", "8", "9"), day("07-19"), "500")),
    ("7 8 viernes 500", PromiseCommand(("7", "8"), day("07-19"), "500")),
    ("7, 8, $500, viernes", PromiseCommand(("7", "8"), day("07-19"), "$500")),
    # Plans.
    ("7 3x 2019-07-23 semanal", PromiseCommand(("7",), day("07-23"), plan=PLAN)),
    ("7 semanal 3X 23/07 $900 “con cheque”", PromiseCommand(("7",), day("07-23"), "$900", "con cheque", PLAN)),
    ("3x 7 23/07 cada semana", PromiseCommand(("7",), day("07-23"), plan=PLAN)),
    ("7 viernes 3 pagos semanales", PromiseCommand(("7",), day("07-19"), plan=PLAN)),
    # A number of payments that would also be a day of the month on that weekday.
    ("7 viernes 2 pagos semanales", PromiseCommand(("7",), day("07-19"), plan=Plan(2, Rhythm.WEEKLY))),
    ("7 martes 6 pagos mensuales", PromiseCommand(("7",), day("07-23"), plan=Plan(6, Rhythm.MONTHLY))),
    ("7 viernes 500pesos", PromiseCommand(("7",), day("07-19"), "500 pesos")),
    ("7 500mxn viernes con cheque", PromiseCommand(("7",), day("07-19"), "500 mxn", "con cheque")),
    ('7 viernes "con cheque" $1,000.50pesos', PromiseCommand(("7",), day("07-19"), "$1,000.50 pesos", "con cheque")),
    ("7 5 viernes 500pesos", PromiseCommand(("7", "5"), day("07-19"), "500 pesos")),
    # The currency before the amount, as the bot itself writes it: else all of the balance would be promised.
    ("7 viernes USD 500", PromiseCommand(("7",), day("07-19"), "500 USD")),
    ("7 pesos $ 500 viernes cheque", PromiseCommand(("7",), day("07-19"), "$500 pesos", "cheque")),
    ("7 viernes US$500, cheque", PromiseCommand(("7",), day("07-19"), "500 US$", "cheque")),
    ('7 viernes "con cheque" €1,000.50', PromiseCommand(("7",), day("07-19"), "1,000.50 €", "con cheque")),
    ("7 viernes 500.00 MXN.", PromiseCommand(("7",), day("07-19"), "500.00 MXN.")),
    ("7 5 viernes USD 500", PromiseCommand(("7", "5"), day("07-19"), "500 USD")),
    ("7 23/07 1 624.00 cheque", PromiseCommand(("7",), day("07-23"), "1 624.00", "cheque")),
    ("7 friday 100 dollars", PromiseCommand(("7",), day("07-19"), "100 dollars")),
    ("7 friday 100 US dollars", PromiseCommand(("7",), day("07-19"), "100 US dollars")),
    ("$500 usd 881 viernes", PromiseCommand(("881",), day("07-19"), "$500 usd")),
    ("$500 881 viernes", PromiseCommand(("881",), day("07-19"), "$500")),
    ("7 viernes en pesos", PromiseCommand(("7",), day("07-19"), None, "en pesos")),
    ("7 viernes 500cajas", PromiseCommand(("7",), day("07-19"), None, "500cajas")),
    ("7 viernes 500pesos en 2 partes", PromiseCommand(("7",), day("07-19"), "500 pesos", "en 2 partes")),
    # A number with its currency is no folio.
    ("500 pesos 7 viernes", PromiseCommand(("7",), day("07-19"), "500 pesos")),
    ("500pesos 7 viernes", PromiseCommand(("7",), day("07-19"), "500 pesos")),
    ("7 23/07 1 624 cheque", PromiseCommand(("7",), day("07-23"), "1 624", "cheque")),
    ("viernes 7 8 9 USD", PromiseCommand(("7", "8"), day("07-19"), "9 USD")),
    ("viernes 7 8 500.", PromiseCommand(("7", "8"), day("07-19"), "500")),
    ("7 viernes 5oo$ con cheque", PromiseCommand(("7",), day("07-19"), "5oo$", "con cheque")),
    ("7 viernes -$5oo", PromiseCommand(("7",), day("07-19"), "-$5oo")),
    ("viernes 7 500 9 y firma", PromiseCommand(("7",), day("07-19"), "500", "9 y firma")),
    ("7 pesos $500 viernes", PromiseCommand(("7",), day("07-19"), "$500 pesos")),
    ("500 dlls 7 viernes", PromiseCommand(("7",), day("07-19"), "500 dlls")),
    ("7 8 3 pagos viernes semanal", PromiseCommand(("7",), day("07-19"), "8", plan=PLAN)),
    ("500 pesos. 7 viernes", PromiseCommand(("7",), day("07-19"), "500 pesos.")),
    ("USD 1,500.50 7 viernes", PromiseCommand(("7",), day("07-19"), "1,500.50 USD")),
    ("viernes € 500 7", PromiseCommand(("7",), day("07-19"), "500 €")),
    ("US$500 624 viernes", PromiseCommand(("624",), day("07-19"), "500 US$")),
    ("viernes € 500 624", PromiseCommand(("624",), day("07-19"), "500 €")),
    ("viernes MN 500", PromiseCommand(("MN-500",), day("07-19"))),
    ("$1 624.00 7 viernes", PromiseCommand(("7",), day("07-19"), "$1 624.00")),
    ("$1 624 viernes", PromiseCommand(("624",), day("07-19"), "$1")),
    ("7 viernes USD 1 624.00", PromiseCommand(("7",), day("07-19"), "1 624.00 USD")),
    ("7 USD1 624.00 viernes", PromiseCommand(("7",), day("07-19"), "1 624.00 USD")),
    ("7 500 pesos M.N. viernes", PromiseCommand(("7",), day("07-19"), "500 pesos M.N.")),
    ("US$500 7 viernes", PromiseCommand(("7",), day("07-19"), "500 US$")),
    ("viernes 500 pesos CFDI 21002", PromiseCommand(("CFDI-21002",), day("07-19"), "500 pesos")),
    ("viernes 7, 500 pesos", PromiseCommand(("7",), day("07-19"), "500 pesos")),
    # One amount is enough: what else is written like one is part of the comment, where and as it stands.
    # Of a code between two numbers the first is the document, as it is without.
    ("7 USD 500 viernes", PromiseCommand(("7",), day("07-19"), "500 USD")),
    # An amount for several: refused by who looks the documents up.
    ("viernes 7 8 9 $500", PromiseCommand(("7", "8", "9"), day("07-19"), "$500")),
    ("viernes 7 8 USD 500", PromiseCommand(("7", "8"), day("07-19"), "500 USD")),
    ("viernes 7 8 500pesos", PromiseCommand(("7", "8"), day("07-19"), "500 pesos")),
    ("7 en 3 parcialidades 23/07 Semanal", PromiseCommand(("7",), day("07-23"), plan=PLAN)),
    ("7 6x 23/07 quincenal", PromiseCommand(("7",), day("07-23"), plan=Plan(6, Rhythm.FORTNIGHTLY))),
    ("7 12x 31/07 cada mes si puede", PromiseCommand(("7",), day("07-31"), None, "si puede", Plan(12, Rhythm.MONTHLY))),
    ("7 8 9 3x viernes semanal", PromiseCommand(("7", "8", "9"), day("07-19"), plan=PLAN)),
    ("7 8 9 semanal 3x viernes", PromiseCommand(("7", "8", "9"), day("07-19"), plan=PLAN)),
    ("7 3x semanal", PromiseCommand(("7",), plan=PLAN)),
    # What is missing is asked for; what is no document is refused by who looks it up.
    ("7", PromiseCommand(("7",))),
    ("7,", PromiseCommand(("7",))),
    ("viernes", PromiseCommand((), day("07-19"))),
    (",", PromiseCommand()),
    ("", PromiseCommand()),
    ("juan 23/07", PromiseCommand(("juan",), day("07-23"))),
    ("viernes luego", PromiseCommand(("luego",), day("07-19"))),
    ("$", PromiseCommand(("$",))),
]  # fmt: skip


@pytest.mark.parametrize(("line", "understood"), TABLE, ids=[line for line, _ in TABLE])
def test_a_line_is_read_as_it_is_meant(line: str, understood: PromiseCommand) -> None:
    assert parse_promise(line, TUESDAY) == understood


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ("7 luego", UnreadableDate("luego")),
        ("7 31/06", UnreadableDate("31/06")),
        ("7 el 32", UnreadableDate("el 32")),
        ("7 23 07", UnreadableDate("07")),
        ("7 8 9", UnreadableDate("9")),
        ("7 500 ayer", UnreadableDate("ayer")),
        ("7 viernes 23", UnreadableDate("viernes 23")),
        ("7 viernes 3 cheques", UnreadableDate("viernes 3")),
        ("martes 23 7", UnreadableDate("martes 23")),
        ("7 viernes 23/07", UnreadableDate("viernes 23/07")),
        ("el viernes 23 de julio 7", UnreadableDate("viernes 23")),
        ("7 mar 23 jul", UnreadableDate("mar")),
        ("7 viernes que viene $500", AmountOrComment("$500")),
        ("7 viernes con cheque de $ 1,500.50", AmountOrComment("$ 1,500.50")),
        ("7 23/07 con cheque 1,624.00", AmountOrComment("1,624.00")),
        ("7 23/07 con cheque 1624.50", AmountOrComment("1624.50")),
        ("7 23/07 con 500 Pesos", AmountOrComment("500 Pesos")),
        ("7 23/07 con 2 mil pesos", AmountOrComment("2 mil pesos")),
        ("7 viernes paga 500", AmountOrComment("500")),
        ("7 23/07 sólo abonará 1500 con cheque", AmountOrComment("1500")),
        ("7 23/07 ½", UnreadableAmount("½")),
        ("7 23/07 1’500", AmountOrComment("1’500")),
        ("7 23/07 💰500", AmountOrComment("💰500")),
        ("7 23/07 500💰", AmountOrComment("500💰")),
        ("7 23/07 - 500", AmountOrComment("- 500")),
        ("8 July 23", DateOrDocument("8 July 23", (("8", day("07-23")), ("23", date(2020, 7, 8))))),
        ("7 mar 23", DateOrDocument("7 mar 23", (("7", date(2020, 3, 23)), ("23", date(2020, 3, 7))))),
        ("23 jul 7", DateOrDocument("23 jul 7", (("23", date(2020, 7, 7)), ("7", day("07-23"))))),
        ("23 jul 19", DateOrDocument("23 jul 19", (("23", day("07-19")), ("19", day("07-23"))))),
        ("8 jul 23, 500 cheque", DateOrDocument("8 jul 23", (("8", day("07-23")), ("23", date(2020, 7, 8))))),
        ("23 martes 7", UnreadableDate("martes 7")),
        ("7 dice 500", UnreadableDate("dice")),
        ("7 mañana 5 pm 500 cheque", AmountOrComment("500")),
        ("7 23/07 2 cheques 812, juntos", AmountOrComment("812")),
        ("7 viernes 2 cheques", UnreadableDate("viernes 2 cheques")),
        ("7 el jueves 1 cheque de BBVA", UnreadableDate("el jueves 1 cheque")),
        ("7 pagará el viernes", UnreadableDate("pagará")),
        ("7, pagará el viernes", UnreadableDate("pagará")),
        ("7 y luego vemos", UnreadableDate("y")),
        ("7 3x 23/07", PlanWithoutRhythm(3)),
        ("7 1x 23/07", PlanSize(1, 24)),
        ("7 viernes la mitad", UnreadableAmount("la mitad")),
        ("7 23/07 mil pesos", UnreadableAmount("mil pesos")),
        ("7 viernes 2 mil", UnreadableAmount("mil")),
        ("7 23/07 Dos Mil", UnreadableAmount("Dos Mil")),
        ("7 23/07 cinco mil dólares", UnreadableAmount("cinco mil dólares")),
        ("7 23/07 quinientos", UnreadableAmount("quinientos")),
        ("7 friday a thousand", UnreadableAmount("a thousand")),
        ("7 friday five hundred dollars", UnreadableAmount("five hundred dollars")),
        ("7 23/07 dieciséis mil", UnreadableAmount("dieciséis mil")),
        ("7 23/07 treinta y un mil", UnreadableAmount("treinta y un mil")),
        ("7 23/07 medio millón", UnreadableAmount("medio millón")),
        ("7 23/07 doce mil pesos 50/100 M.N.", UnreadableAmount("doce mil pesos 50/100 M.N")),
        ("7 viernes 50%", UnreadableAmount("50%")),
        ("7 viernes, 50 %", UnreadableAmount("50 %")),
        ("7 viernes el 50 por ciento", UnreadableAmount("el 50 por ciento")),
        ("7 viernes 50 por ciento", UnreadableAmount("50 por ciento")),
        ("7 friday half", UnreadableAmount("half")),
        ('7 viernes la mitad "con cheque"', UnreadableAmount("la mitad")),
        ('7 2019-07-23 50% "Pagaré con cheque"', UnreadableAmount("50%")),
        ("“Pagaré” 7 viernes 50 %", UnreadableAmount("50 %")),
        ("7 viernes: la mitad.", UnreadableAmount("la mitad")),
        ("7 viernes 33.3%", UnreadableAmount("33.3%")),
        ("7 viernes 50 porciento", UnreadableAmount("50 porciento")),
        ("7 23/07 2 pagos", PlanWithoutRhythm(2)),
        ("7 1x 23/07 semanal", PlanSize(1, 24)),
        ("7 52x 23/07 semanal", PlanSize(52, 24)),
    ],
)
def test_a_line_that_leaves_a_doubt_is_refused_with_what_is_doubtful(line: str, refusal: Refusal) -> None:
    with pytest.raises(type(refusal)) as raised:
        parse_promise(line, TUESDAY)
    assert raised.value == refusal


WORDS = st.text("abcdéñ ", max_size=20).map(lambda text: " ".join(text.split()))
QUOTES = st.sampled_from([('"', '"'), ("“", "”"), ("”", "”"), ("„", "“"), ("«", "»"), ("‹", "›"), ("❝", "❞")])
FOLIOS = st.integers(1, 99_999).map(str)
NAMES = FOLIOS | st.builds("{}-{}".format, st.sampled_from(["CFDI", "F", "Ñ"]), FOLIOS)
DATES = st.one_of(
    st.dates(TUESDAY, date(2099, 12, 31)).flatmap(
        lambda on: st.sampled_from([(f"{on}", on), (f"{on:%d/%m/%Y}", on), (f"{on.day}-{on.month}-{on.year}", on)])
    ),
    st.integers(0, 999).map(lambda n: (f"+{n}", TUESDAY + timedelta(days=n))),
    st.sampled_from([("hoy", TUESDAY), ("mañana", TUESDAY + timedelta(days=1)), ("el 16", TUESDAY)]),
    st.sampled_from([("viernes", day("07-19")), ("26 de julio", day("07-26")), ("para el lunes", day("07-22"))]),
)
# Without a sign a number of at most two digits after a weekday is its day. With how each is understood.
AMOUNTS = st.integers(1, 10**8).flatmap(
    lambda minor: st.sampled_from(
        [
            *((written, written) for written in (f"${minor / 100:,.2f}", f"{minor / 100:.2f}", f"${minor // 100 + 1}")),
            *((f"{minor + 99}{blank}pesos", f"{minor + 99} pesos") for blank in ("", " ")),
        ]
    )
)
PLANS = st.builds(Plan, st.integers(2, 24), st.just(Rhythm.FORTNIGHTLY))


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_the_parts_of_a_line_come_back_whatever_their_order_and_quotes(data: st.DataObject) -> None:
    documents = data.draw(st.lists(NAMES, min_size=1, max_size=4))
    written, on = data.draw(DATES)
    money, amount = data.draw(st.just(("", None)) | AMOUNTS)
    plan = data.draw(st.none() | PLANS)
    comment = data.draw(WORDS)
    opened, closed = data.draw(QUOTES)
    comma = data.draw(st.sampled_from([",", ", ", " y ", ";"]))
    parts = [comma.join(documents), written, f"{opened}{comment}{closed}"]
    parts += [money] if money else []
    parts += [f"{plan.count}x", "quincenal"] if plan else []
    line = " ".join(data.draw(st.permutations(parts)))
    assert parse_promise(line, TUESDAY) == PromiseCommand(tuple(documents), on, amount, comment, plan)


PILE = """7 8 9 23/07 12.05 viernes hoy el para mañana 23 jul julio de 2019 3x 3 pagos semanal $ $500 500 1,624.00 , ; y
CFDI CFDI-7 pesos “ ” " ' con cheque - +3 cada mes x ×"""


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PILE.split()), max_size=10), st.sampled_from([" ", "  ", "\n"]))
def test_no_pile_of_words_does_worse_than_be_refused(words: list[str], blank: str) -> None:
    try:
        understood = parse_promise(blank.join(words), TUESDAY)
    except Refusal:
        return
    assert all(document.strip() for document in understood.documents)
    assert understood.comment == understood.comment.strip()


@pytest.mark.parametrize(
    ("line", "comment"),
    [
        ('7 viernes "la mitad"', "la mitad"), ("7 viernes $500 la mitad", "la mitad"), ("7 viernes todo", "todo"),
        ("7 viernes la mitad en efectivo y lo demás el lunes", "la mitad en efectivo y lo demás el lunes"),
        ("7 viernes 50% con cheque", "50% con cheque"),
    ],
)  # fmt: skip
def test_a_share_that_is_quoted_or_has_an_amount_or_more_beside_it_is_a_comment(line: str, comment: str) -> None:
    assert parse_promise(line, TUESDAY).comment == comment
