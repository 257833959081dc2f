from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest

from bot.domain.company import Company
from bot.domain.receivables import AttachmentPolicy
from bot.i18n import language
from bot.imports.vault import Vault
from bot.render.statement_pdf import statement_pdf
from bot.services.enclosing import House, attachments_for, charges, file_name
from tests.render.examples import RAMIRO, seed_statement

SPANISH = language("es")
STATEMENT = seed_statement()
FIRST, SECOND = (document for document in charges(STATEMENT)[:2])


@pytest.fixture
def house(tmp_path: Path) -> House:
    vault = Vault(tmp_path / "files")
    for document in (FIRST, SECOND):
        vault.keep((document.uuid or "").upper(), ".xml", f"<xml {document.folio}/>".encode())
    vault.keep((FIRST.uuid or "").upper(), ".pdf", b"%PDF")
    return House(Company("La Casa"), vault)


def names(policy: AttachmentPolicy, house: House) -> list[str]:
    statement = replace(STATEMENT, customer=replace(RAMIRO, attachments=policy))
    return [file.name for file in attachments_for(statement, SPANISH, house).files]


OWN = ["Estado de cuenta CL002 2019-03-19.pdf", "Estado de cuenta CL002 2019-03-19.xlsx"]
REMITTANCE = ["Remesa CL002 2019-03-19.csv", "Remesa CL002 2019-03-19.xlsx"]


def test_each_customer_gets_the_files_it_wants(house: House) -> None:
    xml, pdf = (f"CFDI-21002 {(FIRST.uuid or '').upper()}.{ending}" for ending in ("xml", "pdf"))
    other = f"CFDI-21088 {(SECOND.uuid or '').upper()}.xml"
    assert names(AttachmentPolicy.SEPARATE, house) == [*OWN, *REMITTANCE, xml, pdf, other]
    assert names(AttachmentPolicy.ZIP, house) == [*OWN, *REMITTANCE, "Facturas CL002 2019-03-19.zip"]
    assert names(AttachmentPolicy.PDF_ONLY, house) == [OWN[0], pdf]
    assert names(AttachmentPolicy.NONE, house) == []


def test_the_files_are_what_they_are_called(house: House, tmp_path: Path) -> None:
    files = {file.name: file for file in attachments_for(STATEMENT, SPANISH, house).files}
    pdf = files[OWN[0]]
    assert (pdf.content_type, pdf.content) == ("application/pdf", statement_pdf(STATEMENT, SPANISH, house.company))
    (xml,) = (file for name, file in files.items() if name.startswith("CFDI-21088"))
    assert (xml.content_type, xml.content) == ("application/xml", b"<xml 21088/>")
    zipped = replace(STATEMENT, customer=replace(RAMIRO, attachments=AttachmentPolicy.ZIP))
    archive = attachments_for(zipped, SPANISH, house).files[-1]
    (tmp_path / "f.zip").write_bytes(archive.content)
    with ZipFile(tmp_path / "f.zip") as opened:
        assert len(opened.namelist()) == 3


def test_the_files_speak_the_customers_language(house: House) -> None:
    assert attachments_for(STATEMENT, language("en"), house).files[0].name.startswith("Statement of account CL002")


@pytest.mark.parametrize(
    ("text", "name"),
    [("CL/00:2*?.pdf", "CL-00-2--.pdf"), ('a\\b"<c>|.x', "a-b--c--.x"), ("ñ" * 300 + ".xlsx", "ñ" * 180 + ".xlsx")],
)
def test_a_name_is_one_that_windows_takes_and_the_outbox_keeps(text: str, name: str) -> None:
    assert file_name(text) == name
