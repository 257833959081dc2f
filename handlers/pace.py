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
    count: int = 0
    # The updates that fit, and the first that did not, each with its place: delivered again it has the same one.
    places: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class Pace:
    """Who has sent how much lately: kept in memory, since a window is over sooner than a restart."""

    _windows: dict[int, _Window] = field(default_factory=dict)

    def excess(self, user_id: int, update_id: int, at: datetime) -> int:
        """Count an update sent at an instant, once: how many it is beyond what its window takes; 0 while it fits."""
        window = self._windows.get(user_id)
        # Also an update of before: what was sent while the bot was down comes at once, and was not sent at once.
        if window is None or not window.begun <= at < window.begun + WINDOW:
            self._windows.pop(user_id, None)
            if len(self._windows) >= _MAX_KEPT:
                del self._windows[next(iter(self._windows))]
            window = self._windows[user_id] = _Window(at)
        place = window.places.get(update_id)
        if place is None:
            window.count = place = window.count + 1
            if place <= MAX_UPDATES + 1:
                window.places[update_id] = place
        return max(0, place - MAX_UPDATES)

    def left(self, user_id: int, at: datetime) -> timedelta:
        """How long the window of a person's last update still lasts."""
        return self._windows[user_id].begun + WINDOW - at
