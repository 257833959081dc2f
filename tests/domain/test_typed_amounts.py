from datetime import date

import pytest

from bot.domain.commands import parse_promise
from bot.domain.errors import AmountOrComment, SecondAmount, UnreadableDate
from bot.domain.typed_amounts import is_sum, phone_length, refuse_sum

TUESDAY = date(2019, 7, 16)


@pytest.mark.parametrize(
    "text",
    [
        *("$500", "$ 1,500.00", "500", "500.", "500 pesos", "USD 500", "500 M.N.", "1.500", "-500", "2 mil"),
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
        ("en efectivo 500", "efectivo 500"),
        ("Abono de 500, el resto después", "Abono de 500"),
        ("cheque por 1500", "por 1500"),
        ("2 x 500", "x 500"),
        ("cheque de 1500", "cheque de 1500"),
        ("monto: 500", "monto: 500"),
        ("hasta 500", "hasta 500"),
        ("check for 500", "for 500"),
    ],
)
def test_a_number_that_is_said_to_be_a_sum_is_refused_in_a_comment(comment: str, sum_: str) -> None:
    with pytest.raises(AmountOrComment) as raised:
        refuse_sum(comment)
    assert raised.value == AmountOrComment(sum_)


@pytest.mark.parametrize(
    "comment",
    [
        *("cheque 881", "SPEI 123456", "transferencia BBVA 1234", "cheque #500", "folio 2019-500", "tel 55 1234 5678"),
        *("por SPEI 123456", "5 de mayo 120", "llamar al 5512345678", "hasta 30 días", "efectivo, local 500"),
        *("pago 2019", "por el 500-B", "2 cheques de BBVA", "a las 5 pm en Juárez 300"),
    ],
)
def test_a_number_that_is_of_something_else_stays_in_a_comment(comment: str) -> None:
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
        ('7 viernes $5 "con cheque" 500pesos', "$5", "500 pesos"),
    ],
)
def test_of_two_amounts_side_by_side_none_is_promised_for_both(typed: str, amount: str, other: str) -> None:
    with pytest.raises(SecondAmount) as raised:
        parse_promise(typed, TUESDAY)
    assert raised.value == SecondAmount(amount, other)


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
