"""The bot as a program of its own, killed as a power cut kills it."""

import asyncio
import os
import random
import re
import signal
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.config import Settings
from bot.demo.server import BotApiServer
from bot.store.database import Database
from tests import factories
from tests.chat.conftest import TOKEN, promised
from tests.chat.patience import patience
from tests.chat.phone import Phone, met
from tests.programs import Program as Started
from tests.programs import Programs

pytestmark = pytest.mark.slow

PROMISE = '/promesa 7 2019-07-23 "Pagaré con cheque"'
REPEATED = "🔁 Hubo una interrupción: si ya recibió esta respuesta, esta la sustituye."


class Program:
    """`cobranza run`, started, killed and started again."""

    def __init__(self, programs: Programs, settings: Settings, folder: Path) -> None:
        self._programs = programs
        # Nothing of this machine's own settings; a folder without a `.env`.
        self._environment = {
            "PATH": os.environ["PATH"],
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_API_URL": settings.telegram_api_url,
            "DATABASE_URL": settings.database_url,
            "MAIL_FOLDER": str(settings.mail_folder),
            "BUSINESS_DATE": "2019-07-16",
            "QUIET_HOURS": "00:00-23:59",
        }
        self._folder = folder
        self._process: Started | None = None

    async def start(self) -> None:
        """Start it."""
        self._process = await self._programs.start("run", environment=self._environment, folder=self._folder)

    async def end(self, how: signal.Signals) -> int:
        """Send it a signal; the status it ends with, within 3 seconds."""
        process, self._process = self._process, None
        assert process is not None
        if process.returncode is None:
            process.send_signal(how)
        try:
            return await asyncio.wait_for(process.wait(), patience(3))
        except TimeoutError:
            process.kill()
            await process.wait()
            raise

    async def kill(self) -> None:
        """Kill it: it learns nothing of it."""
        assert await self.end(signal.SIGKILL) == -signal.SIGKILL

    async def clean(self) -> None:
        """Leave nothing running."""
        if self._process:
            await self.end(signal.SIGKILL)


@pytest.fixture
async def program(loaded: Programs, settings: Settings, tmp_path: Path) -> AsyncIterator[Program]:
    """The program, started."""
    made = Program(loaded, settings, tmp_path)
    await made.start()
    yield made
    await made.clean()


async def test_killed_while_idle_it_answers_what_was_typed_meanwhile_and_repeats_nothing(
    phone: Phone, program: Program, database: Database
) -> None:
    await phone.done(phone.say("/hoy"), within=10)
    await program.kill()
    phone.say("/estado CL002")
    number = phone.say(PROMISE)

    await program.start()
    await phone.done(number, within=10)

    starts = ["☀️ martes", "CL002 · Ramiro", "✅ Promesa 1"]
    assert len(phone.answers) == len(starts)
    assert all(text.startswith(start) for text, start in zip(phone.texts, starts, strict=True))
    assert promised(database) == ["Pagaré con cheque"]


@pytest.mark.parametrize(("kind", "left"), [("silence", 0), ("slow", 1), ("accept_then_cut", 1)])
async def test_killed_while_answering_it_answers_again_saying_so_and_never_promises_twice(
    phone: Phone, telegram: BotApiServer, program: Program, database: Database, *, kind: str, left: int
) -> None:
    await phone.done(phone.say("/hoy"), within=10)
    telegram.faults.apply({"kind": kind, "method": "sendRichMessage", "seconds": 0.5})
    number = phone.say(PROMISE)
    await met(telegram.faults)
    await program.kill()
    assert promised(database) == ["Pagaré con cheque"]
    # What had left arrives, however slowly, before another is sent.
    await phone.world.wait_for(lambda: len(phone.answers) == 1 + left, patience(5))

    await program.start()
    await phone.done(number, within=10)

    answers = [text for text in phone.texts if text.startswith("✅ Promesa 1")]
    assert [REPEATED in text for text in answers] == [False] * left + [True]
    assert len({text.split("🔁")[0].strip() for text in answers}) == 1
    assert promised(database) == ["Pagaré con cheque"]


async def test_killed_ten_times_in_a_burst_of_twenty_commands_nothing_is_lost_and_no_promise_made_twice(
    phone: Phone, program: Program, database: Database
) -> None:
    """At most one answer is repeated per kill: the one that had left and was not noted down yet."""
    await phone.done(phone.say("/hoy"), within=10)
    folios = ("5", "7", "8", "9", "CFDI-21002", "CFDI-21088", "CFDI-21090", "CFDI-21091", "CFDI-21095", "CFDI-21096")
    typed = [text for folio in folios for text in (f"/promesa {folio} 2019-07-23 c{folio}", f"/historial {folio}")]
    moments = random.Random(20190716)  # noqa: S311 - a seed, so that a failure can be repeated
    for text in typed:
        last = phone.say(text)
    kills = 0
    while kills < 10 and phone.world.updates.pending:
        before = len(phone.answers)
        # Some kills fall while it starts, some between two answers, most in the middle of one.
        wanted = before + moments.choice((0, 1, 1, 2))
        await phone.world.wait_for(lambda wanted=wanted: len(phone.answers) >= wanted, patience(10))  # type: ignore[misc]
        await asyncio.sleep(moments.uniform(0, 0.03))
        await program.kill()
        kills += 1
        await program.start()
    await phone.done(last, within=20)

    answers = Counter(text.splitlines()[0].rstrip() for text in phone.texts[1:])
    repeated = sum(answers.values()) - len(typed)
    assert kills >= 5
    assert 0 <= repeated <= kills
    assert sorted(promised(database)) == sorted(f"c{folio}" for folio in folios)
    for folio in folios:
        assert answers[f"Documento {folio}"] >= 1


async def test_killed_in_the_middle_of_a_sending_it_goes_on_and_nobody_gets_two(
    phone: Phone, program: Program, database: Database, settings: Settings
) -> None:
    """A mail that was leaving when it was killed is asked after ten minutes later; every other has left by then."""
    with database.transaction() as session:
        for n in range(100, 140):
            customer = factories.customer(session, f"CL{n}", f"Cliente {n}", rfc=f"AAAA800{n}AB1")
            factories.document(session, customer, str(n), total=100_00)

    def left() -> list[str]:
        return [path.read_text(encoding="utf-8") for path in Path(settings.mail_folder).glob("*.eml")]

    await phone.done(phone.say("/enviar todos"), within=10)
    await phone.tap(phone.answers[-1], "✉️ Enviar a 43 clientes")
    kills = 0
    for wanted in (5, 20):
        async with asyncio.timeout(patience(20)):
            while len(left()) < wanted:  # noqa: ASYNC110 - a folder tells nobody of its files
                await asyncio.sleep(0.01)
        await program.kill()
        kills += 1
        await program.start()
    async with asyncio.timeout(patience(30)):
        while len(left()) < 43 - kills:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.05)
    await asyncio.sleep(0.5)

    recipients = [re.search(r"^To: (.*)$", mail, re.MULTILINE) for mail in left()]
    addresses = [found[1] for found in recipients if found]
    assert 43 - kills <= len(addresses) == len(set(addresses)) <= 43


async def test_sigterm_lets_the_answer_under_way_leave_and_ends_with_status_0(
    phone: Phone, telegram: BotApiServer, program: Program, database: Database
) -> None:
    await phone.done(phone.say("/hoy"), within=10)
    telegram.faults.slow(0.5, method="sendRichMessage")
    number = phone.say(PROMISE)
    await met(telegram.faults)

    assert await program.end(signal.SIGTERM) == 0
    await program.start()
    await phone.done(number, within=10)

    assert len(phone.answers) == 2
    assert promised(database) == ["Pagaré con cheque"]


async def test_sigterm_ends_it_even_while_an_answer_hangs(
    phone: Phone, telegram: BotApiServer, program: Program, database: Database
) -> None:
    await phone.done(phone.say("/hoy"), within=10)
    telegram.faults.slow(30, method="sendRichMessage")
    phone.say(PROMISE)
    await met(telegram.faults)

    assert await program.end(signal.SIGTERM) == 0
    assert promised(database) == ["Pagaré con cheque"]
