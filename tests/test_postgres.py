from sqlalchemy import text

from bot.store.database import Database


def test_a_test_gets_a_migrated_database_of_each_kind(database: Database) -> None:
    with database.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM customers")) == 0


def test_postgresql_is_real(postgres_database: Database) -> None:
    with postgres_database.transaction() as session:
        assert str(session.scalar(text("SELECT version()"))).startswith("PostgreSQL")
