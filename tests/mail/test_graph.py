import json
import logging
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.error import HTTPError

import pytest

from bot.domain.correspondence import Attachment, Gone, Mail, Rejected, TryLater
from bot.mail import graph as graph_module
from bot.mail.graph import GraphMailer
from bot.mail.graph_access import ONE_REQUEST_LIMIT
from tests.mail.conftest import MAIL, MailerFactory
from tests.mail.graph_faults import Trouble
from tests.mail.graph_mailbox import File
from tests.mail.graph_server import GraphServer

SIZES = [
    pytest.param(9, id="a small file"),
    pytest.param(2_000_000, id="2 MB"),
    # As base64, with the rest of its request, a bit more than the 4 MB that Graph takes.
    pytest.param(3_145_728, id="3 MB to the byte"),
    pytest.param(5_000_000, id="5 MB"),
    pytest.param(30_000_000, id="30 MB", marks=pytest.mark.slow),
]


def _pattern(size: int) -> bytes:
    """Bytes that show a range lost, doubled or out of place."""
    return b"".join(n.to_bytes(4, "big") for n in range(size // 4 + 1))[:size]


@pytest.mark.parametrize("size", SIZES)
def test_a_mail_leaves_with_its_attachment_byte_for_byte(graph: GraphServer, mailer: GraphMailer, size: int) -> None:
    content = _pattern(size)
    mail = replace(MAIL, attachments=(Attachment("Relación.pdf", "application/pdf", content),))

    mailer.send(mailer.draft(mail))

    (sent,) = graph.sent
    assert graph.drafts == []
    assert sent.subject == mail.subject
    assert sent.html == mail.html
    assert (sent.to, sent.cc, sent.bcc) == (mail.to, mail.cc, mail.bcc)
    assert sent.headers == {"x-cobranza-key": mail.key}
    assert sent.attachments == (File("Relación.pdf", content),)


def test_large_and_small_files_travel_together(graph: GraphServer, mailer: GraphMailer) -> None:
    files = tuple(Attachment(f"{n}.pdf", "application/pdf", _pattern(n)) for n in (0, 4_000_000, 5, 3_200_000))
    mailer.send(mailer.draft(replace(MAIL, attachments=files)))
    assert graph.sent[0].attachments == tuple(File(file.name, file.content) for file in files)


def test_a_file_at_the_line_fits_into_one_request_with_a_long_name(graph: GraphServer, mailer: GraphMailer) -> None:
    file = Attachment("🏪" * 255, "application/pdf", _pattern(ONE_REQUEST_LIMIT))
    mailer.send(mailer.draft(replace(MAIL, attachments=(file,))))
    assert graph.sent[0].attachments == (File(file.name, file.content),)
    assert "session" not in graph.operations


def test_a_mail_without_attachments_leaves(graph: GraphServer, mailer: GraphMailer) -> None:
    mailer.send(mailer.draft(replace(MAIL, attachments=())))
    assert graph.sent[0].attachments == ()


def test_a_restarted_bot_can_tell_a_draft_from_a_sent_mail(graph: GraphServer, new_mailer: MailerFactory) -> None:
    draft_id = new_mailer().draft(MAIL)
    assert not new_mailer().was_sent(draft_id)
    new_mailer().send(draft_id)
    assert new_mailer().was_sent(draft_id)
    # The immutable id was enough.
    assert "find" not in graph.operations


def test_a_sent_mail_is_found_where_its_id_did_not_outlive_sending(graph: GraphServer, mailer: GraphMailer) -> None:
    graph.mailbox.ids_survive = False
    draft_id = mailer.draft(MAIL)
    mailer.send(draft_id)
    assert mailer.was_sent(draft_id)
    assert graph.operations[-1] == "find"


def test_a_mail_that_someone_removed_is_left_to_a_person(graph: GraphServer, mailer: GraphMailer) -> None:
    draft_id = mailer.draft(MAIL)
    graph.mailbox.remove(draft_id.partition(" ")[0])
    with pytest.raises(Gone, match="Sent Items"):
        mailer.was_sent(draft_id)
    with pytest.raises(Gone, match="Sent Items"):
        mailer.send(draft_id)
    mailer.discard(draft_id)


def test_one_token_serves_many_mails(graph: GraphServer, mailer: GraphMailer) -> None:
    for n in range(3):
        mailer.send(mailer.draft(replace(MAIL, key=f"k{n}")))
    assert graph.operations.count("token") == 1


def test_a_token_about_to_expire_is_renewed(graph: GraphServer, mailer: GraphMailer) -> None:
    graph.authority.lifetime = 200
    draft_id = mailer.draft(MAIL)
    mailer.send(draft_id)
    assert graph.operations.count("token") == 2


def test_a_permission_granted_after_a_refusal_is_used_at_once(graph: GraphServer, mailer: GraphMailer) -> None:
    graph.faults.on("draft", 403)
    with pytest.raises(Rejected, match=r"Mail\.Send"):
        mailer.draft(MAIL)
    mailer.send(mailer.draft(MAIL))
    assert graph.operations.count("token") == 2


def test_threads_take_turns(graph: GraphServer, mailer: GraphMailer) -> None:
    def deliver(n: int) -> None:
        mailer.send(mailer.draft(replace(MAIL, key=f"k{n}", subject=f"{n}")))

    graph.pause = 0.01
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(deliver, range(4)))
    assert sorted(mail.subject for mail in graph.sent) == [str(n) for n in range(4)]
    assert graph.busiest == 1


def test_a_file_over_the_limit_of_microsoft_is_rejected_before_any_traffic(
    graph: GraphServer, mailer: GraphMailer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graph_module, "ATTACHMENT_LIMIT", 10)
    with pytest.raises(Rejected, match=r"Relación de saldos\.pdf"):
        mailer.draft(MAIL)
    assert graph.operations == []


@pytest.mark.parametrize("setting", ["graph_url", "authority_url"])
def test_the_secret_never_leaves_the_machine_in_the_clear(new_mailer: MailerFactory, setting: str) -> None:
    with pytest.raises(ValueError, match="http://graph"):
        new_mailer(**{setting: "http://graph.example"})


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level("DEBUG"):
        yield caplog


def _mail_with_an_upload() -> Mail:
    return replace(MAIL, attachments=(Attachment("g.pdf", "application/pdf", _pattern(4_000_000)),))


@pytest.mark.parametrize("fault", [None, 404, 500, Trouble.CUT_BEFORE, Trouble.LOSE])
def test_neither_secret_nor_token_nor_content_is_ever_logged(
    graph: GraphServer, mailer: GraphMailer, log: pytest.LogCaptureFixture, fault: int | Trouble | None
) -> None:
    if fault:
        graph.faults.on("upload", fault)
    try:
        mailer.send(mailer.draft(_mail_with_an_upload()))
    except (TryLater, Rejected):
        # A traceback in a log shows what an exception carries.
        logging.getLogger("bot").exception("failed")
    assert "upload" in graph.operations
    assert bool(graph.sent) is (fault is None)
    assert graph.client_secret not in log.text
    assert graph.token_mark not in log.text
    assert "2,842.00" not in log.text
    assert "upload/" not in log.text


def test_the_server_of_these_tests_refuses_what_graph_does_not_describe() -> None:
    with GraphServer() as server:
        url = f"{server.url}/v1.0/users/{server.mailbox_address}/messages"
        body = json.dumps({"subject": "x", "boddy": {}}).encode()
        request = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310 - loopback
        with pytest.raises(HTTPError) as refused:
            urllib.request.urlopen(request, timeout=5)  # noqa: S310 - loopback
        refused.value.close()
        assert refused.value.code == 400
        assert "boddy" in server.refusals[0]
