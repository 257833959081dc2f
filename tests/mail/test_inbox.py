import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest

from bot.domain.answers import AnswerKind, Arrival
from bot.domain.correspondence import Rejected, TryLater, Unreadable
from bot.mail.graph_inbox import GraphInbox, plain
from tests.mail import reports
from tests.mail.conftest import AccessFactory
from tests.mail.graph_faults import Trouble
from tests.mail.graph_mailbox import Arrival as Incoming
from tests.mail.graph_server import GraphServer

NOON = dt.datetime(2019, 7, 16, 18, tzinfo=dt.UTC)


@pytest.fixture
def inbox(new_access: AccessFactory) -> GraphInbox:
    return GraphInbox(new_access())


def incoming(n: int = 1, **changed: object) -> Incoming:
    given: dict[str, object] = {
        "received": f"2019-07-16T18:{n:02}:00Z",
        "message_id": f"<{n}@cliente.mx>",
        "sender": "pagos@cliente.mx",
        "subject": "RE: Estado de cuenta",
    }
    return Incoming(**(given | changed))  # type: ignore[arg-type]  # each value is of its own type


def kind_of(graph: GraphServer, inbox: GraphInbox, **changed: Any) -> AnswerKind:  # noqa: ANN401 - each value is of its own type
    graph.mailbox.arrive(incoming(**changed))
    return list(inbox.since(NOON))[-1].kind


def test_a_mail_of_the_inbox_is_known_by_its_headers(graph: GraphServer, inbox: GraphInbox) -> None:
    headers = {"In-Reply-To": "<2@us.mx>", "References": "<0@us.mx> <1@us.mx>\r\n <2@us.mx>", "X-Other": "x"}
    graph.mailbox.arrive(incoming(3, headers=headers, conversation="c1"))
    assert list(inbox.since(NOON)) == [
        Arrival(
            id="AAin0",
            message_id="<3@cliente.mx>",
            received_at=dt.datetime(2019, 7, 16, 18, 3, tzinfo=dt.UTC),
            kind=AnswerKind.REPLY,
            sender="pagos@cliente.mx",
            subject="RE: Estado de cuenta",
            references=("<2@us.mx>", "<1@us.mx>", "<0@us.mx>"),
            conversation_id="c1",
        )
    ]


def test_what_came_before_is_left_out_and_the_rest_comes_in_order(graph: GraphServer, inbox: GraphInbox) -> None:
    for n in (5, 1, 3):
        graph.mailbox.arrive(incoming(n))
    came = inbox.since(NOON + dt.timedelta(minutes=3))
    assert [arrival.message_id for arrival in came] == ["<3@cliente.mx>", "<5@cliente.mx>"]


def test_a_full_inbox_is_read_page_by_page(graph: GraphServer, inbox: GraphInbox) -> None:
    graph.mailbox.page_size = 4
    for n in range(10):
        graph.mailbox.arrive(incoming(n))
    assert [arrival.message_id for arrival in inbox.since(NOON)] == [f"<{n}@cliente.mx>" for n in range(10)]
    assert graph.operations.count("inbox") == 3


def test_nothing_is_moved_marked_or_removed(graph: GraphServer, inbox: GraphInbox) -> None:
    graph.mailbox.arrive(incoming(unique="Gracias", mime=reports.exchange()))
    (arrival,) = inbox.since(NOON)
    inbox.text(arrival)
    inbox.bounce(arrival)
    assert set(graph.operations) == {"discovery", "token", "inbox", "read", "mime"}


@pytest.mark.parametrize(
    ("unique", "unique_type", "text"),
    [
        ("Pagamos el viernes.\r\n\r\n\r\n\r\n  Saludos  ", "text", "Pagamos el viernes.\n\nSaludos"),
        ("<p>Pagamos&nbsp;el <b>viernes</b>.</p><p>Saludos<br>Ana</p>", "html", "Pagamos el viernes.\nSaludos\nAna"),
        ("<style>p {color: red}</style><script>x()</script><div>1 &lt; 2</div>", "html", "1 < 2"),
        ("", "html", ""),
        ("", "text", ""),
    ],
)
def test_the_new_text_of_a_reply_is_plain(
    graph: GraphServer, inbox: GraphInbox, unique: str, unique_type: str, text: str
) -> None:
    graph.mailbox.arrive(incoming(unique=unique, unique_type=unique_type))
    (arrival,) = inbox.since(NOON)
    assert inbox.text(arrival) == text


@pytest.mark.parametrize(
    ("unique", "files", "text"),
    [
        ("", ("Remesa CL002\r\n.csv", "pago.pdf"), "📎 Remesa CL002 .csv, pago.pdf"),
        ("Va el pago", ("pago.pdf",), "📎 pago.pdf\nVa el pago"),
        ("Va el pago", (), "Va el pago"),
        ("Va el pago", ("a" * 500,), f"📎 {'a' * 300}\nVa el pago"),
    ],
)
def test_the_files_of_a_reply_are_named_and_the_pictures_of_its_signature_are_not(
    graph: GraphServer, inbox: GraphInbox, unique: str, files: tuple[str, ...], text: str
) -> None:
    graph.mailbox.arrive(incoming(unique=unique, files=files, pictures=("logo.png",)))
    (arrival,) = inbox.since(NOON)
    assert inbox.text(arrival) == text


@pytest.mark.parametrize(("unique", "text"), [("Va el pago", "📎 …\nVa el pago"), ("", "📎 …")])
def test_what_a_customer_typed_is_told_also_where_the_names_of_its_files_are_refused(
    graph: GraphServer, inbox: GraphInbox, unique: str, text: str
) -> None:
    graph.mailbox.arrive(incoming(unique=unique, files=("pago.pdf",)))
    (arrival,) = inbox.since(NOON)
    graph.faults.on("list", 403)
    assert inbox.text(arrival) == text


@pytest.mark.parametrize(
    "html",
    [
        "Pago<br>el\x0bviernes", "Pago<br>el&#11;viernes", "Pago<br>el\ud800 viernes",
        "<style>p {}</style>Pago\x0bel<!-- a -->\x0bviernes",
    ],
)  # fmt: skip
def test_a_character_that_no_document_may_hold_costs_nothing_of_what_was_typed(html: str) -> None:
    assert plain(html).split() == ["Pago", "el", "viernes"]


def test_comments_and_a_whole_page_make_text_too() -> None:
    page = "<html><head><title>t</title></head><body><!-- no --><table><tr><td>a</td></tr><tr><td>b</td></tr></table>"
    assert plain(page).split() == ["a", "b"]


def test_a_bounce_is_read_whole(graph: GraphServer, inbox: GraphInbox) -> None:
    graph.mailbox.arrive(incoming(mime=reports.exchange()))
    (arrival,) = inbox.since(NOON)
    bounce = inbox.bounce(arrival)
    assert bounce
    assert bounce.failures[0].address == "pagos@cliente.mx"


_REPORT = {"Content-Type": 'multipart/report; report-type=delivery-status; boundary="b"'}


@pytest.mark.parametrize(
    ("sender", "subject", "headers"),
    [
        ("postmaster@cliente.mx", "Aviso", {}),
        ("MAILER-DAEMON@cliente.mx", "Aviso", {}),
        ("MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@distribuidora.mx", "Aviso", {}),
        ("noreply@cliente.mx", "Undeliverable: Estado de cuenta", {}),
        ("noreply@cliente.mx", "No se puede entregar: Estado de cuenta", {}),
        ("noreply@cliente.mx", "Delivery Status Notification (Failure)", {}),
        ("noreply@cliente.mx", "x", _REPORT),
        ("noreply@cliente.mx", "x", {"X-Failed-Recipients": "pagos@cliente.mx"}),
        ("", "x", {}),
    ],
)
def test_a_bounce_is_suspected(
    graph: GraphServer, inbox: GraphInbox, sender: str, subject: str, headers: Mapping[str, str]
) -> None:
    assert kind_of(graph, inbox, sender=sender, subject=subject, headers=headers) is AnswerKind.BOUNCE


@pytest.mark.parametrize(
    "headers", [{"Auto-Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"precedence": "auto_reply"}]
)
def test_an_automatic_answer_is_known_as_one(graph: GraphServer, inbox: GraphInbox, headers: Mapping[str, str]) -> None:
    assert kind_of(graph, inbox, headers=headers) is AnswerKind.AUTOMATIC


def test_an_answer_that_says_it_is_not_automatic_is_a_reply(graph: GraphServer, inbox: GraphInbox) -> None:
    assert kind_of(graph, inbox, headers={"Auto-Submitted": "no"}) is AnswerKind.REPLY


@pytest.mark.parametrize("fault", [429, 503, Trouble.CUT_BEFORE])
def test_a_busy_mailbox_is_read_later(graph: GraphServer, inbox: GraphInbox, fault: int | Trouble) -> None:
    graph.faults.on("inbox", fault)
    with pytest.raises(TryLater):
        list(inbox.since(NOON))


@pytest.mark.parametrize("code", ["ErrorMimeContentConversionFailed", "ErrorContentConversionFailed"])
def test_a_mail_that_exchange_cannot_convert_is_not_asked_for_again(
    graph: GraphServer, inbox: GraphInbox, code: str
) -> None:
    graph.mailbox.arrive(incoming(mime=reports.exchange()))
    (arrival,) = inbox.since(NOON)
    for operation in ("mime", "read"):
        graph.faults.on(operation, 500, code=code)
    for question in (inbox.bounce, inbox.text):
        with pytest.raises(Unreadable, match=code):
            question(arrival)


def test_a_mailbox_that_may_not_be_read_says_which_permission_it_takes(graph: GraphServer, inbox: GraphInbox) -> None:
    graph.faults.on("inbox", 403)
    with pytest.raises(Rejected, match=r"Mail\.ReadWrite"):
        list(inbox.since(NOON))


def test_the_token_goes_to_no_other_server_than_graph(new_access: AccessFactory) -> None:
    access = new_access()
    with access.entered(), pytest.raises(ValueError, match=r"https://evil\.example"):
        access.get("https://evil.example/v1.0/next")


def test_what_no_database_stores_is_left_out(graph: GraphServer, inbox: GraphInbox) -> None:
    """A NUL, and the half of a character that a subject cut too short ends with."""
    graph.mailbox.arrive(
        incoming(
            message_id="<a\0b@x>",
            sender="pa\0gos@cliente.mx",
            subject="RE: \ud83d",
            headers={"In-Reply-To": "<o\0urs@x>"},
            unique="Sí\0",
            conversation="c\0",
        )
    )
    (came,) = inbox.since(NOON)
    assert (came.message_id, came.sender, came.subject) == ("<ab@x>", "pagos@cliente.mx", "RE: ")
    assert (came.references, came.conversation_id, inbox.text(came)) == (("<ours@x>",), "c", "Sí")
