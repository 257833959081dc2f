"""The HTTP under the library, against servers of loopback that behave well or badly."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import BodyPartReader, encode_basic_auth, web
from telegram import Bot, InputFile
from telegram.error import NetworkError, TimedOut

from handlers.transport import AiohttpRequest

TOKEN = "123:secret"  # noqa: S105 - of a server of the tests
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    """A server whose every address is answered by the handler; its root."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def bot(root: str, connections: int = 4) -> AsyncIterator[Bot]:
    """A bot of the library that speaks to this root."""
    request = AiohttpRequest(connections)
    await request.initialize()
    try:
        yield Bot(TOKEN, base_url=f"{root}/bot", request=request, get_updates_request=AiohttpRequest(1))
    finally:
        await request.shutdown()


def ok(result: object = True) -> web.Response:  # noqa: FBT002 - what the Bot API answers mostly
    return web.json_response({"ok": True, "result": result})


async def test_a_file_arrives_byte_for_byte_under_its_own_name_with_the_other_parameters() -> None:
    content = bytes(range(256)) * 4_000
    parts: dict[str | None, bytes] = {}
    names: list[str] = []

    async def take(request: web.Request) -> web.Response:
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader)
            parts[part.filename or part.name] = bytes(await part.read(decode=False))
            names.append(part.filename or "")
        return ok({"message_id": 1, "date": 0, "chat": {"id": 7, "type": "private"}})

    async with serving(take) as root, bot(root) as sender:
        name = 'Año "2019"\\señal.pdf'
        await sender.send_document(7, InputFile(content, name), caption="Señora Muñoz & Cía. «ñ»")
        await sender.send_document(7, InputFile(b"", "a\r\nX-Evil: 1.txt"))

    assert (parts["chat_id"], parts["caption"].decode()) == (b"7", "Señora Muñoz & Cía. «ñ»")
    assert list(filter(None, names)) == ["Año '2019'_señal.pdf", "aX-Evil: 1.txt"]
    assert (parts["Año '2019'_señal.pdf"], parts["aX-Evil: 1.txt"]) == (content, b"")


async def test_parameters_without_files_arrive_as_they_were_written() -> None:
    seen: dict[str, str] = {}
    text = "100 % ñ & = + %41 😀 " + "".join(map(chr, range(128)))

    async def take(request: web.Request) -> web.Response:
        seen.update(await request.json())
        return ok()

    async with serving(take) as root, bot(root) as sender:
        await sender.answer_callback_query("1", text)

    assert seen == {"callback_query_id": "1", "text": text}


@pytest.mark.slow
async def test_an_answer_that_does_not_come_is_a_timeout_and_the_next_request_works() -> None:
    slow = asyncio.Event()

    async def sleep(_: web.Request) -> web.Response:
        if not slow.is_set():
            slow.set()
            await asyncio.sleep(1)
        return ok()

    async with serving(sleep) as root, bot(root) as sender:
        with pytest.raises(TimedOut):
            await sender.delete_webhook(read_timeout=0.1)
        assert await sender.delete_webhook()


async def test_a_file_may_take_as_long_to_write_as_writing_takes() -> None:
    async def swallow(request: web.Request) -> web.Response:
        await asyncio.sleep(0.3)
        await request.read()
        return ok({"message_id": 1, "date": 0, "chat": {"id": 7, "type": "private"}})

    async with serving(swallow) as root, bot(root) as sender:
        await sender.send_document(7, InputFile(b"x" * 100_000), read_timeout=0.1, write_timeout=5)
        with pytest.raises(TimedOut):
            await sender.send_document(7, InputFile(b"x" * 100_000), read_timeout=0.1, write_timeout=0.05)


async def test_a_connection_that_is_refused_or_cut_is_a_network_error() -> None:
    async def cut(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.close()
        return ok()

    async with serving(cut) as root, bot(root) as sender:
        with pytest.raises(NetworkError):
            await sender.delete_webhook()
    async with bot(root) as sender:
        with pytest.raises(NetworkError) as refused:
            await sender.delete_webhook()
        assert not isinstance(refused.value, TimedOut)


async def test_nonsense_for_an_answer_is_a_network_error_that_does_not_name_the_token(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"NONSENSE 1.0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(nonsense, "127.0.0.1", 0)
    root = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, bot(root) as sender:
        with caplog.at_level(logging.DEBUG), pytest.raises(NetworkError) as fault:
            await sender.delete_webhook()
    assert "secret" not in f"{fault.value!r} {fault.value.__context__ and fault.value.__suppress_context__}"
    assert not [record for record in caplog.records if record.name.startswith("aiohttp") and "secret" in record.message]


async def test_no_more_connections_are_open_than_were_asked_for_and_one_is_used_again() -> None:
    present, busiest, ports = 0, 0, set[int]()

    async def count(request: web.Request) -> web.Response:
        nonlocal present, busiest
        assert request.transport is not None
        ports.add(request.transport.get_extra_info("peername")[1])
        present += 1
        busiest = max(busiest, present)
        await asyncio.sleep(0.02)
        present -= 1
        return ok()

    async with serving(count) as root, bot(root, connections=3) as sender:
        await asyncio.gather(*(sender.delete_webhook(pool_timeout=10) for _ in range(12)))
    assert busiest == len(ports) == 3


async def test_who_waits_too_long_for_a_free_connection_is_told_so() -> None:
    came, may_end = asyncio.Event(), asyncio.Event()

    async def hold(_: web.Request) -> web.Response:
        came.set()
        await may_end.wait()
        return ok()

    async with serving(hold) as root, bot(root, connections=1) as sender:
        first = asyncio.create_task(sender.delete_webhook(read_timeout=60))
        await came.wait()
        with pytest.raises(TimedOut):
            await sender.delete_webhook(pool_timeout=0.05, connect_timeout=0.05)
        may_end.set()
        assert await first


async def test_a_proxy_of_the_environment_is_used_and_passed_over_for_who_needs_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    async def forward(request: web.Request) -> web.Response:
        asked.append(f"{request.host}")
        return ok()

    async def direct(_: web.Request) -> web.Response:
        return ok(False)  # noqa: FBT003 - told from what the proxy answers

    async with serving(forward) as proxy, serving(direct) as root:
        monkeypatch.setenv("HTTP_PROXY", proxy)
        monkeypatch.setenv("NO_PROXY", "")
        async with bot("http://telegram.example") as sender:
            assert await sender.delete_webhook() is True
        assert asked == ["telegram.example"]
        for passed_over in ("127.0.0.1", root.removeprefix("http://")):
            monkeypatch.setenv("NO_PROXY", passed_over)
            async with bot(root) as sender:
                assert await sender.delete_webhook() is False


async def test_a_proxy_may_be_named_without_its_scheme(monkeypatch: pytest.MonkeyPatch) -> None:
    async def forward(_: web.Request) -> web.Response:
        return ok()

    async with serving(forward) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.removeprefix("http://"))
        monkeypatch.setenv("NO_PROXY", "")
        async with bot("http://telegram.example") as sender:
            assert await sender.delete_webhook() is True


async def test_a_proxy_is_told_the_name_and_password_that_its_address_has_and_telegram_none_of_a_netrc(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[tuple[str | None, str | None]] = []

    async def note(request: web.Request) -> web.Response:
        said.append((request.headers.get("Proxy-Authorization"), request.headers.get("Authorization")))
        return ok()

    netrc = tmp_path / "netrc"
    netrc.write_text("default login someone password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    async with serving(note) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.replace("://", "://office:s%40lt@"))
        monkeypatch.setenv("NO_PROXY", "")
        async with bot("http://telegram.example") as sender:
            await sender.delete_webhook()
    assert said == [(encode_basic_auth("office", "s@lt"), None)]


async def test_it_is_initialized_before_it_is_used_and_may_be_again_after_a_shutdown() -> None:
    async def answer(_: web.Request) -> web.Response:
        return ok()

    request = AiohttpRequest(1)
    async with serving(answer) as root:
        with pytest.raises(RuntimeError):
            await request.do_request(root, "POST")
        for _ in range(2):
            await request.initialize()
            await request.initialize()
            assert (await request.do_request(root, "POST"))[0] == 200
            await request.shutdown()
            await request.shutdown()


async def test_a_stop_between_beginning_and_the_first_request_leaves_nothing_open() -> None:
    complaints: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context["message"]))
    request = AiohttpRequest(1)
    await request.initialize()
    del request
    gc.collect()
    assert complaints == []


async def test_the_log_says_at_debug_what_was_asked_of_telegram_and_nothing_that_was_written(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """LOG_LEVEL=DEBUG showed no more than INFO, and docs/fallas.md sends there who looks for a fault."""

    async def take(_: web.Request) -> web.Response:
        return ok({"message_id": 1, "date": 0, "chat": {"id": 7, "type": "private"}})

    with caplog.at_level(logging.DEBUG, "handlers"):
        async with serving(take) as root, bot(root) as sender:
            await sender.send_message(7, "Ramiro debe $2,842.00")

    assert [record.getMessage() for record in caplog.records if record.name.startswith("handlers")] == [
        "sendMessage: 200"
    ]
