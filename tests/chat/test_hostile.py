"""What nobody means well by: forged buttons, hostile names and files, updates that cannot be read."""

import io
import logging
import random
import zipfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from telegram import Update

from bot.app import make_application, make_office
from bot.config import Settings
from bot.demo.server import BotApiServer
from bot.demo.world import Tap
from bot.domain.people import Role
from bot.store.database import Database
from bot.store.models import PromiseRow
from handlers import BUTTONS
from handlers.context import App
from handlers.office import Office
from handlers.updates import handle
from tests import factories
from tests.chat.conftest import C1, COLLECTOR, OTHER_COLLECTOR, STRANGER, TODAY, Running
from tests.chat.in_process import InProcess
from tests.chat.phone import Phone

NASTY_NAME = 'Ana <b>"&\u202eLara\u200f\x07</tg-button> =1+1'
_PARTS = (
    *(
        "",
        "0",
        "1",
        "2",
        "7",
        "-1",
        "9" * 18,
        "9" * 19,
        "9" * 60,
        "1.5",
        "٣",
        "²",
        "½",
        "é",
        "\x00",
        "\u202e",
        "%s",
        "None",
    ),
    *(
        "2019-07-16",
        "2019-07",
        "0001-01-01",
        "9999-12",
        "9999-12-31",
        "MXN",
        "USD",
        "c1",
        "v",
        "todos",
        "en",
        "<b>",
        "0800Z",
        "08:00+01:00",
    ),
)


class Forger:
    """Somebody whose application sends whatever callback data it likes."""

    def __init__(self, app: App, office: Office, telegram: InProcess, user: int) -> None:
        self.app, self.office, self.telegram, self.user = app, office, telegram, user
        self.world = telegram.server.world
        self.number = 0

    async def tap(self, data: str) -> None:
        """Tap, on a message of the bot's that the user has, and see that it is answered."""
        self.number += 1
        self.office.pace.__init__()  # type: ignore[misc] # nobody's hand is so fast
        message = next(m for m in reversed(self.world.messages(self.user)) if m.outgoing)
        query: dict[str, Any] = {
            "id": f"f{self.number}",
            "from": self.world.users[self.user].as_json(),
            "message": message.as_json(),
            "chat_instance": "1",
            "data": data,
        }
        self.world.taps[query["id"]] = Tap(query["id"], self.user, message.message_id, data, self.world.clock())
        update = Update.de_json({"update_id": self.number, "callback_query": query}, self.app.bot)
        assert await handle(self.app, self.office, update), data
        assert self.world.taps[query["id"]].answer is not None, data


@pytest.fixture
async def forger(settings: Settings, database: Database, telegram: BotApiServer) -> AsyncIterator[Forger]:
    """Rosa, who collects another portfolio than C1, with an application of her own making."""
    office, wire = make_office(settings, database), InProcess(telegram)
    app = make_application(settings, office, wire)
    await app.initialize()
    await app.bot.send_message(OTHER_COLLECTOR, "hola")
    yield Forger(app, office, wire, OTHER_COLLECTOR)
    await app.shutdown()


@pytest.mark.slow
async def test_no_data_forged_onto_any_button_fails_or_shows_another_s(
    forger: Forger, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    lots = random.Random(7)  # noqa: S311 - the same each time
    for name in BUTTONS:
        for count in (0, 1, 1, 2, 2, 3, 3, 4, 4, 5):
            data = ":".join([name, *(lots.choice(_PARTS) for _ in range(count))])
            await forger.tap(data.encode()[:64].decode(errors="ignore"))
    for _ in range(30):
        await forger.tap("".join(chr(lots.randrange(1, 0x250)) for _ in range(lots.randint(1, 30))))

    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
    shown = [message.plain_text for message in forger.world.messages(OTHER_COLLECTOR)]
    assert [text for text in shown if any(secret in text for secret in C1)] == []
    assert [
        m.document for m in forger.world.messages(OTHER_COLLECTOR) if m.document and b"Aldana" in m.document[1]
    ] == []
    with database.transaction() as session:
        assert session.query(PromiseRow).filter(PromiseRow.made_by == "Rosa", PromiseRow.document_id < 13).count() == 0


@pytest.mark.parametrize("data", ["ca:2019-07:\x00", "ca:2019-07:" + "9" * 50, "cd:2019-07-16:<b>:0"])
async def test_what_is_no_currency_is_written_on_no_picture_and_no_button(
    forger: Forger, telegram: BotApiServer, data: str, recwarn: pytest.WarningsRecorder
) -> None:
    await forger.tap(data)
    shown = telegram.world.messages(OTHER_COLLECTOR)[-1]
    assert not any(
        "\x00" in (b.data or "") or "999" in (b.data or "") or "<b>" in (b.data or "") for b in shown.buttons
    )
    assert [str(warning.message) for warning in recwarn] == []


POLL_OF_ANOTHER_TIME = {"poll": {"id": "1", "question": "?"}}


async def test_a_message_with_a_poll_that_cannot_be_read_is_answered_and_a_command_beside_it_carried_out(
    phone: Phone, running: Running
) -> None:
    assert running
    message = phone.world.next_message(phone.world.chats[COLLECTOR], phone.world.users[COLLECTOR]).as_json()
    (said,) = await phone.receive("message", message | POLL_OF_ANOTHER_TIME)
    assert said.plain_text.startswith("Esto no se anotó")

    quoted = {**message, **POLL_OF_ANOTHER_TIME}
    command = {"text": "/historial 7", "entities": [{"type": "bot_command", "offset": 0, "length": 10}]}
    (said,) = await phone.receive("message", {**message, **command, "reply_to_message": quoted})
    assert said.plain_text.startswith("Documento 7")


async def test_an_update_that_cannot_be_read_is_passed_over_and_hides_no_other(
    phone: Phone, running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    assert running
    message = {**phone.world.next_message(phone.world.chats[COLLECTOR], phone.world.users[COLLECTOR]).as_json()}
    number = phone.world.updates.add("message", message | {"from": {"id": 1}})
    phone.world.changed()

    assert "CL002" in (await phone.type("/estado CL002")).plain_text
    await phone.done(number)

    (said,) = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert said.startswith(f"update {number} cannot be read and is passed over")


@pytest.mark.usefixtures("each_form")
async def test_a_customer_with_a_hostile_name_and_a_comment_of_ten_thousand_letters_is_shown_everywhere(
    phone: Phone, database: Database
) -> None:
    with database.transaction() as session:
        customer = factories.customer(session, "CL<&>", NASTY_NAME, rfc="AAAA800101AB1", email=["a@b.mx"])
        document = factories.document(session, customer, "77", total=100_00, due=TODAY)
        made = {"amount": 100_00, "currency": "MXN", "made_by": NASTY_NAME, "made_on": TODAY, "made_at": factories.NOON}
        session.add(
            PromiseRow(document_id=document.id, number=1, on=TODAY, comment="Pagará <b>mañana</b> \u202e" * 400, **made)
        )

    shown = [await phone.type(typed) for typed in ("/estado CL<&>", "/historial 77", "/enviar CL<&>", "/agenda CL<&>")]
    promised = await phone.type("/promesa 77 23/07/2019 " + "=1+1 <i>\u202e" * 390)

    assert all("Lara" in message.plain_text for message in shown)
    assert promised.plain_text.startswith("✅")
    assert not any("\u202e" in message.plain_text or "\x07" in message.plain_text for message in phone.answers)


@pytest.fixture
async def admin(database: Database, running: Running, phone: Phone) -> Phone:
    """The phone of an administrator, with the bot running."""
    assert running
    with database.transaction() as session:
        factories.person(session, Role.ADMINISTRATOR, telegram_id=STRANGER, name="Alma")
    return Phone(phone.world, STRANGER)


def zip_bomb() -> bytes:
    """Kilobytes that become hundreds of megabytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", b"<x>" + b"0" * 200_000_000)
    return packed.getvalue()


def workbook_bomb() -> bytes:
    """A workbook of two cells, so far apart that the table between them fills the memory."""
    made, packed = Workbook(), io.BytesIO()
    sheet = made.active
    assert sheet
    sheet["A1"], sheet["XFD1048576"] = "CODIGO", "x"
    made.save(packed)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "bomb"),
    [
        pytest.param("facturas.zip", zip_bomb, marks=pytest.mark.slow),
        ("documentos.xlsx", workbook_bomb),
        ("../../documentos\r\n.xlsx", workbook_bomb),
        ("a.xml", lambda: b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'),
    ],
    ids=["zip", "workbook", "path", "entities"],
)
async def test_a_file_sent_to_fill_the_memory_is_refused_in_words(
    admin: Phone,
    settings: Settings,
    name: str,
    bomb: Callable[[], bytes],
    caplog: pytest.LogCaptureFixture,
) -> None:
    await admin.done(admin.world.send_document(admin.user_id, name, bomb()), within=20)

    assert "No contiene nada que se pueda cargar." in admin.answers[-1].plain_text
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
    kept = [path for path in settings.files_dir.rglob("*") if path.is_file()]
    assert all(path.resolve().is_relative_to(settings.files_dir.resolve()) for path in kept)
    assert not (Path(settings.files_dir).parent / "documentos.xlsx").exists()
