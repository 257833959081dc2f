"""A second opinion on parcialidades: whole cents, the standard library, and nothing of the product's."""

import csv
import re
from collections import defaultdict
from io import StringIO

_LINE = re.compile(r"<p:DoctoRelacionado ([^>]*)/>")


def left_without_rep(ledger: str, reps: list[str]) -> list[tuple[str, int, str, str, str]]:
    """What each payment without REP must say; `ledger` has UUID, total, day, cents, kind, REP are without mistakes."""
    in_rep: dict[str, list[int]] = defaultdict(list)
    for text in reps:
        for attributes in _LINE.findall(text):
            said = dict(re.findall(r'(\w+)="([^"]*)"', attributes))
            in_rep[said["IdDocumento"]].append(_cents(said["ImpPagado"]))
    rows: dict[str, list[tuple[str, int, str]]] = defaultdict(list)
    totals: dict[str, int] = {}
    for name, whole, on, written, what in csv.reader(StringIO(ledger)):
        totals[name] = int(whole)
        rows[name].append((on, int(written), what))
    answer = []
    for uuid, total in totals.items():
        have = list(in_rep[uuid])
        number, still = len(have), total - sum(have)
        for day, cents, kind in sorted(rows[uuid]):
            if kind == "payment" and cents in have:
                have.remove(cents)
            elif kind == "payment":
                number += 1
                noted = sum(c for d, c, k in rows[uuid] if k != "payment" and d < day)
                answer.append((uuid, number, _text(still - noted), _text(cents), _text(still - noted - cents)))
                still -= cents
    return answer


def _cents(text: str) -> int:
    whole, _, rest = text.partition(".")
    return int(whole) * 100 + int(rest.ljust(2, "0"))


def _text(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"
