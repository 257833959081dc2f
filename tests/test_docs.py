"""What the documentation names exists: commands of the chat and of the terminal, options, targets, settings, files."""

import re
import shlex
from collections.abc import Iterator
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
import typer

import handlers
from bot.cli import app
from bot.config import Settings

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
TERMINAL = typer.main.get_command(app)

_CODE = re.compile(r"```\w*\n(?P<block>.*?)```|`(?P<span>[^`\n]+)`", re.DOTALL)
_CHAT = re.compile(r"/([a-z]+)(?!\S)")
_OF_BOTFATHER = {"newbot"}
_PROGRAMS = {"cobranza", ".venv/bin/cobranza"}
_ENDS_A_COMMAND = {"&&", "|", ">"}
_MAKE = re.compile(r"(?<!\S)make ([a-z]+)")
_SETTING = re.compile(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b")
_LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
_ELSEWHERE = re.compile(r"[a-z]+:|#")

each_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


def code(text: str) -> Iterator[str]:
    """Each line of code in a text."""
    for match in _CODE.finditer(text):
        yield from (match["block"] or match["span"]).splitlines()


def unknown_in_chat(text: str) -> list[str]:
    known = {name for names in handlers.COMMANDS for name in names} | _OF_BOTFATHER
    found = [match[1] for line in code(text) if (match := _CHAT.match(line.strip()))]
    return [name for name in found if name not in known]


def unknown_in_terminal(text: str) -> list[str]:
    found = [words for line in code(text) if "cobranza " in line for words in _in_terminal(line)]
    return [problem for words in found for problem in _unknown_words(words)]


def _in_terminal(line: str) -> Iterator[list[str]]:
    """What follows the program, each time that a line of a shell calls it."""
    words = shlex.split(line, comments=True)
    for at, word in enumerate(words):
        # `sudo -u cobranza`, `journalctl -u cobranza`: a user, a unit.
        if word in _PROGRAMS and words[at - 1 : at] != ["-u"]:
            yield list(takewhile(lambda word: word not in _ENDS_A_COMMAND, words[at + 1 :]))


def _unknown_words(words: list[str]) -> Iterator[str]:
    command: Any = TERMINAL  # typer has a click of its own, and keeps its types to itself
    for word in words:
        if word.startswith("-"):
            known = {"--help", *(option for parameter in command.params for option in parameter.opts)}
            if word.partition("=")[0] not in known:
                yield f"{command.name} {word}"
        elif hasattr(command, "commands"):
            if word not in command.commands:
                yield f"{command.name} {word}"
                return
            command = command.commands[word]


def unknown_settings(text: str) -> list[str]:
    """Names in capitals that are neither a setting nor a name in the code."""
    return [name for line in code(text) for name in _SETTING.findall(line) if name not in _names_in_capitals()]


@cache
def _names_in_capitals() -> set[str]:
    sources = [*ROOT.glob("bot/**/*.py"), *ROOT.glob("tests/**/*.py"), ROOT / "Makefile", ROOT / ".ci" / "run"]
    names = {name for path in sources for name in _SETTING.findall(path.read_text(encoding="utf-8"))}
    return names | {name.upper() for name in Settings.model_fields}


def dead_links(path: Path, text: str) -> list[str]:
    found = [one or other for one, other in _LINK.findall(text)]
    return [link for link in found if not _ELSEWHERE.match(link) and not _leads_somewhere(path, link)]


def _leads_somewhere(path: Path, link: str) -> bool:
    name, _, anchor = link.partition("#")
    target = path.parent / name
    return target.exists() and (not anchor or target.suffix != ".md" or anchor in _anchors(target))


@cache
def _anchors(path: Path) -> set[str]:
    """The headings of a page as a repository's pages name them; test_site looks at how the site does."""
    headings = re.findall(r"^#+ (.*)", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@each_document
def test_every_command_of_the_chat_exists(path: Path) -> None:
    assert unknown_in_chat(path.read_text(encoding="utf-8")) == []


@each_document
def test_every_command_and_option_of_the_terminal_exists(path: Path) -> None:
    assert unknown_in_terminal(path.read_text(encoding="utf-8")) == []


@each_document
def test_every_target_of_make_exists(path: Path) -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    named = [name for line in code(path.read_text(encoding="utf-8")) for name in _MAKE.findall(line)]
    assert set(named) <= set(targets)


@each_document
def test_every_setting_exists(path: Path) -> None:
    assert unknown_settings(path.read_text(encoding="utf-8")) == []


@each_document
def test_every_link_within_the_project_leads_somewhere(path: Path) -> None:
    assert dead_links(path, path.read_text(encoding="utf-8")) == []


def test_every_picture_is_shown_by_a_page_and_taken_by_a_test() -> None:
    shown = {Path(one or other).name for path in DOCUMENTS for one, other in _LINK.findall(path.read_text("utf-8"))}
    tests = "".join(path.read_text("utf-8") for path in ROOT.glob("tests/browser/*.py"))
    taken = {f"{name}.png" for name in re.findall(r'\bpicture\("([\w-]+)"', tests)}
    there = {path.name for path in ROOT.glob("docs/screenshots/*")}
    assert there - shown == set()
    assert {name for name in there if name.endswith(".png")} == taken


def test_every_test_that_is_named_exists() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("tests/**/test_*.py"))
    known = set(re.findall(r"def (test_\w+)", tests))
    named = {
        name
        for path in DOCUMENTS
        for line in code(path.read_text(encoding="utf-8"))
        for name in re.findall(r"^test_\w+$", line)
    }
    assert len(named) > 20
    assert named <= known


def test_the_readme_names_the_same_in_both_languages() -> None:
    english, spanish = (
        [sorted(code(text)), sorted(one or other for one, other in _LINK.findall(text))]
        for text in ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.es.md"))
    )
    english[1].remove("README.es.md")
    spanish[1].remove("README.md")
    assert english == spanish


def test_these_tests_see_what_does_not_exist() -> None:
    text = """
`/estado CL002`, `/estdo CL002`, `/usr/bin`, /prosa, `cobranza import x.csv --strict`, `cobranza people fire 3`,
`TELEGRAM_TOKEN=x`, [here](README.md), [gone](docs/gone.md), [away](https://example.com),
[to a part](docs/rep.md#pagos-sin-rep), [to none](docs/rep.md#gone), <img src="no.png">
```
.venv/bin/cobranza statement CL002 --frmat pdf  # a comment
cobranza fly
cd x && cobranza judge --no && sudo -u cobranza .venv/bin/cobranza send --non > /dev/null
```
"""
    assert unknown_in_chat(text) == ["estdo"]
    assert unknown_in_terminal(text) == [
        "people fire",
        "statement --frmat",
        "cobranza fly",
        "judge --no",
        "send --non",
    ]
    # Put together here, or it would stand in this file.
    setting = "TELEGRAM" + "_TOKN"
    assert unknown_settings(f"{text} `{setting}=x`") == [setting]
    assert dead_links(ROOT / "README.md", text) == ["docs/gone.md", "docs/rep.md#gone", "no.png"]
