"""Every command and every button, of everyone, against data that is not theirs: nothing leaks."""

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

import handlers
from bot.config import Settings
from bot.demo.server import BotApiServer
from bot.demo.world import World
from bot.domain.people import Role
from bot.services import judgement
from bot.store import people
from bot.store.database import Database
from bot.store.models import AuditRow
from tests import factories
from tests.chat import walk
from tests.chat.conftest import COLLECTOR, GROUP, OTHER_COLLECTOR, STRANGER, SUPERVISOR, TODAY, TOKEN, Running, Wire
from tests.chat.phone import Phone
from tests.chat.walk import CODE, FOLIO, OTHER, SOME, WORD, Content, Numbers, Step
from tests.factories import NOON

ADMINISTRATOR, SHUT_OUT = 1005, 1006
APOLOGY = "Algo falló"


@pytest.fixture(autouse=True)
def _anything_may_be_refused_by_telegram(wire: Wire) -> None:
    """Forged taps edit messages to what they show already."""
    wire.expected.add(("editMessageText", 400))


@pytest.fixture
def numbers(database: Database, telegram: BotApiServer) -> Numbers:
    """The other's data, an administrator, and somebody of the other's portfolio who was shut out."""
    hire(database, telegram.world)
    return walk.fill(database, SOME)


def hire(database: Database, world: World) -> None:
    for account, name in ((ADMINISTRATOR, "Eva"), (SHUT_OUT, "Omar")):
        world.add_user(account, name)
    with database.transaction() as session:
        factories.person(session, Role.ADMINISTRATOR, telegram_id=ADMINISTRATOR, name="Eva")
        factories.person(session, collector="C2", telegram_id=SHUT_OUT, name="Omar", active=False)


def leaks(steps: list[Step], content: Content = SOME) -> list[tuple[str, str]]:
    """What of the other's data was heard, and after what was done; what was typed may be said back."""
    names = (CODE, FOLIO, WORD)
    return [
        (step.done, secret)
        for step in steps
        for secret in (*content.secrets, *(name for name in names if name not in step.done))
        if secret in step.heard
    ]


async def upload(phone: Phone) -> int:
    """An administrator's file with the other's data that waits to be loaded; its update's id."""
    table = f"codigo,nombre\n{CODE},{WORD} {SOME.surname}\n"
    number = phone.world.send_document(ADMINISTRATOR, "clientes.csv", table.encode())
    await phone.done(number)
    return number


def test_the_walk_knows_every_command_and_every_button() -> None:
    assert set(walk.COMMANDS) == {names[0] for names in handlers.COMMANDS}
    assert set(walk.BUTTONS) == set(handlers.BUTTONS)


@pytest.mark.slow
@pytest.mark.usefixtures("running", "numbers")
async def test_the_walks_buttons_have_the_parts_of_those_that_are_drawn(phone_of: Callable[[int], Phone]) -> None:
    """One with another count is refused as an old one, whoever taps it: that would prove nothing."""
    rosa = phone_of(OTHER_COLLECTOR)
    await walk.commands(rosa)
    await rosa.type(f"/promesa {FOLIO} 2019-07-20")

    drawn = {tuple(data.split(":")) for data in walk.drawn_for(rosa)}
    walked = {(name, len(f"{name}:{form}".split(":"))) for name, forms in walk.BUTTONS.items() for form in forms}
    assert {(name, 1 + len(parts)) for name, *parts in drawn if parts} - walked == set()


@pytest.mark.slow
@pytest.mark.usefixtures("running")
async def test_a_collector_hears_nothing_of_another_portfolio_whatever_they_type_or_tap(
    phone: Phone, phone_of: Callable[[int], Phone], database: Database, settings: Settings, numbers: Numbers
) -> None:
    rosa = phone_of(OTHER_COLLECTOR)
    assert leaks(await walk.commands(rosa)), "the owner does see it"
    numbers.upload = await upload(phone_of(ADMINISTRATOR))
    # Else the bot's own round may do it meanwhile.
    with database.transaction() as session:
        judgement.judge(session, TODAY, NOON, 1)
    before = state(database), files(settings)

    typed = await walk.commands(phone)
    tapped = await walk.buttons(phone, phone.answers[0], numbers, database, walk.drawn_for(rosa))

    assert leaks(typed) == []
    assert leaks(tapped) == []
    assert [step.done for step in (*typed, *tapped) if APOLOGY in step.heard] == []
    assert (state(database), files(settings)) == before


def files(settings: Settings) -> list[str]:
    """What waits to be loaded, by name."""
    return sorted(str(path) for path in settings.files_dir.rglob("*"))


_THEIRS = "SELECT d.id FROM documents d JOIN customers c ON c.id = d.customer_id WHERE c.collector_code = 'C2'"


def state(database: Database) -> list[object]:
    """What the other has: promises in force, ticks, sendings, questions, people, mails, payments."""
    statements = (
        f"SELECT document_id, promise_id FROM promises_in_force WHERE document_id IN ({_THEIRS})",  # noqa: S608 - ours
        "SELECT r.id, r.state, r.comment FROM runs r JOIN people p ON p.id = r.person_id WHERE p.collector_code = 'C2'",
        "SELECT q.person_id, q.kind FROM questions q JOIN people p ON p.id = q.person_id WHERE p.collector_code = 'C2'",
        f"SELECT person_id FROM ticks WHERE document_id IN ({_THEIRS})",  # noqa: S608 - ours
        "SELECT id, active, role, collector_code FROM people",
        "SELECT o.id FROM outbox o JOIN customers c ON c.id = o.customer_id WHERE c.collector_code = 'C2'",
        "SELECT id, expires_at, used_at FROM invitations",
        "SELECT handover_id, state FROM handover_answers",
        "SELECT receipt_id, digest FROM receipt_photos",
        "SELECT receipt_id FROM receipts_withdrawn",
    )
    with database.engine.connect() as connection:
        return [sorted(map(tuple, connection.exec_driver_sql(statement))) for statement in statements]


@pytest.mark.slow
@pytest.mark.usefixtures("running")
@pytest.mark.parametrize("account", [STRANGER, SHUT_OUT])
async def test_a_stranger_and_who_was_shut_out_get_their_line_and_nothing_else(
    phone_of: Callable[[int], Phone], database: Database, numbers: Numbers, account: int
) -> None:
    rosa, outside = phone_of(OTHER_COLLECTOR), phone_of(account)
    await walk.commands(rosa)

    typed = await walk.commands(outside)
    tapped = await walk.buttons(outside, outside.answers[0], numbers, database, walk.drawn_for(rosa))

    assert leaks(typed) == []
    assert [step for step in tapped if step.heard] == []
    assert [text[:40] for text in outside.texts] == [
        "Este bot es solo para nuestro personal. ", "✋ Este enlace no es válido. Pida otro a ",
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.usefixtures("running")
@pytest.mark.parametrize("account", [OTHER_COLLECTOR, SUPERVISOR, ADMINISTRATOR])
async def test_a_group_hears_nothing_though_its_members_may_see_it(
    phone_of: Callable[[int], Phone], database: Database, numbers: Numbers, account: int
) -> None:
    member = phone_of(account)
    await member.type(f"/estado {CODE}")

    typed = await walk.commands(member, GROUP)
    said = next(message for message in member.world.messages(GROUP) if message.outgoing)
    tapped = await walk.buttons(member, said, numbers, database, walk.drawn_for(member))

    assert leaks([*typed, *tapped]) == []
    spoken = {message.plain_text for message in member.world.messages(GROUP) if message.outgoing}
    assert spoken == {"El bot contesta solo en chat privado."}
    assert [step for step in tapped if step.heard] == []


@pytest.mark.slow
@pytest.mark.usefixtures("running")
@pytest.mark.parametrize("account", [OTHER_COLLECTOR, SUPERVISOR, ADMINISTRATOR])
async def test_whoever_may_see_data_leaves_a_trace_of_it_and_meets_nothing_unforeseen(
    phone_of: Callable[[int], Phone], database: Database, numbers: Numbers, account: int
) -> None:
    person = phone_of(account)

    steps = await walk.commands(person)
    steps += await walk.buttons(person, person.answers[0], numbers, database, walk.drawn_for(person))

    assert [step.done for step in steps if APOLOGY in step.heard] == []
    with database.transaction() as session:
        traced = {row.source for row in session.query(AuditRow)}
    seen = {step.done: step for step in steps for secret in SOME.secrets if secret in step.heard}
    assert len(seen) > 20
    assert " | ".join(done for done, step in seen.items() if f"tg:{step.update_id}" not in traced) == ""


@pytest.mark.slow
async def test_what_a_collector_hears_is_the_same_whatever_another_portfolio_holds(
    seed_database: Path, settings: Settings, tmp_path: Path
) -> None:
    heard = []
    for name, content in (("some", SOME), ("other", OTHER)):
        url = f"sqlite:///{tmp_path / name}.db"
        shutil.copy(seed_database, tmp_path / f"{name}.db")
        async with office(settings.model_copy(update={"database_url": url})) as (world, database):
            hire(database, world)
            numbers = walk.fill(database, content)
            phone = Phone(world, COLLECTOR)
            steps = await walk.commands(phone)
            steps += await walk.buttons(phone, phone.answers[0], numbers, database, frozenset())
            heard.append([(step.done, step.heard) for step in steps])

    differing = [(one, other) for one, other in zip(*heard, strict=True) if one != other]
    assert differing == []


@asynccontextmanager
async def office(settings: Settings) -> AsyncIterator[tuple[World, Database]]:
    """A Telegram and a bot of its own."""
    async with BotApiServer(TOKEN) as server:
        for account in (COLLECTOR, SUPERVISOR, OTHER_COLLECTOR):
            server.world.add_user(account, str(account))
        running = Running(settings.model_copy(update={"telegram_api_url": server.url}))
        database = Database(settings.database_url)
        running.start()
        try:
            yield server.world, database
        finally:
            await running.stop()
            database.close()


def test_who_was_shut_out_is_so_in_the_walk(database: Database, numbers: Numbers) -> None:
    assert numbers
    with database.transaction() as session:
        row = people.row_by_telegram_id(session, SHUT_OUT)
        assert row
        assert not row.active
