from datetime import date

import pytest

from bot.domain.commands import parse_promise
from bot.domain.errors import AmountOrComment, OtherAmount, SecondAmount, SecondDocument, UnreadableDate
from bot.domain.typed_amounts import is_same, is_sum, phone_length, refuse_less, refuse_other, refuse_sum

TUESDAY = date(2019, 7, 16)


@pytest.mark.parametrize(
    "text",
    [
        *("$500", "$ 1,500.00", "500", "500.", "500 pesos", "USD 500", "500 M.N.", "1.500", "-500", "2 mil"),
        *("$500 y $300", "500 + 300", "500 o 600"),
        *("mil quinientos", "dos mil pesos", "la mitad", "50%", "el 50 por ciento", "1’500", "💰500", "(500)"),
    ],
)
def test_a_text_may_be_nothing_but_a_sum(text: str) -> None:
    assert is_sum(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "👍",
        "cheque 881",
        "#881",
        "10:30",
        "a las 5",
        "500 en efectivo",
        "Paga $500",
        "dos cheques",
        "tel 55-1234-5678",
    ],
)
def test_what_has_a_word_more_is_a_comment(text: str) -> None:
    assert not is_sum(text)


@pytest.mark.parametrize(
    ("comment", "sum_"),
    [
        *(
            (f"{said} 500", "500")
            for said in ("en efectivo", "da", "total:", "2 x", "Abono de", "cheque por", "cheque de")
        ),
        *((f"{hour} 500", "500") for hour in ("5pm", "17:00", "5:30 p.m.", "17hrs,", "a las 10", "5 pm", "2 cheques")),
        *((f"con cheque, paga {said}, el resto después", said) for said in ("500", "1.500", "2 mil", "2mil", "15k")),
        *(("paga -500", "500"), ("en 5 de mayo 120", "120"), ("cheque 881 y 500", "500")),
        *((f"{said} cheque", said) for said in ("500,con", "1,500.Con", "500💰con")),
        *((f"cheque {said}", said) for said in ("500 MXN", "500usd", "MXN500", "usd 100")),
    ],
)
def test_a_number_that_may_be_a_sum_is_refused_in_a_comment(comment: str, sum_: str) -> None:
    with pytest.raises(AmountOrComment) as raised:
        refuse_sum(comment)
    assert raised.value == AmountOrComment(sum_)


@pytest.mark.parametrize(
    "comment",
    [
        *("cheque 881", "SPEI 123456", "transferencia BBVA 1234", "cheque #500", "folio 2019-500", "tel 55 1234 5678"),
        *("por SPEI 123456", "Calle Juárez 120", "llamar al 5512345678", "hasta 30 días", "efectivo, local 500"),
        *("por el 500-B", "2 cheques de BBVA", "a las 5 pm", "a las 17:30", "pago 2 de 3", "ref. 881", "núm. 881"),
    ],
)
def test_a_number_that_is_said_to_be_of_something_else_stays_in_a_comment(comment: str) -> None:
    refuse_sum(comment)


@pytest.mark.parametrize(
    ("typed", "amount", "other"),
    [
        ("7 23/07 $1,000 y $624", "$1,000", "$624"),
        ("7 23/07 $1,000, $624 con cheque", "$1,000", "$624"),
        ("7 23/07 1000 y 624", "1000", "624"),
        ("7 $1,000 y $624 viernes", "$1,000", "$624"),
        ("7 23/07 1000 + 624", "1000", "624"),
        ("7 $1,000 viernes y 50 centavos", "$1,000", "50"),
        ("7 friday 500 and 600", "500", "600"),
        ("7 23/07 500 o 800", "500", "800"),
        ("7 23/07 500 , y 300", "500", "300"),
        ("7 23/07 500 en efectivo y 300 en cheque", "500", "300"),
        ("7 23/07 500 cheque, $300 efectivo", "500", "$300"),
        ("7 viernes $1,000 y el lunes $624", "$1,000", "$624"),
        ("7 viernes 1000 y 30 de julio 624", "1000", "624"),
        ("7 viernes 1000 y 2 cheques de 812", "1000", "2 cheques"),
        ("7 23/07 1000, 30/07 624", "1000", "624"),
        ("7 23/07 1000 efectivo 624 cheque", "1000", "624"),
        ("7 23/07 1000 en cheque 624 en efectivo", "1000", "624"),
        ("7 viernes $500 +300", "$500", "300"),
        ("7 viernes 1,000 +200 efectivo", "1,000", "200"),
        ("7 viernes $1,000 12.05", "$1,000", "12.05"),
        ("7 viernes $500 y 10.12 de comision", "$500", "10.12"),
        ("7 viernes 500 factura 7 $300", "500", "$300"),
        ('7 viernes $5 "con cheque" 500pesos', "$5", "500 pesos"),
    ],
)
def test_of_two_amounts_side_by_side_none_is_promised_for_both(typed: str, amount: str, other: str) -> None:
    with pytest.raises(SecondAmount) as raised:
        parse_promise(typed, TUESDAY)
    assert raised.value == SecondAmount(amount, other)


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        ("7 $500 8 $500 viernes", "8 $500"),
        ("7 $500, 8 $600 viernes", "8 $600"),
        ("7 $500 8 viernes", "8 viernes"),
        ("7 viernes $500 8 $300", "8 $300"),
        ("7 viernes $500 8 lunes $300", "8 lunes"),
        ("7 viernes $500 y 8 lunes", "8 lunes"),
        ("7 viernes 500 efectivo y factura 8 $300", "factura 8"),
        ("7 23/07 500, 8 300", "8 300"),
        ("7 23/07 500 en efectivo 8 300 en cheque", "8 300"),
        ("7 23/07 500 8 30/07", "8 30/07"),
        ("7 23/07 8 30/07", "8 30/07"),
        ("D-105 viernes D-106 lunes", "D-106 lunes"),
        ("D-105: viernes, D-106: lunes", "D-106: lunes"),
        ("D-105 viernes y D-106 lunes con cheque", "D-106 lunes"),
        ("viernes 7 lunes 8", "lunes 8"),
        ("7 viernes y 8", "8"),
    ],
)
def test_another_document_with_an_amount_or_a_day_of_its_own_is_no_comment(typed: str, other: str) -> None:
    with pytest.raises(SecondDocument) as raised:
        parse_promise(typed, TUESDAY)
    assert raised.value == SecondDocument(other)


@pytest.mark.parametrize(
    "comment",
    [
        *("y 10:30", "y 24hrs", "y 5pm", "y 5%"),
        *["confirma 22/07", "cheque 881 lunes", "y lunes", "y lunes 5 pm", "y 3 pm", "D-106"],
    ],
)
def test_what_follows_a_day_is_a_comment_where_it_is_no_other_document(comment: str) -> None:
    read = parse_promise(f"7 viernes {comment}", TUESDAY)
    assert (read.documents, read.amount, read.comment) == (("7",), None, comment)


@pytest.mark.parametrize("typed", ["7 viernes C$500", "7 viernes con cheque R$500", "7 viernes cheque ¥500"])
def test_a_sum_with_a_sign_that_is_not_known_is_no_comment(typed: str) -> None:
    with pytest.raises(AmountOrComment):
        parse_promise(typed, TUESDAY)


def test_of_a_list_of_documents_without_a_day_the_day_is_missing() -> None:
    with pytest.raises(UnreadableDate):
        parse_promise("7 8 9 10", TUESDAY)


def test_a_sum_after_two_documents_and_before_the_day_is_of_both() -> None:
    read = parse_promise("7 8 $500 viernes", TUESDAY)
    assert (read.documents, read.amount) == (("7", "8"), "$500")


def test_a_sum_after_the_form_that_was_asked_for_is_another_one_unless_it_is_the_same() -> None:
    for typed, refusal in {"500": OtherAmount, "$500": OtherAmount, "y 500": SecondAmount}.items():
        with pytest.raises(refusal):
            refuse_other("2842.00", typed.split(), "cash")
    for typed in ("", "2,842.00", "3 billetes", "5512345678", "de Ana"):
        refuse_other("2842.00", typed.split(), "cash")
    refuse_other("2842.00", ["881"], "cheque")


def test_a_sum_beside_how_an_amount_was_paid_that_nobody_typed_is_another_one_unless_it_is_the_same() -> None:
    for typed in ("cheque por $500", "cheque de 500", "efectivo la mitad", "efectivo mil"):
        with pytest.raises(OtherAmount):
            refuse_less("2842.00", typed)
    for typed in (
        "cheque por $2,842.00",
        "cheque 881",
        "efectivo",
        "efectivo con $20 de cambio",
        "efectivo resta $100",
    ):
        refuse_less("2842.00", typed)


@pytest.mark.parametrize(
    ("amount", "other", "same"),
    [
        *(("$1,624.00", "1624", True), ("1624 pesos", "$1,624.00", True), ("500", "50", False)),
        *(("500 pesos", "500 dls", False), ("500", "5.0.0", False)),
    ],
)
def test_a_sum_that_is_said_twice_is_known_for_the_same(amount: str, other: str, same: bool) -> None:  # noqa: FBT001
    assert is_same(amount, other) is same


def test_what_is_joined_to_an_amount_in_the_place_of_the_day_and_is_no_other_is_told_to_be_no_date() -> None:
    with pytest.raises(UnreadableDate) as raised:
        parse_promise("7 $1,000 y luego el resto", TUESDAY)
    assert raised.value == UnreadableDate("y")


@pytest.mark.parametrize(
    "comment",
    [
        "quedan $624",
        "y el resto luego",
        "y en efectivo",
        "y a las 5 pm",
        "y lunes 5 pm",
        "y 30 de julio el resto",
        "y 30 jul, el resto",
        "y 8 días después el resto",
        "y 2 facturas más",
        "y 3 comprobantes",
        "confirma 22/07",
        "cheque 881 123456",
        "cheque 881 $500",
        "1/2",
        "y 1 recibo",
        "más 16 % de IVA",
        "de",
        "lunes o martes",
        "cheque 881",
        "5512345678",
        "12345",
    ],
)
def test_what_follows_an_amount_is_a_comment_where_it_is_no_other_amount(comment: str) -> None:
    read = parse_promise(f"7 23/07 500 {comment}", TUESDAY)
    assert (read.amount, read.comment) == ("500", comment)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("55 1234 5678", 3),
        ("55 12345678", 2),
        ("222 123 4567", 3),
        ("33 12 34 56 78 después de las 5", 5),
        ("52 55 1234 5678.", 4),
        *(("044 55 1234 5678", 4), ("045 5512345678", 2), ("01 800 123 4567", 4), ("521 55 1234 5678", 4)),
        ("55 12 34 56", 4),
        ("500 0001234", 0),
        ("55 1234 5678 500", 3),
        ("1500 55 1234 5678", 0),
        ("500 55 1234 5678", 0),
        ("500 5512345678", 0),
        ("500 12345", 0),
        ("55 1234 5678.00", 0),
        ("55", 0),
        ("", 0),
    ],
)
def test_a_telephone_number_is_known_by_its_groups(typed: str, words: int) -> None:
    assert phone_length(typed.split()) == words


@pytest.mark.parametrize("after", ["", " llamar antes", " 500"])
def test_a_telephone_number_in_the_amounts_place_is_asked_about(after: str) -> None:
    for number in ("55 1234 5678", "044 55 1234 5678"):
        with pytest.raises(AmountOrComment) as raised:
            parse_promise(f"7 23/07 {number}{after}", TUESDAY)
        assert raised.value.amount.startswith(number)
