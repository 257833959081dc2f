"""Refusals in the words Telegram uses."""

from typing import Any, TypeAlias

JsonObject: TypeAlias = dict[str, Any]


class ApiError(Exception):
    """A refused call: `code` and `description` are what the caller receives, `parameters` e.g. retry_after."""

    def __init__(self, code: int, description: str, parameters: JsonObject | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def answer(self) -> JsonObject:
        """Return the body Telegram sends with this refusal."""
        body: JsonObject = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(reason: str) -> ApiError:
    """Build the 400 whose description is `Bad Request: <reason>`."""
    return ApiError(400, f"Bad Request: {reason}")


def cannot_parse(reason: str) -> ApiError:
    """Build the 400 for markup that is malformed."""
    return bad_request(f"can't parse entities: {reason}")
