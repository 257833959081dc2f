"""The rows of one file in a temporary table of the database, where they are held against the tables as sets."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Executable,
    Integer,
    MetaData,
    Row,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    func,
    literal,
    select,
    update,
)  # fmt: skip
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.schema import CreateTable, DropTable

from bot.store.loading.shared import Loaded, text_limits

# The page cache of SQLite while a file is loaded, in KiB, for the tables and for the temporary one each: with the
# default of 2,000 the indexes of a million rows are written to the disk over and over.
SQLITE_CACHE_KIB = 128 * 1024
SQLITE_DEFAULT_CACHE_KIB = 2_000
# The same for the sorts and hashes of PostgreSQL.
POSTGRES_WORK_MEMORY = "128MB"
# Nothing is known of an empty table that was counted, either.
_UNCOUNTED = """SELECT EXISTS (SELECT FROM documents) AND NOT EXISTS (
    SELECT FROM pg_stats WHERE schemaname = current_schema() AND tablename = 'documents')"""


def temporary(name: str, *columns: Column[Any]) -> Table:
    """A temporary table with these columns between `row`, the number in the file, and `known_id`.

    That is the id of what the row names, once it is found.
    """
    number = Column("row", Integer, primary_key=True, autoincrement=False)
    return Table(name, MetaData(), number, *columns, Column("known_id", BigInteger), prefixes=["TEMPORARY"])


class Staging:
    """Such a table with a row for each one of the file, made when the first ones come.

    A row that is refused, or is in the tables already, is taken out: what is left is to be written.
    """

    def __init__(self, session: Session, loaded: Loaded, table: Table) -> None:
        self.table = table
        self.c = table.c
        self.is_made = False
        self._session = session
        self._loaded = loaded

    def add(self, rows: Iterable[Sequence[object]]) -> None:
        """Put rows: values of the columns in their order but `known_id`, as the driver writes them."""
        if not self.is_made:
            self._make()
        names = [f'"{column.name}"' for column in self.table.columns][:-1]
        into = f"{self.table.name} ({', '.join(names)})"
        driver: Any = self._session.connection().connection.driver_connection
        if self._is_sqlite:
            marks = ", ".join("?" * len(names))
            driver.executemany(f"INSERT INTO {into} VALUES ({marks})", rows)  # noqa: S608 - names of ours
        else:
            with driver.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)

    def _make(self) -> None:
        self._session.flush()
        self._session.execute(DropTable(self.table, if_exists=True))
        self._session.execute(CreateTable(self.table))
        self.is_made = True
        if self._is_sqlite:
            self._cache(SQLITE_CACHE_KIB)
        else:
            self._session.execute(select(func.set_config("work_mem", POSTGRES_WORK_MEMORY, True)))  # noqa: FBT003 - PostgreSQL's

    def drop(self) -> None:
        """Take the table away."""
        self._session.execute(DropTable(self.table))
        if self._is_sqlite:
            self._cache(SQLITE_DEFAULT_CACHE_KIB)

    @property
    def _is_sqlite(self) -> bool:
        return self._session.get_bind().dialect.name == "sqlite"

    def _cache(self, kib: int) -> None:
        for schema in ("main", "temp"):
            self._session.connection().exec_driver_sql(f"PRAGMA {schema}.cache_size = -{kib}")

    def analyze(self) -> None:
        """Let PostgreSQL know how many rows there are: nobody else counts a temporary table's.

        It counts documents by itself, but a minute after the first were loaded; until then it would hold each row
        against every document of its customer.
        """
        if not self._is_sqlite:
            connection = self._session.connection()
            connection.exec_driver_sql(f"ANALYZE {self.table.name}")
            if connection.exec_driver_sql(_UNCOUNTED).scalar():
                connection.exec_driver_sql("ANALYZE documents")

    def run(self, statement: Executable, each: Sequence[Mapping[str, object]] | None = None) -> int:
        """Carry out a statement that writes, once or with each of several parameters; how many rows it wrote."""
        result: Any = self._session.execute(statement, each, execution_options={"preserve_rowcount": True})
        written: int = result.rowcount
        return written

    def read(self, query: Select[Any]) -> Iterable[Row[Any]]:
        """The rows of a query, fetched in parts."""
        return self._session.execute(query, execution_options={"yield_per": 10_000})

    def refuse(self, query: Select[Any], column: str, reason: str) -> None:
        """Refuse and take out what a query finds: `row`, the value, and whatever else the reason's sentence names."""
        rows = []
        names = query.selected_columns.keys()[2:]
        for found in self.read(query):
            number, value, *others = tuple(found)
            params: dict[str, object] = dict(zip(names, others, strict=True))
            self._loaded.refuse(number, column, str(value), reason, **params)
            rows.append(number)
        self.take_out(rows)

    def refuse_too_long(self, target: type[DeclarativeBase]) -> None:
        """Refuse texts too long for the target's columns; SQLite would not mind."""
        for name, query in _too_long(self.table, target):
            self.refuse(query, name, "too_long")

    def refuse_repeated(
        self, keys: tuple[Column[Any], ...], name: Callable[[Row[Any]], str], reason: str = "repeated"
    ) -> None:
        """Take out the rows whose key an earlier row has: the same again when all is equal, else refused.

        Were the last one to win, a file would change something each time it is loaded. `name` says the key in words.
        """
        rows = []
        for found in self.read(_repeated(self.table, keys)):
            rows.append(found.row)
            if found.is_same:
                self._loaded.same += 1
            else:
                self._loaded.refuse(found.row, "", name(found), reason, first=found.first)
        self.take_out(rows)

    def set(self, rows: Sequence[Mapping[str, object]], **columns: str) -> None:
        """Set columns of single rows: of each mapping `number` is the row, and `columns` say where the others go."""
        if rows:
            values: dict[str, Any] = {column: bindparam(name) for column, name in columns.items()}
            self.run(update(self.table).where(self.c.row == bindparam("number")).values(values), rows)

    def take_out(self, rows: Sequence[int]) -> None:
        """Leave rows out of what is written."""
        if rows:
            self.run(delete(self.table).where(self.c.row == bindparam("number")), [{"number": row} for row in rows])


# Statements are made once, not at each import: that takes longer than to carry them out for a file of the day.
@cache
def _too_long(table: Table, target: type[DeclarativeBase]) -> list[tuple[str, Select[Any]]]:
    return [
        (
            name,
            select(table.c.row, table.c[name], literal(limit).label("limit")).where(func.length(table.c[name]) > limit),
        )
        for name, limit in text_limits(target).items()
        if name in table.c
    ]


@cache
def _repeated(table: Table, keys: tuple[Column[Any], ...]) -> Select[Any]:
    """Each row whose key an earlier row has, with the first such and whether all is equal."""
    row = table.c.row
    firsts = (
        select(*keys, func.min(row).label("first"))
        .where(*(key.is_not(None) for key in keys))
        .group_by(*keys)
        .having(func.count() > 1)
        .subquery()
    )
    first = table.alias()
    content = [column.name for column in table.columns if column is not row]
    is_same = and_(*(first.c[name].is_not_distinct_from(table.c[name]) for name in content))
    return (
        select(row, firsts.c.first, is_same.label("is_same"), *keys)
        .join(firsts, and_(*(firsts.c[key.name] == key for key in keys), firsts.c.first < row))
        .join(first, first.c.row == firsts.c.first)
    )
