"""What the files of a ledger add up to, by themselves: no line of the bot's own code."""

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

Balances = dict[tuple[str, str], int]

_CURRENCIES = {"PESOS": "MXN", "MXN": "MXN", "USD": "USD"}


def balances_of(documents: Path, payments: Path) -> Balances:
    """The sum of each customer's documents less the payments of these, in cents, by code and currency; no zeros."""
    sums: Counter[tuple[str, str]] = Counter()
    owners: dict[str, tuple[str, str]] = {}
    for row in _rows(documents):
        owner = (row["CODIGO"], _CURRENCIES[row["MONEDA"]])
        sums[owner] += _cents(row["MONTO ORIGINAL"])
        owners[row["UUID"]] = owners[f"{row['SERIE']}-{row['FOLIO']}"] = owner
    for row in _rows(payments):
        sums[owners[row["UUID DOCUMENTO"] or f"{row['SERIE']}-{row['FOLIO']}"]] -= _cents(row["ABONO"])
    return {owner: cents for owner, cents in sums.items() if cents}


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _cents(written: str) -> int:
    digits = int("".join(filter(str.isdigit, written)))
    return -digits if written.startswith("(") else digits
