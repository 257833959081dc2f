from itertools import permutations

import pytest

from bot.domain.errors import SecondAmount, SecondDocument
from bot.domain.receipt_lines import ReceiptCommand, parse_form, parse_receipt
from bot.domain.receipts import PaymentForm, TwoAmounts

CHEQUE = ReceiptCommand("7", "1624.00", PaymentForm.CHEQUE, "folio 881")


@pytest.mark.parametrize("order", list(permutations(("7", "1624.00", "cheque", '"folio 881"'))))
def test_the_arguments_are_read_in_any_order(order: tuple[str, ...]) -> None:
    assert parse_receipt(" ".join(order)) == CHEQUE


@pytest.mark.parametrize(
    ("typed", "document", "amount", "form", "comment"),
    [
        ("7 1624 efectivo", "7", "1624", "01", ""),
        ("7 $ 1,624.00 en efectivo", "7", "$1,624.00", "01", ""),
        ("CFDI 21002 500 usd spei ref. 99", "CFDI-21002", "500 usd", "03", "ref. 99"),
        ("7 500 dollars cash", "7", "500 dollars", "01", ""),
        ("500 dollars 7 cash", "7", "500 dollars", "01", ""),
        ("7 2 mil efectivo", "7", "2 mil", "01", ""),
        ("7 efectivo USD 2 mil", "7", "2 mil USD", "01", ""),
        ("7 mil 500 efectivo", "7", None, "01", "mil 500"),
        ("7 USD 500 efectivo", "7", "500 USD", "01", ""),
        ("7 efectivo €500, vale", "7", "500 €", "01", "vale"),
        ("7 500dlls. efectivo", "7", "500 dlls", "01", ""),
        ("7 500.00 MXN. efectivo", "7", "500.00 MXN.", "01", ""),
        # Thousands that stand apart: refused whole, where 1 was reported.
        ("7 1 624.00 efectivo", "7", "1 624.00", "01", ""),
        ("7 efectivo $1 000, vale", "7", "$1 000", "01", "vale"),
        ("$500 881 cheque", "881", "$500", "02", ""),
        ("$500 usd 881 cheque", "881", "$500 usd", "02", ""),
        ("7 1624 881 cheque", "7", "1624", "02", "881"),
        ("CFDI-21002, 500, tarjeta de débito", "CFDI-21002", "500", "28", ""),
        ("CFDI 21002. 500 efectivo", "CFDI-21002", "500", "01", ""),
        ("F21002 500 Tarjeta de crédito.", "F21002", "500", "04", ""),
        ("cheque 7 1624.00 folio 881", "7", "1624.00", "02", "folio 881"),
        ("7 1624 cheque con «dos firmas»", "7", "1624", "02", "dos firmas con"),
        ("7 1624", "7", "1624", None, ""),
        ("7 efectivo", "7", None, "01", ""),
        ("$500 cheque", None, "$500", "02", ""),
        ("de 1.50 7", "7", "1.50", None, "de"),
        ("pagó $", None, None, None, "pagó $"),
        ("7 10 efectivo y cheque", "7", "10", "01", "y cheque"),
        # As it is printed, whatever series and folio are made of.
        ("FAC-A77 500 efectivo", "FAC-A77", "500", "01", ""),
        ("efectivo É1-B2, 500", "É1-B2", "500", "01", ""),
        # A number with its currency is no folio.
        ("500 pesos 7 efectivo", "7", "500 pesos", "01", ""),
        ("efectivo 500 pesos, F 7", "F-7", "500 pesos", "01", ""),
        ("abono 500 pesos 7", "7", "500 pesos", None, "abono"),
        ("7 500pesos efectivo", "7", "500 pesos", "01", ""),
        ("500USD 7 efectivo", "7", "500 USD", "01", ""),
        ("F7 USD 500 efectivo", "F7", "500 USD", "01", ""),
        # before the document too, where it can be no document
        ("USD 1,500.50 7 efectivo", "7", "1,500.50 USD", "01", ""),
        ("efectivo USD $500 7", "7", "$500 USD", "01", ""),
        ("US$ 500 7 efectivo", "7", "500 US$", "01", ""),
        ("US$500 624 efectivo", "624", "500 US$", "01", ""),
        ("efectivo 500usd, 624", "624", "500 usd", "01", ""),
        ("US$1 624.00 7 efectivo", "7", "1 624.00 US$", "01", ""),
        ("MN 500 7 efectivo", "MN-500", "7", "01", ""),
        ("7 500 pesos M.N. efectivo", "7", "500 pesos M.N.", "01", ""),
        # thousands that stand apart, wherever
        ("$1 624.00 7 efectivo", "7", "$1 624.00", "01", ""),
        ("$1 624 efectivo", "624", "$1", "01", ""),
        ("7 USD 1 624.00, efectivo", "7", "1 624.00 USD", "01", ""),
        # a sign without an amount, or after the amount, is of the comment
        ("7 1624 $ efectivo", "7", "1624", "01", "$"),
        ("7 1624 efectivo, debe $ 200 más", "7", "1624", "01", "debe $ 200 más"),
        ("7 efectivo 1624 $ de anticipo", "7", "1624", "01", "$ de anticipo"),
        ("7 cheque MXN 500, folio 881", "7", "500 MXN", "02", "folio 881"),
        # What follows the document is its amount, whatever comes after.
        ("7 1624 cheque 881", "7", "1624", "02", "881"),
        ("F 7 1624 cheque 881", "F-7", "1624", "02", "881"),
        ("7 efectivo 50 % $1,421.00", "7", "$1,421.00", "01", "50 %"),
        ("7 1421 efectivo, 50 % de 9", "7", "1421", "01", "50 % de 9"),
        ("7 -$ 500 cheque", "7", "-$500", "02", ""),
        ("7 1624 efectivo, resta $1,218.00", "7", "1624", "01", "resta $1,218.00"),
        ("7 2 cheques $1,624.00", "7", "$1,624.00", None, "2 cheques"),
        ("7 1624 efectivo, 2 billetes", "7", "1624", "01", "2 billetes"),
        ("7 2 cheques", "7", None, None, "2 cheques"),
        ("7 efectivo abono 500", "7", "500", "01", "abono"),
        ("", None, None, None, ""),
    ],
)
def test_a_payment_is_read_as_it_is_typed(
    typed: str, document: str | None, amount: str | None, form: str | None, comment: str
) -> None:
    read = parse_receipt(typed)
    assert (read.document, read.amount, read.form, read.comment) == (document, amount, form, comment)


@pytest.mark.parametrize(
    ("typed", "amount", "other"),
    [
        ("7 cheque folio 881 $1,624.00", "881", "$1,624.00"),
        ("7 cheque 881 1624", "881", "1624"),
        ("7 folio 881 cheque 1624 pesos", "881", "1624"),
        ("7 50 % cheque folio 881", "50 %", "881"),
        ("7 50% cheque 881", "50%", "881"),
        ("7 dos mil cheque 881", "dos mil", "881"),
        ("7 2 cheques de 812", "2 cheques", "812"),
        ("7 2 x 500 efectivo", "2 x", "500"),
        ("7 1 cheque 500", "1 cheque", "500"),
    ],
)
def test_two_numbers_apart_from_the_document_are_not_chosen_between(typed: str, amount: str, other: str) -> None:
    with pytest.raises(TwoAmounts) as raised:
        parse_receipt(typed)
    assert raised.value == TwoAmounts(amount, other)


@pytest.mark.parametrize(
    ("typed", "amount", "other"),
    [
        ("7 $1,000 y $624", "$1,000", "$624"),
        ("7 $1,000 $624 cheque", "$1,000", "$624"),
        ("7 $1,000 $ 624 cheque", "$1,000", "$624"),
        ("7 $1,000 efectivo y $624 cheque", "$1,000", "$624"),
        ("7 $1,000 efectivo, y en cheque $624", "$1,000", "$624"),
        ("7 $1,000 efectivo y cheque por $624", "$1,000", "$624"),
        ("7 1000 y 624 efectivo", "1000", "624"),
        ("7 1000 efectivo +624 cheque", "1000", "624"),
        ("7 1000 en cheque 624 en efectivo", "1000", "624"),
        ("7 500 efectivo más 2 cheques de 812", "500", "2 cheques"),
        ("$1,000 y $624 7 efectivo", "$1,000", "$624"),
        ("7 100 efectivo USD 500", "100", "500 USD"),
        ("7 $100 y 50 dls efectivo", "$100", "50 dls"),
    ],
)
def test_of_two_amounts_side_by_side_none_is_taken_for_both(typed: str, amount: str, other: str) -> None:
    with pytest.raises(SecondAmount) as raised:
        parse_receipt(typed)
    assert raised.value == SecondAmount(amount, other)


@pytest.mark.parametrize(
    ("typed", "document", "amount"),
    [
        *(("#7 500 efectivo", "#7", "500"), ("7 500 by check", "7", "500"), ("7 500 in cash", "7", "500")),
        *(("901 ¥5000 efectivo", "901", "5000 ¥"), ("¥ 5000 901 efectivo", "901", "5000 ¥")),
        *(("901 5000 yenes efectivo", "901", "5000 yenes"), ("500 libras 904 efectivo", "904", "500 libras")),
        *(("904 £50.50 efectivo", "904", "50.50 £"), ("904 50 efectivo £", "904", "50 £")),
    ],
)
def test_what_stands_beside_document_and_amount_is_read_with_them_and_is_no_comment(
    typed: str, document: str, amount: str
) -> None:
    read = parse_receipt(typed)
    assert (read.document, read.amount, read.comment) == (document, amount, "")


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        ("7 $500 8 $500 efectivo", "8 $500"),
        ("7 $500, 8 $600 efectivo", "8 $600"),
        ("7 500 8 500 efectivo", "8 500"),
        ("7 500 efectivo y 8 500", "8 500"),
        ("7 500 efectivo 8 300 cheque", "8 300"),
        ("7 $500 cheque 8 $300", "8 $300"),
        ("7 500 CFDI 21003 $300 efectivo", "CFDI 21003 $300"),
        ("7 500 #8 $300", "#8 $300"),
        ("D-105 100 efectivo D-106 200 efectivo", "D-106 200"),
        ("D-105 y D-106 $300 efectivo", "D-106"),
        *(("D-105, D-106 $300 efectivo", "D-106"), ("7 500 efectivo y D-8", "D-8")),
        ("7 500 y factura 8 efectivo", "factura 8"),
        *(("7 y 8 efectivo", "8"), ("7, and #8 $300 cash", "#8")),
    ],
)
def test_another_document_with_its_amount_is_no_comment(typed: str, other: str) -> None:
    with pytest.raises(SecondDocument) as raised:
        parse_receipt(typed)
    assert raised.value == SecondDocument(other)


@pytest.mark.parametrize(
    ("typed", "comment"),
    [
        ("7 500 cheque 881 $500", "881 $500"),
        ("7 500 factura 7 $500", "factura 7 $500"),
        ("7 500 transferencia 8812 4500", "8812 4500"),
        ("7 $500 efectivo y 3 comprobantes", "y 3 comprobantes"),
        ("7 $500 de $1,624.00 efectivo", "de $1,624.00"),
        ("7 500 efectivo y cheque 881", "y cheque 881"),
        ("7 500 efectivo y a las 5 pm", "y a las 5 pm"),
        ("7 500 efectivo y", "y"),
        ("7 500 efectivo y 30 de julio el resto", "y 30 de julio el resto"),
        ("7 500 efectivo y 8 días para el resto", "y 8 días para el resto"),
        ("7 500 efectivo y 3 facturas más", "y 3 facturas más"),
        ("7 480 efectivo con $20 de cambio", "con $20 de cambio"),
        ("7 500 transferencia por $500.00 BBVA", "por $500.00 BBVA"),
        ("500 pesos + 7 efectivo", "+"),
        ("7 500 efectivo 55 1234 5678", "55 1234 5678"),
    ],
)
def test_a_number_of_something_else_stays_in_the_comment_of_a_payment(typed: str, comment: str) -> None:
    read = parse_receipt(typed)
    assert (read.document, read.comment) == ("7", comment)


@pytest.mark.parametrize(
    ("typed", "document", "amount", "comment"),
    [
        ("$500 cheque #21002 7", "7", "$500", "#21002"),
        ("cheque #881 $500 factura 7", "factura-7", "$500", "#881"),
        ("$500 recibo #12 factura 7", "factura-7", "$500", "recibo #12"),
        ("recibo #12 7 500", "7", "500", "recibo #12"),
        ("visita #2 $500 7", "7", "$500", "visita #2"),
        ("$500 #12 7", "7", "$500", "#12"),
        ("$500 cheque #7", None, "$500", "#7"),
        ("#7 500 cheque 881", "#7", "500", "881"),
        ("#7 $500 2 billetes", "#7", "$500", "2 billetes"),
        ("$500 efectivo #7", "#7", "$500", ""),
        ("500 pesos #7 cheque 881", "#7", "500 pesos", "881"),
        ("$500 cheque #881 factura #7", "#7", "$500", "#881 factura"),
        ("factura #7 500", "#7", "500", "factura"),
    ],
)
def test_a_number_after_a_sign_is_the_document_where_it_can_be_of_nothing_else(
    typed: str, document: str | None, amount: str, comment: str
) -> None:
    read = parse_receipt(typed)
    assert (read.document, read.amount, read.comment) == (document, amount, comment)


@pytest.mark.parametrize("typed", ["#12 $500 7", "#881 cheque $500 7"])
def test_of_two_numbers_one_of_which_has_the_sign_none_is_taken_for_the_document(typed: str) -> None:
    with pytest.raises(SecondDocument) as raised:
        parse_receipt(typed)
    assert raised.value == SecondDocument("7")


@pytest.mark.parametrize(
    "day", ["15 jul", "15 de julio", "15 de julio, de 2019", "15 july", "lunes 15 jul 19", "lunes 15,", "el 15"]
)
def test_the_day_of_a_month_is_no_amount_of_a_payment(day: str) -> None:
    for typed, amount in (("", None), (" 1500", "1500"), (" $500", "$500")):
        read = parse_receipt(f"7 {day}{typed} efectivo")
        assert (read.amount, read.comment) == (amount, day)
    assert parse_receipt("7 viernes 1 624.00 efectivo").amount == "1 624.00"


def test_a_telephone_number_is_no_amount_of_a_payment() -> None:
    assert parse_receipt("7 55 1234 5678 efectivo").amount is None
    assert parse_receipt("7 500 0001234 cheque") == ReceiptCommand(
        "7", "500", PaymentForm.CHEQUE, "0001234", unread="0001234"
    )
    with pytest.raises(TwoAmounts):
        parse_receipt("7 55 1234 5678 500 efectivo")


@pytest.mark.parametrize(
    ("typed", "unread"),
    [
        ("7 mil efectivo", "mil"),
        ("7 50% efectivo", "50%"),
        ("7 50 % efectivo", "50 %"),
        ("7 50 por ciento efectivo", "50 por ciento"),
        ("$ 50 por ciento 7 efectivo", "$ 50 por ciento"),
        ("7 1e5 efectivo", "1e5"),
        ("7,8 100 efectivo", "7,8"),
        ('7 todo ya "folio 881"', "todo ya"),
        ('7 cheque "folio 881"', ""),
    ],
)
def test_what_was_not_read_is_told_from_what_was_quoted(typed: str, unread: str) -> None:
    assert parse_receipt(typed).unread == unread


@pytest.mark.parametrize(
    ("typed", "form", "rest"),
    [
        ("cheque", "02", ""),
        ("En efectivo.", "01", ""),
        ("tarjeta de crédito", "04", ""),
        ("cheque 881  Banorte", "02", "881 Banorte"),
        ("con abonos", None, "con abonos"),
        ("tarjeta", None, "tarjeta"),
        ("en", None, "en"),
        ("", None, ""),
    ],
)
def test_a_form_of_payment_typed_by_itself_is_read_as_in_the_command(typed: str, form: str | None, rest: str) -> None:
    assert parse_form(typed) == (form, rest)
