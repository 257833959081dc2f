"""What people read can be read in Spanish: every message is translated, none is left over, none has lost a part."""

import os
import re
import shlex
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from bot.presenters.welcome import COMMANDS
from locales.extraction import from_python

ROOT = Path(__file__).parent.parent
TEMPLATE = ROOT / "locales" / "messages.pot"
SPANISH = ROOT / "locales" / "es_MX" / "LC_MESSAGES" / "messages.po"
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
MARKUP = re.compile(rf"</?[a-z]+>|%%|/(?:{'|'.join(COMMANDS)})\\b")


def messages(path: Path) -> list[Message]:
    with path.open("rb") as source:
        return [message for message in read_po(source) if message.id]


def forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ("",))


def in_words(path: Path) -> set[tuple[str, ...]]:
    return {forms(message.id) for message in messages(path)}


ENTRIES = messages(SPANISH)


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make messages` would write now."""
    command = re.search(r"\$\(BIN\)/(pybabel .*)", (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert command
    path = tmp_path_factory.mktemp("locales") / "messages.pot"
    arguments = [str(path) if word == "locales/messages.pot" else word for word in shlex.split(command[1])]
    before = Path.cwd()
    os.chdir(ROOT)
    try:
        CommandLineInterface().run(arguments)  # type: ignore[no-untyped-call] # Babel types it not
    finally:
        os.chdir(before)
    return path


def test_the_template_is_what_make_messages_writes(extracted: Path) -> None:
    assert TEMPLATE.read_text(encoding="utf-8") == extracted.read_text(encoding="utf-8"), "run `make messages`"


def test_every_message_of_the_code_has_its_spanish(extracted: Path) -> None:
    assert in_words(extracted) - in_words(SPANISH) == set()


def test_no_spanish_is_left_of_messages_that_are_gone(extracted: Path) -> None:
    assert in_words(SPANISH) - in_words(extracted) == set()
    with SPANISH.open("rb") as source:
        assert not read_po(source).obsolete


def test_no_message_stands_twice() -> None:
    starts = Counter(re.findall(r'^msgid ((?:".*"\n)+)', SPANISH.read_text(encoding="utf-8"), re.MULTILINE))
    assert [start for start, times in starts.items() if times > 1] == []


def wrong(is_right: Callable[[Message], bool]) -> list[str]:
    """The messages of which something does not hold: one test for all, as there are nearly a thousand."""
    return [forms(entry.id)[0] for entry in ENTRIES if not is_right(entry)]


def counted(pattern: re.Pattern[str], text: str) -> frozenset[tuple[str, int]]:
    return frozenset(Counter(pattern.findall(text)).items())


def test_every_translation_is_complete_and_sure() -> None:
    assert wrong(lambda entry: all(forms(entry.string)) and not entry.fuzzy) == []
    assert wrong(lambda entry: len(forms(entry.string)) == len(forms(entry.id))) == []


@pytest.mark.parametrize("pattern", [PLACEHOLDER, MARKUP], ids=["placeholders", "markup"])
def test_every_translation_keeps_placeholders_and_markup(pattern: re.Pattern[str]) -> None:
    def keeps(entry: Message) -> bool:
        return {counted(pattern, form) for form in forms(entry.string)} <= {
            counted(pattern, form) for form in forms(entry.id)
        }

    assert wrong(keeps) == []


def test_no_translation_addresses_anybody_as_a_friend() -> None:
    """The texts are polite or impersonal: never tú."""
    friendly = re.compile(
        r"(?<!\bse )\b(tú|tus?|ti|contigo|te|escribe|toca|marca|elige|puedes|tienes|debes|quieres|revisa|pide)\b",
        re.IGNORECASE,
    )
    assert wrong(lambda entry: not friendly.search(" ".join(forms(entry.string)))) == []


def test_a_message_inside_an_f_string_is_found_too() -> None:
    source = b'f"{_(\'here\')} {t.ngettext(\'one\', \'many\', 2)}", _say(t, "there", n=_("within")), other("not this")'
    found = from_python(BytesIO(source), {"_": None, "ngettext": (1, 2), "_say": (2,)}, (), {})
    assert {texts for _, _, texts, _ in found} == {("here",), ("one", "many", None), (None, "there"), ("within",)}
