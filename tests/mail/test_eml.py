"""A mail as a file says what the mail says, whatever its headers are folded into."""

import datetime as dt
import email
from dataclasses import replace
from email.header import decode_header, make_header
from email.policy import default

from hypothesis import example, given
from hypothesis import strategies as st

from bot.mail.eml import as_bytes
from tests.mail.conftest import MAIL

NOON = dt.datetime(2019, 7, 16, 15, tzinfo=dt.UTC)
WORDS = [
    "Muñoz", "Bajío", "Peñón", "García", "de", "S.A. de C.V.", "–", "&", "漢字", "😀", "=?utf-8?q?x?=", "x" * 40,
    "é" * 40, "(a)", "[→", "a@x.mx,", "_", ";", ":", '"', "\\",
]  # fmt: skip
# RFC 2047, 2: a line with an encoded word, and RFC 5322, 2.1.1: any line.
_WITH_ENCODED_WORD, _ANY = 76, 998


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=14).map(" ".join))
@example("Estado de cuenta al 16/07/2019 – CL034 Muñoz Bajío Ramírez – Bajío María")
def test_a_subject_is_read_back_as_it_was_written(subject: str) -> None:
    content = as_bytes(replace(MAIL, subject=subject), "a@b.mx", NOON)
    message = email.message_from_bytes(content, policy=default)
    assert (message["Subject"], message["Subject"].defects) == (subject, ())
    # Older programs read a header by its encoded words alone.
    assert str(make_header(decode_header(email.message_from_bytes(content)["Subject"]))) == subject
    for line in content.partition(b"\r\n\r\n")[0].decode("ascii").split("\r\n"):
        assert len(line) <= (_WITH_ENCODED_WORD if "=?utf-8?" in line else _ANY)
