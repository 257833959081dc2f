"""The one way templates are read: escaped where they are HTML, strict, in the reader's language."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes, pass_eval_context, select_autoescape
from jinja2.compiler import CodeGenerator, Frame
from jinja2.nodes import EvalContext
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from bot.i18n import Language
from bot.render.plain import lines, one_line, short

_TEMPLATES = Path(__file__).parent.parent / "templates"
# Filters that give digits, signs and codes of currencies: nothing in them is HTML.
_HARMLESS = frozenset({"money", "date"})


class _Phrases(NodeTransformer):
    """Puts phrases that have nothing to fill in their places: a screen has dozens, and each was called for anew."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - as the library finds it
        match node:
            case nodes.Call(node=nodes.Name(name="_"), args=[nodes.Const(value=str(message))], kwargs=[]):
                return nodes.MarkSafeIfAutoescape(nodes.Const(self._language.gettext(message)))
        return self.generic_visit(node)


class _Writer(CodeGenerator):
    """Writes a template's code without escaping amounts and dates, which are half of a screen."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if isinstance(node, nodes.Filter) and node.name in _HARMLESS:
            self.write("(")
        else:
            super()._output_child_pre(node, frame, finalize)


class _Environment(Environment):
    code_generator_class = _Writer
    phrases: _Phrases

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        template: nodes.Template = self.phrases.visit(super()._parse(source, name, filename))
        return template


@cache
def environment(language: Language) -> Environment:
    """The templates of `bot/templates` in a language.

    Autoescape for `.html`; filters `money`, `date`, `day`, `month`, `currency_name` write as the language does,
    `one_line`, `lines` and `short` tame what others typed. A name that is not given raises `jinja2.UndefinedError`.
    """
    made = _Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(["html"], default=False, default_for_string=False),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        # They do not change while the program runs, and looking costs as much as a line of them.
        auto_reload=False,
    )

    made.phrases = _Phrases(language)

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
