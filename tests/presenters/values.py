"""Results as the use cases give them, made by hand: the seed's agenda and what grows out of it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.domain.agenda import AgendaPage, DayList, Expected, OpenFilter, OpenItem, Today
from bot.domain.calendar import Basis, Collector, Day, DueList, Month
from bot.domain.correspondence import LastStatement, MailState, SkipReason
from bot.domain.money import Money
from bot.domain.promises import Promise, PromiseState
from bot.domain.receivables import Application, Customer, Document, DocumentKind, PaymentMethod
from bot.domain.reminders import CashRound, Digest, shares
from bot.domain.runs import Candidate, Owed, Progress, Recipient, Run, RunFile, RunPreview, RunState
from bot.domain.scheduling import History, Recorded, Scheduling
from bot.domain.scores import Score
from bot.domain.statement import Statement, build

TODAY = date(2019, 7, 16)

JUAN = Customer(1, "CL001", "Juan Perez", email=("pagos@perez.example",), collector_code="C1")
RAMIRO = Customer(
    2,
    "CL002",
    "Ramiro Aldana",
    email=("pagos@aldana.example", "ramiro@aldana.example"),
    cc=("conta@aldana.example",),
    bcc=("archivo@aldana.example",),
    credit_limit=Money(10_000_00),
)
SAMUEL = Customer(3, "CL003", "Samuel Ramirez")


def document(number: int, cents: int, customer: Customer = JUAN, currency: str = "MXN", **over: object) -> Document:
    """A credit invoice of the seed's agenda; `over` replaces any field."""
    values: dict[str, object] = {
        "id": number,
        "customer_id": customer.id,
        "concept_code": "",
        "concept": "Factura Crédito",
        "series": "",
        "folio": str(number),
        "uuid": None,
        "kind": DocumentKind.INVOICE,
        "payment_method": PaymentMethod.PPD,
        "issued": TODAY,
        "due": TODAY + timedelta(days=30),
        "total": Money(cents, currency),
        **over,
    }
    return Document(**values)  # type: ignore[arg-type] # the fields above, or what a test puts in their place


FIVE = document(5, 1_624_00, RAMIRO)
SEVEN = document(7, 2_842_00)
EIGHT = document(8, 4_872_00, RAMIRO)
NINE = document(9, 5_278_00, SAMUEL)


def promise(
    of: Document,
    on: date,
    number: int = 1,
    comment: str = "",
    *,
    cents: int | None = None,
    state: PromiseState = PromiseState.IN_FORCE,
) -> Promise:
    """A promise of the whole document, made on the seed's day by its user."""
    amount = of.total if cents is None else Money(cents, of.total.currency)
    return Promise(of.id * 10 + number, of.id, number, on, amount, comment, "Administrador", TODAY, state)


FIRST = promise(SEVEN, date(2019, 7, 18), 1, "Pagare con cheque.", state=PromiseState.RESCHEDULED)
SECOND = promise(SEVEN, date(2019, 7, 23), 2, "Pagare con cheque.")
CASH = promise(FIVE, date(2019, 7, 23), 1, "Pago en efectivo")


def expected(of: Document, customer: Customer, made: Promise, *, balance: int | None = None) -> Expected:
    """A promise in force; all of the document is still open unless `balance` (cents) says otherwise."""
    return Expected(made, of, customer, of.total if balance is None else Money(balance, of.total.currency))


def history() -> History:
    return History(SEVEN, JUAN, (FIRST, SECOND))


def agenda_page(*, ticked: bool = True) -> AgendaPage:
    items = (
        OpenItem(SEVEN, JUAN, SEVEN.total, 0, SECOND, ticked=ticked),
        OpenItem(EIGHT, RAMIRO, EIGHT.total, 0, None),
        OpenItem(NINE, SAMUEL, NINE.total, 0, None),
    )
    return AgendaPage(items, 0, 1, 3, int(ticked), OpenFilter(), TODAY)


def middle_page() -> AgendaPage:
    """The second of three pages of one customer's overdue documents."""
    late = OpenItem(EIGHT, RAMIRO, EIGHT.total, 12, None)
    return AgendaPage((late,), 1, 3, 17, 0, OpenFilter(overdue=True, customer_id=2), TODAY)


def customers_page() -> AgendaPage:
    """One customer's documents, all of them ticked, and more ticked elsewhere."""
    items = (OpenItem(EIGHT, RAMIRO, EIGHT.total, 0, None, ticked=True),)
    elsewhere = ("7", "9", *(f"CFDI-2109{n}" for n in range(5)))
    return AgendaPage(items, 0, 1, 1, 8, OpenFilter(without_promise=True, customer_id=2), TODAY, elsewhere, RAMIRO)


def day_list() -> DayList:
    items = (expected(SEVEN, JUAN, SECOND), expected(FIVE, RAMIRO, CASH))
    return DayList(date(2019, 7, 23), TODAY, "MXN", items)


def long_day() -> DayList:
    """Seven documents, one of them promised in part: two pages and a column more."""
    of = [document(n, n * 100_00, RAMIRO) for n in range(11, 18)]
    items = [expected(each, RAMIRO, promise(each, date(2019, 7, 23))) for each in of]
    items[1] = expected(of[1], RAMIRO, promise(of[1], date(2019, 7, 23), cents=500_00), balance=1_100_00)
    return DayList(date(2019, 7, 23), TODAY, "MXN", tuple(items))


def broken_day() -> DayList:
    """A day gone by: one promise that nobody has judged yet, five that were not kept."""
    of = [document(n, n * 100_00, RAMIRO) for n in range(11, 16)]
    broken = tuple(expected(d, RAMIRO, promise(d, date(2019, 7, 12), state=PromiseState.BROKEN)) for d in of)
    late = expected(NINE, SAMUEL, promise(NINE, date(2019, 7, 12), 1, "Sin falta"))
    return DayList(date(2019, 7, 12), TODAY, "MXN", (late,), broken)


def due_list() -> DueList:
    """Two documents that fell due: one promised, one in part paid."""
    items = (
        OpenItem(SEVEN, JUAN, SEVEN.total, 4, SECOND),
        OpenItem(EIGHT, RAMIRO, Money(4_000_00), 4, None),
    )
    return DueList(date(2019, 7, 12), TODAY, "MXN", items)


LAURAS = Collector("C1", "Laura Méndez")


def july() -> Month:
    on = date(2019, 7, 23)
    days = {on: Day(on, Money(4_466_00), 2)}
    return Month(date(2019, 7, 1), TODAY, "MXN", days, ("MXN", "USD"))


def july_of_a_collector() -> Month:
    """By due dates, as a supervisor sees it."""
    return replace(july(), basis=Basis.DUE, collector=LAURAS, choice=True)


def morning() -> Today:
    """Due in two currencies, and three of earlier days: broken, kept in part, and one that may still come."""
    dollars = document(12, 250_00, SAMUEL, "USD")
    due = DayList(TODAY, TODAY, "MXN", (expected(EIGHT, RAMIRO, promise(EIGHT, TODAY, 1, "En la tarde")),))
    due_dollars = DayList(TODAY, TODAY, "USD", (expected(dollars, SAMUEL, promise(dollars, TODAY)),))
    broken, in_part = PromiseState.BROKEN, PromiseState.PARTIALLY_KEPT
    late = (
        expected(NINE, SAMUEL, promise(NINE, date(2019, 7, 11), 3, "Sin falta", state=broken)),
        expected(FIVE, RAMIRO, promise(FIVE, date(2019, 7, 12), cents=1_500_00, state=in_part), balance=1_000_00),
        expected(SEVEN, JUAN, promise(SEVEN, date(2019, 7, 15)), balance=2_842_00),
    )
    return Today(TODAY, (due, due_dollars), (DayList(TODAY, TODAY, "MXN", late),), Score(due=9, kept=7, broken=1))


def busy_morning() -> Today:
    """More than a screen shows."""
    of = [document(n, n * 100_00, RAMIRO) for n in range(11, 26)]
    items = tuple(expected(each, RAMIRO, promise(each, TODAY)) for each in of)
    return Today(TODAY, (DayList(TODAY, TODAY, "MXN", items),), ())


def digest() -> Digest:
    """Three collectors' mornings, one of which is in dollars, and somebody whom no message reaches."""
    today = morning()
    by_code = {"C1": "Laura Méndez", "C2": "Beto Ruiz <hijo>"}
    whose = {JUAN.id: "C1", RAMIRO.id: "C2", SAMUEL.id: None}

    def owned(lists: tuple[DayList, ...]) -> tuple[DayList, ...]:
        return tuple(replace(each, items=tuple(map(of_their_collector, each.items))) for each in lists)

    def of_their_collector(item: Expected) -> Expected:
        return replace(item, customer=replace(item.customer, collector_code=whose[item.customer.id]))

    return Digest(TODAY, shares(Today(TODAY, owned(today.due), owned(today.broken)), by_code), july(), ("Rosa Peña",))


def digest_of_many() -> Digest:
    """A team of more collectors than a caption has room for."""
    of = [document(n, n * 100_00, JUAN) for n in range(11, 26)]
    items = [
        expected(each, replace(JUAN, collector_code=f"C{n}"), promise(each, TODAY)) for n, each in enumerate(of, 1)
    ]
    today = Today(TODAY, (DayList(TODAY, TODAY, "MXN", tuple(items)),), ())
    return Digest(TODAY, shares(today, {"C2": "Ana"}), july(), tuple(f"Persona {n}" for n in range(1, 7)))


def cash_round() -> CashRound:
    """A Friday's evening: on Saturday one, on Monday two."""
    friday, saturday, monday = (date(2019, 7, day) for day in (19, 20, 22))
    return CashRound(
        (
            DayList(saturday, friday, "MXN", (expected(FIVE, RAMIRO, promise(FIVE, saturday, 1, "Pago en efectivo")),)),
            DayList(
                monday,
                friday,
                "MXN",
                (
                    expected(SEVEN, JUAN, promise(SEVEN, monday, 2, "efectivo, después de las 2")),
                    expected(NINE, SAMUEL, promise(NINE, monday, 1, "Efectivo <mitad>", cents=2_000_00)),
                ),
            ),
        )
    )


def cash_of_many() -> CashRound:
    (day,) = busy_morning().due
    items = tuple(replace(i, promise=replace(i.promise, comment="efectivo")) for i in day.items)
    return CashRound((replace(day, on=TODAY + timedelta(days=1), items=items),))


def recorded(*, on: date = SECOND.on) -> Recorded:
    made = promise(SEVEN, on, 2, "Pagaré con cheque")
    return Recorded(made, History(SEVEN, JUAN, (FIRST, made)), rescheduled=True)


def recorded_first(of: Document, customer: Customer, on: date = SECOND.on) -> Recorded:
    made = promise(of, on, comment="Pasar por el cheque")
    return Recorded(made, History(of, customer, (made,)), rescheduled=False)


def scheduling(
    *documents: Document, on: date | None = None, comment: str | None = None, customer: Customer = JUAN
) -> Scheduling:
    items = tuple(OpenItem(d, customer, d.total, 0, None) for d in documents)
    return Scheduling(items, on, None, comment, number="811")


def two_currencies() -> Statement:
    """Pesos with a promise, a part paid and credits; dollars not yet due; a page and a half of rows."""
    documents = [
        document(
            20 + n,
            1_000_00 + n * 10_50,
            RAMIRO,
            series="CFDI",
            issued=TODAY - timedelta(days=n * 9),
            due=TODAY + timedelta(days=30 - n * 9),
            applications=(Application(TODAY, Money(250_25)),) if n == 2 else (),
        )
        for n in range(13)
    ]
    documents += [
        document(50, 300_00, RAMIRO, kind=DocumentKind.CREDIT_NOTE, concept="Nota de crédito"),
        document(51, 120_40, RAMIRO, kind=DocumentKind.PAYMENT_ON_ACCOUNT, concept="Anticipo"),
        document(60, 480_00, RAMIRO, "USD"),
    ]
    in_force = {21: promise(documents[1], date(2019, 7, 23))}
    return build(RAMIRO, documents, TODAY, promises=in_force, loaded_until=date(2019, 7, 15))


RUN = Run(31, 1, TODAY, datetime(2019, 7, 16, 9, tzinfo=UTC), RunState.DRAFT)
_OWED = (Owed(Money(13_818_35), 13, 2), Owed(Money(480_00, "USD"), 1))


def preview(skipped: SkipReason | None = None, waits: LastStatement | None = None) -> RunPreview:
    """One customer, two currencies, credits, invoices without files."""
    return RunPreview(RUN, (Candidate(RAMIRO, _OWED, skipped, waits=waits),), bare=("CFDI-20", "CFDI-21"))


EARLIER = LastStatement(date(2019, 7, 15), datetime(2019, 7, 15, 9, tzinfo=UTC), asked_by="Ana Ruiz")


def replacing(count: int = 1) -> RunPreview:
    """One in place of a statement that waits from an earlier day, or so many, of whom one has none waiting."""
    candidates = [Candidate(who, _OWED, replaces=who is not SAMUEL) for who in (JUAN, RAMIRO, SAMUEL)[:count]]
    return RunPreview(RUN, tuple(candidates))


def preview_of_many() -> RunPreview:
    """Three of sixteen get a statement; a comment and files of the sender's."""
    skipped = [*[SkipReason.NO_ADDRESS] * 13, SkipReason.ALREADY_SENT]
    others = tuple(Candidate(replace(SAMUEL, code=f"CL{n:03}"), _OWED, why) for n, why in enumerate(skipped, 10))
    going = tuple(Candidate(customer, _OWED) for customer in (JUAN, RAMIRO, SAMUEL))
    files = (RunFile("lista de precios.pdf", 1_400_000), RunFile("foto.jpg", 90_000))
    run = replace(RUN, comment="Buen día:\nadjuntamos la lista <nueva>.")
    return RunPreview(run, (*going, *others), files)


def progress(*states: MailState | SkipReason | None, run: Run = RUN, reason: str = "") -> Progress:
    """A sending whose customers are there."""
    recipients = tuple(
        Recipient(f"CL{n:03}", (f"pagos@cl{n:03}.example",), skipped=state, customer_id=n)
        if isinstance(state, SkipReason)
        else Recipient(f"CL{n:03}", (f"pagos@cl{n:03}.example",), state, reason if state is MailState.FAILED else "")
        for n, state in enumerate(states, 1)
    )
    return Progress(replace(run, state=RunState.RUNNING if run.state is RunState.DRAFT else run.state), recipients)
