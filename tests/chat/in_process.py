"""The tests' Telegram without a network: what python-telegram-bot requests is handed to the server's own methods."""

import json
from collections import Counter
from typing import Any

from telegram.request import BaseRequest, RequestData

from bot.demo.errors import ApiError
from bot.demo.files import Upload
from bot.demo.server import METHODS, BotApiServer
from bot.demo.world import Call


class InProcess(BaseRequest):
    """Carries every request out at once, and counts those to each chat: messages, edits and answers to taps."""

    read_timeout = 5.0

    def __init__(self, server: BotApiServer) -> None:
        self.server = server
        self.told: Counter[int] = Counter()
        self.refused: list[tuple[Call, str]] = []

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(  # noqa: PLR0917 - the library's own order
        self,
        url: str,
        method: str,  # noqa: ARG002 - the library's
        request_data: RequestData | None = None,
        read_timeout: Any = None,  # noqa: ANN401, ARG002 - the library's
        write_timeout: Any = None,  # noqa: ANN401, ARG002 - the library's
        connect_timeout: Any = None,  # noqa: ANN401, ARG002 - the library's
        pool_timeout: Any = None,  # noqa: ANN401, ARG002 - the library's
    ) -> tuple[int, bytes]:
        """The status and body that the server would answer."""
        if "/file/bot" in url:
            stored = self.server.world.files.by_path(url.partition("/file/bot")[2].partition("/")[2])
            return (200, stored.content) if stored else (404, b"{}")
        asked = url.rpartition("/")[2]
        call = Call(METHODS.get(asked.lower(), asked), dict(request_data.json_parameters) if request_data else {}, {})
        for name, (file_name, content, kind) in ((request_data.multipart_data if request_data else None) or {}).items():
            call.files[name] = Upload(file_name, content if isinstance(content, bytes) else content.read(), kind)
        self._count(call)
        try:
            answer = await self.server.carry_out(call)
        except ApiError as refusal:
            answer = refusal.answer()
            self.refused.append((call, str(answer["description"])))
        return answer.get("error_code", 200), json.dumps(answer).encode()

    def _count(self, call: Call) -> None:
        if call.method == "answerCallbackQuery":
            self.told[self.server.world.taps[call.params["callback_query_id"]].user_id] += 1
        elif "chat_id" in call.params:
            self.told[int(call.params["chat_id"])] += 1
