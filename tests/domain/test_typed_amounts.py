import pytest

from bot.domain.typed_amounts import is_sum


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
