"""One call being carried out: its parameters, and the lookups that most methods share."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot.demo.chat import Chat, Message
from bot.demo.entities import formatted_text, utf16_length
from bot.demo.errors import ApiError, JsonObject, bad_request
from bot.demo.faults import Faults
from bot.demo.files import FileKind, StoredFile, Upload
from bot.demo.limits import CAPTION_MAX, DOCUMENT_MAX_BYTES, TEXT_MAX
from bot.demo.methods.keyboards import inline_keyboard
from bot.demo.methods.parameters import attached
from bot.demo.methods.rich import RichContent, rich_content
from bot.demo.world import World


@dataclass(frozen=True)
class Context:
    """A call: `params` hold the signature's types, `files` the parts of a multipart body."""

    world: World
    faults: Faults
    params: JsonObject
    files: dict[str, Upload]

    def chat(self) -> Chat:
        """Return the chat that `chat_id` names; raises ApiError when there is none."""
        chat = self.world.chats.get(self.params["chat_id"])
        if chat is None:
            raise bad_request("chat not found")
        return chat

    def chat_to_write(self) -> Chat:
        """Return the chat, unless its person has blocked the bot."""
        chat = self.chat()
        if chat.id in self.faults.blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        return chat

    def message(self, purpose: str) -> Message:
        """Return the message that `message_id` names; `purpose` is "message to edit" or the like."""
        message = self.chat().messages.get(self.params["message_id"])
        if message is None:
            raise bad_request(f"{purpose} not found")
        return message

    def reply_to(self, chat: Chat) -> Message | None:
        """Return the message that this one replies to."""
        wish = self.params.get("reply_parameters")
        if not wish:
            return None
        number = wish.get("message_id")
        if not isinstance(number, int) or isinstance(number, bool):
            raise bad_request('field "message_id" must be a valid Number')
        found = chat.messages.get(number)
        if found is None and wish.get("allow_sending_without_reply") is not True:
            raise bad_request("message to be replied not found")
        return found

    def keyboard(self) -> JsonObject | None:
        """Return the inline keyboard, checked, or None."""
        return inline_keyboard(self.params.get("reply_markup"))

    def text(self) -> tuple[str, list[JsonObject]]:
        """Return the text and its entities, checked."""
        text, entities = formatted_text(
            self.params.get("text", ""), self.params.get("parse_mode"), self.params.get("entities")
        )
        if not text:
            raise bad_request("text must be non-empty" if self.params.get("text") else "message text is empty")
        if utf16_length(text) > TEXT_MAX:
            raise bad_request("message is too long")
        return text, entities

    def caption(self, source: JsonObject | None = None) -> tuple[str, list[JsonObject]]:
        """Return the caption and its entities, checked; `source` is an InputMedia that has its own."""
        given = self.params if source is None else source
        caption, entities = formatted_text(
            given.get("caption", ""), given.get("parse_mode"), given.get("caption_entities")
        )
        if utf16_length(caption) > CAPTION_MAX:
            raise bad_request("message caption is too long")
        return caption, entities

    def file(self, kind: FileKind, reference: str | None, part: str = "") -> StoredFile:
        """Store the upload that `reference` (attach://…) or the part's own name gives, or find the file by its id."""
        upload = attached(reference, self.files) if reference else self.files.get(part)
        if upload is not None:
            if not upload.content:
                raise bad_request("file must be non-empty")
            if len(upload.content) > DOCUMENT_MAX_BYTES:
                raise ApiError(413, "Request Entity Too Large")
            return self.world.files.add(upload, kind)
        if not reference:
            raise bad_request(f"there is no {kind} in the request")
        if reference.startswith(("http://", "https://")):
            raise bad_request("failed to get HTTP URL content")
        stored = self.world.file(reference)
        if stored is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if stored.kind != kind:
            raise bad_request(f"can't use file of type {stored.kind.title()} as {kind.title()}")
        return stored

    def rich(self) -> RichContent:
        """Return the rich message, checked."""

        def stored(kind: FileKind, reference: str) -> StoredFile:
            return self.file(kind, reference)

        return rich_content(self.params["rich_message"], stored)


Handler: TypeAlias = Callable[[Context], Awaitable[Any]]
