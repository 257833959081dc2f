"""The provisional receipt as a matplotlib Figure. Importing this module imports matplotlib."""

from datetime import tzinfo

import numpy as np
import segno
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.transforms import IdentityTransform
from numpy.typing import NDArray

from bot.domain.company import Company
from bot.domain.receipts import Receipt
from bot.i18n import Language
from bot.render.calendar_glyphs import DPI, drawable, font, width
from bot.render.plain import one_line
from bot.render.receipt_words import form_name

# In pixels: a phone shows the 1080 on some 360 points, so that 36 pixels are 12 points.
WIDTH, HEIGHT = 1080, 1660
_EDGE = 60
_ROOM = WIDTH - 2 * _EDGE
QR_SIDE = 330
QR_CORNER = (_EDGE, HEIGHT - _EDGE - QR_SIDE)
SMALLEST = 34
_INK, _SOFT, _GROUND, _LINE = "#1c1c1e", "#5b5b60", "#ffffff", "#c7c7cc"
_MAX_LINES = 2


def figure(receipt: Receipt, language: Language, company: Company, zone: tzinfo) -> Figure:
    """The receipt without its QR, for which the lower left corner is left white."""
    _ = language.gettext
    drawing = _Drawing()
    drawing.write(company.name, 48, bold=True)
    if company.rfc:
        drawing.write(_("RFC %(rfc)s", rfc=company.rfc), SMALLEST, colour=_SOFT)
    drawing.rule()
    drawing.write(_("Payment receipt %(folio)s", folio=receipt.folio), 42, bold=True)
    amount = language.money(receipt.amount)
    # On one line: a second would split it, and push the last row into the QR.
    drawing.write(amount, next(n for n in range(92, SMALLEST, -2) if width(amount, n, bold=True) <= _ROOM), bold=True)
    document = receipt.document
    for name, value in (
        (_("Customer"), receipt.customer.name),
        (_("Document"), document.label),
        (_("Paid by"), form_name(receipt.form, language)),
        (_("Date and time"), f"{language.date(receipt.on)} {receipt.at.astimezone(zone):%H:%M}"),
        (_("Collector"), receipt.taken_by),
    ):
        drawing.row(name, value)
    drawing.beside_qr(_("Provisional receipt; it is not a CFDI"))
    return drawing.figure


def qr(text: str) -> NDArray[np.uint8]:
    """A QR code with its quiet zone, QR_SIDE pixels wide; each module as many whole pixels as fit."""
    code = segno.make_qr(text, error="m")
    modules = np.array([list(row) for row in code.matrix_iter(border=4)], np.uint8)
    scale = QR_SIDE // len(modules)
    drawn = np.kron(255 * (1 - modules), np.ones((scale, scale), np.uint8)).astype(np.uint8)
    side = np.full((QR_SIDE, QR_SIDE), 255, np.uint8)
    start = (QR_SIDE - len(drawn)) // 2
    side[start : start + len(drawn), start : start + len(drawn)] = drawn
    return side


def lines(text: str, size: int, room: int, *, bold: bool = False) -> list[str]:
    """A text in at most two lines that fit; what is too long ends in …."""
    found: list[str] = []
    rest = drawable(one_line(text))
    while rest and len(found) < _MAX_LINES:
        cut = len(rest)
        while width(rest[:cut], size, bold=bold) > room:
            # At a blank where there is one; a word wider than the line is cut.
            cut = rest.rfind(" ", 0, cut) if rest.rfind(" ", 0, cut) > 0 else cut - 1
        found.append(rest[:cut])
        rest = rest[cut:].strip()
    if rest:
        last = found[-1]
        while width(f"{last}…", size, bold=bold) > room:
            last = last[:-1]
        found[-1] = f"{last.rstrip()}…"
    return found


class _Drawing:
    """A sheet written from its top."""

    def __init__(self) -> None:
        self.figure = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, facecolor=_GROUND)
        self._top = _EDGE

    def write(self, text: str, size: int, *, bold: bool = False, colour: str = _INK, left: int = _EDGE) -> None:
        """Lines of their own."""
        for line in lines(text, size, WIDTH - _EDGE - left, bold=bold):
            self._top += round(size * 1.4)
            self.figure.text(
                left, HEIGHT - self._top, line, transform=IdentityTransform(),
                fontproperties=font(size, bold=bold), color=colour, parse_math=False,  # `$` is money here
            )  # fmt: skip

    def rule(self) -> None:
        """A thin line across."""
        self._top += 36
        self.figure.add_artist(
            Rectangle((_EDGE, HEIGHT - self._top), _ROOM, 3, transform=IdentityTransform(), color=_LINE)
        )
        self._top += 16

    def row(self, name: str, value: str) -> None:
        """A name, and under it what it stands for."""
        self._top += 22
        self.write(name, SMALLEST, colour=_SOFT)
        self.write(value, 40)

    def beside_qr(self, text: str) -> None:
        """A remark to the right of the QR."""
        self._top = QR_CORNER[1] + 100
        self.write(text, SMALLEST, bold=True, left=_EDGE + QR_SIDE + 40)
