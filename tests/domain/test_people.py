from bot.domain.people import COMMAND_LINE, Person, Role


def test_a_collector_sees_one_portfolio_and_everyone_else_all() -> None:
    seen = {role: Person(1, "Ana", role, "C1").sees_all for role in Role}
    assert seen == {Role.COLLECTOR: False, Role.SUPERVISOR: True, Role.ADMINISTRATOR: True}


def test_the_command_line_sees_all() -> None:
    assert COMMAND_LINE.sees_all
