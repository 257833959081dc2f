"""Mail into a folder of .eml files: what leaves when no Microsoft 365 is configured."""

import datetime as dt
import hashlib
import logging
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from pathlib import Path

from bot.domain.correspondence import Gone, Mail, TryLater
from bot.i18n import N_
from bot.mail.eml import as_bytes
from bot.mail.envelope import checked
from bot.mail.redirect import is_for, redirected

_log = logging.getLogger(__name__)

_DRAFT_ID = re.compile(r"[A-Za-z0-9-]+\.eml")
# Windows' paths end at 260 characters (MAX_PATH); the folder needs its part of them.
_NAME_LENGTH = 60

_GONE = N_("The draft is no longer in the folder")
_UNWRITTEN = N_("The mail folder cannot be written")


def _clock() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class FolderMailer:
    """Drafts in `<folder>/drafts`, sent mail in `<folder>`; nothing leaves the machine.

    The sender is an address, with a name or without; control characters in it are a ValueError.
    """

    pace = None

    def __init__(
        self,
        folder: Path,
        sender: str,
        *,
        redirect_to: str | None = None,
        now: Callable[[], dt.datetime] = _clock,
    ) -> None:
        if not sender.isprintable():
            raise ValueError(sender)
        self._folder = folder
        self._drafts = folder / "drafts"
        self._sender = sender
        self.redirect_to = redirect_to
        self._now = now

    def draft(self, mail: Mail) -> str:
        """Write the mail among the drafts and return its file's name; raises TryLater or Rejected.

        A rehearsal has a file of its own, in the place of the one before it: neither is the mail that is to leave.
        """
        mail = checked(redirected(mail, self.redirect_to))
        name = _file_name(f"rehearsal:{mail.key}" if self.redirect_to else mail.key)
        content = as_bytes(mail, self._sender, self._now())
        with self._disk():
            self._drafts.mkdir(parents=True, exist_ok=True)
            if self.redirect_to:
                (self._folder / name).unlink(missing_ok=True)
            _write(self._drafts / name, content)
        return name

    def send(self, draft_id: str) -> None:
        """Move a draft to the sent mail, where it may be already; raises TryLater or Rejected."""
        draft, sent = self._paths(draft_id)
        with self._disk():
            if sent.exists():
                draft.unlink(missing_ok=True)
            elif draft.exists():
                draft.replace(sent)
                _sync_folder(self._folder)
            else:
                raise Gone(f"{_GONE} ({draft_id})")

    def was_sent(self, draft_id: str) -> bool:
        """Whether the draft has left; raises TryLater, or Gone when neither draft nor sent mail is there."""
        draft, sent = self._paths(draft_id)
        with self._disk():
            if sent.exists():
                return True
            if draft.exists():
                return False
        raise Gone(f"{_GONE} ({draft_id})")

    def is_for(self, draft_id: str, mail: Mail) -> bool:
        """Whether a draft goes to those to whom this mail would go now; raises TryLater."""
        draft, _ = self._paths(draft_id)
        with self._disk(), draft.open("rb") as file:
            headers = BytesHeaderParser().parse(file)
        to, cc, bcc = ([a for _, a in getaddresses(headers.get_all(name, []))] for name in ("To", "Cc", "Bcc"))
        return is_for(redirected(mail, self.redirect_to), (to, cc, bcc))

    def discard(self, draft_id: str) -> None:
        """Remove a draft, unless it is gone already; raises TryLater or Rejected."""
        draft, _ = self._paths(draft_id)
        with self._disk():
            draft.unlink(missing_ok=True)

    def close(self) -> None:
        """Nothing to give back."""

    def _paths(self, draft_id: str) -> tuple[Path, Path]:
        if not _DRAFT_ID.fullmatch(draft_id):
            raise Gone(f"{_GONE} ({draft_id!r})")
        return self._drafts / draft_id, self._folder / draft_id

    @contextmanager
    def _disk(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            # Of a mail that waits the log says no more than that it does.
            _log.warning("%s: %s", _UNWRITTEN, error)
            raise TryLater(f"{_UNWRITTEN} ({error.strerror})") from error


def _file_name(key: str) -> str:
    # The digest keeps apart keys that differ in case or in what Windows forbids, and makes no name a device (CON, NUL).
    digest = hashlib.sha256(key.encode()).hexdigest()[:10]
    readable = re.sub(r"[^A-Za-z0-9]+", "-", key)[:_NAME_LENGTH].strip("-")
    return f"{readable}-{digest}.eml" if readable else f"{digest}.eml"


def _write(path: Path, content: bytes) -> None:
    """Write the file whole or not at all, and on the disk when this returns."""
    part = path.with_suffix(".part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make a rename last through a power cut; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
