"""The context of an update: who acts, in which language, and the way to the use cases."""

import logging
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Concatenate, ParamSpec, TypeAlias, TypeVar

from telegram import Update
from telegram.error import RetryAfter
from telegram.ext import Application, CallbackContext, ExtBot

from bot.domain.correspondence import Attachment
from bot.domain.occasion import OF_UPDATE, Occasion
from bot.domain.people import Person
from bot.i18n import Language, language
from bot.imports.photos import Photos
from bot.presenters.reply import Reply
from bot.presenters.welcome import said_again
from bot.services import updates
from handlers import send
from handlers.office import Office

_log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


class Context(CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """What a handler is given beside the update."""

    _person: Person | None = None
    update_id: int | None = None
    # Of a message; Telegram does not tell it of a tap.
    sent_at: datetime | None = None
    # The command that was typed, by its Spanish name: a refusal shows its form.
    command: str = ""
    _repeats: bool | None = None
    _has_said: bool = False

    @property
    def office(self) -> Office:
        """The office this bot works for."""
        office: Office = self.bot_data["office"]
        return office

    @property
    def photos(self) -> Photos:
        """Where photos of payments are kept."""
        return Photos(self.office.files_dir)

    @property
    def unanswered(self) -> set[int]:
        """Updates whose answer could not leave, for whoever confirms updates."""
        unanswered: set[int] = self.bot_data["unanswered"]
        return unanswered

    @property
    def person(self) -> Person:
        """Who acts; `handlers.access` lets nobody through without."""
        if self._person is None:
            raise LookupError("no person has been let in")
        return self._person

    @person.setter
    def person(self, person: Person) -> None:
        self._person = person

    @property
    def language(self) -> Language:
        """The person's language."""
        return language(self._person.language if self._person else self.office.language)

    @property
    def said_on(self) -> date:
        """The day of the message that is answered, else today: it may have waited while the bot was stopped."""
        return self.office.day_of(self.sent_at) if self.sent_at else self.office.today

    @property
    def occasion(self) -> Occasion:
        """This person acting now, because of this update."""
        source = None if self.update_id is None else f"{OF_UPDATE}{self.update_id}"
        return self.office.occasion(self.person, source, self.sent_at)

    async def call(self, use_case: Callable[Concatenate[Any, Occasion, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a use case for this person and update, in a thread and a transaction; raises its Refusal."""
        done, self._repeats = await self.office.run(self._noted(use_case, *args, **kwargs))
        return done

    async def look(self, use_case: Callable[Concatenate[Any, Occasion, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run likewise what only shows something: others who look at that moment share the transaction."""
        done, self._repeats = await self.office.look(self._noted(use_case, *args, **kwargs))
        return done

    def _noted(
        self, use_case: Callable[Concatenate[Any, Occasion, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> Callable[[Any], tuple[T, bool | None]]:
        """A use case that gives besides whether this update's answer began to leave before."""
        occasion = self.occasion

        def noted(session: Any) -> tuple[T, bool | None]:  # noqa: ANN401 - the store's own
            done = use_case(session, occasion, *args, **kwargs)
            if self._repeats is not None or self.update_id is None:
                return done, self._repeats
            # In the same transaction: the answer leaves right after it.
            return done, updates.mark_begun(session, self.update_id, occasion.now)

        return noted

    async def answer_tap(self, update: Update, notice: str = "") -> None:
        """Stop the spinner of the button, if one was tapped, with a short text if there is one."""
        if update.callback_query:
            await send.answer(update.callback_query, notice)

    async def say(self, update: Update, reply: Reply) -> None:
        """Answer with a new message."""
        await self.answer_tap(update, reply.notice)
        if update.effective_chat and (reply.rich or reply.plain):
            if self._repeats is None:
                self._repeats = await self._was_begun()
            if self._repeats:
                reply = said_again(reply, self.language)
            await self._leave(update.effective_chat.id, reply)

    async def _leave(self, chat_id: int, reply: Reply) -> None:
        try:
            await send.message(self.bot, self.office, chat_id, reply)
        except RetryAfter:
            # Telegram says that it has not taken it. Of an answer of which nothing has left the next is the first.
            if self.update_id is not None and not (self._repeats or self._has_said):
                await self.office.note(updates.forget_begun, self.update_id)
            raise
        self._has_said = True

    async def _was_begun(self) -> bool:
        """Whether this update's answer left before, as far as an interruption lets us know."""
        try:
            return self.update_id is not None and await self.office.run(
                updates.mark_begun, self.update_id, self.office.clock()
            )
        except Exception:  # noqa: BLE001 - the database is away: it must not silence the apology for just that
            _log.exception("update %s: its answer is not noted before it leaves", self.update_id)
            return False

    async def give(self, update: Update, file: Attachment) -> None:
        """Answer with a file."""
        await self.answer_tap(update)
        await send.file(self.bot, self.office, self.person.telegram_id or 0, file)

    async def show(self, update: Update, reply: Reply) -> None:
        """Answer a tap in the message it was made on; anything else with a new message."""
        if not update.callback_query:
            await self.say(update, reply)
            return
        await send.edit(self.bot, self.office, update.callback_query, reply)
        await self.answer_tap(update, reply.notice)

    async def show_again(self, update: Update, reply: Reply) -> None:
        """Change what `show` has just shown; the tap is answered already."""
        if update.callback_query:
            await send.edit(self.bot, self.office, update.callback_query, reply)


# The builder types its job queue by the library's own context, not by ours: Any.
App: TypeAlias = Application[ExtBot[None], Context, dict[Any, Any], dict[Any, Any], dict[Any, Any], Any]
