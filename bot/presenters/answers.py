"""What came back to the mailbox, told in the chat."""

from markupsafe import Markup, escape

from bot.domain.answers import Answer, Failure
from bot.i18n import Language
from bot.presenters import buttons
from bot.presenters.reply import Reply
from bot.render.plain import short

# As many as a phone shows at a glance; a mail rarely has more recipients.
_SHOWN_FAILURES = 5
_SHOWN_REASON = 200
_SHOWN_ADDRESS = 100


def answer(told: Answer, language: Language) -> Reply:
    """A customer's reply, or that a mail to them did not arrive, with the way to their statement."""
    body = _bounce(told, language) if told.failures else _reply(told, language)
    return Reply(plain=body, keyboard=((buttons.statement(told.customer, language),),))


def _reply(told: Answer, language: Language) -> str:
    heading = language.gettext("%(code)s %(name)s replied to the email", **_names(told))
    lines = [f"✉️ <b>{heading}</b>", escape(short(told.subject, 255)), escape(short(told.sender, _SHOWN_ADDRESS))]
    text = told.text or language.gettext("(without text)")
    return "\n".join(lines) + f"\n<blockquote>{escape(text)}</blockquote>"


def _bounce(told: Answer, language: Language) -> str:
    _ = language.gettext
    heading = _("An email to %(code)s %(name)s did not arrive", **_names(told))
    lines = [f"📭 <b>{heading}</b>", *(_failure(failure) for failure in told.failures[:_SHOWN_FAILURES])]
    rest = len(told.failures) - _SHOWN_FAILURES
    if rest > 0:
        lines.append(f"+{rest}")
    if any(failure.is_bad for failure in told.failures):
        lines.append(_("Nothing more is sent there until the customer has another address."))
    return "\n".join(lines)


def _failure(failure: Failure) -> Markup:
    text = f"{short(failure.address, _SHOWN_ADDRESS)}: {short(failure.reason, _SHOWN_REASON)}"
    return escape(f"• {text}")


def _names(told: Answer) -> dict[str, Markup]:
    return {"code": escape(told.customer.code), "name": escape(short(told.customer.name, 100))}
