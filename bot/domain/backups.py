"""What a backup holds, and why one cannot be made or restored."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in a backup: the rows of each table, and how many files with how many bytes."""

    made_at: datetime
    rows: dict[str, int]
    files: int
    bytes: int


class BackupRefused(Exception):  # noqa: N818 - an answer, not an error
    """What keeps a backup from being made or restored; nothing has changed then."""


@dataclass
class BackupThere(BackupRefused):
    """A file is in the place of the new backup."""

    path: str


@dataclass
class NothingToBackUp(BackupRefused):
    """A database without tables: nothing has ever been kept in it."""


@dataclass
class NoBackup(BackupRefused):
    """A file that is no backup of ours."""

    path: str


@dataclass
class BackupDamaged(BackupRefused):
    """A part of a backup is not what it was when the backup was made."""

    part: str


@dataclass
class BackupTooNew(BackupRefused):
    """A backup of a newer version, whose tables this one does not know."""

    revision: str


@dataclass
class DatabaseNotEmpty(BackupRefused):
    """The database to restore into holds something, and nobody said that it may go."""

    rows: int
