"""Why something is refused: exceptions with parameters, which a presenter turns into a sentence."""

from dataclasses import dataclass
from datetime import date


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """What the rules do not allow; the transaction is rolled back and the person is told why."""

    @property
    def shown(self) -> tuple[str, ...]:
        """The codes and labels of what it tells of customers."""
        return ()


class OfDocument:
    """A refusal that tells how a document, by its label, stands."""

    document: str

    @property
    def shown(self) -> tuple[str, ...]:
        """That label."""
        return (self.document,)


class Ambiguous:
    """A refusal that lists what there is to choose from."""

    choices: tuple[tuple[int, str, str], ...]

    @property
    def shown(self) -> tuple[str, ...]:
        """The code or label of each."""
        return tuple(name for _, name, _ in self.choices)


class DatabaseAway(Exception):  # noqa: N818 - it passes: the same act is tried again
    """The database cannot be used at this moment: locked, full, restarting. Nothing of the transaction was kept."""


@dataclass
class DatabaseTooNew(Exception):  # noqa: N818 - an answer to who installs, never to who writes in the chat
    """The tables are those of a newer version, at a migration that this one does not know. Nothing was changed."""

    revision: str


@dataclass
class DatabaseLacksLetters(Exception):  # noqa: N818 - likewise
    """The database keeps text in an encoding that lacks letters which names have. Nothing was changed."""

    encoding: str


@dataclass
class UnreadableDate(Refusal):
    """A text that is no date in any accepted form."""

    text: str


@dataclass
class NoSuchDay(UnreadableDate):
    """A text in the form of a date, of a day that there is not."""


@dataclass
class AmountOrComment(Refusal):
    """A sum among the words of a comment, where no amount was given: it may be what is promised."""

    amount: str


@dataclass
class SecondAmount(Refusal):
    """A sum right after the amount, and maybe joined to it: either, or what both make, may be meant."""

    amount: str
    other: str


@dataclass
class OtherAmount(Refusal):
    """A sum after the form of payment that was asked for, where `amount` is asked about."""

    amount: str
    other: str


@dataclass
class SecondDocument(Refusal):
    """Another document after an amount, with an amount or a day of its own, where one is noted."""

    text: str


@dataclass
class SumForComment(Refusal):
    """A sum typed where a comment is asked for, and no amount was given: it may be what is promised."""

    text: str


@dataclass
class DateOrDocument(Refusal):
    """«8 July 23»: whether the 8 or the 23 is the day and the other one the document; both days are read."""

    text: str
    readings: tuple[tuple[str, date], tuple[str, date]]


@dataclass
class DayToCome(Refusal):
    """A day of which there is nothing yet."""

    on: date
    today: date


@dataclass
class UnreadableMonth(Refusal):
    """A text that is no month in any accepted form."""

    text: str


@dataclass
class UnreadableAmount(Refusal):
    """A text that is no amount, or one that could be read in two ways."""

    text: str


@dataclass
class CurrencyMismatch(Refusal):
    """Two currencies met where one was expected; they are never added."""

    left: str
    right: str


@dataclass
class UnknownCurrency(Refusal):
    """A currency that is neither an ISO 4217 code nor a name in use here."""

    text: str


@dataclass
class MalformedCommand(Refusal):
    """A command whose arguments cannot be read; `command` names the form to show."""

    command: str
    text: str = ""


@dataclass
class StandsAlone(Refusal):
    """A word after a command that takes none: in silence, what is shown would be taken for what was asked."""

    command: str
    text: str


@dataclass
class CustomerNotFound(Refusal):
    """No customer within the person's portfolio answers to this text."""

    text: str


@dataclass
class CustomerGone(CustomerNotFound):
    """A customer from a button, by an id that nobody is shown: another portfolio's, maybe only by now."""


@dataclass
class DocumentNotFound(Refusal):
    """No document within the person's portfolio answers to this text."""

    text: str


@dataclass
class DocumentGone(DocumentNotFound):
    """A document from a button, or what was entered on it, likewise."""


@dataclass
class DocumentAmbiguous(Ambiguous, Refusal):
    """Several documents answer to this text: (id, label, what tells it apart) of each, to choose from."""

    text: str
    choices: tuple[tuple[int, str, str], ...]


@dataclass
class CustomerAmbiguous(Ambiguous, Refusal):
    """Several customers answer to this text: (id, code, name) of each, to choose from; maybe there are more.

    `as_of` is the date that was asked for besides, if one was.
    """

    text: str
    choices: tuple[tuple[int, str, str], ...]
    more: bool = False
    as_of: date | None = None


@dataclass
class DocumentNotCollectable(OfDocument, Refusal):
    """A promise on a document on which nothing is owed; `reason` is that of `Document.not_owed`."""

    document: str
    reason: str


@dataclass
class PromiseInThePast(Refusal):
    """A promise for a day that has gone by."""

    on: date
    today: date


@dataclass
class PromiseTooFar(Refusal):
    """A promise so far ahead that it must be confirmed first."""

    on: date
    limit_days: int


@dataclass
class AmountOutOfRange(OfDocument, Refusal):
    """A promised amount (cents) that is not above zero or is more than the balance."""

    document: str
    amount: int
    balance: int
    currency: str


@dataclass
class AmountOrFolio(Refusal):
    """A whole number after a text that is a document, or both together the name of another: «A1 3»."""

    document: str
    number: str


@dataclass
class NothingTicked(Refusal):
    """An action on ticked documents while none is ticked."""


@dataclass
class NotAllowed(Refusal):
    """An action that is not the person's; `least` is the role that it takes, when it is a matter of roles."""

    least: str = ""


@dataclass
class ExtraFilesTooLarge(Refusal):
    """A file that, with those added before, is more than a mail may carry beside the statement's own; `limit` bytes."""

    name: str
    limit: int


@dataclass
class NothingPending(Refusal):
    """A conversation step or confirmation whose question is no longer open."""


@dataclass
class NobodyMissing(Refusal):
    """Whoever a sending of an earlier day did not reach has got a statement by now, or is to."""

    on: date


@dataclass
class CollectorGone(Refusal):
    """A button of one collector's portfolio, none of whose customers the person sees any more.

    `command` opens anew what the button stood under.
    """

    command: str


@dataclass
class NothingInForce(OfDocument, Refusal):
    """Something is to be done to the promise in force of a document that has none."""

    document: str


@dataclass
class NoLongerInForce(OfDocument, Refusal):
    """A promise to be withdrawn that has come to another state (a PromiseState) since that was asked."""

    document: str
    number: int
    state: str


@dataclass
class PlanInForce(OfDocument, Refusal):
    """A plan of several payments is to be moved to another day as if it were one promise."""

    document: str


@dataclass
class PlanSize(Refusal):
    """A plan of fewer or more payments than one may have."""

    count: int
    most: int


@dataclass
class PlanWithoutRhythm(Refusal):
    """A plan of several payments that does not say how far apart they are."""

    count: int


@dataclass
class OtherCurrency(Refusal):
    """An amount promised in another currency than the document's."""

    promised: str
    document: str


@dataclass
class AmountForSeveral(Refusal):
    """One amount for several documents, which may be meant for each or for all together."""

    amount: str
    documents: int


@dataclass
class UndoTooLate(Refusal):
    """A promise to be taken back after the time for it has passed."""

    limit_minutes: int


@dataclass
class UndoNotYours(Refusal):
    """A promise to be taken back that somebody else made."""

    made_by: str


@dataclass
class UndoSuperseded(OfDocument, Refusal):
    """A promise to be taken back that is no longer in force: kept, or followed by another."""

    document: str
