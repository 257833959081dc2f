"""The collector's agenda: what is open, what is ticked, what is expected on which day."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from bot.domain.agenda import AgendaPage, CustomerPage, DayList, Expected, OpenFilter, OpenItem, Today
from bot.domain.errors import CustomerNotFound
from bot.domain.money import currencies_of
from bot.domain.occasion import Occasion
from bot.domain.pages import page_of
from bot.domain.people import Person
from bot.domain.receivables import Customer, Document
from bot.services import scores
from bot.services.scheduling import document_by_id
from bot.store import audit, conversations, customers, documents, promises

# Rows on one page of the agenda: with its heading and buttons they fit a phone's screen.
PAGE = 8


def open_items(session: Session, occasion: Occasion, only: OpenFilter, page: int = 0) -> AgendaPage:
    """A page (from 0; the last one when there are fewer) of the portfolio's open documents."""
    on_page, count, page = _on_page(session, occasion, only, page)
    ids = conversations.ticked(session, occasion.person)
    items = _items(session, occasion, on_page, ids)
    shown = {item.document.id for item in items}
    # Not all that is ticked: a document paid since, or another's by now, is no longer scheduled.
    still = documents.open_charges(session, occasion.person, occasion.today, OpenFilter(document_ids=tuple(ids)))
    customer = None if only.customer_id is None else customers.by_id(session, occasion.person, only.customer_id)
    audit.note(session, occasion, "agenda", str(page))
    return AgendaPage(
        items=items,
        page=page,
        pages=_pages(count),
        count=count,
        ticked=len(still),
        only=only,
        today=occasion.today,
        elsewhere=tuple(document.label for document, _ in still if document.id not in shown),
        customer=customer,
    )


def customers_owing(session: Session, occasion: Occasion, only: OpenFilter, page: int = 0) -> CustomerPage:
    """A page of the customers with documents that a filter lists, whomever's it lists now."""
    only = replace(only, customer_id=None)
    found = documents.customers_owing(session, occasion.person, occasion.today, only)
    shown, page, pages = page_of(found, page, PAGE)
    audit.seen(session, occasion, "customers", (customer.code for customer in shown))
    return CustomerPage(tuple(shown), page, pages, only)


def of_customer(session: Session, occasion: Occasion, text: str) -> AgendaPage | CustomerPage:
    """The agenda of the one customer that a text means, or those it may mean; raises CustomerNotFound."""
    found, is_guess = customers.meant(session, occasion.person, text)
    if not found:
        raise CustomerNotFound(text)
    if len(found) > 1 or is_guess:
        shown = found[: customers.MAX_CHOICES]
        audit.seen(session, occasion, "customers", (customer.code for customer in shown))
        return CustomerPage(tuple(shown), text=text, more=len(found) > len(shown))
    return open_items(session, occasion, OpenFilter(customer_id=found[0].id))


def _pages(count: int) -> int:
    return max(1, -(-count // PAGE))


def _on_page(
    session: Session, occasion: Occasion, only: OpenFilter, page: int
) -> tuple[list[tuple[Document, Customer]], int, int]:
    """What is on a page, how many there are on all, and which page it is: the last where there are fewer."""

    def read(page: int) -> tuple[list[tuple[Document, Customer]], int]:
        return documents.page_of_open_charges(session, occasion.person, occasion.today, only, size=PAGE, page=page)

    page = max(page, 0)
    found, count = read(page)
    if page >= _pages(count):
        page = _pages(count) - 1
        found, count = read(page)
    return found, count, page


def _items(
    session: Session, occasion: Occasion, pairs: Sequence[tuple[Document, Customer]], ticked: Collection[int] = ()
) -> tuple[OpenItem, ...]:
    in_force = promises.next_in_force(session, [document.id for document, _ in pairs])
    return tuple(
        OpenItem(
            document=document,
            customer=customer,
            balance=document.balance_on(occasion.today),
            days_overdue=document.days_overdue(occasion.today),
            promise=in_force.get(document.id),
            ticked=document.id in ticked,
        )
        for document, customer in pairs
    )


def tick(session: Session, occasion: Occasion, document_id: int, *, on: bool) -> None:
    """Tick or clear the box of a document of the portfolio; raises DocumentNotFound."""
    document_by_id(session, occasion.person, document_id)
    if on:
        conversations.tick(session, occasion.person, [document_id])
    else:
        conversations.clear_ticks(session, occasion.person, [document_id])


def tick_page(session: Session, occasion: Occasion, only: OpenFilter, page: int) -> None:
    """Tick every box of a page of the agenda, as it is at the press: all of them or none."""
    on_page, _, _ = _on_page(session, occasion, only, page)
    conversations.tick(session, occasion.person, [document.id for document, _ in on_page])


def clear_ticks(session: Session, occasion: Occasion) -> None:
    """Clear every box of the person."""
    conversations.clear_ticks(session, occasion.person)


def ticked_items(session: Session, occasion: Occasion) -> tuple[OpenItem, ...]:
    """The ticked documents that are still open and still in the portfolio."""
    ids = tuple(conversations.ticked(session, occasion.person))
    return items_by_id(session, occasion, ids)


def items_by_id(session: Session, occasion: Occasion, ids: tuple[int, ...]) -> tuple[OpenItem, ...]:
    """These documents, as far as they are open and in the portfolio."""
    pairs = documents.open_charges(session, occasion.person, occasion.today, OpenFilter(document_ids=ids))
    return _items(session, occasion, pairs)


def today(session: Session, occasion: Occasion) -> Today:
    """The day's list of a person; leaves a trace."""
    audit.note(session, occasion, "today", occasion.today.isoformat())
    own = (
        each.score for each in scores.of_collectors(session, occasion) if each.code == occasion.person.collector_code
    )
    return replace(today_of(session, occasion.person, occasion.today), score=next(own, None))


def today_of(session: Session, person: Person, on: date) -> Today:
    """What is promised for a day, and what was promised for an earlier one and has not come."""
    expected, broken = expected_and_broken(session, person, on, last=on)
    late = [item for item in expected if item.promise.on < on]
    return Today(
        on=on,
        due=_by_currency([item for item in expected if item.promise.on == on], on),
        broken=_by_currency(sorted([*broken, *late], key=lambda item: item.promise.on), on),
    )


def expected_and_broken(
    session: Session, person: Person, today: date, *, first: date | None = None, last: date | None = None
) -> tuple[list[Expected], list[Expected]]:
    """What is still to come, and what was broken with nothing promised since and has not come either.

    A promise on a settled document waits to be judged, not for money; nothing more is to come of what was paid late.
    """
    in_force = promises.expected(session, person, today, first=first, last=last)
    broken = promises.broken(session, person, today, first=first, last=last)
    return [i for i in in_force if i.left_on(today).minor > 0], [i for i in broken if i.left_on(today).minor > 0]


def _by_currency(items: list[Expected], on: date) -> tuple[DayList, ...]:
    currencies = currencies_of(item.promise.amount for item in items)
    return tuple(DayList(on, on, currency, _in(currency, items)) for currency in currencies)


def _in(currency: str, items: list[Expected]) -> tuple[Expected, ...]:
    return tuple(item for item in items if item.promise.amount.currency == currency)
