"""Pages of a PDF under composition: text that fits, rules and bands, and `page x of y` below each."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from functools import cache, partial
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from unicodedata import category

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4, landscape, letter
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

# All lengths are points, 72 to an inch, from the lower left corner as PDF has them.
PAPERS = {"letter": landscape(letter), "a4": landscape(A4)}
_MARGIN = 36
LEFT = _MARGIN
# Between a column's edge and what is in it.
PAD = 3
TITLE_HEIGHT = 24
_BOTTOM = _MARGIN + 20
# Wider than any paper: no text is set smaller for it.
_ANY_WIDTH = 10_000.0
INK, FAINT, RULE, BAND = HexColor("#0d1b2a"), HexColor("#46535f"), HexColor("#b4bdc6"), HexColor("#e6edf5")


class Sheet:
    """Draws from the top down, between LEFT and `right`; `y` is where the next thing may begin.

    What is drawn is kept until `pdf`, because only then the number of pages is known.
    """

    def __init__(self, paper: str) -> None:
        self._pages: list[list[Callable[[Canvas], None]]] = [[]]
        self._paper = PAPERS[paper]
        self.right = self._paper[0] - _MARGIN
        self._top = self._paper[1] - _MARGIN
        self.y = self._top

    def reserve(self, height: float) -> bool:
        """Make sure that so much is free below `y`; says whether that took a new page."""
        if self.y - height >= _BOTTOM:
            return False
        self._pages.append([])
        self.y = self._top
        return True

    def text(
        self,
        x: float,
        y: float,
        content: str,
        size: float,
        *,
        bold: bool = False,
        colour: Color = INK,
        right: bool = False,
        width: float = _ANY_WIDTH,
    ) -> None:
        """One line with its baseline at `y`, `right` when it ends at `x`; smaller where `width` asks for it."""
        content = drawable(content)
        taken = text_width(content, size, bold=bold)
        size = min(size, size * width / taken) if taken else size
        self._pages[-1].append(
            partial(_text, x=x, y=y, content=content, size=size, bold=bold, colour=colour, right=right)
        )

    def title(self, text: str, size: float = 10) -> None:
        """A title, as wide as the page at most."""
        self.text(LEFT, self.y - 18, text, size, bold=True, width=self.right - LEFT)
        self.y -= TITLE_HEIGHT

    def rule(self, y: float, *, colour: Color = RULE, width: float = 0.5) -> None:
        """A line from margin to margin."""
        self._pages[-1].append(partial(_rule, y=y, right=self.right, colour=colour, width=width))

    def band(self, y: float, height: float) -> None:
        """A tinted field from margin to margin, `y` its lower edge."""
        self.field(LEFT, y, self.right - LEFT, height, BAND)

    def field(self, x: float, y: float, width: float, height: float, colour: Color) -> None:
        """A field of a colour, `x` and `y` its lower left corner."""
        self._pages[-1].append(partial(_field, x=x, y=y, width=width, height=height, colour=colour))

    def picture(self, content: bytes, width: float, height: float) -> None:
        """A PNG or JPEG at the upper left of the page, as large as fits into that; below it the next thing begins."""
        image = ImageReader(BytesIO(content))
        pixels = image.getSize()
        scale = min(width / pixels[0], height / pixels[1])
        self.y -= pixels[1] * scale
        drawn = partial(_picture, image=image, y=self.y, width=pixels[0] * scale, height=pixels[1] * scale)
        self._pages[-1].append(drawn)

    def pdf(self, *, title: str, author: str, lang: str, foot: str, page: Callable[[int, int], str]) -> bytes:
        """The pages as a file, each with `foot` at the left and `page(number, of)` at the right below it."""
        file, foot = BytesIO(), drawable(foot)
        canvas = Canvas(file, pagesize=self._paper, invariant=True, lang=lang)
        canvas.setTitle(title)
        canvas.setSubject(title)
        canvas.setCreator("cobranza")
        canvas.setAuthor(author)
        for number, drawn in enumerate(self._pages, start=1):
            for draw in drawn:
                draw(canvas)
            shown = page(number, len(self._pages))
            room = self.right - LEFT - text_width(shown, 8) - 20
            foot_size = min(8, 8 * room / max(1, text_width(foot, 8)))
            _text(canvas, LEFT, _MARGIN, foot, foot_size, bold=False, colour=FAINT, right=False)
            _text(canvas, self.right, _MARGIN, shown, 8, bold=False, colour=FAINT, right=True)
            canvas.showPage()
        canvas.save()
        return file.getvalue()


def text_width(content: str, size: float, *, bold: bool = False) -> float:
    """How wide a line comes out."""
    return float(stringWidth(content, _font(content, bold=bold), size))


def fold(content: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """The text over as many lines as the width asks for, words broken only where one alone is too wide."""
    folded: list[str] = []
    for word in drawable(content).split():
        joined = f"{folded[-1]} {word}" if folded else word
        if folded and text_width(joined, size, bold=bold) <= width:
            folded[-1] = joined
            continue
        rest = word
        while text_width(rest, size, bold=bold) > width:
            fits = max(1, next(n for n in range(1, len(rest) + 1) if text_width(rest[:n], size, bold=bold) > width) - 1)
            if fits == len(rest):
                break
            folded.append(rest[:fits])
            rest = rest[fits:]
        folded.append(rest)
    return folded or [""]


def drawable(content: str) -> str:
    """The text without signs that the fonts lack, such as 🏪: each would be a box."""
    if _is_latin(content):
        return content
    glyphs = _glyphs()
    return " ".join("".join(c for c in content if ord(c) in glyphs or category(c)[0] != "S").split())


@cache
def _glyphs() -> AbstractSet[int]:
    regular, bold = (set(_dejavu(bold=each).face.charToGlyph) for each in (False, True))
    return regular & bold


def _is_latin(content: str) -> bool:
    try:
        content.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _font(content: str, *, bold: bool) -> str:
    """A font that every reader has, unless the text needs letters that it lacks."""
    if not _is_latin(content):
        return str(_dejavu(bold=bold).fontName)
    return "Helvetica-Bold" if bold else "Helvetica"


@cache
def _dejavu(*, bold: bool) -> TTFont:
    # Found without importing matplotlib, which ships it.
    spec = find_spec("matplotlib")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("matplotlib")
    name = "DejaVuSans-Bold" if bold else "DejaVuSans"
    font = TTFont(name, Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf" / f"{name}.ttf")
    registerFont(font)
    return font


def _text(
    canvas: Canvas, x: float, y: float, content: str, size: float, *, bold: bool, colour: Color, right: bool
) -> None:
    canvas.setFont(_font(content, bold=bold), size)
    canvas.setFillColor(colour)
    (canvas.drawRightString if right else canvas.drawString)(x, y, content)


def _rule(canvas: Canvas, *, y: float, right: float, colour: Color, width: float) -> None:
    canvas.setStrokeColor(colour)
    canvas.setLineWidth(width)
    canvas.line(LEFT, y, right, y)


def _field(canvas: Canvas, *, x: float, y: float, width: float, height: float, colour: Color) -> None:
    canvas.setFillColor(colour)
    canvas.rect(x, y, width, height, stroke=0, fill=1)


def _picture(canvas: Canvas, *, image: ImageReader, y: float, width: float, height: float) -> None:
    canvas.drawImage(image, LEFT, y, width, height, mask="auto")
