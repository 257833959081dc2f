"""`cobranza send` and `deliver`: statements by mail."""

import time
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from typing import Annotated

import typer

from bot.app import make_mailer
from bot.cli.console import customers_by_code, database, fail, occasion, print_json, read_settings, speech
from bot.config import Settings
from bot.domain.company import Company
from bot.domain.correspondence import MailState, Preview
from bot.presenters.refusals import skip_sentence
from bot.services import mailing, outbox
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
    """Envía el estado de cuenta por correo a uno, varios o todos los clientes."""
    if bool(codes) + everyone + overdue != 1:
        raise typer.BadParameter("CODE… | --all | --overdue")
    settings = read_settings()
    company = Company(settings.company_name, settings.company_rfc, settings.company_bank)
    act = occasion(settings)
    with database(settings) as opened:
        with opened.transaction() as session:
            wanted = customers_by_code(session, codes or mailing.owing(session, act, overdue=overdue))
        plans: list[Preview] = []
        for customer in wanted:
            with opened.transaction() as session:
                plan = mailing.preview(session, act, customer.id)
                if not plan.skipped and not dry_run:
                    mailing.queue(session, act, plan.customer.id, company)
            plans.append(plan)
        deliveries = [] if dry_run else _deliver(settings, opened)
    _report(settings, plans, deliveries, dry_run=dry_run, json=json)


def deliver(json: _Json = False) -> None:
    """Envía lo que espera en la bandeja de salida, una vez."""
    settings = read_settings()
    with database(settings) as opened:
        deliveries = _deliver(settings, opened)
    _report(settings, [], deliveries, dry_run=False, json=json)


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


def _report(settings: Settings, plans: list[Preview], deliveries: list[Delivery], *, dry_run: bool, json: bool) -> None:
    language = speech(settings)
    counts = Counter(delivery.state.value for delivery in deliveries)
    if dry_run:
        counts["would_send"] = sum(plan.skipped is None for plan in plans)
    skipped = [plan for plan in plans if plan.skipped]
    failed = [delivery for delivery in deliveries if delivery.state is MailState.FAILED]
    if json:
        print_json(
            {
                "states": dict(counts),
                "skipped": [_skipped_json(plan) for plan in skipped],
                "failed": [{"customer": d.customer_code, "reason": d.reason} for d in failed],
            }
        )
    else:
        for plan in plans:
            if plan.skipped:
                typer.echo(skip_sentence(plan.skipped, plan.customer.code, language, plan.bounced))
            elif dry_run:
                amounts = ", ".join(language.money(s.balance) for s in plan.statement.sections if s.rows)
                typer.echo(f"{plan.customer.code} → {', '.join(plan.customer.email)}: {amounts}")
        for delivery in deliveries:
            typer.echo(f"{delivery.customer_code}: {delivery.state.value} {delivery.reason}".rstrip())
    if failed:
        fail(language.ngettext("%(n)s mail failed.", "%(n)s mails failed.", len(failed)))


def _skipped_json(plan: Preview) -> dict[str, object]:
    reason = plan.skipped.value if plan.skipped else ""
    bounced = {"bounced": list(plan.bounced)} if plan.bounced else {}
    return {"customer": plan.customer.code, "reason": reason, **bounced}
