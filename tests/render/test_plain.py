import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.plain import lines, one_line


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Ramiro\nBcc: all@example", "Ramiro Bcc: all@example"),
        ("  dos   blancos ", "dos blancos"),
        ("fact\u202egnp.exe", "factgnp.exe"),
        ("a\x00b\x07c", "abc"),
        ("cero\u200bancho", "ceroancho"),
        ("solo\ud800", "solo"),
        ("Dos \uffff\ufffe", "Dos"),
        ("a \u200b b", "a b"),
        ("Jose\u0301", "Jos\u00e9"),
        ("Ñandú, S.A. de C.V. & Cía", "Ñandú, S.A. de C.V. & Cía"),
    ],
)
def test_what_was_typed_is_tamed(typed: str, printed: str) -> None:
    assert one_line(typed) == printed


@given(st.text())
def test_nothing_that_turns_or_breaks_a_line_is_left(typed: str) -> None:
    tamed = one_line(typed)
    assert not {unicodedata.category(c) for c in tamed} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert tamed == one_line(tamed)


def test_lines_are_kept_apart() -> None:
    assert lines("\n\nBBVA\r\n\r\nCLABE\t1\n") == ("BBVA", "", "CLABE 1")
    assert lines(" \n") == ()
    assert lines("") == ()
