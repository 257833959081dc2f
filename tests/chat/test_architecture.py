"""docs/architecture.md is true: what it names is there, and a command walks through the files as it says."""

import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest

from tests.chat.conftest import Running
from tests.chat.phone import Phone

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
_FILE = r"`((?:bot|handlers|locales|tests|docs)/[\w./]*)`"


def walk() -> list[tuple[str, str]]:
    """The files and functions of the walk, in its order; a function named alone is of the file before."""
    (section,) = re.findall(r"^## One command's walk.*?\n(.*?)\n### ", PAGE, re.MULTILINE | re.DOTALL)
    return re.findall(r"`((?:bot|handlers)/\w[\w/]*\.py)`, `(\w+)`", section)


@contextmanager
def seen() -> Iterator[list[tuple[str, str]]]:
    """What is called meanwhile of our own code, in this thread and in those that start: file and function."""
    called: list[tuple[str, str]] = []

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(str(ROOT)):
            called.append((frame.f_code.co_filename, frame.f_code.co_name))

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        yield called
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def test_every_file_that_is_named_is_there() -> None:
    named = re.findall(_FILE, PAGE)
    assert len(named) > 20
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_function_of_the_walk_is_where_it_is_said_to_be() -> None:
    def has(file: str, function: str) -> bool:
        return re.search(rf"\bdef {function}\(", (ROOT / file).read_text(encoding="utf-8")) is not None

    assert [step for step in walk() if not has(*step)] == []


def test_every_room_is_in_the_table() -> None:
    rooms = {f"{path.relative_to(ROOT)}/" for path in (ROOT / "bot").iterdir() if path.is_dir() and path.name[0] != "_"}
    assert rooms - set(re.findall(r"^\| `(.*?)`", PAGE, re.MULTILINE)) == set()


@pytest.mark.slow
async def test_estado_walks_through_the_files_as_the_page_says(stopped: Running, phone: Phone) -> None:
    with seen() as called:
        stopped.start()
        answer = await phone.type("/estado CL002")
    assert "$8,274.00" in answer.plain_text

    steps = [(str(ROOT / file), function) for file, function in walk()]
    assert len(steps) > 10
    calls = iter(called)
    # Each step is looked for after the one before.
    assert [step for step in steps if step not in calls] == []
