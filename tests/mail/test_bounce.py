import pytest

from bot.domain.answers import Bounce, Failure
from bot.mail.bounce import read_bounce
from tests.mail import reports


def failures(mime: bytes) -> list[tuple[str, bool]]:
    bounce = read_bounce(mime)
    assert bounce
    return [(failure.address, failure.is_bad) for failure in bounce.failures]


def test_a_report_of_exchange_says_whom_a_mail_did_not_reach_why_and_which_mail() -> None:
    said = "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"
    assert read_bounce(reports.exchange()) == Bounce(
        failures=(Failure("pagos@cliente.mx", said, is_bad=True),),
        references=("<000001@graph.test>",),
        key="statement/CL002/2019-07-16",
    )


def test_a_report_of_postfix_may_tell_of_several_and_quote_but_headers() -> None:
    bounce = read_bounce(reports.POSTFIX)
    assert bounce
    assert (bounce.references, bounce.key) == (("<000007@graph.test>",), "statement:2:2019-07-16")
    assert bounce.failures == (
        Failure(
            "pagos@cliente.mx",
            "550 5.1.1 <pagos@cliente.mx>: Recipient address rejected: User unknown in local recipient table",
            is_bad=True,
        ),
        Failure("tesoreria@cliente.mx", "5.2.2 mailbox is full", is_bad=False),
    )


def test_a_report_from_before_the_standard_names_the_addresses_alone() -> None:
    assert failures(reports.EXIM) == [("pagos@cliente.mx", True), ("otra@cliente.mx", True)]


@pytest.mark.parametrize("status", ["5.1.1", "5.1.2", "5.1.10", "5.2.1", "5.4.1", "5.4.4", "5.4.310", "5.0.0", "5.7"])
def test_an_address_that_does_not_exist_is_bad(status: str) -> None:
    assert failures(reports.exchange(status=status)) == [("pagos@cliente.mx", True)]


@pytest.mark.parametrize(
    "status", ["5.0.350", "5.2.2", "5.2.3", "5.2.122", "5.3.4", "5.4.6", "5.4.14", "5.5.0", "5.6.0", "5.7.1", "5.7.508"]
)
def test_a_mail_refused_for_another_reason_leaves_the_address_good(status: str) -> None:
    assert failures(reports.exchange(status=status)) == [("pagos@cliente.mx", False)]


@pytest.mark.parametrize("status", ["4.2.2", "4.4.1", "4.4.7", "4.4.316", "4.7.0"])
def test_an_address_whose_server_was_away_for_days_stays_good(status: str) -> None:
    assert failures(reports.exchange(status=status)) == [("pagos@cliente.mx", False)]


@pytest.mark.parametrize("status", ["5.1.7", "5.1.8", "5.1.90"])
def test_what_is_wrong_with_who_sends_leaves_every_address_good(status: str) -> None:
    said = f"550 {status} Access denied, bad outbound sender AS(42004)"
    assert failures(reports.exchange(status=status, said=said)) == [("pagos@cliente.mx", False)]


def test_where_we_wrote_to_counts_and_not_where_that_was_forwarded() -> None:
    mime = reports.exchange("casa@otro.mx", original="pagos@cliente.mx")
    assert failures(mime) == [("pagos@cliente.mx", True)]


def test_what_is_late_is_no_failure() -> None:
    assert failures(reports.exchange(action="delayed", status="4.4.7")) == []


@pytest.mark.parametrize(
    "mime",
    [
        b"Subject: Undeliverable\r\n\r\nDevuelvo su mensaje.",
        b"Subject: x\r\nX-Failed-Recipients: ,\r\n\r\n",
        b"",
        b"\xff\xfe\x00",
        b'Content-Type: multipart/report; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--',
    ],
)
def test_what_is_no_report_is_taken_for_none(mime: bytes) -> None:
    assert read_bounce(mime) is None


def test_a_report_without_diagnosis_gives_its_status() -> None:
    mime = reports.exchange(status="5.1.1").replace(b"Diagnostic-Code", b"X-Other")
    bounce = read_bounce(mime)
    assert bounce
    assert bounce.failures[0].reason == "5.1.1"


def test_a_report_that_names_nobody_is_no_failure() -> None:
    assert failures(reports.exchange(address="")) == []


@pytest.mark.parametrize(
    "message_id", ["<", "<a@", "[x]@", "<a@[", '<"a', "(", "=?utf-8?q?=3C?=", "=?utf-8?b?w?=", "=?x?q?y?="]
)
def test_a_report_whose_quoted_mail_has_odd_headers_is_read_all_the_same(message_id: str) -> None:
    """Of the first the library's own policy makes an IndexError, of the second an UnboundLocalError."""
    bounce = read_bounce(reports.exchange(message_id=message_id))
    assert bounce
    assert ([failure.address for failure in bounce.failures], bounce.references) == (["pagos@cliente.mx"], ())


def test_what_no_database_stores_is_left_out_of_a_report() -> None:
    mime = reports.exchange("pa\0gos@cliente.mx", said="550 \0no", message_id="<a\0b@x>", key="k\0")
    assert read_bounce(mime) == Bounce((Failure("pagos@cliente.mx", "5.1.10 550 no", is_bad=True),), ("<ab@x>",), "k")
    encoded = reports.EXIM.replace(b"Subject: Mail", b"Subject: =?utf-8?q?a=00=C3=B1?= Mail")
    bounce = read_bounce(encoded)
    assert bounce
    assert bounce.failures[0].reason.startswith("añ Mail delivery failed")


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_that_quotes_nothing_is_read(kind: str) -> None:
    head, _, _ = reports.exchange().partition(b"Content-Type: message/rfc822")
    bounce = read_bounce(head + f"Content-Type: {kind}".encode())
    assert bounce
    assert (len(bounce.failures), bounce.references, bounce.key) == (1, ("<000001@graph.test>",), "")
