"""MAIL_REDIRECT_TO: while it is set nothing leaves to a customer, whenever its draft was laid down."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.correspondence import Mail, MailState, TryLater
from bot.mail import Mailer
from bot.mail.folder import FolderMailer
from bot.mail.redirect import redirected
from bot.services import outbox
from bot.store.database import Database
from bot.store.mail_models import MailRow
from tests.mail import storm
from tests.mail.conftest import MAIL, MailerFactory
from tests.mail.graph_faults import Trouble
from tests.mail.graph_server import GraphServer

TEST = "pruebas@distribuidora.mx"
NewMailer = Callable[[str | None], Mailer]


@pytest.fixture(params=["folder", "graph"])
def new(request: pytest.FixtureRequest, tmp_path: Path, new_mailer: MailerFactory) -> NewMailer:
    """Makes mailers of either transport, each redirecting to its own address or to none."""
    if request.param == "graph":
        return lambda to: new_mailer(redirect_to=to)
    return lambda to: FolderMailer(tmp_path / "mail", "a@b.mx", redirect_to=to)


@pytest.mark.parametrize("mail", [MAIL, replace(MAIL, cc=(), bcc=())])
def test_a_draft_is_for_those_to_whom_it_was_laid_down_whatever_their_capitals_and_order(
    new: NewMailer, mail: Mail
) -> None:
    ours, redirecting = new(None), new(TEST)
    draft_id = ours.draft(mail)
    assert ours.is_for(draft_id, replace(mail, to=tuple(address.upper() for address in reversed(mail.to))))
    for other in (
        replace(mail, to=("nuevo@cliente.mx",)), replace(mail, to=mail.to[:1]), replace(mail, cc=(*mail.cc, "x@y.mx")),
        replace(mail, bcc=(*mail.bcc, "x@y.mx")),
    ):  # fmt: skip
        assert not ours.is_for(draft_id, other)
    assert not redirecting.is_for(draft_id, mail)
    redirected = redirecting.draft(replace(mail, key="another"))
    assert (redirecting.is_for(redirected, mail), ours.is_for(redirected, mail)) == (True, False)


def test_a_redirected_subject_is_no_longer_than_exchange_keeps() -> None:
    long = replace(MAIL, subject="S" * 255, to=tuple(f"{'a' * 60}{n}@cliente.mx" for n in range(4)))
    assert redirected(long, None).subject == "S" * 255
    subject = redirected(long, TEST).subject
    assert len(subject) == 255
    assert "@cliente.mx +3] SS" in subject


def test_a_draft_that_vanished_between_two_questions_is_asked_after_again(tmp_path: Path) -> None:
    with pytest.raises(TryLater):
        FolderMailer(tmp_path, "a@b.mx").is_for("never-drafted.eml", MAIL)


@pytest.mark.parametrize("set_after", [True, False])
def test_a_draft_of_before_leaves_where_mail_is_to_go_now(
    graph: GraphServer, new_mailer: MailerFactory, sqlite_database: Database, *, set_after: bool
) -> None:
    before, now = (None, TEST) if set_after else (TEST, None)
    storm.queue(sqlite_database, 1)
    graph.faults.on("send", 503, retry_after="1")
    assert deliver(sqlite_database, new_mailer(redirect_to=before)) == [MailState.RETRY]
    assert deliver(sqlite_database, new_mailer(redirect_to=now), later=timedelta(hours=1)) == [MailState.SENT]
    assert [mail.to for mail in graph.sent] == [(now or "pagos@cliente0.mx",)]
    assert graph.drafts == []
    with sqlite_database.transaction() as session:
        assert [row.redirected_to for row in session.query(MailRow)] == [now]


def test_a_draft_of_before_leaves_into_the_folder_for_the_address_of_now(
    tmp_path: Path, sqlite_database: Database
) -> None:
    class Busy(FolderMailer):
        def send(self, draft_id: str) -> None:
            raise TryLater(draft_id)

    storm.queue(sqlite_database, 1)
    assert deliver(sqlite_database, Busy(tmp_path, "a@b.mx")) == [MailState.RETRY]
    redirecting = FolderMailer(tmp_path, "a@b.mx", redirect_to=TEST)
    assert deliver(sqlite_database, redirecting, later=timedelta(hours=1)) == [MailState.SENT]
    (sent,) = tmp_path.glob("*.eml")
    assert f"To: {TEST}" in sent.read_text().splitlines()
    assert list((tmp_path / "drafts").iterdir()) == []


def test_what_was_rehearsed_into_the_folder_is_replaced_by_the_next_and_stands_in_no_mails_way(tmp_path: Path) -> None:
    for text, to in (("uno", TEST), ("dos", TEST), ("tres", None)):
        mailer = FolderMailer(tmp_path, "a@b.mx", redirect_to=to)
        mailer.send(mailer.draft(replace(MAIL, text=text)))
    left = [path.read_text() for path in tmp_path.glob("*.eml")]
    said = {next(line for line in text.splitlines() if line.startswith("To: ")): text for text in left}
    assert said.keys() == {f"To: {TEST}", f"To: {', '.join(MAIL.to)}"}
    assert "\ndos\n" in said[f"To: {TEST}"]


def test_what_left_before_it_was_set_does_not_leave_again(
    graph: GraphServer, new_mailer: MailerFactory, sqlite_database: Database
) -> None:
    storm.queue(sqlite_database, 1)
    graph.faults.on("send", Trouble.CUT_AFTER)
    assert deliver(sqlite_database, new_mailer()) == [MailState.RETRY]
    assert deliver(sqlite_database, new_mailer(redirect_to=TEST), later=timedelta(hours=1)) == [MailState.SENT]
    assert len(graph.sent) == 1


def deliver(database: Database, mailer: Mailer, *, later: timedelta = timedelta()) -> list[MailState]:
    """Empty the outbox once; what became of each."""
    return [
        each.state
        for each in outbox.deliver(database.transaction, database.locks, mailer, lambda _: storm.BEGIN + later)
    ]
