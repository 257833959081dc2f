"""Statements by mail, seen from the phone: what would leave, and what became of it."""

from markupsafe import escape

from bot.domain.correspondence import MailState, Preview
from bot.domain.receivables import Customer
from bot.i18n import Language
from bot.presenters.refusals import skip_sentence
from bot.presenters.reply import Button, Reply, rows, screen, short


def preview(shown: Preview, language: Language) -> Reply:
    """What would be mailed, with the button that sends it; or why nothing would."""
    customer = shown.customer
    if shown.skipped:
        return Reply(
            plain="✋ " + escape(skip_sentence(shown.skipped, customer.code, language, shown.bounced)),
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
    return Reply(plain=f"✉️ {escape(text)}")


def outcome(customer: Customer, state: MailState, reason: str, language: Language) -> Reply:
    """What became of the mail of a customer: sent, tried again later, or refused with the reason."""
    _ = language.gettext
    address = short(", ".join(customer.email), 1000)
    if state is MailState.SENT:
        text = _("Sent: statement of %(code)s to %(address)s", code=customer.code, address=address)
        return Reply(plain=f"✅ {escape(text)}", notice=_("Sent"))
    if state is MailState.FAILED:
        text = _(
            "The mail of %(code)s was refused: %(reason)s", code=customer.code, reason=reason_sentence(reason, language)
        )
        again = Button("🔁 " + _("Try again"), f"ml:{customer.id}")
        return Reply(plain=f"❌ {escape(text)}", keyboard=((again,),))
    text = _(
        "It could not leave yet; it is tried again by itself: %(code)s → %(address)s",
        code=customer.code,
        address=address,
    )
    return Reply(plain=f"⏳ {escape(text)}")


def cancelled(language: Language) -> Reply:
    """Nothing was sent."""
    return Reply(plain=language.gettext("Cancelled: nothing was sent."))


def reason_sentence(reason: str, language: Language) -> str:
    """A mailer's reason in the person's language; what follows it in parentheses is for whoever mends it."""
    sentence, parenthesis, detail = reason.partition(" (")
    # Not `Language.gettext`: a reason may hold a percent sign, and never a placeholder.
    known = language.translations.gettext(sentence) if sentence else ""
    return short(known + parenthesis + detail, 1000)
