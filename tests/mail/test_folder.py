import email
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from bot.domain.correspondence import Attachment, Gone, TryLater
from bot.mail.folder import FolderMailer
from tests.mail.conftest import MAIL

# What Windows refuses in a file's name, and the names of its devices.
_FORBIDDEN = set('<>:"/\\|?*')
_DEVICES = {"con", "prn", "aux", "nul", "com1", "lpt1"}


def _read(path: Path) -> EmailMessage:
    message = email.message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    assert [part.defects for part in message.walk() if part.defects] == []
    return message


@contextmanager
def _no_room_for_files_over(size: int) -> Iterator[None]:
    resource = pytest.importorskip("resource", reason="Windows cannot limit a file's size")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_a_sent_mail_is_one_file_with_text_html_and_each_attachment_byte_for_byte(
    folder_mailer: FolderMailer, tmp_path: Path
) -> None:
    folder_mailer.send(folder_mailer.draft(MAIL))

    (path,) = (tmp_path / "mail").glob("*.eml")
    message = _read(path)
    assert message["From"] == "Distribuidora <cobranza@distribuidora.mx>"
    assert message["To"] == "pagos@cliente.mx, tesoreria@cliente.mx"
    assert message["Cc"] == "ventas@distribuidora.mx"
    assert message["Bcc"] == "archivo@distribuidora.mx"
    assert message["Subject"] == MAIL.subject
    assert message["Date"] == "Tue, 16 Jul 2019 15:00:00 +0000"
    assert message["Message-ID"].endswith("@distribuidora.mx>")
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().splitlines() == MAIL.text.splitlines()
    assert html.get_content().strip() == MAIL.html
    assert [
        Attachment(part.get_filename() or "", part.get_content_type(), part.get_payload(decode=True))  # type: ignore[arg-type]  # bytes, for a leaf
        for part in message.iter_attachments()
    ] == list(MAIL.attachments)


def test_a_name_beyond_ascii_is_written_as_rfc_2231_says(folder_mailer: FolderMailer, tmp_path: Path) -> None:
    name = folder_mailer.draft(MAIL)
    assert b"filename*=utf-8''Relaci%C3%B3n%20de%20saldos.pdf" in (tmp_path / "mail" / "drafts" / name).read_bytes()


def test_the_same_mail_is_the_same_bytes(folder_mailer: FolderMailer, tmp_path: Path) -> None:
    path = tmp_path / "mail" / "drafts" / folder_mailer.draft(MAIL)
    first = path.read_bytes()
    folder_mailer.draft(MAIL)
    assert path.read_bytes() == first


def test_an_attached_message_stays_an_attachment(folder_mailer: FolderMailer, tmp_path: Path) -> None:
    inner = Attachment("aviso.eml", "message/rfc822", b"Subject: x\r\n\r\ny")
    name = folder_mailer.draft(replace(MAIL, attachments=(inner,)))
    (part,) = _read(tmp_path / "mail" / "drafts" / name).iter_attachments()
    assert part.get_payload(decode=True) == inner.content


def test_a_crash_between_draft_and_send_can_be_told(folder_mailer: FolderMailer, tmp_path: Path) -> None:
    draft_id = folder_mailer.draft(MAIL)
    assert not folder_mailer.was_sent(draft_id)
    assert list((tmp_path / "mail").glob("*.eml")) == []
    folder_mailer.send(draft_id)
    assert folder_mailer.was_sent(draft_id)


def test_a_mail_that_left_is_neither_sent_again_nor_replaced(folder_mailer: FolderMailer, tmp_path: Path) -> None:
    draft_id = folder_mailer.draft(MAIL)
    folder_mailer.send(draft_id)
    folder_mailer.send(draft_id)
    folder_mailer.send(folder_mailer.draft(replace(MAIL, subject="Otra cosa")))
    assert _read(tmp_path / "mail" / draft_id)["Subject"] == MAIL.subject
    assert list((tmp_path / "mail" / "drafts").iterdir()) == []


@pytest.mark.parametrize("draft_id", ["never-drafted-0123456789.eml", "../secret.eml", "C:\\x.eml", ""])
def test_an_unknown_draft_is_rejected(folder_mailer: FolderMailer, draft_id: str) -> None:
    folder_mailer.draft(MAIL)
    with pytest.raises(Gone):
        folder_mailer.send(draft_id)
    with pytest.raises(Gone):
        folder_mailer.was_sent(draft_id)


@pytest.mark.parametrize(
    "key", ["CON", "nul.txt", 'a:b/c\\d?"<>|*', "../../etc/passwd", "ñandú ", "x" * 400, "…", "a."]
)
def test_every_key_makes_a_name_that_windows_takes(folder_mailer: FolderMailer, key: str) -> None:
    name = folder_mailer.draft(replace(MAIL, key=key))
    assert not _FORBIDDEN & set(name)
    assert name.isascii()
    assert name.partition(".")[0].lower() not in _DEVICES
    assert len(name) < 100
    folder_mailer.send(name)


def test_keys_that_look_alike_make_different_names(folder_mailer: FolderMailer) -> None:
    names = {folder_mailer.draft(replace(MAIL, key=key)).lower() for key in ("a/b", "a-b", "A-B", "a b")}
    assert len(names) == 4


def test_a_full_disk_is_a_matter_of_time_and_leaves_nothing_half_written(
    folder_mailer: FolderMailer, tmp_path: Path
) -> None:
    with _no_room_for_files_over(500), pytest.raises(TryLater, match="cannot be written"):
        folder_mailer.draft(MAIL)
    assert list((tmp_path / "mail" / "drafts").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_a_matter_of_time_and_the_log_says_why(
    folder_mailer: FolderMailer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "mail").write_text("a file where the folder should be")
    with pytest.raises(TryLater, match="cannot be written"):
        folder_mailer.draft(MAIL)
    assert str(tmp_path / "mail") in caplog.text


def test_a_draft_that_is_not_to_be_sent_is_removed(folder_mailer: FolderMailer, tmp_path: Path) -> None:
    name = folder_mailer.draft(MAIL)
    folder_mailer.discard(name)
    folder_mailer.discard(name)
    assert list((tmp_path / "mail" / "drafts").iterdir()) == []


def test_a_sender_cannot_carry_a_second_header(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Bcc"):
        FolderMailer(tmp_path, "a@b.mx\r\nBcc: c@d.mx")
