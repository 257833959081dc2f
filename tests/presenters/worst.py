"""Every screen at its fullest, and with whatever texts: what people, files and other programs may put into it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from bot.domain import errors
from bot.domain.agenda import AgendaPage, CustomerPage, DayList, OpenFilter, OpenItem, Today
from bot.domain.calendar import Basis, Collector, Day, DueList, Month, Sum, View
from bot.domain.confirmations import Agreed, Confirmation
from bot.domain.correspondence import MailState, Posted, SkipReason
from bot.domain.forecast import Promised, forecast
from bot.domain.money import Money
from bot.domain.people import CollectorWithoutPortfolio, Person, Role, TelegramIdTaken
from bot.domain.plans import MAX_INSTALLMENTS, Plan, Rhythm
from bot.domain.promises import Promise, PromiseState
from bot.domain.receivables import Customer, Document, DocumentKind
from bot.domain.reminders import CashRound, Digest, Share, UnreadableReminder
from bot.domain.runs import Candidate, Owed, Progress, Recipient, Run, RunChoices, RunFile, RunPreview, RunState
from bot.domain.scheduling import CustomerChoice, DocumentChoice, History, Recorded, Scheduling
from bot.domain.scores import Score
from bot.domain.statement import build
from bot.domain.summary import Summary, Topic, aging
from bot.i18n import Language
from bot.presenters import (
    agenda,
    calendar,
    choices,
    confirming,
    mailing,
    promise,
    reminder,
    statement,
    summary,
    welcome,
)
from bot.presenters.refusals import refusal
from bot.presenters.reply import Picture, Reply
from tests.presenters.values import TODAY, document, expected
from tests.presenters.values import promise as a_promise
from tests.presenters.worst_receipts import receipt_screens

# The largest amount that is ever read (bot.domain.money) in two decimals.
LARGEST = 10**15
PICTURE = Picture("key", lambda: b"picture")
VIEW = View("MXN", Basis.DUE, "1f2e3d4c")


@dataclass(frozen=True, slots=True)
class Texts:
    """What a screen did not choose itself; as long as the columns of the database take unless said otherwise."""

    name: str = "Ñ" * 254
    code: str = "C" * 30
    concept_code: str = "4" * 30
    concept: str = "W" * 120
    series: str = "S" * 25
    folio: str = "9" * 40
    comment: str = "Pagará mañana " * 290
    user: str = "U" * 120
    address: str = "pagos@" + "a" * 240 + ".example"
    typed: str = "¿qué? " * 680


@dataclass(frozen=True, slots=True)
class Fullest:
    """The values of a portfolio of `count` open documents in two currencies, two in five of them credits."""

    texts: Texts
    count: int
    cents: int = LARGEST

    @property
    def customer(self) -> Customer:
        """Who owes it all."""
        t = self.texts
        limit, to = Money(self.cents), (t.address,) * 8
        return Customer(9_999_999_999, t.code, t.name, email=to, cc=to, bcc=to, credit_limit=limit)

    @property
    def documents(self) -> list[Document]:
        """The documents; the first ones are charges."""
        t, kinds = self.texts, list(DocumentKind)
        return [
            document(
                9_999_999_000 + n,
                self.cents - n,
                self.customer,
                "USD" if n % 2 else "MXN",
                concept_code=t.concept_code,
                concept=t.concept,
                series=t.series,
                folio=t.folio,
                uuid="6f1a2c3d-0000-4000-8000-000000000000",
                kind=kinds[(n // 2) % 4] if n > 2 else DocumentKind.INVOICE,
                issued=TODAY - timedelta(days=6_000),
                due=TODAY - timedelta(days=5_000),
            )
            for n in range(self.count)
        ]

    def made(self, of: Document, number: int = 1, on: date = TODAY) -> Promise:
        """A promise with the longest comment and the longest state."""
        made = a_promise(of, on, number, self.texts.comment, cents=self.cents - 700, state=PromiseState.PARTIALLY_KEPT)
        return replace(made, made_by=self.texts.user)


def screens(of: Fullest, language: Language) -> Iterator[Reply]:
    """Each screen that shows others' texts; every page of those that have pages."""
    documents, customer, t = of.documents, of.customer, of.texts
    promises = {d.id: of.made(d) for d in documents}
    yield from _statements(of, language)
    yield from receipt_screens(customer, documents, language, user=t.user, comment=t.comment, cents=of.cents)

    items = tuple(OpenItem(d, customer, d.total, 5_000, promises[d.id], ticked=True) for d in documents)
    only = OpenFilter(overdue=True, without_promise=True, customer_id=customer.id)
    labels = tuple(d.label for d in documents)
    shown = AgendaPage(items[:8], 61, 63, of.count, of.count, only, TODAY, labels, customer)
    yield agenda.agenda(shown, language)
    for typed in ("", t.typed):
        yield agenda.customers(CustomerPage((customer,) * 8, 61, 63, only, typed), language)

    due = [expected(d, customer, promises[d.id]) for d in documents]
    broken = [expected(d, customer, of.made(d, 99, TODAY - timedelta(days=9)), balance=of.cents) for d in documents]
    lists = {
        (which, currency): DayList(TODAY, TODAY, currency, tuple(i for i in all_ if i.balance.currency == currency))
        for which, all_ in (("due", due), ("broken", broken))
        for currency in ("MXN", "USD")
    }
    whats_due, whats_broken = (
        tuple(lists[which, c] for c in ("MXN", "USD") if lists[which, c].items) for which in ("due", "broken")
    )
    whole_day = Today(TODAY, whats_due, whats_broken, Score(10**6, 10**6, 10**6))
    for page in (0, 1, of.count):
        yield agenda.today(whole_day, language, page)
    for shown_day in (lists["due", "MXN"], lists["due", "USD"]):
        yield reminder.reminder(CashRound((shown_day, lists["broken", "MXN"])), language)
    for page in (0, 1, of.count):
        both = replace(lists["due", "MXN"], broken=lists["broken", "MXN"].items)
        yield calendar.day(both, VIEW, language, page)
        yield calendar.day(DueList(TODAY, TODAY, "MXN", items[::2]), VIEW, language, page)
    every_day = {on: Day(on, Money(of.cents), of.count) for n in range(31) for on in [date(2019, 7, 1 + n)]}
    currencies = ("MXN", "USD", "EUR", "CAD", "GBP", "JPY", "CHF", "BRL", "COP", "CLP")
    who = Collector(t.code, t.user)
    july = Month(date(2019, 7, 1), TODAY, "MXN", every_day, currencies, Basis.DUE, who, choice=True)
    yield calendar.month(july, PICTURE, language)
    for page in (0, 1, of.count):
        yield calendar.collectors(july, [who] * of.count, PICTURE, language, page)
    topics = tuple(Topic)
    old = aging((Sum(TODAY - timedelta(days=n), Money(of.cents), of.count) for n in (0, 9, 45, 75, 99)), "MXN", TODAY)
    coming = forecast(
        [Promised(TODAY + timedelta(days=7 * n), n, Money(of.cents, "USD"), of.count) for n in range(-1, 9)],
        {},
        Score(10**6, 10**6, 10**6),
        "USD",
        TODAY,
    )
    for whose in (
        Summary(TODAY, Topic.AGING, old, currencies, topics, who, choice=True),
        Summary(TODAY, Topic.AGING, old, currencies, topics, customer=customer),
        Summary(TODAY, Topic.EXPECTED, coming, currencies, topics, who, choice=True),
    ):
        yield summary.summary(whose, PICTURE, language)
        yield summary.collectors(whose, [who] * of.count, PICTURE, language, of.count)
    team = tuple(Share(t.name, lists["due", c], lists["broken", c]) for c in ("MXN", "USD")) * 9
    yield reminder.digest(Digest(TODAY, team, july, (t.user,) * 9), PICTURE, language)
    yield refusal(UnreadableReminder(t.typed), language)

    yield from _promises(of, language, items)
    yield from _mails(of, language)
    yield from _confirmations(of, language)
    yield statement.ask_customer([customer] * 6, language, by_text=True)
    yield welcome.start(Person(1, t.user, Role.COLLECTOR, t.code), language)
    yield welcome.not_understood(t.typed, language)
    yield welcome.unknown_command(t.typed, language)
    choices = tuple((n, documents[0].label, t.name) for n in range(of.count))
    for refused in (
        errors.UnreadableDate(t.typed),
        errors.UnreadableAmount(t.typed),
        errors.UnknownCurrency(t.typed),
        errors.MalformedCommand("promesa", t.typed),
        errors.CustomerNotFound(t.typed),
        errors.DocumentNotFound(t.typed),
        errors.CustomerAmbiguous(t.typed, choices),
        errors.DocumentAmbiguous(t.typed, choices),
        errors.DocumentNotCollectable(documents[0].label, "paid"),
        errors.ExtraFilesTooLarge(t.typed, 2**60),
        errors.AmountOutOfRange(documents[0].label, of.cents, of.cents, "MXN"),
        CollectorWithoutPortfolio(t.user),
        TelegramIdTaken(2**52, t.user),
    ):
        yield refusal(refused, language)


def _statements(of: Fullest, language: Language) -> Iterator[Reply]:
    promises = {d.id: of.made(d) for d in of.documents}
    shown = build(of.customer, of.documents, TODAY, promises=promises, loaded_until=TODAY)
    for page in range(-(-of.count // statement.PAGE)):
        yield statement.statement(shown, language, page, score=Score(10**6, 10**6, 10**6))


def _promises(of: Fullest, language: Language, items: tuple[OpenItem, ...]) -> Iterator[Reply]:
    first, *_ = of.documents
    history = History(first, of.customer, tuple(of.made(first, n) for n in range(1, 31)))
    for page in (None, 0, 1, 2, 10_000):
        yield promise.history(history, TODAY, language, page)
    yield promise.undone([history], TODAY, language)
    yield promise.undone([history] * 30, TODAY, language)
    # A Saturday and a bank holiday are said besides.
    saturday = [
        Recorded(made, History(d, of.customer, (made,) * 30), rescheduled=True)
        for d in of.documents
        for made in [of.made(d, 999, date(2019, 7, 20))]
    ]
    yield promise.recorded(saturday[:1], language)
    yield promise.recorded(saturday, language)
    # As many Saturdays as a plan has payments.
    plans = [
        Recorded(made[0], History(d, of.customer, made), rescheduled=True)
        for d in of.documents
        for made in [tuple(_installment(of, d, n) for n in range(1, MAX_INSTALLMENTS + 1))]
    ]
    yield promise.recorded(plans[:1], language)
    yield promise.recorded(plans, language)
    for each in (plans[0], saturday[0]):
        in_force = tuple(replace(p, state=PromiseState.IN_FORCE) for p in each.installments)
        yield promise.ask_withdrawal(replace(each.history, promises=in_force), language)
    yield promise.withdrawn(history, TODAY, language)
    comment = of.texts.comment
    for scheduling in (
        Scheduling(items),
        Scheduling(items[:1]),
        Scheduling(items, TODAY),
        Scheduling(items, TODAY + timedelta(days=400), None, comment),
        Scheduling(items, TODAY, None, comment),
        Scheduling(items, TODAY, None, comment, plan=Plan(MAX_INSTALLMENTS, Rhythm.FORTNIGHTLY)),
    ):
        asked = promise.question(scheduling, TODAY, language)
        yield asked
        yield promise.set_aside(comment, asked, language)
    yield promise.question(replace(Scheduling(items[:1], TODAY), asks_amount=True), TODAY, language)
    number = str(2**31 - 1)
    for text in ("", of.texts.typed):
        yield choices.customer(
            CustomerChoice((of.customer,) * 30, number, text, None if text else of.customer), language
        )
        yield choices.paid(DocumentChoice(items, number, text), language)
        for page in range(3):
            yield choices.document(DocumentChoice(items, number, text), language, page)


def _installment(of: Fullest, document: Document, n: int) -> Promise:
    made = of.made(document, n, date(2019, 7, 20) + timedelta(days=7 * n))
    return replace(made, installment=n, installments=MAX_INSTALLMENTS)


def _mails(of: Fullest, language: Language) -> Iterator[Reply]:
    t, at = of.texts, datetime(2019, 7, 16, 9, tzinfo=UTC)
    run = Run(2**31 - 1, 1, TODAY, at, RunState.RUNNING, t.comment)
    owed = tuple(Owed(Money(of.cents, currency), of.count, of.count) for currency in ("MXN", "EUR", "USD"))
    files = tuple(RunFile(t.name, 20 * 2**20) for _ in range(8))
    bare = (f"{t.series}-{t.folio}",) * of.count
    for skipped in (None, *SkipReason):
        one = Candidate(of.customer, owed, skipped, (t.address,) * 8, replaces=skipped is None)
        yield mailing.preview(RunPreview(run, (one,), files, bare), language)
    reasons = (None, *SkipReason)
    many = tuple(Candidate(of.customer, owed, r, replaces=r is None) for r in reasons for _ in range(of.count))
    yield mailing.preview(RunPreview(run, many, files, bare), language)
    yield mailing.rehearsed(mailing.preview(RunPreview(run, many, files, bare), language), of.texts.address, language)
    ticked = tuple(replace(candidate, ticked=True) for candidate in many[:8])
    yield mailing.choices(RunChoices(run, ticked, 61, 63, 10**6, 10**6), language)
    yield mailing.ask_again(run.id, timedelta(days=10**6), language)
    kinds = [(state, None) for state in (None, *MailState)] + [(None, reason) for reason in SkipReason]
    each = [Recipient(t.code, (t.address,) * 8, state, t.typed, reason, 2**31 - 1) for state, reason in kinds]
    for state in RunState:
        yield mailing.progress(Progress(replace(run, state=state), tuple(each * of.count)), language)
        for alone in each:
            yield mailing.progress(Progress(replace(run, state=state), (alone,)), language)


def _confirmations(of: Fullest, language: Language) -> Iterator[Reply]:
    """In every state, alone and together with as many others as there are documents."""
    t, gone = of.texts, tuple(Agreed(d, of.made(d), of.made(d).amount) for d in of.documents)
    one = Confirmation("k", of.customer, gone, gone, bounced=(t.address,) * 8)
    each = [
        one,
        replace(one, rehearsed_to=t.address),
        *(replace(one, skipped=skipped) for skipped in (SkipReason.BAD_ADDRESS, SkipReason.OPTED_OUT)),
        *(replace(one, posted=Posted(state, (t.address,) * 8, t.typed)) for state in MailState),
        replace(one, posted=Posted(MailState.FAILED, (t.address,) * 8, t.typed), skipped=SkipReason.BAD_ADDRESS),
    ]
    for shown in ((one,) * of.count, each * of.count, *((alone,) for alone in each), *((e,) * 9 for e in each)):
        yield confirming.confirmation(shown, 2**31 - 1, language)
