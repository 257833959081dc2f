"""`.env` with some settings changed: every other line stays as it is, comments included."""

import re
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from dotenv.parser import parse_stream

from bot.imports.vault import write_whole

_PACKAGE = Path(__file__).parents[1]
# In the wheel it stands within the package (pyproject.toml).
_TEMPLATES = (_PACKAGE / "env.example", _PACKAGE.parent / ".env.example")
_BARE = re.compile(r"[\w@./:+,-]*")


def write(path: Path, values: Mapping[str, str | None]) -> None:
    """Set each name to its value, None to its default; the file is whole at any moment, and its owner's alone.

    Where there is no file, it begins as `.env.example`.
    """
    text = path.read_text(encoding="utf-8-sig") if path.exists() else _template()
    for name, value in values.items():
        text = changed(text, name, value)
    write_whole(path.resolve(), text.encode())
    path.chmod(0o600)


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
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _template() -> str:
    return next(path for path in _TEMPLATES if path.is_file()).read_text(encoding="utf-8")
