"""The files of a mail, packed so that mail servers take it."""

from collections.abc import Sequence
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bot.domain.correspondence import Attachment, Parcel

# Exchange Online, «Message limits»: a mailbox sends 35 MB by default, its files encoded; and 250 files.
MAX_MAIL_BYTES = 35 * 2**20
MAX_FILES = 250
# Text and HTML of a statement of 1,000 documents, with the headers of every part.
_BODIES_BYTES = 2 * 2**20
_ROOM = MAX_MAIL_BYTES - _BODIES_BYTES
# RFC 2045, base64: 4 characters for 3 bytes, and a line end after every 76.
ENCODED = 4 / 3 * 78 / 76
# The same archive for the same files: ZIP's first day stands for every one.
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
# What the sender may add to one mail in all: with it the statement's own files still fit.
MAX_EXTRA_BYTES = 21 * 2**20


def pack(
    own: Sequence[Attachment],
    invoices: Sequence[Attachment],
    *,
    archive: str,
    zipped: bool,
    beside: Sequence[int] = (),
) -> Parcel:
    """The files in the order in which they travel: our own, the invoices'; beside them others of these sizes in bytes.

    The invoices' go into one ZIP called `archive` when asked for, or when else the mail would be too large or have
    too many. While it still is, the largest PDF among them stays behind, then the largest XML, and is named.
    """
    sizes = [*(len(file.content) for file in (*own, *invoices)), *beside]
    if not invoices or (not zipped and len(sizes) <= MAX_FILES and sum(sizes) * ENCODED <= _ROOM):
        return Parcel((*own, *invoices))
    room = _ROOM - (sum(len(file.content) for file in own) + sum(beside)) * ENCODED
    content, takes = _zip(invoices)
    kept, over = list(invoices), len(content) * ENCODED - room
    left_out: list[str] = []
    for file in sorted(invoices, key=lambda file: (_is_pdf(file), takes[file.name]), reverse=True):
        if over <= 0:
            break
        over -= takes[file.name] * ENCODED
        kept.remove(file)
        left_out.append(file.name)
    if left_out:
        content, _ = _zip(kept)
    packed = (Attachment(archive, "application/zip", content),) if kept else ()
    return Parcel((*own, *packed), tuple(left_out))


def _is_pdf(file: Attachment) -> bool:
    return file.content_type == "application/pdf"


def _zip(files: Sequence[Attachment]) -> tuple[bytes, dict[str, int]]:
    """An archive, and what each file takes in it."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for file in files:
            archive.writestr(ZipInfo(file.name, _ZIP_EPOCH), file.content, ZIP_DEFLATED)
        sizes = {entry.filename: entry.compress_size for entry in archive.infolist()}
    return packed.getvalue(), sizes
