"""A person's phone: it types and taps, and waits until the bot is done with what it did."""

import asyncio

from bot.demo.chat import Message
from bot.demo.faults import Faults
from bot.demo.world import Tap, World
from tests.chat.patience import patience


class Phone:
    """The private chat of one person with the bot."""

    def __init__(self, world: World, user_id: int) -> None:
        self.world = world
        self.user_id = user_id

    @property
    def answers(self) -> list[Message]:
        """What the bot has written here, as it is now."""
        return [message for message in self.world.messages(self.user_id) if message.outgoing]

    @property
    def texts(self) -> list[str]:
        """The same as a person reads it."""
        return [message.plain_text for message in self.answers]

    @property
    def toasts(self) -> list[str]:
        """The short texts that came over the screen, one for each tap."""
        taps = (tap for tap in self.world.taps.values() if tap.user_id == self.user_id)
        return [str((tap.answer or {}).get("text", "")) for tap in taps]

    def say(self, text: str) -> int:
        """Type without waiting; the update's id."""
        return self.world.type(self.user_id, text)

    async def done(self, update_id: int, *, within: float = 5) -> None:
        """Wait until the bot has confirmed an update, so has answered it."""
        updates = self.world.updates
        await self.world.wait_for(lambda: all(u["update_id"] != update_id for u in updates.pending), patience(within))

    async def type(self, text: str) -> Message:
        """Type and return the one answer."""
        before = len(self.answers)
        await self.done(self.say(text))
        (answer,) = self.answers[before:]
        return answer

    async def tap(self, message: Message, wanted: str) -> Message:
        """Tap the button with this text, beginning of a text, or data.

        Returns what answers it: the message itself, as it has become, when it was edited.
        """
        exact = {b.data for b in message.buttons if b.data and wanted in (b.text, b.data)}
        (data,) = exact or {b.data for b in message.buttons if b.data and b.text.startswith(wanted)}
        before, edits = len(self.answers), message.edits
        await self.done(self.world.tap(self.user_id, message.message_id, data))
        assert all(tap.answer is not None for tap in self.world.taps.values() if tap.user_id == self.user_id)
        now = self.world.message(self.user_id, message.message_id)
        assert now is not None
        new = self.answers[before:]
        assert len(new) + (now.edits > edits) <= 1, "a tap is answered in one place"
        return new[0] if new else now

    async def edit(self, text: str) -> list[Message]:
        """Change the last message typed, or leave it as it was; return what the bot writes."""
        last = [message for message in self.world.messages(self.user_id) if not message.outgoing][-1]
        changed = {**last.as_json(), "text": text, "edit_date": int(self.world.clock())}
        return await self.receive("edited_message", changed)

    async def receive(self, kind: str, content: dict[str, object]) -> list[Message]:
        """Let Telegram deliver something of this person's; return what the bot writes."""
        before = len(self.answers)
        number = self.world.updates.add(kind, content)
        self.world.changed()
        await self.done(number)
        return self.answers[before:]

    async def forge(self, message: Message, data: str) -> list[Message]:
        """Tap a button that this message never had; return what the bot writes."""
        before = len(self.answers)
        await self.done(self.forged(message, data))
        return self.answers[before:]

    def forged(self, message: Message, data: str) -> int:
        """The same without waiting; the update's id."""
        query_id = f"forged-{len(self.world.taps)}"
        self.world.taps[query_id] = Tap(query_id, self.user_id, message.message_id, data, self.world.clock())
        query = {
            "id": query_id,
            "from": self.world.users[self.user_id].as_json(),
            "message": message.as_json(),
            "chat_instance": str(self.user_id),
            "data": data,
        }
        number = self.world.updates.add("callback_query", query)
        self.world.changed()
        return number


async def met(faults: Faults) -> None:
    """Wait until the bot has run into every fault that was planned; a slow answer is then still under way."""
    async with asyncio.timeout(patience(5)):
        while faults.planned:  # noqa: ASYNC110 - the world tells of what has happened, not of what has begun
            await asyncio.sleep(0.01)


def buttons(message: Message) -> list[str]:
    """The texts of a message's buttons."""
    return [button.text for button in message.buttons]


def says(message: Message, *parts: str) -> bool:
    """Whether a person reads all of these, one after the other."""
    rest = message.plain_text
    for part in parts:
        _, found, rest = rest.partition(part)
        if not found:
            return False
    return True
