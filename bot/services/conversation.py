"""The question that waits for an answer: which documents are to be scheduled, and what is known so far."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from bot.domain.agenda import OpenFilter, OpenItem
from bot.domain.commands import PromiseCommand, unquoted
from bot.domain.dates import parse_date
from bot.domain.errors import (
    AmountForSeveral,
    AmountOutOfRange,
    CustomerAmbiguous,
    DocumentAmbiguous,
    DocumentNotCollectable,
    DocumentNotFound,
    NoSuchDay,
    NothingPending,
    NothingTicked,
    PromiseInThePast,
    Refusal,
    SumForComment,
    UnreadableDate,
)
from bot.domain.money import parse_amount_in
from bot.domain.occasion import Occasion
from bot.domain.people import Person
from bot.domain.plans import Plan, Rhythm
from bot.domain.scheduling import CustomerChoice, DocumentChoice, Scheduling, Step
from bot.domain.typed_amounts import is_sum
from bot.services.agenda import items_by_id, ticked_items
from bot.services.scheduling import QUESTION, document, document_by_id
from bot.services.statements import customer_by_id, find_customer, recent_customers
from bot.store import audit, conversations, customers, documents

# Why a document can no longer be asked about.
_NOT_OWED = (DocumentNotCollectable, DocumentNotFound)
# What a question holds in the database: words, numbers and lists, as JSON has them.
_Known = dict[str, Any]


def begin(session: Session, occasion: Occasion, command: PromiseCommand) -> Step:
    """Begin with what a command says: a document that it leaves open is asked for, or the customer when it names none.

    Raises DocumentNotFound, DocumentNotCollectable, AmountForSeveral, PromiseInThePast.
    """
    _not_past(occasion, command.on)
    return _resolve(session, occasion, _blank(occasion, command), command.documents)


def start(session: Session, occasion: Occasion, wanted: Sequence[int]) -> Step:
    """Begin scheduling these documents, by id."""
    for document_id in wanted:
        _collectable(session, occasion, document_id)
    return _keep(session, occasion, _blank(occasion, PromiseCommand()) | {"documents": list(wanted)})


def start_ticked(session: Session, occasion: Occasion) -> Step:
    """Begin scheduling the ticked documents; raises NothingTicked."""
    items = ticked_items(session, occasion)
    if not items:
        raise NothingTicked
    return _keep(
        session, occasion, _blank(occasion, PromiseCommand()) | {"documents": [item.document.id for item in items]}
    )


def pending(session: Session, occasion: Occasion, number: str | None = None) -> Step:
    """What is being asked, of the question with this number if one is given; raises NothingPending.

    A question that is closed waits on for the update that closed it: it may be delivered again.
    """
    return _step(session, occasion, _known(session, occasion, number))


def choose_customer(session: Session, occasion: Occasion, number: str, customer_id: int) -> Step:
    """Answer the question for the customer: its open documents are offered, or taken when there is but one."""
    known = _known(session, occasion, number)
    if conversations.is_answered_by(known, occasion.source):
        return _step(session, occasion, known)
    customer = customer_by_id(session, occasion.person, customer_id)
    items = _owed(session, occasion, customer.id)
    if not items:
        return CustomerChoice(tuple(recent_customers(session, occasion)), number, settled=customer)
    ids = [item.document.id for item in items] if len(items) == 1 else []
    answer = {"customer": customer.id, "documents": ids, "answered_by": occasion.source}
    return _keep(session, occasion, known | answer)


def choose_document(session: Session, occasion: Occasion, number: str, document_id: int) -> Step:
    """Answer the question for the document; what the command said besides is still known."""
    known = _known(session, occasion, number)
    if conversations.is_answered_by(known, occasion.source):
        return _step(session, occasion, known)
    _collectable(session, occasion, document_id)
    chosen = {"documents": [*known["documents"], document_id], "among": None, "answered_by": occasion.source}
    return _resolve(session, occasion, known | chosen, known["rest"])


def set_date(session: Session, occasion: Occasion, number: str, on: date, *, far_confirmed: bool = False) -> Step:
    """Answer the question for the date, or whether that far one is meant; raises PromiseInThePast."""
    _not_past(occasion, on)
    return _answer(session, occasion, number, on=on.isoformat(), far_confirmed=far_confirmed)


def ask_amount(session: Session, occasion: Occasion, number: str) -> Step:
    """Wait for an amount to be typed."""
    return _answer(session, occasion, number, asks_amount=True)


def whole_amount(session: Session, occasion: Occasion, number: str) -> Step:
    """All of the balance is promised, as when no amount is asked for."""
    return _answer(session, occasion, number, asks_amount=False, amount=None)


def set_comment(session: Session, occasion: Occasion, number: str, comment: str) -> Step:
    """Answer the question for the comment; empty for none."""
    return _answer(session, occasion, number, comment=comment)


def type_answer(session: Session, occasion: Occasion, text: str) -> Step:
    """Answer with a typed text whatever is asked; raises NothingPending when nothing is, and what the text deserves."""
    known = _known(session, occasion, None)
    if conversations.is_answered_by(known, occasion.source):
        return _step(session, occasion, known)
    try:
        number, step = known["number"], _read(session, occasion, known)
    except _NOT_OWED:
        # A tap is told why; a text is rather meant for something else.
        raise NothingPending from None
    if isinstance(step, CustomerChoice):
        return _search(session, occasion, number, text)
    if isinstance(step, DocumentChoice):
        return choose_document(session, occasion, number, named(session, occasion, step, text))
    if step.asks_amount:
        return _answer(session, occasion, number, asks_amount=False, amount=_amount(step.items, text))
    if step.on is None or step.is_far(occasion.today):
        return set_date(session, occasion, number, _date(occasion, step, text))
    if len(step.items) == 1 and step.amount is None and is_sum(text):
        raise SumForComment(text)
    return set_comment(session, occasion, number, unquoted(text))


def set_aside(session: Session, person: Person) -> None:
    """Note that a command was typed: what is typed after it may be meant for that one, and not for what was asked."""
    waiting = conversations.question(session, person)
    if waiting and "closed_by" not in waiting[1] and not waiting[1].get("aside"):
        kind, known = waiting
        conversations.ask(session, person, kind, known | {"aside": True})


def take_up(session: Session, occasion: Occasion) -> Step | None:
    """The question that another command set aside, to be asked once more; None where none was."""
    try:
        known = _known(session, occasion, None)
        if not known.get("aside") or "closed_by" in known:
            return None
        _read(session, occasion, known)
    except (NothingPending, *_NOT_OWED):
        return None
    return _keep(session, occasion, known | {"answered_by": occasion.source})


def cancel(session: Session, occasion: Occasion, number: str) -> None:
    """Close the question with this number; the ticked boxes stay."""
    _known(session, occasion, number)
    conversations.close_question(session, occasion.person, QUESTION, occasion.source)


def _blank(occasion: Occasion, command: PromiseCommand) -> _Known:
    plan = command.plan
    return {
        "number": occasion.number,
        "documents": [],
        "rest": [],
        "among": None,
        "customer": None,
        "on": command.on.isoformat() if command.on else None,
        "amount": command.amount,
        "asks_amount": False,
        # Who wrote a date in one line has said all: only then is no comment an answer too.
        "comment": command.comment or ("" if command.on else None),
        "far_confirmed": False,
        "plan": [plan.count, plan.rhythm] if plan else None,
    }


def _known(session: Session, occasion: Occasion, number: str | None) -> _Known:
    asked = conversations.known_of(session, occasion.person, QUESTION)
    if asked is None or conversations.is_closed(asked, occasion.source):
        raise NothingPending
    # A question asked by an earlier release lacks what came since.
    known = _blank(occasion, PromiseCommand()) | asked
    if number is not None and number != known["number"]:
        raise NothingPending
    return known


def _answer(session: Session, occasion: Occasion, number: str, **answer: object) -> Step:
    known = _known(session, occasion, number)
    if conversations.is_answered_by(known, occasion.source):
        return _step(session, occasion, known)
    return _keep(session, occasion, known | answer | {"answered_by": occasion.source})


def _keep(session: Session, occasion: Occasion, known: _Known) -> Step:
    if known["amount"] is not None and len(known["documents"]) > 1:
        raise AmountForSeveral(known["amount"], len(known["documents"]))
    conversations.ask(session, occasion.person, QUESTION, known | {"aside": False})
    return _step(session, occasion, known)


def _resolve(session: Session, occasion: Occasion, known: _Known, texts: Sequence[str]) -> Step:
    """Find the documents that texts name, up to the first that several answer to."""
    ids = list(known["documents"])
    for place, text in enumerate(texts, start=1):
        try:
            found = document(session, occasion, text)[0].id
        except DocumentAmbiguous as several:
            among = {"among": [choice[0] for choice in several.choices], "text": text, "rest": list(texts[place:])}
            return _keep(session, occasion, known | among | {"documents": ids})
        _collectable(session, occasion, found)
        ids.append(found)
    return _keep(session, occasion, known | {"documents": list(dict.fromkeys(ids)), "rest": []})


def _step(session: Session, occasion: Occasion, known: _Known) -> Step:
    """What is asked now, which the person is shown."""
    step = _read(session, occasion, known)
    if isinstance(step, CustomerChoice):
        audit.seen(session, occasion, "ask", (customer.code for customer in step.customers))
    else:
        audit.seen(session, occasion, "ask", (item.document.label for item in step.items))
    return step


def _read(session: Session, occasion: Occasion, known: _Known) -> Step:
    number = known["number"]
    if known["among"] is not None:
        items = items_by_id(session, occasion, tuple(known["among"]))
        if not items:
            raise NothingPending
        return DocumentChoice(items, number, known["text"])
    if not known["documents"]:
        return _choice(session, occasion, known)
    items = _all(session, occasion, known)
    on = date.fromisoformat(known["on"]) if known["on"] else None
    # What is closed was recorded in time, and may be delivered again on a later day.
    gone_by = on if on and on < occasion.said_on and "closed_by" not in known else None
    fits = known["amount"] is None or _fits(items, known["amount"])
    return Scheduling(
        items=items,
        # A day that has gone by since it was named, and an amount that was named for another document, are asked anew.
        on=None if gone_by else on,
        amount=known["amount"] if fits else None,
        comment=known["comment"],
        far_confirmed=known["far_confirmed"],
        plan=Plan(plan[0], Rhythm(plan[1])) if (plan := known["plan"]) else None,
        number=number,
        asks_amount=known["asks_amount"] or not fits,
        gone_by=gone_by,
        far_days=occasion.far_days,
    )


def _all(session: Session, occasion: Occasion, known: _Known) -> tuple[OpenItem, ...]:
    """The documents that are asked about: all of them or none, so one on which nothing is owed any more is refused."""
    items = items_by_id(session, occasion, tuple(known["documents"]))
    # What is closed was recorded, and may be delivered again when it is paid.
    if "closed_by" not in known:
        for missing in set(known["documents"]) - {item.document.id for item in items}:
            _collectable(session, occasion, missing)
    if not items:
        raise NothingPending
    return items


def _choice(session: Session, occasion: Occasion, known: _Known) -> CustomerChoice | DocumentChoice:
    """What is asked while no document is known: whose, then which."""
    if known["customer"] is None:
        return CustomerChoice(tuple(recent_customers(session, occasion)), known["number"])
    items = _owed(session, occasion, known["customer"])
    if not items:
        raise NothingPending
    return DocumentChoice(items, known["number"])


def _owed(session: Session, occasion: Occasion, customer_id: int) -> tuple[OpenItem, ...]:
    only = OpenFilter(customer_id=customer_id)
    pairs = documents.open_charges(session, occasion.person, occasion.today, only)
    return items_by_id(session, occasion, tuple(document.id for document, _ in pairs))


def _search(session: Session, occasion: Occasion, number: str, text: str) -> Step:
    try:
        found = find_customer(session, occasion.person, text)
    except CustomerAmbiguous as several:
        codes = [code for _, code, _ in several.choices]
        return CustomerChoice(
            tuple(customers.by_codes(session, occasion.person, codes)), number, text, more=several.more
        )
    return choose_customer(session, occasion, number, found.id)


def named(session: Session, occasion: Occasion, asked: DocumentChoice, text: str) -> int:
    """The document among those asked about that a text names; raises DocumentNotFound."""
    try:
        named = [document(session, occasion, text)[0].id]
    except DocumentAmbiguous as several:
        named = [choice[0] for choice in several.choices]
    offered = {item.document.id for item in asked.items} & set(named)
    if len(offered) != 1:
        raise DocumentNotFound(text)
    return offered.pop()


def _date(occasion: Occasion, asked: Scheduling, text: str) -> date:
    """A typed date; raises UnreadableDate, and PromiseInThePast for what answers a question that was asked before."""
    try:
        return parse_date(text, occasion.said_on)
    except NoSuchDay:
        raise
    except UnreadableDate:
        if asked.gone_by:
            raise PromiseInThePast(asked.gone_by, occasion.today) from None
        raise


def _amount(items: Sequence[OpenItem], text: str) -> str:
    """A typed amount that fits the document's balance; raises a Refusal."""
    balance = items[0].balance
    typed = parse_amount_in(text, balance.currency)
    if not 0 < typed.minor <= balance.minor:
        raise AmountOutOfRange(items[0].document.label, typed.minor, balance.minor, balance.currency)
    return text


def _fits(items: Sequence[OpenItem], text: str) -> bool:
    try:
        _amount(items, text)
    except Refusal:
        return False
    return True


def _not_past(occasion: Occasion, on: date | None) -> None:
    if on and on < occasion.said_on:
        raise PromiseInThePast(on, occasion.today)


def _collectable(session: Session, occasion: Occasion, document_id: int) -> None:
    """Nothing is asked about a document on which nothing is owed; raises DocumentNotCollectable."""
    found, _ = document_by_id(session, occasion.person, document_id)
    if reason := found.not_owed(occasion.today):
        raise DocumentNotCollectable(found.label, reason)
