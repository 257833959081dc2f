"""Sendings of statements: drafted, looked at, confirmed, stopped, tried again. `bot.services.sending` does the work."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain, count
from pathlib import PurePath
from typing import Any

from sqlalchemy.orm import Session

from bot.domain.agenda import OpenFilter
from bot.domain.commands import AND
from bot.domain.correspondence import DAILY, Attachment, MailState, SkipReason, Spacing
from bot.domain.errors import CustomerNotFound, ExtraFilesTooLarge, NobodyMissing, NothingPending
from bot.domain.occasion import Occasion
from bot.domain.people import COMMAND_LINE
from bot.domain.receivables import AttachmentPolicy, Customer
from bot.domain.runs import Audience, Candidate, Progress, Run, RunChoices, RunPreview, RunState
from bot.domain.text import AROUND
from bot.render.parcel import MAX_EXTRA_BYTES
from bot.services.enclosing import InvoiceFiles
from bot.services.imports import FILES
from bot.services.mailing import standing
from bot.services.statements import customer_by_id, find_customer
from bot.services.sync import CONTPAQI
from bot.store import audit, conversations, customers, documents, last_statements, outbox, owed, runs, sources

# Rows on one page of the customers to choose from.
PAGE = 8
# Where the ledger comes from, as `sources` calls it; the mailbox does not feed it.
_LEDGER = (CONTPAQI, FILES)
# How a mail stands in a sending that is stopped, if it has neither left nor failed.
_NOT_BEGUN = (None, MailState.CANCELLED)


def compose(session: Session, occasion: Occasion, wanted: str | int | Audience | Sequence[str]) -> Run:
    """Draft a sending to who is meant: an audience, codes, one customer by any name, or an id.

    Codes in a list must be right but for their case. Raises CustomerNotFound, CustomerAmbiguous.
    """
    return _drafted(session, occasion, _meant(session, occasion, wanted))


def _drafted(session: Session, occasion: Occasion, customer_ids: Sequence[int]) -> Run:
    made = runs.create(session, occasion.person, occasion.today, occasion.now, customer_ids)
    if occasion.person.id:
        conversations.ask(session, occasion.person, runs.QUESTION, {"run": made.id})
    return made


def blank(session: Session, occasion: Occasion) -> Run:
    """Draft a sending to nobody yet, to tick customers for."""
    return runs.create(session, occasion.person, occasion.today, occasion.now)


def _meant(session: Session, occasion: Occasion, wanted: str | int | Audience | Sequence[str]) -> list[int]:
    if isinstance(wanted, int):
        return [customer_by_id(session, occasion.person, wanted).id]
    if isinstance(wanted, Audience):
        return [customer.id for customer in _owing(session, occasion, wanted)]
    if isinstance(wanted, str):
        typed = wanted.replace(",", " ").replace(";", " ")
        # What stands around them, as a full stop, is not of the codes, unless one is written so.
        for words in (typed.split(), typed.strip(AROUND).split()):
            found = customers.by_exact_codes(session, occasion.person, words)
            # «CL002, CL003 y CL001», unless somebody's code is Y.
            codes = [word for word in words if word in found or word.casefold() not in AND]
            if all(code in found for code in codes):
                break
        if not found or len(words) == 1:
            return [find_customer(session, occasion.person, wanted).id]
        wanted = codes
    else:
        found = customers.by_exact_codes(session, occasion.person, wanted)
    for word in wanted:
        if word not in found:
            raise CustomerNotFound(word)
    return list(dict.fromkeys(customer.id for customer in found.values()))


def _owing(session: Session, occasion: Occasion, audience: Audience) -> list[Customer]:
    only = OpenFilter(overdue=audience is Audience.OVERDUE)
    return documents.customers_owing(session, occasion.person, occasion.today, only)


def choices(session: Session, occasion: Occasion, run_id: int, page: int = 0) -> RunChoices:
    """A page (from 0; the last one when there are fewer) of the customers that owe, to tick for a draft."""
    draft = _draft(session, occasion, run_id)
    everyone = _owing(session, occasion, Audience.EVERYONE)
    pages = max(1, -(-len(everyone) // PAGE))
    page = min(max(page, 0), pages - 1)
    shown = everyone[page * PAGE : (page + 1) * PAGE]
    amounts = owed.owed(session, [customer.id for customer in shown], occasion.today)
    ticked = runs.members(session, run_id)
    candidates = tuple(Candidate(c, amounts.get(c.id, ()), ticked=c.id in ticked) for c in shown)
    audit.seen(session, occasion, "customers", (customer.code for customer in shown))
    return RunChoices(draft, candidates, page, pages, len(everyone), len(ticked))


def tick(session: Session, occasion: Occasion, run_id: int, customer_id: int, *, on: bool) -> None:
    """Put a customer of the portfolio into a draft, or take it out; raises CustomerNotFound."""
    _draft(session, occasion, run_id)
    customer = customer_by_id(session, occasion.person, customer_id)
    if on:
        runs.add(session, run_id, [customer.id])
    else:
        runs.remove(session, run_id, customer.id)


def fill(session: Session, occasion: Occasion, run_id: int, audience: Audience) -> None:
    """Put everyone who is meant into a draft."""
    _draft(session, occasion, run_id)
    runs.add(session, run_id, [customer.id for customer in _owing(session, occasion, audience)])


def preview(
    session: Session, occasion: Occasion, run_id: int, invoices: InvoiceFiles, spacing: Spacing = DAILY
) -> RunPreview:
    """What a draft would send, and with what; from here on what is typed is its comment, if anybody gets it."""
    draft = _draft(session, occasion, run_id)
    members = runs.members(session, run_id)
    chosen = customers.by_ids(session, occasion.person, members)
    known = standing(session, chosen, draft.on, spacing, draft.asked_at)
    # Of who was given to another since they were put in, no more than the code is said.
    lost = customers.by_ids(session, COMMAND_LINE, members - {customer.id for customer in chosen})
    left_out = runs.left_out(session, run_id)
    asked = (known.candidate(each) for each in chosen)
    candidates = (
        *(replace(each, skipped=each.skipped or left_out.get(each.customer.id)) for each in asked),
        *(Candidate(each, (), SkipReason.NOT_YOURS) for each in lost),
    )
    going = [candidate.customer for candidate in candidates if candidate.skipped is None]
    if not going:
        # A file would be lost in a mail that nobody gets.
        _forget_question(session, occasion, run_id)
    elif occasion.person.id and not conversations.is_answered_by(_known(session, occasion), occasion.source):
        conversations.ask(session, occasion.person, runs.QUESTION, {"run": run_id})
    # Who wants no files misses none.
    with_files = [customer.id for customer in going if customer.attachments is not AttachmentPolicy.NONE]
    charges = owed.charges_of(session, with_files, draft.on)
    audit.record(
        session, occasion.person, "mail_preview", _subject(candidates), now=occasion.now, source=occasion.source
    )
    return RunPreview(
        run=draft,
        candidates=candidates,
        files=tuple(runs.files(session, run_id)),
        bare=tuple(label for label, uuid in charges if not (uuid and invoices.find(uuid))),
        loaded_at=fed_at(session),
    )


def _subject(candidates: Sequence[Candidate]) -> str:
    return candidates[0].customer.code if len(candidates) == 1 else f"{len(candidates)} customers"


def fed_at(session: Session) -> datetime | None:
    """When the ledger was last fed; None when nobody noted it."""
    return sources.ledger_fed_at(session, _LEDGER)


def stale_since(session: Session, occasion: Occasion, run_id: int, ask_after: timedelta) -> datetime | None:
    """When the ledger was last fed, if a draft is not to be sent so long after without being asked; else None."""
    at = fed_at(session) if _own(session, occasion, run_id).state is RunState.DRAFT else None
    return at if at and occasion.now - at > ask_after else None


def asked(session: Session, occasion: Occasion) -> Run | None:
    """The draft that waits for a comment, files, or its confirmation."""
    known = _known(session, occasion)
    found = runs.get(session, known["run"]) if known else None
    return found if found and found.state is RunState.DRAFT and found.on == occasion.today else None


def is_aside(session: Session, occasion: Occasion) -> bool:
    """Whether another command set the draft aside: it is not being looked at any more."""
    return bool(_known(session, occasion).get("aside"))


def take_up(session: Session, occasion: Occasion, album: str | None = None) -> bool:
    """Whether another command set the draft aside; what is typed or sent next goes into it again.

    Not this once more, nor what else is of its `album`.
    """
    known = _known(session, occasion)
    is_same = conversations.is_answered_by(known, occasion.source) or (album and known.get("album") == album)
    if not (known.get("aside") or is_same):
        return False
    taken_up = {"aside": False, "answered_by": occasion.source, "album": album}
    conversations.ask(session, occasion.person, runs.QUESTION, known | taken_up)
    return True


def _known(session: Session, occasion: Occasion) -> dict[str, Any]:
    """What the question about a draft keeps; empty when none waits."""
    kind, known = conversations.question(session, occasion.person) or ("", {})
    return known if kind == runs.QUESTION else {}


def set_comment(session: Session, occasion: Occasion, run_id: int, comment: str) -> None:
    """Note what the sender has to say in every mail."""
    _draft(session, occasion, run_id)
    runs.change(session, run_id, comment=comment)


def add_file(session: Session, occasion: Occasion, run_id: int, file: Attachment) -> None:
    """Add a file to every mail of a draft; the same update adds it once. Raises ExtraFilesTooLarge.

    A second of the same name gets a number: who saves them all would keep the last alone.
    """
    _draft(session, occasion, run_id)
    kept = runs.files(session, run_id)
    if sum(each.size for each in kept) + len(file.content) > MAX_EXTRA_BYTES:
        raise ExtraFilesTooLarge(file.name, MAX_EXTRA_BYTES)
    path, taken = PurePath(file.name), {each.name.lower() for each in kept}
    names = chain([file.name], (f"{path.stem} ({n}){path.suffix}" for n in count(2)))
    name = next(name for name in names if name.lower() not in taken)
    runs.add_file(session, run_id, replace(file, name=name), occasion.source or file.name)


def confirm(
    session: Session, occasion: Occasion, run_id: int, spacing: Spacing = DAILY, *, message_id: int | None = None
) -> Progress:
    """Let a draft begin, without those who get no mail; one that has begun goes on.

    Its progress is shown in the message with this id.
    """
    found = _own(session, occasion, run_id)
    if found.state is RunState.DRAFT:
        if found.on != occasion.today:
            # The amounts looked at are of another day.
            raise NothingPending
        runs.change(session, run_id, state=RunState.RUNNING, message_id=message_id)
        _forget_question(session, occasion, run_id)
        members = runs.members(session, run_id)
        # Who gets none is known by now; else they would be counted as on their way until their turn comes.
        chosen = customers.by_ids(session, occasion.person, members)
        # What is seen of their statements stays so until it is noted who is left out for one.
        last_statements.hold(session, members)
        known = standing(session, chosen, found.on, spacing, found.asked_at)
        reasons = dict.fromkeys(members - {each.id for each in chosen}, SkipReason.NOT_YOURS)
        reasons |= {each.id: reason for each in chosen if (reason := known.skip_reason(each))}
        runs.leave_out(session, run_id, reasons)
        subject = f"run {run_id}: {len(members)} customers"
        audit.record(session, occasion.person, "mail_run", subject, now=occasion.now, source=occasion.source)
    return progress(session, occasion, run_id)


def cancel(session: Session, occasion: Occasion, run_id: int) -> None:
    """Forget a draft; one that has begun goes on."""
    if _own(session, occasion, run_id).state is not RunState.DRAFT:
        raise NothingPending
    runs.forget(session, run_id)


def stop(session: Session, occasion: Occasion, run_id: int) -> Progress:
    """Let nothing more of a sending leave; what is leaving at this moment leaves."""
    if _own(session, occasion, run_id).state is RunState.RUNNING:
        _stop(session, occasion, run_id)
    return progress(session, occasion, run_id)


def stop_all_of(session: Session, occasion: Occasion, person_id: int) -> int:
    """Let nothing more leave that somebody has begun to send; how many mails it keeps back."""
    kept_back = outbox.recall_of(session, person_id)
    for run_id in runs.running_of(session, person_id):
        _stop(session, occasion, run_id)
        kept_back += sum(r.skipped is None and r.mail in _NOT_BEGUN for r in runs.recipients(session, run_id))
    return kept_back


def _stop(session: Session, occasion: Occasion, run_id: int) -> None:
    runs.stop(session, run_id)
    audit.record(session, occasion.person, "mail_stop", f"run {run_id}", now=occasion.now, source=occasion.source)


def retry(session: Session, occasion: Occasion, run_id: int, *, message_id: int | None = None) -> Progress:
    """Go on with what failed or was stopped; on another day a draft of that day is made, to be looked at.

    Each customer who was to get a mail is asked about anew: whose it is now, where its mails go, whether it still
    owes. Who was left out when it was begun stays so, but for whoever was to get another's that was stopped since.
    Raises NobodyMissing.
    """
    found = _own(session, occasion, run_id)
    if found.state is RunState.DRAFT:
        raise NothingPending
    if found.state is not RunState.RUNNING:
        if found.on != occasion.today:
            return _anew(session, occasion, found)
        runs.reopen(session, run_id)
        runs.await_again(session, run_id, found.on)
        runs.change(session, run_id, state=RunState.RUNNING, message_id=message_id)
        audit.record(session, occasion.person, "mail_run", f"run {run_id}", now=occasion.now, source=occasion.source)
    return progress(session, occasion, run_id)


def ask_after(session: Session, occasion: Occasion, run_id: int, *, message_id: int | None = None) -> bool:
    """Have asked whether what failed on another day has left after all, before any other is written beside it.

    Whether there is anything to ask; then what became of it is shown in the message with this id.
    """
    found = _own(session, occasion, run_id)
    ended = found.state in {RunState.DONE, RunState.STOPPED} and found.on != occasion.today
    asked_after = ended and runs.withhold(session, run_id)
    if asked_after:
        runs.change(session, run_id, message_id=message_id)
    return asked_after


def _anew(session: Session, occasion: Occasion, found: Run) -> Progress:
    """A draft of today for whom a sending of another day did not reach, with what its sender had added."""
    shown = progress(session, occasion, found.id)
    ids = [each.customer_id for each in (*shown.unreached, *shown.withheld)]
    since = last_statements.last_statements(session, ids)
    ids = [each for each in ids if each not in since or since[each].on < found.on or since[each].withheld]
    if not ids:
        raise NobodyMissing(found.on)
    draft = _drafted(session, occasion, ids)
    # Whose fate is not known gets none, nor where it cannot be asked before this is confirmed; a tap more asks again.
    # Nor where another's failed on that day before it was asked for.
    unclear = last_statements.unclear(session, ids, occasion.today, found.asked_at - timedelta(days=1))
    runs.leave_out(session, draft.id, dict.fromkeys(unclear, SkipReason.UNCLEAR))
    runs.take_over(session, draft.id, found)
    return progress(session, occasion, draft.id)


def progress(session: Session, occasion: Occasion, run_id: int) -> Progress:
    """How far a sending of one's own has come."""
    return Progress(_own(session, occasion, run_id), tuple(runs.recipients(session, run_id)))


def _own(session: Session, occasion: Occasion, run_id: int) -> Run:
    """A sending of the person's, locked; raises NothingPending."""
    found = runs.get(session, run_id, lock=True)
    if found is None or found.person_id != (occasion.person.id or None):
        raise NothingPending
    return found


def _draft(session: Session, occasion: Occasion, run_id: int) -> Run:
    found = _own(session, occasion, run_id)
    if found.state is not RunState.DRAFT or found.on != occasion.today:
        raise NothingPending
    return found


def _forget_question(session: Session, occasion: Occasion, run_id: int) -> None:
    waiting = conversations.question(session, occasion.person) if occasion.person.id else None
    # Another that is being looked at goes on waiting for its comment.
    if waiting and waiting[0] == runs.QUESTION and waiting[1]["run"] == run_id:
        conversations.drop_question(session, occasion.person, runs.QUESTION)
