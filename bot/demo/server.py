"""The Bot API on loopback: `{url}/bot{token}/{method}`, `{url}/file/bot{token}/{path}`, and the page at `{url}/`."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Self

from aiohttp import web

from bot.demo.chat import User
from bot.demo.delivery import Delivery
from bot.demo.errors import ApiError, JsonObject
from bot.demo.faults import Fault, Faults
from bot.demo.limits import DOCUMENT_MAX_BYTES
from bot.demo.methods import account, editing, sending
from bot.demo.methods.context import Context
from bot.demo.methods.parameters import checked, read
from bot.demo.methods.signatures import SIGNATURES
from bot.demo.page_api import PageApi
from bot.demo.tour import Step
from bot.demo.world import Call, World

# A multipart body is a little longer than the file in it.
_BODY_MAX_BYTES = DOCUMENT_MAX_BYTES + (1 << 20)
_SHUTDOWN_SECONDS = 0.5
METHODS = {name.lower(): name for name in SIGNATURES}


class BotApiServer:
    """A Telegram for one bot, all in memory.

    `port` 0 takes a free one. `mail_folder` is where the page finds the mails that left (*.eml). `controls` are the
    page's extra buttons: label → what it does, which returns a sentence to show. `suggestions` are texts to try, and
    `tour` leads through what there is.
    """

    def __init__(
        self,
        token: str,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        mail_folder: Path | None = None,
        controls: Mapping[str, Callable[[], Awaitable[str]]] = MappingProxyType({}),
        suggestions: Sequence[str] = (),
        tour: Sequence[Step] = (),
        bot_name: str = "Cobranza",
    ) -> None:
        self.token = token
        self.url = ""
        self._host = host
        self._port = port
        number = token.partition(":")[0]
        bot_id = int(number) if number.isdecimal() else 1
        self.world = World(User(bot_id, bot_name, username="cobranza_bot", is_bot=True))
        self.faults = Faults()
        self._delivery = Delivery(self.world)
        self._handlers = {
            **account.HANDLERS,
            **sending.HANDLERS,
            **editing.HANDLERS,
            **self._delivery.handlers,
        }
        self._page = PageApi(self.world, self.faults, mail_folder, controls, suggestions, tour=tour)
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen; `url` is set from then on."""
        application = web.Application(client_max_size=_BODY_MAX_BYTES)
        application.router.add_route("*", "/bot{token}/{method}", self._serve_method)
        application.router.add_get("/file/bot{token}/{path:.+}", self._serve_file)
        self._page.add_routes(application.router)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        self.url = f"http://{self._host}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Let go of whoever waits, and close."""
        await self._delivery.stop()
        self._page.stop()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _serve_method(self, request: web.Request) -> web.StreamResponse:
        asked = request.match_info["method"]
        method = METHODS.get(asked.lower(), asked)
        call = Call(method, {}, {})
        fault = self.faults.take(method)
        try:
            answer = await self._carried_out(request, call, fault)
        except ApiError as refusal:
            answer = refusal.answer()
        if fault and fault.kind in {"silence", "accept_then_cut"}:
            self._noted(call, None)
            return _cut(request)
        if fault and fault.kind == "nonsense":
            self._noted(call, None)
            return web.Response(body=fault.body, content_type="text/html")
        gone = request.transport is None or request.transport.is_closing()
        self._noted(call, None if gone else answer)
        return web.json_response(answer, status=answer.get("error_code", 200))

    async def _carried_out(self, request: web.Request, call: Call, fault: Fault | None) -> JsonObject:
        if request.match_info["token"] != self.token:
            raise ApiError(401, "Unauthorized")
        call.params, call.files = await read(request)
        if fault and fault.kind in {"silence", "nonsense"}:
            return {}
        if fault and fault.kind == "flood":
            seconds = int(fault.seconds)
            raise ApiError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})
        if fault and fault.kind == "error":
            raise ApiError(500, "Internal Server Error")
        if fault and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        return await self.carry_out(call)

    async def carry_out(self, call: Call) -> JsonObject:
        """Do what a call asks, as it was read, without any HTTP; raises ApiError."""
        if call.method not in SIGNATURES or (self.faults.rich_off and call.method == "sendRichMessage"):
            raise ApiError(404, "Not Found: method not found")
        if self.faults.rich_off:
            call.params.pop("rich_message", None)  # an old server passes over what it does not know
        call.params = checked(call.method, call.params, call.files)
        context = Context(self.world, self.faults, call.params, call.files)
        return {"ok": True, "result": await self._handlers[call.method](context)}

    def _noted(self, call: Call, answer: JsonObject | None) -> None:
        """Write the call down; a getUpdates that brought nothing says nothing and would crowd the rest out."""
        call.answer = answer
        if call.method != "getUpdates":
            self.world.calls.append(call)
            self.world.changed()
        elif answer is not None and answer.get("result") != []:
            self.world.calls.append(call)

    async def _serve_file(self, request: web.Request) -> web.Response:
        stored = self.world.files.by_path(request.match_info["path"])
        if request.match_info["token"] != self.token or stored is None:
            return web.json_response({"ok": False, "error_code": 404, "description": "Not Found"}, status=404)
        return web.Response(body=stored.content, content_type="application/octet-stream")


def _cut(request: web.Request) -> web.Response:
    """Close the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
