"""aiogram's models of the Bot API, each built when it is asked for: all six hundred at once take two seconds."""

import typing
from typing import TypeVar
from unittest.mock import patch

from pydantic import BaseModel

with patch.object(BaseModel, "model_rebuild"):
    from aiogram import methods, types

__all__ = ["built", "methods", "types"]

_NAMES = vars(typing) | vars(types)

Model = TypeVar("Model", bound=BaseModel)


def built(model: type[Model]) -> type[Model]:
    """A model with those that it is made of, which its module names as texts."""
    model.model_rebuild(_types_namespace=_NAMES)
    return model
