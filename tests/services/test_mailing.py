from datetime import date, timedelta

import pytest

from bot.domain.correspondence import Mail, MailState, Rejected, SkipReason, Spacing
from bot.domain.money import Money
from bot.domain.occasion import Occasion
from bot.domain.people import COMMAND_LINE, Person
from bot.domain.receivables import DocumentKind
from bot.domain.runs import Audience, Owed
from bot.mail.envelope import checked
from bot.services import runs
from bot.services.mailing import post
from bot.store.addresses import mark_bad
from bot.store.database import Database
from bot.store.mail_models import MailAttachmentRow, MailRow
from bot.store.models import AuditRow, CustomerRow, DocumentRow
from tests import factories
from tests.services.post import HOUSE, Office, candidates, queue, standing
from tests.services.world import NOW, TODAY, World, act, build


def change(world: World, code: str, **values: object) -> None:
    with world.database.transaction() as session:
        row = session.get_one(CustomerRow, world.customers[code])
        for name, value in values.items():
            setattr(row, name, value)


def pay(world: World, folio: str, minor: int) -> None:
    with world.database.transaction() as session:
        factories.application(session, session.get_one(DocumentRow, world.documents[folio]), minor, TODAY)


def skipped(world: World, code: str) -> SkipReason | None:
    (candidate,) = candidates(world, world.ana, code)
    return candidate.skipped


def test_a_customer_who_owes_and_has_an_address_gets_a_statement(world: World) -> None:
    (candidate,) = candidates(world, world.ana, "ramiro")
    assert (candidate.customer.code, candidate.skipped) == ("CL002", None)
    assert candidate.owed == (Owed(Money(6496_00), 2),)
    with world.database.transaction() as session:
        assert session.query(MailRow).count() == 0


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"do_not_send": True}, SkipReason.OPTED_OUT),
        ({"rfc": "XAXX010101000"}, SkipReason.GENERAL_PUBLIC),
        ({"rfc": "xaxx010101000"}, SkipReason.GENERAL_PUBLIC),
        ({"rfc": "XAXX-010101-000"}, SkipReason.GENERAL_PUBLIC),
        ({"rfc": " XAXX 010101 000"}, SkipReason.GENERAL_PUBLIC),
        ({"email": []}, SkipReason.NO_ADDRESS),
        ({"email": [], "cc": ["jefe@cl001.example"]}, SkipReason.NO_ADDRESS),
        ({"email": ["pagos@cl001"]}, SkipReason.BAD_ADDRESS),
        ({"email": ["pagos@cl001.example", "Juan <juan@cl001.example>"]}, SkipReason.BAD_ADDRESS),
        ({"cc": ["jefe cl001.example"]}, SkipReason.BAD_ADDRESS),
        ({"bcc": ["jefe cl001.example"]}, SkipReason.BAD_ADDRESS),
        ({"do_not_send": True, "email": []}, SkipReason.OPTED_OUT),
    ],
)
def test_who_gets_no_statement_is_told_with_the_reason(
    sqlite_database: Database, values: dict[str, object], reason: SkipReason
) -> None:
    world = build(sqlite_database)
    change(world, "CL001", **values)
    assert skipped(world, "CL001") is reason
    (told,) = queue(world, world.ana, "CL001").recipients
    assert (told.skipped, told.mail) == (reason, None)


def test_a_customer_abroad_is_not_the_general_public_although_all_of_them_share_one_rfc(
    sqlite_database: Database,
) -> None:
    world = build(sqlite_database)
    change(world, "CL001", rfc="XEXX010101000")
    assert skipped(world, "CL001") is None


@pytest.mark.parametrize(
    "address",
    [
        "cobros@compañía.mx", "a@x.mx\u200b", "a@x..mx", "a@x.mx.", "a@.mx", "Correo:a@x.mx", "josé@x.mx",
        "a@localhost", "a@b@x.mx", '"a b"@x.mx', "pagos+mx@x.mx", "o'neil@x.com.mx", "PAGOS@X.MX",
    ],
)  # fmt: skip
@pytest.mark.parametrize("where", ["email", "cc"])
def test_an_address_that_the_preview_takes_is_taken_by_the_mail_too_and_no_other(
    sqlite_database: Database, address: str, where: str
) -> None:
    world = build(sqlite_database)
    change(world, "CL001", **{where: [address]})
    try:
        checked(Mail("k", ("a@x.mx",), "s", "t", "<p>t</p>", cc=(address,)))
        leaves = None
    except Rejected:
        leaves = SkipReason.BAD_ADDRESS
    assert skipped(world, "CL001") is leaves
    assert (leaves is None) == (address in {"pagos+mx@x.mx", "o'neil@x.com.mx", "PAGOS@X.MX"})


def test_nothing_is_mailed_to_a_customer_who_owes_nothing(world: World) -> None:
    pay(world, "7", 2842_00)
    assert skipped(world, "CL001") is SkipReason.NOTHING_OWED
    with world.database.transaction() as session:
        juan = session.get_one(CustomerRow, world.customers["CL001"])
        factories.document(session, juan, "NC1", kind=DocumentKind.CREDIT_NOTE)
    assert skipped(world, "CL001") is SkipReason.NOTHING_OWED


def test_nothing_is_asked_of_a_customer_who_paid_too_much(world: World) -> None:
    pay(world, "7", 2842_50)
    (candidate,) = candidates(world, world.ana, "CL001")
    assert (candidate.owed, candidate.skipped) == ((Owed(Money(-50), 0),), SkipReason.NOTHING_OWED)


def test_a_statement_is_queued_once_a_day_and_again_only_when_it_failed(world: World) -> None:
    queue(world, world.ana, "CL001", comment="Con gusto")
    assert standing(world, "CL001") == (MailState.QUEUED, "")
    (again,) = queue(world, world.chief, "CL001").recipients
    assert again.skipped is SkipReason.ALREADY_SENT
    for state in MailState:
        with world.database.transaction() as session:
            session.get_one(MailRow, 1).state = state
        anew = state in (MailState.FAILED, MailState.CANCELLED)
        assert skipped(world, "CL001") is (None if anew else SkipReason.ALREADY_SENT)
    tomorrow = act(world.ana, TODAY + timedelta(days=1))
    (next_day,) = queue(world, tomorrow, "CL001").recipients
    assert next_day.mail is MailState.QUEUED
    with world.database.transaction() as session:
        first, second = session.query(MailRow).order_by(MailRow.id)
        assert (first.key, second.key) == (
            f"statement:{world.customers['CL001']}:2019-07-16", f"statement:{world.customers['CL001']}:2019-07-17",
        )  # fmt: skip
        assert (first.to, first.queued_by_id, "Con gusto" in first.text) == (
            ["pagos@cl001.example"],
            world.ana.id,
            True,
        )


@pytest.mark.parametrize(("days", "reason"), [(1, None), (3, SkipReason.TOO_SOON), (2, None)])
def test_so_many_days_lie_between_two_statements(
    sqlite_database: Database, days: int, reason: SkipReason | None
) -> None:
    world = build(sqlite_database)
    queue(world, world.ana, "CL001")
    Office(world).deliver()
    later = act(world.ana, TODAY + timedelta(days=2))
    draft = world.call(runs.compose, later, "CL001")
    (shown,) = world.call(runs.preview, later, draft.id, HOUSE.invoices, Spacing(days)).candidates
    assert shown.skipped is reason


def test_an_address_that_bounced_is_told_with_its_reason(world: World) -> None:
    change(world, "CL001", cc=["jefe@cl001.example"])
    with world.database.transaction() as session:
        mark_bad(session, "Pagos@CL001.example", "no such mailbox", NOW)
    (shown,) = candidates(world, world.ana, "CL001")
    assert (shown.skipped, shown.bounced) == (
        SkipReason.BAD_ADDRESS, ("pagos@cl001.example (no such mailbox)",),
    )  # fmt: skip


def test_a_failed_mail_queued_anew_is_written_anew(world: World) -> None:
    queue(world, world.ana, "CL001")
    with world.database.transaction() as session:
        row = session.get_one(MailRow, 1)
        row.state, row.reason, row.attempts = MailState.FAILED, "no such mailbox", 3
        assert "2,842.00" in row.text
    pay(world, "7", 1000_00)
    queue(world, world.chief, "CL001", comment="otra vez")
    with world.database.transaction() as session:
        (row,) = session.query(MailRow)
        assert (row.state, row.reason, row.attempts) == (MailState.QUEUED, "", 0)
        assert (row.run_id, row.queued_by_id) == (2, world.chief.id)
        for text in (row.text, row.html):
            assert "1,842.00" in text
            assert "otra vez" in text
        assert len(session.query(MailAttachmentRow).all()) == 4


def test_a_mail_that_is_on_its_way_is_not_queued_once_more_whoever_asks(sqlite_database: Database) -> None:
    world = build(sqlite_database)
    (candidate,) = candidates(world, world.ana, "CL001")
    mail = Mail("promise:1", candidate.customer.email, "Lo acordado", "t", "h")
    assert world.call(post, world.ana, mail, candidate.customer) is not None
    assert world.call(post, world.chief, mail, candidate.customer) is None
    with world.database.transaction() as session:
        assert [(row.action, row.person_id) for row in session.query(AuditRow).filter_by(action="mail")] == [
            ("mail", world.ana.id),
        ]


def test_the_mail_speaks_the_customers_language_and_goes_to_its_copies(world: World) -> None:
    change(world, "CL001", language="en", cc=["boss@cl001.example"], bcc=["audit@cl001.example"])
    spanish, english = "Estado de cuenta", "Statement"
    office = Office(world)
    office.queue("CL001", "CL002")
    office.deliver()
    first, second = office.post.sent
    assert (english in first.subject, spanish in second.subject) == (True, True)
    assert (first.cc, second.cc) == (("boss@cl001.example",), ())
    assert (first.bcc, second.bcc) == (("audit@cl001.example",), ())


def test_those_who_owe_and_those_overdue_are_listed_by_code(world: World) -> None:
    def codes(by: Person | Occasion, wanted: str) -> list[str]:
        return [candidate.customer.code for candidate in candidates(world, by, wanted)]

    assert codes(world.ana, Audience.EVERYONE) == ["CL001", "CL002", "CL003"]
    assert codes(world.ana, Audience.OVERDUE) == []
    pay(world, "9", 5278_00)
    later = act(world.ana, date(2019, 8, 16))
    assert codes(later, Audience.OVERDUE) == ["CL001", "CL002"]


def test_the_command_line_sends_too_and_leaves_a_trace_without_a_person(world: World) -> None:
    queue(world, COMMAND_LINE, "CL900")
    (delivery,) = Office(world).deliver()
    assert (delivery.customer_code, delivery.queued_by) == ("CL900", None)
    with world.database.transaction() as session:
        trail = [(row.person_id, row.action, row.subject) for row in session.query(AuditRow).order_by(AuditRow.id)]
    assert trail == [(None, "mail_run", "run 1: 1 customers"), (None, "mail", "CL900")]
