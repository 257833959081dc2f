"""A request's parameters: read from JSON, a form or multipart, and held against the method's signature."""

import json
import re
from collections.abc import Mapping
from typing import Any

from aiohttp import BodyPartReader, web

from bot.demo.errors import JsonObject, bad_request
from bot.demo.files import Upload
from bot.demo.methods.signatures import JSON_NAMES, MISSING, SIGNATURES

_BOOLEANS = {"true": True, "True": True, "1": True, "false": False, "False": False, "0": False}
_ATTACHED = "attach://"


async def read(request: web.Request) -> tuple[JsonObject, dict[str, Upload]]:
    """Return the parameters as they came, and the files; raises ApiError for a body that cannot be read."""
    values: JsonObject = dict(request.query)
    if not request.can_read_body:
        return values, {}
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise bad_request("can't parse JSON object")
        return values | body, {}
    if request.content_type == "multipart/form-data":
        return await _read_multipart(request, values)
    form = await request.post()
    return values | {name: str(value) for name, value in form.items()}, {}


async def _read_multipart(request: web.Request, values: JsonObject) -> tuple[JsonObject, dict[str, Upload]]:
    files: dict[str, Upload] = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            raise bad_request("can't parse multipart body")
        content = bytes(await part.read(decode=True))
        if part.filename is None:
            values[part.name] = content.decode()
        else:
            mime_type = part.headers.get("Content-Type", "")
            files[part.name] = Upload(part.filename, content, mime_type)
    return values, files


def checked(method: str, values: Mapping[str, Any], files: Mapping[str, Upload]) -> JsonObject:
    """Return the values with the types of the signature; empty ones left out, as Telegram does.

    Telegram passes over parameters it does not know. This server refuses them, so that a slip of ours is seen.
    """
    signature = SIGNATURES[method]
    for name in values:
        if name not in signature:
            raise bad_request(f'parameter "{name}" is unknown to {method}')
    made: JsonObject = {}
    for name, kind in signature.items():
        value = values.get(name)
        if value is None or value == "":
            if kind.endswith("!") and not (kind == "File!" and name in files):
                raise bad_request(MISSING.get(name, f'parameter "{name}" is required'))
            continue
        made[name] = _typed(name, kind.rstrip("!"), value)
    _check_attachments(made, files)
    return made


def _typed(name: str, kind: str, value: Any) -> Any:  # noqa: ANN401  # JSON in, JSON out
    if kind in {"Object", "Array"}:
        return _structure(name, kind, value)
    if kind == "Boolean":
        if isinstance(value, bool):
            return value
        if str(value) in _BOOLEANS:
            return _BOOLEANS[str(value)]
    elif kind in {"Integer", "Chat"}:
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, str) and re.fullmatch(r"-?\d{1,19}", value):
            return int(value)
        if kind == "Chat":
            raise bad_request("chat not found")
    elif isinstance(value, str):
        return value
    raise bad_request(f'parameter "{name}" must be of type {kind}')


def _structure(name: str, kind: str, value: Any) -> Any:  # noqa: ANN401  # JSON in, JSON out
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {JSON_NAMES.get(name, name)} JSON object") from None
    if not isinstance(value, dict if kind == "Object" else list):
        if kind == "Object":
            raise bad_request(f"object expected as {JSON_NAMES.get(name, name)}")
        raise bad_request(f'parameter "{name}" must be an Array')
    return value


def _check_attachments(values: JsonObject, files: Mapping[str, Upload]) -> None:
    """Refuse a file part that nothing refers to: Telegram would drop it without a word."""
    mentioned = set(re.findall(r"attach://([^\"\\]+)", json.dumps(values, ensure_ascii=False)))
    for name in files:
        if name not in mentioned and name not in {"photo", "document"}:
            raise bad_request(f'file "{name}" is attached but not used')


def attached(reference: str, files: Mapping[str, Upload]) -> Upload | None:
    """Return the part that an `attach://name` refers to, or None for any other reference."""
    if not reference.startswith(_ATTACHED):
        return None
    name = reference.removeprefix(_ATTACHED)
    if name not in files:
        raise bad_request(f'file "{name}" is not attached')
    return files[name]
