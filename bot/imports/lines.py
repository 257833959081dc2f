"""The rows of a known file, each as what it brings in or as what is wrong with it."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from bot.domain.incoming import Incoming, Problem
from bot.imports.cells import BadCell, Cell, text
from bot.imports.fields import BadField, Field, reader
from bot.imports.headings import Headings

# How many cells of a column are remembered: days of ten years, every customer of a small office.
REMEMBERED = 4_096

_Value = Callable[[Cell], Any]


class Lines:
    """Reads the rows of one file."""

    def __init__(self, headings: Headings, *, decimal_comma: bool) -> None:
        self._headings = headings
        kind = reader(headings.kind, decimal_comma=decimal_comma)
        self._make = kind.make
        self._fields = kind.fields
        self._plan = [_planned(field, headings.positions.get(field.name)) for field in kind.fields]

    def read(self, cells: Sequence[Cell]) -> Incoming | None:
        """What a row brings in; None when something is wrong with it, which `problems` tells."""
        if len(cells) < self._headings.width:
            cells = self._whole(cells)
        try:
            return self._make(*[value(cells[position]) for position, value in self._plan])
        except BadCell:
            return None

    def problems(self, number: int, cells: Sequence[Cell]) -> list[Problem]:
        """Everything that is wrong with a row that could not be read."""
        cells = self._whole(cells)
        found: dict[str, BadCell] = {}
        values = []
        for field, (position, value) in zip(self._fields, self._plan, strict=True):
            try:
                values.append(value(cells[position]))
            except BadCell as error:
                found[field.name] = error
                values.append(field.blank)
        try:
            self._make(*values)
        except BadField as error:
            found.setdefault(error.field, error)
        return [self._problem(number, cells, name, error) for name, error in found.items()]

    def _problem(self, number: int, cells: Sequence[Cell], name: str, error: BadCell) -> Problem:
        position = self._headings.positions.get(name)
        written = "" if position is None else text(cells[position])
        return Problem(number, self._headings.called(name), written, error.reason, error.params)

    def _whole(self, cells: Sequence[Cell]) -> Sequence[Cell]:
        """The row with blanks where it ends before the headings do."""
        return [*cells, *[""] * (self._headings.width - len(cells))]


def _planned(field: Field, position: int | None) -> tuple[int, _Value]:
    """Where a field's cell is and what it means."""
    if position is None:
        return 0, lambda _: field.absent
    # A number is not the yes or no that equals it: 1 and True are told apart.
    return position, lru_cache(REMEMBERED, typed=True)(field.value) if field.recurs else field.value
