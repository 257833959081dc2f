"""A backup: one file with every row and every kept file, each with its hash; made while the bot works, or put back."""

import hashlib
import json
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import Connection

from bot.domain.backups import (
    BackupDamaged,
    BackupRefused,
    BackupThere,
    BackupTooNew,
    Contents,
    DatabaseNotEmpty,
    NoBackup,
    NothingToBackUp,
)
from bot.store import copying
from bot.store.database import Database
from bot.store.locks import be_patient
from bot.store.schema import known_revision_of, migrate, revisions

_FORMAT = "cobranza-backup-1"
_MANIFEST = "manifest.json"
_CHUNK = 1 << 20
# A file that is being written has this ending (bot.imports.vault, bot.mail.folder, and the backup itself).
_UNFINISHED = ".part"


def write(database: Database, files: Path, to: Path, now: datetime, *, without: Collection[str] = ()) -> Contents:
    """Write a backup that only its owner can read, as only they can the folder made for it; `without` is left out.

    Raises BackupThere, NothingToBackUp.
    """
    if to.exists():
        raise BackupThere(str(to))
    to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = to.with_name(to.name + _UNFINISHED)
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(
            os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0), 0o600), "wb"
        ) as out:
            with ZipFile(out, "w", ZIP_DEFLATED) as archive:
                manifest = _fill(archive, database, files, now, without)
            out.flush()
            os.fsync(out.fileno())
        part.replace(to)
    finally:
        part.unlink(missing_ok=True)
    return _contents(manifest)


def restore(database: Database, files: Path, of: Path, *, force: bool = False) -> Contents:
    """Put a backup back and hold what is there then against it; nothing changes unless all of it can be put back.

    Raises NoBackup, BackupDamaged, BackupTooNew, DatabaseNotEmpty, DatabaseTooNew, DatabaseLacksLetters.
    """
    with _opened(of) as (archive, manifest):
        if manifest["revision"] not in revisions():
            raise BackupTooNew(manifest["revision"])
        _verify(archive, manifest)
        with database.patiently() as connection:
            # Of a newer version's tables some would stay, in the way of the next update.
            known_revision_of(connection)
            kept = sum(copying.count(connection, table) for table in copying.tables(connection))
            if kept and not force:
                raise DatabaseNotEmpty(kept)
            copying.drop(connection)
            migrate(connection, manifest["revision"])
            _load(connection, archive, manifest)
            migrate(connection)
            _put_files(archive, manifest, files)
    return _contents(manifest)


def _fill(archive: ZipFile, database: Database, files: Path, now: datetime, without: Collection[str]) -> dict[str, Any]:
    manifest: dict[str, Any] = {"format": _FORMAT, "made_at": now.isoformat(), "tables": {}, "files": {}}
    with database.snapshot() as connection:
        # Nobody waits for it, and late it is better than never.
        be_patient(connection)
        # Of a newer version's tables some would be left out, unseen.
        manifest["revision"] = known_revision_of(connection)
        if manifest["revision"] is None:
            raise NothingToBackUp
        for table in copying.tables(connection):
            columns = [column.name for column in table.columns]
            digest, rows = hashlib.sha256(), 0
            with archive.open(_table(table.name), "w", force_zip64=True) as out:
                for line in copying.dump(connection, table, columns):
                    out.write(line)
                    digest.update(line)
                    rows += 1
            manifest["tables"][table.name] = {"columns": columns, "rows": rows, "sha256": digest.hexdigest()}
    # After the rows: a file is kept before the row that names it, so each that the rows name is here by now.
    for path in _finished(files):
        name = path.relative_to(files).as_posix()
        if name not in without:
            with suppress(FileNotFoundError):  # one that waited to be loaded, and has been meanwhile
                manifest["files"][name] = _keep(archive, path, name)
    archive.writestr(_MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    return manifest


def _finished(folder: Path) -> Iterator[Path]:
    # As others walk, a folder that may not be read holds nothing: a night's backup would lack its files, unsaid.
    for where, _, names in os.walk(folder, onerror=_unless_gone):
        for path in (Path(where, name) for name in sorted(names)):
            if path.suffix != _UNFINISHED and not path.is_symlink():
                yield path


def _unless_gone(error: OSError) -> None:
    # Where no file was ever kept there is no folder, and what waits to be loaded has one only so long.
    if not isinstance(error, FileNotFoundError):
        raise error


def _keep(archive: ZipFile, path: Path, name: str) -> dict[str, Any]:
    with path.open("rb") as source, archive.open(_file(name), "w", force_zip64=True) as out:
        digest, size = _copy(source, out)
    return {"bytes": size, "sha256": digest}


@contextmanager
def _opened(of: Path) -> Iterator[tuple[ZipFile, dict[str, Any]]]:
    no_backup = NoBackup(str(of))
    # What is not there, or may not be read, says so itself.
    with of.open("rb") as file, _archive(file, no_backup) as archive:
        if _MANIFEST not in archive.namelist():
            raise no_backup
        with _reading(BackupDamaged(_MANIFEST)):
            manifest = json.loads(archive.read(_MANIFEST))
        if not isinstance(manifest, dict) or manifest.get("format") != _FORMAT:
            raise no_backup
        yield archive, manifest


def _archive(file: IO[bytes], refusal: BackupRefused) -> ZipFile:
    with _reading(refusal):
        return ZipFile(file)


@contextmanager
def _reading(refusal: BackupRefused) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # zipfile and what it unpacks with have a dozen exceptions for damaged bytes
        raise refusal from error


def _verify(archive: ZipFile, manifest: dict[str, Any]) -> None:
    """Whether every part is what it was, and none is missing or too many; raises BackupDamaged."""
    parts = {_table(name): entry["sha256"] for name, entry in manifest["tables"].items()}
    parts |= {_file(name): entry["sha256"] for name, entry in manifest["files"].items()}
    for name in {_MANIFEST, *parts}.symmetric_difference(archive.namelist()):
        raise BackupDamaged(name)
    for name, expected in parts.items():
        with _reading(BackupDamaged(name)), archive.open(name) as part:
            digest, _ = _copy(part)
        if digest != expected:
            raise BackupDamaged(name)
    for name in manifest["files"]:
        # No name may lead out of the folder, whoever wrote it.
        if "\\" in name or ":" in name or ".." in (path := PurePosixPath(name)).parts or path.is_absolute():
            raise BackupDamaged(name)


def _load(connection: Connection, archive: ZipFile, manifest: dict[str, Any]) -> None:
    """Put the rows in, and read them once more: what is there must give the hash that was written down."""
    there = {table.name: table for table in copying.tables(connection)}
    for name in there.keys() ^ manifest["tables"].keys():
        raise BackupDamaged(_table(name))
    for name, table in there.items():
        with archive.open(_table(name)) as lines:
            copying.load(connection, table, manifest["tables"][name]["columns"], lines)
    for name, entry in manifest["tables"].items():
        digest, rows = hashlib.sha256(), 0
        for line in copying.dump(connection, there[name], entry["columns"]):
            digest.update(line)
            rows += 1
        if (rows, digest.hexdigest()) != (entry["rows"], entry["sha256"]):
            raise BackupDamaged(_table(name))


def _put_files(archive: ZipFile, manifest: dict[str, Any], files: Path) -> None:
    for name in manifest["files"]:
        target = files / name
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(target.name + _UNFINISHED)
        with archive.open(_file(name)) as source, part.open("wb") as out:
            _copy(source, out)
            out.flush()
            os.fsync(out.fileno())
        part.replace(target)


def _copy(source: IO[bytes], to: IO[bytes] | None = None) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for chunk in iter(partial(source.read, _CHUNK), b""):
        digest.update(chunk)
        size += len(chunk)
        if to:
            to.write(chunk)
    return digest.hexdigest(), size


def _table(name: str) -> str:
    return f"tables/{name}.jsonl"


def _file(name: str) -> str:
    return f"files/{name}"


def _contents(manifest: dict[str, Any]) -> Contents:
    return Contents(
        made_at=datetime.fromisoformat(manifest["made_at"]),
        rows={name: entry["rows"] for name, entry in manifest["tables"].items()},
        files=len(manifest["files"]),
        bytes=sum(entry["bytes"] for entry in manifest["files"].values()),
    )
