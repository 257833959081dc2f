"""What CFDI say was paid or credited, held against what the ERP says: the same payment is never there twice."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from bot.domain.money import Money
from bot.domain.receivables import ApplicationKind, printed
from bot.store import replaced_reps
from bot.store.loading.shared import Changes, Loaded, settle
from bot.store.models import ApplicationRow, DocumentRow

# Begins the key of an application that a CFDI brought, or that it was found to be: `cfdi:<UUID>:<line>`.
CFDI_KEY = "cfdi:"
# Ends it where a file of the ERP told of the payment too: that stays when the REP is replaced.
ERP_TOO = ":erp"

_UUID_LENGTH = 36

# As what an ERP may apply a credit note: a return or a discount of SAT's relation 01 has one too.
CREDITS = tuple(kind for kind in ApplicationKind if kind is not ApplicationKind.PAYMENT)


def cfdi_key(uuid: str, line: int) -> str:
    """The key of what a CFDI applies in one of its lines."""
    return f"{CFDI_KEY}{uuid}:{line}"


def is_from_cfdi(key: str) -> bool:
    """Whether a CFDI stands behind an application."""
    return key.startswith(CFDI_KEY)


def take_back(session: Session, cancelled: Select[Any]) -> list[tuple[int, str, DocumentRow, Money]]:
    """Undo what CFDI alone applied of credit notes where these or their invoices were cancelled.

    The id of what was cancelled, the reason that is told of it, the document at the other end and the amount.
    """
    note, invoice = aliased(DocumentRow), aliased(DocumentRow)
    own, lowering = aliased(ApplicationRow), aliased(ApplicationRow)
    # Whoever told of the note's own, the invoice's has the key of a CFDI alone.
    its_key = func.substr(own.key, 1, len(cfdi_key("", 1)) + _UUID_LENGTH)
    query = (
        select(note, invoice, own, lowering)
        .join(own, own.document_id == note.id)
        .join(lowering, lowering.document_id != note.id)
        .join(invoice, invoice.id == lowering.document_id)
        .where(own.key.startswith(CFDI_KEY, autoescape=True))
        .order_by(lowering.id)
    )
    # Whose UUID it is stands in both keys. Looked for in this one, neither way begins by reading all applications.
    of_note, of_lowering = (
        note.uuid == func.substr(each.key, len(CFDI_KEY) + 1, _UUID_LENGTH) for each in (own, lowering)
    )
    waits = (invoice.id.in_(cancelled), own.key == lowering.key, of_lowering)
    taken_back: list[tuple[int, str, DocumentRow, Money]] = []
    noted = (note.id.in_(cancelled), of_note)
    for its, ends_in, reason in (
        (noted, "", "credit_taken_back"), (noted, ERP_TOO, "credit_taken_back"), (waits, "", "credit_waits"),
    ):  # fmt: skip
        touched = set()
        found = session.execute(query.where(*its, lowering.key == its_key + ends_in)).all()
        for its_note, lowered, its_own, its_lowering in found:
            # Of two equal notes the ERP has applied the one in force.
            gone = _equal_beside(session, its_lowering) if ends_in else its_lowering
            if gone is None:
                continue
            if ends_in:
                its_lowering.key = f"{gone.key}{ERP_TOO}"
            for application in (its_own, gone):
                if not _is_the_erps(application):
                    session.delete(application)
            touched |= {its_note.id, lowered.id}
            ends = (its_note, lowered) if reason == "credit_taken_back" else (lowered, its_note)
            taken_back.append((ends[0].id, reason, ends[1], Money(its_note.total, its_note.currency)))
        settle(session, touched)
    return taken_back


def _equal_beside(session: Session, lowering: ApplicationRow) -> ApplicationRow | None:
    """What a CFDI alone has applied of another credit note of that amount to the same document."""
    there = session.scalars(select(ApplicationRow).where(ApplicationRow.document_id == lowering.document_id)).all()
    alike = (one for one in there if one.kind in CREDITS and one.amount == lowering.amount)
    return None if _is_reversed(lowering, there) else next((one for one in alike if not _is_the_erps(one)), None)


def _is_reversed(applied: ApplicationRow, there: Iterable[ApplicationRow]) -> bool:
    """Whether the ERP has taken a credit back from the document that it lowered."""
    return any(one.kind in CREDITS and one.amount == -applied.amount for one in there)


class CfdiApplications:
    """Applies payments and credit notes for one run."""

    def __init__(self, session: Session) -> None:
        self._session = session
        # Which of its lines a REP has found already: equal lines are several payments.
        self._claimed: set[tuple[str | None, int]] = set()
        # REP that replace others in this run, and those of them that have not had their turn.
        self._replacing: set[str] = set()
        self._waiting: set[str] = set()
        # What those that are replaced had paid of documents, in minor units, and nobody has paid again yet.
        self._taken_out: Counter[tuple[int, int]] = Counter()
        # The payments of the ERP's that a replaced REP named.
        self._freed: set[int] = set()

    def replace(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Take out what REP paid that others replace: each UUID with one that stands in for it.

        A payment that the ERP told of stays, without REP.
        """
        by = list(pairs)
        replaced_reps.note(self._session, by)
        self._replacing = {each for _, each in by}
        self._waiting = set(self._replacing)
        gone = {uuid for uuid, _ in by}
        touched = set()
        for some in replaced_reps.batches(gone):
            for row in self._session.scalars(select(ApplicationRow).where(ApplicationRow.rep_uuid.in_(some))).all():
                if _is_the_erps(row):
                    self._freed.add(row.id)
                    self._free(row, gone)
                else:
                    self._taken_out[row.document_id, row.amount] += 1
                    self._session.delete(row)
                touched.add(row.document_id)
        settle(self._session, touched)

    def _free(self, row: ApplicationRow, gone: Container[str | None]) -> None:
        """Let a payment of the ERP's have no REP any more, or that of its day and amount that is there by itself."""
        row.rep_uuid = None
        alike = (one for one in self._of(row.document_id) if _is_alike(one, row) and one.on == row.on)
        if itself := next((one for one in alike if not _is_the_erps(one) and one.rep_uuid not in gone), None):
            row.key, row.rep_uuid = f"{itself.key}{ERP_TOO}", itself.rep_uuid
            self._session.delete(itself)

    def taken_out(self, rep_uuid: str) -> Iterator[tuple[str, Money]]:
        """What was taken out and not paid again, by documents' names and amounts: told with the last REP's turn."""
        if rep_uuid not in self._waiting:
            return
        self._waiting.discard(rep_uuid)
        if self._waiting:
            return
        for document_id, amount in self._taken_out.elements():
            document = self._session.get_one(DocumentRow, document_id)
            yield document_label(document), Money(amount, document.currency)

    def pay(self, row: int, document: DocumentRow, wanted: ApplicationRow, loaded: Loaded) -> None:
        """Put a REP's payment, unless it is there."""
        there = self._of(document.id)
        if found := self._found(there, wanted):
            self._claimed.add((wanted.rep_uuid, found.id))
            if found.rep_uuid == wanted.rep_uuid:
                loaded.same += 1
                return
            found.key, found.rep_uuid = f"{wanted.key}{ERP_TOO}", wanted.rep_uuid
            loaded.changed += 1
            return
        if not Changes(self._session, ApplicationRow, loaded).fits(row, {"reference": wanted.reference}):
            return
        amount = Money(wanted.amount, document.currency)
        still_open = _open(document, there)
        if amount.minor > still_open.minor:
            loaded.refuse(row, "", str(amount), "over_balance", document=document_label(document), balance=still_open)
            return
        if alike := next((one for one in there if _waits_for_rep(one) and _is_alike(one, wanted)), None):
            loaded.warn(row, "", str(amount), "similar_payment", document=document_label(document), on=alike.on)
        self._put(document, wanted)
        self._claimed.add((wanted.rep_uuid, wanted.id))
        taken_out = self._taken_out
        if wanted.rep_uuid in self._replacing and taken_out[document.id, wanted.amount] > 0:
            taken_out[document.id, wanted.amount] -= 1
            loaded.changed += 1
        else:
            loaded.new += 1

    def credit(self, document: DocumentRow, note: DocumentRow) -> bool:
        """Apply the whole of a credit note to a document; False when that is more than is open there."""
        there = self._of(document.id)
        key = cfdi_key(str(note.uuid), 1)
        applied = next(
            (a for a in there if a.kind in CREDITS and a.amount == note.total and self._is_nobody_s(a, there)), None
        )
        if applied:
            applied.key = f"{key}{ERP_TOO}"
            on = applied.on
        elif note.total <= _open(document, there).minor:
            on = max(document.issued, note.issued)
            self._put(document, _credit(key, on=on, amount=note.total))
        else:
            return False
        self._put(note, _credit(key, on=on, amount=note.total))
        return True

    def _is_nobody_s(self, applied: ApplicationRow, there: Iterable[ApplicationRow]) -> bool:
        """Whether no credit note in force is known to stand behind what the ERP has applied; reversed it is its own."""
        if not is_from_cfdi(applied.key):
            return True
        uuid = applied.key[len(CFDI_KEY) :][:_UUID_LENGTH]
        of = select(DocumentRow.cancelled).where(DocumentRow.uuid == uuid)
        is_free = _is_the_erps(applied) and not _is_reversed(applied, there)
        return is_free and bool(self._session.scalar(of))

    def part_of(self, document: DocumentRow, note: DocumentRow) -> ApplicationRow | None:
        """What of a credit note the ERP may have applied to a document already, where nothing there is all of it."""
        credits_ = [a for a in self._of(document.id) if a.kind in CREDITS and not is_from_cfdi(a.key)]
        if any(a.amount == note.total for a in credits_):
            return None
        return next((a for a in credits_ if 0 < a.amount < note.total), None)

    def has_any(self, document: DocumentRow) -> bool:
        """Whether anything is applied to a document."""
        return bool(self._of(document.id))

    def _of(self, document_id: int) -> list[ApplicationRow]:
        query = select(ApplicationRow).where(ApplicationRow.document_id == document_id).order_by(ApplicationRow.id)
        return list(self._session.scalars(query))

    def _found(self, there: Iterable[ApplicationRow], wanted: ApplicationRow) -> ApplicationRow | None:
        """The application that this is: its own, else the ERP's of the same amount and day.

        The day may differ of one that a REP named which this one replaces: to put it right is why many are replaced.
        """
        itself = [one for one in there if one.key in {wanted.key, f"{wanted.key}{ERP_TOO}"}]
        free = [one for one in there if _is_alike(one, wanted) and (wanted.rep_uuid, one.id) not in self._claimed]
        free.sort(key=lambda one: one.on != wanted.on)
        own = [one for one in free if one.rep_uuid == wanted.rep_uuid]
        erps = [one for one in free if one.on == wanted.on and _waits_for_rep(one)]
        freed = [one for one in free if one.id in self._freed and _waits_for_rep(one)]
        return next(iter(itself + own + erps + (freed if wanted.rep_uuid in self._replacing else [])), None)

    def _put(self, document: DocumentRow, application: ApplicationRow) -> None:
        application.document_id = document.id
        self._session.add(application)
        settle(self._session, [document.id])


def _credit(key: str, **values: object) -> ApplicationRow:
    return ApplicationRow(key=key, kind=ApplicationKind.CREDIT_NOTE, method="", reference="", **values)


def _is_alike(one: ApplicationRow, other: ApplicationRow) -> bool:
    return (one.amount, one.kind) == (other.amount, other.kind)


def _is_the_erps(one: ApplicationRow) -> bool:
    """Whether the ERP has told of a payment, though a REP may have too."""
    return not is_from_cfdi(one.key) or one.key.endswith(ERP_TOO)


def _waits_for_rep(one: ApplicationRow) -> bool:
    """Whether only the ERP has told of a payment, and not of its REP."""
    return one.rep_uuid is None and _is_the_erps(one)


def _open(document: DocumentRow, there: Iterable[ApplicationRow]) -> Money:
    return Money(document.total - sum(one.amount for one in there), document.currency)


def document_label(document: DocumentRow) -> str:
    """How people name a document."""
    return printed(document.series, document.folio)
