"""The guided tour that the page offers: what to do next, and by what in the chat it shows that it was done."""

from dataclasses import asdict, dataclass

from bot.demo.errors import JsonObject


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do on a person's phone: type a text, tap the button whose data begins so, or press a control.

    It is done when the bot says `sees` there, and then the page shows the mails where `mails` is set. `why` is read
    before, `seen` after.
    """

    title: str
    why: str
    seen: str
    user: int
    sees: str
    types: str = ""
    taps: str = ""
    control: str = ""
    mails: bool = False

    def as_json(self) -> JsonObject:
        """The step as the page reads it."""
        return asdict(self)
