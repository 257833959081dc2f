import hashlib
import json
import os
import stat
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from random import Random
from time import sleep
from typing import Any
from zipfile import ZipFile

import psycopg
import pytest
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Enum,
    Integer,
    LargeBinary,
    String,
    Time,
    func,
    select,
)
from sqlalchemy.orm import Session

from bot.domain import backups
from bot.services import backup, scheduling
from bot.services.judgement import judge
from bot.store.base import Base
from bot.store.database import Database
from bot.store.models import AuditRow, PersonRow, PromiseEventRow, PromiseRow
from bot.store.types import Minor
from tests import factories
from tests.search import examples
from tests.services import world as office
from tests.services.world import NOW, THE_18TH, THE_23RD, TODAY

# What a text may hold at its worst; PostgreSQL keeps no NUL.
NASTY = "ñ€\u202e\x01'\"\\\n;--"
TABLES = Base.metadata.sorted_tables


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder of kept files, one still being written, and one that is not for a backup."""
    folder = tmp_path / "files"
    (folder / "8D").mkdir(parents=True)
    (folder / "8D" / "8D.xml").write_bytes(b"<xml/>")
    (folder / "8D" / "8D.pdf").write_bytes(bytes(range(256)) * 5_000)
    (folder / "half.xml.part").write_bytes(b"<x")
    (folder / "login.json").write_bytes(b"secret")
    return folder


@pytest.fixture
def blank(tmp_path: Path) -> Iterator[Database]:
    """An SQLite database without tables."""
    database = Database(f"sqlite:///{tmp_path / 'restored.db'}")
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database without tables to restore into."""
    if request.param == "sqlite":
        yield request.getfixturevalue("blank")
        return
    ours, _ = request.getfixturevalue("postgres_urls")
    with psycopg.connect(ours.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE DATABASE restored")
        database = Database(ours.replace("/ours", "/restored"))
        yield database
        database.close()
        connection.execute("DROP DATABASE restored")


def example(column: Column[Any], n: int) -> object:
    """A value for the nth row that its column takes, and no other row has."""
    kind = column.type
    if column.foreign_keys or (column.primary_key and isinstance(kind, Integer)):
        return n
    if isinstance(kind, Enum):
        return next(iter(kind.python_type))
    values: dict[type, object] = {
        Boolean: n % 2 == 0, Date: date(2019, 7, n), Time: time(7, n), JSON: [{"a": NASTY}, n, None],
        LargeBinary: bytes([0, 255, n]), DateTime: datetime(2019, 7, n, 23, 59, 59, 999_999, UTC),
    }  # fmt: skip
    for known, value in values.items():
        if isinstance(kind, known) or isinstance(getattr(kind, "impl", None), known):
            return value
    if isinstance(kind, String):
        return f"{n}{NASTY}"[: kind.length]
    return n * (2**33 if isinstance(kind, BigInteger | Minor) else 1)


def fill(database: Database) -> None:
    """Three rows in every table there is."""
    with database.transaction() as session:
        for table in TABLES:
            for n in (1, 2, 3):
                session.execute(table.insert().values({c.name: example(c, n) for c in table.columns}))


def everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, as the application reads it."""
    with database.transaction() as session:
        return {t.name: sorted(map(tuple, session.execute(select(t))), key=repr) for t in TABLES}


def test_a_restored_backup_is_equal_in_every_table_and_file_whichever_database_it_goes_to(
    database: Database, empty: Database, files: Path, tmp_path: Path
) -> None:
    fill(database)
    made = backup.write(database, files, tmp_path / "b" / "copia.zip", NOW, without=["login.json"])

    restored = backup.restore(empty, tmp_path / "elsewhere", tmp_path / "b" / "copia.zip")

    before = everything(database)
    assert everything(empty) == before
    assert all(len(rows) == 3 for rows in before.values())
    assert restored == made
    assert (made.rows, made.files, made.made_at) == (dict.fromkeys(before, 3), 2, NOW)
    there = {path.name: path.read_bytes() for path in (tmp_path / "elsewhere").rglob("*") if path.is_file()}
    assert there == {path.name: path.read_bytes() for path in (files / "8D").iterdir()}
    assert made.bytes == sum(map(len, there.values()))


def test_life_goes_on_in_a_restored_database(database: Database, empty: Database, files: Path, tmp_path: Path) -> None:
    was = office.build(database)
    made = was.call(scheduling.promise, was.ana, [was.documents["7"]], THE_18TH, comment="hoy")
    backup.write(database, files, tmp_path / "copia.zip", NOW)
    backup.restore(empty, files, tmp_path / "copia.zip")

    now = office.World(empty, was.ana, was.beto, was.chief, was.customers, was.documents)
    again = now.call(scheduling.promise, now.ana, [now.documents["7"]], THE_23RD, comment="mañana")

    assert [p.number for p in made[0].history.promises] == [1]
    assert [(p.number, p.comment) for p in again[0].history.promises] == [(1, "hoy"), (2, "mañana")]
    with empty.transaction() as session:
        judge(session, TODAY, NOW, 1)
        factories.customer(session, "CL999")
        factories.person(session)
    with pytest.raises(Exception, match="append-only"), empty.transaction() as session:
        session.query(PromiseRow).delete()


@pytest.mark.slow
def test_what_is_written_meanwhile_is_in_the_backup_whole_or_not_at_all(
    database: Database, blank: Database, files: Path, tmp_path: Path
) -> None:
    was = office.build(database)
    stop, written = threading.Event(), [0]

    def entry(session: Session) -> None:
        """A promise and its event, in one transaction."""
        number = written[0] + 1
        row = PromiseRow(
            document_id=was.documents["7"], number=number, on=TODAY, amount=1, currency="MXN", made_by="Ana",
            made_on=TODAY, made_at=NOW,
        )  # fmt: skip
        session.add(row)
        session.flush()
        session.add(PromiseEventRow(promise_id=row.id, state="kept", by="Ana", on=TODAY, at=NOW))
        written[0] = number

    def keep_writing() -> None:
        while not stop.is_set():
            with database.transaction() as session:
                entry(session)

    with database.transaction() as session:
        session.add_all(AuditRow(at=NOW, action="x", subject="y" * 100) for _ in range(2_500))
    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        kept = []
        for n in range(3):
            seen = written[0]
            while written[0] == seen:
                sleep(0.01)
            kept.append(backup.write(database, files, tmp_path / f"{n}.zip", NOW))
    finally:
        stop.set()
        writer.join()

    assert kept[0].rows["promises"] < kept[2].rows["promises"] <= written[0]
    assert all(one.rows["promises"] == one.rows["promise_events"] for one in kept)
    backup.restore(blank, files, tmp_path / "2.zip")
    with blank.transaction() as session:
        assert session.scalar(select(func.count()).select_from(PromiseRow)) == kept[2].rows["promises"]


@pytest.mark.slow
def test_a_backup_of_an_older_version_is_brought_up_to_date(
    database: Database, empty: Database, files: Path, tmp_path: Path
) -> None:
    empty.upgrade("0006")  # before people could like their calendar dark
    insert = "INSERT INTO people (id, name, role, language, active) VALUES (5, 'Ana', 'collector', 'es_MX', true)"
    with empty.transaction() as session:
        session.connection().exec_driver_sql(insert)
    backup.write(empty, files, tmp_path / "old.zip", NOW)

    backup.restore(database, files, tmp_path / "old.zip")

    with database.transaction() as session:
        assert [(row.id, row.dark) for row in session.query(PersonRow)] == [(5, False)]


def test_a_database_in_use_is_replaced_only_when_that_is_meant(database: Database, files: Path, tmp_path: Path) -> None:
    office.build(database)
    backup.write(database, files, tmp_path / "copia.zip", NOW)
    before = everything(database)
    with database.transaction() as session:
        factories.customer(session, "CL999")
    with_more = everything(database)

    with pytest.raises(backups.DatabaseNotEmpty):
        backup.restore(database, files, tmp_path / "copia.zip")
    assert everything(database) == with_more

    backup.restore(database, files, tmp_path / "copia.zip", force=True)
    assert everything(database) == before


@pytest.fixture
def copied(sqlite_database: Database, files: Path, tmp_path: Path) -> Path:
    """A backup."""
    office.build(sqlite_database)
    backup.write(sqlite_database, files, tmp_path / "copia.zip", NOW)
    return tmp_path / "copia.zip"


def rewritten(of: Path, change: dict[str, bytes | None]) -> Path:
    """The same backup with some parts changed, added, or (None) left out."""
    to = of.with_name("other.zip")
    with ZipFile(of) as source, ZipFile(to, "w") as out:
        parts = {name: source.read(name) for name in source.namelist()} | change
        for name, content in parts.items():
            if content is not None:
                out.writestr(name, content)
    return to


def manifest(of: Path, **change: object) -> dict[str, bytes | None]:
    """Its manifest, changed."""
    with ZipFile(of) as source:
        return {"manifest.json": json.dumps(json.loads(source.read("manifest.json")) | change).encode()}


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("files/8D/8D.xml", b"<xml></xml>"),
        ("files/8D/8D.xml", None),
        ("tables/people.jsonl", b""),
        ("files/one-more", b"x"),
    ],
)
def test_a_part_that_was_changed_is_named_and_nothing_is_restored(
    copied: Path, blank: Database, files: Path, part: str, content: bytes | None
) -> None:
    with pytest.raises(backups.BackupDamaged) as refused:
        backup.restore(blank, files, rewritten(copied, {part: content}))
    assert refused.value.part == part
    with blank.engine.connect() as connection:
        assert not connection.dialect.has_table(connection, "people")


def test_bits_that_turned_on_the_disk_are_found(copied: Path, blank: Database, files: Path) -> None:
    content = bytearray(copied.read_bytes())
    with ZipFile(copied) as archive:
        entry = archive.getinfo("tables/customers.jsonl")
    content[entry.header_offset + 30 + len(entry.filename) + 40] ^= 0xFF
    copied.write_bytes(content)
    with pytest.raises(backups.BackupDamaged, match=r"customers"):
        backup.restore(blank, files, copied)


@pytest.mark.slow
def test_whichever_bits_turn_a_backup_is_refused_and_nothing_changes(
    copied: Path, sqlite_database: Database, files: Path
) -> None:
    before, intact = everything(sqlite_database), copied.read_bytes()
    chance = Random(7)  # noqa: S311 - no secret, and the same bits every time
    with ZipFile(copied) as archive:
        parts = [archive.getinfo(name) for name in ("manifest.json", "tables/customers.jsonl", "files/8D/8D.pdf")]
        # The header and beginning of each part, and the list of them at the end.
        starts = [part.header_offset for part in parts] + [archive.start_dir, len(intact) - 100]
    for _ in range(examples(50, searching=200)):
        turned = bytearray(intact)
        turned[chance.choice(starts) + chance.randrange(100)] ^= 1 << chance.randrange(8)
        copied.write_bytes(turned)
        # One that means nothing, as in the time of a part, leaves a backup that is whole: it is held against the rows.
        with pytest.raises(backups.BackupRefused):
            backup.restore(sqlite_database, files, copied)
    assert everything(sqlite_database) == before


def test_rows_that_do_not_read_back_as_they_were_written_take_all_of_it_back(
    copied: Path, blank: Database, files: Path
) -> None:
    with ZipFile(copied) as archive:
        lines = archive.read("tables/people.jsonl").splitlines(keepends=True)
        entry = json.loads(archive.read("manifest.json"))["tables"]["people"]
    tables = json.loads(manifest(copied)["manifest.json"] or b"")["tables"]
    # Well hashed, but out of order: whoever wrote this was not us.
    turned = b"".join(reversed(lines))
    digest = hashlib.sha256(turned).hexdigest()
    changed = manifest(copied, tables=tables | {"people": entry | {"sha256": digest}})
    with pytest.raises(backups.BackupDamaged) as refused:
        backup.restore(blank, files, rewritten(copied, {"tables/people.jsonl": turned, **changed}))
    assert refused.value.part == "tables/people.jsonl"
    with blank.engine.connect() as connection:
        assert not connection.dialect.has_table(connection, "people")


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "C:x", "a\\..\\x"])
def test_no_name_in_a_backup_leads_out_of_the_folder(
    copied: Path, sqlite_database: Database, files: Path, name: str
) -> None:
    digest = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"  # of b"x"
    change: dict[str, bytes | None] = {f"files/{name}": b"x", "files/8D/8D.xml": None, "files/8D/8D.pdf": None}
    change |= {"files/login.json": None}
    change |= manifest(copied, files={name: {"bytes": 1, "sha256": digest}})
    with pytest.raises(backups.BackupDamaged) as refused:
        backup.restore(sqlite_database, files, rewritten(copied, change), force=True)
    assert refused.value.part == name


def test_a_table_that_this_version_does_not_have_is_not_passed_over(copied: Path, blank: Database, files: Path) -> None:
    tables = json.loads(manifest(copied)["manifest.json"] or b"")["tables"]
    empty_hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    changed = manifest(copied, tables=tables | {"zoo": {"columns": [], "rows": 0, "sha256": empty_hash}})
    with pytest.raises(backups.BackupDamaged, match="zoo"):
        backup.restore(blank, files, rewritten(copied, {"tables/zoo.jsonl": b"", **changed}))


def test_a_backup_of_a_newer_version_is_refused(copied: Path, blank: Database, files: Path) -> None:
    with pytest.raises(backups.BackupTooNew):
        backup.restore(blank, files, rewritten(copied, manifest(copied, revision="9999")))


@pytest.mark.parametrize("content", [b"", b"GIF89a"])
def test_what_is_no_backup_is_refused(
    copied: Path, blank: Database, files: Path, tmp_path: Path, content: bytes
) -> None:
    other = tmp_path / "other.zip"
    other.write_bytes(content)
    with pytest.raises(backups.NoBackup):
        backup.restore(blank, files, other)
    with pytest.raises(backups.NoBackup):
        backup.restore(blank, files, rewritten(copied, {"manifest.json": None}))
    with pytest.raises(backups.NoBackup):
        backup.restore(blank, files, rewritten(copied, manifest(copied, format="another's")))


def test_a_backup_is_never_written_over_another_and_leaves_nothing_half_done(
    copied: Path, sqlite_database: Database, files: Path, tmp_path: Path
) -> None:
    before = copied.read_bytes()
    with pytest.raises(backups.BackupThere):
        backup.write(sqlite_database, files, copied, NOW)
    assert copied.read_bytes() == before
    nothing = Database(f"sqlite:///{tmp_path / 'nothing.db'}")
    with pytest.raises(backups.NothingToBackUp):
        backup.write(nothing, files, tmp_path / "new.zip", NOW)
    nothing.close()
    assert [path.name for path in tmp_path.iterdir() if "new" in path.name] == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_its_owner_can_read_a_backup(copied: Path) -> None:
    assert stat.S_IMODE(copied.stat().st_mode) == 0o600


@pytest.mark.skipif(os.name == "nt", reason="Windows makes links for administrators only")
def test_a_link_out_of_the_folder_is_not_followed(sqlite_database: Database, files: Path, tmp_path: Path) -> None:
    (files / "link").symlink_to("/etc/hostname")
    made = backup.write(sqlite_database, files, tmp_path / "copia.zip", NOW)
    assert made.files == 3


def test_a_folder_that_cannot_be_read_is_refused_and_one_that_never_was_holds_nothing(
    sqlite_database: Database, files: Path, tmp_path: Path
) -> None:
    with pytest.raises(NotADirectoryError):
        backup.write(sqlite_database, files / "login.json", tmp_path / "copia.zip", NOW)
    assert backup.write(sqlite_database, tmp_path / "never", tmp_path / "copia.zip", NOW).files == 0
