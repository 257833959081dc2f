"""Values of which a screen makes hundreds."""

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value(cls: type[T]) -> type[T]:
    """A dataclass that mypy holds to be frozen, as it holds the others.

    Python itself does not: for each field it would take longer than the field does (docs/decisions/0030).
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)
