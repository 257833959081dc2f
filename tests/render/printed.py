"""Reads a rendered statement back, as somebody with a calculator would: rows, then what stands in their totals."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from html.parser import HTMLParser
from io import BytesIO

from pypdf import PdfReader

Amounts = tuple[Decimal, ...]
_AMOUNT = re.compile(r"(-?)(?:\$|[A-Z]{3} )([\d,]+(?:\.\d+)?)")


@dataclass
class Printed:
    """One currency as printed in English: original, paid and balance of each row, and of the totals row."""

    rows: list[Amounts] = field(default_factory=list)
    totals: Amounts = ()
    credits: list[Amounts] = field(default_factory=list)
    after: dict[str, Decimal] = field(default_factory=dict)

    @property
    def sums(self) -> Amounts:
        """What the totals row should say."""
        return tuple(sum((row[column] for row in self.rows), Decimal(0)) for column in range(3))


def read(words: Iterable[str]) -> list[Printed]:
    """From the cells of a rendering in reading order; three amounts in a row are a row."""
    printed = [Printed()]
    run: list[Decimal] = []
    label = ""
    for word in [*words, ""]:
        if match := _AMOUNT.fullmatch(word):
            run.append(Decimal(match[1] + match[2].replace(",", "")))
            continue
        current = printed[-1]
        if len(run) == 3 and label == "TOTALS":
            current.totals = tuple(run)
        elif len(run) == 3:
            (current.credits if current.totals else current.rows).append(tuple(run))
        elif len(run) == 1 and current.totals:
            current.after[label] = run[0]
            if label == "Total balance":
                printed.append(Printed())
        run, label = [], word
    return printed[:-1]


def text_words(text: str) -> list[str]:
    return [word for line in text.splitlines() for word in re.split(r"\s{2,}", line.strip()) if word]


def pdf_words(content: bytes) -> list[str]:
    lines = "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).splitlines()
    return [line.strip() for line in lines if line.strip()]


def html_words(html: str) -> list[str]:
    """Aging has its labels above its amounts; here each label is before its own."""
    reader = _Rows()
    reader.feed(html)
    words: list[str] = []
    above: list[str] = []
    for row in reader.rows:
        labels = above[-1:] == ["Total balance"] and len(row) == len(above) > 1
        words += [word for pair in zip(above, row, strict=True) for word in pair] if labels else row
        above = row or above
    return words


class _Rows(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = [[]]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's
        if tag in {"tr", "table"}:
            self.rows.append([])

    def handle_endtag(self, tag: str) -> None:
        if tag in {"tr", "table"}:
            self.rows.append([])

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.rows[-1].append(data.strip())
