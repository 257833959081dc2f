"""What stands before replicas: each connection goes to the next of them that takes it."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from itertools import cycle, islice


@asynccontextmanager
async def balancing(ports: Sequence[int]) -> AsyncIterator[int]:
    """A port whose connections are passed on to these in turn; one where nobody listens is passed over."""
    under_way: set[asyncio.Task[None]] = set()
    turns = cycle(ports)

    def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(_pass_on(turns, len(ports), reader, writer))
        under_way.add(task)
        task.add_done_callback(under_way.discard)

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    for task in list(under_way):
        task.cancel()
    await asyncio.gather(*under_way, return_exceptions=True)


async def _pass_on(
    turns: Iterator[int], tries: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    for port in islice(turns, tries):
        try:
            back, forth = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            continue
        ways = [asyncio.create_task(_pour(reader, forth)), asyncio.create_task(_pour(back, writer))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            forth.close()
        break
    writer.close()


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while part := await reader.read(1 << 16):
            writer.write(part)
            await writer.drain()
    except OSError:
        pass
