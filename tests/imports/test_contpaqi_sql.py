"""What is sent to SQL Server: only SELECT, in its dialect, within its limits, without locks."""

import re
import sys
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.dialects.mssql.pymssql import dialect

from bot.domain.erp import ErpDriverMissing, ErpUnreadable
from bot.imports import contpaqi_queries as queries
from bot.imports.contpaqi import ContpaqiReader, engine_options
from bot.imports.contpaqi_tables import CANCELLED, IDS_PER_QUERY, ISSUED, MAX_PARAMETERS, documents
from tests.contpaqi_company import Company

GOLDEN = Path(__file__).parent / "contpaqi.sql"
SINCE = "2019010100:00:00:000"
IDS = (101, 102)


def statements() -> dict[str, Any]:
    return {
        "all_currencies": queries.all_currencies,
        "all_customers": queries.all_customers(),
        "filled_in": queries.filled_in(),
        "newest_stamp": queries.newest_stamp(),
        "counting_ids": queries.counting_ids().where(documents.c.CIDDOCUMENTO > 0).order_by("CIDDOCUMENTO").limit(3),
        "changed_ids": queries.changed_ids(SINCE),
        "charges_of_changed": queries.charges_of_changed(SINCE),
        "balances": queries.balances(),
        "counting": queries.counting(IDS),
        "cancelled_ids": queries.cancelled_ids(),
        "cancelled": queries.cancelled(IDS),
        "uuids": queries.uuids(IDS, ISSUED, CANCELLED),
        "applied_to": queries.applied_to(IDS),
        "used_of": queries.used_of(IDS),
    }


def compiled(statement: Any) -> Any:  # noqa: ANN401 - a statement of any row, and what its dialect makes of it
    return statement.compile(dialect=dialect(), compile_kwargs={"render_postcompile": True})  # type: ignore[no-untyped-call] # SQLAlchemy's


def test_the_statements_are_those_written_down() -> None:
    written = "\n\n".join(f"-- {name}\n{compiled(statement)}" for name, statement in statements().items()) + "\n"
    assert written == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["counting", "cancelled", "uuids", "applied_to", "used_of"])
def test_a_full_batch_stays_within_the_parameters_of_a_query(name: str) -> None:
    statement = getattr(queries, name)(range(IDS_PER_QUERY))
    assert IDS_PER_QUERY < len(compiled(statement).params) < MAX_PARAMETERS


def test_a_whole_reading_sends_nothing_but_select(sqlite_company: Company) -> None:
    concept = sqlite_company.concept("4")
    invoice = sqlite_company.document(sqlite_company.customer("CL1"), concept, 4, 1.0, date(2019, 1, 10))
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        reader = ContpaqiReader(sqlite_company.url)
        reader.connect()
        list(reader.customers())
        list(reader.document_ids())
        list(reader.balances())
        list(reader.cancelled())
        reader.documents([invoice])
        reader.changed_ids(reader.newest_stamp() or "")
        reader.close()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len(sent) > len(statements())
    assert [statement for statement in sent if not re.match(r"SELECT\b", statement)] == []
    assert [statement for statement in sent if re.search(r"\b(INTO|INSERT|UPDATE|DELETE|EXEC)\b", statement)] == []


def test_sql_server_is_read_without_locks_and_waited_for_so_long_only() -> None:
    assert engine_options("mssql+pymssql://lector:x@servidor/adEMPRESA") == {
        "isolation_level": "READ UNCOMMITTED",
        "connect_args": {"login_timeout": 15, "timeout": 120},
    }
    assert engine_options("mssql+pyodbc://lector:x@servidor/adEMPRESA") == {"isolation_level": "READ UNCOMMITTED"}
    assert engine_options("sqlite://") == {}


def test_a_driver_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymssql", None)
    reader = ContpaqiReader("mssql+pymssql://lector:x@servidor/adEMPRESA")
    with pytest.raises(ErpDriverMissing) as missing:
        reader.connect()
    assert missing.value.module == "pymssql"


def test_the_words_of_sql_servers_driver_are_told_without_its_wrapping(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for the driver, since it is an extra; its error is what pymssql 2.4.6 raises where nobody listens."""
    said = b"DB-Lib error message 20009, severity 9:\nUnable to connect: server is unavailable (127.0.0.1)\n"
    driver = ModuleType("pymssql")

    class OperationalError(Exception):
        pass

    def connect(**_: object) -> None:
        raise OperationalError((20009, said))

    vars(driver).update(Error=OperationalError, connect=connect, __version__="2.4.6", paramstyle="pyformat")
    monkeypatch.setitem(sys.modules, "pymssql", driver)
    with pytest.raises(ErpUnreadable) as down:
        ContpaqiReader("mssql+pymssql://lector:x@servidor/adEMPRESA").connect()
    assert down.value.reason == (
        "20009 DB-Lib error message 20009, severity 9: Unable to connect: server is unavailable (127.0.0.1)"
    )
