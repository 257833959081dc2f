import pytest

from bot.i18n import SPANISH, language
from bot.presenters.day_total import file_name
from bot.presenters.loading import safe_name
from tests.presenters.receipt_screens import CHIEF, SOME, of_laura


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("documentos julio.csv", "documentos julio.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.xlsx", "a.xlsx"),
        ("", "archivo"),
        ("..", "archivo"),
        ("a\nb<c>.csv", "a b_c_.csv"),
        ("ñ" * 300 + ".xlsx", "ñ" * 100 + ".xlsx"),
    ],
)
def test_a_senders_file_name_cannot_leave_its_folder(given: str, kept: str) -> None:
    assert safe_name(given) == kept


def test_the_file_of_a_days_payments_is_called_by_whose_they_are_and_their_day() -> None:
    one, all_ = [of_laura(SOME)], [of_laura(SOME), CHIEF]
    spanish = language(SPANISH)
    assert file_name(one, "2019-07-16", spanish, "pdf") == "Corte Laura Méndez 2019-07-16.pdf"
    assert file_name(all_, "2019-07-16", spanish, "xlsx") == "Corte Todo el equipo 2019-07-16.xlsx"
