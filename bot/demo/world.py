"""The chats behind the server: who is there, what was said, what waits for the bot. No HTTP."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from bot.demo.chat import Chat, Message, User
from bot.demo.entities import formatted_text
from bot.demo.errors import JsonObject
from bot.demo.files import FileStore, StoredFile, Upload
from bot.demo.updates import Updates

T = TypeVar("T")
# A test that waits longer than this has failed, however busy the machine is.
_PATIENCE = 30.0
_TRANSCRIPT_TAIL = 12


@dataclass
class Call:
    """One call of the Bot API: what was asked, and what was answered (None when the connection was cut)."""

    method: str
    params: JsonObject
    files: dict[str, Upload]
    answer: JsonObject | None = None

    @property
    def ok(self) -> bool:
        """Say whether it was answered with success."""
        return bool(self.answer and self.answer["ok"])


@dataclass
class Tap:
    """A button that was tapped; `answer` is what answerCallbackQuery said, None while nobody answered."""

    query_id: str
    user_id: int
    message_id: int
    data: str
    at: float
    answer: JsonObject | None = None


@dataclass
class Happening:
    """Something the page shows at once: a message, an edit, a deletion, a toast, a typing indicator, a menu."""

    kind: str
    chat_id: int
    content: JsonObject = field(default_factory=dict)


class World:
    """All state of the demo's Telegram. Its own bot, people, private chats, groups, files, updates.

    Everything happens on one event loop: the one the server runs on.
    """

    def __init__(self, bot: User, clock: Callable[[], float] = time.time) -> None:
        self.bot = bot
        self.clock = clock
        self.chats: dict[int, Chat] = {}
        self.users: dict[int, User] = {}
        self.files = FileStore()
        self.updates = Updates()
        self.calls: list[Call] = []
        self.taps: dict[str, Tap] = {}
        self.commands: dict[tuple[str, int, str], list[JsonObject]] = {}
        self.listeners: list[Callable[[Happening], None]] = []
        self._last_message_id = 0
        self._event = asyncio.Event()

    # Who is there

    def add_user(
        self, user_id: int, first_name: str, *, language_code: str = "es", username: str | None = None
    ) -> User:
        """Add a person with a private chat of the same id."""
        user = User(user_id, first_name, language_code, username)
        self.users[user_id] = user
        self.chats[user_id] = Chat(user_id, user=user)
        return user

    def add_group(self, chat_id: int, title: str) -> Chat:
        """Add a group; `chat_id` is negative, as groups' ids are."""
        if chat_id >= 0:
            raise ValueError("A group's id is negative")
        self.chats[chat_id] = Chat(chat_id, title=title)
        return self.chats[chat_id]

    # What a person does

    def type(self, user_id: int, text: str, *, update_id: int | None = None, chat_id: int | None = None) -> int:
        """Send `text` as this person, in the private chat or in the group `chat_id`; return the update's id.

        With an `update_id` that is known, the same update is delivered once more; a new one gives it to a new message.
        """
        if update_id is not None and (known := self.updates.known(update_id)):
            if known.get("message", {}).get("text") != text:
                raise ValueError("An update that is delivered again has the text it had")
            return self._queued("message", known["message"], update_id)
        said, entities = formatted_text(text, None, None)
        if not said:
            raise ValueError("Telegram's apps send no empty text")
        message = self._said(user_id, chat_id)
        message.text, message.entities = said, entities
        return self._arrived(message, update_id)

    def tap(self, user_id: int, message_id: int, data: str) -> int:
        """Tap the button with this callback data; return the update's id.

        Raises ValueError when the message, as it is now, has no such button.
        """
        message = self.message(user_id, message_id)
        if message is None or data not in [button.data for button in message.buttons]:
            raise ValueError(f"No button {data!r} on message {message_id}")
        query_id = str(4_000_000_000 + len(self.taps))
        self.taps[query_id] = Tap(query_id, user_id, message_id, data, self.clock())
        query = {
            "id": query_id,
            "from": self.users[user_id].as_json(),
            "message": message.as_json(),
            "chat_instance": str(user_id),
            "data": data,
        }
        return self._queued("callback_query", query)

    def send_document(
        self,
        user_id: int,
        name: str,
        content: bytes,
        mime_type: str = "application/octet-stream",
        caption: str | None = None,
    ) -> int:
        """Send a file as this person; return the update's id."""
        message = self._said(user_id)
        message.document_file = self.files.add(Upload(name, content, mime_type), "document")
        return self._captioned(message, caption)

    def send_photo(
        self, user_id: int, content: bytes, caption: str | None = None, *, reply_to: Message | None = None
    ) -> int:
        """Send a picture as this person, as a reply if to a message; return the update's id."""
        message = self._said(user_id)
        message.reply_to = reply_to
        message.photo_file = self.files.add(Upload("photo.jpg", content, ""), "photo")
        return self._captioned(message, caption)

    # What there is to see

    def messages(self, chat_id: int) -> list[Message]:
        """Return both sides' messages in order, as they are now."""
        return list(self.chats[chat_id].messages.values())

    def message(self, chat_id: int, message_id: int) -> Message | None:
        """Return one message."""
        chat = self.chats.get(chat_id)
        return chat.messages.get(message_id) if chat else None

    def answer_to(self, update_id: int) -> JsonObject | None:
        """Return what the bot answered to the tap of this update ("text", "show_alert"…), None before it did."""
        update = self.updates.known(update_id)
        query = update and update.get("callback_query")
        return self.taps[query["id"]].answer if query else None

    # Waiting

    async def wait_for(self, predicate: Callable[[], T | None], timeout: float = _PATIENCE) -> T:  # noqa: ASYNC109  # a test gives it
        """Return `predicate()` as soon as it is true; it is asked again after everything that happens.

        Raises TimeoutError with the last calls.
        """
        try:
            async with asyncio.timeout(timeout):
                while not (found := predicate()):
                    await self._event.wait()
        except TimeoutError:
            raise TimeoutError(f"Nothing of the kind in {timeout} s. Last calls:\n{self.transcript()}") from None
        return found

    async def wait_for_text(self, chat_id: int, text: str, timeout: float = _PATIENCE) -> Message:  # noqa: ASYNC109  # a test gives it
        """Return the bot's newest message as soon as it says `text`."""

        def found() -> Message | None:
            said = [message for message in self.messages(chat_id) if message.outgoing]
            return said[-1] if said and text in said[-1].plain_text else None

        return await self.wait_for(found, timeout)

    async def settled(self, timeout: float = _PATIENCE, *, quiet: float = 0.2) -> None:  # noqa: ASYNC109  # a test gives it
        """Wait until the bot has confirmed every update and has called nothing for `quiet` seconds.

        A handler may think for longer than that: to see an answer, wait for the answer. This is for what must not come.
        """
        async with asyncio.timeout(timeout):
            while True:
                event = self._event
                try:
                    async with asyncio.timeout(quiet):
                        await event.wait()
                except TimeoutError:
                    if not self.updates.pending:
                        return

    def transcript(self) -> str:
        """Return the last calls, a line each."""
        tail = self.calls[-_TRANSCRIPT_TAIL:]
        return "\n".join(f"{call.method} {call.params} -> {call.answer}" for call in tail)

    # What the server does

    def next_message(self, chat: Chat, sender: User) -> Message:
        """Make a message that is not in the chat yet."""
        self._last_message_id += 1
        return Message(self._last_message_id, chat, sender, int(self.clock()))

    def publish(self, message: Message) -> None:
        """Put `message` in its chat, or what it became after an edit, and tell everyone."""
        message.chat.messages[message.message_id] = message
        self.tell("message", message.chat.id, message.as_json())

    def remove(self, message: Message) -> None:
        """Take `message` out of its chat, and tell everyone."""
        del message.chat.messages[message.message_id]
        self.tell("deleted", message.chat.id, {"message_id": message.message_id})

    def tell(self, kind: str, chat_id: int, content: JsonObject) -> None:
        """Tell the page, and wake whoever waits."""
        for listener in self.listeners:
            listener(Happening(kind, chat_id, content))
        self.changed()

    def changed(self) -> None:
        """Wake whoever waits."""
        self._event.set()
        self._event = asyncio.Event()

    async def change(self) -> None:
        """Wait for the next thing that happens."""
        await self._event.wait()

    def file(self, file_id: str) -> StoredFile | None:
        """Return a file by its id."""
        return self.files.by_id(file_id)

    def _said(self, user_id: int, chat_id: int | None = None) -> Message:
        return self.next_message(self.chats[user_id if chat_id is None else chat_id], self.users[user_id])

    def _captioned(self, message: Message, caption: str | None) -> int:
        if caption:
            message.caption, message.caption_entities = formatted_text(caption, None, None)
        return self._arrived(message, None)

    def _arrived(self, message: Message, update_id: int | None) -> int:
        self.publish(message)
        return self._queued("message", message.as_json(), update_id)

    def _queued(self, kind: str, content: JsonObject, update_id: int | None = None) -> int:
        number = self.updates.add(kind, content, update_id)
        self.changed()
        return number
