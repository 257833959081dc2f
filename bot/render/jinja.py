"""The one way templates are read: escaped where they are HTML, strict, in the reader's language."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_eval_context, select_autoescape
from jinja2.nodes import EvalContext
from markupsafe import Markup

from bot.i18n import Language
from bot.render.plain import lines, one_line, short

_TEMPLATES = Path(__file__).parent.parent / "templates"


@cache
def environment(language: Language) -> Environment:
    """The templates of `bot/templates` in a language.

    Autoescape for `.html`; filters `money`, `date`, `day`, `month`, `currency_name` write as the language does,
    `one_line`, `lines` and `short` tame what others typed. A name that is not given raises `jinja2.UndefinedError`.
    """
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(["html"], default=False, default_for_string=False),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        # They do not change while the program runs, and looking costs as much as a line of them.
        auto_reload=False,
    )

    # What the extension makes of a language's own functions calls each by way of two others.
    @pass_eval_context
    def gettext(at: EvalContext, message: str, **params: object) -> str:
        text = language.translations.gettext(message)
        return (Markup(text) if at.autoescape else text) % params  # noqa: S704 - the catalogue's; params are escaped

    @pass_eval_context
    def ngettext(at: EvalContext, singular: str, plural: str, n: int, **params: object) -> str:
        text = language.translations.ngettext(singular, plural, n)
        # As everywhere else a count is written: `1,234`.
        params |= {"num": f"{n:,}"}
        return (Markup(text) if at.autoescape else text) % params  # noqa: S704 - likewise

    made.newstyle_gettext = True  # type: ignore[attr-defined] # the extension's: messages are filled where they are called
    made.globals |= {"_": gettext, "gettext": gettext, "ngettext": ngettext}
    made.filters |= {
        "money": language.money,
        "date": language.date,
        "day": language.day,
        "month": language.month,
        "currency_name": language.currency_name,
        "one_line": one_line,
        "lines": lines,
        "short": short,
    }
    return made
