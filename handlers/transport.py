"""The HTTP under python-telegram-bot: aiohttp in place of httpx, which is its bottleneck (docs/decisions/0020)."""

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, TypeAlias
from urllib.request import getproxies, proxy_bypass

import aiohttp
from telegram import Bot
from telegram.error import EndPointNotFound, InvalidToken, NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

# What python-telegram-bot's own transport waits: to read, to write files, to connect, for a free connection.
_READ_SECONDS = 5.0
_WRITE_FILES_SECONDS = 20.0
_CONNECT_SECONDS = 5.0
_POOL_SECONDS = 1.0
# A quote or a line break would end a file's name in the header of its part.
_UNSAFE_IN_NAMES = str.maketrans(dict.fromkeys(map(chr, (*range(32), 127)), "") | {'"': "'", "\\": "_"})

_log = logging.getLogger(__name__)

# The library types each wait as a number, None, or «not said»; the last is a class of its own that is not public.
Wait: TypeAlias = Any


class ReceiptLostError(NetworkError):
    """The request had left, and no answer came: Telegram may have done what it asks for."""


class AiohttpRequest(BaseRequest):
    """Requests over at most so many connections at once; proxies as HTTPS_PROXY and NO_PROXY say."""

    def __init__(self, connections: int) -> None:
        self._connections = connections
        self._is_open = False
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds that an answer is waited for; long polling adds its own."""
        return _READ_SECONDS

    async def initialize(self) -> None:
        """Let requests be made; once is enough."""
        # The pool is opened with the first one: the library forgets to close what it had begun to initialize when a
        # stop came in between.
        self._is_open = True

    async def shutdown(self) -> None:
        """Close what is open; it may be initialized again."""
        self._is_open = False
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(  # noqa: PLR0917 - the library's own order
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Wait = BaseRequest.DEFAULT_NONE,
        write_timeout: Wait = BaseRequest.DEFAULT_NONE,
        connect_timeout: Wait = BaseRequest.DEFAULT_NONE,
        pool_timeout: Wait = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """The status and body of the answer; raises TimedOut, NetworkError, and RuntimeError when not initialized."""
        if not self._is_open:
            raise RuntimeError("initialize() comes first")
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                # Not trust_env: at each request it looks in the environment and for a .netrc, both in other threads,
                # which cost a third of an answer. All requests go to one server.
                proxy=proxy_for(url),
            )
        sent = request_data or RequestData()
        files = sent.multipart_data
        read, write = _said(read_timeout, _READ_SECONDS), _said(write_timeout, _WRITE_FILES_SECONDS)
        connect, pool = _said(connect_timeout, _CONNECT_SECONDS), _said(pool_timeout, _POOL_SECONDS)
        timeout = aiohttp.ClientTimeout(
            total=None,
            # aiohttp counts the wait for a free connection and the connecting together.
            connect=None if connect is None or pool is None else connect + pool,
            sock_connect=connect,
            # And has no wait for writing: the one for reading begins with the request.
            sock_read=read + write if files and read and write else read,
        )
        # Not as a form where there are no files: a statement would be written twice and be half as long again.
        form, plain = (_form(sent.json_parameters, files), None) if files else (None, sent.parameters or None)
        try:
            async with self._session.request(
                method, url, data=form, json=plain, timeout=timeout, allow_redirects=False
            ) as answer:
                status, content = answer.status, await answer.read()
        except TimeoutError as late:
            raise TimedOut from late
        except (aiohttp.ClientError, OSError) as fault:
            kind = NetworkError if isinstance(fault, aiohttp.ClientConnectorError) else ReceiptLostError
            # The texts of some have the address, and with it the token.
            raise kind(f"aiohttp.{type(fault).__name__}") from None
        # The name of the request alone: the address has the token, and the rest what customers owe.
        _log.debug("%s: %s", url.rpartition("/")[2], status)
        # The library gets files by GET. A gateway that says that it failed has passed nothing on.
        if status >= HTTPStatus.MULTIPLE_CHOICES and method != "GET" and _answer(content) is None:
            raise NetworkError(f"the answer ({status}) is not of the Bot API")
        return status, content

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """What Telegram answered; raises ReceiptLostError where something else did, which may have passed it on."""
        answer = _answer(payload)
        if answer is None:
            raise ReceiptLostError("the answer is not of the Bot API")
        return answer


async def request(
    bot: Bot,
    method: str,
    parameters: dict[str, Any],
    read_timeout: float | None = None,
) -> Any:  # noqa: ANN401 - as it comes
    """A request by its name; raises InvalidToken where the library takes a refused token for an unknown method."""
    waits: dict[str, Any] = {} if read_timeout is None else {"read_timeout": read_timeout}
    try:
        return await bot.do_api_request(method, parameters, **waits)
    except EndPointNotFound as unknown:
        refused = unknown.__cause__
        # Telegram answers 401 to the one and 404 to the other; the library makes one error of both.
        if isinstance(refused, InvalidToken) and refused.message == HTTPStatus.UNAUTHORIZED.phrase:
            raise refused from None
        raise


def _answer(content: bytes) -> dict[str, Any] | None:
    """Bot API, «Making requests»: an object with `ok`, and `result` when that is true; None for anything else."""
    try:
        answer = json.loads(content)
    except ValueError:
        return None
    is_one = isinstance(answer, dict) and "ok" in answer and (not answer["ok"] or "result" in answer)
    return answer if is_one else None


def proxy_for(url: str) -> str | None:
    """The proxy that the environment, or else the system, names for an address."""
    address = URL(url)
    named = getproxies().get(address.scheme, "").strip()
    # NO_PROXY may name a port, too.
    if not named or proxy_bypass(f"{address.host}:{address.port}"):
        return None
    # As curl takes one: `proxy.example:3128`.
    return named if "://" in named else f"http://{named}"


def _said(wait: Wait, otherwise: float) -> float | None:
    if wait is BaseRequest.DEFAULT_NONE:
        return otherwise
    return None if wait is None else float(wait)


def _form(data: Mapping[str, str], files: Mapping[str, Any]) -> aiohttp.FormData:
    # Telegram takes a file's name as it stands: what aiohttp quotes would be shown as %C3%B3.
    form = aiohttp.FormData(data, quote_fields=False)
    for field, (name, content, kind) in files.items():
        form.add_field(field, content, filename=name.translate(_UNSAFE_IN_NAMES), content_type=kind)
    return form
