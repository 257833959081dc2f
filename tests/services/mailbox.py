"""A mailbox of the tests: what arrived, what each mail says, and whom a question fails."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.domain.answers import Answer, AnswerKind, Arrival, Bounce, Failure
from bot.domain.correspondence import Gone, TryLater
from bot.services import answers
from bot.store import addresses
from bot.store.models import PersonRow
from tests.services.world import HOURS, NOW, World

CAME = datetime(2019, 7, 16, 18, 1, tzinfo=UTC)
# `tests.services.post.Post` gives no Message-ID; these are what Microsoft's would be.
OURS = "<ours-1@graph.test>"
KEY = "statement:1:2019-07-16"

REPLY = Arrival(
    id="1",
    message_id="<reply-1@cliente.mx>",
    received_at=CAME,
    kind=AnswerKind.REPLY,
    sender="Pagos@Cliente.mx",
    subject="RE: Estado de cuenta",
    references=(OURS,),
    conversation_id="other",
)
NOT_FOUND = Failure("pagos@cliente.mx", "550 5.1.1 user unknown", is_bad=True)
NOTICE = replace(
    REPLY, id="2", message_id="<ndr-1@us.mx>", kind=AnswerKind.BOUNCE, sender="postmaster@us.mx", references=()
)


@dataclass
class Mailbox:
    """The Inbox; `asked` are the instants since which it was read."""

    arrivals: list[Arrival] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    bounces: dict[str, Bounce | None] = field(default_factory=dict)
    asked: list[datetime] = field(default_factory=list)
    broken_after: int | None = None
    broken: dict[str, Exception] = field(default_factory=dict)

    def since(self, instant: datetime) -> Iterator[Arrival]:
        """What arrived."""
        self.asked.append(instant)
        for n, arrival in enumerate(arrival for arrival in self.arrivals if arrival.received_at >= instant):
            if n == self.broken_after:
                raise TryLater("busy")
            yield arrival

    def text(self, arrival: Arrival) -> str:
        """What is new in a mail; one that is not known is gone."""
        self._break(arrival)
        if arrival.id not in self.texts:
            raise Gone("gone")
        return self.texts[arrival.id]

    def bounce(self, arrival: Arrival) -> Bounce | None:
        """What a mail reports."""
        self._break(arrival)
        return self.bounces[arrival.id]

    def _break(self, arrival: Arrival) -> None:
        if failure := self.broken.get(arrival.id):
            raise failure

    def close(self) -> None:
        """Nothing to give back."""

    def reply(self, text: str = "Pagamos el viernes", **changed: object) -> None:
        """A reply arrives."""
        arrival = replace(REPLY, **changed)  # type: ignore[arg-type]  # each value is of its own type
        self.arrivals.append(arrival)
        self.texts[arrival.id] = text

    def notice(self, *failures: Failure, references: tuple[str, ...] = (OURS,), key: str = "") -> None:
        """A report of non-delivery arrives."""
        n = len(self.arrivals) + 1
        arrival = replace(NOTICE, id=f"n{n}", message_id=f"<ndr-{n}@us.mx>", received_at=CAME + timedelta(minutes=n))
        self.arrivals.append(arrival)
        self.bounces[arrival.id] = Bounce(failures, references, key)


def read(world: World, mailbox: Mailbox, *, after: timedelta = timedelta()) -> int:
    """Read what came, so much later; how many answer mails of ours."""
    return answers.read(world.database.transaction, mailbox, NOW + after)


def claim_all(world: World, *, after: timedelta = timedelta()) -> list[Answer]:
    """Tell all that may be told so much later."""
    told: list[Answer] = []
    while True:
        with world.database.transaction() as session:
            answer = answers.claim(session, NOW + after, HOURS)
            if answer is None:
                return told
            assert answers.leave(session, answer, NOW)
            answers.told(session, answer)
            told.append(answer)


def bad_addresses(world: World) -> dict[str, str]:
    """The addresses of the mail that take none, and why."""
    with world.database.transaction() as session:
        return addresses.bad_ones(session, ["PAGOS@cliente.mx", "tesoreria@cliente.mx", "director@cliente.mx"])


def change_person(world: World, person_id: int, **changed: object) -> None:
    """Write over columns of a person."""
    with world.database.transaction() as session:
        for name, value in changed.items():
            setattr(session.get_one(PersonRow, person_id), name, value)
