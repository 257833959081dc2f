"""The peers of `bench.chat`: a bot that echoes, as python-telegram-bot and as aiogram have it in their first example.

`python -m bench.echoes (ptb|aiogram) URL TOKEN`. A message is answered by itself with a button; a tap by an edit.
`floor` does the least that each `/estado` needs: python-telegram-bot over our transport, which asks the database as
bare SQL what a statement is made of, notes the update on the disk, and sends a message that lies ready.
`python -m bench.echoes floor URL TOKEN DATABASE_URL`
"""

import asyncio
import sys
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

_TURNS = count()


def ptb(url: str, token: str) -> None:
    """python-telegram-bot with its own defaults."""
    from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update  # noqa: PLC0415 - each imports its own
    from telegram.ext import Application, CallbackQueryHandler, MessageHandler  # noqa: PLC0415 - likewise

    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("▶", callback_data="on")]])

    async def echo(update: Update, _context: object) -> None:
        if update.message and update.message.text:
            await update.message.reply_text(update.message.text, reply_markup=keyboard)

    async def turn(update: Update, _context: object) -> None:
        if query := update.callback_query:
            await query.edit_message_text(str(next(_TURNS)), reply_markup=keyboard)
            await query.answer()

    app = Application.builder().token(token).base_url(f"{url}/bot").build()
    app.add_handlers([MessageHandler(None, echo), CallbackQueryHandler(turn)])
    app.run_polling()


def aiogram(url: str, token: str) -> None:
    """Aiogram with its own defaults."""
    from aiogram import Bot, Dispatcher  # noqa: PLC0415 - likewise
    from aiogram.client.session.aiohttp import AiohttpSession  # noqa: PLC0415 - likewise
    from aiogram.client.telegram import TelegramAPIServer  # noqa: PLC0415 - likewise
    from aiogram.types import (  # noqa: PLC0415 - likewise
        CallbackQuery,
        InlineKeyboardButton,
        InlineKeyboardMarkup,
        Message,
    )

    keyboard = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="▶", callback_data="on")]])
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> None:
        await message.answer(message.text or "", reply_markup=keyboard)

    @dispatcher.callback_query()
    async def turn(query: CallbackQuery) -> None:
        if isinstance(query.message, Message):
            await query.message.edit_text(str(next(_TURNS)), reply_markup=keyboard)
        await query.answer()

    bot = Bot(token, AiohttpSession(api=TelegramAPIServer.from_base(url)))
    asyncio.run(dispatcher.start_polling(bot))


def floor(url: str, token: str, database_url: str) -> None:
    """What is left of the bot when all of ours is taken away."""
    import sqlite3  # noqa: PLC0415 - likewise

    from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update  # noqa: PLC0415 - likewise
    from telegram.ext import Application, CallbackQueryHandler, MessageHandler  # noqa: PLC0415 - likewise

    from bench import queries, scaled  # noqa: PLC0415 - likewise
    from bot.domain.occasion import Occasion  # noqa: PLC0415 - likewise
    from bot.domain.people import Person, Role  # noqa: PLC0415 - likewise
    from bot.store.database import SQLITE_SYNCHRONOUS  # noqa: PLC0415 - likewise
    from handlers.transport import AiohttpRequest  # noqa: PLC0415 - likewise

    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("▶", callback_data="on")]])
    cursor = sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None).cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute(f"PRAGMA synchronous = {SQLITE_SYNCHRONOUS}")
    # As many characters as a statement's.
    ready = "<table>" + "<tr><td>16/07/2019</td><td>$2,842.00</td></tr>" * 130 + "</table>"

    def ask(sql: str, given: Sequence[object]) -> queries.Rows:
        return cursor.execute(sql, list(given)).fetchall()

    async def answer(update: Update, context: Any) -> None:  # noqa: ANN401 - its types are many
        message = update.message
        if not message or not message.text:
            return
        if not message.text.startswith("/estado"):
            await message.reply_text(message.text, reply_markup=keyboard)
            return
        cursor.execute("BEGIN IMMEDIATE")
        ((customer, collector),) = ask(
            "SELECT id, collector_code FROM customers WHERE code = ?", message.text.split()[1:]
        )
        occasion = Occasion(Person(0, "", Role.COLLECTOR, collector), scaled.TODAY, scaled.NOW)
        queries.statement_sql(ask, queries.Asker(occasion, customer, scaled.TODAY.isoformat()))
        ask(
            "INSERT INTO handled_updates (update_id, at, answered) VALUES (?, ?, 0) ON CONFLICT DO NOTHING",
            [update.update_id, "2019-07-16 12:00:00"],
        )
        cursor.execute("COMMIT")
        said = {"chat_id": message.chat_id, "rich_message": {"html": ready}, "reply_markup": keyboard.to_dict()}
        await context.bot.do_api_request("sendRichMessage", said)

    async def turn(update: Update, _context: object) -> None:
        if query := update.callback_query:
            await query.edit_message_text(str(next(_TURNS)), reply_markup=keyboard)
            await query.answer()

    building = Application.builder().token(token).base_url(f"{url}/bot").concurrent_updates(True)  # noqa: FBT003 - the library's
    app = building.request(AiohttpRequest(32)).get_updates_request(AiohttpRequest(1)).build()
    app.add_handlers([MessageHandler(None, answer), CallbackQueryHandler(turn)])
    app.run_polling()


if __name__ == "__main__":
    echoes: dict[str, Callable[..., None]] = {"ptb": ptb, "aiogram": aiogram, "floor": floor}
    echoes[sys.argv[1]](*sys.argv[2:])
