"""What people type after a command, read leniently: the arguments of `/promesa`, and names of documents."""

import re
from dataclasses import dataclass, field
from datetime import date

from bot.domain.dates import MONTH_DAYS, is_weekday, month_named, parse_date
from bot.domain.days_put_off import leads, put_off
from bot.domain.errors import DateOrDocument, PlanWithoutRhythm, SecondDocument, UnreadableDate
from bot.domain.money import amount_first
from bot.domain.plans import Plan, Rhythm, check_count, payments_named, rhythm_named
from bot.domain.text import PAUSES, STOPS, fold
from bot.domain.typed_amounts import (
    AMOUNT,
    INVOICE,
    are_things,
    bare,
    counted,
    is_hour,
    is_money,
    refuse_second,
    refuse_share,
    refuse_sum,
    take_amount,
    with_currency,
)

# Phones turn straight quotes into curly or angled ones, and do not always close them.
_QUOTED = re.compile(r"[\"“”„‟«‹❝❞](?P<comment>[^\"“”„‟»›❝❞]*)[\"“”‟»›❝❞]?")
# Single ones are apostrophes too: only a pair around words counts.
_SINGLE_QUOTED = re.compile(r"(?<!\S)['‘’‚`´](?P<comment>(?!\s)[^'‘’`´]+)['‘’`´](?!\S)")  # noqa: RUF001 - phones type them
_LOOSE = " '‘’"
_DASHES = "-–—:,; "
# Half of it, or from when to when, after «hoy» or an amount.
_NO_DATE = re.compile(r"1/2|\d{1,2}-\d{1,2}")
# «y 10:30», «y 24hrs», «y 5%» name no document.
_NO_NAME = re.compile(r"\d+(?:[:%]|(?:h|hrs?|horas?|[ap]\.?m|min)\b)")
_DOTTED = re.compile(r"\d{1,2}\.\d{1,2}")
_DAY = re.compile(r"\d{1,2}")
_SERIES = re.compile(r"[a-zñ]{1,25}", re.IGNORECASE)
_REFERENCE = re.compile(r"(?P<series>[a-zñ]*)(?:[.:]? ?(?:(?<!^)# ?)?|-)(?P<folio>\d[\w/-]*)", re.IGNORECASE)
# «F21002», «Fact 21002»: a word for invoice rather than a series, when no series is called so.
INVOICE_WORDS = frozenset(map(str.upper, INVOICE - {"#", "cfdi"})) | {"F", "FOLIO", "NO", "NUM"}
# What joins two documents or customers.
AND = frozenset({",", ";", "y", "e", "&", "and"})
_MAX_COUNT_WORDS = 3
_MAX_RHYTHM_WORDS = 2
# «para el viernes 19 de julio de 2019»
_MAX_DATE_WORDS = 8


@dataclass(frozen=True, slots=True)
class PromiseCommand:
    """What was understood; what is missing (None, or no document) is asked for."""

    documents: tuple[str, ...] = ()
    on: date | None = None
    amount: str | None = None
    comment: str = ""
    plan: Plan | None = None


@dataclass(frozen=True, slots=True)
class DocumentReference:
    """A document as typed: with the series when one was given."""

    series: str | None
    folio: str


def parse_promise(text: str, today: date) -> PromiseCommand:
    """Read `<document>… [3x] <date> [semanal] [amount] [comment]`, in any order that leaves no doubt.

    The comment may be quoted, anywhere, or be the rest. A number names a document before it is an amount, unless a
    sign or decimals say otherwise. Raises UnreadableDate when what stands in the date's place is none, so
    that no word of a date is taken for a comment; DateOrDocument when either number of «8 July 23» may be the day;
    UnreadableAmount when all that is left unquoted is a share, as «la mitad» or «50%», or an amount in words, and
    AmountOrComment when a sum stands in it, which as a comment would promise the whole balance (or «50 %» fifty);
    SecondAmount for «$1,000 y $624», also with a day between; PlanWithoutRhythm and PlanSize.
    """
    quoted = find_quoted(text)
    before, after = (text[: quoted.start()], text[quoted.end() :]) if quoted else (text, "")
    line = _Line(today, [*before.split(), *after.split()], len(after.split()))
    line.read()
    split = max(0, len(line.words) - line.after)
    start, end = " ".join(line.words[:split]), " ".join(line.words[split:])
    comment = " ".join((start.lstrip(_DASHES), quoted["comment"].strip() if quoted else "", end))
    comment = " ".join(comment.split()).strip(_LOOSE)
    if line.amount:
        refuse_share(line.amount, " ".join(line.words).strip(_DASHES))
    if line.documents:
        line.refuse_second()
    if line.amount is None:
        refuse_sum(" ".join(line.words))
    return PromiseCommand(tuple(line.documents), line.on, line.amount, comment, line.plan())


@dataclass(slots=True)
class _Line:
    """A line read from its left; `words` are those still unread, of which the last `after` follow the quotes."""

    today: date
    words: list[str]
    after: int
    documents: list[str] = field(default_factory=list)
    day: str = ""
    on: date | None = None
    amount: str | None = None
    count: int | None = None
    rhythm: Rhythm | None = None

    def read(self) -> None:
        """Take argument after argument; what is left in the end is a comment."""
        while self.words and self._argument():
            pass
        if self.amount:
            self.amount = with_currency(self.amount, self.words)
        if self.words and self.on is None:
            # «7 $1,000 y $624 viernes», «7 $500 8 $500 viernes»; of «7 8 9 10» only the day is missing.
            if self.amount and not (self._is_number(0) and self._is_number(1)):
                self.refuse_second()
            raise UnreadableDate(self._no_date())
        rest = " ".join(self.words).rstrip(STOPS)
        if rest and put_off(self.day, rest) == rest:
            # «viernes 500 semana que viene»
            raise UnreadableDate(f"{self.day} {rest}")

    def _no_date(self) -> str:
        """What stands where the day should, up to its first word that says something: «el otro viernes en quince»."""
        leading = (n for n, word in enumerate(self.words) if not leads(fold(self._text(n)), fold(self._text(n + 1))))
        day = self._text(0, next(leading, 0) + 1)
        later = put_off(day, " ".join(self.words[len(day.split()) :])) if day else ""
        return f"{day} {later}".strip() or self.words[0]

    def refuse_second(self) -> None:
        """Refuse another document in what is left, with a day or amount, and another amount, or a day with one.

        Raises SecondDocument and SecondAmount.
        """
        start = int(fold(self._text(0)) in AND)
        length, on = self._date_at(start + 1)
        if self._names(start) and (on or (start and not self.amount and len(self.words) == start + 1)):
            # «7 viernes $500 8 lunes $300», «7 viernes y 8»
            raise SecondDocument(self._text(start, length + 1))
        if self.amount:
            # Before any day: «+300» and «12.05» may be one.
            refuse_second(self.amount, self.words, documents=self.documents)
        length, on = self._date_at(start)
        if on and self.amount:
            if self.amount.isdecimal() and length == len(self.words) and not _NO_DATE.fullmatch(self._text(0)):
                # «7 23/07 8 30/07»
                raise SecondDocument(f"{self.amount} {self._text(0, length)}")
            # «y el lunes $624»
            refuse_second(self.amount, ["+", *self.words[start + length :]])
        if on and not self.amount and self._names(start + length):
            # «viernes 7 lunes 8»
            raise SecondDocument(self._text(start, length + 1))

    def _names(self, at: int) -> bool:
        """Whether a word is a document and no hour."""
        has_digit = any(map(str.isdigit, self._text(at))) and not _NO_NAME.match(fold(self._text(at)))
        return has_digit and self._is_document(at) and not is_hour(self.words[at:])

    def _argument(self) -> bool:
        """Take the argument that comes first, if one does."""
        return self._pause() or self._date() or self._count() or self._rhythm() or self._amount() or self._document()

    def plan(self) -> Plan | None:
        """The plan, when a number of payments was given."""
        if self.count is None:
            return None
        # How far apart is no question for one payment, nor for a hundred.
        check_count(self.count)
        if self.rhythm is None:
            raise PlanWithoutRhythm(self.count)
        return Plan(self.count, self.rhythm)

    def _take(self, length: int = 1) -> str:
        taken, self.words = self._text(0, length), self.words[length:]
        return taken

    def _text(self, start: int, length: int = 1) -> str:
        """Some words as one text, without the comma or full stop that may follow them; empty beyond the last."""
        return " ".join(self.words[start : start + length]).rstrip(STOPS)

    def _pause(self) -> bool:
        return not self._text(0) and bool(self.words.pop(0))

    def _date(self) -> bool:
        if self.on is not None:
            return False
        length, on = self._date_at(0)
        if on is None or (_DOTTED.fullmatch(self._text(0)) and self._has_date_after(0)):
            return False
        if not self.documents and length > 1 and self.words[0][0].isdigit() and not self._is_date_first(length):
            return False
        if not self.documents:
            self._refuse_either(on)
        if is_weekday(self._text(length - 1)) and self._is_contradicted(length):
            raise UnreadableDate(self._text(length - 1, 2))
        if later := put_off(" ".join(self.words[:length]), " ".join(self.words[length:])):
            raise UnreadableDate(f"{self._text(0, length)} {later}")
        if self.documents and length > 1 and are_things(self.words[length - 1 :]):
            # «viernes 2 cheques»: two of them next Friday, or a cheque on Friday the 2nd.
            raise UnreadableDate(self._text(0, length + 1))
        self.day = self._take(length + self._again(length, on))
        self.on = on
        return True

    def _again(self, length: int, on: date) -> int:
        """How many words more say the same day as «hoy» or «mañana» before them; raises UnreadableDate for another.

        That is one that ends the line or has a number, after a pause both: else «mañana hoy no pudo», «hoy, el 18/07 el
        resto» go on. «17 de julio» would be an amount.
        """
        day = self._text(0, length)
        more, other = self._date_at(length)
        if not other or is_weekday(self._text(length - 1)) or any(map(str.isdigit, day)):
            return 0
        if _NO_DATE.fullmatch(self._text(length)) or _DOTTED.fullmatch(self._text(length)):
            return 0
        if other == on or (is_weekday(self._text(length + more - 1)) and other.weekday() == on.weekday()):
            return more
        signs = (any(map(str.isdigit, self._text(length, more + 1))), length + more == len(self.words))
        pauses = self.words[length - 1][-1] in STOPS
        if self._text(length).isdecimal() or (all if pauses else any)(signs):
            raise UnreadableDate(self._text(0, length + more))
        return 0

    def _date_at(self, start: int) -> tuple[int, date | None]:
        """The date that the words from there on make, the longest reading first, with its length."""
        for length in range(min(len(self.words) - start, _MAX_DATE_WORDS), 0, -1):
            last = start + length - 1
            before = self._text(last - 1)
            is_number = _DAY.fullmatch(self._text(last)) and (is_weekday(before) or month_named(fold(before)))
            if is_number and (not self.documents or self._is_no_day(last)):
                continue  # «viernes 7»: the number is the document
            if on := self._reading(self._text(start, length)):
                return length, on
        return 0, None

    def _reading(self, text: str) -> date | None:
        try:
            return parse_date(text, self.today)
        except UnreadableDate:
            return None

    def _is_date_first(self, start: int) -> bool:
        """Whether words in the document's place, «23 jul», are the date: a document follows, and no other date."""
        later = range(start, len(self.words))
        return any(self._is_document(n) for n in later) and not self._has_date_after(start - 1)

    def _refuse_either(self, on: date) -> None:
        """Raise DateOrDocument for «8 July 23»: the 8th for document 23, or the 23rd for document 8."""
        first, month, last = (self._text(n) for n in range(3))
        are_days = _DAY.fullmatch(first) and _DAY.fullmatch(last) and self._is_document(2)
        # A pause after the month says that the day was before it.
        if not are_days or not month_named(fold(month)) or self.words[1][-1] in PAUSES:
            return
        if other := self._reading(f"{last} {month}"):
            raise DateOrDocument(self._text(0, 3), ((first, other), (last, on)))

    def _has_date_after(self, start: int) -> bool:
        return any(self._date_at(later)[1] for later in range(start + 1, len(self.words)))

    def _is_contradicted(self, start: int) -> bool:
        """Whether a day or date follows a weekday: another («viernes 23»), or perhaps the document («martes 23 7»)."""
        if self._date_at(start)[1]:
            return True
        day = self._text(start)
        if not _DAY.fullmatch(day) or not 1 <= int(day) <= MONTH_DAYS or self._is_no_day(start):
            return False
        return bool(self.documents or (self._reading(self._text(start - 1, 2)) and self._is_document(start + 1)))

    def _is_no_day(self, at: int) -> bool:
        """Whether a number says what no day does: «viernes 2 pagos», «23 jul 19 pesos», «viernes 2 pm»."""
        return self._count_at(at)[1] is not None or self._is_money(at) or is_hour(self.words[at:])

    def _count(self) -> bool:
        length, count = self._count_at(0)
        if self.count is not None or count is None:
            return False
        self._take(length)
        self.count = count
        return True

    def _count_at(self, start: int) -> tuple[int, int | None]:
        for length in range(_MAX_COUNT_WORDS, 0, -1):
            if (count := payments_named(self._text(start, length))) is not None:
                return length, count
        return 0, None

    def _rhythm(self) -> bool:
        length, rhythm = self._rhythm_at(0)
        if self.rhythm is not None or rhythm is None:
            return False
        self._take(length)
        self.rhythm = rhythm
        return True

    def _rhythm_at(self, start: int) -> tuple[int, Rhythm | None]:
        """The rhythm that the words from there on name, in a line with a number of payments."""
        for length in range(_MAX_RHYTHM_WORDS, 0, -1):
            rhythm = rhythm_named(self._text(start, length))
            # The whole line is looked through only for a word that may be one: it is asked at each word.
            if rhythm and (self.count or any(self._count_at(later)[1] for later in range(len(self.words)))):
                return length, rhythm
        return 0, None

    def _amount(self) -> bool:
        if self.amount is not None or not (taken := take_amount(self.words, has_document=bool(self.documents))):
            return False
        self.amount, _ = taken
        return True

    def _is_amount(self, start: int) -> bool:
        """Whether the words from there on are an amount, whatever its currency."""
        words = self.words[start:]
        _, apart = amount_first(words)
        return bool(apart) and AMOUNT.fullmatch(bare(apart[0])) is not None and not counted(words)

    def _is_money(self, start: int) -> bool:
        return is_money(self.words[start:])

    def _document(self) -> bool:
        if self.documents or is_hour(self.words):
            return False
        goes_on = True
        while goes_on:
            goes_on = self._one_document()
        self._bare_documents()
        return True

    def _one_document(self) -> bool:
        """Take a document; whether a comma or «y» says that another follows."""
        has_series = len(self.words) > 1 and _SERIES.fullmatch(self._text(0)) is not None
        position = int(has_series and self.words[1].removeprefix("#")[:1].isdecimal())
        pieces = re.split(r"(?<=[,;])(?=.)", self.words[position])
        if len(self.words) - position <= self.after:
            self.after += len(pieces) - 1
        self.words[position : position + 1] = pieces
        is_pair = position == 1 and self._text(1).removeprefix("#").isdecimal()
        has_comma = self.words[int(is_pair)][-1] in PAUSES
        self.documents.append(f"{self._take()}-{self._take().removeprefix('#')}" if is_pair else self._take())
        if has_comma:
            return self._is_document(0)
        if self.words and self.words[0].casefold() in AND and self._is_document(1):
            self._take()
            return True
        return False

    def _is_document(self, start: int) -> bool:
        """Whether the words from there on can be a document and nothing else."""
        text = self._text(start, 2) if _SERIES.fullmatch(self._text(start)) else self._text(start)
        is_taken = self._date_at(start)[1] or self._count_at(start)[1] or self._is_money(start)
        return any(c.isdigit() for c in text) and not is_taken

    def _is_number(self, at: int) -> bool:
        """Whether a word is a number that another may follow: «500.» ends what they are of."""
        return at < len(self.words) and self.words[at].rstrip(PAUSES).isdecimal()

    def _bare_documents(self) -> None:
        """Take numbers after a document as documents too where they cannot be an amount: «7 8 9 viernes»."""
        run = 0
        while self._is_number(run) and not self._count_at(run)[1] and not self._is_money(run):
            run += 1
        for length in range(run, 0, -1):
            after, on = self._date_at(length)
            follows = (length == run or not self.on) and self._is_amount(length + after)
            # «7 8 $500 viernes»
            is_sum = follows and self._is_money(length)
            ends = length == len(self.words) or follows if self.on else on is not None or is_sum
            if ends or self._count_at(length)[1] or self._rhythm_at(length)[1]:
                # One number is the amount, unless what must be it follows, after the date if that has not come.
                if length > 1 or (follows and (self.on or after or is_sum)):
                    self.documents += [self._take() for _ in range(length)]
                return


def find_quoted(text: str) -> re.Match[str] | None:
    """The comment that stands in quotes, as the group of that name."""
    return _QUOTED.search(text) or _SINGLE_QUOTED.search(text)


def unquoted(comment: str) -> str:
    """A comment typed by itself, without the quotes around all of it, as it is typed in one line."""
    quoted = find_quoted(comment)
    return quoted["comment"].strip() if quoted and quoted[0] == comment else comment


def parse_reference(text: str) -> DocumentReference | None:
    """Read `7`, `CFDI-21002`, `CFDI 21002` or `F21002`; None when it is no document's name."""
    match = _REFERENCE.fullmatch(" ".join(text.split()))
    if not match:
        return None
    return DocumentReference(match["series"].upper() or None, match["folio"].upper())
