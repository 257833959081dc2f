from pathlib import Path

import pytest

from bot.mail.check import Step, StepName, check, claims
from bot.mail.credentials import Delegated, Secret
from bot.mail.graph import GraphMailer
from bot.mail.graph_inbox import GraphInbox
from tests.mail.conftest import MAIL, AccessFactory
from tests.mail.graph_server import GraphServer


class Steps:
    """Tries all of it with a way into the mailbox."""

    def __init__(self, new_access: AccessFactory) -> None:
        self._new_access = new_access

    def __call__(self, *, send: bool = False, **changed: object) -> list[Step]:
        """What came of each step."""
        access = self._new_access(**changed)
        return list(check(access.token, GraphInbox(access), GraphMailer(access), MAIL, send=send))


@pytest.fixture
def steps_of(new_access: AccessFactory) -> Steps:
    return Steps(new_access)


def done(steps: list[Step]) -> list[tuple[str, bool | None]]:
    return [(step.name.value, step.done) for step in steps]


ALL_DONE = [("token", True), ("permissions", True), ("mailbox", True), ("draft", True)]


def test_what_works_is_tried_to_the_end_and_leaves_nothing_behind(graph: GraphServer, steps_of: Steps) -> None:
    assert done(steps_of()) == ALL_DONE
    assert (graph.drafts, graph.sent) == ([], [])


def test_a_mail_is_sent_when_asked_for(graph: GraphServer, steps_of: Steps) -> None:
    assert done(steps_of(send=True)) == [*ALL_DONE, ("send", True)]
    assert (len(graph.drafts), len(graph.sent)) == (0, 1)


def test_permissions_given_in_exchange_are_in_no_token_and_no_failure(graph: GraphServer, steps_of: Steps) -> None:
    graph.authority.roles = ["Mail.ReadWrite"]
    steps = steps_of()
    assert done(steps) == [("token", True), ("permissions", None), ("mailbox", True), ("draft", True)]
    assert steps[1].missing == ("Mail.Send",)


def test_a_person_who_lacks_a_permission_is_told_before_it_is_needed(
    graph: GraphServer, steps_of: Steps, tmp_path: Path, new_access: AccessFactory
) -> None:
    graph.authority.delegated = "Mail.Send.Shared openid"
    credential = Delegated(tmp_path / "login.json")
    tokens = new_access(credential=credential).tokens
    tokens.finish_login(tokens.begin_login())
    steps = steps_of(credential=credential)
    assert steps[1] == Step(StepName.PERMISSIONS, done=False, missing=("Mail.ReadWrite",))


@pytest.mark.parametrize(
    ("operation", "name", "missing"),
    [("inbox", "mailbox", "Mail.ReadWrite"), ("draft", "draft", "Mail.ReadWrite"), ("send", "send", "Mail.Send")],
)
def test_the_permission_that_a_step_takes_is_named_and_nothing_more_is_tried(
    graph: GraphServer, steps_of: Steps, operation: str, name: str, missing: str
) -> None:
    graph.faults.on(operation, 403)
    *_, last = steps_of(send=True)
    assert (last.name.value, last.done, last.missing) == (name, False, (missing,))
    assert "lacks permission" in last.reason


def test_another_refusal_is_no_matter_of_permissions(graph: GraphServer, steps_of: Steps) -> None:
    graph.faults.on("inbox", 404, code="ErrorInvalidUser")
    *_, last = steps_of()
    assert (last.name, last.done, last.missing) == (StepName.MAILBOX, False, ())
    assert "M365_MAILBOX" in last.reason


def test_what_passes_is_told_as_such(graph: GraphServer, steps_of: Steps) -> None:
    graph.faults.on("draft", 503)
    *_, last = steps_of()
    assert (last.name, last.done, last.missing) == (StepName.DRAFT, False, ())
    assert "busy" in last.reason


def test_without_a_token_nothing_else_is_tried(steps_of: Steps) -> None:
    (step,) = steps_of(credential=Secret("wrong"))
    assert (step.name, step.done) == (StepName.TOKEN, False)
    assert "M365_CLIENT_SECRET" in step.reason


@pytest.mark.parametrize("token", ["", "opaque", "a.b.c", "a.W10.c", "a.bm8.c", "a.%%%.c", "a.é.c"])
def test_a_token_that_cannot_be_read_says_nothing(token: str) -> None:
    assert claims(token) == {}
