"""Texts compared as people compare them."""

import unicodedata


def fold(text: str) -> str:
    """The text without accents, in lower case, outer blanks cut: `Ramírez ` and `ramirez` are one."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold().strip()
