"""Questions with things to choose from: whose document, which one."""

from markupsafe import escape

from bot.domain.scheduling import CustomerChoice, DocumentChoice
from bot.i18n import Language
from bot.presenters.promise import cancel_button
from bot.presenters.reply import MAX_CHOICES, Button, Reply, pager, rows, with_amount
from bot.render.plain import short

# Documents on a page: with the lines above and the buttons below they fit a phone's screen.
_PAGE = 8
# What is shown of a text that was typed.
_SHOWN = 100


def customer(asked: CustomerChoice, language: Language) -> Reply:
    """Whose document: the customers seen last, or those who answer to what was typed; any other is typed."""
    _ = language.gettext
    said = _("Whose document? Tap the customer, or write a code, name, RFC or folio.")
    if asked.settled:
        said = _("%(name)s owes nothing.", name=escape(short(asked.settled.name, _SHOWN))) + "\n" + said
    if asked.text:
        said = _("Several customers match «%(text)s». Which one?", text=escape(short(asked.text, _SHOWN)))
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
    pages = -(-len(asked.items) // _PAGE)
    page = min(page, pages - 1)
    if asked.text:
        said = _("Several documents are called «%(text)s». Which one?", text=escape(short(asked.text, _SHOWN)))
    else:
        owner = asked.items[0].customer
        name = escape(f"{short(owner.code, 30)} {short(owner.name, _SHOWN)}")
        said = f"<b>{name}</b>\n" + _("Which document? Tap it, or write its folio.")
    on_page = asked.items[page * _PAGE : (page + 1) * _PAGE]
    return Reply(
        plain=f"🔎 {said}",
        keyboard=(
            *(
                (
                    Button(
                        with_amount(
                            f"{item.document.label} · {item.customer.name}" if asked.text else item.document.label,
                            language.money(item.balance),
                        ),
                        f"pq:{asked.number}:{item.document.id}",
                    ),
                )
                for item in on_page
            ),
            *rows(pager(page, pages, f"pg:{asked.number}:{{page}}"), (cancel_button(asked.number, language),)),
        ),
    )
