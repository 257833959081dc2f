import pytest

from bot.domain.text import fold, seen


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


@pytest.mark.parametrize(
    ("text", "visible"),
    [
        ("CL002", "CL002"),
        ("\u200eCL002\u200b", "CL002"),
        ("\u2068Ramírez\u2069", "Ramírez"),
        ("vi\u00adernes\ufeff", "viernes"),
        ("CFDI\u201121002", "CFDI-21002"),
        ("👩\u200d👩\u200d👧 7", "👩\u200d👩\u200d👧 7"),
    ],
)
def test_of_what_is_pasted_that_is_read_which_is_seen(text: str, visible: str) -> None:
    assert seen(text) == visible
