"""Who is let in: invitations, the list of people, languages."""

from datetime import datetime, tzinfo

from markupsafe import escape

from bot.domain.access import Colleague, Invitation, PeoplePage
from bot.domain.people import Person
from bot.i18n import LANGUAGES, Language
from bot.presenters.people import account, kept_back, role_name
from bot.presenters.reply import Button, Reply, pager, rows
from bot.render.plain import short


def link(bot_name: str, invited: Invitation) -> str:
    """What opens the chat with the bot and hands it the invitation (Telegram, «Deep linking»)."""
    return f"https://t.me/{bot_name}?start={invited.token}"


def invitation(invited: Invitation, address: str, until: datetime, language: Language) -> Reply:
    """A link to hand on; `until` is the office's wall clock."""
    _ = language.gettext
    lines = [
        f"🔑 <b>{escape(short(invited.name, 120))}</b> · {who(invited, language)}",
        _(
            "Send this link to that person only. It works once, until %(day)s at %(hour)s:",
            day=language.date(until.date()),
            hour=f"{until:%H:%M}",
        ),
        f"<code>{escape(address)}</code>",
    ]
    if not invited.known_portfolio:
        lines.append(
            "⚠️ "
            + _("No customer is of portfolio %(code)s yet: check the code.", code=escape(invited.collector_code or ""))
        )
    return Reply("\n".join(lines), keyboard=((Button(_("Cancel the invitation"), f"iv:{invited.id}"),),))


def who(of: Invitation | Person, language: Language) -> str:
    """A role, with a collector's portfolio, as HTML."""
    role = role_name(of.role, language)
    if not of.collector_code:
        return role
    return f"{role} · {language.gettext('portfolio %(code)s', code=escape(short(of.collector_code, 30)))}"


def invitation_cancelled(invited: Invitation, language: Language) -> Reply:
    """The link opens nothing any more."""
    name = escape(short(invited.name, 120))
    return Reply("✖️ " + language.gettext("Cancelled: the link for %(name)s no longer lets anybody in.", name=name))


def in_already(language: Language) -> str:
    """A line for who taps a link that was made for another."""
    return "🔑 " + language.gettext(
        "You have access already: the link was not used, and still works for whoever it was made for."
    )


def people(shown: PeoplePage, zone: tzinfo, language: Language) -> Reply:
    """Everyone with role, portfolio, when last seen; a button for each."""
    _ = language.gettext
    parts = ["👥 <b>" + language.ngettext("%(n)s person", "%(n)s people", shown.total) + "</b>"]
    parts += [_lines(colleague, zone, language) for colleague in shown.colleagues]
    buttons = [
        (Button(f"{'' if c.person.active else '🚫 '}{c.person.name}", f"up:{c.person.id}"),) for c in shown.colleagues
    ]
    return Reply("\n\n".join(parts), keyboard=rows(*buttons, pager(shown.page, shown.pages, "us:{page}")))


def colleague(shown: Colleague, zone: tzinfo, language: Language, notice: str = "") -> Reply:
    """One person, with what can be done."""
    _ = language.gettext
    person = shown.person
    change = Button("🚫 " + _("Take access away"), f"uc:{person.id}:0")
    if not person.active:
        change = Button("✅ " + _("Give access"), f"uc:{person.id}:1")
    lines = [f"👤 {_lines(shown, zone, language)}", f"Telegram {account(person)}"]
    if shown.kept_back:
        lines.append(f"⏹ {kept_back(shown.kept_back, language)}")
    return Reply(
        "\n".join(lines),
        keyboard=rows([change if shown.manageable else None], [Button("👥 " + _("Everyone"), "us:0")]),
        notice=notice,
    )


def ask_change(shown: Colleague, language: Language, *, active: bool) -> Reply:
    """Whether somebody's access is really to be taken or given."""
    _ = language.gettext
    name = escape(short(shown.person.name, 120))
    if active:
        text = _("Give %(name)s access again? They will see what their role and portfolio show.", name=name)
        yes = Button("✅ " + _("Yes, give access"), f"uy:{shown.person.id}:1")
    else:
        text = _(
            "Take access away from %(name)s? What they write or tap is refused at once, and what they are sending "
            "stops.",
            name=name,
        )
        yes = Button("🚫 " + _("Yes, take it away"), f"uy:{shown.person.id}:0")
    return Reply(text, keyboard=((yes,), (Button(_("No"), f"up:{shown.person.id}"),)))


def changed(shown: Colleague, zone: tzinfo, language: Language) -> Reply:
    """The person after the change."""
    _ = language.gettext
    return colleague(shown, zone, language, _("Access given.") if shown.person.active else _("Access taken away."))


def languages(language: Language) -> Reply:
    """Ask for the language."""
    buttons = tuple(
        Button(f"{'✓ ' if code == language.code else ''}{name}", f"id:{code}") for code, name in LANGUAGES.items()
    )
    return Reply("🌐 " + language.gettext("In which language do you want to be answered?"), keyboard=(buttons,))


def language_set(language: Language) -> Reply:
    """The new language, in itself."""
    return Reply("🌐 " + language.gettext("From now on I answer in English."))


def _lines(shown: Colleague, zone: tzinfo, language: Language) -> str:
    _ = language.gettext
    person = shown.person
    seen = _("never seen")
    if shown.last_seen:
        local = shown.last_seen.astimezone(zone)
        seen = _("seen %(day)s %(hour)s", day=language.date(local.date()), hour=f"{local:%H:%M}")
    marks = [seen]
    if not person.active:
        marks.append("🚫 " + _("no access"))
    if person.unreachable_since:
        marks.append("🔕 " + _("has blocked the bot"))
    return f"<b>{escape(short(person.name, 120))}</b> · {who(person, language)}\n{' · '.join(marks)}"
