"""Statements by mail, seen from the phone: what would leave, and what became of it."""

from collections.abc import Sequence

from bot.domain.correspondence import MailState
from bot.domain.receivables import Customer
from bot.i18n import Language
from bot.presenters.refusals import skip_sentence
from bot.presenters.reply import Button, Reply, rows, screen
from bot.render.jinja import environment
from bot.services.mailing import Preview
from bot.services.outbox import Delivery


def preview(shown: Preview, language: Language) -> Reply:
    """What would be mailed, with the button that sends it; or why nothing would."""
    customer = shown.customer
    if shown.skipped:
        return Reply(
            plain="✋ " + _escape(skip_sentence(shown.skipped, customer.code, language), language),
            keyboard=((Button("👤 " + language.gettext("Statement"), f"st:{customer.id}::0"),),),
        )
    stamp = f"{customer.id}:{shown.statement.as_of.isoformat()}"
    return screen(
        language,
        "mail_preview",
        {"statement": shown.statement, "customer": customer},
        keyboard=rows(
            (
                Button("✉️ " + language.gettext("Send"), f"ms:{stamp}"),
                Button("✖️ " + language.gettext("Cancel"), "mx"),
            )
        ),
    )


def sending(customer: Customer, language: Language) -> Reply:
    """It is on its way."""
    text = language.gettext("Sending the statement of %(code)s…", code=customer.code)
    return Reply(plain=f"✉️ {_escape(text, language)}")


def outcome(customer: Customer, deliveries: Sequence[Delivery], language: Language) -> Reply:
    """What became of the mail of a customer: sent, tried again later, or refused with the reason."""
    _ = language.gettext
    delivery = next((d for d in deliveries if d.customer_code == customer.code), None)
    address = ", ".join(customer.email)
    if delivery is None or delivery.state is MailState.RETRY:
        text = _(
            "It could not leave yet; it is tried again by itself: %(code)s → %(address)s",
            code=customer.code,
            address=address,
        )
        return Reply(plain=f"⏳ {_escape(text, language)}")
    if delivery.state is MailState.FAILED:
        text = _("The mail of %(code)s was refused: %(reason)s", code=customer.code, reason=delivery.reason)
        return Reply(
            plain=f"❌ {_escape(text, language)}",
            keyboard=((Button("🔁 " + _("Try again"), f"ml:{customer.id}"),),),
        )
    text = _("Sent: statement of %(code)s to %(address)s", code=customer.code, address=address)
    return Reply(plain=f"✅ {_escape(text, language)}", notice=_("Sent"))


def cancelled(language: Language) -> Reply:
    """Nothing was sent."""
    return Reply(plain=language.gettext("Cancelled: nothing was sent."))


def _escape(text: str, language: Language) -> str:
    return environment(language).from_string("{{ text|e }}").render(text=text)
