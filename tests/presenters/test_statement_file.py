from bot.i18n import SPANISH, language
from bot.presenters.statement import file_name
from tests.render.examples import seed_statement


def test_the_file_says_whose_statement_it_is_and_of_which_day() -> None:
    assert file_name(seed_statement(), language(SPANISH), "pdf") == "Estado de cuenta CL002 2019-03-19.pdf"
