"""A Bot API client with no opinion, and small pictures."""

import struct
import zlib
from io import BytesIO
from typing import Any

from aiohttp import ClientSession, FormData

TOKEN = "123456:TEST"  # noqa: S105  # the token of the server in these tests


class RawApi:
    """Posts JSON, or multipart when there are files, and returns the body as it came."""

    def __init__(self, session: ClientSession, url: str) -> None:
        self.session = session
        self.url = url

    async def __call__(self, method: str, /, **params: Any) -> dict[str, Any]:  # noqa: ANN401  # right or wrong
        """Call `method` with these parameters as JSON."""
        async with self.session.post(f"{self.url}/bot{TOKEN}/{method}", json=params) as response:
            answer: dict[str, Any] = await response.json()
            assert response.status == answer.get("error_code", 200)
            return answer

    async def upload(self, method: str, fields: dict[str, str], files: dict[str, bytes]) -> dict[str, Any]:
        """Call `method` with these fields and files as multipart."""
        form = FormData()
        for name, value in fields.items():
            form.add_field(name, value)
        for name, content in files.items():
            form.add_field(name, BytesIO(content), filename=f"{name}.png", content_type="image/png")
        async with self.session.post(f"{self.url}/bot{TOKEN}/{method}", data=form) as response:
            answer: dict[str, Any] = await response.json()
            return answer


def png(width: int = 2, height: int = 2) -> bytes:
    """A grey PNG of this size."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = b"".join(b"\0" + b"\x99" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
