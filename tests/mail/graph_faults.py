"""Failures of Microsoft Graph, to be switched on."""

import threading
from collections import defaultdict, deque
from dataclasses import dataclass
from enum import Enum, auto

_CODES = {
    400: "ErrorInvalidRequest",
    401: "InvalidAuthenticationToken",
    403: "ErrorAccessDenied",
    404: "ErrorInvalidUser",
    413: "RequestEntityTooLarge",
    429: "ApplicationThrottled",
    503: "ServiceUnavailable",
}


class Trouble(Enum):
    """A failure that is no answer."""

    CUT_BEFORE = auto()  # the connection breaks, nothing is done
    CUT_AFTER = auto()  # all is done, then the connection breaks
    SILENCE = auto()  # no answer, ever
    PAGE = auto()  # something in between answers with a page of its own
    LOSE = auto()  # for uploads: the bytes are taken and thrown away


@dataclass(frozen=True, slots=True)
class Fault:
    """A status, or a trouble, that one request meets."""

    kind: int | Trouble
    code: str
    retry_after: str | None


class Faults:
    """What goes wrong next, by operation.

    Operations: discovery, token, devicecode, draft, attach, session, upload, send, read, find, list, change, delete,
    inbox, mime.
    """

    def __init__(self) -> None:
        self._queues: dict[str, deque[Fault | None]] = defaultdict(deque)
        self._lock = threading.Lock()

    def on(
        self, operation: str, kind: int | Trouble, *, code: str = "", retry_after: str | None = None,
        times: int = 1, skip: int = 0,
    ) -> None:  # fmt: skip
        """Let the next requests of an operation fail, each with a status or a trouble, after `skip` that do not."""
        if isinstance(kind, int):
            code = code or _CODES.get(kind, "InternalServerError")
        with self._lock:
            self._queues[operation].extend([None] * skip + [Fault(kind, code, retry_after)] * times)

    def take(self, operation: str) -> Fault | None:
        """The fault that the present request meets."""
        with self._lock:
            queue = self._queues[operation]
            return queue.popleft() if queue else None
