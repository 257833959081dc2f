"""What people read, in each language but the code's own: every message translated, none left over, none mutilated."""

import os
import re
import shlex
from collections import Counter
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from bot.i18n import ENGLISH, LANGUAGES, SPANISH
from bot.presenters.welcome import COMMANDS
from locales.extraction import from_python

ROOT = Path(__file__).parent.parent
TEMPLATE = ROOT / "locales" / "messages.pot"
CATALOGUES = {path.parts[-3]: path for path in ROOT.glob("locales/*/LC_MESSAGES/messages.po")}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
MARKUP = re.compile(rf"</?[a-z]+>|%%|/(?:{'|'.join(COMMANDS)})\\b")


each_catalogue = pytest.mark.parametrize("path", CATALOGUES.values(), ids=CATALOGUES.keys())


@cache
def catalogue(path: Path) -> Catalog:
    with path.open("rb") as source:
        return read_po(source)


def messages(path: Path) -> list[Message]:
    return [message for message in catalogue(path) if message.id]


def forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ("",))


def in_words(path: Path) -> set[tuple[str, ...]]:
    return {forms(message.id) for message in messages(path)}


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


def test_every_language_but_the_codes_own_has_a_catalogue() -> None:
    assert set(CATALOGUES) == LANGUAGES.keys() - {ENGLISH}


@each_catalogue
def test_every_message_of_the_code_has_its_translation(extracted: Path, path: Path) -> None:
    assert in_words(extracted) - in_words(path) == set()


@each_catalogue
def test_no_translation_is_left_of_messages_that_are_gone(extracted: Path, path: Path) -> None:
    assert in_words(path) - in_words(extracted) == set()
    assert not catalogue(path).obsolete


@each_catalogue
def test_no_message_stands_twice(path: Path) -> None:
    starts = Counter(re.findall(r'^msgid ((?:".*"\n)+)', path.read_text(encoding="utf-8"), re.MULTILINE))
    assert [start for start, times in starts.items() if times > 1] == []


def wrong(path: Path, is_right: Callable[[Message], bool]) -> list[str]:
    """The messages of which something does not hold: one test for all, as there are nearly a thousand."""
    return [forms(entry.id)[0] for entry in messages(path) if not is_right(entry)]


def counted(pattern: re.Pattern[str], text: str) -> frozenset[tuple[str, int]]:
    return frozenset(Counter(pattern.findall(text)).items())


@each_catalogue
def test_every_translation_is_complete_and_sure(path: Path) -> None:
    plurals = catalogue(path).num_plurals
    assert wrong(path, lambda entry: all(forms(entry.string)) and not entry.fuzzy) == []
    assert wrong(path, lambda entry: len(forms(entry.string)) == (plurals if entry.pluralizable else 1)) == []


@each_catalogue
@pytest.mark.parametrize("pattern", [PLACEHOLDER, MARKUP], ids=["placeholders", "markup"])
def test_every_translation_keeps_placeholders_and_markup(pattern: re.Pattern[str], path: Path) -> None:
    def keeps(entry: Message) -> bool:
        return {counted(pattern, form) for form in forms(entry.string)} <= {
            counted(pattern, form) for form in forms(entry.id)
        }

    assert wrong(path, keeps) == []


def test_no_translation_addresses_anybody_as_a_friend() -> None:
    """The Spanish texts are polite or impersonal: never tú."""
    friendly = re.compile(
        r"(?<!\bse )\b(tú|tus?|ti|contigo|te|escribe|toca|marca|elige|puedes|tienes|debes|quieres|revisa|pide)\b",
        re.IGNORECASE,
    )
    assert wrong(CATALOGUES[SPANISH], lambda entry: not friendly.search(" ".join(forms(entry.string)))) == []


def test_a_message_inside_an_f_string_is_found_too() -> None:
    source = b'f"{_(\'here\')} {t.ngettext(\'one\', \'many\', 2)}", _say(t, "there", n=_("within")), other("not this")'
    found = from_python(BytesIO(source), {"_": None, "ngettext": (1, 2), "_say": (2,)}, (), {})
    assert {texts for _, _, texts, _ in found} == {("here",), ("one", "many", None), (None, "there"), ("within",)}
