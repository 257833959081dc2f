"""People as lines of a list."""

from datetime import tzinfo

from bot.domain.people import Person, Role
from bot.i18n import Language


def role_name(role: Role, language: Language) -> str:
    """What a role is called."""
    _ = language.gettext
    return {
        Role.COLLECTOR: _("collector"),
        Role.SUPERVISOR: _("supervisor"),
        Role.ADMINISTRATOR: _("administrator"),
    }[role]


def account(person: Person) -> str:
    """The number of a person's Telegram account; who was erased has none."""
    return "–" if person.telegram_id is None else str(person.telegram_id)


def kept_back(mails: int, language: Language) -> str:
    """How many mails do not leave since who was sending them was shut out."""
    return language.ngettext(
        "%(n)s email that they were sending does not leave.", "%(n)s emails that they were sending do not leave.", mails
    )


def person_line(person: Person, language: Language, zone: tzinfo) -> str:
    """A person on one line of plain text: number, name, role, portfolio, Telegram user."""
    parts = [f"{person.id}  {person.name}", role_name(person.role, language)]
    if person.collector_code:
        parts.append(language.gettext("portfolio %(code)s", code=person.collector_code))
    parts.append(f"Telegram {account(person)}")
    if person.unreachable_since:
        since = language.date(person.unreachable_since.astimezone(zone).date())
        parts.append(language.gettext("has been out of reach since %(date)s", date=since))
    if not person.active:
        parts.append(language.gettext("no access"))
    return " · ".join(parts)
