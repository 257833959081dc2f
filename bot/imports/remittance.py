"""The remittance file as a payer returns it: CSV or XLSX, with a column filled in (made by `bot.render.remittance`)."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

from bot.domain.errors import UnknownCurrency
from bot.domain.incoming import FileKind, Problem
from bot.domain.money import parse_currency
from bot.domain.remittance import RemittanceFile, RemittanceRow
from bot.domain.text import fold
from bot.imports import cells
from bot.imports.cells import BadCell, Cell
from bot.imports.sheets import Sheet, candidates
from bot.imports.unreadable import UnreadableFile

# As the file's heading says them, and as a payer's own program may.
_NAMES = {
    "customer": ("cliente", "codigo"),
    "uuid": ("uuid", "folio fiscal"),
    "series": ("serie",),
    "folio": ("folio", "documento"),
    "currency": ("moneda",),
    "balance": ("saldo",),
    "to_pay": ("importe a pagar", "importe pagado", "a pagar"),
}
_REQUIRED = ("uuid", "currency", "to_pay")
# What a payer writes above the heading is never longer.
_HEADING_WITHIN = 30
# What stands behind the quote that keeps a text from being a formula.
_FORMULA_SIGNS = ("=", "+", "-", "@")

_Columns = dict[str, int]


def is_remittance(path: Path) -> bool:
    """Whether a file has the heading of a remittance."""
    try:
        _heading(path)
    except UnreadableFile:
        return False
    return True


def read_remittance(path: Path, *, decimal_comma: bool = False) -> RemittanceFile:
    """The lines of the file; what cannot be read in one is a problem. Raises UnreadableFile."""
    sheet, first, columns = _heading(path)
    rows: list[RemittanceRow] = []
    totals: dict[str, int] = {}
    problems: list[Problem] = []
    # The payer's own totals of all lines, and what each would be as a line.
    own: list[tuple[int, Problem]] = []
    number = first
    try:
        for number, row in enumerate(sheet.rows(), start=1):
            if number <= first or not any(cells.text(cell) for cell in row):
                continue
            reading = _Reading(number, row, columns, decimal_comma=decimal_comma)
            try:
                if reading.names_nothing:
                    if amount := reading.amount("to_pay"):
                        own.append((amount, reading.without_currency))
                    continue
                found = reading.row()
            except _Bad as error:
                problems.append(error.problem)
                continue
            if found.uuid or found.folio:
                rows.append(found)
            elif found.to_pay is not None:
                # Below the lines each currency has its sum.
                totals[found.currency] = found.to_pay
    except UnreadableFile as error:
        problems.append(Problem(number + 1, "", "", error.reason, error.params))
    paid_in = {row.currency for row in rows if row.to_pay}
    total = None
    # Two currencies are never added.
    if own and len(paid_in) == 1:
        (currency,) = paid_in
        total = totals[currency] = totals.get(currency) or own[-1][0]
    # What is no total either is money of which nobody knows for what.
    problems += [problem for amount, problem in own if amount != total]
    return RemittanceFile(path.name, tuple(rows), totals, tuple(problems))


def _heading(path: Path) -> tuple[Sheet, int, _Columns]:
    """The sheet with the heading, its row, and where each column is."""
    for sheet in candidates(path):
        for number, row in enumerate(_first_rows(sheet), start=1):
            plain = [fold(cells.text(cell)) for cell in row]
            columns = {
                name: plain.index(alias)
                for name, aliases in _NAMES.items()
                for alias in reversed(aliases)
                if alias in plain
            }
            if all(name in columns for name in _REQUIRED):
                return sheet, number, columns
    missing = ", ".join(_NAMES[name][0].upper() for name in _REQUIRED)
    raise UnreadableFile("headings", missing=missing, kind=FileKind.REMITTANCE)


def _first_rows(sheet: Sheet) -> Iterator[Sequence[Cell]]:
    with suppress(UnreadableFile):
        yield from islice(sheet.rows(), _HEADING_WITHIN)


class _Bad(Exception):  # noqa: N818 - it carries what is wrong
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.reason)
        self.problem = problem


class _Reading:
    """One line."""

    def __init__(self, number: int, row: Sequence[Cell], columns: _Columns, *, decimal_comma: bool) -> None:
        self._number, self._row, self._columns = number, row, columns
        self._thousandths = cells.thousandths_with_comma if decimal_comma else cells.thousandths

    @property
    def names_nothing(self) -> bool:
        """Whether it is no document's and no currency's: a payer's own total of all, or a note."""
        return not any(map(self._text, ("uuid", "folio", "currency")))

    def row(self) -> RemittanceRow:
        return RemittanceRow(
            row=self._number,
            customer=self._text("customer"),
            uuid=self._uuid(),
            series=self._text("series"),
            folio=self._text("folio"),
            currency=self._currency(),
            to_pay=self.amount("to_pay"),
            balance=self.amount("balance"),
        )

    def _cell(self, name: str) -> Cell:
        position = self._columns.get(name, len(self._row))
        return self._row[position] if position < len(self._row) else ""

    def _text(self, name: str) -> str:
        text = cells.text(self._cell(name))
        return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA_SIGNS) else text

    def _uuid(self) -> str | None:
        if not self._text("uuid"):
            return None
        try:
            return cells.uuid(self._cell("uuid"))
        except BadCell as error:
            raise self._bad("uuid", error) from error

    def _currency(self) -> str:
        text = self._text("currency")
        try:
            return parse_currency(text)
        except UnknownCurrency as error:
            raise _Bad(self.without_currency) from error

    def amount(self, name: str) -> int | None:
        """An amount in thousandths; None where nothing stands."""
        cell = self._cell(name)
        if not cells.text(cell):
            return None
        try:
            amount = self._thousandths(cell)
        except BadCell as error:
            raise self._bad(name, error) from error
        # What is overpaid may be below zero; what is paid may not.
        if amount < 0 and name == "to_pay":
            raise self._bad(name, BadCell("negative"))
        return amount

    @property
    def without_currency(self) -> Problem:
        """That it lacks one."""
        return self._bad("currency", BadCell("currency")).problem

    def _bad(self, name: str, error: BadCell) -> _Bad:
        column = _NAMES[name][0].upper()
        return _Bad(Problem(self._number, column, cells.text(self._cell(name)), error.reason, error.params))
