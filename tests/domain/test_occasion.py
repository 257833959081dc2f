from datetime import UTC, date, datetime

from bot.domain.occasion import Occasion
from bot.domain.people import COMMAND_LINE

TODAY, NOW = date(2019, 7, 17), datetime(2019, 7, 17, 14, tzinfo=UTC)


def test_what_is_done_is_said_now_and_today_unless_a_message_that_waited_says_it() -> None:
    now = Occasion(COMMAND_LINE, TODAY, NOW)
    assert (now.said_at, now.said_on) == (NOW, TODAY)
    sent_at, sent_on = NOW.replace(day=16), TODAY.replace(day=16)
    waited = Occasion(COMMAND_LINE, TODAY, NOW, sent_at=sent_at, sent_on=sent_on)
    assert (waited.said_at, waited.said_on) == (sent_at, sent_on)
