"""The log: to standard error, without secrets."""

import logging
import re
import sys
from collections.abc import Callable, Iterable
from urllib.parse import quote

# Libraries that tell of every request, O365 with its body, and every tick.
_TALKATIVE = ("httpx", "httpcore", "O365", "msal", "urllib3", "aiohttp.access", "apscheduler", "alembic", "telegram")
# A Bot API address carries the token, whoever's it is.
_TOKEN_IN_URL = re.compile(r"/bot\d+:[\w-]+")
# PostgreSQL's errors quote the row, or the line of a COPY; a comment in it may have lines of its own.
_ROW_IN_ERROR = re.compile(
    r"^(DETAIL|CONTEXT): .*?(?=\n(?:\[SQL|CONTEXT: |\n(?:The above|During))|\Z)", re.MULTILINE | re.DOTALL
)
HIDDEN = "***"


def hider(secrets: Iterable[str]) -> Callable[[str], str]:
    """What writes `***` in a text for each secret, also where it is part of a URL."""
    forms = {form for secret in secrets if secret for form in (secret, quote(secret, safe=""), repr(secret)[1:-1])}
    # Longest first: one secret may be part of another.
    longest_first = sorted(forms, key=len, reverse=True)
    known = re.compile("|".join(map(re.escape, longest_first))) if forms else None

    def hide(text: str) -> str:
        text = _TOKEN_IN_URL.sub(f"/bot{HIDDEN}", text)
        return known.sub(HIDDEN, text) if known else text

    return hide


class SecretlessFormatter(logging.Formatter):
    """Writes `***` for each secret wherever it stands: message, arguments, exception."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._hide = hider(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """The line, secrets and the rows of errors replaced."""
        return _ROW_IN_ERROR.sub(rf"\1: {HIDDEN}", self._hide(super().format(record)))


def configure(level: str, secrets: Iterable[str]) -> None:
    """Log from `level` on to standard error, and nothing of `secrets`; talkative libraries from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(SecretlessFormatter(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
