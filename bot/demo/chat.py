"""What a chat holds: people, messages, buttons. As Python values, and as the JSON that the Bot API makes of them."""

from dataclasses import dataclass, field

from bot.demo.errors import JsonObject
from bot.demo.files import StoredFile
from bot.demo.rich_text import buttons as rich_buttons
from bot.demo.rich_text import flat, plain


@dataclass(frozen=True)
class User:
    """A person, or the bot."""

    id: int
    first_name: str
    language_code: str | None = None
    username: str | None = None
    is_bot: bool = False

    def as_json(self) -> JsonObject:
        """Return the Bot API's User."""
        made: JsonObject = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        return made | _given(username=self.username, language_code=self.language_code)


@dataclass
class Chat:
    """A private chat with `user`, or a group with a title."""

    id: int
    user: User | None = None
    title: str | None = None
    blocked: bool = False
    messages: "dict[int, Message]" = field(default_factory=dict)

    def as_json(self) -> JsonObject:
        """Return the Bot API's Chat."""
        if self.user is None:
            return {"id": self.id, "type": "group", "title": self.title}
        made: JsonObject = {"id": self.id, "type": "private", "first_name": self.user.first_name}
        return made | _given(username=self.user.username)


@dataclass(frozen=True)
class Button:
    """A button a person can see. `data` is set for a callback button, `url` for a link; `rich` when inside the text."""

    text: str
    data: str | None = None
    url: str | None = None
    style: str | None = None
    disabled: bool = False
    rich: bool = False


@dataclass
class Message:
    """A message as it is now, after its edits."""

    message_id: int
    chat: Chat
    sender: User
    date: int
    text: str | None = None
    entities: list[JsonObject] = field(default_factory=list)
    html: str | None = None
    rich_blocks: list[JsonObject] | None = None
    photo_file: StoredFile | None = None
    document_file: StoredFile | None = None
    caption: str | None = None
    caption_entities: list[JsonObject] = field(default_factory=list)
    markup: JsonObject | None = None
    reply_to: "Message | None" = None
    media_group_id: str | None = None
    edit_date: int | None = None
    edits: int = 0

    @property
    def outgoing(self) -> bool:
        """Say whether the bot sent it."""
        return self.sender.is_bot

    @property
    def is_rich(self) -> bool:
        """Say whether it is a rich message."""
        return self.rich_blocks is not None

    @property
    def photo(self) -> bytes | None:
        """Return the picture's bytes."""
        return self.photo_file.content if self.photo_file else None

    @property
    def document(self) -> tuple[str, bytes] | None:
        """Return the document's name and bytes."""
        return (self.document_file.name, self.document_file.content) if self.document_file else None

    @property
    def plain_text(self) -> str:
        """Return what a person reads: the text, the rich text flattened to lines, or the caption."""
        if self.rich_blocks is not None:
            return plain(self.rich_blocks)
        return self.text if self.text is not None else self.caption or ""

    @property
    def buttons(self) -> list[Button]:
        """Return the buttons in the order they are seen: those of the text, then the keyboard's."""
        seen = [_button(button, rich=True) for button in rich_buttons(self.rich_blocks or [])]
        rows = (self.markup or {}).get("inline_keyboard", ())
        return seen + [_button(button, rich=False) for row in rows for button in row]

    def as_json(self, *, with_reply: bool = True) -> JsonObject:
        """Return the Bot API's Message."""
        made: JsonObject = {
            "message_id": self.message_id,
            "from": self.sender.as_json(),
            "chat": self.chat.as_json(),
            "date": self.date,
        }
        made |= _given(
            text=self.text,
            entities=self.entities or None,
            rich_message=None if self.rich_blocks is None else {"blocks": self.rich_blocks},
            photo=self.photo_file.as_photo_sizes() if self.photo_file else None,
            document=self.document_file.as_document() if self.document_file else None,
            caption=self.caption or None,
            caption_entities=self.caption_entities or None,
            reply_markup=self.markup,
            media_group_id=self.media_group_id,
            edit_date=self.edit_date,
        )
        if self.reply_to is not None and with_reply:
            made["reply_to_message"] = self.reply_to.as_json(with_reply=False)
        return made


def _button(button: JsonObject, *, rich: bool) -> Button:
    return Button(
        text=flat(button["text"]),
        data=button.get("callback_data"),
        url=button.get("url"),
        style=button.get("style"),
        disabled="disabled" in button,
        rich=rich,
    )


def _given(**fields: object) -> JsonObject:
    return {name: value for name, value in fields.items() if value is not None}
