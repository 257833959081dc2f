"""REP held against the books and against each other."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.domain.incoming import Problem
from bot.domain.money import Money, pesos_first, total
from bot.domain.rep import (
    NOBODY,
    BookDocument,
    Books,
    Finding,
    Line,
    Needed,
    Reconciliation,
    Rep,
    Rule,
    Value,
    standing,
)
from bot.domain.rep_chain import Chain, check_order, check_order_alone, check_payments, make_chain, needed
from bot.domain.rep_rules import check_line, check_payment, check_rep

ONE_DAY = timedelta(days=1)
# What a REP says of all its documents together.
_SUMS = frozenset({"Monto", "MontoTotalPagos"})
# What is held against each document, and a REP says once.
_OF_REP = (Rule.RECEIVER, Rule.ISSUER)


@dataclass(frozen=True, slots=True)
class Due:
    """How many payments need a REP by a day, and how many days are left; below zero it is too late."""

    deadline: date
    days: int
    count: int
    total: Money


@dataclass(frozen=True, slots=True)
class Unread:
    """A file, or an XML of a ZIP, that cannot be held against anything."""

    name: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What was found, and what could not be read."""

    found: Reconciliation
    unread: tuple[Unread, ...] = ()


def reconcile(
    reps: Iterable[Rep],
    books: Books,
    *,
    on: date,
    issuer: str = "",
    until: date | None = None,
    cancelled: Collection[str] = (),
    only: Collection[str] | None = None,
) -> Reconciliation:
    """What REP and books say of each other; `until` is the day up to which the ledger has payments.

    `cancelled` are UUIDs of REP that no longer count. With `only`, the names of some of the REP, findings are told of
    these alone, or of what a draft among them became; the others still have their place among the parcialidades.
    """
    reps = tuple(reps)
    is_asked = _asked(reps, only)
    counting, left_out = standing(reps, cancelled)
    gone = {*cancelled, *(uuid for rep in (*counting, *left_out) for uuid in rep.replaces if uuid != rep.uuid)}
    places = {id(document): place for place, document in enumerate(books.documents)}
    paying: dict[int, list[Line]] = {}
    unknown: dict[str, list[Line]] = {}
    payers: dict[int, tuple[str, str]] = {}
    partly_hidden: set[int] = set()
    findings: list[Finding] = []
    # REP of which every document is known: what they do not pay, they do not pay.
    read_whole: set[str | None] = set()
    for rep in counting:
        found = [(line, books.find(line)) for line in rep.lines]
        payer = next(((document.customer_code, document.customer_name) for _, document in found if document), NOBODY)
        payers[id(rep)] = payer
        by_paid = {id(line.paid): document for line, document in found}
        hidden = {id(line.paid) for line, document in found if not document and books.hides(line)}
        if hidden:
            partly_hidden.add(id(rep))
        if all(document or (id(line.paid) in hidden and not books.called(line)) for line, document in found):
            read_whole.add(rep.uuid)
        findings += (
            replace(each, document=by_paid.get(id(each.paid)), payer=payer)
            for each in check_rep(rep)
            if id(each.paid) not in hidden
        )
        findings += _of_lines([(line, document) for line, document in found if document], issuer)
        for line, document in found:
            if document:
                paying.setdefault(places[id(document)], []).append(line)
            elif id(line.paid) not in hidden:
                unknown.setdefault(line.paid.uuid, []).append(line)
                findings.append(_unknown(line, payer))
    chains: list[Chain] = []
    for place, document in enumerate(books.documents):
        lines = paying.get(place, ())
        chains.append(make_chain(_as_paid(document, lines, gone, read_whole), lines))
    for chain in chains:
        its_findings = (*check_order(chain), *check_payments(chain, until))
        findings += (replace(each, document=chain.document) for each in its_findings)
    findings += _whole_payments(chains)
    for lines in unknown.values():
        findings += (replace(each, payer=payers[id(each.rep)]) for each in check_order_alone(lines))
    # A sum would tell what somebody else's customer has paid: whoever sees all of them is told.
    mine = (each for each in findings if each.field not in _SUMS or id(each.rep) not in partly_hidden)
    told = (finding for finding in mine if is_asked(finding.rep))
    return Reconciliation(
        on,
        tuple(rep for rep in counting if is_asked(rep)),
        left_out,
        tuple(sorted(told, key=_order)),
        tuple(sorted((one for chain in _of_ledger(chains) for one in needed(chain)), key=lambda one: one.deadline)),
    )


def _asked(reps: Iterable[Rep], only: Collection[str] | None) -> Callable[[Rep], bool]:
    if only is None:
        return lambda _: True
    drafts = {replace(rep, name="") for rep in reps if rep.uuid is None and rep.name in only}
    stamped = {rep.uuid for rep in reps if rep.uuid and replace(rep, uuid=None, name="") in drafts}
    return lambda rep: rep.name in only or rep.uuid in stamped


def _unknown(line: Line, payer: tuple[str, str]) -> Finding:
    """A REP pays CFDI that exist (Anexo 20, IdDocumento); whose it may be the other lines tell."""
    return Finding(Rule.UNKNOWN_DOCUMENT, line.rep, "IdDocumento", line.paid.uuid, paid=line.paid, payer=payer)


def _of_lines(found: Sequence[tuple[Line, BookDocument]], issuer: str) -> Iterator[Finding]:
    """What is wrong with a REP's lines; what no document of several agrees with is told once for each customer.

    Where some do agree, it is the others that may be wrong: each is told.
    """
    findings = [each for line, document in found for each in check_line(line, document, issuer)]
    rules = Counter(each.rule for each in findings)
    of_rep = {rule for rule in _OF_REP if rules[rule] == len(found) > 1}
    told: set[tuple[Rule, tuple[str, str], Value]] = set()
    for each in findings:
        if each.rule not in of_rep:
            yield each
        elif (what := (each.rule, each.customer, each.expected)) not in told:
            told.add(what)
            yield replace(each, paid=None)


def _whole_payments(chains: Iterable[Chain]) -> Iterator[Finding]:
    """What is wrong with payments as they were received: once for each, at the first of its documents."""
    told: set[int] = set()
    for chain in chains:
        for line, entry in chain.lines:
            if entry and entry.received and id(line.payment) not in told:
                told.add(id(line.payment))
                yield from (replace(each, document=chain.document) for each in check_payment(line, entry.received))


def _as_paid(
    document: BookDocument, lines: Iterable[Line], gone: Collection[str | None], elsewhere: Collection[str | None]
) -> BookDocument:
    """The document whose payments have no REP that is cancelled or replaced, or that pays `elsewhere` and not here."""
    here = {line.rep.uuid for line in lines}
    entries = (
        replace(e, rep_uuid=None) if e.rep_uuid in gone or (e.rep_uuid in elsewhere and e.rep_uuid not in here) else e
        for e in document.entries
    )
    return replace(document, entries=tuple(entries))


def _of_ledger(chains: Iterable[Chain]) -> Iterator[Chain]:
    return (chain for chain in chains if chain.document.in_ledger)


def _order(finding: Finding) -> tuple[str, str, str, bool]:
    return finding.customer[0], finding.rep.name, finding.document_label, finding.is_notice


def countdown(needed_: Iterable[Needed], on: date) -> list[Due]:
    """The deadlines that payments without REP have, per currency; those gone by are one, of the oldest of them."""
    groups: dict[tuple[date, str], list[Needed]] = {}
    for one in needed_:
        groups.setdefault((max(one.deadline, on - ONE_DAY), one.entry.amount.currency), []).append(one)
    return [
        Due(
            deadline=(oldest := min(one.deadline for one in group)),
            days=(oldest - on).days,
            count=len(group),
            total=total((one.entry.amount for one in group), currency),
        )
        for (_, currency), group in sorted(groups.items(), key=lambda each: (each[0][0], pesos_first(each[0][1])))
    ]
