"""The screens of people and access, by the name of their golden files."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from bot.domain.access import Colleague, Invitation, PeoplePage
from bot.domain.people import Person, Role
from bot.i18n import Language
from bot.presenters import access, privacy, welcome
from bot.presenters.reply import Reply

LAURA = Person(1, "Laura Méndez", Role.COLLECTOR, "C1", 1001)
NOON = datetime(2019, 7, 18, 12, tzinfo=UTC)
INVITED = Invitation(3, "Ana <Díaz>", Role.COLLECTOR, "C<9>", NOON)
LINK = "https://t.me/cobranza_bot?start=Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4"
COLLEAGUE = Colleague(LAURA, NOON, manageable=True)
GONE = Colleague(
    Person(2, "Jorge <Salas>", Role.SUPERVISOR, None, active=False, unreachable_since=NOON), None, manageable=True
)

ACCESS: dict[str, Callable[[Language], Reply]] = {
    "help_of_a_supervisor": lambda t: welcome.help_(Role.SUPERVISOR, t),
    "invitation": lambda t: access.invitation(INVITED, LINK, NOON, t),
    "invitation_of_nobodys_portfolio": lambda t: access.invitation(
        replace(INVITED, known_portfolio=False), LINK, NOON, t
    ),
    "invitation_cancelled": lambda t: access.invitation_cancelled(INVITED, t),
    "start_with_anothers_link": lambda t: welcome.start(LAURA, t, access.in_already(t)),
    "start_first": lambda t: privacy.with_notice(welcome.start(LAURA, t), "Cobranza & Cía", t, first=True),
    "start_again": lambda t: privacy.with_notice(welcome.start(LAURA, t), "Cobranza & Cía", t, first=False),
    "database_away": welcome.later,
    "privacy": lambda t: privacy.full("Cobranza & Cía", t),
    "people": lambda t: access.people(PeoplePage((COLLEAGUE, GONE), 1, 3, 18), UTC, t),
    "person": lambda t: access.colleague(COLLEAGUE, UTC, t),
    "person_shut_out": lambda t: access.changed(GONE, UTC, t),
    "person_shut_out_while_sending": lambda t: access.changed(replace(GONE, kept_back=1_234), UTC, t),
    "person_let_in_again": lambda t: access.changed(COLLEAGUE, UTC, t),
    "person_not_yours": lambda t: access.colleague(replace(GONE, manageable=False), UTC, t),
    "person_take_access": lambda t: access.ask_change(COLLEAGUE, t, active=False),
    "person_give_access": lambda t: access.ask_change(GONE, t, active=True),
    "languages": access.languages,
    "language_set": access.language_set,
}
