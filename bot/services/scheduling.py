"""Promises: recorded, rescheduled, withdrawn, looked up."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from bot.domain import promises as rules
from bot.domain.agenda import Expected
from bot.domain.commands import INVOICE_WORDS, parse_reference
from bot.domain.errors import (
    AmountForSeveral,
    AmountOrFolio,
    AmountOutOfRange,
    DocumentAmbiguous,
    DocumentGone,
    DocumentNotCollectable,
    DocumentNotFound,
    NoLongerInForce,
    NothingInForce,
    NothingPending,
    PlanInForce,
)
from bot.domain.money import parse_amount_in
from bot.domain.occasion import Occasion
from bot.domain.people import Person
from bot.domain.plans import Plan
from bot.domain.promises import Promise, PromiseState
from bot.domain.receivables import Customer, Document, told_apart
from bot.domain.scheduling import History, Recorded
from bot.domain.text import AROUND
from bot.services.judgement import judge
from bot.store import audit, conversations, documents, promises, series

# The kind of question, among those that a person may be asked, that a promise answers.
QUESTION = "schedule"


def find_document(session: Session, person: Person, text: str, today: date) -> tuple[Document, Customer]:
    """The one document of the portfolio that a text names; raises DocumentNotFound or DocumentAmbiguous.

    Among several with the same folio the only one still open is meant. A credit is where no charge is called so.
    """
    found, is_guess = _meant(session, person, text)
    if not found:
        # Whoever asks says why not: it is there, on the statement.
        credits_, _ = _meant(session, person, text, charges=False)
        if not credits_:
            raise DocumentNotFound(text)
        return credits_[0]
    still_open = [pair for pair in found if pair[0].balance_on(today).minor > 0]
    several = still_open or found
    if len(still_open) > 1 or is_guess:
        apart = zip(several, told_apart(several), strict=True)
        raise DocumentAmbiguous(text, tuple((found.id, found.label, beside) for (found, _), beside in apart))
    return several[0]


def _meant(
    session: Session, person: Person, text: str, *, charges: bool = True
) -> tuple[list[tuple[Document, Customer]], bool]:
    """The documents that a text may name, and whether that is a guess: «F7» where F is a series, but has no 7."""
    # As it is printed, whatever series and folio are made of; else as people shorten it.
    typed = " ".join(text.split())
    bare = typed.strip(AROUND).removeprefix("#").strip()
    found = documents.called(session, person, typed, charges=charges)
    if not found and bare != typed:
        found = documents.called(session, person, bare, charges=charges)
    reference = parse_reference(bare)
    if not found and reference:
        found = documents.named(session, person, reference.series, reference.folio, charges=charges)
    if found or not reference or reference.series not in INVOICE_WORDS:
        return found, False
    found = documents.named(session, person, None, reference.folio, charges=charges)
    return found, bool(found) and series.is_used(session, person, reference.series)


def document(session: Session, occasion: Occasion, text: str) -> tuple[Document, Customer]:
    """The one document of the portfolio that a text names; raises DocumentNotFound or DocumentAmbiguous."""
    return find_document(session, occasion.person, text, occasion.today)


def find_documents(
    session: Session, occasion: Occasion, texts: Sequence[str], amount: str | None = None
) -> tuple[tuple[Document, Customer], ...]:
    """The documents that texts name, each once; raises as `document` does, AmountForSeveral and AmountOrFolio."""
    for text in texts[-1:]:
        refuse_folio(session, occasion.person, text, amount)
    found = {pair[0].id: pair for pair in (document(session, occasion, text) for text in texts)}
    if amount is not None and len(found) > 1:
        raise AmountForSeveral(amount, len(found))
    return tuple(found.values())


def refuse_folio(session: Session, person: Person, text: str, amount: str | None) -> None:
    """Raise AmountOrFolio for an amount that with the text before it names a document: «A1 3», where there is A1-3."""
    if amount and amount.isdecimal() and documents.called(session, person, f"{text}-{amount}"):
        raise AmountOrFolio(text, amount)


def document_by_id(session: Session, person: Person, document_id: int) -> tuple[Document, Customer]:
    """The document of the portfolio with this id; raises DocumentGone."""
    found = documents.by_id(session, person, document_id)
    if found is None:
        raise DocumentGone(f"#{document_id}")
    return found


def made_with(
    session: Session, person: Person, promise_id: int
) -> tuple[list[Promise], list[tuple[Document, Customer]]]:
    """What the command that made a promise promised, and on which documents; raises DocumentGone."""
    first = promises.by_id(session, promise_id)
    if first is None:
        raise DocumentGone(f"#{promise_id}")
    together = promises.made_with(session, first)
    return together, [document_by_id(session, person, made.document_id) for made in together]


def history(session: Session, occasion: Occasion, wanted: str | int) -> History:
    """The promises of a document, named by text or id; a credit has none, unless a file made it one afterwards."""
    if isinstance(wanted, int):
        document, customer = document_by_id(session, occasion.person, wanted)
    else:
        document, customer = find_document(session, occasion.person, wanted, occasion.today)
    shown = history_of(session, document, customer)
    if not (document.kind.is_charge or shown.promises):
        raise DocumentNotCollectable(document.label, "credit")
    audit.note(session, occasion, "history", document.label)
    return shown


def history_of(session: Session, document: Document, customer: Customer) -> History:
    """The promises of a document at hand; leaves no trace."""
    return History(document, customer, tuple(promises.history(session, document.id)))


def _judge(session: Session, occasion: Occasion, wanted: Sequence[int]) -> None:
    """Bring the ledger up to today before anything is entered: it never depends on when the nightly run happens."""
    promises.lock_documents(session, wanted)
    judge(session, occasion.today, occasion.now, occasion.tolerance_days, wanted)


def promise(
    session: Session,
    occasion: Occasion,
    wanted: Sequence[int],
    on: date,
    *,
    amount: str | None = None,
    comment: str = "",
    far_confirmed: bool = False,
    plan: Plan | None = None,
) -> tuple[Recorded, ...]:
    """Record a promise, or a plan that begins on `on`, for each of these documents, by id; raises a Refusal.

    All of them or none. The same update handled again finds what it recorded and records nothing. An open question
    is answered by it, and the documents' boxes are cleared.
    """
    _judge(session, occasion, wanted)
    recorded = tuple(
        _promise(
            session, occasion, document_id,
            on=on, amount=amount, comment=comment, far_confirmed=far_confirmed, plan=plan,
        )
        for document_id in wanted
    )  # fmt: skip
    conversations.close_question(session, occasion.person, QUESTION, occasion.source)
    conversations.clear_ticks(session, occasion.person, wanted)
    return recorded


def move(session: Session, occasion: Occasion, document_id: int, promise_id: int, on: date) -> tuple[Recorded, ...]:
    """Reschedule a promise in force of a document, and all that were made with it, to another day; raises a Refusal.

    All of them or none. The button names the day, so a far one is meant. What was paid meanwhile is not promised again.
    The same update handled again finds what it recorded.
    """
    found, _ = document_by_id(session, occasion.person, document_id)
    if all(each.id != promise_id for each in promises.history(session, found.id)):
        raise NothingPending
    together, pairs = made_with(session, occasion.person, promise_id)
    _judge(session, occasion, [document.id for document, _ in pairs])
    return tuple(_move(session, occasion, pair, made.id, on) for made, pair in zip(together, pairs, strict=True))


def _move(session: Session, occasion: Occasion, pair: tuple[Document, Customer], promise_id: int, on: date) -> Recorded:
    found, customer = pair
    asked = next(each for each in promises.history(session, found.id) if each.id == promise_id)
    made = occasion.source and promises.made_by_source(session, f"{occasion.source}:{found.id}")
    if asked.state is not PromiseState.IN_FORCE and not made:
        raise NoLongerInForce(found.label, asked.number, asked.state)
    if asked.installments > 1:
        raise PlanInForce(found.label)
    rest = Expected(asked, found, customer, found.balance_on(occasion.today)).left_on(occasion.today)
    amount = str(rest) if rest.minor > 0 else None
    (moved,) = promise(session, occasion, [found.id], on, amount=amount, comment=asked.comment, far_confirmed=True)
    return moved


def to_withdraw(session: Session, occasion: Occasion, document_id: int) -> History:
    """The promises of a document of which something is in force that could be withdrawn; raises NothingInForce."""
    found, customer = document_by_id(session, occasion.person, document_id)
    _judge(session, occasion, [found.id])
    shown = history_of(session, found, customer)
    if not shown.in_force:
        raise NothingInForce(found.label)
    audit.note(session, occasion, "history", found.label)
    return shown


def withdraw(session: Session, occasion: Occasion, document_id: int, promise_id: int) -> History:
    """Take a promise, or what is left of its plan, out of force; raises NoLongerInForce.

    Withdrawn already, as by the same update handled again, it stays so.
    """
    found, customer = document_by_id(session, occasion.person, document_id)
    _judge(session, occasion, [found.id])
    before = history_of(session, found, customer)
    asked = next((promise for promise in before.promises if promise.id == promise_id), None)
    if asked is None:
        raise NothingPending
    if asked.state is PromiseState.WITHDRAWN:
        return before
    if asked not in before.in_force:
        raise NoLongerInForce(found.label, asked.number, asked.state)
    for each in before.in_force:
        promises.enter(
            session, each, PromiseState.WITHDRAWN, by=occasion.person.name, today=occasion.today, now=occasion.now
        )
    audit.note(session, occasion, "withdraw", found.label)
    return history_of(session, found, customer)


def _promise(
    session: Session,
    occasion: Occasion,
    document_id: int,
    *,
    on: date,
    amount: str | None,
    comment: str,
    far_confirmed: bool,
    plan: Plan | None,
) -> Recorded:
    document, customer = document_by_id(session, occasion.person, document_id)
    source = f"{occasion.source}:{document_id}" if occasion.source else None
    made = promises.made_by_source(session, source) if source else None
    if made is None:
        currency = document.total.currency
        promised = rules.check(
            document,
            on,
            None if amount is None else parse_amount_in(amount, currency),
            today=occasion.today,
            said_on=occasion.said_on,
            far_confirmed=far_confirmed,
            far_days=occasion.far_days,
        )
        if plan and promised.minor < plan.count:
            balance = document.balance_on(occasion.today)
            raise AmountOutOfRange(document.label, promised.minor, balance.minor, currency)
        made = promises.add(
            session, document, plan.installments(promised, on) if plan else [(on, promised)], comment,
            person=occasion.person, today=occasion.said_on, now=occasion.now, source=source,
        )  # fmt: skip
        audit.note(session, occasion, "promise", document.label)
    return Recorded(
        promise=made, history=history_of(session, document, customer), rescheduled=made.replaces is not None
    )
