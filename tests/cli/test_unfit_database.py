"""A PostgreSQL that was set up for an encoding without every letter that names have, or that lets nobody write."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, inspect, make_url

from bot.store.database import Database
from tests.cli.commands import Cobranza

pytestmark = pytest.mark.slow


@pytest.fixture
def latin(postgres_urls: tuple[str, str]) -> Iterator[str]:
    """The address of an empty database in LATIN1."""
    with psycopg.connect(postgres_urls[0].replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
        yield make_url(postgres_urls[0]).set(database="latin").render_as_string(hide_password=False)
        connection.execute("DROP DATABASE latin")


def test_it_is_refused_before_anything_is_in_it(cobranza: Cobranza, latin: str, tmp_path: Path) -> None:
    backup = tmp_path / "copy.zip"
    cobranza("backup", backup)
    cobranza.environment["DATABASE_URL"] = latin

    for command in (("people", "list"), ("send", "--all"), ("restore", backup)):
        assert "guarda el texto en LATIN1" in cobranza(*command, expect=1).stderr
    assert "ENCODING 'UTF8' TEMPLATE template0" in cobranza("doctor", expect=1).stdout

    engine = create_engine(latin)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_the_doctor_says_of_one_of_another_s_that_the_first_start_cannot_make_its_tables(
    cobranza: Cobranza, postgres_urls: tuple[str, str]
) -> None:
    with psycopg.connect(postgres_urls[0].replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE ROLE guest LOGIN")
        connection.execute("CREATE DATABASE another_s")
        theirs = make_url(postgres_urls[0]).set(username="guest", database="another_s")
        cobranza.environment["DATABASE_URL"] = theirs.render_as_string(hide_password=False)
        assert "este usuario no puede crear tablas" in cobranza("doctor", expect=1).stdout
        assert "permission denied" in cobranza("people", "list", expect=1).stderr
        connection.execute("ALTER DATABASE another_s OWNER TO guest")
        cobranza("people", "list")
        connection.execute("DROP DATABASE another_s")
        connection.execute("DROP ROLE guest")


def test_the_doctor_says_of_one_that_only_reads_that_people_wait(
    cobranza: Cobranza, postgres_database: Database
) -> None:
    url = postgres_database.url.render_as_string(hide_password=False)
    cobranza.environment["DATABASE_URL"] = f"{url}&options=-c%20default_transaction_read_only%3Don"
    assert "solo se puede leer: lo que se escriba al bot espera" in cobranza("doctor", expect=1).stdout
    refused = cobranza("statement", "CL002", expect=1).stderr
    assert "Traceback" not in refused

    cobranza.environment["DATABASE_URL"] = url
    assert "contesta y está al día" in cobranza("doctor", expect=1).stdout
