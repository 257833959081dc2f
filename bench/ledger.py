"""A made-up office's ledger as the CSV files that its ERP would export, row by row and the same each time.

Every value of a row is computed from the row's number alone, so that any row can be made without the others
and a file of any size takes no memory.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

CUSTOMERS, DOCUMENTS, PAYMENTS = 20_000, 1_000_000, 1_000_000

CUSTOMER_HEADINGS = ("CODIGO", "NOMBRE", "RFC", "CORREO", "LIMITE DE CREDITO", "DIAS DE CREDITO", "COBRADOR")
DOCUMENT_HEADINGS = (
    *("CODIGO", "CODIGO CONCEPTO", "CONCEPTO", "SERIE", "FOLIO", "UUID", "METODO DE PAGO", "FECHA DOCUMENTO"),
    *("FECHA VENCIMIENTO", "MONEDA", "MONTO ORIGINAL"),
)
PAYMENT_HEADINGS = (
    *("UUID DOCUMENTO", "CODIGO", "CODIGO CONCEPTO", "SERIE", "FOLIO", "FECHA", "ABONO", "FORMA DE PAGO"),
    "REFERENCIA",
)

_FIRST_DAY = date(2016, 1, 4)
_DAYS = 1_260
_FIRST_NAMES = ("Juan", "Ana", "Ramiro", "Lucía", "José", "Beatriz", "Íñigo", "Guadalupe")
_NAMES = ("Pérez", "Ruiz", "Ñúñez", "García", "Treviño", "Gómez", "Peña", "Ibáñez")


def _mixed(number: int, salt: int) -> int:
    """Sixty-four bits that look random and always are the same (the finalizer of splitmix64)."""
    word = (number * 0x9E3779B97F4A7C15 + salt * 0xD1B54A32D192ED03) & 0xFFFFFFFFFFFFFFFF
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
    return word ^ (word >> 31)


def _written(day: date) -> str:
    return f"{day.day:02}/{day.month:02}/{day.year}"


def _amount(cents: int, form: int) -> str:
    """An amount as exports have it: plain, or with a sign and thousands."""
    return f"${cents // 100:,}.{cents % 100:02}" if form % 4 == 0 else f"{cents // 100}.{cents % 100:02}"


@dataclass(frozen=True, slots=True)
class Ledger:
    """How much there is of everything."""

    customers: int = CUSTOMERS
    documents: int = DOCUMENTS
    payments: int = PAYMENTS
    collectors: int = 40

    def write(self, folder: Path) -> tuple[Path, Path, Path]:
        """Write the three files into a folder."""
        return (
            _write(folder / "clientes.csv", CUSTOMER_HEADINGS, self._customers()),
            _write(folder / "documentos.csv", DOCUMENT_HEADINGS, self._documents()),
            _write(folder / "pagos.csv", PAYMENT_HEADINGS, self._payments()),
        )

    def _customers(self) -> Iterator[Sequence[object]]:
        for n in range(self.customers):
            word = _mixed(n, 1)
            name = f"{_FIRST_NAMES[word % 8]} {_NAMES[word // 8 % 8]} {_NAMES[word // 64 % 8]} {n}"
            address = "" if n % 10 == 0 else f"pagos{n}@cliente.example"
            limit, days, collector = (word % 90 + 10) * 1_000, word % 4 * 15, f"C{n % self.collectors:02}"
            yield _code(n), name, f"XAXX{n:06}AA1", address, limit, days, collector

    def _customer_of(self, n: int) -> str:
        return _code(_mixed(n, 2) % self.customers)

    def _documents(self) -> Iterator[Sequence[object]]:
        for n in range(self.documents):
            code, concept, series = _concept(n)
            due = _issued(n) + timedelta(days=_mixed(n, 3) % 4 * 15)
            yield (
                *(self._customer_of(n), code, concept, series, n + 1, _uuid(n), "PPD" if n % 3 else "PUE"),
                *(_written(_issued(n)), _written(due), ("PESOS", "MXN", "PESOS", "USD")[n % 4], _amount(_cents(n), n)),
            )

    def _payments(self) -> Iterator[Sequence[object]]:
        for n in range(self.payments):
            word = _mixed(n, 4)
            of = word % self.documents
            paid = _cents(of) if word % 3 else _cents(of) // 2
            if n % 500 == 0:
                paid = -paid // 3
            on = _issued(of) + timedelta(days=word // 7 % 90)
            code, _, series = _concept(of)
            # An ERP names the document by its UUID or by its folio.
            key = (_uuid(of), "", "", "", "") if n % 2 else ("", self._customer_of(of), code, series, of + 1)
            yield *key, _written(on), _amount(paid, n) if paid >= 0 else f"({_amount(-paid, n)})", "03", f"DEP {n}"


def _code(n: int) -> str:
    return f"CL{n + 1:06}"


def _concept(n: int) -> tuple[str, str, str]:
    return ("42017", "Factura CFDI 2017", "CFDI") if n % 10 else ("43001", "Nota de cargo", "NC")


def _issued(n: int) -> date:
    return _FIRST_DAY + timedelta(days=_mixed(n, 5) % _DAYS)


def _cents(n: int) -> int:
    return _mixed(n, 6) % 5_000_000 + 100


def _uuid(n: int) -> str:
    return str(UUID(int=_mixed(n, 7) << 64 | _mixed(n, 8), version=4)).upper()


def _write(path: Path, headings: Sequence[str], rows: Iterator[Sequence[object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        writer.writerows(rows)
    return path
