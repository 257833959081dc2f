"""A credit note never takes the place of an invoice that has its folio, nor an invoice that of a credit note."""

from pathlib import Path

import pytest

from bot.domain.receivables import DocumentKind
from bot.store.database import Database
from tests.imports.cfdi_files import U2, cfdi
from tests.services.cfdi_run import Office

HEADINGS = "CODIGO,CONCEPTO,SERIE,FOLIO,UUID,FECHA DOCUMENTO,MONTO ORIGINAL,TIPO\n"
INVOICE = f"{HEADINGS}CL1,,A,7,,01/07/2019,116,factura\n"
NOTE = f"{HEADINGS}CL1,,A,7,,05/07/2019,16,nota de credito\n"
UNSAID = INVOICE.replace(",TIPO", "").replace(",factura", "")
NAMED = INVOICE.replace(",,A", ",Factura,A")


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    made = Office(database, tmp_path)
    made.add_customer("CL1")
    return made


def kept(office: Office) -> list[tuple[DocumentKind, int]]:
    return [(row.kind, row.total) for row in office.documents()]


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (INVOICE, NOTE),
        (NOTE, INVOICE),
        # Without a kind it is an invoice.
        (NOTE, UNSAID),
        (INVOICE, NOTE.replace(",,05", f",{U2},05")),
        (INVOICE, NOTE.replace("nota de credito", "anticipo")),
        (cfdi(), INVOICE.replace("factura", "nota de credito")),
    ],
)
def test_a_charge_and_a_credit_of_one_folio_are_not_one_document(office: Office, first: str, then: str) -> None:
    office.load(first)
    before = kept(office)
    assert office.problems(then) == [("FOLIO", "7", "other_side")]
    assert kept(office) == before
    assert office.counts(then.replace(",,A", ",2 / Otro,A")) == [(1, 0, 0, 0)]


def test_neither_are_they_of_the_same_day_and_total_where_their_concepts_are_named_apart(office: Office) -> None:
    office.load(NAMED)
    note = NAMED.replace("Factura", "Nota de credito").replace("factura", "nota de credito")
    assert office.problems(note) == [("CONCEPTO", "Nota de credito", "other_concept")]
    assert kept(office) == [(DocumentKind.INVOICE, 11600)]


@pytest.mark.parametrize("first", [INVOICE.replace(",factura", ","), NAMED])
def test_a_kind_that_was_wrong_or_not_said_is_put_right(office: Office, first: str) -> None:
    office.load(first)
    right = first.replace(",116,factura", ",116,").replace(",116,", ",116,nota de credito")
    assert office.counts(right) == [(0, 1, 0, 0)]
    assert office.counts(right) == [(0, 0, 1, 0)]
    office.load(UNSAID)
    assert kept(office) == [(DocumentKind.CREDIT_NOTE, 11600)]


def test_an_uncoded_debit_note_of_the_day_and_total_of_a_charge_is_refused(office: Office) -> None:
    """Without its kind it was an invoice, and then owed twice."""
    office.load(UNSAID.replace(",,A", ",2 / Cargo,A"))
    note = INVOICE.replace("factura", "nota de cargo")
    assert office.problems(note) == [("FOLIO", "7", "alike")]
    assert office.problems(note.replace("A,7", ",A-7")) == [("FOLIO", "A-7", "alike")]
