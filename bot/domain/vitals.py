"""How the bot is: what a monitor and `cobranza doctor` look at."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# Longer than a busy server asks for, or the pace (30 a minute) makes the next mail wait.
STUCK_AFTER = timedelta(hours=1)
# Failed mails are counted so far back.
FAILED_SINCE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Vitals:
    """What the database says of the bot's work.

    `fed_at` is when the ledger was last fed, `waiting` and `failed` count mails, `due_since` is since when a mail
    could have left that has not: one that was refused since it was queued, one that waits its turn since the last one
    left. `handled_at` is when an update was last answered. None: never, or none.
    """

    fed_at: datetime | None
    waiting: int
    failed: int
    due_since: datetime | None
    handled_at: datetime | None

    def is_stuck(self, now: datetime) -> bool:
        """Whether a mail waits that should have left long ago."""
        return self.due_since is not None and now - self.due_since > STUCK_AFTER
