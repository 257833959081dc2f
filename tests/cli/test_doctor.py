import asyncio
import os
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.demo.server import BotApiServer
from bot.domain.correspondence import MailState
from bot.services.updates import mark_handled
from bot.store.database import Database
from bot.store.mail_models import MailRow
from bot.store.models import CustomerRow, PersonRow
from bot.store.sources import LastSync, note_sync
from tests.cli.commands import Cobranza
from tests.contpaqi_company import Company
from tests.mail.graph_server import GraphServer

TOKEN = "123456:TEST"  # noqa: S105 - the token of the server in these tests
LAURA = ("--telegram-id", 1001, "--name", "Laura", "--role", "administrator")


@pytest.fixture
async def telegram() -> AsyncIterator[BotApiServer]:
    """A Telegram on loopback."""
    async with BotApiServer(TOKEN) as server:
        yield server


@pytest.fixture
def office(seeded: Cobranza, telegram: BotApiServer, tmp_path: Path) -> Cobranza:
    """The command line of an office where all is well."""
    seeded.environment |= {
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_API_URL": telegram.url,
        "FILES_DIR": str(tmp_path / "files"),
        "COMPANY_NAME": "La Casa",
        "COMPANY_RFC": "AAA010101AAA",
        "COMPANY_BANK": "CLABE",
        "BUSINESS_DATE": "",
    }
    seeded("people", "add", *LAURA)
    return seeded


async def found(office: Cobranza, *, expect: int = 0) -> list[tuple[str, str, str]]:
    """What the doctor finds that is not well: about what, how bad, in which words."""
    answer = await asyncio.to_thread(office.json, "doctor", "--json", expect=expect)
    assert answer["ok"] is (expect == 0)
    assert all(one["todo"] for one in answer["findings"] if one["grade"] != "ok")
    return [(one["about"], one["grade"], one["said"]) for one in answer["findings"] if one["grade"] != "ok"]


def write_env(text: str, encoding: str = "utf-8", mode: int = 0o600) -> None:
    """A .env in the folder where the command runs."""
    Path(".env").write_text(text, encoding=encoding)
    Path(".env").chmod(mode)


def change(office: Cobranza) -> Database:
    """The office's database."""
    return Database(office.environment["DATABASE_URL"])


async def test_of_an_office_where_all_is_well_nothing_is_wrong(office: Cobranza) -> None:
    said = (await asyncio.to_thread(office, "doctor")).stdout
    assert {line[0] for line in said.splitlines()[:-1]} == {"✓"}
    assert "✓ Telegram contesta: el bot es @cobranza_bot." in said
    assert "contesta y está al día." in said
    assert "✓ 1 persona puede usar el bot.\n✓ Los datos se cargaron hace menos de una hora." in said
    assert said.splitlines()[-1] == "No hay nada mal."


async def test_a_new_office_is_told_what_to_do_first(cobranza: Cobranza, tmp_path: Path) -> None:
    cobranza.environment["DATABASE_URL"] = f"sqlite:///{tmp_path / 'var' / 'new.db'}"
    said = (await asyncio.to_thread(cobranza, "doctor", expect=1)).output
    assert "✗ Falta TELEGRAM_TOKEN.\n  → Pida uno a @BotFather" in said
    assert "el primer inicio la crea" in said
    assert "COMPANY_NAME no está indicado: los estados de cuenta los firma «Cobranza»." in said
    assert "COMPANY_BANK no está indicado y los estados de cuenta no lo muestran." in said
    assert not (tmp_path / "var").exists(), "a doctor changes nothing"


async def test_a_setting_that_cannot_be_read_and_a_name_that_is_none_are_told(cobranza: Cobranza) -> None:
    cobranza.environment["TIMEZONE"] = "Marte"
    write_env("TELEGRAM_TOKE=1\nOTHERS=1\nM365_NADA=1\n", "utf-8", 0o600)
    said = (await asyncio.to_thread(cobranza, "doctor", expect=1)).output
    assert "✗ TIMEZONE no puede ser «Marte»" in said
    assert "! En .env, TELEGRAM_TOKE no es un ajuste.\n  → ¿Será TELEGRAM_TOKEN?" in said
    assert "! En .env, M365_NADA no es un ajuste.\n  → «.env.example»" in said
    assert "OTHERS" not in said


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
async def test_settings_that_others_can_read_are_told(office: Cobranza) -> None:
    write_env("LOG_LEVEL=INFO\n", "utf-8", 0o644)
    assert [(about, grade) for about, grade, _ in await found(office)] == [("settings", "warning")]
    write_env("LOG_LEVEL=INFO\n", "utf-8", 0o600)
    assert await found(office) == []


async def test_a_file_of_settings_that_notepad_saved_its_own_way_is_read_or_told(cobranza: Cobranza) -> None:
    write_env("COMPANY_NAME=Peña\n", "utf-8-sig")
    assert "COMPANY_NAME" not in (await asyncio.to_thread(cobranza, "doctor", expect=1)).output
    write_env("COMPANY_NAME=Peña\n", "latin-1")
    for command in (("doctor",), ("people", "list")):
        said = (await asyncio.to_thread(cobranza, *command, expect=1)).output
        assert ".env no está en UTF-8" in said


async def test_an_hour_of_reminders_that_is_quiet_is_told(office: Cobranza) -> None:
    office.environment |= {"REMINDER_TIME": "06:30", "QUIET_HOURS": "20:00-07:00"}
    said = "REMINDER_TIME=06:30 está en QUIET_HOURS: los recordatorios llegan a las 07:00."
    assert await found(office) == [("clock", "warning", said)]


async def test_quiet_hours_that_let_reminders_leave_when_the_law_allows_no_collecting_are_told(
    office: Cobranza,
) -> None:
    office.environment |= {"QUIET_HOURS": "22:30-06:00"}
    law = "07:00 a 22:00, el horario en que la ley permite cobrar."
    said = f"QUIET_HOURS=22:30-06:00 deja salir recordatorios fuera de {law}"
    assert await found(office) == [("clock", "warning", said)]


async def test_a_fixed_day_and_redirected_mail_are_told(office: Cobranza) -> None:
    office.environment |= {"BUSINESS_DATE": "2019-07-16", "MAIL_REDIRECT_TO": "yo@casa.mx"}
    (day, mail) = await found(office)
    assert day == ("clock", "warning", "BUSINESS_DATE está fijo: para el bot hoy es 16/07/2019.")
    assert "yo@casa.mx" in mail[2]


async def test_a_token_that_telegram_does_not_know_is_told_and_not_shown(office: Cobranza) -> None:
    office.environment["TELEGRAM_TOKEN"] = "123456:WRONG"  # noqa: S105 - it opens nothing, that is the point
    ((about, grade, said),) = await found(office, expect=1)
    assert (about, grade, said) == ("telegram", "wrong", "Telegram no reconoce el token: revise TELEGRAM_TOKEN.")


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://[x"])
async def test_a_telegram_out_of_reach_is_told_without_the_token(office: Cobranza, url: str) -> None:
    office.environment["TELEGRAM_API_URL"] = url
    ((about, grade, said),) = await found(office, expect=1)
    assert (about, grade) == ("telegram", "wrong")
    assert "TEST" not in said


async def serve(answer: Callable[[], web.Response]) -> tuple[web.AppRunner, str]:
    """A server that answers everything alike."""

    async def same(_: web.Request) -> web.Response:
        return answer()

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", same)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


@pytest.mark.parametrize("body", [b"<html>", b"[]"])
async def test_what_is_no_telegram_is_told(office: Cobranza, body: bytes) -> None:
    runner, office.environment["TELEGRAM_API_URL"] = await serve(lambda: web.Response(body=body))
    ((about, grade, said),) = await found(office, expect=1)
    await runner.cleanup()
    assert (about, grade) == ("telegram", "wrong")
    assert "no es Telegram" in said


@pytest.mark.parametrize(("off", "grade"), [(timedelta(minutes=2), "warning"), (timedelta(hours=-1), "wrong")])
async def test_a_clock_that_is_wrong_is_told(office: Cobranza, off: timedelta, grade: str) -> None:
    date = f"{datetime.now(UTC) + off:%a, %d %b %Y %H:%M:%S} GMT"
    said = {"ok": True, "result": {"username": "x"}}
    runner, office.environment["TELEGRAM_API_URL"] = await serve(
        lambda: web.json_response(said, headers={"Date": date})
    )
    (clock,) = await found(office, expect=int(grade == "wrong"))
    await runner.cleanup()
    assert clock[:2] == ("clock", grade)


async def hooked(**info: Any) -> tuple[web.AppRunner, str]:  # noqa: ANN401 - what Telegram says
    """A Telegram with a webhook."""
    return await serve(lambda: web.json_response({"ok": True, "result": {"username": "x", **info}}))


async def test_a_webhook_in_the_way_of_polling_is_told(office: Cobranza) -> None:
    runner, office.environment["TELEGRAM_API_URL"] = await hooked(url="https://otro.mx/bot", pending_update_count=500)
    hook, waiting = await found(office)
    await runner.cleanup()
    assert hook[:2] == ("telegram", "warning")
    assert "https://otro.mx/bot" in hook[2]
    assert "500" in waiting[2]


async def test_a_webhook_that_telegram_cannot_reach_is_told(office: Cobranza) -> None:
    info = {"url": "https://otro.mx/bot", "last_error_message": "Wrong response: 502", "last_error_date": 1_563_300_000}
    runner, office.environment["TELEGRAM_API_URL"] = await hooked(**info, pending_update_count=1)
    office.environment |= {
        "TELEGRAM_MODE": "webhook",
        "TELEGRAM_WEBHOOK_URL": "https://casa.mx/bot",
        "TELEGRAM_WEBHOOK_SECRET": "adivina",
    }
    other, failing = await found(office, expect=1)
    await runner.cleanup()
    assert (other[1], failing[1]) == ("warning", "wrong")
    assert failing[2] == "Telegram no pudo entregar un mensaje el 16/07/2019 13:00: Wrong response: 502"

    runner, office.environment["TELEGRAM_API_URL"] = await hooked(**info, pending_update_count=0)
    assert (await found(office))[1] == ("telegram", "warning", failing[2]), "all has been brought since"
    await runner.cleanup()


async def test_a_database_out_of_reach_is_told_without_its_password(office: Cobranza) -> None:
    office.environment["DATABASE_URL"] = "postgresql://yo:clave@127.0.0.1:1/x"
    ((about, grade, said),) = await found(office, expect=1)
    assert (about, grade) == ("database", "wrong")
    assert "clave" not in said


@pytest.mark.parametrize(
    ("revision", "grade", "words"), [("0006", "warning", "versión anterior"), ("9999", "wrong", "más nueva (9999)")]
)
async def test_tables_of_another_version_are_told(office: Cobranza, revision: str, grade: str, words: str) -> None:
    database = change(office)
    with database.transaction() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = ?", (revision,))
    database.close()
    (tables,) = await found(office, expect=int(grade == "wrong"))
    assert tables[:2] == ("database", grade)
    assert words in tables[2]


@pytest.mark.parametrize("start", [0, 5_000, 200_000])
async def test_a_damaged_database_is_told_with_what_gets_it_back(office: Cobranza, tmp_path: Path, start: int) -> None:
    database = change(office)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    path, kept = tmp_path / "cobranza.db", str(tmp_path / "copia.zip")
    await asyncio.to_thread(office, "backup", kept)
    content = bytearray(path.read_bytes())
    content[start : start + 20_000] = b"\xff" * 20_000
    path.write_bytes(content)
    ((about, grade, said),) = await found(office, expect=1)
    assert (about, grade) == ("database", "wrong")
    assert "está dañada" in said
    path.rename(tmp_path / "dañada.db")  # as it says to do
    await asyncio.to_thread(office, "restore", kept)
    assert await found(office) == []


async def test_a_database_that_somebody_just_made_is_told_to_have_no_tables_yet(
    office: Cobranza, tmp_path: Path
) -> None:
    office.environment["DATABASE_URL"] = f"sqlite:///{tmp_path / 'vacía.db'}"
    (tmp_path / "vacía.db").touch()
    ((about, grade, said),) = await found(office)
    assert (about, grade) == ("database", "warning")
    assert said.endswith("contesta; todavía no tiene tablas.")


async def test_a_folder_in_place_of_the_database_is_not_taken_for_one_that_the_first_start_makes(
    office: Cobranza, tmp_path: Path
) -> None:
    office.environment["DATABASE_URL"] = f"sqlite:///{tmp_path}"
    ((about, grade, said),) = await found(office, expect=1)
    assert (about, grade) == ("database", "wrong")
    assert said.endswith("no contesta: unable to open database file")


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="a folder that nobody may write to")
async def test_a_folder_that_cannot_be_written_to_is_named(office: Cobranza) -> None:
    office.environment |= {"FILES_DIR": "/proc/files", "MAIL_FOLDER": "/proc/mail"}
    assert [said.split(":")[0] for _, _, said in await found(office, expect=1)] == ["FILES_DIR", "MAIL_FOLDER"]


async def test_what_lies_where_nobody_may_look_is_named(office: Cobranza) -> None:
    unreachable = 300 * "x"  # as what lies in a folder that may not be entered
    office.environment |= {"FILES_DIR": unreachable, "DATABASE_URL": f"sqlite:///{unreachable}"}
    files, database = await found(office, expect=1)
    assert [one[:2] for one in (files, database)] == [("folders", "wrong"), ("database", "wrong")]
    assert files[2].endswith(": File name too long")
    assert "File name too long" in database[2]


async def test_without_people_or_without_an_administrator_it_says_so(office: Cobranza) -> None:
    database = change(office)
    with database.transaction() as session:
        session.query(PersonRow).update({"active": False})
    database.close()
    ((about, _, said),) = await found(office)
    assert (about, said) == ("people", "Todavía nadie puede usar el bot.")
    collector = ("--telegram-id", 5, "--name", "Eva", "--role", "collector", "--collector", "C1")
    await asyncio.to_thread(office, "people", "add", *collector)
    ((_, _, said),) = await found(office)
    assert said == "1 persona puede usar el bot y no es administradora."


async def test_a_portfolio_that_two_people_have_in_two_spellings_is_told_until_one_is_added_again(
    office: Cobranza,
) -> None:
    async def add(number: int, name: str) -> None:
        who = ("--telegram-id", number, "--name", name, "--role", "collector", "--collector", "C1")
        await asyncio.to_thread(office, "people", "add", *who)

    await add(5, "Eva")
    await add(6, "Beto")
    database = change(office)
    with database.transaction() as session:
        session.query(PersonRow).filter(PersonRow.telegram_id == 6).update({"collector_code": "c1"})
    database.close()
    ((about, grade, said),) = await found(office)
    assert (about, grade) == ("people", "warning")
    assert said.endswith("Eva (C1), Beto (c1).")
    await asyncio.to_thread(office, "people", "deactivate", 3)
    await add(6, "Beto")
    assert await found(office) == []


async def test_old_data_and_mail_that_does_not_leave_are_told(office: Cobranza) -> None:
    database, now = change(office), datetime.now(UTC)
    with database.transaction() as session:
        note_sync(session, "files", LastSync(now - timedelta(days=3), None))
        mark_handled(session, 1, now)
        customer = session.query(CustomerRow).first()
        assert customer
        empty = {"to": [], "cc": [], "bcc": [], "subject": "", "text": "", "html": "", "customer_id": customer.id}
        session.add(MailRow(key="f", state=MailState.FAILED, queued_at=now, **empty))
    assert [(about, grade) for about, grade, _ in await found(office)] == [("data", "warning"), ("outbox", "warning")]
    with database.transaction() as session:
        session.add(MailRow(key="q", state=MailState.QUEUED, queued_at=now - timedelta(hours=5), **empty))
    database.close()
    data, outbox = await found(office, expect=1)
    assert data[2] == "Los datos se cargaron hace 3 días."
    assert outbox[1] == "wrong"
    assert outbox[2] == (
        "Correos por salir: 1; fallidos en los últimos siete días: 1. El más antiguo pudo salir hace 5 horas."
    )


async def test_microsoft_365_is_tried_without_sending(office: Cobranza, graph: GraphServer) -> None:
    office.environment |= graph.settings
    assert await found(office) == []
    assert (graph.sent, graph.drafts) == ([], [])
    graph.faults.on("draft", 403)
    ((about, grade, said),) = await found(office, expect=1)
    assert (about, grade) == ("mail", "wrong")
    assert said.startswith(f"Microsoft 365 ({graph.mailbox_address}): Un borrador")
    assert graph.client_secret not in str(await found(office))


async def test_an_erp_is_tried_where_there_is_one(office: Cobranza, sqlite_company: Company, tmp_path: Path) -> None:
    office.environment["CONTPAQI_URL"] = f"sqlite:///{tmp_path / 'adEMPRESA.db'}"
    assert await found(office) == []
    office.environment["CONTPAQI_URL"] = "postgresql+psycopg://yo:clave@127.0.0.1:1/x"
    ((about, grade, said),) = await found(office, expect=1)
    assert (about, grade) == ("contpaqi", "wrong")
    assert "clave" not in said
    # Whether it was ever read, who tries to connect does not know.
    assert "ninguna vez" not in said
    assert sqlite_company


@pytest.mark.parametrize(
    ("answer", "grade"),
    [({"status": "ok"}, None), ({"status": "degraded", "problems": ["tick"]}, "wrong"), ({}, "warning")],
)
async def test_the_running_bot_is_asked_how_it_is(office: Cobranza, answer: dict[str, Any], grade: str | None) -> None:
    runner, address = await serve(lambda: web.json_response(answer))
    office.environment["HEALTH_LISTEN"] = address.removeprefix("http://")
    said = await found(office, expect=int(grade == "wrong"))
    await runner.cleanup()
    assert [one[:2] for one in said] == ([("running", grade)] if grade else [])
    office.environment["HEALTH_LISTEN"] = "127.0.0.1:1"
    assert [one[:2] for one in await found(office)] == [("running", "warning")]


async def test_a_second_bot_with_the_same_token_is_told_by_the_running_one(office: Cobranza) -> None:
    runner, address = await serve(lambda: web.json_response({"status": "degraded", "problems": ["another bot"]}))
    office.environment["HEALTH_LISTEN"] = address.removeprefix("http://")
    said = (await asyncio.to_thread(office, "doctor", expect=1)).stdout
    await runner.cleanup()
    assert "another bot.\n  → Otro programa recibe con el mismo token" in said
