import json
from pathlib import Path

import pytest

from bot.domain.correspondence import Rejected, TryLater
from bot.mail.credentials import Certificate, Delegated
from bot.mail.graph import GraphMailer
from tests.mail.certificates import new_certificate
from tests.mail.conftest import MAIL, AccessFactory, MailerFactory
from tests.mail.graph_faults import Trouble
from tests.mail.graph_server import GraphServer


@pytest.fixture
def login_file(tmp_path: Path) -> Path:
    """Where a person's login is kept."""
    return tmp_path / "files" / "login.json"


@pytest.fixture
def logged_in(login_file: Path, new_access: AccessFactory) -> Delegated:
    """The login of a person who has typed the code."""
    credential = Delegated(login_file)
    access = new_access(credential=credential)
    assert access.tokens.finish_login(access.tokens.begin_login()) == "laura@distribuidora.mx"
    return credential


def send(mailer: GraphMailer) -> None:
    mailer.send(mailer.draft(MAIL))


def test_a_mail_leaves_with_a_certificate(graph: GraphServer, new_mailer: MailerFactory) -> None:
    graph.authority.certificate, pem = new_certificate()
    send(new_mailer(credential=Certificate(pem)))
    assert len(graph.sent) == 1


def test_another_certificate_than_the_registered_one_is_named(graph: GraphServer, new_mailer: MailerFactory) -> None:
    graph.authority.certificate, _ = new_certificate()
    _, other = new_certificate()
    with pytest.raises(Rejected, match=r"M365_CERTIFICATE.*AADSTS700027"):
        send(new_mailer(credential=Certificate(other)))


def test_a_person_logs_in_with_a_code_and_their_mail_leaves(
    graph: GraphServer, login_file: Path, new_access: AccessFactory
) -> None:
    graph.authority.answers = ["authorization_pending", "authorization_pending"]
    access = new_access(credential=Delegated(login_file))
    code = access.tokens.begin_login()
    assert (code.address, code.code, code.minutes) == ("https://microsoft.example/devicelogin", "ABCD-1234", 15)
    assert access.tokens.finish_login(code) == "laura@distribuidora.mx"
    send(GraphMailer(access))
    assert len(graph.sent) == 1


def test_a_login_is_kept_for_the_owner_of_the_file_alone(logged_in: Delegated) -> None:
    assert logged_in.token_file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in logged_in.token_file.parent.iterdir()] == ["login.json"]


def test_a_login_outlives_a_restart_and_asks_for_no_new_token_while_one_is_in_force(
    graph: GraphServer, logged_in: Delegated, new_mailer: MailerFactory
) -> None:
    asked = graph.operations.count("token")
    send(new_mailer(credential=logged_in))
    send(new_mailer(credential=logged_in))
    assert len(graph.sent) == 2
    assert graph.operations.count("token") == asked


def test_a_login_is_renewed_and_what_renews_it_is_kept(
    graph: GraphServer, login_file: Path, new_access: AccessFactory, new_mailer: MailerFactory
) -> None:
    graph.authority.lifetime = 200
    access = new_access(credential=Delegated(login_file))
    access.tokens.finish_login(access.tokens.begin_login())
    (first,) = graph.authority.refresh_tokens
    send(new_mailer(credential=Delegated(login_file)))
    assert graph.authority.logins == 1
    kept = json.loads(login_file.read_text(encoding="utf-8"))["RefreshToken"]
    assert [row["secret"] for row in kept.values()] != [first]


def test_a_login_made_by_another_process_is_noticed(
    graph: GraphServer, login_file: Path, new_access: AccessFactory, new_mailer: MailerFactory
) -> None:
    mailer = new_mailer(credential=Delegated(login_file))
    with pytest.raises(Rejected, match="cobranza mail login"):
        mailer.draft(MAIL)
    access = new_access(credential=Delegated(login_file))
    access.tokens.finish_login(access.tokens.begin_login())
    send(mailer)
    assert len(graph.sent) == 1


def test_whoever_logs_in_later_takes_the_place_of_the_one_before(
    graph: GraphServer, logged_in: Delegated, new_access: AccessFactory
) -> None:
    graph.authority.person = "jorge@distribuidora.mx"
    access = new_access(credential=logged_in)
    assert access.tokens.finish_login(access.tokens.begin_login()) == "jorge@distribuidora.mx"
    kept = json.loads(logged_in.token_file.read_text(encoding="utf-8"))
    assert [row["username"] for row in kept["Account"].values()] == ["jorge@distribuidora.mx"]


def test_a_login_that_was_revoked_says_to_log_in_again(
    graph: GraphServer, logged_in: Delegated, new_mailer: MailerFactory
) -> None:
    mailer = new_mailer(credential=logged_in)
    send(mailer)
    graph.authority.refresh_tokens.clear()
    graph.faults.on("draft", 401)
    with pytest.raises(TryLater, match="a new one"):
        send(mailer)
    # A new token is asked for, and there is none.
    with pytest.raises(Rejected, match="cobranza mail login"):
        send(mailer)


def test_a_login_that_lacks_permission_uses_what_is_granted_later(
    graph: GraphServer, logged_in: Delegated, new_mailer: MailerFactory
) -> None:
    mailer = new_mailer(credential=logged_in)
    graph.faults.on("draft", 403)
    asked = graph.operations.count("token")
    with pytest.raises(Rejected, match=r"Mail\.Send"):
        send(mailer)
    send(mailer)
    send(mailer)
    assert graph.operations.count("token") == asked + 1


@pytest.mark.parametrize(
    ("error", "words"),
    [("authorization_declined", "declined"), ("expired_token", "in time"), ("invalid_grant", "mail login")],
)
def test_a_login_that_comes_to_nothing_says_why(
    graph: GraphServer, login_file: Path, new_access: AccessFactory, error: str, words: str
) -> None:
    access = new_access(credential=Delegated(login_file))
    code = access.tokens.begin_login()
    graph.authority.answers = [error]
    with pytest.raises(Rejected, match=words):
        access.tokens.finish_login(code)
    assert not login_file.exists()


def test_an_application_that_allows_no_login_with_a_code_is_told_how_to(
    graph: GraphServer, login_file: Path, new_access: AccessFactory
) -> None:
    graph.authority.public_clients = False
    access = new_access(credential=Delegated(login_file))
    with pytest.raises(Rejected, match="public client flows"):
        access.tokens.finish_login(access.tokens.begin_login())


def test_an_unknown_application_has_no_code(login_file: Path, new_access: AccessFactory) -> None:
    with pytest.raises(Rejected, match="M365_CLIENT_ID"):
        new_access(credential=Delegated(login_file), client_id="other").tokens.begin_login()


def test_a_busy_authority_gives_a_code_later(graph: GraphServer, login_file: Path, new_access: AccessFactory) -> None:
    graph.faults.on("devicecode", 503, retry_after="9")
    access = new_access(credential=Delegated(login_file))
    with pytest.raises(TryLater) as later, access.entering():
        access.tokens.begin_login()
    assert (later.value.after, later.value.everyone) == (9, True)


@pytest.mark.parametrize("operation", ["discovery", "devicecode", "token"])
def test_a_page_in_place_of_an_answer_is_none(
    graph: GraphServer, login_file: Path, new_access: AccessFactory, operation: str
) -> None:
    graph.faults.on(operation, Trouble.PAGE)
    access = new_access(credential=Delegated(login_file))
    with pytest.raises(TryLater, match="did not answer"), access.entering():
        access.tokens.finish_login(access.tokens.begin_login())
    assert not login_file.exists()


def test_a_damaged_login_file_logs_nobody_in(logged_in: Delegated, new_mailer: MailerFactory) -> None:
    logged_in.token_file.write_text(logged_in.token_file.read_text()[:-9])
    with pytest.raises(Rejected, match="Nobody has logged in"):
        send(new_mailer(credential=logged_in))


def test_a_login_file_that_was_removed_means_that_nobody_is_logged_in(
    logged_in: Delegated, new_mailer: MailerFactory
) -> None:
    mailer = new_mailer(credential=logged_in)
    send(mailer)
    logged_in.token_file.unlink()
    with pytest.raises(Rejected, match="Nobody has logged in"):
        send(mailer)


def test_a_certificate_shows_nothing_of_its_key() -> None:
    _, pem = new_certificate()
    assert pem.splitlines()[1] not in repr(Certificate(pem))
