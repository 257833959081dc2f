"""What people type after a command, read leniently: the arguments of `/promesa` and names of documents."""

import re
from dataclasses import dataclass
from datetime import date

from bot.domain.dates import parse_date
from bot.domain.errors import UnreadableDate

# Phones turn straight quotes into curly or angled ones, and do not always close them.
_QUOTED = re.compile(r"[\"“”„«‹](?P<comment>[^\"“”„»›]*)[\"“”»›]?")
# Also what no amount can be (`1.234,50`, `-500`): that is refused, where a comment would promise the whole balance.
_AMOUNT = re.compile(r"-?\$?-?\d(?:[\d.,]*\d)?\$?|\$\S+")
_SERIES = re.compile(r"[a-zñ]{1,25}", re.IGNORECASE)
_REFERENCE = re.compile(r"(?P<series>[a-zñ]*)[ -]?(?P<folio>\d[\w/-]*)", re.IGNORECASE)
# «pasado mañana», «23 de julio de 2019»
_MAX_DATE_WORDS = 5


@dataclass(frozen=True, slots=True)
class PromiseCommand:
    """What was understood; what is missing (None) is asked for."""

    document: str | None = None
    on: date | None = None
    amount: str | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class DocumentReference:
    """A document as typed: with the series when one was given."""

    series: str | None
    folio: str


def parse_promise(text: str, today: date) -> PromiseCommand:
    """Read `<document> <date> [amount] [comment]`; amount and date in either order.

    The comment may be quoted or simply the rest. Raises UnreadableDate when what stands in the date's
    place is none, so that no word of a date is taken for a comment.
    """
    quoted = _QUOTED.search(text)
    comment = quoted["comment"].strip() if quoted else ""
    after = text[quoted.end() :].split() if quoted else []
    words = [*text[: quoted.start() if quoted else None].split(), *after]
    on, words = _take_date(words, today, first=True)
    document, words = _take_document(words)
    amount: str | None = None
    while words:
        if on is None:
            on, rest = _take_date(words, today)
            if on is not None:
                words = rest
                continue
        if words[0] == "$":
            words = ["".join(words[:2]), *words[2:]]
        if amount is None and _AMOUNT.fullmatch(words[0]):
            amount, words = words[0], words[1:]
            continue
        break
    if words and on is None:
        raise UnreadableDate(words[0])
    before = max(0, len(words) - len(after))
    comment = " ".join([*words[:before], comment, *words[before:]])
    return PromiseCommand(document, on, amount, comment.strip(" '‘’"))


def _take_document(words: list[str]) -> tuple[str | None, list[str]]:
    if not words:
        return None, []
    if len(words) > 1 and _SERIES.fullmatch(words[0]) and words[1].isdecimal():
        return f"{words[0]}-{words[1]}", words[2:]
    return words[0], words[1:]


def _take_date(words: list[str], today: date, *, first: bool = False) -> tuple[date | None, list[str]]:
    """The date that the first words make, the longest reading first.

    In the document's place only what cannot be a document is a date: `23/07`, not `23 jul`.
    """
    lengths = (1,) if first else range(min(len(words), _MAX_DATE_WORDS), 0, -1)
    for length in lengths:
        try:
            return parse_date(" ".join(words[:length]), today), words[length:]
        except UnreadableDate:
            continue
    return None, words


def parse_reference(text: str) -> DocumentReference | None:
    """Read `7`, `CFDI-21002`, `CFDI 21002` or `F21002`; None when it is no document's name."""
    match = _REFERENCE.fullmatch(" ".join(text.split()))
    if not match:
        return None
    return DocumentReference(match["series"].upper() or None, match["folio"].upper())
