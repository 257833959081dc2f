"""Texts compared as people compare them, and without what nothing takes."""

import re
import unicodedata

# What PostgreSQL keeps in no text, NUL and lone surrogates, and the two noncharacters that XML has in no document
# (XML 1.0, 2.2: Char), so that no workbook could be written.
_UNWRITABLE = re.compile("[\0\ud800-\udfff\ufffe\uffff]")

# Zero width joiner; hyphen, and non-breaking hyphen, as documents print it.
_JOINER, _HYPHENS = "\u200d", ("\u2010", "\u2011")
# What may follow a word and is not of it: phones make a full stop of two blanks.
PAUSES = ",;:"
STOPS = f"{PAUSES}."
# What stands around a name likewise: they make curly quotes of straight ones, too.
AROUND = " .,;:¿?¡!\"'“”„‟«»‹›‘’‚"  # noqa: RUF001 - phones type them


def writable(text: str) -> str:
    """The text without what a database or a file of XML takes in none."""
    # A file may have millions of texts, most of them plain.
    return text.replace("\0", "") if text.isascii() else _UNWRITABLE.sub("", text)


def seen(text: str) -> str:
    """What a person sees of a text: without the marks of direction and width that come along unseen with a paste.

    A hyphen that does not break is a hyphen. What joins emoji stays.
    """
    if text.isascii():
        return text
    # No such mark is printable: a file may have millions of texts with accents alone.
    if not text.isprintable():
        text = "".join(c for c in text if c == _JOINER or unicodedata.category(c) != "Cf")
    for hyphen in _HYPHENS:
        text = text.replace(hyphen, "-")
    return text


def fold(text: str) -> str:
    """The text without accents, in lower case, outer blanks cut: `Ramírez ` and `ramirez` are one."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold().strip()
