"""How a refusal is said: what was wrong, with the value, and the right form."""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeAlias

from markupsafe import escape

from bot.domain.errors import Refusal
from bot.domain.money import Money
from bot.i18n import N_, Language
from bot.presenters.reply import Reply
from bot.render.plain import short

# The right form of each command, as it is typed.
FORMS = {
    "estado": "/estado CL002",
    "promesa": N_('/promesa 7 23/07/2019 "Will pay by cheque"'),
    "plan": N_("/promesa 7 3x 23/07/2019 weekly"),
    "cobro": '/cobro 7 1624.00 cheque "folio 881"',
    "historial": "/historial 7",
    "agenda": "/agenda CL002",
    "calendario": "/calendario 2019-07",
    "resumen": "/resumen CL002",
    "enviar": "/enviar CL002",
    "invitar": N_("/invitar Laura Méndez collector C1"),
    "idioma": "/idioma en",
}
# What is shown of a text that was typed; the rest of a long one is no help.
SHOWN = 100

# Who writes the sentence of a refusal.
Writer: TypeAlias = Callable[[Any, Language], Reply]
Writers: TypeAlias = dict[type[Refusal], Writer]


def say_no(language: Language, message: str, *, form: str | None = None, **params: object) -> Reply:
    """A refusal's sentence, cut and escaped where people typed; `form` is the command whose right form follows."""
    shown = {name: escape(short(str(as_read(value, language)), SHOWN)) for name, value in params.items()}
    text = language.gettext(message, **shown)
    if form:
        text += "\n" + language.gettext("For example:") + f"\n<code>{escape(language.gettext(FORMS[form]))}</code>"
    return Reply(plain=f"✋ {text}")


def says(message: str, *, form: str | None = None, **called: str) -> Writer:
    """The writer of this sentence with the refusal's own parameters; those that it calls otherwise are `called`."""

    def write(refused: Refusal, language: Language) -> Reply:
        params = vars(refused) | {name: getattr(refused, field) for name, field in called.items()}
        return say_no(language, message, form=form, **params)

    return write


def as_read(value: object, language: Language) -> object:
    """A parameter as people read it."""
    if isinstance(value, Money):
        return language.money(value)
    return language.date(value) if isinstance(value, date) else value
