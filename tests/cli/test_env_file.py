import os
from pathlib import Path

import pytest
from dotenv import dotenv_values

from bot.cli import env_file

HAND_WRITTEN = """# hecho a mano

COMPANY_BANK="Banco
CLABE 01"
export company_name=Vieja  # con comentario
OTRA=1
#TIMEZONE=America/Mexico_City
"""


@pytest.mark.parametrize(
    "value",
    [
        "a",
        "con espacio",
        "it's",
        "\\n y \\",
        "\\\\servidor\\nube\\\\'",
        'com"illas',
        "a#b",
        "#a",
        "ñ=€",
        "$HOME",
        "\\'",
    ],
)
def test_a_value_is_read_as_it_was_written(tmp_path: Path, value: str) -> None:
    env_file.write(tmp_path / ".env", {"COMPANY_NAME": value, "NEW": value})
    read = dotenv_values(tmp_path / ".env")
    assert (read["COMPANY_NAME"], read["NEW"]) == (value, value)


def test_a_line_s_end_is_written_as_docker_compose_reads_it_which_knows_no_escapes() -> None:
    bank = "Banco 1, O'Higgins\\nCLABE 01"
    assert env_file.changed("", "COMPANY_BANK", bank) == "COMPANY_BANK='Banco 1, O\\'Higgins\\nCLABE 01'\n"


def test_a_new_file_is_the_example_with_the_values_in_their_places(tmp_path: Path) -> None:
    env_file.write(tmp_path / ".env", {"COMPANY_NAME": "La Casa", "TELEGRAM_TOKEN": "1:x"})
    example = Path(".env.example").read_text(encoding="utf-8")
    written = (tmp_path / ".env").read_text(encoding="utf-8")
    changed = [(old, new) for old, new in zip(example.splitlines(), written.splitlines(), strict=True) if old != new]
    assert changed == [("TELEGRAM_TOKEN=", "TELEGRAM_TOKEN=1:x"), ("#COMPANY_NAME=Cobranza", "COMPANY_NAME='La Casa'")]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_its_owner_reads_the_file_and_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real.env").write_text("A=1\n", encoding="utf-8")
    (tmp_path / "real.env").chmod(0o644)
    (tmp_path / ".env").symlink_to("real.env")
    env_file.write(tmp_path / ".env", {"A": "2"})
    assert (tmp_path / ".env").is_symlink()
    assert (tmp_path / "real.env").read_text(encoding="utf-8") == "A=2\n"
    assert (tmp_path / "real.env").stat().st_mode & 0o777 == 0o600
    assert len(list(tmp_path.iterdir())) == 2


def test_of_a_file_written_by_hand_the_other_lines_stay() -> None:
    text = env_file.changed(HAND_WRITTEN, "COMPANY_NAME", "Nueva")
    text = env_file.changed(text, "COMPANY_BANK", None)
    text = env_file.changed(text, "TIMEZONE", None)
    text = env_file.changed(text, "PAPER", None)
    assert env_file.changed(text, "PAPER", "a4") == (
        "# hecho a mano\n\n#COMPANY_BANK=\nCOMPANY_NAME=Nueva\nOTRA=1\n#TIMEZONE=America/Mexico_City\nPAPER=a4\n"
    )
