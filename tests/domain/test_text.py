import pytest

from bot.domain.text import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Ramírez ", "ramirez"),
        ("ÑANDÚ", "nandu"),
        ("  Peñafiel S.A. ", "penafiel s.a."),
        ("STRASSE", "strasse"),
        ("", ""),
    ],
)
def test_texts_are_compared_without_accents_case_and_outer_blanks(text: str, folded: str) -> None:
    assert fold(text) == folded
