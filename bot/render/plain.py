"""Texts made safe to print: what others typed may hold marks that turn, hide or break a line."""

import unicodedata

from bot.domain.text import writable

# Unicode general categories: control, format (direction marks, zero widths).
_UNPRINTABLE = {"Cc", "Cf"}

# What a spreadsheet takes for the beginning of a formula, or skips before one.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")


def inert(text: str) -> str:
    """The text such that no spreadsheet executes it (CWE-1236): a quote before what begins like a formula."""
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text


def one_line(text: str) -> str:
    """The text on one line, blanks collapsed, without control, direction and zero-width marks, fit for XML."""
    spaced = " ".join(text.split())
    if spaced.isascii() and spaced.isprintable():
        # Most are, and there are dozens on a screen: the rest would change nothing.
        return spaced
    # Composed, so that an accent never takes a cell of its own; what is dropped may leave double blanks.
    kept = unicodedata.normalize(
        "NFC", "".join(c for c in writable(spaced) if unicodedata.category(c) not in _UNPRINTABLE)
    )
    return " ".join(kept.split())


def short(text: str, limit: int) -> str:
    """The text on one line in at most `limit` UTF-16 units, as Telegram counts; what is cut ends in …, nothing is –."""
    line = one_line(text) or "–"
    # No character takes more than two: most texts need no count.
    if 2 * len(line) <= limit:
        return line
    units = line.encode("utf-16-le")
    if len(units) <= 2 * limit:
        return line
    return units[: 2 * (limit - 1)].decode("utf-16-le", "ignore").rstrip() + "…"


def lines(text: str) -> tuple[str, ...]:
    """The text line by line, each as `one_line` gives it, without blank ones at either end."""
    kept = "\n".join(one_line(line) for line in text.splitlines()).strip("\n")
    return tuple(kept.split("\n")) if kept else ()
