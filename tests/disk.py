"""A disk that is full when a test says so: the files of SQLite on it do not grow, and it says so itself."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.engine import Engine


class Disk:
    """Where every database of the test lies."""

    full = False

    def tell(self, connection: sqlite3.Connection, *_: object) -> None:
        """Tell SQLite before each use of a connection: as many pages as there are, or as many as it likes."""
        connection.execute(f"PRAGMA max_page_count = {1 if self.full else 2**31 - 2}")


@contextmanager
def disk() -> Iterator[Disk]:
    """The disk, with room on it."""
    made = Disk()
    event.listen(Engine, "checkout", made.tell)
    try:
        yield made
    finally:
        event.remove(Engine, "checkout", made.tell)
