"""Customers of an import into the tables."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from bot.domain.incoming import IncomingCustomer
from bot.domain.text import fold
from bot.store import people
from bot.store.loading.shared import BATCH, Changes, Loaded, Repeats, given, text_limits
from bot.store.models import CustomerRow

_SEARCH_LENGTH = text_limits(CustomerRow)["search"]
_CUSTOMER = CustomerRow.__table__.columns
_COLLECTORS = select(CustomerRow.collector_code).distinct()

Known = RowMapping


class CustomerLoader:
    """Loads the customers of one file, batch after batch."""

    def __init__(self, session: Session) -> None:
        self.loaded = Loaded()
        self._session = session
        self._repeats = Repeats(self.loaded)
        # As people's access has them, else as customers do: who has C1 sees the customers of c1 too.
        spelt = [*people.spellings(session), *session.scalars(_COLLECTORS)]
        self._collectors = {code.upper(): code for code in reversed(spelt) if code}

    def load(self, rows: Iterable[tuple[int, IncomingCustomer]]) -> None:
        """Insert or update by code; `rows` with their numbers in the file."""
        remaining = iter(rows)
        while batch := list(islice(remaining, BATCH)):
            self._load(batch)

    def _load(self, rows: Sequence[tuple[int, IncomingCustomer]]) -> None:
        changes = Changes(self._session, CustomerRow, self.loaded)
        codes = {incoming.code for _, incoming in rows}
        query = select(*_CUSTOMER).where(CustomerRow.code.in_(codes))
        known: dict[str, Known] = {row["code"]: row for row in self._session.execute(query).mappings()}
        for number, incoming in rows:
            values = _customer_values(incoming)
            if changes.fits(number, values) and not self._repeats.has(number, (incoming.code,), incoming):
                self._spell_collector(values)
                _put(changes, known.get(incoming.code), values)
        changes.write()

    def _spell_collector(self, values: dict[str, Any]) -> None:
        if code := values.get("collector_code"):
            values["collector_code"] = self._collectors.setdefault(code.upper(), code)

    def finish(self) -> None:
        """Nothing waits for the end of the file."""


def _customer_values(incoming: IncomingCustomer) -> dict[str, Any]:
    return given(
        code=incoming.code,
        name=incoming.name,
        rfc=incoming.rfc,
        email=None if incoming.email is None else list(incoming.email),
        cc=None if incoming.cc is None else list(incoming.cc),
        bcc=None if incoming.bcc is None else list(incoming.bcc),
        phone=incoming.phone,
        credit_limit=None if incoming.credit_limit is None else incoming.credit_limit.minor,
        credit_days=incoming.credit_days,
        collector_code=incoming.collector_code,
        language=incoming.language,
        attachments=incoming.attachments,
        do_not_send=incoming.do_not_send,
    )


def _put(changes: Changes, known: Known | None, values: dict[str, Any]) -> None:
    if not values.get("collector_code", "none"):
        values["collector_code"] = None
    rfc = values.get("rfc", known["rfc"] if known else "")
    values["search"] = fold(f"{values['name']} {rfc}")[:_SEARCH_LENGTH]
    if known:
        changes.update(known, values)
    else:
        changes.insert(values)


def customer_terms(session: Session) -> dict[str, tuple[int, int]]:
    """The id and days of credit of every customer, by code."""
    rows = session.execute(select(CustomerRow.code, CustomerRow.id, CustomerRow.credit_days))
    return {code: (customer_id, days) for code, customer_id, days in rows}
