import pytest

from bot.domain.incoming import IncomingCfdi
from bot.domain.rep import Rep
from bot.imports.rep_xml import read_for_reconciling
from bot.imports.xml_reading import BadXml
from tests.imports.cfdi_files import U1, U2, U3, cfdi, doc, pago, pagos, rep, stamp
from tests.rep_files import ISSUER, d, make_rep, payment, xml


def read(text: str) -> Rep:
    found = read_for_reconciling(text.encode(), "x.xml")
    assert isinstance(found, Rep)
    return found


def test_a_rep_is_read_as_it_is_written_also_before_it_is_stamped() -> None:
    assert read(rep(None)).uuid is None
    assert read(rep(U3)).uuid == U3
    both = pagos([pago(doc(U1))]) + pagos([pago(doc(U2))])
    assert [one.documents[0].uuid for one in read(rep(complements=both)).payments] == [U1, U2]
    assert read(rep(payments=[pago(doc(" 1d05d435-fbd1-5fb2-846b-baaeec1593c1 "))])).payments[0].documents[0].uuid == U1


def test_the_one_document_of_an_old_payment_in_its_currency_is_paid_with_all_of_it() -> None:
    def paid(*documents: object, version: str = "1.0", **over: object) -> list[object]:
        text = rep(payments=[pago(*documents, **over)], pagos_version=version)  # type: ignore[arg-type] # Doc
        return [one.paid for one in read(text).payments[0].documents]

    assert paid(doc(amount=None), Monto="70.50") == [d("70.50")]
    assert paid(doc(amount=None), doc(U2, None)) == [None, None]
    assert paid(doc(amount=None, MonedaDR="USD")) == [None]
    assert paid(doc(amount=None), version="2.0") == [None]


def test_what_sat_would_not_take_is_read_to_be_told() -> None:
    odd = read(rep(payments=[pago(doc(amount="-1.1234567", NumParcialidad="0"), Monto="0")]))
    assert (odd.payments[0].amount, odd.payments[0].documents[0].paid) == (d(0), d("-1.1234567"))
    assert odd.payments[0].documents[0].installment == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (rep(complements=""), ("rep_without_payments", "")),
        (rep(complements=pagos([])), ("rep_without_payments", "")),
        (rep(addenda=stamp(U1)), ("cfdi_stamps", "")),
        (rep(payments=[pago(doc(), Monto=None)]), ("missing", "Monto")),
        (rep(payments=[pago(doc(), Monto="1,000.00")]), ("not_amount", "Monto=1,000.00")),
        (rep(payments=[pago(doc(NumParcialidad="1a"))]), ("not_whole", "NumParcialidad=1a")),
        (rep(payments=[pago(doc(), FechaPago="10/07/2019")]), ("not_date", "FechaPago=10/07/2019")),
        ("<Otro/>", ("not_cfdi", "Otro")),
    ],
)
def test_what_cannot_be_judged_is_refused_by_what_it_is(text: str, expected: tuple[str, str]) -> None:
    with pytest.raises(BadXml) as caught:
        read_for_reconciling(text.encode(), "x.xml")
    assert (caught.value.reason, caught.value.value) == expected


def test_an_invoice_comes_with_its_issuer_and_what_is_neither_is_nothing() -> None:
    found = read_for_reconciling(cfdi().encode(), "x.xml")
    assert isinstance(found, IncomingCfdi)
    assert found.issuer == ISSUER
    for other in (cfdi(None), cfdi(TipoDeComprobante="T"), cfdi(Version="3.2")):
        assert read_for_reconciling(other.encode(), "x.xml") is None


def test_a_rep_without_a_receiver_is_read() -> None:
    text = xml(make_rep(payment())).replace("<c:Receptor", "<c:Otro")
    assert read(text).receiver == ""
