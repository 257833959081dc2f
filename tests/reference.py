"""The pages of reference, written from the code: `make reference`; `test_reference` says when they are behind."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any, get_args

import typer

import handlers
from bot.cli import app
from bot.config import right_forms
from bot.domain.people import Role
from bot.i18n import SPANISH, language
from bot.presenters import welcome

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / ".env.example"
_SPEECH = language(SPANISH)
_HEAD = "<!-- Escrita por «make reference»: no se edita a mano. -->\n\n"
_TERMINAL = f"""{_HEAD}# El comando `cobranza`

Termina con 0 si se hizo, con 1 si algo se rechazó o falló (lo dice en la salida de errores) y con 2 si se escribió mal.
`cobranza --version` dice la versión; `--help`, tras cualquier comando, lo explica.
"""
_SETTINGS = f"""{_HEAD}# Ajustes

Se escriben en el archivo `.env` de la carpeta donde se inicia `cobranza`, o como variables de entorno, que van antes.
`.env.example` los trae todos; lo que queda vacío toma el valor inicial. `cobranza doctor` los revisa.
"""


def pages() -> dict[Path, str]:
    """What each page of reference should say now."""
    docs = ROOT / "docs"
    return {
        docs / "referencia" / "chat.md": _chat(),
        docs / "referencia" / "cobranza.md": _terminal(),
        docs / "referencia" / "ajustes.md": _settings(),
        docs / "decisions" / "index.md": _decisions(docs / "decisions"),
    }


def _chat() -> str:
    lines = dict(welcome.strangers_menu(_SPEECH)) | dict(welcome.menu(Role.ADMINISTRATOR, _SPEECH))
    for_all = {command for command, _ in welcome.menu(Role.COLLECTOR, _SPEECH)} | {"start"}
    # The help says the commands in the menu's order, each a bold line and its examples.
    examples = {
        command: re.findall("<code>(.*?)</code>", part)
        for (command, _), part in zip(
            welcome.menu(Role.ADMINISTRATOR, _SPEECH),
            welcome.help_text(Role.ADMINISTRATOR, _SPEECH).split("\n\n"),
            strict=False,
        )
    }
    rows = [
        (
            _code(f"/{names[0]}"),
            " ".join(_code(f"/{name}") for name in names[1:]) or "—",
            lines[names[0]] + ("" if names[0] in for_all else " (supervisores y administradores)"),
            "<br>".join(_code(example.replace("&#34;", '"')) for example in examples.get(names[0], ())) or "—",
        )
        for names in handlers.COMMANDS
    ]
    return f"{_HEAD}# Comandos del chat\n\n" + _table(("comando", "en inglés", "para qué", "ejemplos"), rows)


def _terminal() -> str:
    root: Any = typer.main.get_command(app)
    parts = [_TERMINAL]
    parts += [_command(path, command) for path, command in _commands("cobranza", root)]
    return "\n".join(parts)


def _commands(path: str, command: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - typer keeps its types to itself
    for name, found in command.commands.items():
        if hasattr(found, "commands"):
            yield from _commands(f"{path} {name}", found)
        else:
            yield f"{path} {name}", found


def _command(path: str, command: Any) -> str:  # noqa: ANN401 - see above
    arguments = [given for given in command.params if given.param_type_name == "argument"]
    usage = [path, *(f"{_name(given)}{'…' if given.nargs != 1 else ''}" for given in arguments)]
    rows = [
        (
            _code(_name(given) if given in arguments else ", ".join(given.opts)),
            (given.help or "—") + ("" if not given.required or given in arguments else " Obligatorio."),
            _choices(given) or "—",
            _default(given.default),
        )
        for given in command.params
    ]
    table = _table(("dato u opción", "para qué", "valores", "si no se indica"), rows) if rows else ""
    return "\n".join(filter(None, (f"## `{' '.join(usage)}`\n", f"{command.help}\n", table)))


def _name(given: Any) -> str:  # noqa: ANN401 - see above
    return str(given.name).upper().replace("_", "-")


def _choices(given: Any) -> str:  # noqa: ANN401 - see above
    annotation = given.type_descriptor.annotation
    kinds = [kind for kind in (annotation, *get_args(annotation)) if isinstance(kind, type) and issubclass(kind, Enum)]
    return " ".join(_code(str(member.value)) for kind in kinds for member in kind)


def _default(default: object) -> str:
    if default is None or isinstance(default, bool) or default == ():
        return "—"
    if isinstance(default, datetime):
        return _code(default.date().isoformat())
    return _code(str(default.value if isinstance(default, Enum) else default))


def _settings() -> str:
    forms = right_forms(_SPEECH)
    parts = [_SETTINGS]
    for title, entries in explained(EXAMPLE.read_text(encoding="utf-8")):
        rows = [
            (_code(name), meaning, forms[name.lower()], _code(default) if default else "—")
            for name, meaning, default in entries
        ]
        parts.append(f"## {title}\n\n" + _table(("ajuste", "para qué", "qué se escribe", "valor inicial"), rows))
    return "\n".join(parts)


def explained(example: str) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """The sections of `.env.example`: title, and of each setting its name, its comment and its default.

    A comment is for all the settings that follow it without a comment of their own.
    """
    sections: list[tuple[str, list[tuple[str, str, str]]]] = []
    comment: list[str] = []
    fresh = False
    for line in example.splitlines():
        if title := re.fullmatch(r"# --- (.*?) -+", line):
            sections.append((title[1], []))
            comment, fresh = [], False
        elif setting := re.fullmatch(r"#?([A-Z0-9_]+)=(.*)", line):
            sections[-1][1].append((setting[1], " ".join(comment), setting[2]))
            fresh = False
        elif said := re.fullmatch(r"# (.*)", line):
            comment = [*comment, said[1]] if fresh else [said[1]]
            fresh = True
    return sections


def _decisions(folder: Path) -> str:
    titles = {path.name: path.read_text(encoding="utf-8").splitlines()[0] for path in sorted(folder.glob("0*.md"))}
    lines = [f"- [{title.removeprefix('# ')}]({name})\n" for name, title in titles.items()]
    return f"{_HEAD}# Decisions\n\nWhy things are as they are, a page each.\n\n{''.join(lines)}"


def _code(text: str) -> str:
    return f"`{text}`"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def main() -> None:
    """Write the pages."""
    for path, content in pages().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
