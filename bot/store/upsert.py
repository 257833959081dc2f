"""Inserts that know what to do when the row is there already; SQLAlchemy has them for each database apart."""

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session


def insert(session: Session, table: type[DeclarativeBase]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT of the session's database, with `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return insert_of(session.get_bind().dialect.name, table)


def insert_of(dialect: str, table: type[DeclarativeBase] | Table) -> postgresql.Insert | sqlite.Insert:
    """The same of a kind of database by its name, to be made once."""
    return (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table)
