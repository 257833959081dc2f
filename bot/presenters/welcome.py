"""The first words, the help, and what is said when nothing else fits."""

from dataclasses import replace

from markupsafe import escape

from bot.domain.people import Person, Role
from bot.i18n import LANGUAGES, Language
from bot.presenters.reply import Button, Reply
from bot.render.plain import short

# In the order of use on a day; the bot's command menu shows the same.
COMMANDS = (
    "estado", "promesa", "historial", "agenda", "hoy", "calendario", "resumen", "cobro", "corte", "enviar", "rep",
    "recordatorio", "invitar", "usuarios", "idioma", "ayuda",
)  # fmt: skip
# What a collector's menu and help leave out.
_FOR_CHIEFS = frozenset({"invitar", "usuarios"})
_WITHOUT_EXAMPLE = frozenset({"ayuda"})


def menu(role: Role, language: Language) -> list[tuple[str, str]]:
    """Each command that a role has, with its line in the menu."""
    _ = language.gettext
    lines = {
        "estado": _("What a customer owes"),
        "promesa": _("Record or reschedule a promise to pay"),
        "historial": _("The promises of a document"),
        "agenda": _("Open documents, to tick and schedule"),
        "hoy": _("Due today, and broken promises"),
        "calendario": _("The month's expected money"),
        "resumen": _("Aging, coming weeks and promises kept"),
        "cobro": _("Report a payment, with its photo if there is one, and give a receipt"),
        "corte": _("What was paid on a day, and handing it over"),
        "enviar": _("Send a statement by email"),
        "rep": _("REP that differ, and payments without one"),
        "recordatorio": _("When your daily reminder comes"),
        "invitar": _("Invite somebody to use the bot"),
        "usuarios": _("Who uses the bot, and who may"),
        "idioma": _(" or ").join(LANGUAGES.values()),
        "ayuda": _("How to write each command"),
    }
    shown = (command for command in COMMANDS if role is not Role.COLLECTOR or command not in _FOR_CHIEFS)
    return [(command, lines[command]) for command in shown]


def strangers_menu(language: Language) -> list[tuple[str, str]]:
    """The menu of who is not let in."""
    return [("start", language.gettext("Come in with your invitation"))]


def start(person: Person, language: Language, note: str = "") -> Reply:
    """A greeting with what the person can do; `note` stands above it."""
    _ = language.gettext
    hello = _(
        "Good day, %(name)s. Here you see what each customer owes and note what they promise.",
        name=escape(short(person.name, 120)),
    )
    return Reply(
        plain="\n\n".join(filter(None, (note, hello, help_text(person.role, language)))),
        keyboard=(
            (Button("☀️ " + _("Today"), "hy"), Button("📋 " + _("Agenda"), "an:")),
            (Button("🗓 " + _("Calendar"), "ca::"),),
        ),
    )


def help_(role: Role, language: Language) -> Reply:
    """Each command in the form in which it is typed."""
    return Reply(plain=help_text(role, language))


def help_text(role: Role, language: Language) -> str:
    """The commands with an example of each."""
    _ = language.gettext
    examples = {
        "estado": ("/estado CL002", "/estado ramiro", "/estado CL002 19/03/2019"),
        "promesa": (
            _('/promesa 7 23/07/2019 "Will pay by cheque"'),
            _("/promesa 7 friday $500"),
            _("/promesa 7,8 friday"),
            _("/promesa 7 3x 23/07/2019 weekly"),
        ),
        "historial": ("/historial 7",),
        "agenda": ("/agenda", "/agenda CL002"),
        "calendario": ("/calendario", "/calendario 2019-07"),
        "resumen": ("/resumen", "/resumen CL002"),
        "cobro": ('/cobro 7 1624.00 cheque "folio 881"',),
        "corte": ("/corte", "/corte 15/07/2019"),
        "enviar": ("/enviar CL002", "/enviar CL001 CL002", _("/enviar overdue"), _("/enviar all"), "/enviar"),
        "recordatorio": ("/recordatorio", "/recordatorio 07:30", "/recordatorio no"),
        "invitar": (
            _("/invitar Laura Méndez collector C1"),
            *(("/invitar Jorge Salas supervisor",) if role is Role.ADMINISTRATOR else ()),
        ),
        "idioma": ("/idioma", "/idioma en"),
    }
    parts = []
    for command, line in menu(role, language):
        if command in _WITHOUT_EXAMPLE:
            continue
        shown = "\n".join(f"<code>{escape(example)}</code>" for example in examples.get(command, (f"/{command}",)))
        parts.append(f"<b>{escape(line)}</b>\n{shown}")
    return "\n\n".join(parts)


def stranger(telegram_id: int, language: Language) -> Reply:
    """The one line for somebody who is not known here."""
    return Reply(
        plain=language.gettext(
            "This bot is for our own people only. If you are one of them, give the office this number: %(id)s",
            id=telegram_id,
        )
    )


def not_understood(text: str, language: Language) -> Reply:
    """For a message that is no command and answers no question."""
    return Reply(
        plain=language.gettext(
            "«%(text)s» is not a command. Write <code>/estado %(text)s</code> to look up a customer, or /ayuda.",
            text=escape(short(text, 60)),
        )
    )


def unknown_command(command: str, language: Language) -> Reply:
    """For a command that does not exist."""
    return Reply(
        plain=language.gettext("There is no command %(command)s. See /ayuda.", command=escape(short(command, 40))),
    )


def not_text(language: Language) -> Reply:
    """For pictures, stickers, voice: said plainly, so that nobody thinks it was noted."""
    return Reply(
        plain=language.gettext(
            "This was not noted: text is read, and the photo of a payment, with /cobro as its text or as a reply to "
            "its receipt. See /ayuda."
        )
    )


def edited(language: Language) -> Reply:
    """For a message that was changed: what it did the first time stays, and is not done again."""
    return Reply(
        plain=language.gettext(
            "A message that is changed is not read again: what is recorded stays as it is. Send a new message."
        )
    )


def private_only(language: Language) -> Reply:
    """For groups: customers' data is not for them."""
    return Reply(plain=language.gettext("I answer in a private chat only."))


def too_fast(text: str, seconds: int, language: Language) -> Reply:
    """For who sends more than a hand can: what was not done, and that neither is what follows."""
    _ = language.gettext
    what = f"«{escape(short(text, 60))}»" if text else _("What you sent last")
    return Reply(
        plain="✋ "
        + _(
            "That was too fast: %(what)s was not done, and what you send in the next %(n)s s will not be done either. "
            "After that, send it again.",
            what=what,
            n=seconds,
        )
    )


def tapped_too_fast(seconds: int, language: Language) -> Reply:
    """The same, for a tap."""
    return Reply(plain="", notice=language.gettext("Not done: too fast. Tap again in %(n)s s.", n=seconds))


def unexpected(reference: str, language: Language) -> Reply:
    """An apology with the reference that the log has too."""
    return Reply(
        plain=language.gettext(
            "Something went wrong on our side and this was not done. Try again; if it happens again, tell the office "
            "this reference: <code>%(reference)s</code>",
            reference=reference,
        )
    )


def later(language: Language) -> Reply:
    """That what somebody typed waits for the database."""
    return Reply(
        plain="⏳ "
        + language.gettext(
            "Nothing can be read or saved at this moment. What you sent is not lost: it is answered as soon as this "
            "passes."
        )
    )


def said_again(reply: Reply, language: Language) -> Reply:
    """An answer that may have arrived already: an interruption lets nobody know (docs/decisions/0003)."""
    line = "🔁 " + language.gettext(
        "There was an interruption: if you have this answer already, this one takes its place."
    )
    return replace(
        reply,
        plain=f"{reply.plain}\n\n<i>{line}</i>",
        rich=reply.rich and f"{reply.rich}\n<footer>{line}</footer>",
    )


def old_button(language: Language) -> Reply:
    """For a button whose meaning has gone."""
    return Reply(plain="", notice=language.gettext("That button no longer works. Ask again with the command."))
