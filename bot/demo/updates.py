"""The queue of updates, delivered at least once: an update is forgotten when a higher offset, or a 2xx, confirms it."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.demo.errors import JsonObject

# Telegram numbers a bot's updates from somewhere and on from there.
FIRST_UPDATE_ID = 100_001


@dataclass
class _Waiting:
    update: JsonObject
    again: bool = False
    handed_out: bool = False


class Updates:
    """What waits for the bot, and what it has been given."""

    def __init__(self) -> None:
        self._next = FIRST_UPDATE_ID
        self._known: dict[int, JsonObject] = {}
        self._waiting: list[_Waiting] = []
        self.allowed: tuple[str, ...] = ()

    def add(self, kind: str, content: JsonObject, update_id: int | None = None) -> int:
        """Queue a new update, or the same once more when `update_id` is known; return its id."""
        if update_id is not None and update_id in self._known:
            self._waiting.append(_Waiting(self._known[update_id], again=True))
            return update_id
        number = self._next if update_id is None else update_id
        self._next = max(self._next, number + 1)
        update = {"update_id": number, kind: content}
        self._known[number] = update
        if not self.allowed or kind in self.allowed:
            self._waiting.append(_Waiting(update))
        return number

    def known(self, update_id: int) -> JsonObject | None:
        """Return the update with this id, confirmed or not."""
        return self._known.get(update_id)

    @property
    def pending(self) -> list[JsonObject]:
        """Return what is not confirmed, in order of id."""
        return sorted((waiting.update for waiting in self._waiting), key=_update_id)

    def confirm_below(self, offset: int) -> None:
        """Forget what has a lower id than `offset`; a negative offset keeps only that many last ones."""
        if offset < 0:
            kept = {_update_id(update) for update in self.pending[offset:]}
            self._waiting = [waiting for waiting in self._waiting if _update_id(waiting.update) in kept]
            return
        # One that a test delivers again has an id the bot has passed: it goes out once all the same.
        self._waiting = [
            waiting
            for waiting in self._waiting
            if _update_id(waiting.update) >= offset or (waiting.again and not waiting.handed_out)
        ]

    def hand_out(self, limit: int) -> list[JsonObject]:
        """Return up to `limit` of what waits; it waits on until confirmed."""
        chosen = sorted(self._waiting, key=lambda waiting: _update_id(waiting.update))[:limit]
        for waiting in chosen:
            waiting.handed_out = True
        return [waiting.update for waiting in chosen]

    def confirm(self, update: JsonObject) -> None:
        """Forget this one: a webhook took it."""
        for waiting in self._waiting:
            if waiting.update is update:
                self._waiting.remove(waiting)
                return

    def clear(self) -> None:
        """Forget all that waits."""
        self._waiting.clear()

    def allow(self, kinds: Collection[str]) -> None:
        """Queue only updates of these kinds from now on; all when empty."""
        self.allowed = tuple(kinds)


def _update_id(update: JsonObject) -> int:
    number: int = update["update_id"]
    return number
