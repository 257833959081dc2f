"""`cobranza mail`: the mailbox of Microsoft 365, entered and tried."""

from collections.abc import Iterator
from contextlib import closing
from typing import Annotated

import typer

from bot import app as wiring
from bot.cli.console import Json, fail, print_json, read_settings, speech, transaction
from bot.config import Settings, right_forms
from bot.domain.correspondence import Mail, Rejected, TryLater
from bot.i18n import Language
from bot.mail.check import Step, check
from bot.presenters.mail_check import step_text, steps_json
from bot.presenters.mailing import reason_sentence
from bot.store import addresses

app = typer.Typer(help="El buzón de Microsoft 365.", no_args_is_help=True)


@app.command()
def login() -> None:
    """Entra a Microsoft 365 como una persona, con un código; hace falta cuando no hay secreto ni certificado."""
    settings = read_settings()
    language = speech(settings)
    _need(settings, language)
    if settings.m365_client_secret or settings.m365_certificate:
        fail(language.gettext("Nobody needs to log in: M365_CLIENT_SECRET or M365_CERTIFICATE is set."))
    try:
        person = log_in(settings, language)
    except (TryLater, Rejected) as failure:
        fail(reason_sentence(str(failure), language))
    typer.echo(language.gettext("Logged in: %(person)s. Try it with «cobranza mail test».", person=person))


def log_in(settings: Settings, language: Language) -> str:
    """Show a code and wait until somebody has entered with it; who did. Raises TryLater, Rejected."""
    with closing(wiring.make_access(settings)) as access:
        with access.entering():
            code = access.tokens.begin_login()
        typer.echo(
            language.gettext(
                "Open %(address)s in any browser and type the code %(code)s within %(minutes)s minutes, as the "
                "person who sends the email.",
                address=code.address,
                code=code.code,
                minutes=code.minutes,
            )
        )
        with access.entering():
            return access.tokens.finish_login(code)


@app.command("test")
def try_out(
    to: Annotated[str | None, typer.Option("--to", help="Manda un correo de prueba a esta dirección.")] = None,
    json: Json = False,
) -> None:
    """Prueba el correo por Microsoft 365 paso por paso y dice qué falta."""
    settings = read_settings()
    language = speech(settings)
    _need(settings, language)
    steps = []
    if not json:
        _introduce(settings, language)
    for step in tried(settings, language, to):
        steps.append(step)
        if not json:
            typer.echo(step_text(step, language))
    if json:
        print_json(
            {
                "mailbox": settings.m365_mailbox,
                "login": _login(settings),
                "transport": settings.mail_transport,
                "redirect_to": settings.mail_redirect_to,
                "steps": steps_json(steps, language),
            }
        )
    if not all(step.done is not False for step in steps):
        fail(language.gettext("Mail through Microsoft 365 does not work yet."))


def tried(settings: Settings, language: Language, to: str | None) -> Iterator[Step]:
    """Try the mailbox one thing after the other; a mail is sent only where `to` says to whom."""
    # Each takes a second to import, which only who uses it should pay.
    from bot.mail.graph import GraphMailer  # noqa: PLC0415 - see above
    from bot.mail.graph_inbox import GraphInbox  # noqa: PLC0415 - see above

    said = language.gettext("This email tests the sending of statements. Nothing needs to be done.")
    mail = Mail("mail test", (to or settings.m365_mailbox or "",), language.gettext("Test"), said, f"<p>{said}</p>")
    with closing(wiring.make_access(settings)) as access:
        mailer = GraphMailer(access, redirect_to=settings.mail_redirect_to)
        yield from check(access.token, GraphInbox(access), mailer, mail, send=to is not None)


@app.command()
def unblock(address: Annotated[str, typer.Argument(help="La dirección que ya recibe correo.")]) -> None:
    """Vuelve a enviar a una dirección de la que un correo había rebotado."""
    settings = read_settings()
    language = speech(settings)
    with transaction(settings) as session:
        known = addresses.works_again(session, address)
    if not known:
        fail(language.gettext("No mail bounced from %(address)s.", address=address))
    typer.echo(language.gettext("Emails are sent to %(address)s again.", address=address))


def _need(settings: Settings, language: Language) -> None:
    """Whatever MAIL_TRANSPORT says: one tries first and switches then."""
    forms = right_forms(language)
    needed = ("m365_tenant_id", "m365_client_id", "m365_mailbox")
    if missing := [name for name in needed if not getattr(settings, name)]:
        sentence = "%(name)s is missing: %(form)s."
        fail("\n".join(language.gettext(sentence, name=name.upper(), form=forms[name]) for name in missing))


def _introduce(settings: Settings, language: Language) -> None:
    _ = language.gettext
    logins = {"certificate": _("certificate"), "secret": _("client secret"), "person": _("the person who logged in")}
    typer.echo(f"{settings.m365_mailbox} · {logins[_login(settings)]}")
    if settings.mail_redirect_to:
        typer.echo(_("All mail goes to %(address)s (MAIL_REDIRECT_TO).", address=settings.mail_redirect_to))
    if settings.mail_transport != "m365":
        typer.echo(_("Emails still become files: MAIL_TRANSPORT is not m365."))


def _login(settings: Settings) -> str:
    return "certificate" if settings.m365_certificate else "secret" if settings.m365_client_secret else "person"
