"""Every request of the bot, held against aiogram's models of the Bot API: a second opinion, written by others."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from bot.demo.world import Call
from tests.aiogram_models import built, methods


def problems(call: Call) -> list[str]:
    """What is wrong with a call that the server carried out; raises ValidationError when its shape is."""
    model: type[BaseModel] = built(getattr(methods, f"{call.method[0].upper()}{call.method[1:]}"))
    # A file of the multipart body that is named as a parameter is that parameter.
    files = {name: f"attach://{name}" for name in call.files if name in model.model_fields}
    made = model.model_validate(files | call.params)
    return [f"{call.method} knows no {unknown}" for unknown in _unknown(made, "")]


def refusals(calls: list[Call]) -> set[tuple[str, int]]:
    """The methods that were refused, each with the refusal's code."""
    return {(call.method, call.answer["error_code"]) for call in calls if call.answer and not call.ok}


def _unknown(value: Any, path: str) -> Iterator[str]:  # noqa: ANN401 - whatever a model holds
    """The names that no model of the API has: aiogram keeps them, so that they can be found."""
    if isinstance(value, BaseModel):
        yield from (f"{path}.{name}" for name in value.model_extra or ())
        for name in type(value).model_fields:
            yield from _unknown(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, list):
        for item in value:
            yield from _unknown(item, path)
