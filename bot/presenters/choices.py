"""Questions with things to choose from: whose document, which one."""

from collections.abc import Sequence
from datetime import date

from markupsafe import escape

from bot.domain.errors import CustomerAmbiguous, DocumentAmbiguous
from bot.domain.pages import page_of
from bot.domain.receivables import told_apart
from bot.domain.scheduling import CustomerChoice, DocumentChoice
from bot.domain.summary import View
from bot.i18n import Language
from bot.presenters.promise import cancel_button
from bot.presenters.reply import MAX_CHOICES, Button, Reply, in_rows, pager, rows, with_amount
from bot.presenters.summary import view_code
from bot.render.plain import short

# Documents on a page: with the lines above and the buttons below they fit a phone's screen.
_PAGE = 8
# What is shown of a text that was typed.
_SHOWN = 100


def which_customer(text: str, language: Language, *, count: int, more: bool) -> str:
    """Which of the customers that answer to a text, where they are shown to tap; `more` answer to it than those.

    Only one is asked about where it is a guess.
    """
    _, shown = language.gettext, escape(short(text, _SHOWN))
    if count == 1:
        return _("Is this the customer that «%(text)s» means?", text=shown)
    asked = _("Several customers match «%(text)s». Which one?", text=shown)
    return asked + "\n" + _("There are more: write more of the name.") if more else asked


def customer(asked: CustomerChoice, language: Language) -> Reply:
    """Whose document: the customers seen last, or those who answer to what was typed; any other is typed."""
    _ = language.gettext
    said = _("Whose document? Tap the customer, or write a code, name, RFC or folio.")
    if asked.settled:
        said = _("%(name)s owes nothing.", name=escape(short(asked.settled.name, _SHOWN))) + "\n" + said
    if asked.text:
        said = which_customer(asked.text, language, count=len(asked.customers), more=asked.more)
    return Reply(
        plain=f"🔎 {said}",
        keyboard=(
            *((Button(f"{c.code} · {c.name}", f"pu:{asked.number}:{c.id}"),) for c in asked.customers[:MAX_CHOICES]),
            (cancel_button(asked.number, language),),
        ),
    )


def document(asked: DocumentChoice, language: Language, page: int = 0) -> Reply:
    """Which document: a customer's open ones, or those of one name, a page (from 0) at a time."""
    _ = language.gettext
    buttons, page, pages = page_of(_documents(asked, language, "pq"), page, _PAGE)
    if asked.text:
        said = _which_document(asked.text, len(asked.items), language)
    else:
        owner = asked.items[0].customer
        name = escape(f"{short(owner.code, 30)} {short(owner.name, _SHOWN)}")
        said = f"<b>{name}</b>\n" + _("Which document? Tap it, or write its folio.")
    return Reply(
        plain=f"🔎 {said}",
        keyboard=(
            *in_rows(buttons, 1),
            *rows(pager(page, pages, f"pg:{asked.number}:{{page}}"), (cancel_button(asked.number, language),)),
        ),
    )


def paid(asked: DocumentChoice, language: Language) -> Reply:
    """Which document was paid, of those that are called as it was typed."""
    return _first(_which_document(asked.text, len(asked.items), language), _documents(asked, language, "cq"), language)


def of_customers(refused: CustomerAmbiguous, language: Language, command: str) -> Reply:
    """Who was meant in a command; each button goes on with it."""
    buttons = [Button(f"{code} · {name}", _goes_on(command, cid, refused.as_of)) for cid, code, name in refused.choices]
    return _first(which_customer(refused.text, language, count=len(buttons), more=refused.more), buttons, language)


def of_documents(refused: DocumentAmbiguous, language: Language) -> Reply:
    """Whose history was meant."""
    buttons = [Button(f"{label} · {beside}", f"hi:{did}") for did, label, beside in refused.choices]
    return _first(_which_document(refused.text, len(buttons), language), buttons, language)


def _goes_on(command: str, customer_id: int, as_of: date | None) -> str:
    if command == "enviar":
        return f"ml:{customer_id}"
    if command == "resumen":
        return f"su:{view_code(View(customer_id=customer_id))}"
    return f"st:{customer_id}:{as_of or ''}:0"


def _which_document(text: str, count: int, language: Language) -> str:
    if count == 1:
        return language.gettext("Is this the document «%(text)s»?", text=escape(short(text, _SHOWN)))
    return language.gettext("Several documents are called «%(text)s». Which one?", text=escape(short(text, _SHOWN)))


def _documents(asked: DocumentChoice, language: Language, prefix: str) -> list[Button]:
    """A button for each, by what tells them apart."""
    apart = told_apart([(item.document, item.customer) for item in asked.items], named=bool(asked.text))
    called = (filter(None, (i.document.label, beside)) for i, beside in zip(asked.items, apart, strict=True))
    return [
        Button(with_amount(" · ".join(name), language.money(i.balance)), f"{prefix}:{asked.number}:{i.document.id}")
        for i, name in zip(asked.items, called, strict=True)
    ]


def _first(said: str, buttons: Sequence[Button], language: Language) -> Reply:
    """As many as make a choice, under what is asked."""
    if len(buttons) > MAX_CHOICES:
        said += "\n" + language.gettext("These are the first %(n)s; the others are in /agenda.", n=MAX_CHOICES)
    return Reply(plain=f"🔎 {said}", keyboard=in_rows(buttons[:MAX_CHOICES], 1))
