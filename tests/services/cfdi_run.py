"""Runs that import CFDI, and what they leave in the tables."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.domain.incoming import FileReport, ImportReport
from bot.domain.receivables import ApplicationKind
from bot.imports.vault import Vault
from bot.services.imports import import_files
from bot.store.database import Database
from bot.store.models import ApplicationRow, CustomerRow, DocumentRow
from tests import factories
from tests.imports.cfdi_files import RFC

TODAY = date(2019, 7, 16)


@dataclass(frozen=True)
class Office:
    """A database with customer CL1 of the RFC that the files name, and a folder for files."""

    database: Database
    folder: Path

    @property
    def vault(self) -> Vault:
        """Where the files of this office are kept."""
        return Vault(self.folder / "vault")

    def run(self, *paths: Path, strict: bool = False, dry_run: bool = False) -> ImportReport:
        """Import these paths."""
        return import_files(
            self.database.transaction, paths, today=TODAY, strict=strict, dry_run=dry_run, keeper=self.vault
        )

    def load(self, *texts: str, strict: bool = False, dry_run: bool = False) -> list[FileReport]:
        """Import these XML and CSV, each as a file of its own, in one run."""
        paths = []
        for number, text in enumerate(texts, start=1):
            path = self.folder / f"{number}.{'xml' if text.startswith('<') else 'csv'}"
            path.write_text(text, encoding="utf-8")
            paths.append(path)
        files = list(self.run(*paths, strict=strict, dry_run=dry_run).files)
        for path in paths:
            path.unlink()
        return sorted(files, key=lambda file: file.path)

    def counts(self, *texts: str) -> list[tuple[int, int, int, int]]:
        """New, changed, same and refused of each of these texts."""
        return [(file.new, file.changed, file.same, file.refused) for file in self.load(*texts)]

    def problems(self, *texts: str) -> list[tuple[str, str, str]]:
        """Column, value and reason of what is refused of these texts."""
        return [(p.column, p.value, p.reason) for file in self.load(*texts) for p in file.problems]

    def warnings(self, *texts: str) -> list[tuple[str, str]]:
        """Value and reason of what is told of these texts."""
        return [(p.value, p.reason) for file in self.load(*texts) for p in file.warnings]

    def documents(self) -> list[DocumentRow]:
        """All documents, in the order in which they came."""
        with self.database.transaction() as session:
            return list(session.scalars(select(DocumentRow).order_by(DocumentRow.id)))

    def applications(self) -> list[tuple[str, date, int, ApplicationKind, str | None]]:
        """Folio of the document, day, cents, kind and REP of everything applied."""
        with self.database.transaction() as session:
            rows = session.execute(
                select(DocumentRow.folio, ApplicationRow)
                .join(DocumentRow.applications)
                .order_by(DocumentRow.id, ApplicationRow.id)
            )
            return [(folio, a.on, a.amount, a.kind, a.rep_uuid) for folio, a in rows]

    def add_document(self, folio: str = "7", customer: str = "CL1", **over: object) -> None:
        """Put a document as an ERP tells of it: A-7 of $116.00 with a concept."""
        values: dict[str, Any] = {"total": 11600, "series": "A", "concept_code": "42017", **over}
        with self.database.transaction() as session:
            row = session.scalars(select(CustomerRow).where(CustomerRow.code == customer)).one()
            factories.document(session, row, folio, **values)

    def add_customer(self, code: str, **over: object) -> None:
        """Put a customer of the files' RFC."""
        values: dict[str, Any] = {"rfc": RFC, **over}
        with self.database.transaction() as session:
            factories.customer(session, code, **values)
