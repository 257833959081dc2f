"""What the page, and tests in other processes, ask of the server: JSON under /demo/… and a stream of events.

A request that changes something must be JSON: a page of another origin cannot send that without asking first.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import quote

from aiohttp import web

from bot.demo.chat import Chat
from bot.demo.errors import ApiError, JsonObject
from bot.demo.faults import Faults
from bot.demo.files import StoredFile
from bot.demo.mails import MailFolder, attachments, html_body
from bot.demo.methods.account import menu_for
from bot.demo.tour import Step
from bot.demo.world import Happening, World

_PAGE = Path(__file__).parent / "page"
_TYPES: Final = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_PAGE_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
# A mail's own HTML: shown, never run, and nothing fetched for it.
_MAIL_HEADERS: Final = {
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    "X-Content-Type-Options": "nosniff",
}
# How often the mail folder is looked at while a page is open, in seconds.
_MAIL_LOOK_SECONDS = 1.0
# Shown in the browser, none of which can run a script here; anything else is downloaded.
_SHOWN: Final = frozenset({"image/png", "image/jpeg", "application/pdf"})


class PageApi:
    """The page's files and its JSON."""

    def __init__(
        self,
        world: World,
        faults: Faults,
        mail_folder: Path | None,
        controls: Mapping[str, Callable[[], Awaitable[str]]],
        suggestions: Sequence[str],
        *,
        tour: Sequence[Step],
    ) -> None:
        self._world = world
        self._faults = faults
        self._mails = MailFolder(mail_folder)
        self._shows_mails = mail_folder is not None
        self._controls = dict(controls)
        self._suggestions = list(suggestions)
        self._tour = [step.as_json() for step in tour]
        self._listeners: set[asyncio.Queue[Happening | None]] = set()
        world.listeners.append(self._tell)

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Add the page and what it asks for."""
        router.add_get("/", self._index)
        router.add_get("/page/{name}", self._file_of_page)
        router.add_get("/demo/state", self._state)
        router.add_get("/demo/events", self._events)
        router.add_post("/demo/users/{user_id}/messages", self._type)
        router.add_post("/demo/users/{user_id}/taps", self._tap)
        router.add_put("/demo/users/{user_id}/files/{name}", self._send_file)
        router.add_get("/demo/files/{file_id}", self._download)
        router.add_get("/demo/mails", self._mail_list)
        router.add_get("/demo/mails/{name}/body", self._mail_body)
        router.add_get("/demo/mails/{name}/attachments/{number}", self._mail_attachment)
        router.add_post("/demo/controls/{number}", self._control)
        router.add_post("/demo/faults", self._switch_faults)

    def stop(self) -> None:
        """Let every open page go."""
        for queue in self._listeners:
            queue.put_nowait(None)

    # The page

    async def _index(self, _: web.Request) -> web.Response:
        return _page_file("index.html")

    async def _file_of_page(self, request: web.Request) -> web.Response:
        return _page_file(request.match_info["name"])

    async def _state(self, _: web.Request) -> web.Response:
        return web.json_response(
            {
                "bot": self._world.bot.as_json(),
                "phones": [self._phone(chat) for chat in self._world.chats.values() if chat.user],
                "suggestions": self._suggestions,
                "controls": list(self._controls),
                "tour": self._tour,
                "mails": self._mails.summaries() if self._shows_mails else None,
            }
        )

    def _phone(self, chat: Chat) -> JsonObject:
        assert chat.user is not None  # noqa: S101  # the caller chose private chats
        return {
            "user": chat.user.as_json(),
            "commands": menu_for(self._world, chat.user),
            "messages": [message.as_json() for message in chat.messages.values()],
        }

    async def _events(self, request: web.Request) -> web.StreamResponse:
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        with suppress(ConnectionError):  # the page was closed while something was being written
            await response.write(b"retry: 1000\n\n")
            async for event in self._happenings(request):
                await response.write(f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode())
        return response

    async def _happenings(self, request: web.Request) -> AsyncIterator[JsonObject]:
        queue: asyncio.Queue[Happening | None] = asyncio.Queue()
        self._listeners.add(queue)
        mails = self._mails.names()
        try:
            while request.transport is not None and not request.transport.is_closing():
                try:
                    happening = await asyncio.wait_for(queue.get(), _MAIL_LOOK_SECONDS)
                except TimeoutError:
                    if mails != (mails := self._mails.names()):
                        yield {"kind": "mails", "chat_id": 0, "mails": self._mails.summaries()}
                    continue
                if happening is None:
                    return
                yield {"kind": happening.kind, "chat_id": happening.chat_id, **self._shown(happening)}
        finally:
            self._listeners.discard(queue)

    def _shown(self, happening: Happening) -> JsonObject:
        if happening.kind != "menu":
            return happening.content
        return {"menus": {user.id: menu_for(self._world, user) for user in self._world.users.values()}}

    def _tell(self, happening: Happening) -> None:
        for queue in self._listeners:
            queue.put_nowait(happening)

    # What a person does

    async def _type(self, request: web.Request) -> web.Response:
        wish = await _json(request)
        try:
            update_id = self._world.type(
                self._user_id(request), str(wish.get("text", "")), update_id=wish.get("update_id")
            )
        except (ValueError, ApiError) as error:
            raise _refusal(error) from error
        return web.json_response({"update_id": update_id})

    async def _tap(self, request: web.Request) -> web.Response:
        wish = await _json(request)
        try:
            update_id = self._world.tap(self._user_id(request), int(wish["message_id"]), str(wish["data"]))
        except (ValueError, KeyError) as error:
            raise _refusal(error) from error
        update = self._world.updates.known(update_id) or {}
        return web.json_response({"update_id": update_id, "query_id": update["callback_query"]["id"]})

    async def _send_file(self, request: web.Request) -> web.Response:
        user_id, name, content = self._user_id(request), request.match_info["name"], await request.read()
        try:
            if request.content_type in {"image/png", "image/jpeg"}:
                update_id = self._world.send_photo(user_id, content)
            else:
                update_id = self._world.send_document(user_id, name, content, request.content_type)
        except ApiError as error:
            raise _refusal(error) from error
        return web.json_response({"update_id": update_id})

    async def _download(self, request: web.Request) -> web.Response:
        stored = self._world.file(request.match_info["file_id"])
        if stored is None:
            raise web.HTTPNotFound
        return _file_response(_shown_name(stored), stored.mime_type, stored.content)

    def _user_id(self, request: web.Request) -> int:
        try:
            return self._world.users[int(request.match_info["user_id"])].id
        except (ValueError, KeyError):
            raise web.HTTPNotFound from None

    # Mails

    async def _mail_list(self, _: web.Request) -> web.Response:
        return web.json_response(self._mails.summaries())

    async def _mail_body(self, request: web.Request) -> web.Response:
        mail = self._mails.mail(request.match_info["name"])
        if mail is None:
            raise web.HTTPNotFound
        return web.Response(text=html_body(mail), content_type="text/html", headers=_MAIL_HEADERS)

    async def _mail_attachment(self, request: web.Request) -> web.Response:
        mail = self._mails.mail(request.match_info["name"])
        try:
            file = attachments(mail)[int(request.match_info["number"])] if mail else None
        except (ValueError, IndexError):
            file = None
        if file is None:
            raise web.HTTPNotFound
        return _file_response(file.name, file.mime_type, file.content)

    # Behind the scenes

    async def _control(self, request: web.Request) -> web.Response:
        await _json(request)
        try:
            control = list(self._controls.values())[int(request.match_info["number"])]
        except (ValueError, IndexError):
            raise web.HTTPNotFound from None
        return web.json_response({"text": await control()})

    async def _switch_faults(self, request: web.Request) -> web.Response:
        try:
            self._faults.apply(await _json(request))
        except (ValueError, TypeError) as error:
            raise _refusal(error) from error
        return web.json_response({"ok": True})


async def _json(request: web.Request) -> JsonObject:
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        wish = await request.json()
    except ValueError:
        wish = None
    if not isinstance(wish, dict):
        raise web.HTTPBadRequest(text="A JSON object is expected")
    return wish


def _refusal(error: Exception) -> web.HTTPBadRequest:
    return web.HTTPBadRequest(text=error.description if isinstance(error, ApiError) else str(error))


def _page_file(name: str) -> web.Response:
    path = _PAGE / name
    if path.suffix not in _TYPES or not path.is_file():
        raise web.HTTPNotFound
    return web.Response(
        text=path.read_text(encoding="utf-8"), content_type=_TYPES[path.suffix], charset="utf-8", headers=_PAGE_HEADERS
    )


def _shown_name(stored: StoredFile) -> str:
    return stored.path.rpartition("/")[2] if stored.kind == "photo" else stored.name


def _file_response(name: str, mime_type: str, content: bytes) -> web.Response:
    shown = mime_type if mime_type in _SHOWN else "application/octet-stream"
    place = "inline" if mime_type in _SHOWN else "attachment"
    headers = {
        "Content-Disposition": f"{place}; filename*=UTF-8''{quote(name)}",
        "X-Content-Type-Options": "nosniff",
    }
    return web.Response(body=content, content_type=shown, headers=headers)
