"""What the page, and tests in other processes, ask of the server: JSON under /demo/… and a stream of events."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from aiohttp import web

from bot.demo.faults import Faults
from bot.demo.world import World


class PageApi:
    """Routes of the page."""

    def __init__(
        self,
        world: World,
        faults: Faults,
        mail_folder: Path | None,
        controls: Mapping[str, Callable[[], Awaitable[str]]],
        suggestions: Sequence[str],
    ) -> None:
        self._world = world
        self._faults = faults

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Add them."""

    def stop(self) -> None:
        """Let listeners go."""
