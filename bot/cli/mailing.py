"""`cobranza send` and `deliver`: statements by mail."""

import time
from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, NamedTuple

import typer

from bot.app import make_house, make_mailer
from bot.cli.console import Json, as_text, database, fail, occasion, print_json, read_settings, speech
from bot.config import Settings
from bot.domain.correspondence import MailState, SkipReason
from bot.domain.occasion import Occasion
from bot.domain.runs import Audience, Candidate, Progress, RunPreview, reference
from bot.i18n import Language
from bot.presenters.mailing import age, nobody, progress, reason_sentence
from bot.presenters.skipping import candidate_sentence, skip_sentence
from bot.services import outbox, runs, sending
from bot.services.enclosing import House
from bot.services.outbox import Delivery
from bot.store.clock import shared
from bot.store.database import Database
from bot.store.outbox import statement_key

_LOOK_SECONDS = 1.0


class _Became(NamedTuple):
    """What became of a mail."""

    code: str
    state: MailState
    reason: str


def _became(delivery: Delivery) -> _Became:
    return _Became(delivery.customer_code, delivery.state, delivery.reason)


def send(
    codes: Annotated[list[str] | None, typer.Argument(help="Códigos de cliente.")] = None,
    everyone: Annotated[bool, typer.Option("--all", help="Todos los que deben.")] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help="Todos los que deben algo vencido.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Solo muestra qué se enviaría.")] = False,
    json: Json = False,
) -> None:
    """Envía el estado de cuenta por correo a uno, varios o todos los clientes; Ctrl+C detiene el envío."""
    if bool(codes) + everyone + overdue != 1:
        raise typer.BadParameter("CODE… | --all | --overdue")
    settings = read_settings()
    wanted = codes or (Audience.OVERDUE if overdue else Audience.EVERYONE)
    act, house = occasion(settings), make_house(settings)
    with database(settings) as opened:
        with opened.transaction() as session:
            draft = runs.compose(session, act, wanted)
            shown = runs.preview(session, act, draft.id, house.invoices, house.spacing)
            if dry_run:
                runs.cancel(session, act, draft.id)
            else:
                runs.confirm(session, act, draft.id, house.spacing)
        _warn_when_old(settings, act, shown)
        if to := settings.mail_redirect_to:
            typer.echo(
                speech(settings).gettext("All mail goes to %(address)s (MAIL_REDIRECT_TO).", address=to), err=True
            )
        try:
            deliveries, came = ([], None) if dry_run else _work(settings, opened, draft.id, house)
        except KeyboardInterrupt:
            # Whoever presses Ctrl+C means the sending, which the bot would take up and end.
            with opened.transaction() as session:
                stopped = runs.stop(session, act, draft.id)
            fail(as_text(progress(stopped, speech(settings)).plain))
    if not (shown.candidates or json):
        typer.echo(as_text(nobody(speech(settings), overdue=overdue).plain))
    # The running bot may have sent some of it: what became of each is in the sending, not in what left here.
    became = [_Became(r.code, r.mail, r.reason) for r in came.going if r.mail] if came else []
    # Other mails leave along with it, also to the same customers.
    ours = {statement_key(r.customer_id, came.run.on) for r in came.going if r.mail} if came else set()
    became += [_became(delivery) for delivery in deliveries if delivery.key not in ours]
    _report(settings, shown.candidates, became, came, dry_run=dry_run, json=json)


def _warn_when_old(settings: Settings, act: Occasion, shown: RunPreview) -> None:
    old = act.now - shown.loaded_at if shown.loaded_at else timedelta()
    if old > timedelta(hours=settings.mail_ask_after_hours):
        typer.echo(speech(settings).gettext("The data was loaded %(ago)s.", ago=age(old, speech(settings))), err=True)


def _work(settings: Settings, opened: Database, run_id: int, house: House) -> tuple[list[Delivery], Progress]:
    deliveries: list[Delivery] = []
    while True:
        while sending.write_next(opened.transaction, run_id, house, datetime.now(UTC)):
            pass
        deliveries += _deliver(settings, opened)
        with opened.transaction() as session:
            if not sending.moves(session, run_id):
                _, came = sending.watch(session, run_id)
                sending.seen(session, came)
                return deliveries, came
        # What the running bot holds at this moment is waited for.
        time.sleep(_LOOK_SECONDS)


def deliver(json: Json = False) -> None:
    """Envía lo que espera en la bandeja de salida, una vez."""
    settings = read_settings()
    with database(settings) as opened:
        became = [_became(delivery) for delivery in _deliver(settings, opened)]
    _report(settings, (), became, dry_run=False, json=json)


def _deliver(settings: Settings, opened: Database) -> list[Delivery]:
    deliveries: list[Delivery] = []
    with closing(make_mailer(settings)) as mailer:
        while True:
            deliveries += outbox.deliver(opened.transaction, opened.locks, mailer, shared)
            with opened.transaction() as session:
                pause = outbox.pause_of_pace(session, mailer.pace, shared)
            if not pause:
                return deliveries
            time.sleep(pause.total_seconds())


def _report(
    settings: Settings,
    candidates: tuple[Candidate, ...],
    became: list[_Became],
    came: Progress | None = None,
    *,
    dry_run: bool,
    json: bool,
) -> None:
    language = speech(settings)
    counts = Counter(each.state.value for each in became)
    if dry_run:
        counts["would_send"] = sum(candidate.skipped is None for candidate in candidates)
    failed = [(each.code, each.reason) for each in became if each.state is MailState.FAILED]
    unwritten = _unwritten(came, language) if came else []
    if came:
        candidates = _in_the_end(candidates, came)
    if json:
        replaced = [candidate.customer.code for candidate in candidates if candidate.replaces]
        print_json(
            {
                "states": dict(counts),
                "skipped": [_skipped_json(candidate) for candidate in candidates if candidate.skipped],
                "failed": [{"customer": code, "reason": reason} for code, reason in failed + unwritten],
                **({"replaces": replaced} if replaced and dry_run else {}),
            }
        )
    else:
        for candidate in candidates:
            _say(candidate, language, dry_run=dry_run)
        for code, state, why in became:
            typer.echo(f"{code}: {state.value} {why and reason_sentence(why, language)}".rstrip())
        for _, sentence in unwritten:
            typer.echo(sentence)
    if count := len(failed) + len(unwritten):
        fail(language.ngettext("%(n)s email failed.", "%(n)s emails failed.", count))


def _say(candidate: Candidate, language: Language, *, dry_run: bool) -> None:
    customer = candidate.customer
    if candidate.skipped:
        typer.echo(candidate_sentence(candidate, candidate.skipped, language))
    elif dry_run:
        amounts = ", ".join(language.money(owed.net) for owed in candidate.owed)
        typer.echo(f"{customer.code} → {', '.join(customer.email)}: {amounts}")
    if candidate.replaces:
        typer.echo(f"{customer.code}: {language.gettext('In place of an earlier one that has not left')}")


def _in_the_end(candidates: tuple[Candidate, ...], came: Progress) -> tuple[Candidate, ...]:
    """The same with why they got none in the end, or that they got one: they are asked about anew as it is written."""
    # What could not be written is told apart.
    skipped = {r.code: r.skipped for r in came.skipped if r.skipped is not SkipReason.UNWRITTEN}
    pairs = ((candidate, skipped.get(candidate.customer.code)) for candidate in candidates)
    return tuple(
        candidate
        if candidate.skipped is reason
        else replace(candidate, skipped=reason, bounced=(), replaces=False, waits=None)
        for candidate, reason in pairs
    )


def _unwritten(came: Progress, language: Language) -> list[tuple[str, str]]:
    """Whose mail could not be written, each with the sentence that says so."""
    numbers = ((r.code, reference(came.run.id, r.customer_id)) for r in came.unwritten)
    return [(code, skip_sentence(SkipReason.UNWRITTEN, f"{code} ({number})", language)) for code, number in numbers]


def _skipped_json(candidate: Candidate) -> dict[str, object]:
    reason = candidate.skipped.value if candidate.skipped else ""
    bounced = {"bounced": list(candidate.bounced)} if candidate.bounced else {}
    return {"customer": candidate.customer.code, "reason": reason, **bounced}
