"""The peers of `bench.chat`: a bot that echoes, as python-telegram-bot and as aiogram have it in their first example.

`python -m bench.echoes (ptb|aiogram) URL TOKEN`. A message is answered by itself with a button; a tap by an edit.
"""

import asyncio
import sys
from itertools import count

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


if __name__ == "__main__":
    {"ptb": ptb, "aiogram": aiogram}[sys.argv[1]](*sys.argv[2:])
