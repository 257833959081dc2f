"""`cobranza send` and `deliver`: statements by mail."""

import time
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from bot.app import make_house, make_mailer
from bot.cli.console import as_text, database, fail, occasion, print_json, read_settings, speech
from bot.config import Settings
from bot.domain.correspondence import MailState, SkipReason
from bot.domain.occasion import Occasion
from bot.domain.runs import Audience, Candidate, Progress, RunPreview, reference
from bot.i18n import Language
from bot.presenters.mailing import age, nobody, progress, reason_sentence
from bot.presenters.skipping import skip_sentence
from bot.services import outbox, runs, sending
from bot.services.enclosing import House
from bot.services.outbox import Delivery
from bot.store.database import Database

_Json = Annotated[bool, typer.Option("--json", help="Respuesta en JSON.")]


def send(
    codes: Annotated[list[str] | None, typer.Argument(help="Códigos de cliente.")] = None,
    everyone: Annotated[bool, typer.Option("--all", help="Todos los que deben.")] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help="Todos los que deben algo vencido.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Solo muestra qué se enviaría.")] = False,
    json: _Json = False,
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
            shown = runs.preview(session, act, draft.id, house.invoices, min_days=house.min_days)
            if dry_run:
                runs.cancel(session, act, draft.id)
            else:
                runs.confirm(session, act, draft.id, min_days=house.min_days)
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
    _report(settings, shown.candidates, deliveries, came, dry_run=dry_run, json=json)


def _warn_when_old(settings: Settings, act: Occasion, shown: RunPreview) -> None:
    old = act.now - shown.loaded_at if shown.loaded_at else timedelta()
    if old > timedelta(hours=settings.mail_ask_after_hours):
        typer.echo(speech(settings).gettext("The data was loaded %(ago)s.", ago=age(old, speech(settings))), err=True)


def _work(settings: Settings, opened: Database, run_id: int, house: House) -> tuple[list[Delivery], Progress]:
    while sending.write_next(opened.transaction, run_id, house, datetime.now(UTC)):
        pass
    deliveries = _deliver(settings, opened)
    with opened.transaction() as session:
        _, came = sending.watch(session, run_id)
        sending.seen(session, came)
    return deliveries, came


def deliver(json: _Json = False) -> None:
    """Envía lo que espera en la bandeja de salida, una vez."""
    settings = read_settings()
    with database(settings) as opened:
        deliveries = _deliver(settings, opened)
    _report(settings, (), deliveries, dry_run=False, json=json)


def _deliver(settings: Settings, opened: Database) -> list[Delivery]:
    deliveries: list[Delivery] = []
    with closing(make_mailer(settings)) as mailer:
        while True:
            deliveries += outbox.deliver(opened.transaction, mailer, lambda: datetime.now(UTC))
            with opened.transaction() as session:
                pause = outbox.pause_of_pace(session, mailer.pace, datetime.now(UTC))
            if not pause:
                return deliveries
            time.sleep(pause.total_seconds())


def _report(
    settings: Settings,
    candidates: tuple[Candidate, ...],
    deliveries: list[Delivery],
    came: Progress | None = None,
    *,
    dry_run: bool,
    json: bool,
) -> None:
    language = speech(settings)
    counts = Counter(delivery.state.value for delivery in deliveries)
    if dry_run:
        counts["would_send"] = sum(candidate.skipped is None for candidate in candidates)
    failed = [(d.customer_code, d.reason) for d in deliveries if d.state is MailState.FAILED]
    unwritten = _unwritten(came, language) if came else []
    if json:
        print_json(
            {
                "states": dict(counts),
                "skipped": [_skipped_json(candidate) for candidate in candidates if candidate.skipped],
                "failed": [{"customer": code, "reason": reason} for code, reason in failed + unwritten],
            }
        )
    else:
        for candidate in candidates:
            customer = candidate.customer
            if candidate.skipped:
                typer.echo(skip_sentence(candidate.skipped, customer.code, language, candidate.bounced))
            elif dry_run:
                amounts = ", ".join(language.money(owed.net) for owed in candidate.owed)
                typer.echo(f"{customer.code} → {', '.join(customer.email)}: {amounts}")
        for delivery in deliveries:
            reason = delivery.reason and reason_sentence(delivery.reason, language)
            typer.echo(f"{delivery.customer_code}: {delivery.state.value} {reason}".rstrip())
        for _, sentence in unwritten:
            typer.echo(sentence)
    if count := len(failed) + len(unwritten):
        fail(language.ngettext("%(n)s email failed.", "%(n)s emails failed.", count))


def _unwritten(came: Progress, language: Language) -> list[tuple[str, str]]:
    """Whose mail could not be written, each with the sentence that says so."""
    numbers = ((r.code, reference(came.run.id, r.customer_id)) for r in came.unwritten)
    return [(code, skip_sentence(SkipReason.UNWRITTEN, f"{code} ({number})", language)) for code, number in numbers]


def _skipped_json(candidate: Candidate) -> dict[str, object]:
    reason = candidate.skipped.value if candidate.skipped else ""
    bounced = {"bounced": list(candidate.bounced)} if candidate.bounced else {}
    return {"customer": candidate.customer.code, "reason": reason, **bounced}
