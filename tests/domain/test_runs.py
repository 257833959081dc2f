import pytest

from bot.domain.runs import Audience, parse_audience


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("TODOS", Audience.EVERYONE), (" todas ", Audience.EVERYONE), ("everyone", Audience.EVERYONE),
        ("Vencidos", Audience.OVERDUE), ("overdue", Audience.OVERDUE), ("CL001", None), ("todos CL001", None),
        ("todos.", Audience.EVERYONE), ("“Vencidos”", Audience.OVERDUE), (".", None),
    ],
)  # fmt: skip
def test_everyone_and_those_overdue_are_named_by_a_word_alone(typed: str, meant: Audience | None) -> None:
    assert parse_audience(typed) is meant
