"""Files of a ledger that grow from one import to the next, and whether a database holds one of them whole."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, text

from bench.balances import Balances, balances_of
from bench.hands import PROMISED

# What each generation brings: new documents, payments of those of the one before, a peso on a promised document.
_NEW, _PAID = 10, 6
# Documents whose amount each generation changes.
_CHANGED = 20
_MAILED = 1_500
# Far from the folios of what is promised: people name a document by its folio alone.
_FOLIO = 1_000
_DOCUMENT = (
    "CODIGO", "CONCEPTO", "SERIE", "FOLIO", "UUID", "FECHA DOCUMENTO", "FECHA VENCIMIENTO", "MONEDA", "MONTO ORIGINAL",
)  # fmt: skip
_PAYMENT = ("UUID DOCUMENTO", "CODIGO", "CONCEPTO", "SERIE", "FOLIO", "FECHA", "ABONO", "REFERENCIA")
_INVOICE = "Factura Crédito"


@dataclass
class Growing:
    """The files of generation after generation, each with all that those before it had."""

    folder: Path
    generation: int = 0
    _documents: list[tuple[str, ...]] = field(default_factory=list)
    _payments: list[tuple[str, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        promised = [(code, str(folio)) for code, folios in PROMISED.items() for folio in folios]
        self._documents += (_document(f"P{code}", "", folio, "$100,000.00") for code, folio in promised)
        _write(
            self.folder / "escritos.csv",
            _DOCUMENT,
            (_document(code, "M", f"80{code[1:]}", "$1,234.56") for code in mailed()),
        )
        customers = [(f"P{code}", f"Promete {code}", f"pagos@{code.lower()}.example", code) for code in PROMISED]
        customers += [(code, f"Cliente {code}", f"pagos@{code.lower()}.example", "C9") for code in mailed()]
        customers += [("G1", "Crece", "", "C9")]
        _write(self.folder / "clientes.csv", ("CODIGO", "NOMBRE", "CORREO", "COBRADOR"), customers)
        self.grow()

    @property
    def first(self) -> tuple[Path, ...]:
        """What is there before anything grows: customers, what is owed by those who are written to, generation 1."""
        return self.folder / "clientes.csv", self.folder / "escritos.csv", *self.files

    @property
    def files(self) -> tuple[Path, Path]:
        """Documents and payments of this generation."""
        return self.folder / "documentos.csv", self.folder / "pagos.csv"

    def grow(self) -> None:
        """Write the files of the next generation in place of these."""
        self.generation += 1
        now, before = f"G{self.generation}", f"G{self.generation - 1}"
        self._documents += (_document("G1", now, str(_FOLIO + n), "$10.00") for n in range(_NEW))
        if self.generation > 1:
            # Every other one is paid in full.
            self._payments += (
                _payment("G1", before, str(_FOLIO + n), "10.00" if n % 2 else "4.00", now) for n in range(_PAID)
            )
        code = f"C{self.generation % len(PROMISED) + 1}"
        self._payments.append(_payment(f"P{code}", "", str(PROMISED[code][self.generation % 10]), "1.00", now))
        changing = (_document("G1", "V", str(_FOLIO + n), f"${1000 + self.generation}.00") for n in range(_CHANGED))
        documents, payments = self.files
        _write(documents, _DOCUMENT, [*self._documents, *changing])
        _write(payments, _PAYMENT, self._payments)

    def problems(self, connection: Connection) -> Iterator[str]:
        """What is half done: of each generation all rows are there or none, and none after one that is missing."""
        found = {str(s): n for s, n in connection.execute(text(_DOCUMENTS)) if str(s).startswith("G")}
        paid = {
            str(r): n for r, n in connection.execute(text("SELECT reference, count(*) FROM applications GROUP BY 1"))
        }
        last = max((int(series[1:]) for series in found), default=0)
        if found != {f"G{n}": _NEW for n in range(1, last + 1)}:
            yield f"documents half imported: {found}"
        if paid != {f"G{n}": 1 + (_PAID if n > 1 else 0) for n in range(1, last + 1)}:
            yield f"payments half imported: {paid}"
        totals = [
            total for (total,) in connection.execute(text("SELECT DISTINCT total FROM documents WHERE series = 'V'"))
        ]
        if last and totals != [100_000 + 100 * last]:
            yield f"changes half imported, of generation {last}: {totals}"

    def balances(self) -> Balances:
        """What all files add up to, by themselves."""
        return balances_of(*self.files) | {(code, "MXN"): 123_456 for code in mailed()}

    def wrong_balances(self, connection: Connection) -> Iterator[str]:
        """Where what is left, by bare sums, is not what the files of this generation, all imported, add up to."""
        left = {
            (str(row.code), str(row.currency)): row.minor for row in connection.execute(text(_BALANCES)) if row.minor
        }
        wanted = self.balances()
        yield from (
            f"{who}: {left.get(who)} left, {minor} in the files"
            for who, minor in wanted.items()
            if left.get(who) != minor
        )
        if extra := left.keys() - wanted.keys():
            yield f"in no file: {extra}"


def mailed() -> Iterator[str]:
    """The codes of customers who are written to, once each."""
    return (f"M{n:04}" for n in range(_MAILED))


_DOCUMENTS = "SELECT series, count(*) FROM documents GROUP BY series"
_BALANCES = """
SELECT c.code, d.currency, CAST(sum(d.total - coalesce(a.paid, 0)) AS BIGINT) AS minor
FROM documents d JOIN customers c ON c.id = d.customer_id
LEFT JOIN (SELECT document_id, sum(amount) AS paid FROM applications GROUP BY document_id) a ON a.document_id = d.id
GROUP BY c.code, d.currency
"""


def _document(code: str, series: str, folio: str, total: str) -> tuple[str, ...]:
    return (code, _INVOICE, series, folio, "", "16/07/2019", "15/08/2019", "PESOS", total)


def _payment(code: str, series: str, folio: str, amount: str, reference: str) -> tuple[str, ...]:
    return ("", code, _INVOICE, series, folio, "16/07/2019", amount, reference)


def _write(path: Path, headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headings, *rows])
