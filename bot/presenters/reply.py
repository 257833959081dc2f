"""What a screen says, in both forms, before anybody knows how it is sent."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Generic, TypeAlias, TypeVar

from bot.i18n import Language
from bot.render.jinja import environment
from bot.render.plain import short

T = TypeVar("T")

# Bot API, InlineKeyboardButton: «callback_data … 1-64 bytes».
MAX_CALLBACK_BYTES = 64
# What a phone shows of a button that has a row to itself; Telegram's own limit is far above.
MAX_BUTTON_TEXT = 40
# How many characters it shows of each when so many share a row, at 360 points (measured in the demo's page).
ROOM = {3: 11, 2: 19}
# More buttons than this are no choice any more; Telegram's apps stop at 100 in all.
MAX_CHOICES = 20


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message, its text cut to what a phone shows; `data` comes back when it is tapped."""

    text: str
    data: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", short(self.text, MAX_BUTTON_TEXT))
        if not 1 <= len(self.data.encode()) <= MAX_CALLBACK_BYTES:
            raise ValueError(f"callback data of {len(self.data.encode())} bytes: {self.data!r}")


Keyboard: TypeAlias = tuple[tuple[Button, ...], ...]
_NO_BUTTONS: Keyboard = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture by the digest of all that it shows; `draw` makes its PNG, where Telegram does not have it yet."""

    key: str
    draw: Callable[[], bytes] = field(compare=False)


class _Later(Generic[T]):
    """A part that may be given as a function, which is called when the part is first read."""

    def __init__(self, *default: T) -> None:
        self._default = default

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    def __get__(self, reply: "Reply | None", _owner: type | None = None) -> T:
        if reply is None:
            if not self._default:
                # So that dataclass sees a field without a default.
                raise AttributeError
            return self._default[0]
        part: T | Callable[[], T] = vars(reply)[self._name]
        if callable(part):
            part = vars(reply)[self._name] = part()
        return part

    def __set__(self, reply: "Reply", part: T | Callable[[], T]) -> None:
        vars(reply)[self._name] = part


@dataclass(frozen=True)
class Reply:
    """A message in its plain form and, where tables help, in its rich form.

    `plain` and `rich` are HTML of ordinary and of rich messages. `in_cells` are the buttons that the rich form has in
    its text, and the plain form above its keyboard. Both `plain` and these may be given as functions, since where
    there is a rich form they are rarely read. A `photo` is shown by the rich form as `tg://photo?id=photo`, by the
    plain one as a photo with `plain` as its caption. `notice` is the short text over the screen that answers a tap.
    """

    plain: _Later[str] = _Later()
    rich: str = ""
    keyboard: Keyboard = ()
    in_cells: _Later[Keyboard] = _Later(_NO_BUTTONS)
    photo: Picture | None = None
    notice: str = ""


def screen(
    language: Language,
    name: str,
    context: Mapping[str, object],
    *,
    keyboard: Keyboard = (),
    in_cells: Keyboard | Callable[[], Keyboard] = (),
    photo: Picture | None = None,
    notice: str = "",
) -> Reply:
    """A reply in both forms, from the templates `telegram/<name>.plain.html` and `.rich.html`."""

    def form(kind: str) -> str:
        template = environment(language).get_template(f"telegram/{name}.{kind}.html")
        return template.render(context).strip()

    return Reply(partial(form, "plain"), form("rich"), keyboard=keyboard, in_cells=in_cells, photo=photo, notice=notice)


def some_of(names: Sequence[str], most: int, language: Language, *, width: int = 40) -> str:
    """The first of these names, and how many more there are."""
    more = len(names) - most
    named = ", ".join(short(name, width) for name in names[:most])
    return f"{named} {language.ngettext('and %(num)s more', 'and %(num)s more', more, num=more)}" if more > 0 else named


def with_amount(text: str, amount: str) -> str:
    """A button's text: only what stands before the amount is ever cut."""
    return f"{short(text, MAX_BUTTON_TEXT - len(amount) - 3)} · {amount}"


def in_rows(buttons: Iterable[Button], width: int) -> Keyboard:
    """The buttons in rows of `width`."""
    rest: Iterator[Button] = iter(buttons)
    return tuple(iter(lambda: tuple(islice(rest, width)), ()))


def columns(buttons: Sequence[Button]) -> Keyboard:
    """The buttons in as many columns as leave room for every text."""
    longest = max((len(button.text) for button in buttons), default=0)
    return in_rows(buttons, next((width for width, room in ROOM.items() if longest <= room), 1))


def rows(*candidates: Sequence[Button | None]) -> Keyboard:
    """Rows of buttons without the missing ones, and without rows left empty."""
    kept = (tuple(button for button in row if button) for row in candidates)
    return tuple(row for row in kept if row)


def pager(page: int, pages: int, data: str) -> tuple[Button, ...]:
    """◀ 2/5 ▶ for a list in pages; nothing when there is one. `data` has `{page}` where the number goes."""
    if pages == 1:
        return ()
    return tuple(
        Button(text, data.format(page=number))
        for text, number in (("◀", page - 1), (f"{page + 1}/{pages}", page), ("▶", page + 1))
        if 0 <= number < pages
    )
