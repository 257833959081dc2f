from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.incoming import IncomingCfdi, IncomingRep
from bot.domain.money import Money
from bot.domain.receivables import DocumentKind, PaymentMethod
from bot.imports.cfdi import is_odd, read_cfdi
from bot.imports.xml_reading import MAX_DEPTH, MAX_XML_BYTES, BadXml
from tests.imports.cfdi_files import RFC, U1, U2, U3, U4, Doc, cfdi, doc, pago, pagos, related, rep, stamp


def read(text: str | bytes) -> IncomingCfdi | IncomingRep:
    return read_cfdi(text if isinstance(text, bytes) else text.encode())


def bill(text: str | bytes) -> IncomingCfdi:
    found = read(text)
    assert isinstance(found, IncomingCfdi)
    return found


def lines(text: str) -> list[tuple[str | None, date, str, str, str]]:
    found = read(text)
    assert isinstance(found, IncomingRep)
    return [
        (one.document_uuid, one.on, f"{one.amount} {one.amount.currency}", one.method, one.reference)
        for one in found.lines
    ]


def refusal(text: str | bytes) -> tuple[str, str]:
    with pytest.raises(BadXml) as caught:
        read(text)
    return caught.value.reason, caught.value.value


@pytest.mark.parametrize("version", ["3.3", "4.0"])
def test_an_invoice_is_read_whole(version: str) -> None:
    assert bill(cfdi(version=version)) == IncomingCfdi(
        uuid=U1,
        rfc=RFC,
        series="A",
        folio="7",
        kind=DocumentKind.INVOICE,
        issued_at=datetime(2019, 7, 1, 10, 20, 30),  # noqa: DTZ001 - a CFDI's hour is that of where it was issued
        total=Money(11600, "MXN"),
        payment_method=PaymentMethod.PPD,
        issuer="EKU9003173C9",
    )


def test_what_is_optional_may_be_missing() -> None:
    found = bill(cfdi(Serie=None, Folio=None, MetodoPago=None))
    assert (found.series, found.folio, found.payment_method) == ("", "", None)


def test_the_uuid_and_the_rfc_are_read_in_capitals() -> None:
    found = bill(cfdi(U1.lower(), rfc=" kij-090619 9r1 "))
    assert (found.uuid, found.rfc) == (U1, RFC)


@pytest.mark.parametrize(
    ("kind", "relations", "expected", "credits_", "replaces"),
    [
        ("I", related("02", U2), DocumentKind.DEBIT_NOTE, (), ()),
        ("I", related("04", U2), DocumentKind.INVOICE, (), (U2,)),
        ("I", related("01", U2), DocumentKind.INVOICE, (), ()),
        ("I", related("09", "none of ours"), DocumentKind.INVOICE, (), ()),
        ("E", related("01", U2, U2, U3), DocumentKind.CREDIT_NOTE, (U2, U3), ()),
        ("E", related("01", U2) + related("03", U3) + related("01", U4), DocumentKind.CREDIT_NOTE, (U2, U4, U3), ()),
        ("E", related("07", U2), DocumentKind.CREDIT_NOTE, (), ()),
        ("E", related("04", U2), DocumentKind.CREDIT_NOTE, (), (U2,)),
    ],
)
def test_related_cfdi_say_what_a_cfdi_is_about(
    kind: str, relations: str, expected: DocumentKind, credits_: tuple[str, ...], replaces: tuple[str, ...]
) -> None:
    found = bill(cfdi(TipoDeComprobante=kind, relations=relations))
    assert (found.kind, found.credits, found.replaces) == (expected, credits_, replaces)


@pytest.mark.parametrize(
    "text",
    [
        cfdi(head="").encode("utf-8-sig"),
        ("\n\t " + cfdi()).encode(),
        b"\xef\xbb\xbf\xef\xbb\xbf" + cfdi().encode(),
        "ï»¿".encode() + cfdi().encode(),
        cfdi().encode() + b"\0\0\r\n",
        cfdi().encode("utf-16"),
        cfdi(head="").encode("utf-16-le"),
        cfdi(head="").encode("utf-16-be"),
        cfdi(head='<?xml version="1.0" encoding="ISO-8859-1"?>').encode(),
        cfdi(head='<?xml version="1.0" encoding="UTF-16"?>').encode(),
        cfdi(head='<?xml version="1.0" encoding="klingon"?>').encode(),
        cfdi(head='<?xml version="1.0" encoding="UTF-8"?>').encode("cp1252"),
        cfdi(head='<?xml version="1.0" encoding="ISO-8859-1"?>').encode("latin-1"),
        cfdi(addenda="<!-- <!DOCTYPE a> --><?php echo 1 ?>").encode(),
        cfdi(addenda="<c:Addenda><x:y x:z='1'>nobody declares x</x:y></c:Addenda>").encode(),
        cfdi(complements="<c:Complemento/><c:Complemento><o:o xmlns:o='urn:o'/></c:Complemento>").encode(),
        cfdi().replace("c:", "").replace("xmlns:c", "xmlns").replace("<t:", "<t:").encode(),
        cfdi(head="<!-- printed by <ERP> --><?xml-stylesheet href='a'?>").encode(),
    ],
)
def test_odd_bytes_and_prefixes_change_nothing(text: bytes) -> None:
    assert bill(text) == bill(cfdi())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("empty", "")),
        (b" \r\n", ("empty", "")),
        ("no markup", ("not_xml", "")),
        (b"%PDF-1.4 \x80", ("not_xml", "")),
        ("<html><body/></html>", ("not_cfdi", "html")),
        ("<r:Retenciones xmlns:r='urn:r'/>", ("not_cfdi", "Retenciones")),
        (cfdi()[:-5], ("xml_broken", "")),
        (cfdi(addenda="\0"), ("xml_broken", "")),
        (cfdi(addenda="<c:a b='1' b='2'/>"), ("xml_broken", "")),
        (cfdi(Version="3.2"), ("cfdi_version", "3.2")),
        (cfdi(Version=None, version_="2.0").replace("version_", "version"), ("cfdi_version", "2.0")),
        (cfdi(Version=None), ("cfdi_version", "")),
        (cfdi(Version="3.3"), ("cfdi_namespace", "3.3")),
        (cfdi(TipoDeComprobante="N"), ("cfdi_payroll", "")),
        (cfdi(TipoDeComprobante="T"), ("cfdi_transport", "")),
        (cfdi(TipoDeComprobante="Q"), ("cfdi_kind", "TipoDeComprobante=Q")),
        (cfdi(TipoDeComprobante=None), ("missing", "TipoDeComprobante")),
        (cfdi(None), ("cfdi_unstamped", "")),
        (cfdi(complements=stamp(U2)), ("cfdi_stamps", "")),
        (cfdi("1D05"), ("not_uuid", "UUID=1D05")),
        (cfdi(rfc=None), ("missing", "Rfc")),
        (cfdi().replace("Receptor", "Nadie"), ("missing", "Receptor")),
        (cfdi(relations=related("01", "7")), ("not_uuid", "UUID=7")),
        (cfdi(Fecha="01/07/2019"), ("not_date", "Fecha=01/07/2019")),
        (cfdi(Fecha="2019-02-30T00:00:00"), ("not_date", "Fecha=2019-02-30T00:00:00")),
        (cfdi(Fecha="1899-12-30T00:00:00"), ("not_date", "Fecha=1899-12-30T00:00:00")),
        (cfdi(Total="116.005"), ("decimals", "Total=116.005")),
        (cfdi(Total="1e3"), ("not_amount", "Total=1e3")),
        (cfdi(Total="1,116.00"), ("not_amount", "Total=1,116.00")),
        (cfdi(Total="-1.00"), ("not_amount", "Total=-1.00")),
        (cfdi(Total="9" * 18), ("not_amount", "Total=" + "9" * 18)),
        (cfdi(Total=None), ("missing", "Total")),
        (cfdi(Moneda="XXX"), ("currency", "Moneda=XXX")),
        (cfdi(Moneda="$"), ("currency", "Moneda=$")),
        (cfdi(Moneda="JPY", Total="116.5"), ("decimals", "Total=116.5")),
    ],
)
def test_what_is_no_cfdi_that_counts_is_refused_by_what_it_is(text: str | bytes, expected: tuple[str, str]) -> None:
    assert refusal(text) == expected


def test_amounts_of_six_decimals_are_taken_when_nothing_is_lost() -> None:
    assert bill(cfdi(Total="116.000000")).total == Money(11600, "MXN")
    assert bill(cfdi(Total="116.500", Moneda="KWD")).total == Money(116500, "KWD")


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE c SYSTEM "http://127.0.0.1:1/c.dtd">',
        '<!-- harmless --> <!DOCTYPE c [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>',
    ],
)
def test_a_document_type_is_refused_before_it_is_read(declaration: str) -> None:
    head = f'<?xml version="1.0"?>\n{declaration}'
    assert refusal(cfdi(head=head, Serie="&x;")) == ("xml_dtd", "")


def test_nothing_is_larger_or_deeper_than_its_limit() -> None:
    assert bill(cfdi(addenda=f"<a>{' ' * (MAX_XML_BYTES - len(cfdi()) - 100)}</a>"))
    assert refusal(cfdi(addenda=" " * MAX_XML_BYTES)) == ("xml_size", "")
    deep = MAX_DEPTH - 1
    assert bill(cfdi(addenda="<a>" * deep + "</a>" * deep))
    assert refusal(cfdi(addenda="<a>" * (deep + 1) + "</a>" * (deep + 1))) == ("xml_depth", "")


def test_a_broken_file_changes_nothing_about_the_next_one() -> None:
    addenda = "<c:Addenda><x:y x:z='1'>nobody declares x</x:y></c:Addenda>"
    for broken in ("<broken>", "<a><b></a>", "<a>&x;</a>"):
        assert refusal(broken)[0] == "xml_broken"
        assert bill(cfdi(addenda=addenda)).uuid == U1
    assert refusal(cfdi(addenda=f"{addenda}</open>"))[0] == "xml_broken"


@pytest.mark.parametrize(("version", "pagos_version"), [("4.0", "2.0"), ("3.3", "1.0")])
def test_a_rep_is_a_payment_for_each_document_of_each_payment(version: str, pagos_version: str) -> None:
    payments = [
        pago(doc(U1, "100.00"), doc(U2.lower(), "16.00")),
        pago(doc(U1, "5", MonedaDR="USD"), FechaPago="2019-07-11T00:00:00", FormaDePagoP="02", NumOperacion=None),
    ]
    found = read(rep(payments=payments, version=version, pagos_version=pagos_version, relations=related("04", U4)))
    assert isinstance(found, IncomingRep)
    assert (found.uuid, found.rfc, found.replaces) == (U3, RFC, (U4,))
    assert lines(rep(payments=payments, version=version, pagos_version=pagos_version)) == [
        (U1, date(2019, 7, 10), "100.00 MXN", "03", "4343"),
        (U2, date(2019, 7, 10), "16.00 MXN", "03", "4343"),
        (U1, date(2019, 7, 11), "5.00 USD", "02", ""),
    ]


def test_payments_of_several_complements_are_all_read() -> None:
    both = pagos([pago(doc(U1))]) + pagos([pago(doc(U2))])
    assert [line[0] for line in lines(rep(complements=both))] == [U1, U2]


def test_the_one_document_of_a_payment_in_its_currency_is_paid_with_all_of_it() -> None:
    assert lines(rep(payments=[pago(doc(amount=None), Monto="70.50")], pagos_version="1.0"))[0][2] == "70.50 MXN"


def test_a_document_before_there_were_cfdi_has_series_and_folio() -> None:
    found = read(rep(payments=[pago(doc("001-12-123456789", Serie="B", Folio="9"))]))
    assert isinstance(found, IncomingRep)
    assert (found.lines[0].document_uuid, found.lines[0].label) == (None, "B-9")


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (doc(amount="116.0049", ImpSaldoAnt="200.0049", ImpSaldoInsoluto="84.0000"), Decimal("116.00")),
        (doc(amount="116.005", ImpSaldoAnt="200.005", ImpSaldoInsoluto="84"), Decimal("116.01")),
        (doc(amount="116.500000"), Decimal("116.50")),
    ],
)
def test_more_decimals_are_rounded_where_the_sum_stays_right(document: Doc, expected: Decimal) -> None:
    found = read(rep(payments=[pago(document)]))
    assert isinstance(found, IncomingRep)
    assert found.lines[0].amount.decimal == expected


@pytest.mark.parametrize(
    ("payments", "expected"),
    [
        ([pago(doc(amount="116.005", ImpSaldoAnt="200"))], ("decimals", "ImpPagado=116.005")),
        ([pago(doc(amount="116.005", ImpSaldoAnt=None))], ("decimals", "ImpPagado=116.005")),
        ([pago(doc(amount="0.00"))], ("not_positive", "ImpPagado=0.00")),
        ([pago(doc(amount="abc"))], ("not_amount", "ImpPagado=abc")),
        ([pago(doc(amount=None), doc(U2))], ("missing", "ImpPagado")),
        ([pago(doc(amount=None, MonedaDR="USD"))], ("missing", "ImpPagado")),
        ([pago(doc(MonedaDR="XXX"))], ("currency", "MonedaDR=XXX")),
        ([pago(doc("7"))], ("not_uuid", "IdDocumento=7")),
        ([pago()], ("rep_without_documents", "Monto=116.00")),
        ([pago(doc(), FechaPago=None)], ("missing", "FechaPago")),
        ([pago(doc(), FormaDePagoP="3")], ("payment_form", "FormaDePagoP=3")),
    ],
)
def test_a_payment_that_cannot_be_applied_is_refused(payments: list[str], expected: tuple[str, str]) -> None:
    assert refusal(rep(payments=payments)) == expected


def test_a_payment_cfdi_without_payments_is_refused() -> None:
    assert refusal(rep(complements="")) == ("rep_without_payments", "")


@pytest.mark.parametrize(
    ("receiver", "expected"),
    [(RFC, False), ("XAXX010101000", False), ("KIJ0906199R2", True), ("NOBODY", True), ("E&Ñ831019M53", True)],
)
def test_an_rfc_is_odd_by_its_form_or_check_digit(receiver: str, *, expected: bool) -> None:
    assert is_odd(receiver) is expected


_WHOLE = (
    cfdi(relations=related("01", U2), addenda="<c:Addenda>á</c:Addenda>").encode(),
    rep(payments=[pago(doc(), doc(U2))]).encode(),
)


@given(
    whole=st.sampled_from(_WHOLE),
    cuts=st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 40), st.one_of(st.binary(max_size=8), st.sampled_from(_WHOLE))),
        min_size=1,
        max_size=4,
    ),
)
def test_a_broken_file_is_read_or_refused_and_never_crashes(whole: bytes, cuts: list[tuple[float, int, bytes]]) -> None:
    for where, length, put in cuts:
        start = int(where * len(whole))
        whole = whole[:start] + put + whole[start + length :]
    with suppress(BadXml):
        read_cfdi(whole)


@given(
    name=st.sampled_from(["Serie", "Folio", "Fecha", "Total", "Moneda", "TipoDeComprobante", "MetodoPago", "Version"]),
    value=st.text(),
)
def test_whatever_an_attribute_holds_is_read_or_refused(name: str, value: str) -> None:
    changed: dict[str, Any] = {name: value}
    with suppress(BadXml):
        read_cfdi(cfdi(**changed).encode("utf-8", "surrogatepass"))
