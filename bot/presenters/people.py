"""People as lines of a list."""

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


def person_line(person: Person, language: Language) -> str:
    """A person on one line of plain text: number, name, role, portfolio, Telegram user."""
    parts = [f"{person.id}  {person.name}", role_name(person.role, language)]
    if person.collector_code:
        parts.append(language.gettext("portfolio %(code)s", code=person.collector_code))
    parts.append(f"Telegram {person.telegram_id}")
    if person.unreachable_since:
        since = language.date(person.unreachable_since.date())
        parts.append(language.gettext("has been out of reach since %(date)s", date=since))
    if not person.active:
        parts.append(language.gettext("no access"))
    return " · ".join(parts)
