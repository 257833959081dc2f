from datetime import UTC, datetime

import pytest

from bot.domain import backups
from bot.i18n import SPANISH, language
from bot.presenters.backup import contents_json, contents_text, refusal_text

HELD = backups.Contents(datetime(2019, 7, 16, tzinfo=UTC), {"customers": 12_345, "ticks": 2, "questions": 1}, 7, 99)


def test_what_is_held_is_told_in_words_and_to_programs() -> None:
    lines = contents_text(HELD, language(SPANISH)).splitlines()
    assert [line for line in lines if not line.endswith(": 0")] == [
        "clientes: 12,345", "renglones de otras tablas: 3", "archivos: 7",
    ]  # fmt: skip
    assert contents_json(HELD) == {
        "made_at": "2019-07-16T00:00:00+00:00", "tables": HELD.rows, "files": 7, "file_bytes": 99,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("refused", "said"),
    [
        (backups.BackupThere("a.zip"), "a.zip ya existe"),
        (backups.NothingToBackUp(), "no tiene tablas"),
        (backups.NoBackup("a.zip"), "a.zip no es un respaldo"),
        (backups.BackupDamaged("tables/x"), "«tables/x»"),
        (backups.BackupTooNew("0099"), "0099"),
        (backups.DatabaseNotEmpty(12_345), "12,345"),
    ],
)
def test_each_refusal_names_what_was_wrong(refused: backups.BackupRefused, said: str) -> None:
    assert said in refusal_text(refused, language(SPANISH))


def test_a_refusal_without_a_sentence_is_a_mistake_of_ours() -> None:
    with pytest.raises(LookupError):
        refusal_text(backups.BackupRefused(), language(SPANISH))
