"""What a PostgreSQL was set up for must not matter to names with accents."""

import psycopg
import pytest
from sqlalchemy import make_url

from bot.domain.people import Role
from bot.services import people
from bot.store.database import Database


@pytest.mark.slow
@pytest.mark.parametrize(("encoding", "client"), [("SQL_ASCII", None), ("UTF8", "LATIN1")])
def test_names_are_kept_whatever_encoding_a_server_or_its_environment_has(
    postgres_urls: tuple[str, str], monkeypatch: pytest.MonkeyPatch, encoding: str, client: str | None
) -> None:
    here = postgres_urls[0].replace("+psycopg", "")
    with psycopg.connect(here, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS odd")
        connection.execute(f"CREATE DATABASE odd ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0")
    if client:
        monkeypatch.setenv("PGCLIENTENCODING", client)

    database = Database(make_url(postgres_urls[0]).set(database="odd").render_as_string(hide_password=False))
    database.upgrade()
    with database.transaction() as session:
        people.add(session, telegram_id=7, name="Łucía Ñandú €", role=Role.SUPERVISOR)
    with database.transaction() as session:
        assert [person.name for person in people.listing(session)] == ["Łucía Ñandú €"]
    database.close()
