"""The colours of the month's picture, in the light and in the dark."""

from dataclasses import dataclass
from enum import IntEnum

_LEVELS = 4


class Tone(IntEnum):
    """A ground with the ink that is read on it."""

    INK = 0
    FAINT = 1
    EMPTY = 2
    LEAST = 3
    LESS = 4
    MORE = 5
    MOST = 6


@dataclass(frozen=True, slots=True)
class Palette:
    """Ground and ink of each tone; lightness alone tells the amount, so that grey and colour-blind eyes read it too."""

    tones: tuple[tuple[str, str], ...]
    broken: str
    on_broken: str

    @property
    def paper(self) -> str:
        """What everything lies on."""
        return self.tones[Tone.INK][0]


LIGHT = Palette(
    tones=(
        ("#ffffff", "#0d1b2a"), ("#ffffff", "#46535f"), ("#eef1f4", "#46535f"),
        ("#cee3f6", "#0d1b2a"), ("#9cc6ea", "#0d1b2a"), ("#5ba2d8", "#040a10"), ("#0b4680", "#ffffff"),
    ),
    broken="#7a1d00",
    on_broken="#ffffff",
)  # fmt: skip
DARK = Palette(
    tones=(
        ("#0e141b", "#f4f7fa"), ("#0e141b", "#b4c0cb"), ("#1a232d", "#b4c0cb"),
        ("#173a5c", "#f4f7fa"), ("#1c5088", "#ffffff"), ("#7db7e8", "#08111a"), ("#d6eafc", "#08111a"),
    ),
    broken="#ffa57a",
    on_broken="#08111a",
)  # fmt: skip


def shade(minor: int, most: int) -> Tone:
    """The tone of an amount: quarters of the largest day."""
    return Tone(Tone.LEAST + max(0, -(-_LEVELS * minor // most) - 1)) if most > 0 else Tone.LEAST
