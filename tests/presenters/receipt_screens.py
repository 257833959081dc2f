"""The screens of `/cobro`, `/corte`, photos and handovers, by the name of their golden files."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.agenda import OpenItem
from bot.domain.handovers import DayTotal, Handed, Handover, HandoverState, NobodyToHandTo, TeamTotal
from bot.domain.money import Money
from bot.domain.people import Person, Role
from bot.domain.receipts import Asked, PaymentForm, Receipt
from bot.domain.scheduling import DocumentChoice
from bot.i18n import Language
from bot.presenters.choices import paid
from bot.presenters.day_total import day, handed, handover, team
from bot.presenters.receipt import no_photo, of_none, of_which, photo, question, recorded, undone, with_photo
from bot.presenters.refusals import refusal
from bot.presenters.reply import Picture, Reply
from tests.presenters.values import EIGHT, JUAN, RAMIRO, SAMUEL, SEVEN, TODAY, document

MADE = Receipt(
    9, SEVEN, JUAN, Money(1624_00), PaymentForm.CHEQUE, "folio <881>", 3, "Laura Méndez", 1, TODAY,
    datetime(2019, 7, 16, 17, 5, tzinfo=UTC),
)  # fmt: skip
PICTURE = Picture("a", lambda: b"")
DOLLARS = document(12, 250_00, SAMUEL, "USD")
SOME = (
    replace(MADE, confirmed=True),
    replace(MADE, number=2, document=EIGHT, customer=RAMIRO, amount=Money(4_872_00), form=PaymentForm.CASH),
    replace(MADE, number=3, withdrawn=True),
    replace(MADE, number=4, document=DOLLARS, customer=SAMUEL, amount=Money(25_00, "USD"), form=PaymentForm.TRANSFER),
)
OLD = tuple(replace(each, on=date(2019, 7, 5)) for each in SOME[:2])
ZONE = ZoneInfo("America/Mexico_City")
LAURA, JORGE = 3, 8
GIVEN = Handover(
    5, TODAY, SOME[:2], LAURA, "Laura <Méndez>", JORGE, "Jorge Salas", TODAY, datetime(2019, 7, 16, 22, 40, tzinfo=UTC)
)


def answered(state: HandoverState) -> Handover:
    at = datetime(2019, 7, 16, 23, 5, tzinfo=UTC)
    return replace(GIVEN, state=state, answered_on=TODAY, answered_at=at)


def of_laura(
    receipts: tuple[Receipt, ...], handovers: tuple[Handover, ...] = (), unconfirmed: tuple[Receipt, ...] = ()
) -> DayTotal:
    return DayTotal(TODAY, LAURA, "Laura Méndez", receipts, handovers, unconfirmed)


PHOTOGRAPHED = replace(MADE, photographed=True)
THREE = (SOME[0], replace(SOME[1], id=10), replace(SOME[0], id=11, number=5, amount=Money(500_00), photographed=True))
REFUSED = answered(HandoverState.REFUSED)
ACCEPTED = replace(answered(HandoverState.ACCEPTED), id=6, receipts=THREE[:1])
WAITING = replace(GIVEN, id=7, receipts=THREE[1:2])
CHIEF = DayTotal(TODAY, JORGE, "Jorge Salas", (replace(MADE, id=12, taken_by_id=JORGE, amount=Money(100_00)),))
TEAM = TeamTotal(TODAY, (CHIEF, of_laura(SOME)), OLD, (GIVEN,))
MANY = of_laura(tuple(replace(MADE, id=n, number=n, photographed=True) for n in range(1, 23)), (), OLD * 11)
CROWD = TeamTotal(
    TODAY,
    tuple(replace(of_laura(SOME), taken_by_id=n, taken_by=f"Laura Méndez Villalobos {n}") for n in range(1, 20)),
    OLD * 11,
    (GIVEN,) * 9,
)
ABLE = tuple(Person(n, name, Role.SUPERVISOR, None) for n, name in ((8, "Jorge Salas"), (9, "Eva <Luna>")))
ASKED = Asked("77", SEVEN, JUAN, Money(3_000_00), SEVEN.total, None)
SEVERAL = DocumentChoice(
    tuple(
        OpenItem(replace(SEVEN, id=n, concept=concept), JUAN, SEVEN.total, 0, None)
        for n, concept in ((7, "Factura Crédito"), (12, "Cargo <a> cliente"))
    ),
    "77",
    "<7>",
)

SCREENS: dict[str, Callable[[Language], Reply]] = {
    "receipt": lambda t: recorded(MADE, PICTURE, TODAY, t),
    "receipt_without_comment": lambda t: recorded(replace(MADE, comment=""), PICTURE, TODAY, t),
    "receipt_undone": lambda t: undone(MADE, t),
    "receipt_form": lambda t: question(ASKED, t),
    "receipt_form_unread": lambda t: question(replace(ASKED, photos=2, unread="en <abonos>"), t),
    "receipt_more_unread": lambda t: question(replace(ASKED, form=PaymentForm.CASH, unread="no"), t),
    "receipt_more_than_nothing": lambda t: question(replace(ASKED, form=PaymentForm.CASH, left=Money(0)), t),
    "receipt_which": lambda t: paid(SEVERAL, t),
    "receipt_form_of_all": lambda t: question(replace(ASKED, amount=SEVEN.total), t, offered=True),
    "receipt_more": lambda t: question(replace(ASKED, form=PaymentForm.CASH), t),
    "receipt_of_yesterday": lambda t: recorded(MADE, PICTURE, MADE.on + timedelta(days=1), t),
    "receipt_with_photo": lambda t: recorded(PHOTOGRAPHED, PICTURE, TODAY, t),
    "receipt_without_its_photo": lambda t: recorded(replace(MADE, photo_lost=True), PICTURE, TODAY, t),
    "receipt_form_with_photo": lambda t: question(replace(ASKED, photos=1), t),
    "photo_kept": lambda t: with_photo(PHOTOGRAPHED, t),
    "photo_kept_unread": lambda t: with_photo(PHOTOGRAPHED, t, unread="cheque <881>"),
    "photo_of_which": lambda t: of_which("77", SOME[:2] * 4, t),
    "photo_of_this": lambda t: of_which("77", SOME[:1], t),
    "photo_of_none": of_none,
    "photo": lambda t: photo(PHOTOGRAPHED, PICTURE, (1, 1), t),
    "photo_of_two": lambda t: photo(PHOTOGRAPHED, PICTURE, (2, 2), t),
    "photo_missing": lambda t: no_photo(MADE, t),
    "receipts_none": lambda t: day(of_laura(()), t, ZONE),
    "receipts": lambda t: day(of_laura(SOME), t, ZONE),
    "receipts_of_many": lambda t: day(MANY, t, ZONE),
    "receipts_unconfirmed": lambda t: day(of_laura((), (), OLD), t, ZONE),
    "receipts_handed_over": lambda t: day(of_laura(THREE, (REFUSED, ACCEPTED, WAITING)), t, ZONE, all_seen=True),
    "receipts_left": lambda t: day(replace(of_laura(()), left_before=(date(2019, 7, 12), date(2019, 7, 15))), t, ZONE),
    "receipts_of_another": lambda t: day(of_laura(THREE, (WAITING,)), t, ZONE, own=False, all_seen=True),
    "receipts_of_all": lambda t: team(TEAM, t),
    "receipts_of_nobody": lambda t: team(TeamTotal(TODAY, (), (), ()), t),
    "receipts_of_a_crowd": lambda t: team(CROWD, t, 9),
    "handover_to_whom": lambda t: handed(Handed(of_laura(THREE), choice=ABLE), t, ZONE),
    "handover_made": lambda t: handed(Handed(of_laura(THREE, (GIVEN,)), GIVEN), t, ZONE),
    "handover_of_nothing": lambda t: handed(Handed(of_laura(())), t, ZONE),
    "handover_to_nobody": lambda t: refusal(NobodyToHandTo(), t),
    "handover_to_answer": lambda t: handover(GIVEN, t, ZONE, JORGE),
    "handover_waiting": lambda t: handover(GIVEN, t, ZONE, LAURA),
    "handover_unread": lambda t: handover(GIVEN, t, ZONE, LAURA, unread=True),
    "handover_accepted": lambda t: handover(answered(HandoverState.ACCEPTED), t, ZONE, LAURA),
    "handover_refused": lambda t: handover(answered(HandoverState.REFUSED), t, ZONE, LAURA),
    "handover_refused_by_me": lambda t: handover(answered(HandoverState.REFUSED), t, ZONE, JORGE),
    "handover_taken_back": lambda t: handover(answered(HandoverState.TAKEN_BACK), t, ZONE, JORGE),
}
