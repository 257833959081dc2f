"""What CFDI say was paid or credited, held against what the ERP says: the same payment is never there twice."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.money import Money
from bot.domain.receivables import ApplicationKind
from bot.store.loading import Changes, Loaded, settle
from bot.store.models import ApplicationRow, DocumentRow

# Begins the key of an application that a CFDI brought, or that it was found to be: `cfdi:<UUID>:<line>`.
CFDI_KEY = "cfdi:"

# As what an ERP may apply a credit note.
_CREDITS = (ApplicationKind.CREDIT_NOTE, ApplicationKind.RETURN)


def cfdi_key(uuid: str, line: int) -> str:
    """The key of what a CFDI applies in one of its lines."""
    return f"{CFDI_KEY}{uuid}:{line}"


def is_from_cfdi(key: str) -> bool:
    """Whether a CFDI stands behind an application."""
    return key.startswith(CFDI_KEY)


class CfdiApplications:
    """Applies payments and credit notes for one run."""

    def __init__(self, session: Session) -> None:
        self._session = session
        # Which of its lines a REP has found already: equal lines are several payments.
        self._claimed: set[tuple[str | None, int]] = set()

    def pay(
        self, row: int, document: DocumentRow, wanted: ApplicationRow, replaces: Sequence[str], loaded: Loaded
    ) -> None:
        """Put a REP's payment, unless it is there; `replaces` are the UUIDs of the REP that this one stands in for."""
        there = self._of(document)
        if found := self._found(there, wanted, replaces):
            self._claimed.add((wanted.rep_uuid, found.id))
            if found.key == wanted.key or found.rep_uuid == wanted.rep_uuid:
                loaded.same += 1
                return
            if not is_from_cfdi(found.key):
                found.key = wanted.key
            found.rep_uuid = wanted.rep_uuid
            loaded.changed += 1
            return
        if not Changes(self._session, ApplicationRow, loaded).fits(row, {"reference": wanted.reference}):
            return
        amount = Money(wanted.amount, document.currency)
        still_open = _open(document, there)
        if amount.minor > still_open.minor:
            loaded.refuse(row, "", str(amount), "over_balance", document=_label(document), balance=still_open)
            return
        if alike := next((one for one in there if _is_the_erps(one) and _is_alike(one, wanted)), None):
            loaded.warn(row, "", str(amount), "similar_payment", document=_label(document), on=alike.on)
        self._put(document, wanted)
        self._claimed.add((wanted.rep_uuid, wanted.id))
        loaded.new += 1

    def credit(self, document: DocumentRow, note: DocumentRow) -> bool:
        """Apply the whole of a credit note to a document; False when that is more than is open there."""
        there = self._of(document)
        key = cfdi_key(str(note.uuid), 1)
        applied = next(
            (a for a in there if a.kind in _CREDITS and a.amount == note.total and not is_from_cfdi(a.key)), None
        )
        if applied:
            applied.key = key
            on = applied.on
        elif note.total <= _open(document, there).minor:
            on = max(document.issued, note.issued)
            self._put(document, _credit(key, on=on, amount=note.total))
        else:
            return False
        self._put(note, _credit(key, on=on, amount=note.total))
        return True

    def has_any(self, document: DocumentRow) -> bool:
        """Whether anything is applied to a document."""
        return bool(self._of(document))

    def are_left(self, rep_uuid: str) -> bool:
        """Whether payments of a REP are there."""
        query = select(ApplicationRow.id).where(ApplicationRow.rep_uuid == rep_uuid).limit(1)
        return self._session.scalar(query) is not None

    def _of(self, document: DocumentRow) -> list[ApplicationRow]:
        query = select(ApplicationRow).where(ApplicationRow.document_id == document.id).order_by(ApplicationRow.id)
        return list(self._session.scalars(query))

    def _found(
        self, there: Iterable[ApplicationRow], wanted: ApplicationRow, replaces: Sequence[str]
    ) -> ApplicationRow | None:
        """The application that this is: its own, else the ERP's of the same day and amount, else a replaced one."""
        itself = [one for one in there if one.key == wanted.key]
        free = [one for one in there if _is_alike(one, wanted) and (wanted.rep_uuid, one.id) not in self._claimed]
        free.sort(key=lambda one: one.on != wanted.on)
        own = [one for one in free if one.rep_uuid == wanted.rep_uuid]
        erps = [one for one in free if one.on == wanted.on and _is_the_erps(one)]
        replaced = [one for one in free if one.rep_uuid in replaces]
        return next(iter(itself + own + erps + replaced), None)

    def _put(self, document: DocumentRow, application: ApplicationRow) -> None:
        application.document_id = document.id
        self._session.add(application)
        settle(self._session, [document.id])


def _credit(key: str, **values: object) -> ApplicationRow:
    return ApplicationRow(key=key, kind=ApplicationKind.CREDIT_NOTE, method="", reference="", **values)


def _is_alike(one: ApplicationRow, other: ApplicationRow) -> bool:
    return (one.amount, one.kind) == (other.amount, other.kind)


def _is_the_erps(one: ApplicationRow) -> bool:
    """Whether only the ERP has told of a payment, and not of its REP."""
    return one.rep_uuid is None and not is_from_cfdi(one.key)


def _open(document: DocumentRow, there: Iterable[ApplicationRow]) -> Money:
    return Money(document.total - sum(one.amount for one in there), document.currency)


def _label(document: DocumentRow) -> str:
    return "-".join(filter(None, (document.series, document.folio)))
