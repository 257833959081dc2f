"""`.env` with some settings changed: every other line stays as it is, comments included."""

import logging
import re
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from dotenv.parser import parse_stream

from bot.imports.vault import write_whole

ENV = Path(".env")
# What `unread_lines` finds, it would say in its own words.
logging.getLogger("dotenv.main").setLevel(logging.ERROR)
_PACKAGE = Path(__file__).parents[1]
# In the wheel it stands within the package (pyproject.toml).
_TEMPLATES = (_PACKAGE / "env.example", _PACKAGE.parent / ".env.example")
_BARE = re.compile(r"[\w@./:+,-]*")
# What python-dotenv would take for the sign that escapes another. Any other backslash stands as it is, since Docker
# Compose, which reads the file too, has no escapes between single quotes: `\n` begins a line in COMPANY_BANK.
_ESCAPING = re.compile(r"\\(?=[\\']|$)")


def write(path: Path, values: Mapping[str, str | None]) -> None:
    """Set each name to its value, None to its default; the file is whole at any moment, and its owner's alone.

    Where there is no file, it begins as `.env.example`.
    """
    text = path.read_text(encoding="utf-8-sig") if path.exists() else _template()
    for name, value in values.items():
        text = changed(text, name, value)
    write_whole(path.resolve(), text.encode())
    path.chmod(0o600)


def unread_lines(path: Path) -> list[int]:
    """The numbers of the lines that are no setting and no comment: python-dotenv passes them over."""
    if not path.is_file():
        return []
    bindings = parse_stream(StringIO(path.read_text(encoding="utf-8-sig")))
    return [binding.original.line for binding in bindings if binding.error]


def changed(text: str, name: str, value: str | None) -> str:
    """The text of a .env with one setting changed: where it stands, else where a comment shows it, else at the end."""
    line = f"#{name}=" if value is None else f"{name}={_quoted(value)}"
    bindings = list(parse_stream(StringIO(text)))
    ours = [binding for binding in bindings if (binding.key or "").upper() == name]
    if ours:
        old = (binding.original.string for binding in bindings)
        return "".join(
            _in_place(was, line) if binding in ours else was for binding, was in zip(bindings, old, strict=True)
        )
    shown = re.compile(rf"^#[ ]?{name}=.*$", re.MULTILINE)
    if shown.search(text):
        return shown.sub(lambda _: line, text, count=1) if value is not None else text
    return text if value is None else f"{text.rstrip()}\n{line}\n".lstrip("\n")


def _in_place(old: str, line: str) -> str:
    """A binding's lines replaced; blank ones before it stay."""
    blank = old[: len(old) - len(old.lstrip())]
    return f"{blank}{line}\n"


def _quoted(value: str) -> str:
    if _BARE.fullmatch(value):
        return value
    escaped = _ESCAPING.sub(r"\\\\", value).replace("'", "\\'")
    return f"'{escaped}'"


def _template() -> str:
    return next(path for path in _TEMPLATES if path.is_file()).read_text(encoding="utf-8")
