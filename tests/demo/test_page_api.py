"""What the page asks of the server, over HTTP."""

import json
import os
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.demo.server import BotApiServer
from tests.demo.client import TOKEN, RawApi, png


def mail(subject: str) -> bytes:
    message = EmailMessage()
    message["From"] = "Cobranza <cobranza@example.com>"
    message["To"] = "Ramiro Aldana <pagos@example.com>"
    message["Subject"] = subject
    message["Date"] = "Tue, 16 Jul 2019 09:30:00 -0600"
    message.set_content("Estimado cliente")
    message.add_alternative('<p>Saldo</p><img src="cid:logo"><script>alert(1)</script>', subtype="html")
    body = message.get_payload()[1]  # type: ignore[index]  # the alternative just added
    body.add_related(png(), "image", "png", cid="<logo>")  # type: ignore[union-attr]  # it is a part
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="Estado ñ.pdf")
    return bytes(message)


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[BotApiServer]:
    """A server with a mail folder, a control and a suggestion; Ana is there."""

    async def remind() -> str:
        return "Recordatorio enviado"

    server = BotApiServer(TOKEN, mail_folder=tmp_path, controls={"Recordatorio": remind}, suggestions=["/estado CL002"])
    async with server:
        server.world.add_user(7, "Ana")
        yield server


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as made:
        yield made


async def got(session: ClientSession, url: str) -> Any:  # noqa: ANN401  # JSON
    async with session.get(url) as response:
        assert response.status == 200
        return await response.json()


async def test_the_state_has_what_a_new_page_shows(demo: BotApiServer, session: ClientSession) -> None:
    api = RawApi(session, demo.url)
    await api("setMyCommands", commands=[{"command": "hoy", "description": "Lo de hoy"}])
    await api("sendMessage", chat_id=7, text="Hola")

    state = await got(session, f"{demo.url}/demo/state")

    (phone,) = state["phones"]
    assert phone["user"]["first_name"] == "Ana"
    assert phone["commands"] == [{"command": "hoy", "description": "Lo de hoy"}]
    assert [message["text"] for message in phone["messages"]] == ["Hola"]
    assert (state["suggestions"], state["controls"], state["mails"]) == (["/estado CL002"], ["Recordatorio"], [])


async def test_typing_tapping_and_sending_files_become_updates(demo: BotApiServer, session: ClientSession) -> None:
    api = RawApi(session, demo.url)
    markup = {"inline_keyboard": [[{"text": "Sí", "callback_data": "si"}]]}
    await api("sendMessage", chat_id=7, text="¿Seguro?", reply_markup=markup)
    person = f"{demo.url}/demo/users/7"

    await session.post(f"{person}/messages", json={"text": "/hoy"})
    await session.post(f"{person}/taps", json={"message_id": 1, "data": "si"})
    await session.put(f"{person}/files/datos.csv", data=b"a;b", headers={"Content-Type": "text/csv"})
    await session.put(f"{person}/files/x.png", data=png(), headers={"Content-Type": "image/png"})

    text, tap, document, photo = (await api("getUpdates"))["result"]
    assert text["message"]["text"] == "/hoy"
    assert tap["callback_query"]["data"] == "si"
    assert document["message"]["document"]["file_name"] == "datos.csv"
    async with session.get(f"{demo.url}/demo/files/{photo['message']['photo'][0]['file_id']}") as response:
        assert (response.content_type, await response.read()) == ("image/png", png())


@pytest.mark.parametrize(
    ("path", "wish", "status", "says"),
    [
        ("users/7/taps", {"message_id": 1, "data": "si"}, 400, "No button 'si' on message 1"),
        ("users/7/messages", {"text": " "}, 400, "no empty text"),
        ("users/9/messages", {"text": "x"}, 404, "Not Found"),
        ("users/7/messages", ["x"], 400, "A JSON object is expected"),
        ("faults", {"kind": "earthquake"}, 400, "Unknown fault: earthquake"),
        ("controls/5", {}, 404, "Not Found"),
    ],
)
async def test_what_cannot_be_done_is_refused(
    demo: BotApiServer, session: ClientSession, *, path: str, wish: object, status: int, says: str
) -> None:
    async with session.post(f"{demo.url}/demo/{path}", json=wish) as response:
        assert response.status == status
        assert says in await response.text()


async def test_another_sites_form_can_change_nothing(demo: BotApiServer, session: ClientSession) -> None:
    headers = {"Content-Type": "text/plain"}
    async with session.post(f"{demo.url}/demo/users/7/messages", data='{"text": "x"}', headers=headers) as response:
        assert response.status == 415
    assert demo.world.messages(7) == []


async def test_faults_can_be_switched_from_another_process(demo: BotApiServer, session: ClientSession) -> None:
    api = RawApi(session, demo.url)

    await session.post(f"{demo.url}/demo/faults", json={"kind": "flood", "seconds": 4})

    assert (await api("getMe"))["parameters"] == {"retry_after": 4}


async def test_a_control_does_its_work_and_says_so(demo: BotApiServer, session: ClientSession) -> None:
    async with session.post(f"{demo.url}/demo/controls/0", json={}) as response:
        assert await response.json() == {"text": "Recordatorio enviado"}


async def test_mails_are_listed_newest_first_with_body_and_files(
    demo: BotApiServer, session: ClientSession, tmp_path: Path
) -> None:
    (tmp_path / "1.eml").write_bytes(mail("Primero"))
    os.utime(tmp_path / "1.eml", (1_000_000_000, 1_000_000_000))
    (tmp_path / "2.eml").write_bytes(mail("Segundo ñ"))
    (tmp_path / "drafts").mkdir()
    (tmp_path / "drafts" / "3.eml").write_bytes(mail("Borrador"))

    mails = await got(session, f"{demo.url}/demo/mails")

    assert [one["subject"] for one in mails] == ["Segundo ñ", "Primero"]
    assert mails[0]["to"] == "Ramiro Aldana <pagos@example.com>"
    assert mails[0]["attachments"] == [{"name": "Estado ñ.pdf", "size": 4, "mime_type": "application/pdf"}]
    async with session.get(f"{demo.url}/demo/mails/2.eml/attachments/0") as response:
        assert (response.content_type, await response.read()) == ("application/pdf", b"%PDF")
        assert response.headers["Content-Disposition"].endswith("filename*=UTF-8''Estado%20%C3%B1.pdf")
    async with session.get(f"{demo.url}/demo/mails/2.eml/body") as response:
        assert 'src="data:image/png;base64,' in await response.text()
        assert response.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    for missing in ("3.eml/body", "..%2f1.eml/body", "2.eml/attachments/7"):
        async with session.get(f"{demo.url}/demo/mails/{missing}") as response:
            assert response.status == 404


@pytest.mark.slow
async def test_what_happens_is_streamed(demo: BotApiServer, session: ClientSession, tmp_path: Path) -> None:
    api = RawApi(session, demo.url)
    markup = {"inline_keyboard": [[{"text": "Sí", "callback_data": "si"}]]}

    async with session.get(f"{demo.url}/demo/events") as stream:
        await stream.content.readuntil(b"\n\n")  # how soon to come back
        await api("sendChatAction", chat_id=7, action="typing")
        await api("sendMessage", chat_id=7, text="¿Seguro?", reply_markup=markup)
        demo.world.tap(7, 1, "si")
        await api("answerCallbackQuery", callback_query_id="4000000000", text="Ya")
        await api("deleteMessage", chat_id=7, message_id=1)
        await api("setMyCommands", commands=[{"command": "hoy", "description": "Lo de hoy"}])
        (tmp_path / "1.eml").write_bytes(mail("Nuevo"))
        lines = [await stream.content.readuntil(b"\n\n") for _ in range(6)]

    action, message, answer, deleted, menu, mails = [json.loads(line.removeprefix(b"data: ")) for line in lines]
    assert (action["kind"], action["action"]) == ("action", "typing")
    assert (message["kind"], message["chat_id"], message["text"]) == ("message", 7, "¿Seguro?")
    assert (answer["kind"], answer["query_id"], answer["text"]) == ("answer", "4000000000", "Ya")
    assert (deleted["kind"], deleted["message_id"]) == ("deleted", 1)
    assert (menu["kind"], menu["menus"]) == ("menu", {"7": [{"command": "hoy", "description": "Lo de hoy"}]})
    assert (mails["kind"], mails["mails"][0]["subject"]) == ("mails", "Nuevo")


async def test_the_page_may_load_only_its_own_files(demo: BotApiServer, session: ClientSession) -> None:
    async with session.get(f"{demo.url}/") as response:
        html = await response.text()
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert 'lang="es-MX"' in html
    for outside in ("../server.py", "server.py", "%2e%2e%2fserver.py"):
        async with session.get(f"{demo.url}/page/{outside}") as response:
            assert response.status == 404
