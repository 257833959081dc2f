import datetime as dt
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from bot.domain.correspondence import Attachment, Gone, Rejected, TryLater
from bot.mail.credentials import Secret
from bot.mail.graph import GraphMailer
from tests.mail.certificates import new_certificate
from tests.mail.conftest import MAIL, MailerFactory
from tests.mail.graph_faults import Trouble
from tests.mail.graph_server import GraphServer

LARGE = replace(MAIL, attachments=(Attachment("g.pdf", "application/pdf", bytes(4_000_000)),))
EVERY_STEP = ["discovery", "token", "draft", "attach", "session", "upload", "list", "read", "send"]


def _deliver(mailer: GraphMailer) -> None:
    both = replace(LARGE, attachments=(*MAIL.attachments, *LARGE.attachments))
    mailer.send(mailer.draft(both))


@pytest.mark.parametrize("operation", EVERY_STEP)
@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_microsoft_is_asked_again_when_it_said(
    graph: GraphServer, mailer: GraphMailer, operation: str, status: int
) -> None:
    graph.faults.on(operation, status, retry_after="17")
    with pytest.raises(TryLater) as later:
        _deliver(mailer)
    assert later.value.after == 17
    assert graph.sent == []
    _deliver(mailer)
    assert len(graph.sent) == 1


def test_a_busy_microsoft_that_names_no_time_is_asked_after_a_minute(graph: GraphServer, mailer: GraphMailer) -> None:
    graph.faults.on("send", 503)
    with pytest.raises(TryLater) as later:
        _deliver(mailer)
    assert later.value.after == 60


def test_a_time_to_come_back_may_be_a_date(graph: GraphServer, mailer: GraphMailer) -> None:
    in_two_minutes = format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=2), usegmt=True)
    graph.faults.on("draft", 429, retry_after=in_two_minutes)
    with pytest.raises(TryLater) as later:
        _deliver(mailer)
    assert 115 <= later.value.after <= 121


@pytest.mark.parametrize("operation", EVERY_STEP)
@pytest.mark.parametrize("trouble", [Trouble.CUT_BEFORE, Trouble.CUT_AFTER, Trouble.SILENCE])
def test_a_connection_that_breaks_or_says_nothing_is_tried_later(
    graph: GraphServer, new_mailer: MailerFactory, operation: str, trouble: Trouble
) -> None:
    graph.faults.on(operation, trouble)
    with pytest.raises(TryLater, match="did not answer"):
        _deliver(new_mailer(timeout=0.2))


@pytest.fixture
def stranger(tmp_path: Path) -> Iterator[str]:
    """The address of a server with a certificate that nobody vouches for."""
    _, pem = new_certificate()
    (tmp_path / "s.pem").write_text(pem, encoding="ascii")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "s.pem")
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that hangs up is no news
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"https://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_who_stands_in_between_is_not_taken_for_a_microsoft_that_does_not_answer(
    stranger: str, new_mailer: MailerFactory
) -> None:
    with pytest.raises(TryLater, match="a proxy or an antivirus") as later:
        new_mailer(authority_url=stranger).draft(MAIL)
    assert later.value.everyone


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (("draft", 400, "ErrorInvalidRecipients"), "address"),
        (("draft", 400, "ErrorSomethingNew"), "Switched on by the test"),
        (("draft", 401, "InvalidAuthenticationToken"), "M365_CLIENT_ID"),
        (("draft", 403, "ErrorAccessDenied"), r"Mail\.ReadWrite and Mail\.Send"),
        (("draft", 404, "ErrorInvalidUser"), "M365_MAILBOX"),
        (("draft", 404, "MailboxNotEnabledForRESTAPI"), "M365_MAILBOX"),
        (("attach", 413, "RequestEntityTooLarge"), "larger"),
        (("send", 400, "ErrorMessageSizeExceeded"), "larger"),
        (("send", 403, "ErrorSendAsDenied"), "in the name of"),
    ],
)
def test_a_refusal_says_in_plain_words_what_is_missing(
    graph: GraphServer, mailer: GraphMailer, failure: tuple[str, int, str], words: str
) -> None:
    operation, status, code = failure
    graph.faults.on(operation, status, code=code)
    with pytest.raises(Rejected, match=words) as refused:
        _deliver(mailer)
    assert f"({status} {code}: " in str(refused.value)
    assert graph.sent == []


_WRONG = "7d5c1a52-0000-4000-8000-ffffffffffff"


@pytest.mark.parametrize(
    ("setting", "wrong", "words"),
    [
        ("credential", Secret(_WRONG), "M365_CLIENT_SECRET"),
        ("client_id", _WRONG, "M365_CLIENT_ID"),
        ("tenant_id", _WRONG, "M365_TENANT_ID"),
    ],
)
def test_a_wrong_setting_is_named(new_mailer: MailerFactory, setting: str, wrong: object, words: str) -> None:
    with pytest.raises(Rejected, match=words):
        new_mailer(**{setting: wrong}).draft(MAIL)


def test_a_wrong_mailbox_is_named(new_mailer: MailerFactory) -> None:
    with pytest.raises(Rejected, match="M365_MAILBOX"):
        new_mailer(mailbox="nadie@distribuidora.mx").draft(MAIL)


def test_a_token_that_is_old_although_the_clock_calls_it_good_is_renewed_by_the_next_try(
    graph: GraphServer, mailer: GraphMailer
) -> None:
    draft_id = mailer.draft(MAIL)
    graph.authority.tokens.clear()
    with pytest.raises(TryLater, match="a new one"):
        mailer.send(draft_id)
    mailer.send(draft_id)
    assert len(graph.sent) == 1


def test_a_token_endpoint_that_calls_itself_busy_is_tried_later(graph: GraphServer, mailer: GraphMailer) -> None:
    graph.faults.on("token", 400, code="temporarily_unavailable")
    with pytest.raises(TryLater, match="busy"):
        mailer.draft(MAIL)


def test_after_a_cut_before_sending_the_mail_is_known_to_be_here(graph: GraphServer, mailer: GraphMailer) -> None:
    draft_id = mailer.draft(MAIL)
    graph.faults.on("send", Trouble.CUT_BEFORE)
    with pytest.raises(TryLater):
        mailer.send(draft_id)
    assert not mailer.was_sent(draft_id)
    mailer.send(draft_id)
    assert len(graph.sent) == 1


def test_after_a_cut_past_sending_the_mail_is_known_to_have_left(graph: GraphServer, mailer: GraphMailer) -> None:
    draft_id = mailer.draft(MAIL)
    graph.faults.on("send", Trouble.CUT_AFTER)
    with pytest.raises(TryLater):
        mailer.send(draft_id)
    assert mailer.was_sent(draft_id)
    assert len(graph.sent) == 1


@pytest.mark.parametrize("operation", ["send", "delete"])
def test_a_page_of_who_stands_in_between_is_not_taken_for_a_mail_that_left_or_a_draft_that_is_gone(
    graph: GraphServer, mailer: GraphMailer, operation: str
) -> None:
    draft_id = mailer.draft(MAIL)
    graph.faults.on(operation, Trouble.PAGE)
    with pytest.raises(TryLater, match="did not confirm"):
        (mailer.send if operation == "send" else mailer.discard)(draft_id)
    assert len(graph.drafts) == 1


@pytest.mark.parametrize("status", [429, 500])
def test_whether_a_mail_left_may_not_be_known_yet(graph: GraphServer, mailer: GraphMailer, status: int) -> None:
    draft_id = mailer.draft(MAIL)
    graph.faults.on("read", status)
    with pytest.raises(TryLater):
        mailer.was_sent(draft_id)


@pytest.mark.parametrize(
    ("operation", "status", "code"), [("token", 401, "invalid_client"), ("read", 403, "ErrorAccessDenied")]
)
def test_a_refusal_to_tell_whether_a_mail_left_is_not_taken_for_a_mail_that_is_gone(
    graph: GraphServer, new_mailer: MailerFactory, operation: str, status: int, code: str
) -> None:
    draft_id = new_mailer().draft(MAIL)
    graph.faults.on(operation, status, code=code)
    with pytest.raises(Rejected) as refusal:
        new_mailer().was_sent(draft_id)
    assert not isinstance(refusal.value, Gone)


def test_a_mail_that_is_found_by_neither_id_is_gone_however_that_is_said(
    graph: GraphServer, mailer: GraphMailer
) -> None:
    draft_id = mailer.draft(MAIL)
    graph.mailbox.remove(draft_id.partition(" ")[0])
    graph.faults.on("read", 404, code="ResourceNotFound")
    with pytest.raises(Gone, match="Sent Items"):
        mailer.was_sent(draft_id)


def test_a_draft_that_may_not_be_removed_is_no_draft_that_is_gone(graph: GraphServer, mailer: GraphMailer) -> None:
    draft_id = mailer.draft(MAIL)
    graph.faults.on("delete", 403)
    with pytest.raises(Rejected):
        mailer.discard(draft_id)


def test_a_mailbox_out_of_reach_is_not_taken_for_a_mail_that_is_gone(graph: GraphServer, mailer: GraphMailer) -> None:
    draft_id = mailer.draft(MAIL)
    graph.faults.on("read", 404, code="ErrorItemNotFound")
    graph.faults.on("find", 503)
    with pytest.raises(TryLater):
        mailer.was_sent(draft_id)


def test_a_file_that_did_not_arrive_whole_is_noticed(graph: GraphServer, mailer: GraphMailer) -> None:
    # O365 takes the end of its file for the end of the upload.
    graph.faults.on("upload", Trouble.LOSE, skip=1)
    with pytest.raises(TryLater, match="whole"):
        mailer.draft(LARGE)
    assert graph.drafts == []


def test_an_upload_that_expired_is_begun_anew_later(graph: GraphServer, mailer: GraphMailer) -> None:
    graph.faults.on("upload", 404, code="ErrorItemNotFound")
    with pytest.raises(TryLater, match="upload"):
        mailer.draft(LARGE)


def test_an_upload_out_of_step_is_begun_anew_later(graph: GraphServer, mailer: GraphMailer) -> None:
    graph.faults.on("upload", Trouble.LOSE)
    with pytest.raises(TryLater, match="upload"):
        mailer.draft(LARGE)


@pytest.mark.parametrize("operation", ["attach", "session", "upload", "list", "read"])
def test_no_half_a_mail_stays_among_the_drafts(graph: GraphServer, mailer: GraphMailer, operation: str) -> None:
    graph.faults.on(operation, 500)
    with pytest.raises(TryLater):
        _deliver(mailer)
    assert graph.drafts == []


def test_the_first_failure_is_the_one_told_when_tidying_up_fails_too(graph: GraphServer, mailer: GraphMailer) -> None:
    graph.faults.on("attach", 413)
    graph.faults.on("delete", 500)
    with pytest.raises(Rejected, match="larger"):
        mailer.draft(MAIL)
    assert len(graph.drafts) == 1


@pytest.mark.parametrize(
    ("kind", "everyone"),
    [
        (429, True), (503, True), (504, True), (Trouble.CUT_BEFORE, True), (Trouble.SILENCE, True),
        (500, False), (408, False), (409, False), (423, False), (412, False),
    ],
)  # fmt: skip
def test_a_fault_says_whether_it_is_this_mails_or_everyones(
    graph: GraphServer, new_mailer: MailerFactory, kind: int | Trouble, *, everyone: bool
) -> None:
    graph.faults.on("send", kind)
    # Only silence is waited for; on a busy machine any other answer may take longer than that.
    mailer = new_mailer(timeout=0.2) if kind is Trouble.SILENCE else new_mailer()
    with pytest.raises(TryLater) as later:
        _deliver(mailer)
    assert later.value.everyone is everyone


def test_a_draft_that_is_not_to_be_sent_is_removed(graph: GraphServer, mailer: GraphMailer) -> None:
    mailer.discard(mailer.draft(MAIL))
    assert graph.drafts == []


def test_a_draft_that_cannot_be_removed_now_is_a_matter_of_time(graph: GraphServer, mailer: GraphMailer) -> None:
    draft_id = mailer.draft(MAIL)
    graph.faults.on("delete", 503)
    with pytest.raises(TryLater):
        mailer.discard(draft_id)
