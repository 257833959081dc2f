"""An error of the database is logged: it must not tell of whom."""

import logging

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bot.log import SecretlessFormatter
from bot.store.database import Database


def test_the_log_of_an_error_has_neither_its_values_nor_the_row(database: Database) -> None:
    insert = text("INSERT INTO customers (id, code, name) VALUES (1, :code, :name)")
    with pytest.raises(IntegrityError) as fault, database.engine.begin() as connection:
        connection.execute(insert, {"code": "ZX901", "name": "Quetzalli"})
    told = logging.LogRecord("x", logging.ERROR, "", 0, "failed", None, (IntegrityError, fault.value, None))
    line = SecretlessFormatter([]).format(told)
    assert "customers" in line
    assert "Quetzalli" not in line
    assert "ZX901" not in line
