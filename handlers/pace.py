"""How fast a person's messages and taps may come: faster is no hand's work, and would keep the others waiting."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

MAX_UPDATES = 30
WINDOW = timedelta(seconds=10)
# People and strangers remembered at most; the one forgotten begins anew.
_MAX_KEPT = 10_000


@dataclass(slots=True)
class _Window:
    begun: datetime
    # By number: one that is delivered again has its place already.
    fitting: set[int] = field(default_factory=set)
    told_by: int | None = None


@dataclass(slots=True)
class Pace:
    """Who has sent how much lately: kept in memory, since a window is over sooner than a restart."""

    _windows: dict[int, _Window] = field(default_factory=dict)

    def fits(self, user_id: int, update_id: int, at: datetime) -> bool:
        """Count an update sent at an instant, once: whether it is among those that its window takes."""
        window = self._windows.get(user_id)
        # Also an update of before: what was sent while the bot was down comes at once, and was not sent at once.
        if window is None or not window.begun <= at < window.begun + WINDOW:
            self._windows.pop(user_id, None)
            if len(self._windows) >= _MAX_KEPT:
                del self._windows[next(iter(self._windows))]
            window = self._windows[user_id] = _Window(at)
        if len(window.fitting) < MAX_UPDATES:
            window.fitting.add(update_id)
        return update_id in window.fitting

    def tells(self, user_id: int, update_id: int) -> bool:
        """Whether it is this message's answer that says so to who is too fast; the others of its window get none."""
        window = self._windows[user_id]
        window.told_by = window.told_by or update_id
        return window.told_by == update_id

    def left(self, user_id: int, at: datetime) -> timedelta:
        """How long the window of a person's last update still lasts."""
        return self._windows[user_id].begun + WINDOW - at
