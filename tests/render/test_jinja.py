from datetime import date
from pathlib import Path

import pytest
from jinja2 import DictLoader, UndefinedError
from markupsafe import escape

from bot.domain.money import Money
from bot.i18n import LANGUAGES, Language, language, read_translations
from bot.render.jinja import environment

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def _rendered(source: str, name: str, reader: Language) -> str:
    template = environment(reader).overlay(loader=DictLoader({name: source})).get_template(name)
    return template.render(name="<b>Ramiro</b>", amount=Money(284200))


@pytest.fixture
def spanish(tmp_path: Path) -> Language:
    po = tmp_path / "messages.po"
    messages = {"Hello, %(name)s!": "¡Hola, %(name)s!", "<i>100%%</i>": "<i>al 100%%</i>"}
    said = "\n".join(f'msgid "{message}"\nmsgstr "{text}"\n' for message, text in messages.items())
    po.write_text(HEADER + said, encoding="utf-8")
    return Language("es_MX", read_translations(po))


def test_html_is_escaped_and_text_is_not(spanish: Language) -> None:
    source = '{{ _("Hello, %(name)s!", name=name) }} {{ name }}'
    assert _rendered(source, "a.html", spanish) == "¡Hola, &lt;b&gt;Ramiro&lt;/b&gt;! &lt;b&gt;Ramiro&lt;/b&gt;"
    assert _rendered(source, "a.txt", spanish) == "¡Hola, <b>Ramiro</b>! <b>Ramiro</b>"


def test_a_phrase_is_as_the_translation_has_it_wherever_it_stands(spanish: Language) -> None:
    alone, given = '{{ _("<i>100%%</i>") }}', '{% for each in [_("<i>100%%</i>")] %}{{ each }}{% endfor %}'
    assert [_rendered(source, "a.html", spanish) for source in (alone, given)] == ["<i>al 100%</i>"] * 2
    assert [_rendered(source, "a.txt", spanish) for source in (alone, given)] == ["<i>al 100%</i>"] * 2


@pytest.mark.parametrize("currency", ["MXN", "USD", "EUR", "JPY", "KWD"])
def test_amounts_and_dates_have_nothing_to_escape(currency: str) -> None:
    for reader in map(language, LANGUAGES):
        for written in (reader.money(Money(-123456789, currency)), reader.date(date(2019, 7, 16))):
            assert escape(written) == written


def test_what_is_not_given_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        _rendered("{{ nothing }}", "a.txt", language("es"))


def test_filters_write_as_the_language_does() -> None:
    source = "{{ amount | money }} {{ 'USD' | currency_name }}"
    assert _rendered(source, "a.txt", language("en")) == "$2,842.00 DOLLARS"


def test_each_language_has_one_environment(spanish: Language) -> None:
    assert environment(language("es")) is environment(language("es"))
    assert environment(language("es")) is not environment(spanish)


def test_a_count_of_thousands_is_written_as_everywhere_else() -> None:
    asked = environment(language("es")).from_string('{{ ngettext("%(num)s customer", "%(num)s customers", count) }}')
    assert [asked.render(count=count) for count in (1, 5003)] == ["1 cliente", "5,003 clientes"]
