"""Microsoft's own description of Graph's mail (converted from its CSDL), held against each request.

One tolerance is in the description: a body's contentType may read HTML, which O365 writes and Graph takes, though
Microsoft's enumeration says html.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest

_FILE = Path(__file__).parent / "graph-mail-openapi.yaml"
# An upload session's address is Microsoft's secret: its parameters are described nowhere.
UPLOAD = "/upload/{sid}"


class Schema:
    """What Graph takes: paths, queries and bodies."""

    def __init__(self) -> None:
        self._spec: dict[str, Any] = yaml.load(_FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        self._openapi = OpenAPI.from_dict(self._spec)
        # Fewer placeholders first: …/attachments/createUploadSession is no attachment's id.
        self._templates = [
            (template, re.compile(re.sub(r"\\{[^}]+\\}", "([^/]+)", re.escape(template))))
            for template in sorted(self._spec["paths"], key=lambda template: template.count("{"))
        ]

    def find(self, path: str) -> tuple[str, tuple[str, ...]]:
        """The described path that this one is, and what stands for its placeholders; two blanks when there is none."""
        for template, pattern in self._templates:
            if match := pattern.fullmatch(path):
                return template, match.groups()
        return "", ()

    def refusal(
        self, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes
    ) -> str | None:
        """What is wrong with a request, None when nothing is."""
        template, _ = self.find(path)
        if method.lower() not in self._spec["paths"].get(template, {}):
            return f"{method} {path} is not described"
        if unknown := set(query) - self._parameters(template, method.lower()):
            return f"unknown parameters {sorted(unknown)}"
        content_type = headers.get("Content-Type") or "application/json"
        request = MockRequest(
            "http://localhost/", method, path, args=dict(query), headers=dict(headers), data=body,
            content_type=content_type.partition(";")[0],
        )  # fmt: skip
        try:
            self._openapi.validate_request(request)
        except OpenAPIError as error:
            return f"{method} {path}: {error} {error.__cause__ or ''}"
        return None

    def _parameters(self, template: str, method: str) -> set[str]:
        if template == UPLOAD:
            return {"authtoken"}
        item = self._spec["paths"][template]
        described = [*item.get("parameters", ()), *item[method].get("parameters", ())]
        names = set()
        for parameter in described:
            reference = parameter.get("$ref", "").rpartition("/")[2]
            names.add(self._spec["components"]["parameters"][reference]["name"] if reference else parameter["name"])
        return names


@cache
def schema() -> Schema:
    """The description, read once."""
    return Schema()
