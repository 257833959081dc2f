"""Payments of an import into the tables."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from hashlib import blake2b
from itertools import chain, groupby
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Delete,
    Insert,
    Select,
    Text,
    Update,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)  # fmt: skip
from sqlalchemy.orm import Session

from bot.domain.erp import ERP_KEY
from bot.domain.incoming import IncomingPayment, WholePayment
from bot.domain.money import Money, minor_digits
from bot.domain.receivables import ApplicationKind, Received, printed
from bot.store import received, replaced_reps
from bot.store.loading.cfdi_applications import CFDI_KEY, CREDITS, ERP_TOO, is_from_cfdi
from bot.store.loading.customers import customer_terms
from bot.store.loading.document_keys import find_documents, key_columns, key_values
from bot.store.loading.shared import Loaded, settle
from bot.store.loading.staging import Staging, temporary
from bot.store.models import ApplicationRow, DocumentRow
from bot.store.rep_models import ReplacedRepRow

_APPLICATION: Any = ApplicationRow.__table__
_DOCUMENT: Any = DocumentRow.__table__
# What makes two payments of a document the same, beside their order.
_CONTENT = ("on", "amount", "kind", "method", "reference")
# No currency has more decimals (ISO 4217), most have two.
_FINEST_DIGITS, _USUAL_DIGITS = 3, 2
_NUMBERS = tuple(name for name in received.COLUMNS if name != "paid_currency")
_NOTHING = (None,) * len(received.COLUMNS)
_INCOMING = temporary(
    "incoming_payments",
    *key_columns(),
    Column("on", Date),
    *(Column(name, BigInteger) for name in ("thousandths", "amount")),
    *(Column(name, Text) for name in ("said", "kind", "method", "reference", "rep_uuid", "key", "paid_currency")),
    *(Column(name, BigInteger) for name in _NUMBERS),
)


class PaymentLoader:
    """Loads the payments of one file; their documents must be loaded before.

    A payment has no number of its own: it is known again by its day, amount, kind, method and reference,
    and equal ones of a document by their order in the file. Its REP may become known later, or have brought it first.
    The rows wait in a temporary table until `finish` holds them against the tables, all at once.
    """

    def __init__(self, session: Session) -> None:
        self.loaded = Loaded()
        self._session = session
        self._customers = customer_terms(session)
        self._staging = Staging(session, self.loaded, _INCOMING)

    def load(self, rows: Iterable[tuple[int, IncomingPayment]]) -> None:
        """Put rows aside, with their numbers in the file."""
        self._staging.add(self._placed(rows))

    def _placed(self, rows: Iterable[tuple[int, IncomingPayment]]) -> Iterator[tuple[object, ...]]:
        for number, incoming in rows:
            key = key_values(self.loaded, self._customers, number, incoming.document)
            if key:
                # The currency is the document's, not known yet: what is computed here holds for nearly all.
                amount, rest = divmod(incoming.thousandths, 10)
                on, kind = incoming.on.isoformat(), incoming.kind.value
                content = (on, amount, kind, incoming.method, incoming.reference)
                yield (
                    number, *key, on, incoming.thousandths, None if rest else amount, incoming.currency, kind,
                    incoming.method, incoming.reference, incoming.rep_uuid, _key(content, 0), *_whole(incoming.whole),
                )  # fmt: skip

    def finish(self) -> None:
        """Insert what is not there yet, and write down which documents are settled by it."""
        staging, c = self._staging, self._staging.c
        if not staging.is_made:
            return
        staging.analyze()
        staging.refuse_too_long(ApplicationRow)
        find_documents(staging, self.loaded)
        self._count_in_the_documents_currency()
        self._tell_which_part_it_is()
        self._tell_equal_ones_apart()
        is_known = and_(_APPLICATION.c.document_id == c.document_id, _APPLICATION.c.key == c.key)
        staging.run(update(staging.table).where(is_known).values(known_id=_APPLICATION.c.id))
        # The ERP may go on naming a REP that another replaces.
        replaced = c.rep_uuid.in_(select(ReplacedRepRow.uuid))
        named = [str(row.rep_uuid) for row in staging.read(select(c.rep_uuid).where(replaced).distinct())]
        self._know_what_others_brought(replaced_reps.stand_ins(self._session, named))
        if named:
            staging.run(update(staging.table).where(replaced).values(rep_uuid=None))
        self._write()
        staging.drop()

    def _count_in_the_documents_currency(self) -> None:
        """Refuse another currency and decimals that the document's does not have; count anew where that has not two."""
        staging, c = self._staging, self._staging.c
        currencies = self._session.scalars(select(DocumentRow.currency).distinct())
        unusual = [currency for currency in currencies if minor_digits(currency) != _USUAL_DIGITS]
        its = (_DOCUMENT.c.currency, _DOCUMENT.c.series, _DOCUMENT.c.folio)
        is_another = c.said != _DOCUMENT.c.currency
        query = (
            select(c.row, c.thousandths, c.on, c.kind, c.method, c.reference, c.said, *its)
            .join(_DOCUMENT, _DOCUMENT.c.id == c.document_id)
            .where(or_(c.amount.is_(None), is_another, *([_DOCUMENT.c.currency.in_(unusual)] if unusual else [])))
        )
        refused, counted = [], []
        for row in staging.read(query):
            if row.said not in {None, row.currency}:
                label = printed(row.series, row.folio)
                self.loaded.refuse(
                    row.row, "currency", row.said, "other_currency", document=label, currency=row.currency
                )
                refused.append(row.row)
                continue
            digits = minor_digits(row.currency)
            amount, rest = divmod(row.thousandths, 10 ** (_FINEST_DIGITS - digits))
            if rest:
                written = f"{Decimal(row.thousandths).scaleb(-_FINEST_DIGITS).normalize():f}"
                self.loaded.refuse(row.row, "amount", written, "decimals", currency=row.currency, digits=digits)
                refused.append(row.row)
            else:
                key = _key((row.on, amount, row.kind, row.method, row.reference), 0)
                counted.append({"number": row.row, "counted": amount, "its_key": key})
        staging.take_out(refused)
        staging.set(counted, amount="counted", key="its_key")

    def _tell_which_part_it_is(self) -> None:
        """Count what is applied in the currency of its payment too; refuse what no equivalence or total allows."""
        staging, c, its = self._staging, self._staging.c, _DOCUMENT.c
        of_whole = and_(its.id == c.document_id, c.paid_total.is_not(None))
        same = its.currency == c.paid_currency
        staging.run(update(staging.table).where(of_whole, same).values(paid_part=c.amount))
        query = (
            select(staging.table, its.currency)
            .join(_DOCUMENT, of_whole)
            .where(or_(~same, func.abs(c.amount) > c.paid_total))
        )
        refused, counted = [], []
        for row in staging.read(query):
            total, whole = Money(row.paid_total, row.paid_currency), received.from_row(row)
            part = whole.part_of(Money(row.amount, row.currency)) if whole else None
            if part is None:
                currencies = {"currency": row.paid_currency, "other": row.currency}
                self.loaded.refuse(row.row, "paid_equivalence", "", "no_equivalence", **currencies)
            # Rounding may take one unit more.
            elif abs(part.minor) > total.minor + 1:
                self.loaded.refuse(row.row, "paid_total", str(total), "more_applied", part=part)
            else:
                counted.append({"number": row.row, "part": part.minor})
                continue
            refused.append(row.row)
        staging.take_out(refused)
        staging.set(counted, paid_part="part")

    def _tell_equal_ones_apart(self) -> None:
        """Give the second and further equal payments of a document keys of their own."""
        staging = self._staging
        again = map(tuple, staging.read(_equal_ones()))
        staging.set([{"number": row, "its_key": _key(content, n)} for row, *content, n in again], key="its_key")

    def _know_what_others_brought(self, stand_ins: Mapping[str, Collection[str]]) -> None:
        """Know again what a REP, a credit note or a synchronisation brought first; a REP of another day is only told.

        `stand_ins` are, of the REP that others replace, those others.
        """
        staging, c, there = self._staging, self._staging.c, _APPLICATION.c
        is_cfdis = there.key.startswith(CFDI_KEY, autoescape=True)
        is_others = or_(is_cfdis, there.key.startswith(ERP_KEY, autoescape=True))
        if not self._session.scalar(select(exists(select(there.id).where(is_others)))):
            return
        # A credit note may be a return or a discount in the ERP: what is no payment is alike.
        both = [their == ApplicationKind.PAYMENT.value for their in (there.kind, c.kind)]
        alike = and_(there.document_id == c.document_id, there.amount == c.amount, both[0] == both[1])
        its = (there.id, there.on.label("its_on"), there.key, there.rep_uuid.label("its_rep"))
        query = (
            select(c.row, c.on, c.amount, c.kind, c.rep_uuid, _DOCUMENT.c.currency, *its)
            .join(_APPLICATION, alike)
            .join(_DOCUMENT, _DOCUMENT.c.id == c.document_id)
            .where(c.known_id.is_(None), is_others)
            # Who names a REP takes its payment before an equal one without could.
            .order_by(c.rep_uuid.is_(None), c.row, there.id)
        )
        claimed: dict[int, tuple[int, str | None]] = {}
        for number, candidates in groupby(staging.read(query), lambda candidate: candidate.row):
            free = [
                r
                for r in candidates
                if r.id not in claimed and (r.rep_uuid in stand_ins or _may_be_of(r.rep_uuid, r.key, r.its_rep))
            ]
            free.sort(key=lambda r: (r.its_rep != r.rep_uuid, r.its_rep is not None))
            # The day may differ where the ERP names the REP, or one that it replaces, and that of a credit note:
            # the ERP may have applied it later.
            named = (r for r in free if r.its_rep and r.rep_uuid and _names(r.rep_uuid, r.its_rep, stand_ins))
            notes = (r for r in free if r.kind != ApplicationKind.PAYMENT)
            if itself := next((r for r in free if r.its_on == r.on), None) or next(chain(named, notes), None):
                claimed[itself.id] = number, None if itself.its_rep else itself.rep_uuid
            elif alike_rep := next((r for r in free if is_from_cfdi(r.key)), None):
                amount = Money(alike_rep.amount, alike_rep.currency)
                self.loaded.warn(number, "amount", str(amount), "similar_rep", on=alike_rep.its_on)
        self._tell_of_parts(claimed)
        known = [{"number": number, "its_id": its_id, "rep": rep} for its_id, (number, rep) in claimed.items()]
        staging.set(known, known_id="its_id", rep_uuid="rep")
        is_marked = there.key.endswith(ERP_TOO, autoescape=True)
        told_too = (
            update(_APPLICATION)
            .where(there.id == bindparam("its_id"), is_cfdis, ~is_marked)
            .values(key=there.key + ERP_TOO)
        )
        if claimed:
            staging.run(told_too, [{"its_id": its_id} for its_id in claimed])

    def _tell_of_parts(self, claimed: Mapping[int, tuple[int, str | None]]) -> None:
        """Tell of a credit that may be a part of the credit note that a CFDI has applied to the same document."""
        staging, c, there = self._staging, self._staging.c, _APPLICATION.c
        is_larger = and_(there.document_id == c.document_id, there.amount > c.amount, there.kind.in_(CREDITS))
        query = (
            select(c.row, c.amount, there.id, there.on, there.amount.label("whole"), _DOCUMENT.c.currency)
            .join(_APPLICATION, and_(is_larger, there.key.startswith(CFDI_KEY, autoescape=True)))
            .join(_DOCUMENT, _DOCUMENT.c.id == c.document_id)
            .where(c.known_id.is_(None), c.kind != ApplicationKind.PAYMENT.value, c.amount > 0)
            .order_by(c.row, there.id)
        )
        taken = {number for number, _ in claimed.values()}
        for number, notes in groupby(staging.read(query), lambda found: found.row):
            note = next((note for note in notes if note.id not in claimed), None)
            if note and number not in taken:
                amount, whole = (Money(minor, note.currency) for minor in (note.amount, note.whole))
                self.loaded.warn(number, "amount", str(amount), "similar_note", whole=whole, on=note.on)

    def _write(self) -> None:
        staging, c = self._staging, self._staging.c
        of_same, changed, new = _written()
        self.loaded.same += staging.run(of_same)
        self.loaded.changed += staging.run(changed)
        if entered := staging.run(new):
            self.loaded.new += entered
            settle(self._session, select(c.document_id).where(c.known_id.is_(None)).distinct())


# Made once, not at each import, like the statements of `staging`.
@cache
def _equal_ones() -> Select[Any]:
    c = _INCOMING.c
    # By REP first: in whatever order the ERP writes them, none takes over that of another.
    order = (c.rep_uuid.is_(None), c.rep_uuid, c.row)
    nth = func.row_number().over(partition_by=(c.document_id, c.key), order_by=order) - 1
    numbered = select(c.row, nth.label("nth")).subquery()
    query = select(c.row, *(c[name] for name in _CONTENT), numbered.c.nth)
    return query.join(numbered, numbered.c.row == c.row).where(numbered.c.nth > 0)


@cache
def _written() -> tuple[Delete, Update, Insert]:
    """Take out what is in the tables so already, change what differs, put what is new."""
    c, there = _INCOMING.c, _APPLICATION.c
    # What is once known of its REP or its whole payment is not taken back by a file without it.
    known = {"rep_uuid": func.coalesce(c.rep_uuid, there.rep_uuid)} | {
        name: case((c.paid_total.is_not(None), c[name]), else_=there[name]) for name in received.COLUMNS
    }
    is_same = and_(*(value.is_not_distinct_from(there[name]) for name, value in known.items()))
    itself = there.id == c.known_id
    names = ("document_id", "key", *_CONTENT, "rep_uuid", *received.COLUMNS)
    new = select(*(c[name] for name in names)).where(c.known_id.is_(None))
    return (
        delete(_INCOMING).where(exists(select(there.id).where(itself, is_same))),
        update(_APPLICATION).where(itself).values(known),
        insert(_APPLICATION).from_select(names, new.order_by(c.row)),
    )


def _names(named: str, its_rep: str, stand_ins: Mapping[str, Collection[str]]) -> bool:
    return named not in stand_ins or its_rep in stand_ins[named]


def _may_be_of(named: str | None, key: str, its_rep: str | None) -> bool:
    """Whether a payment with this REP, if the file names one, may be what others brought, whose own may be replaced.

    What a synchronisation brought is the same payment whatever REP the file names: a file adds nothing to it but a REP.
    """
    is_the_same_rep = (named or "") in f"{key} {its_rep}" or (its_rep is None and key.endswith(ERP_TOO))
    return is_the_same_rep or key.startswith(ERP_KEY)


def _whole(whole: WholePayment | None) -> Sequence[object]:
    """The columns of a whole payment, the part of it for all of it: the document's currency tells it later."""
    if whole is None:
        return _NOTHING
    total, rate, equivalence = whole
    return tuple(received.to_columns(Received(total, total, rate, equivalence)).values())


def _key(content: Sequence[object], nth: int) -> str:
    word = "\x1f".join(map(str, (*content, nth)))
    return blake2b(word.encode(), digest_size=16).hexdigest()
