"""The parcialidades of one document in order: which payment each is about, what was open before it, which come next."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import accumulate, combinations
from math import comb

from bot.domain.money import Money
from bot.domain.receivables import ApplicationKind, PaymentMethod, by_payments
from bot.domain.rep import BookDocument, BookEntry, Finding, Line, Needed, Rule, Value
from bot.domain.rep_rules import check_part, same_month

_NOTHING = Decimal(0)
# More ways than this to tell which payments a parcialidad follows would tell nothing.
_MAX_WAYS = 300
# Of a document with mistake upon mistake no more of what may have been paid is followed up.
_MAX_PAID = 20


@dataclass(frozen=True, slots=True)
class Chain:
    """The lines that pay a document, by NumParcialidad, each with the ledger's payment that it is about, if any.

    `unseen` are payments whose REP is not at hand; `without_rep` those that no REP is known of.
    """

    document: BookDocument
    lines: tuple[tuple[Line, BookEntry | None], ...]
    unseen: tuple[BookEntry, ...]
    without_rep: tuple[BookEntry, ...]

    @property
    def notes(self) -> list[BookEntry]:
        """What lowered the balance without being paid, by day: credit notes, discounts, returns."""
        return sorted(
            (e for e in self.document.entries if e.kind is not ApplicationKind.PAYMENT), key=lambda entry: entry.on
        )


def make_chain(document: BookDocument, lines: Iterable[Line]) -> Chain:
    """Tell for each line which payment of the ledger it is about, the surest first."""
    document = _by_payments(document)
    ordered = sorted(lines, key=_by_number)
    free = _not_reversed(document.entries)
    about: dict[int, BookEntry] = {}
    for is_about in (_same_rep, _same_day, _same_amount, _same_rep_alone, _same_day_alone):
        for place, line in enumerate(ordered):
            found = next((entry for entry in free if is_about(line, entry)), None)
            if found and line.paid.paid and place not in about:
                about[place] = found
                free.remove(found)
    here = {line.rep.uuid for line in ordered} | {uuid for line in ordered for uuid in line.rep.replaces}
    return Chain(
        document,
        tuple((line, about.get(place)) for place, line in enumerate(ordered)),
        tuple(entry for entry in free if entry.rep_uuid and entry.rep_uuid not in here),
        tuple(entry for entry in free if not entry.rep_uuid),
    )


def _by_payments(document: BookDocument) -> BookDocument:
    """The document with a cheque that bounced as a payment taken back, whatever it is written down as."""
    payments = (entry for entry in document.entries if entry.kind is ApplicationKind.PAYMENT)
    others = ((e.on, e.amount.minor, e.kind) for e in document.entries if e.kind is not ApplicationKind.PAYMENT)
    currency = document.total.currency
    notes = (BookEntry(on, Money(minor, currency), kind) for on, minor, kind in by_payments(others))
    return replace(document, entries=(*payments, *notes))


def _by_number(line: Line) -> tuple[int, bool, datetime, datetime]:
    """Of REP with one number the stamped one has it, else the one that was made first; without one the days tell."""
    if line.paid.installment is None:
        return 0, False, line.payment.at, line.rep.issued_at
    return line.paid.installment, line.rep.uuid is None, line.rep.issued_at, line.payment.at


def _not_reversed(entries: Iterable[BookEntry]) -> list[BookEntry]:
    """The payments that stand, each with what stands of it: a negative one takes back the last of its amount.

    Where none is of its amount it takes back from the last one on: a REP is of what was received and kept.
    """
    kept: list[BookEntry] = []
    for entry in sorted((e for e in entries if e.kind is ApplicationKind.PAYMENT), key=lambda entry: entry.on):
        if entry.amount.minor > 0:
            kept.append(entry)
        elif taken := next((one for one in reversed(kept) if one.amount == -entry.amount), None):
            kept.remove(taken)
        else:
            _take_back(kept, entry.amount)
    return kept


def _take_back(kept: list[BookEntry], amount: Money) -> None:
    """Lower the last payments by a negative amount, those that nothing is left of away."""
    while kept and amount.minor < 0:
        amount += kept[-1].amount
        last = kept.pop()
        if amount.minor > 0:
            # What came of the whole payment says nothing of the rest.
            kept.append(replace(last, amount=amount, received=None))


def _is_free(line: Line, entry: BookEntry) -> bool:
    """Whether the ledger names no REP of a payment, or one that this one stands in for."""
    return entry.rep_uuid in {None, line.rep.uuid, *line.rep.replaces}


def _has_amount(line: Line, entry: BookEntry) -> bool:
    return line.paid.paid == entry.amount.decimal


def _same_rep(line: Line, entry: BookEntry) -> bool:
    return entry.rep_uuid is not None and entry.rep_uuid == line.rep.uuid and _has_amount(line, entry)


def _same_day(line: Line, entry: BookEntry) -> bool:
    return _is_free(line, entry) and _has_amount(line, entry) and line.on == entry.on


def _same_amount(line: Line, entry: BookEntry) -> bool:
    return _is_free(line, entry) and _has_amount(line, entry)


def _same_rep_alone(line: Line, entry: BookEntry) -> bool:
    return entry.rep_uuid is not None and entry.rep_uuid == line.rep.uuid


def _same_day_alone(line: Line, entry: BookEntry) -> bool:
    return _is_free(line, entry) and line.on == entry.on


def check_payments(chain: Chain, until: date | None) -> Iterator[Finding]:
    """FechaPago, FormaDePagoP and ImpPagado are those of a payment that was received (guide, the node Pago).

    Another month moves the deadline of the REP; another day of it, or another form, is told as a notice. The ledger has
    payments up to `until`: of later ones it cannot know.
    """
    for line, entry in chain.lines:
        if entry is None:
            if line.paid.paid and chain.document.in_ledger and until and line.on <= until:
                yield _finding(line, Rule.NOT_IN_LEDGER, "ImpPagado", line.paid.paid)
            continue
        if line.paid.paid != entry.amount.decimal:
            yield _finding(line, Rule.PAID_AMOUNT, "ImpPagado", line.paid.paid, entry.amount.decimal)
        if line.on != entry.on:
            found = _finding(line, Rule.PAYMENT_DATE, "FechaPago", line.on, entry.on)
            yield replace(found, is_notice=same_month(line.on, entry.on))
        if entry.form and line.payment.form != entry.form:
            yield replace(_finding(line, Rule.FORM, "FormaDePagoP", line.payment.form, entry.form), is_notice=True)
        if entry.received:
            yield from check_part(line, entry.received)


def check_order(chain: Chain) -> Iterator[Finding]:
    """NumParcialidad counts the payments of a document from 1, and ImpSaldoAnt is what the last one left (guide).

    ImpSaldoAnt is the total for the first, then the last ImpSaldoInsoluto, in both cases less the credit notes since.
    Those of the days from the payment to its REP may have been taken off already or not yet. A payment of which no REP
    is at hand may have any number that is left.
    """
    counted, apart = _counted(chain)
    for line, rule, expected in apart:
        yield _finding(line, rule, "NumParcialidad", line.paid.installment, expected)
    others = [entry.amount.decimal for entry in (*chain.unseen, *chain.without_rep)]
    others += [line.paid.paid or _NOTHING for line, _, _ in apart]
    total = chain.document.total.decimal
    # What the parcialidades so far may have paid, the likeliest first.
    paid_so_far = [_NOTHING]
    for place, line in enumerate(counted, start=1):
        hidden = min(max((line.paid.installment or place) - place, 0), len(others))
        ways = [sum(way, _NOTHING) for way in _ways(others, hidden)]
        notes = _notes_by(chain, line)
        before, paid = line.paid.before, line.paid.paid or _NOTHING
        likeliest = total - paid_so_far[0] - ways[0] - notes[0]
        if before is None:
            paid_so_far = [each + paid for each in paid_so_far]
            continue
        fits = [
            each for each in paid_so_far if any(before == total - each - way - noted for way in ways for noted in notes)
        ]
        if not fits:
            yield _finding(line, Rule.PREVIOUS_BALANCE, "ImpSaldoAnt", before, likeliest)
        # After a mistake the next may follow what should be or what was written: it is told once.
        written = [] if fits else [total - before - ways[0] - notes[0]]
        if line.paid.after is not None and line.paid.after != before - paid:
            written.append(total - line.paid.after - ways[0] - notes[0] - paid)
        followed = (*(fits or paid_so_far)[: _MAX_PAID - 2], *written)
        paid_so_far = list(dict.fromkeys(each + paid for each in followed))


def check_order_alone(lines: Sequence[Line]) -> Iterator[Finding]:
    """The same of a document that the books do not know: numbers repeat not, and the next goes on where one ended."""
    ordered = sorted(lines, key=_by_number)
    last: Line | None = None
    for line in ordered:
        number = line.paid.installment
        if last and number is not None and number == last.paid.installment:
            yield _finding(line, Rule.INSTALLMENT_REPEATED, "NumParcialidad", number, number + 1)
            continue
        follows = last and number is not None and number - 1 == last.paid.installment
        left = last.paid.after if last and follows else None
        if left is not None and line.paid.before is not None and line.paid.before > left:
            yield _finding(line, Rule.PREVIOUS_BALANCE, "ImpSaldoAnt", line.paid.before, left)
        last = line


def needed(chain: Chain) -> list[Needed]:
    """What the REP that are still needed have to say, in the order of the payments.

    A number that the parcialidades at hand leave free is taken first, after as many as have a REP that is not at hand.
    """
    document = chain.document
    if document.method is not PaymentMethod.PPD or not document.is_charge or document.cancelled:
        return []
    taken = {line.paid.installment for line in _counted(chain)[0] if line.paid.installment}
    last = max(taken, default=0)
    gaps = [number for number in range(1, last + 1) if number not in taken]
    last += max(0, len(chain.unseen) - len(gaps))
    free = gaps[len(chain.unseen) :]
    made: list[Needed] = []
    for entry in chain.without_rep:
        if free:
            number = free.pop(0)
        else:
            number = last = last + 1
        earlier = [line for line, _ in chain.lines if (line.paid.installment or 0) < number]
        day = max([entry.on, *(line.on for line in earlier)])
        before = (
            document.total.decimal
            - sum((line.paid.paid or _NOTHING for line in earlier), _NOTHING)
            - sum((one.amount.decimal for one in chain.unseen), _NOTHING)
            - sum((one.entry.amount.decimal for one in made if one.installment < number), _NOTHING)
            - sum((note.amount.decimal for note in chain.notes if note.on < day), _NOTHING)
        )
        open_before = _money(before, document)
        made.append(Needed(document, entry, number, open_before, open_before - entry.amount))
    return made


def _counted(chain: Chain) -> tuple[list[Line], list[tuple[Line, Rule, int]]]:
    """The lines whose numbers can be, and those that repeat a number or go past what the payments allow."""
    lines = [line for line, _ in chain.lines]
    numbers = {line.paid.installment for line in lines}
    most = len(lines) + len(chain.unseen) + len(chain.without_rep)
    missing = iter([number for number in range(1, most + 1) if number not in numbers])
    counted: list[Line] = []
    apart: list[tuple[Line, Rule, int]] = []
    seen: set[int] = set()
    for line in lines:
        number = line.paid.installment
        if number is not None and (number in seen or not 1 <= number <= most):
            rule = Rule.INSTALLMENT_REPEATED if number in seen else Rule.INSTALLMENT_GAP
            apart.append((line, rule, next(missing)))
            continue
        if number is not None:
            seen.add(number)
        counted.append(line)
    return counted, apart


def _notes_by(chain: Chain, line: Line) -> list[Decimal]:
    """What credit notes may have taken off before a line: those before its day, then those up to its REP one by one."""
    until = max(line.on, line.rep.issued_at.date())
    before = sum((note.amount.decimal for note in chain.notes if note.on < line.on), _NOTHING)
    since = (note.amount.decimal for note in chain.notes if line.on <= note.on <= until)
    return list(accumulate(since, initial=before))


def _ways(others: Sequence[Decimal], count: int) -> list[tuple[Decimal, ...]]:
    if comb(len(others), count) > _MAX_WAYS:
        return [tuple(others[:count])]
    return list(combinations(others, count))


def _money(amount: Decimal, document: BookDocument) -> Money:
    """An exact amount in the document's currency; a REP with finer decimals than it is rounded off."""
    unit = Money(1, document.total.currency).decimal
    return Money(int((amount / unit).to_integral_value()), document.total.currency)


def _finding(line: Line, rule: Rule, field: str, found: Value, expected: Value = None) -> Finding:
    return Finding(rule, line.rep, field, found, expected, line.paid.currency, line.paid)
