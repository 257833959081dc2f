import pytest

from bot.domain.errors import AmountOrComment
from bot.domain.typed_amounts import is_sum, refuse_sum


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
