"""The XML and PDF of what was imported, by UUID: `<folder>/8D/8D05D435-….xml`."""

import os
import re
import tempfile
from pathlib import Path

SUFFIXES = (".xml", ".pdf")
_UUID = re.compile(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}")


class Vault:
    """A folder of files by UUID; a file is there whole or not at all, whatever crashes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, uuid: str, suffix: str, content: bytes) -> None:
        """Put a file, in place of what was there; it is on the disk when this returns."""
        write_whole(self._path(uuid, suffix), content)

    def find(self, uuid: str) -> list[Path]:
        """The files of a UUID, however it is written: the XML, then the PDF."""
        if not _UUID.fullmatch(uuid.upper()):
            return []
        paths = (self._path(uuid.upper(), suffix) for suffix in SUFFIXES)
        return [path for path in paths if path.is_file()]

    def _path(self, uuid: str, suffix: str) -> Path:
        if not _UUID.fullmatch(uuid) or suffix not in SUFFIXES:
            raise ValueError(f"{uuid}{suffix}")
        return self._folder / uuid[:2] / f"{uuid}{suffix}"


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, in place of what was there; it is on the disk when this returns, and never half of it."""
    if path.is_file() and path.read_bytes() == content:
        return
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
        _flush(path.parent.parent)
    handle, name = tempfile.mkstemp(prefix=f"{path.stem}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _flush(path.parent)


def _flush(folder: Path) -> None:
    """Write down the folder's new name for the file too; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
