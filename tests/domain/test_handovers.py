from datetime import date

import pytest

from bot.domain.handovers import Handover, HandoverNotice, HandoverState
from bot.domain.people import Person, Role
from tests import factories

ANA, CHIEF = Person(1, "Ana", Role.COLLECTOR, "C1"), Person(2, "Jorge", Role.SUPERVISOR, None)
DAY = date(2019, 7, 16)


@pytest.mark.parametrize("state", HandoverState)
@pytest.mark.parametrize("told", [ANA, CHIEF], ids=["who gave", "who receives"])
def test_that_the_other_takes_no_messages_is_told_to_who_gave_while_the_handover_waits(
    told: Person, state: HandoverState
) -> None:
    given = Handover(5, DAY, (), ANA.id, ANA.name, CHIEF.id, CHIEF.name, DAY, factories.NOON, state)
    assert HandoverNotice(1, told, given).is_unread is (told is ANA and state is HandoverState.WAITING)
