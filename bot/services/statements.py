"""What a customer owes."""

import re
from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from bot.domain import statement as statements
from bot.domain.agenda import OpenFilter
from bot.domain.dates import date_splits, parse_past_date
from bot.domain.errors import CustomerAmbiguous, CustomerGone, CustomerNotFound, NothingPending
from bot.domain.money import Money, totals
from bot.domain.occasion import Occasion
from bot.domain.people import Person
from bot.domain.receipts import unconfirmed
from bot.domain.receivables import Customer
from bot.domain.scores import Score
from bot.domain.statement import Statement
from bot.domain.text import fold
from bot.services import scores
from bot.store import audit, conversations, customers, documents, promises, receipts

# How many customers `/estado` alone offers.
RECENT = 6
# What names and dates have between their words, and people leave out.
_LITTLE_WORDS = {"de", "del", "el", "la"}


def find_customer(session: Session, person: Person, text: str) -> Customer:
    """The one customer of the portfolio that a text means; raises CustomerNotFound or CustomerAmbiguous."""
    return _only(*customers.meant(session, person, text), text)


def _only(found: Sequence[Customer], is_guess: bool, text: str, as_of: date | None = None) -> Customer:  # noqa: FBT001
    if not found:
        raise CustomerNotFound(text)
    if len(found) > 1 or is_guess:
        shown = found[: customers.MAX_CHOICES]
        choices = tuple((c.id, c.code, c.name) for c in shown)
        raise CustomerAmbiguous(text, choices, len(found) > len(shown), as_of)
    return found[0]


def _customer_and_day(session: Session, person: Person, text: str, today: date) -> tuple[Customer, date | None]:
    """The one customer that a text means, and the date that it ends in, unless a customer is called like that.

    `CL002 19 mar` is a day of CL002, `Abarrotes 5 de Mayo` a name. Raises as `find_customer`, and UnreadableDate.
    """
    name, day = _name_and_day(session, person, text, today)
    # Of who is called so to the letter, or, with a slip of the thumb, of whoever the words before the date may mean.
    meant, is_guess = customers.meant(session, person, name) if day else ([], False)
    called = customers.named(session, person, text) if day else []
    # After a code a day is a day, whatever its customer is called: `CL004 domingo` of Domingo Pérez.
    by_name = [customer for customer in meant if fold(customer.code) != fold(name)]
    if not day or any(_is_in_name(day, customer) for customer in (*called, *by_name)):
        return find_customer(session, person, text), None
    on = parse_past_date(day, today)
    return _only(meant, is_guess, name, on), on


def _name_and_day(session: Session, person: Person, text: str, today: date) -> tuple[str, str]:
    """A text without the date that it ends in, and that date: `19/03` of Santo Domingo, and no Sunday of Santo."""
    (name, day), *shorter = list(date_splits(text, today)) or [(text, "")]
    for longer, rest in reversed(shorter):
        between = longer[len(name) :]
        if any(_is_in_name(between, customer) for customer in customers.named(session, person, longer)):
            return longer, rest
    return name, day


def _is_in_name(words: str, customer: Customer) -> bool:
    return _words(words) <= _words(f"{customer.code} {customer.name}")


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", fold(text))) - _LITTLE_WORDS


def customer_by_id(session: Session, person: Person, customer_id: int) -> Customer:
    """The customer of the portfolio with this id; raises CustomerGone."""
    customer = customers.by_id(session, person, customer_id)
    if customer is None:
        raise CustomerGone(f"#{customer_id}")
    return customer


def statement(
    session: Session, occasion: Occasion, wanted: str | int, as_of: date | None = None, *, action: str = "statement"
) -> Statement:
    """The statement of a customer, named by text or id, on a date (today by default); leaves a trace.

    The text may end in the date.
    """
    if isinstance(wanted, int):
        customer = customer_by_id(session, occasion.person, wanted)
    else:
        customer, on = _customer_and_day(session, occasion.person, wanted, occasion.said_on)
        as_of = on or as_of
    audit.note(session, occasion, action, customer.code)
    return statement_of(session, customer, occasion.today, as_of)


def on_screen(
    session: Session, occasion: Occasion, wanted: str | int, as_of: date | None = None
) -> tuple[Statement, Score, tuple[Money, ...]]:
    """The statement for our own people, with what the customer's own copy has not; as `statement` otherwise.

    That is how well they keep promises now, and, on today's, what was reported and waits for the ledger, by currency.
    """
    shown = statement(session, occasion, wanted, as_of)
    customer_id = shown.customer.id
    reported = _reported(session, occasion, customer_id) if shown.as_of == occasion.today else ()
    return shown, scores.of_customer(session, occasion, customer_id), reported


def _reported(session: Session, occasion: Occasion, customer_id: int) -> tuple[Money, ...]:
    """The payments that stand and are not in the balance yet."""
    taken = receipts.of_customer(session, occasion.person, customer_id)
    return totals(r.amount for r in unconfirmed(taken, occasion.today))


def statement_of(session: Session, customer: Customer, today: date, as_of: date | None = None) -> Statement:
    """The statement of a customer today, or as of another day; leaves no trace."""
    on = as_of or today
    return statements.build(
        customer,
        documents.open_documents(session, customer.id, on),
        on,
        promises=promises.next_of_customer(session, customer.id, on if on < today else None),
        loaded_until=documents.loaded_until(session, today),
    )


def ask(session: Session, occasion: Occasion) -> tuple[list[Customer], bool]:
    """Ask for whom: the customers seen last, and whether a text is the answer; it is not where something else waits."""
    is_answered = conversations.is_free(session, occasion.person, conversations.STATEMENT)
    if is_answered:
        conversations.ask(session, occasion.person, conversations.STATEMENT, {})
    return recent_customers(session, occasion), is_answered


def on_screen_typed(session: Session, occasion: Occasion, text: str) -> tuple[Statement, Score, tuple[Money, ...]]:
    """As `on_screen` for the text that answers `ask`; raises NothingPending where none is, or a command came since."""
    known = conversations.known_of(session, occasion.person, conversations.STATEMENT)
    if known is None or known.get("aside") or conversations.is_closed(known, occasion.source):
        raise NothingPending
    conversations.close_question(session, occasion.person, conversations.STATEMENT, occasion.source)
    return on_screen(session, occasion, text)


def recent_customers(session: Session, occasion: Occasion) -> list[Customer]:
    """The customers whose statements the person saw last, newest first; some that owe for who has seen none yet."""
    codes = audit.last_subjects(session, occasion.person, "statement", RECENT)
    shown = customers.by_codes(session, occasion.person, codes) or documents.customers_owing(
        session, occasion.person, occasion.today, OpenFilter(), limit=RECENT
    )
    audit.seen(session, occasion, "customers", (customer.code for customer in shown))
    return shown
