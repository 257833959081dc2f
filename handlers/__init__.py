"""What the bot answers to: this is the table of contents."""

import re
from collections.abc import Mapping
from datetime import date
from functools import partial

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, TypeHandler, filters

from bot.domain.dates import parse_past_date
from bot.domain.errors import StandsAlone, UnreadableDate
from bot.domain.text import AROUND
from bot.presenters.refusals import refusal
from handlers import (
    agenda,
    calendar,
    confirming,
    day_total,
    handover,
    history,
    imports,
    mailing,
    people,
    photo,
    promise,
    receipt,
    reminder,
    rep,
    start,
    statement,
    summary,
)
from handlers.access import let_in
from handlers.arguments import after_command, typed_in
from handlers.context import App, Context
from handlers.errors import Handler, on_error, refusals_said

# Each command in Spanish, and in English for those who prefer it.
COMMANDS = {
    ("start",): start.start,
    ("ayuda", "help"): start.ayuda,
    ("estado", "statement"): statement.estado,
    ("promesa", "promise"): promise.promesa,
    ("historial", "history"): history.historial,
    ("agenda",): agenda.list_open,
    ("hoy", "today"): agenda.hoy,
    ("calendario", "calendar"): calendar.calendario,
    ("resumen", "summary"): summary.resumen,
    ("enviar", "send"): mailing.enviar,
    ("rep",): rep.rep,
    ("cobro", "payment"): receipt.cobro,
    ("corte", "collected"): day_total.corte,
    ("recordatorio", "reminder"): reminder.recordatorio,
    ("invitar", "invite"): people.invitar,
    ("usuarios", "users"): people.usuarios,
    ("idioma", "language"): people.idioma,
}

# What takes no word: of one it is said that it was not read, lest today's list be taken for tomorrow's.
ALONE = frozenset({"hoy", "rep", "usuarios"})

_UNMARKED = re.compile(r"\A[\u200b-\u200f\u2060-\u2069\ufeff]*/\w")

# Each button by the first part of its data; the rest are its parameters.
BUTTONS = {
    "st": statement.open_statement,
    "pdf": statement.pdf,
    "xlsx": statement.xlsx,
    "hi": history.open_history,
    "hp": history.turn_page,
    "un": history.undo,
    "wi": history.ask_withdrawal,
    "wy": history.withdraw,
    "pr": promise.begin,
    "as": promise.begin_ticked,
    "pb": promise.move_to_bank_day,
    "pu": promise.choose_customer,
    "pq": promise.choose_document,
    "pg": promise.turn_documents,
    "pm": promise.turn_month,
    "pd": promise.set_date,
    "pa": promise.ask_amount,
    "pw": promise.whole_amount,
    "pn": promise.no_comment,
    "pf": promise.confirm_far,
    "pk": promise.confirm,
    "px": promise.cancel,
    "pc": confirming.look,
    "ps": confirming.send_it,
    "pv": confirming.back,
    "no": promise.nothing,
    "an": agenda.open_anew,
    "ag": agenda.turn_page,
    "tk": agenda.tick,
    "ta": agenda.tick_page,
    "ac": agenda.clear,
    "au": agenda.choose_customer,
    "hy": agenda.open_today,
    "ca": calendar.open_month,
    "cd": calendar.open_day,
    "cm": calendar.switch_dark,
    "cc": calendar.choose_collector,
    "su": summary.open_view,
    "sm": summary.switch_dark,
    "sc": summary.choose_collector,
    "ml": mailing.of_customer,
    "rl": mailing.turn_page,
    "rt": mailing.tick,
    "ra": mailing.take_all,
    "rp": mailing.look,
    "rs": mailing.send_it,
    "rx": mailing.stop,
    "rr": mailing.retry,
    "rc": mailing.cancel,
    "cq": receipt.choose_document,
    "cb": receipt.begin,
    "cf": receipt.choose_form,
    "co": receipt.more,
    "cu": receipt.undo,
    "fo": photo.show,
    "fa": photo.choose,
    "fn": photo.dismiss,
    "ct": day_total.corte,
    "cw": day_total.turn,
    "cv": day_total.open_person,
    "cp": day_total.pdf,
    "cx": day_total.xlsx,
    "ce": handover.hand_over,
    "ha": handover.accept,
    "hn": handover.refuse,
    "hc": handover.take_back,
    "ho": handover.open_,
    "rh": reminder.set_hour,
    "rz": reminder.set_zone,
    "re": rep.turn,
    "rex": rep.xlsx,
    "im": imports.load,
    "ix": imports.drop,
    "iv": people.cancel_invitation,
    "us": people.turn_page,
    "up": people.open_person,
    "uc": people.ask_change,
    "uy": people.change,
    "id": people.choose_language,
    "av": start.privacy_notice,
}


def register(app: App) -> None:
    """Hand the application every handler; the door first."""
    app.add_handler(TypeHandler(Update, let_in), group=-1)
    # Before all that acts: what is corrected would be a second payment, or a promise on top of a later one.
    app.add_handler(MessageHandler(filters.UpdateType.EDITED_MESSAGE, start.edited))
    answers: dict[str, Handler] = {}
    for names, handler in COMMANDS.items():
        answer = refusals_said(_alone(handler, names[0]) if names[0] in ALONE else handler, names[0])
        answers |= dict.fromkeys(names, answer)
        app.add_handler(CommandHandler(names, answer))
    app.add_handler(CallbackQueryHandler(refusals_said(_tapped)))
    app.add_handler(MessageHandler(filters.COMMAND, start.unknown_command))
    app.add_handler(MessageHandler(filters.Regex(_UNMARKED), partial(_unmarked, answers)))
    app.add_handler(MessageHandler(filters.TEXT, refusals_said(mailing.text)))
    app.add_handler(MessageHandler(filters.ATTACHMENT, refusals_said(mailing.file)))
    # A message that somebody pinned, another wallpaper: Telegram tells of it, and nobody said anything.
    app.add_handler(MessageHandler(~filters.StatusUpdate.ALL, start.not_text))
    app.add_error_handler(on_error)


async def _tapped(update: Update, context: Context) -> None:
    data = update.callback_query.data if update.callback_query else None
    await BUTTONS.get((data or "").partition(":")[0], start.old_button)(update, context)


def _alone(handler: Handler, command: str) -> Handler:
    """The handler of a command that takes no word: of one it is said that it was not read, today's date excepted."""

    async def checked(update: Update, context: Context) -> None:
        typed = after_command(update).strip(AROUND)
        if any(map(str.isalnum, typed)) and not (command == "hoy" and _is_day(typed, context.office.today)):
            await context.say(update, refusal(StandsAlone(command, typed), context.language))
        await handler(update, context)

    return checked


def _is_day(typed: str, today: date) -> bool:
    try:
        return parse_past_date(typed, today) == today
    except UnreadableDate:
        return False


async def _unmarked(answers: Mapping[str, Handler], update: Update, context: Context) -> None:
    """A command that Telegram did not mark as one, as where it was pasted as code, or behind an unseen mark."""
    name = typed_in(update).split()[0][1:].partition("@")[0].lower()
    await answers.get(name, start.unknown_command)(update, context)
