"""Files loaded by a use case, as its tests write them."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from sqlalchemy import select

from bot.domain.incoming import FileKind, FileReport, ImportReport
from bot.services.imports import import_files
from bot.store.database import Database
from bot.store.models import DocumentRow

TODAY = date(2019, 7, 16)
CUSTOMERS = "CODIGO,NOMBRE\nCL1,Juan Perez\nCL2,Ana Ruiz\n"
DOCUMENTS = "CODIGO,CONCEPTO,SERIE,FOLIO,UUID,FECHA DOCUMENTO,MONTO ORIGINAL\n"
PAYMENTS = "CODIGO,SERIE,FOLIO,FECHA,ABONO,REFERENCIA,REP UUID\n"

Load = Callable[..., FileReport]


def run(
    database: Database, *paths: Path, strict: bool = False, dry_run: bool = False, kind: FileKind | None = None
) -> ImportReport:
    return import_files(database.transaction, paths, today=TODAY, kind=kind, strict=strict, dry_run=dry_run)


def counts(report: FileReport) -> tuple[int, int, int, int]:
    return report.new, report.changed, report.same, report.refused


def problems(report: FileReport) -> list[tuple[int, str, str, str]]:
    return [(p.row, p.column, p.value, p.reason) for p in report.problems]


def documents(database: Database) -> dict[str, DocumentRow]:
    with database.transaction() as session:
        return {row.folio: row for row in session.scalars(select(DocumentRow).order_by(DocumentRow.id))}
