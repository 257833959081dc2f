"""A PostgreSQL that was set up for an encoding without every letter that names have."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, inspect, make_url

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
