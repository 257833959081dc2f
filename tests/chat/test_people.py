"""People invited, shut out and let in again over the wire, and the menu that each has."""

from collections.abc import Callable

import pytest

from bot import app
from bot.demo.methods.account import menu_for
from bot.domain.people import COMMAND_LINE, Role
from bot.services import access
from bot.store import exports
from bot.store.database import Database
from bot.store.models import PersonRow
from tests import factories
from tests.chat.conftest import COLLECTOR, OTHER_COLLECTOR, STRANGER, SUPERVISOR, Running
from tests.chat.phone import Phone, buttons, says
from tests.services.world import act

PhoneOf = Callable[[int], Phone]
ADMINISTRATOR = 1005
LINK = "https://t.me/cobranza_bot?start="

pytestmark = pytest.mark.usefixtures("running")


@pytest.fixture
def boss(phone: Phone, phone_of: PhoneOf, database: Database) -> Phone:
    """The phone of Eva, an administrator."""
    phone.world.add_user(ADMINISTRATOR, "Eva")
    with database.transaction() as session:
        factories.person(session, Role.ADMINISTRATOR, telegram_id=ADMINISTRATOR, name="Eva")
    return phone_of(ADMINISTRATOR)


async def start_of_a_link(phone: Phone, typed: str) -> str:
    """What Telegram types for who taps the link that answers this command."""
    answer = (await phone.type(typed)).plain_text
    (link,) = [line for line in answer.splitlines() if line.startswith(LINK)]
    return f"/start {link.removeprefix(LINK)}"


def commands(phone: Phone) -> list[str]:
    """The menu of commands that a phone shows."""
    return [entry["command"] for entry in menu_for(phone.world, phone.world.users[phone.user_id])]


async def test_an_invitation_lets_one_person_in_and_says_what_they_can_do(
    phone_of: PhoneOf, database: Database
) -> None:
    newcomer, late = phone_of(STRANGER), phone_of(COLLECTOR)
    start = await start_of_a_link(phone_of(SUPERVISOR), "/invitar Ana Díaz cobradora C2")

    welcome = await newcomer.type(start)
    assert welcome.plain_text.startswith("Buen día, Ana Díaz.")
    assert "/estado CL002" in welcome.plain_text
    assert "/invitar" not in welcome.plain_text
    assert "Norma Ibarra" in (await newcomer.type("/estado CL900")).plain_text
    assert "✋" in (await newcomer.type("/estado CL002")).plain_text
    assert (await late.type(start)).plain_text.startswith("Buen día, Laura.")
    with database.transaction() as session:
        assert session.query(PersonRow).filter_by(telegram_id=STRANGER).one().collector_code == "C2"


async def test_who_is_in_already_leaves_the_link_to_whom_it_was_made_for(phone_of: PhoneOf) -> None:
    supervisor, newcomer = phone_of(SUPERVISOR), phone_of(STRANGER)
    start = await start_of_a_link(supervisor, "/invitar Ana Díaz cobradora C2")

    assert (await supervisor.type(start)).plain_text.startswith("🔑 Usted ya tiene acceso: el enlace no se usó")
    assert (await newcomer.type(start)).plain_text.startswith("Buen día, Ana Díaz.")


async def test_a_strangers_wrong_links_are_told_plainly_and_not_over_and_over(phone_of: PhoneOf) -> None:
    supervisor, stranger = phone_of(SUPERVISOR), phone_of(STRANGER)
    await stranger.type("/start")
    start = await start_of_a_link(supervisor, "/invitar Ana Díaz cobradora C2")
    await supervisor.tap(supervisor.answers[-1], "Cancelar la invitación")

    said = await stranger.type(start)
    for wrong in (start, "/start nothing", "/start " + "x" * 64):
        await stranger.done(stranger.say(wrong))

    assert said.plain_text == "✋ Este enlace ya venció. Pida otro a la oficina."
    assert len(stranger.answers) == 2
    assert supervisor.texts == ["✖️ Cancelada: el enlace para Ana Díaz ya no da acceso a nadie."]


async def test_a_collector_gets_neither_invitations_nor_people(phone: Phone) -> None:
    for typed in ("/invitar Ana cobradora C1", "/invitar", "/usuarios"):
        assert says(await phone.type(typed), "no corresponde a su puesto, sino al de un supervisor o administrador")
    for data in ("us:0", "up:2", "uc:2:0", "uy:2:0", "uy:1:1", "iv:1"):
        (said,) = await phone.forge(phone.answers[0], data)
        assert said.plain_text.startswith("✋")


async def test_a_supervisor_who_invites_another_is_told_whose_matter_that_is(phone_of: PhoneOf) -> None:
    refused = await phone_of(SUPERVISOR).type("/invitar Ana Díaz supervisora")
    assert refused.plain_text == "✋ Esta acción no corresponde a su puesto, sino al de un administrador."


async def test_who_is_shut_out_with_two_taps_is_refused_at_once_and_let_in_again(boss: Phone, phone: Phone) -> None:
    await phone.type("/hoy")
    people = await boss.type("/usuarios")
    assert people.plain_text.startswith("👥 4 personas")
    assert "Rosa · cobrador · cartera C2\naún no ha escrito" in people.plain_text

    card = await boss.tap(people, "Laura")
    assert f"Telegram {COLLECTOR}" in card.plain_text
    asked = await boss.tap(card, "🚫 Quitar acceso")
    assert asked.plain_text.startswith("¿Quitar el acceso a Laura?")
    assert (await phone.type("/hoy")).plain_text.startswith("☀️")
    gone = await boss.tap(asked, "🚫 Sí, quitarlo")
    assert "🚫 sin acceso" in gone.plain_text
    assert boss.toasts[-1] == "Ya no tiene acceso."
    assert (await phone.type("/hoy")).plain_text.startswith("Este bot es solo para nuestro personal.")

    await boss.tap(await boss.tap(gone, "✅ Dar acceso"), "✅ Sí, dar acceso")
    assert (await phone.type("/hoy")).plain_text.startswith("☀️")
    everyone = await boss.tap(boss.answers[0], "👥")
    own = await boss.tap(everyone, "Eva")
    assert buttons(own) == ["👥 Todos"]
    (said,) = await boss.forge(own, "uy:4:0")
    assert said.plain_text.startswith("✋ Nadie se quita el acceso a sí mismo.")


async def test_each_role_has_a_menu_of_its_own_in_its_language_and_strangers_one_line(
    boss: Phone, phone: Phone, phone_of: PhoneOf
) -> None:
    supervisor, stranger = phone_of(SUPERVISOR), phone_of(STRANGER)
    await stranger.type("/start")
    assert commands(stranger) == commands(phone) == ["start"]

    await phone.type("/start")
    await supervisor.type("/start")
    await phone.world.settled()
    assert "invitar" not in commands(phone)
    assert {"estado", "invitar", "usuarios"} < set(commands(supervisor))

    chosen = await supervisor.tap(await supervisor.type("/idioma"), "English")
    assert chosen.plain_text == "🌐 From now on I answer in English."
    await phone.world.settled()
    lines = {entry["description"] for entry in menu_for(phone.world, phone.world.users[SUPERVISOR])}
    assert "What a customer owes" in lines
    assert "From now on" in (await supervisor.type("/idioma inglés")).plain_text
    for typed in ("español", "ESPANOL", "es", "Spanish", "es.", "“español”"):
        assert (await supervisor.type(f"/idioma {typed}")).plain_text == "🌐 Desde ahora el bot contesta en español."
    assert (await supervisor.type("/idioma Klingón")).plain_text.startswith("✋ «Klingón» no se entiende.")

    await boss.type("/usuarios")
    await boss.forge(boss.answers[0], "uy:1:0")
    await phone.world.settled()
    assert commands(phone) == ["start"]


async def test_who_was_added_at_the_office_has_a_menu_soon_after_they_write(
    phone_of: PhoneOf, stopped: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = phone_of(OTHER_COLLECTOR)
    await other.type("/hoy")
    await stopped.stop()
    monkeypatch.setattr(app, "_FIRST_TICK_SECONDS", 0.05)

    stopped.start()

    await other.world.wait_for(lambda: "estado" in commands(other))


async def test_the_privacy_notice_comes_with_the_first_start_and_in_full_by_a_button(phone: Phone) -> None:
    first, again = [await phone.type("/start") for _ in range(2)]
    whole = await phone.tap(again, "🔒 Privacidad")

    notice = "Cobranza guarda su nombre, su número de Telegram y lo que hace aquí"
    assert notice in first.plain_text
    assert notice not in again.plain_text
    assert "Secretaría Anticorrupción y Buen Gobierno" in whole.plain_text


async def test_who_is_let_in_with_the_account_of_somebody_who_left_is_somebody_else(
    phone: Phone, phone_of: PhoneOf, database: Database
) -> None:
    """As where the company's telephone is handed on."""
    chief = phone_of(SUPERVISOR)
    await phone.type("/cobro 7 100.00 efectivo")
    with database.transaction() as session:
        access.set_active(session, act(COMMAND_LINE), 1, active=False)
    start = await start_of_a_link(chief, "/invitar Ana Díaz cobradora C2")
    assert (await phone.type(start)).plain_text.startswith("Buen día, Ana Díaz.")

    assert says(await phone.type("/corte"), "Ningún cobro")
    assert says(await chief.type("/corte"), "Laura", "$100.00")
    with database.transaction() as session:
        names = {row["name"] for row in exports.trail(session, None, 0) if row["action"] == "receipt"}
    assert names == {"Laura"}
    assert "Norma Ibarra" in (await phone.type("/estado CL900")).plain_text
