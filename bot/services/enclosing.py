"""What travels with a statement: its files, the invoices', the remittance file, what the sender adds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.domain.company import Company
from bot.domain.correspondence import DAILY, Attachment, Parcel, Spacing
from bot.domain.receivables import AttachmentPolicy, Document
from bot.domain.statement import Statement
from bot.i18n import Language
from bot.render.parcel import pack
from bot.render.plain import one_line

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TYPES = {".xml": "application/xml", ".pdf": "application/pdf"}
# What Windows takes in no file name.
_UNSAFE = re.compile(r'[<>:"/\\|?*]')


class InvoiceFiles(Protocol):
    """Where the XML and PDF of the invoices are kept; `bot.imports.vault.Vault` is one."""

    def find(self, uuid: str) -> list[Path]:
        """The files of a UUID."""
        ...


@dataclass(frozen=True, slots=True)
class House:
    """Who sends, from where the invoices' files come, and what lies between two statements at least."""

    company: Company
    invoices: InvoiceFiles
    spacing: Spacing = DAILY


def attachments_for(statement: Statement, language: Language, house: House, *, beside: Sequence[int] = ()) -> Parcel:
    """The files of a statement's mail, as its customer wants them; the sender's own, of these sizes, travel beside."""
    # openpyxl and reportlab take their time and 40 MB, which only who sends should pay.
    from bot.render.remittance import remittance_csv, remittance_xlsx  # noqa: PLC0415 - see above
    from bot.render.statement_pdf import statement_pdf  # noqa: PLC0415 - see above
    from bot.render.statement_xlsx import statement_xlsx  # noqa: PLC0415 - see above

    policy, customer = statement.customer.attachments, statement.customer
    if policy is AttachmentPolicy.NONE:
        return Parcel()

    def named(title: str, ending: str) -> str:
        return file_name(f"{title} {customer.code} {statement.as_of.isoformat()}{ending}")

    title = language.gettext("Statement of account")
    own = [Attachment(named(title, ".pdf"), _TYPES[".pdf"], statement_pdf(statement, language, house.company))]
    if policy is not AttachmentPolicy.PDF_ONLY:
        remittance = language.gettext("Remittance")
        book = statement_xlsx(statement, language, house.company)
        own += [
            Attachment(named(title, ".xlsx"), XLSX, book),
            Attachment(named(remittance, ".csv"), "text/csv", remittance_csv(statement)),
            Attachment(named(remittance, ".xlsx"), XLSX, remittance_xlsx(statement, language)),
        ]
    invoices = [
        Attachment(file_name(f"{document.label} {path.name}"), _TYPES[path.suffix], path.read_bytes())
        for document in charges(statement)
        if document.uuid
        for path in house.invoices.find(document.uuid)
        if path.suffix == ".pdf" or policy is not AttachmentPolicy.PDF_ONLY
    ]
    archive = named(language.gettext("Invoices"), ".zip")
    return pack(own, invoices, archive=archive, zipped=policy is AttachmentPolicy.ZIP, beside=beside)


def charges(statement: Statement) -> list[Document]:
    """The documents that a statement asks to be paid."""
    return [row.document for section in statement.sections for row in section.rows]


def file_name(text: str) -> str:
    """A name that every file system takes, within what the outbox keeps of it."""
    stem, dot, ending = _UNSAFE.sub("-", one_line(text)).rpartition(".")
    return f"{stem[:180]}{dot}{ending}"
