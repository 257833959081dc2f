from io import BytesIO

import openpyxl
import pytest

from bot.config import Settings
from bot.demo.chat import Message
from bot.render.remittance import HEADER
from bot.store.database import Database
from tests import factories
from tests.chat.conftest import COLLECTOR, OTHER_COLLECTOR, SUPERVISOR, Running
from tests.chat.phone import Phone, says
from tests.imports.cfdi_files import U1

HEAD = ",".join(HEADER)


@pytest.fixture
async def ready(database: Database, running: Running) -> None:
    """An invoice A-7 of $116.00 in Laura's portfolio, with the bot running."""
    assert running
    with database.transaction() as session:
        customer = factories.customer(session, "CL701", "Peñón & Cía", collector="C1")
        factories.document(session, customer, "7", series="A", total=11600, uuid=U1)


async def sent(phone: Phone, text: str, name: str = "remesa.csv") -> list[Message]:
    """What answers a file."""
    before = len(phone.answers)
    await phone.done(phone.world.send_document(phone.user_id, name, text.encode()))
    return phone.answers[before:]


def remittance(amount: str) -> str:
    return f"{HEAD}\nCL701,{U1},A,7,MXN,116.00,{amount},CL701\n"


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("user_id", [COLLECTOR, SUPERVISOR])
async def test_a_returned_remittance_is_answered_with_how_it_is_applied(
    phone: Phone, settings: Settings, user_id: int
) -> None:
    said, file = await sent(Phone(phone.world, user_id), remittance("100.00"))
    assert says(said, "remesa.csv", "Se paga 1 documento: $100.00", "A-7", "$116.00 → $16.00", "No se registró nada")
    assert file.document_file is not None
    sheet = openpyxl.load_workbook(BytesIO(file.document_file.content)).worksheets[0]
    assert sheet.cell(2, 9).value == 16
    assert "$116.00" in (await phone.type("/estado CL701")).plain_text
    assert not settings.files_dir.exists()


@pytest.mark.usefixtures("ready")
async def test_another_collectors_document_is_unknown(phone: Phone) -> None:
    said, _ = await sent(Phone(phone.world, OTHER_COLLECTOR), remittance("100.00"))
    assert says(said, "A-7", "no se conoce ningún documento con ese UUID o folio")
    assert "$116.00" not in said.plain_text


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize(
    ("text", "name"), [("CODIGO,NOMBRE\nCL1,Juan\n", "clientes.csv"), (remittance("1.00"), "remesa.pdf")]
)
async def test_any_other_file_is_an_administrators(phone: Phone, text: str, name: str) -> None:
    (said,) = await sent(phone, text, name)
    assert said.plain_text == "✋ Esta acción no corresponde a su puesto, sino al de un administrador."


@pytest.mark.usefixtures("ready")
async def test_a_remittance_with_nothing_to_pay_comes_without_a_workbook(phone: Phone) -> None:
    (said,) = await sent(phone, remittance(""))
    assert says(said, "1 renglón en blanco")


@pytest.mark.usefixtures("ready")
async def test_an_amount_that_could_be_read_in_two_ways_is_refused_without_an_option_that_a_chat_has_not(
    phone: Phone,
) -> None:
    (said,) = await sent(phone, remittance('"1,23"'))
    assert says(said, "«1,23» se puede leer de dos maneras: escriba 1234.50.")
    assert "--" not in said.plain_text
