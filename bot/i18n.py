"""What people read, in their language: messages, amounts and dates."""

import datetime as dt
from dataclasses import dataclass, field
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import get_decimal_symbol, get_group_symbol

from bot.domain.money import MXN, Money, minor_digits
from bot.domain.text import fold

SPANISH = "es_MX"
ENGLISH = "en"
# Those that people may choose, as each calls itself (docs/adding-a-language.md).
LANGUAGES = {SPANISH: "Español", ENGLISH: "English"}

_LOCALES = Path(__file__).parent.parent / "locales"


@dataclass(frozen=True, slots=True)
class Language:
    """A language people read; made by `language`.

    Messages hold named placeholders (`%(name)s`); a percent sign in a message is written `%%`.
    """

    code: str
    translations: NullTranslations = field(repr=False)

    def gettext(self, message: str, **params: object) -> str:
        """The message in this language with its placeholders filled."""
        # The empty message is the catalogue's header.
        return self.translations.gettext(message) % params if message else ""

    def ngettext(self, singular: str, plural: str, n: int, **params: object) -> str:
        """The message in the form that `n` takes, with its placeholders filled; `%(n)s` is n, `1,234`."""
        return self.translations.ngettext(singular, plural, n) % {"n": f"{n:,}", **params}

    def money(self, amount: Money) -> str:
        """The amount as people write it: pesos `$2,842.00`, other currencies `USD 1,234.00`."""
        sign = "-" if amount.minor < 0 else ""
        prefix = "$" if amount.currency == MXN else f"{amount.currency} "
        group, point = _separators(self.code)
        # The currency's decimals are the domain's, so that no amount is ever rounded for print.
        digits = minor_digits(amount.currency)
        whole, part = divmod(abs(amount.minor), 10**digits)
        return f"{sign}{prefix}{f'{whole:,}'.replace(',', group)}{f'{point}{part:0{digits}}' if digits else ''}"

    def date(self, on: dt.date) -> str:
        """The date as `23/07/2019`, whatever the language."""
        return f"{on.day:02}/{on.month:02}/{on.year:04}"

    def day(self, on: dt.date) -> str:
        """The date with its weekday: `martes 23/07/2019`."""
        return f"{format_date(on, 'EEEE', locale=self._locale)} {self.date(on)}"

    def weekday(self, on: dt.date) -> str:
        """The weekday as the head of a column: `Mar`."""
        name = format_date(on, "EEE", locale=self._locale).rstrip(".")
        return f"{name[:1].upper()}{name[1:]}"

    def month(self, first: dt.date) -> str:
        """The month as a heading: `Julio 2019`."""
        name = format_date(first, "LLLL", locale=self._locale)
        return f"{name[:1].upper()}{name[1:]} {first.year}"

    def currency_name(self, code: str) -> str:
        """The currency as a totals row names it: `PESOS`; its code when it has no such name."""
        names = {MXN: self.gettext("PESOS"), "USD": self.gettext("DOLLARS"), "EUR": self.gettext("EUROS")}
        return names.get(code, code)

    @property
    def _locale(self) -> Locale:
        return _locale(self.code)


@cache
def _locale(code: str) -> Locale:
    # Babel reads a code in 25 µs, and a page of amounts asks for it a hundred times.
    return Locale.parse(code)


@cache
def _separators(code: str) -> tuple[str, str]:
    """What a language puts between thousands, and before the decimals."""
    # Babel's own way of writing an amount takes 50 µs, and half the time of a statement.
    return get_group_symbol(_locale(code)), get_decimal_symbol(_locale(code))


@cache
def language(code: str | None) -> Language:
    """The language for a code as people and Telegram give it, by its first two letters; else Mexican Spanish."""
    wanted = (code or "")[:2].lower()
    known = next((known for known in LANGUAGES if known[:2] == wanted), SPANISH)
    return Language(known, read_translations(_LOCALES / known / "LC_MESSAGES" / "messages.po"))


@cache
def languages_by_name() -> dict[str, str]:
    """The code of each language by what people call it, folded: `en`, `english`, and, in Spanish, `ingles`."""
    return {
        fold(name): code
        for code, own in LANGUAGES.items()
        for name in (code[:2], code, code.replace("_", " "), own, *(_named(code, reader) for reader in LANGUAGES))
    }


def _named(code: str, reader: str) -> str:
    return _locale(code[:2]).get_display_name(reader) or code


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """The message as it is, marked for the catalogue: it is translated where it is shown."""
    return message


def read_translations(po: Path) -> NullTranslations:
    """The messages of a .po file, compiled in memory; without the file, every message as the source has it."""
    if not po.exists():
        return NullTranslations()
    with po.open("rb") as source:
        catalogue = read_po(source)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
