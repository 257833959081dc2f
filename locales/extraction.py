"""Where `make messages` finds what people read in Python files."""

import ast
from collections.abc import Collection, Iterator, Mapping
from typing import BinaryIO

Found = tuple[int, str, tuple[str | None, ...], list[str]]


def from_python(
    source: BinaryIO,
    keywords: Mapping[str, object],
    comment_tags: Collection[str],  # noqa: ARG001 - Babel gives it
    options: Mapping[str, object],  # noqa: ARG001 - likewise
) -> Iterator[Found]:
    """The calls of the keywords, as Babel wants them: line, name, the arguments that are texts, comments.

    Babel's own method reads tokens, and before Python 3.12 an f-string is one token: what is in it would be lost.
    """
    for node in ast.walk(ast.parse(source.read())):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in keywords and node.args:
                yield node.lineno, name, tuple(_text(argument) for argument in node.args), []


def _text(argument: ast.expr) -> str | None:
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else None
