"""REP of files and imported ones against a ledger."""

import csv
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from bot.domain.people import COMMAND_LINE, Person, Role
from bot.domain.receivables import ApplicationKind, PaymentMethod
from bot.domain.reconciling import Reconciled
from bot.domain.rep import Rep, Rule
from bot.i18n import language
from bot.presenters.reconcile import report_json
from bot.services import reconcile
from bot.services.imports import import_files
from bot.store.database import Database
from bot.store.models import AuditRow
from tests import factories
from tests.imports.cfdi_files import RFC, U1, U2, U3, U4, cfdi, related
from tests.independent_rep import left_without_rep
from tests.rep_files import ISSUER, d, make_rep, paid, payment, second, xml
from tests.services.cfdi_run import Office
from tests.services.world import act

TODAY = date(2019, 7, 16)
LATER = datetime.fromisoformat("2019-07-12T12:00:00")
OTHER_RFC = "XIQB891116QE4"
FIRST = make_rep()
SECOND = make_rep(payment(second(), at=LATER), name="second.xml", uuid=U4, folio="2")


@dataclass(frozen=True)
class Desk:
    """An office with A-7 of $116.00 (PPD, U1) of customer CL1, and a folder to put REP in."""

    office: Office

    @property
    def database(self) -> Database:
        """Its database."""
        return self.office.database

    def put(self, *reps: Rep | str, into: str = "reps") -> Path:
        """Write REP, or whatever text, to a folder."""
        folder = self.office.folder / into
        folder.mkdir(exist_ok=True)
        for number, rep in enumerate(reps):
            name = rep.name if isinstance(rep, Rep) else f"other {number}.xml"
            (folder / name).write_text(xml(rep) if isinstance(rep, Rep) else rep, encoding="utf-8")
        return folder

    def of_files(self, *paths: Path, cancelled: Iterable[str] = ()) -> Reconciled:
        """Hold files against the ledger, as the command line does."""
        return reconcile.of_files(
            self.database.transaction, act(COMMAND_LINE, TODAY), paths,
            vault=self.office.vault, issuer=ISSUER, cancelled=list(cancelled),
        )  # fmt: skip

    def imported(self, person: Person = COMMAND_LINE, on: date = TODAY, cancelled: Iterable[str] = ()) -> Reconciled:
        """Hold what was imported against the ledger, as `/rep` does."""
        return reconcile.imported(
            self.database.transaction, act(person, on), vault=self.office.vault, issuer=ISSUER,
            cancelled=list(cancelled),
        )  # fmt: skip

    def pay(self, cents: int, on: date, folio: str = "7", **over: object) -> None:
        """Apply a payment of the ERP's."""
        with self.database.transaction() as session:
            (row,) = [row for row in self.office.documents() if row.folio == folio]
            factories.application(session, session.merge(row), cents, on, **over)  # type: ignore[arg-type] # its own


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    office = Office(database, tmp_path)
    office.add_customer("CL1")
    office.add_document(uuid=U1, payment_method=PaymentMethod.PPD, issued=date(2019, 7, 1))
    return Desk(office)


def rules(found: Reconciled) -> list[Rule]:
    return [finding.rule for finding in found.found.findings]


def test_files_folders_and_zips_of_rep_are_held_against_the_ledger(desk: Desk) -> None:
    desk.pay(4000, date(2019, 7, 10))
    desk.pay(3000, date(2019, 7, 12))
    folder = desk.put(FIRST, SECOND)
    assert rules(desk.of_files(folder)) == []
    assert rules(desk.of_files(*folder.iterdir())) == []
    with ZipFile(desk.office.folder / "rep.zip", "w") as archive:
        for path in folder.iterdir():
            archive.write(path, f"julio/{path.name}")
    found = desk.of_files(desk.office.folder / "rep.zip")
    assert (rules(found), {rep.name for rep in found.found.reps}) == (
        [], {"rep.zip/julio/rep.xml", "rep.zip/julio/second.xml"},
    )  # fmt: skip
    assert found.found.needed == ()


def test_a_post_dated_payment_does_not_tell_that_the_ledger_has_what_was_paid_before_it(desk: Desk) -> None:
    desk.pay(4000, date(2019, 7, 10))
    desk.pay(1000, date(2019, 12, 31))
    folder = desk.put(FIRST, SECOND)
    assert rules(desk.of_files(folder)) == []
    desk.office.load(xml(FIRST))
    desk.office.load(xml(SECOND))
    assert rules(desk.imported()) == []


def test_files_of_one_name_in_two_folders_are_told_apart(desk: Desk) -> None:
    folder = desk.put(FIRST)
    desk.put(replace(FIRST, uuid=U4, folio="2"), into="reps/julio")
    assert {rep.name for rep in desk.of_files(folder).found.reps} == {"rep.xml", "julio/rep.xml"}


def test_a_rep_that_is_not_stamped_yet_is_held_against_the_imported_ones(desk: Desk) -> None:
    desk.office.load(xml(FIRST))
    desk.pay(3000, date(2019, 7, 12))
    draft = replace(SECOND, uuid=None)
    assert rules(desk.of_files(desk.put(draft))) == []
    wrong = replace(draft, payments=(payment(second(installment=1), at=LATER),))
    found = desk.of_files(desk.put(wrong, into="wrong"))
    assert [(f.rule, f.expected, f.rep.name) for f in found.found.findings] == [
        (Rule.INSTALLMENT_REPEATED, 2, "second.xml")
    ]


@pytest.mark.parametrize("uuid", [None, U4])
def test_a_rep_made_late_of_an_earlier_payment_takes_no_number_that_an_imported_one_has(
    desk: Desk, uuid: str | None
) -> None:
    desk.office.load(xml(FIRST))
    desk.pay(3000, date(2019, 7, 5))
    at, issued_at = datetime.fromisoformat("2019-07-05T12:00:00"), datetime.fromisoformat("2019-07-16T09:00:00")
    late = make_rep(payment(second(), at=at), name="late.xml", uuid=uuid, folio="2", issued_at=issued_at)
    assert rules(desk.of_files(desk.put(late))) == []
    wrong = replace(late, payments=(payment(paid(amount="30.00"), at=at),))
    found = desk.of_files(desk.put(wrong, into="wrong"))
    assert [(f.rule, f.expected, f.rep.name) for f in found.found.findings] == [
        (Rule.INSTALLMENT_REPEATED, 2, "late.xml")
    ]


def test_a_draft_of_an_imported_rep_is_that_one_and_what_is_wrong_with_it_is_told(desk: Desk) -> None:
    wrong = make_rep(payment(replace(paid(), before=d(120), after=d(80))))
    desk.office.load(xml(wrong))
    found = desk.of_files(desk.put(replace(wrong, uuid=None, name="draft.xml"))).found
    assert ([rep.uuid for rep in found.reps], [f.rule for f in found.findings]) == (
        [wrong.uuid], [Rule.PREVIOUS_BALANCE],
    )  # fmt: skip


def test_what_cannot_be_read_is_told_and_other_cfdi_are_no_business_of_this(desk: Desk) -> None:
    folder = desk.put(
        FIRST, "<broken>", cfdi(TipoDeComprobante="P", Total="0"), cfdi(None), cfdi(TipoDeComprobante="N"),
        cfdi(U2, Version="3.2"), "<Otro/>",
    )  # fmt: skip
    (folder / "bad.zip").write_bytes(b"PK\x03\x04")
    found = desk.of_files(folder, folder / "none.xml")
    assert [(one.name, one.problem.reason) for one in found.unread] == [
        ("bad.zip", "zip_broken"),
        ("other 1.xml", "xml_broken"),
        ("other 2.xml", "rep_without_payments"),
        ("other 6.xml", "not_cfdi"),
        ("none.xml", "no_file"),
    ]
    assert len(found.found.reps) == 1


def test_a_trick_in_a_zip_is_told(desk: Desk) -> None:
    with ZipFile(desk.office.folder / "rep.zip", "w") as archive:
        archive.writestr("../rep.xml", xml(FIRST))
    (unread,) = desk.of_files(desk.office.folder / "rep.zip").unread
    assert (unread.name, unread.problem.reason) == ("rep.zip/../rep.xml", "zip_outside")


def test_invoices_and_notes_beside_the_rep_tell_what_the_ledger_does_not_know(desk: Desk) -> None:
    line = paid(U2, before=d("100.00"), after=d("60.00"), folio="9")
    note = cfdi(U4, TipoDeComprobante="E", Total="16.00", relations=related("01", U2), Fecha="2019-07-05T10:00:00")
    folder = desk.put(make_rep(payment(line)), cfdi(U2, Folio="9"), note, cfdi(U1))
    assert rules(desk.of_files(folder)) == [Rule.NOT_IN_LEDGER] * 0
    (folder / "other 2.xml").unlink()
    (finding,) = desk.of_files(folder).found.findings
    assert (finding.rule, finding.found, finding.expected) == (Rule.PREVIOUS_BALANCE, d("100.00"), d("116.00"))
    # Without its invoice it is a document that nobody knows.
    (folder / "other 1.xml").unlink()
    assert rules(desk.of_files(folder)) == [Rule.UNKNOWN_DOCUMENT]


@pytest.mark.parametrize(("series", "folio"), [("A", "8"), ("", "A-8"), ("", "A 8")])
def test_a_document_without_uuid_is_found_by_its_name(desk: Desk, series: str, folio: str) -> None:
    desk.office.add_document(folio, series=series, payment_method=PaymentMethod.PPD, issued=date(2019, 7, 1))
    desk.pay(4000, date(2019, 7, 10), folio)
    assert rules(desk.of_files(desk.put(make_rep(payment(paid(U2, folio="0008")))))) == []


def test_the_invoice_beside_the_rep_is_the_document_that_the_ledger_has_without_uuid(desk: Desk) -> None:
    desk.office.add_document("8", payment_method=PaymentMethod.PPD, issued=date(2019, 7, 1))
    rep = make_rep(payment(paid(U2)), uuid=U3)
    desk.pay(4000, date(2019, 7, 10), "8", rep_uuid=U3)
    for total, expected in (("116.00", 0), ("117.00", 1)):
        found = desk.of_files(desk.put(rep, cfdi(U2, Folio="8", Total=total))).found
        assert len(found.needed) == expected


def test_a_rep_that_was_cancelled_is_left_out_and_its_payment_needs_another(desk: Desk) -> None:
    desk.office.load(xml(FIRST))
    assert desk.imported().found.needed == ()
    found = desk.imported(cancelled=[U3.lower()]).found
    assert ([rep.uuid for rep in found.left_out], [n.installment for n in found.needed]) == ([U3], [1])
    assert desk.of_files(desk.put(FIRST), cancelled=[U3]).found.reps == ()


def test_imported_rep_are_read_from_where_they_are_kept(desk: Desk) -> None:
    wrong = make_rep(payment(paid(), second(installment=3)), total=d("70.00"))
    assert desk.office.counts(xml(wrong)) == [(2, 0, 0, 0)]
    (finding,) = desk.imported().found.findings
    assert (finding.rule, finding.customer) == (Rule.INSTALLMENT_GAP, ("CL1", "Juan Perez"))


def test_an_imported_rep_whose_file_was_written_anew_is_read_anew(desk: Desk) -> None:
    desk.office.load(xml(FIRST))
    assert desk.imported().found.findings == ()
    (path,) = desk.office.vault.find(U3)
    written_at = path.stat().st_mtime_ns
    desk.office.vault.keep(U3, ".xml", xml(make_rep(payment(paid(installment=3)))).encode())
    # The clock of a file system may stand still between two writings of a test.
    os.utime(path, ns=(written_at + 1, written_at + 1))
    assert [finding.rule for finding in desk.imported().found.findings] == [Rule.INSTALLMENT_GAP]


def test_an_imported_rep_whose_file_is_gone_keeps_its_place(desk: Desk) -> None:
    desk.office.load(xml(FIRST))
    for path in desk.office.vault.find(U3):
        path.unlink()
    desk.pay(3000, date(2019, 7, 12))
    found = desk.imported().found
    assert ([n.installment for n in found.needed], found.reps) == ([2], ())


def test_payments_of_a_year_are_looked_at(desk: Desk) -> None:
    desk.pay(100, date(2018, 6, 30))
    desk.pay(200, date(2018, 7, 1))
    desk.pay(300, date(2019, 7, 17))
    needed = desk.imported().found.needed
    # The one before has its number; what has not come yet needs none today.
    assert [(n.installment, n.entry.amount.minor) for n in needed] == [(2, 200)]
    assert desk.imported(on=date(2020, 8, 1)).found.needed == ()


def test_a_pue_invoice_with_an_imported_rep_is_told(desk: Desk) -> None:
    desk.office.add_document("8", uuid=U2, payment_method=PaymentMethod.PUE)
    desk.office.load(xml(make_rep(payment(paid(U2, folio="8")))))
    assert rules(desk.imported()) == [Rule.PUE]


def test_a_collector_is_told_of_their_own_customers_only(desk: Desk) -> None:
    desk.office.add_customer("CL9", collector="C2", rfc=OTHER_RFC)
    desk.office.add_document("9", "CL9", uuid=U2, payment_method=PaymentMethod.PPD)
    desk.office.load(xml(make_rep(payment(paid(U1, before=d(115), after=d(75)), paid(U2, before=d(110), after=d(0))))))
    desk.pay(500, date(2019, 7, 11), "9")
    ana, beto, chief = (
        Person(0, "x", role, code)
        for role, code in ((Role.COLLECTOR, "C1"), (Role.COLLECTOR, "C2"), (Role.SUPERVISOR, None))
    )
    assert {f.customer[0] for f in desk.imported(ana).found.findings} == {"CL1"}
    assert {f.customer[0] for f in desk.imported(beto).found.findings} == {"CL9"}
    assert {f.customer[0] for f in desk.imported(chief).found.findings} == {"CL1", "CL9"}
    assert [n.document.label for n in desk.imported(beto).found.needed] == ["A-9"]
    assert desk.imported(ana).found.needed == ()
    nobody = Person(0, "x", Role.COLLECTOR, None)
    assert desk.imported(nobody).found.findings == ()


@pytest.mark.parametrize("uuid", [U2, None])
def test_what_a_rep_pays_of_two_portfolios_together_is_told_to_who_sees_both(desk: Desk, uuid: str | None) -> None:
    """Two customers of one RFC, as the branches of a company are; an ERP may know of no UUID."""
    desk.office.add_customer("CL9", collector="C2")
    desk.office.add_document("9", "CL9", uuid=uuid, payment_method=PaymentMethod.PPD)
    both = payment(paid(U1), paid(U2, folio="9"), amount=d("90.00"))
    desk.office.load(xml(make_rep(both, total=d("91.00"))))
    ana, beto, chief = (
        Person(0, "x", role, code)
        for role, code in ((Role.COLLECTOR, "C1"), (Role.COLLECTOR, "C2"), (Role.SUPERVISOR, None))
    )
    assert rules(desk.imported(chief)) == [Rule.TOTAL, Rule.LESS_THAN_PAYMENT]
    assert rules(desk.imported(ana)) == rules(desk.imported(beto)) == []


def test_an_independent_little_program_counts_the_same(desk: Desk) -> None:
    desk.office.add_document("8", uuid=U2, payment_method=PaymentMethod.PPD, total=50000, issued=date(2019, 7, 1))
    for cents, day, folio in ((4000, 10, "7"), (3000, 12, "7"), (700, 13, "7"), (10001, 3, "8"), (20000, 15, "8")):
        desk.pay(cents, date(2019, 7, day), folio)
    desk.pay(250, date(2019, 7, 14), "8", kind=ApplicationKind.CREDIT_NOTE)
    folder = desk.put(FIRST, SECOND)
    shown = desk.of_files(folder)
    ledger = StringIO()
    writer = csv.writer(ledger)
    names = {row.folio: (row.uuid, row.total) for row in desk.office.documents()}
    for folio, on, cents, kind, _ in desk.office.applications():
        writer.writerow([*names[folio], on.isoformat(), cents, kind.value])
    expected = left_without_rep(ledger.getvalue(), [path.read_text(encoding="utf-8") for path in folder.iterdir()])
    answer = json.loads(json.dumps(report_json(shown, language("es"))))
    assert answer["findings"] == []
    told = [
        (n["IdDocumento"], n["NumParcialidad"], n["ImpSaldoAnt"], n["ImpPagado"], n["ImpSaldoInsoluto"])
        for n in answer["needed"]
    ]
    assert sorted(told) == sorted(expected)
    assert len(told) == 3


def test_the_reader_of_files_is_the_one_of_imports(desk: Desk) -> None:
    folder = desk.put(FIRST)
    report = import_files(desk.database.transaction, [folder], today=TODAY, keeper=desk.office.vault)
    assert report.refused == 0
    assert rules(desk.imported()) == rules(desk.of_files(folder)) == []
    assert {rep.receiver for rep in desk.imported().found.reps} == {RFC}


def test_whose_rep_were_looked_at_leaves_a_trace(desk: Desk) -> None:
    desk.pay(4000, date(2019, 7, 10))
    desk.imported(Person(0, "x", Role.COLLECTOR, "C1"))
    desk.of_files(desk.put(FIRST))
    with desk.database.transaction() as session:
        assert [(row.action, row.subject) for row in session.query(AuditRow)] == 2 * [("rep", "CL1")]
