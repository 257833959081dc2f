"""Who may let whom in, and by which link."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.errors import MalformedCommand, Refusal
from bot.domain.people import MAX_CODE, MAX_NAME, Person, Role
from bot.domain.text import fold

# A link that nobody has used by then opens nothing any more.
INVITATION_LIFE = timedelta(hours=48)

_ROLES = {
    "cobrador": Role.COLLECTOR, "cobradora": Role.COLLECTOR, "collector": Role.COLLECTOR,
    "supervisor": Role.SUPERVISOR, "supervisora": Role.SUPERVISOR, "jefe": Role.SUPERVISOR, "jefa": Role.SUPERVISOR,
    "administrador": Role.ADMINISTRATOR, "administradora": Role.ADMINISTRATOR, "administrator": Role.ADMINISTRATOR,
    "admin": Role.ADMINISTRATOR,
}  # fmt: skip
_LOOSE = "\"'“”«»,;"


@dataclass(frozen=True, slots=True)
class Invitation:
    """A way in for one person; `token` is known when it is made, and never again.

    `known_portfolio` is whether any customer is of this collector code.
    """

    id: int
    name: str
    role: Role
    collector_code: str | None
    expires_at: datetime
    token: str = ""
    known_portfolio: bool = True


@dataclass(frozen=True, slots=True)
class Invited:
    """Who is to be invited, as typed."""

    name: str
    role: Role
    collector_code: str | None


@dataclass
class InvitationNotValid(Refusal):
    """A link that lets nobody in; `reason` is used, expired or unknown."""

    reason: str


def may_manage(person: Person, role: Role) -> bool:
    """Whether the person gives and takes this role: an administrator any, a supervisor a collector's."""
    return person.role is Role.ADMINISTRATOR or (person.role is Role.SUPERVISOR and role is Role.COLLECTOR)


def parse_invited(text: str) -> Invited:
    """Read `Laura Méndez cobradora C1`: a name, a role, and a collector's code; raises MalformedCommand."""
    words = [bare for word in text.replace(",", " ").split() if (bare := word.strip(_LOOSE))]
    # The last word that names a role: before it stands the name, which may hold such a word too.
    at = next((n for n in range(len(words) - 1, 0, -1) if fold(words[n]) in _ROLES), 0)
    name, rest = " ".join(words[:at]), words[at + 1 :]
    if not name or len(name) > MAX_NAME or len(rest) > 1 or any(len(word) > MAX_CODE for word in rest):
        raise MalformedCommand("invitar", text)
    role = _ROLES[fold(words[at])]
    if rest and role is not Role.COLLECTOR:
        raise MalformedCommand("invitar", text)
    return Invited(name, role, rest[0] if rest else None)


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person as who manages them sees them; `manageable` is whether their access is the viewer's to change.

    `kept_back` counts the mails that do not leave because the person was shut out just now.
    """

    person: Person
    last_seen: datetime | None
    manageable: bool
    kept_back: int = 0


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """A page of everyone, by name."""

    colleagues: tuple[Colleague, ...]
    page: int
    pages: int
    total: int


@dataclass
class NotYourself(Refusal):
    """Somebody would shut themselves out."""


@dataclass
class LastAdministrator(Refusal):
    """The only administrator who is left would be shut out."""

    name: str


@dataclass
class SeveralPeople(Refusal):
    """A collector code that several people have, each named by number."""

    code: str
    ids: tuple[int, ...]
