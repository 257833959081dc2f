"""A reply held against its golden files: one for each form, one for its buttons."""

from bot.presenters.reply import Keyboard, Reply
from tests.render.golden import assert_golden


def assert_screen(name: str, reply: Reply) -> None:
    assert_text(f"{name}.plain.html", reply.plain)
    assert_text(f"{name}.rich.html", reply.rich)
    assert_text(f"{name}.buttons.txt", buttons_text(reply))


def assert_text(name: str, text: str) -> None:
    assert_golden(f"../presenters/{name}", text and text + "\n")


def buttons_text(reply: Reply) -> str:
    parts = [("plain only", reply.in_cells), ("under both", reply.keyboard)]
    lines = [line for title, keyboard in parts if keyboard for line in (f"{title}:", *_lines(keyboard))]
    return "\n".join([*lines, *([f"notice: {reply.notice}"] if reply.notice else [])])


def _lines(keyboard: Keyboard) -> list[str]:
    return ["  " + "  ".join(f"[{button.text} → {button.data}]" for button in row) for row in keyboard]
