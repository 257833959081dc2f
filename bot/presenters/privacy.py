"""The privacy notice (LFPDPPP, DOF 20/03/2025) to the people who use the bot: short at first, and in full."""

from dataclasses import replace

from markupsafe import escape

from bot.i18n import Language
from bot.presenters.reply import Button, Reply
from bot.render.plain import short


def with_notice(greeting: Reply, company: str, language: Language, *, first: bool) -> Reply:
    """A greeting with the way to the full notice; with the short one for who has not seen it."""
    button = Button("🔒 " + language.gettext("Privacy"), "av")
    text = f"{greeting.plain}\n\n<i>{escape(_short_notice(company, language))}</i>" if first else greeting.plain
    return replace(greeting, plain=text, keyboard=(*greeting.keyboard, (button,)))


def full(company: str, language: Language) -> Reply:
    """The whole notice."""
    parts = [f"<b>{escape(title)}</b>\n{escape(text)}" for title, text in paragraphs(company, language)]
    return Reply("🔒 " + "\n\n".join(parts))


def paragraphs(company: str, language: Language) -> list[tuple[str, str]]:
    """What the notice says, each part with its title, in plain text; docs/privacidad.md says the same."""
    _ = language.gettext
    return [
        (
            _("Who answers for your data"),
            _(
                "%(company)s, at its office. It is also there that your requests are taken.",
                company=short(company, 120),
            ),
        ),
        (
            _("What is kept"),
            _(
                "Your name, role and portfolio, your Telegram number, your language and reminder hour, when you wrote "
                "last, and what you look up, promise and send with the bot. No sensitive data is asked for."
            ),
        ),
        (
            _("What for"),
            _(
                "To let you in, to show you your portfolio and remind you, and to leave a record of what was agreed "
                "with customers and of who saw their data. Not for advertising."
            ),
        ),
        (
            _("Who else has it"),
            _(
                "Messages travel through Telegram, emails through the company's mail service. Nothing is sold or "
                "handed to others, except where an authority demands it by law."
            ),
        ),
        (
            _("How long"),
            _(
                "Your data until it is erased on request. Messages are not kept, only what they record: a promise, a "
                "payment reported, a sending, a question until it is answered. Promises, reported payments and the "
                "record of who saw and sent what stay as long as tax and commercial law ask for."
            ),
        ),
        (
            _("Your rights"),
            _(
                "You may see your data, have it corrected or erased, or object to its use: ask the office, which "
                "answers within 20 days. Promises, reported payments and their handing over keep the name they were "
                "made under, since they are proof of what was agreed and received."
            ),
        ),
        (
            _("If you do not agree with the answer"),
            _("The authority is the Secretaría Anticorrupción y Buen Gobierno. Changes to this notice are told here."),
        ),
    ]


def _short_notice(company: str, language: Language) -> str:
    return language.gettext(
        "%(company)s keeps your name, your Telegram number and what you do here, to let you in and to leave a record "
        "of what was agreed. You may see it, have it corrected or erased: ask the office.",
        company=short(company, 120),
    )
