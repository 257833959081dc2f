"""How a refusal is said: what was wrong, with the value, and the right form."""

from collections.abc import Callable
from typing import Any, TypeAlias

from markupsafe import escape

from bot.domain.errors import Refusal
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

# The sentence of each refusal.
Writers: TypeAlias = dict[type[Refusal], Callable[[Any, Language], Reply]]


def say_no(language: Language, message: str, *, form: str | None = None, **params: object) -> Reply:
    """A refusal's sentence, cut and escaped where people typed; `form` is the command whose right form follows."""
    text = language.gettext(message, **{name: escape(short(str(value), SHOWN)) for name, value in params.items()})
    if form:
        text += "\n" + language.gettext("For example:") + f"\n<code>{escape(language.gettext(FORMS[form]))}</code>"
    return Reply(plain=f"✋ {text}")
