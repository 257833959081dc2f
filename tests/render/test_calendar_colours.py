"""The month's colours as others see them: in grey, without red, without green, in the sun."""

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from numpy.typing import NDArray

from bot.render.calendar_colours import DARK, LIGHT, Palette, Tone, shade
from bot.render.calendar_figure import hatching

# Machado, Oliveira and Fernandes 2009, «A Physiologically-based Model for Simulation of Color Vision Deficiency»,
# at full severity, for linear light.
_PROTANOPIA = ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998))
_DEUTERANOPIA = ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881))
_TRITANOPIA = ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900))
_GREY = ((0.2126, 0.7152, 0.0722),) * 3  # WCAG 2.2, relative luminance
_ALL = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
EYES = {"all": _ALL, "protan": _PROTANOPIA, "deutan": _DEUTERANOPIA, "tritan": _TRITANOPIA, "grey": _GREY}

Seen = Callable[[str], NDArray[np.float64]]


@pytest.fixture(params=EYES)
def seen(request: pytest.FixtureRequest) -> Seen:
    """A colour as linear light that these eyes see."""
    matrix = np.array(EYES[request.param])
    return lambda colour: np.clip(matrix @ _linear(colour), 0, 1)


@pytest.fixture(params=[LIGHT, DARK], ids=["light", "dark"])
def palette(request: pytest.FixtureRequest) -> Palette:
    chosen: Palette = request.param
    return chosen


def _linear(colour: str) -> NDArray[np.float64]:
    return np.array([c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)])


def contrast(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    dark, light = sorted(float(np.dot(_GREY[0], light)) for light in (one, other))
    return (light + 0.05) / (dark + 0.05)


def grounds(palette: Palette) -> Iterator[str]:
    return (palette.tones[tone][0] for tone in Tone if tone is not Tone.FAINT)


def test_letters_stand_out_from_their_ground(palette: Palette, seen: Seen) -> None:
    for ground, ink in palette.tones:
        assert contrast(seen(ground), seen(ink)) >= 5.5, (ground, ink)  # WCAG 2.2 asks for 4.5, the sun for more


def test_more_money_is_always_further_from_the_paper_and_each_shade_is_told_from_the_next(
    palette: Palette, seen: Seen
) -> None:
    shades = [palette.tones[tone][0] for tone in (Tone.EMPTY, Tone.LEAST, Tone.LESS, Tone.MORE, Tone.MOST)]
    from_paper = [contrast(seen(palette.paper), seen(each)) for each in shades]
    assert from_paper == sorted(from_paper)
    for lighter, darker in pairwise(shades[1:]):
        assert contrast(seen(lighter), seen(darker)) >= 1.3, (lighter, darker)
    assert contrast(seen(shades[0]), seen(shades[1])) >= 1.1


def test_a_cross_stands_out_from_its_disc_and_one_of_both_from_every_ground(palette: Palette, seen: Seen) -> None:
    disc, cross = seen(palette.broken), seen(palette.on_broken)
    assert contrast(disc, cross) >= 4.5
    for ground in grounds(palette):
        assert max(contrast(seen(ground), disc), contrast(seen(ground), cross)) >= 3, ground


def test_hatching_is_seen_on_every_ground(palette: Palette, seen: Seen) -> None:
    for tone in (Tone.EMPTY, Tone.LEAST, Tone.LESS, Tone.MORE, Tone.MOST):
        ground, ink = palette.tones[tone]
        assert contrast(seen(ground), seen(hatching(ground, ink))) >= 1.25, ground


def test_the_ring_around_today_stands_out_from_the_paper(palette: Palette, seen: Seen) -> None:
    assert contrast(seen(palette.paper), seen(palette.tones[Tone.INK][1])) >= 10


@pytest.mark.parametrize(
    ("minor", "most", "tone"),
    [
        (1, 1, Tone.MOST),
        (1, 100, Tone.LEAST),
        (25, 100, Tone.LEAST),
        (26, 100, Tone.LESS),
        (50, 100, Tone.LESS),
        (51, 100, Tone.MORE),
        (76, 100, Tone.MOST),
        (100, 100, Tone.MOST),
        (0, 0, Tone.LEAST),
    ],
)
def test_an_amount_is_shaded_by_quarters_of_the_largest_day(minor: int, most: int, tone: Tone) -> None:
    assert shade(minor, most) is tone
