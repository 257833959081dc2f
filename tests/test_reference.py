"""The pages of reference say what the code says: run `make reference` where one of these fails."""

from pathlib import Path

import pytest

from bot.config import Settings
from tests.reference import EXAMPLE, explained, pages

PAGES = pages()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_of_reference_is_what_make_reference_writes(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == PAGES[path], "run `make reference`"


def test_every_setting_is_explained() -> None:
    sections = explained(EXAMPLE.read_text(encoding="utf-8"))
    meanings = {name: meaning for _, entries in sections for name, meaning, _ in entries}
    assert set(meanings) == {name.upper() for name in Settings.model_fields}
    assert [name for name, meaning in meanings.items() if not meaning] == []


def test_a_comment_explains_what_follows_it_up_to_the_next_one() -> None:
    example = "# --- One ---\n# Says\n# more.\n#A_B=1\nC_D=\n# Else.\n#E_F=x\n\n# --- Two ---\n#G_H=\n"
    assert explained(example) == [
        ("One", [("A_B", "Says more.", "1"), ("C_D", "Says more.", ""), ("E_F", "Else.", "x")]),
        ("Two", [("G_H", "", "")]),
    ]
