from datetime import UTC, datetime, timedelta
from os import utime
from pathlib import Path

import pytest

from bot.app import make_office
from bot.config import Settings
from bot.demo.chat import Message
from bot.domain.people import Role
from bot.store.database import Database
from handlers.imports import MAX_FILE_BYTES, forget_old
from tests import factories
from tests.chat.conftest import COLLECTOR, STRANGER, SUPERVISOR, Running
from tests.chat.phone import Phone, buttons

DOCUMENTS = (
    "CODIGO,CONCEPTO,FOLIO,FECHA DOCUMENTO,FECHA VENCIMIENTO,MONTO ORIGINAL\n"
    'CL001,Factura Crédito,70,16/07/2019,15/08/2019,"$1,000.00"\n'
    "CL001,Factura Crédito,71,32/07/2019,15/08/2019,$10.00\n"
).encode()
ADMINISTRATOR = STRANGER  # who becomes one in these tests


@pytest.fixture
async def admin(database: Database, running: Running, phone: Phone) -> Phone:
    """The phone of an administrator, with the bot running."""
    assert running
    with database.transaction() as session:
        factories.person(session, Role.ADMINISTRATOR, telegram_id=ADMINISTRATOR, name="Alma")
    return Phone(phone.world, ADMINISTRATOR)


async def sent(phone: Phone, content: bytes = DOCUMENTS, name: str = "documentos julio.csv") -> Message:
    """The answer to a file."""
    await phone.done(phone.world.send_document(phone.user_id, name, content))
    return phone.answers[-1]


async def test_a_file_is_shown_first_and_loaded_by_a_tap(admin: Phone, settings: Settings) -> None:
    shown = await sent(admin)
    assert "documentos julio.csv" in shown.plain_text
    assert "32/07/2019" in shown.plain_text
    assert buttons(shown) == ["📥 Cargar", "✕ Cancelar"]
    assert "«70»" in (await admin.type("/historial 70")).plain_text

    loaded = await admin.tap(shown, "📥 Cargar")
    assert loaded.message_id == shown.message_id
    assert loaded.plain_text.startswith("✅ Cargado")
    assert "$1,000.00" in (await admin.type("/historial 70")).plain_text
    assert list((settings.files_dir / "inbox").iterdir()) == []


async def test_a_file_that_was_cancelled_is_gone(admin: Phone, settings: Settings) -> None:
    shown = await sent(admin)
    assert (await admin.tap(shown, "✕ Cancelar")).plain_text == "Cancelado: no se cargó nada."
    assert list((settings.files_dir / "inbox").iterdir()) == []
    assert "«70»" in (await admin.type("/historial 70")).plain_text


async def test_a_second_tap_on_an_old_button_loads_nothing_twice(admin: Phone) -> None:
    shown = await sent(admin)
    (load,) = (button.data for button in shown.buttons if button.text == "📥 Cargar")
    await admin.tap(shown, "📥 Cargar")
    said = await admin.forge(shown, load or "")
    assert "ya se cerró" in said[-1].plain_text


@pytest.mark.parametrize("user_id", [COLLECTOR, SUPERVISOR])
@pytest.mark.usefixtures("running")
async def test_only_an_administrator_may_load_files(phone: Phone, settings: Settings, user_id: int) -> None:
    other = Phone(phone.world, user_id)
    assert (await sent(other)).plain_text == "✋ Esta acción no corresponde a su puesto, sino al de un administrador."
    forged = await other.forge(await other.type("/ayuda"), "im:1")
    assert forged[-1].plain_text == "✋ Esta acción no corresponde a su puesto, sino al de un administrador."
    assert not settings.files_dir.exists()


async def test_what_is_no_table_is_refused_by_name(admin: Phone) -> None:
    shown = await sent(admin, b"%PDF-1.7", "foto.pdf")
    assert "foto.pdf" in shown.plain_text
    assert ".csv, .tsv, .txt, .xlsm, .xlsx, .xml, .zip." in shown.plain_text
    assert buttons(shown) == []


async def test_of_more_than_a_message_holds_it_is_said_how_much_is_not_shown(admin: Phone) -> None:
    heading, row = DOCUMENTS.split(b"\n")[:2]
    bad = b"\n".join(row.replace(b"16/07/2019", b"x" * 200) for _ in range(30))
    shown = await sent(admin, heading + b"\n" + bad + b"\n")
    lines = shown.plain_text.splitlines()
    (more,) = (line for line in lines if line.startswith("…"))
    listed = sum("x" * 200 in line for line in lines)
    # Of 30 problems a report tells of 20, and in a line how many more there are.
    assert more == f"… y {20 - listed + 1} renglones más"


async def test_a_file_whose_kind_is_not_clear_says_which_heading_makes_it_clear(admin: Phone) -> None:
    unclear = b"CODIGO,FOLIO,FECHA,IMPORTE\nCL001,70,16/07/2019,5\n"
    shown = await sent(admin, unclear)
    assert "llame a la fecha FECHA DOCUMENTO o FECHA PAGO" in shown.plain_text
    assert buttons(shown) == []
    for heading, kind in ((b"FECHA DOCUMENTO", "· documentos:"), (b"FECHA PAGO", "· abonos:")):
        assert kind in (await sent(admin, unclear.replace(b"FECHA", heading))).plain_text


async def test_a_file_larger_than_telegram_lets_bots_read_is_refused(admin: Phone) -> None:
    said = await sent(admin, b"x" * (MAX_FILE_BYTES + 1))
    assert "20 MB" in said.plain_text


def test_files_nobody_confirmed_are_forgotten_after_two_days(
    settings: Settings, database: Database, tmp_path: Path
) -> None:
    office = make_office(settings.model_copy(update={"files_dir": tmp_path}), database)
    for name, age in (("old", timedelta(days=3)), ("new", timedelta(hours=1))):
        folder = tmp_path / "inbox" / name
        folder.mkdir(parents=True)
        stamp = (datetime.now(UTC) - age).timestamp()
        utime(folder, (stamp, stamp))
    forget_old(office)
    assert [folder.name for folder in (tmp_path / "inbox").iterdir()] == ["new"]
