"""The step of `cobranza init` for Microsoft 365: how mail leaves, tried as `cobranza mail test` tries it."""

from bot.cli.desk import Desk
from bot.cli.mailbox import log_in, tried
from bot.domain.correspondence import Rejected, TryLater
from bot.presenters.mail_check import step_text
from bot.presenters.mailing import reason_sentence


def microsoft(desk: Desk) -> None:
    """Ask how mail leaves, until that works or is left for later."""
    _ = desk.words.gettext
    desk.heading("Microsoft 365")
    ways = {
        "folder": _("For now, emails become files in %(path)s and none leaves", path=desk.settings.mail_folder),
        "secret": _("Through Microsoft 365, with a client secret"),
        "certificate": _("Through Microsoft 365, with a certificate"),
        "person": _("Through Microsoft 365, as a person who logs in"),
    }
    way = _present(desk)
    while (way := desk.choice(_("How does mail leave?"), ways, way)) != "folder":
        _ask(desk, way)
        if _works(desk, way):
            desk.keep(mail_transport="m365")
            _try_sending(desk)
            return
        desk.say(_("Mail through Microsoft 365 does not work yet."))
    # Said where mail might leave: the next run offers this answer, and Enter lets none leave.
    desk.keep(mail_transport="folder" if desk.settings.m365_mailbox else None)


def _present(desk: Desk) -> str:
    settings = desk.settings
    is_folder = settings.mail_transport == "folder" and "mail_transport" in settings.model_fields_set
    if is_folder or settings.m365_mailbox is None:
        return "folder"
    return "certificate" if settings.m365_certificate else "secret" if settings.m365_client_secret else "person"


def _ask(desk: Desk, way: str) -> None:
    """Keep what was typed even if it does not work yet; only MAIL_TRANSPORT lets mail leave."""
    _ = desk.words.gettext
    desk.say(_("docs/microsoft-365.md says where each of these is found."))
    for name, question in (
        ("m365_tenant_id", _("Directory (tenant) ID")),
        ("m365_client_id", _("Application (client) ID")),
        ("m365_mailbox", _("Mailbox that sends")),
    ):
        desk.setting(name, question, needed=True)
    if way == "secret":
        desk.setting("m365_client_secret", _("Client secret (it is not shown)"), hidden=True, needed=True)
        desk.keep(m365_certificate=None)
    elif way == "certificate":
        desk.setting("m365_certificate", _("Path of the PEM file"), needed=True)
    else:
        desk.keep(m365_client_secret=None, m365_certificate=None)


def _works(desk: Desk, way: str) -> bool:
    if way == "person":
        try:
            person = log_in(desk.settings, desk.words)
        except (TryLater, Rejected) as failure:
            desk.say(f"✗ {reason_sentence(str(failure), desk.words)}")
            return False
        desk.say("✓ " + desk.words.gettext("Logged in: %(person)s.", person=person))
    return _tried(desk)


def _tried(desk: Desk, to: str | None = None) -> bool:
    works = True
    for step in tried(desk.settings, desk.words, to):
        desk.say(step_text(step, desk.words))
        works &= step.done is not False
    return works


def _try_sending(desk: Desk) -> None:
    question = desk.words.gettext("Send a test email to (Enter: to nobody)")
    while (to := desk.text(question)) and not ("@" in to and _tried(desk, to)):
        pass
