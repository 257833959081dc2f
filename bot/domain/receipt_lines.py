"""What people type after `/cobro`, read leniently: document, amount, form of payment, and a comment."""

import re
from dataclasses import dataclass, field

from bot.domain.commands import find_quoted
from bot.domain.errors import SecondDocument
from bot.domain.money import is_currency
from bot.domain.receipts import PaymentForm, TwoAmounts
from bot.domain.text import PAUSES, fold
from bot.domain.typed_amounts import (
    AMOUNT,
    BEFORE_A_FORM,
    INVOICE,
    bare,
    counted,
    day_length,
    is_money,
    phone_length,
    refuse_second,
    share_length,
    take_amount,
    with_currency,
)

_FORMS = {
    "efectivo": PaymentForm.CASH, "cash": PaymentForm.CASH, "cheque": PaymentForm.CHEQUE,
    "cheque nominativo": PaymentForm.CHEQUE, "check": PaymentForm.CHEQUE, "transferencia": PaymentForm.TRANSFER,
    "spei": PaymentForm.TRANSFER, "transfer": PaymentForm.TRANSFER, "tarjeta de credito": PaymentForm.CREDIT_CARD,
    "tarjeta credito": PaymentForm.CREDIT_CARD, "credito": PaymentForm.CREDIT_CARD,
    "credit card": PaymentForm.CREDIT_CARD, "tarjeta de debito": PaymentForm.DEBIT_CARD,
    "tarjeta debito": PaymentForm.DEBIT_CARD, "debito": PaymentForm.DEBIT_CARD, "debit card": PaymentForm.DEBIT_CARD,
}  # fmt: skip
_MAX_FORM_WORDS = 3
_SERIES = re.compile(r"[a-zñ]{1,25}", re.IGNORECASE)
# Another document joined to the first: after a comma, where a number may be the amount, one with its series.
_JOINED = re.compile(
    r"(?:, )?(?:[y&]|and) (?P<other>#?(?=[\w-]*\d)\w[\w-]*)(?!\S)|, (?P<named>(?=[\w-]*[a-zñ]-?\d)[a-zñ][\w-]*)(?!\S)",
    re.IGNORECASE,
)
# What a document may be called as it is printed: a series or folio may have letters and digits in any order.
_PRINTED = re.compile(r"#?(?=\D*\d)\w[\w/-]*")


@dataclass(frozen=True, slots=True)
class ReceiptCommand:
    """What was understood of `/cobro`; None where it is missing. `unread` is what of the comment was not quoted."""

    document: str | None = None
    amount: str | None = None
    form: PaymentForm | None = None
    comment: str = ""
    unread: str = ""


def parse_receipt(text: str) -> ReceiptCommand:
    """Read `<document> <amount> <form of payment> [comment]` in any order; raises TwoAmounts and SecondAmount.

    A number names the document before it is the amount, unless a sign, decimals or a currency say otherwise; what
    remains is the comment, quoted or not.
    """
    quoted = find_quoted(text)
    words = (f"{text[: quoted.start()]} {text[quoted.end() :]}" if quoted else text).split()
    line = _Line(words, signed=_signed(words))
    line.read()
    unread = " ".join(line.unread)
    comment = f"{quoted['comment'].strip() if quoted else ''} {unread}".strip()
    return ReceiptCommand(line.document, line.amount, line.form, comment, unread)


@dataclass(slots=True)
class _Line:
    """A line read from its left: of `words`, still to be read, `unread` takes what is none of the arguments.

    Of `unread` some came `before` the amount. `signed` is the document, if it is one after «#». `doubtful` is what may
    have been typed for the amount, or for something else: «50 %», or the 881 of «cheque 881».
    """

    words: list[str]
    signed: str = ""
    document: str | None = None
    amount: str | None = None
    form: PaymentForm | None = None
    unread: list[str] = field(default_factory=list)
    before: int = 0
    doubtful: str = ""

    def read(self) -> None:
        """Take argument after argument."""
        while self.words:
            if not (self._form() or self._share() or self._amount() or self._document()):
                self._comment()

    def _form(self) -> bool:
        if self.form is not None:
            return False
        length, self.form = _form_first(self.words)
        del self.words[:length]
        if self.form and self.amount:
            self.amount = with_currency(self.amount, self.words)
        return self.form is not None

    def _share(self) -> bool:
        length = share_length(self.words) or (phone_length(self.words) if self.document else 0)
        if self.amount is not None or not length:
            return False
        self.doubtful = " ".join(self.words[:length])
        self.unread.append(self.doubtful)
        del self.words[:length]
        return True

    def _amount(self, *, follows: bool = False) -> bool:
        """Take the amount, if it comes first; a number that `follows` the document at once can be nothing else."""
        if self.amount is not None or not (taken := take_amount(self.words, has_document=self.document is not None)):
            return False
        self.amount, is_sure = taken
        self.before = len(self.unread)
        if is_sure or follows:
            self.doubtful = ""
        else:
            self._doubt(self.amount)
        if self.document and self.document == self.signed and _may_be_document(self.words, 0):
            # «#12 $500 7»
            raise SecondDocument(bare(self.words[0]))
        return True

    def _document(self) -> bool:
        if self.document is not None:
            return False
        name, *after = self.words
        if _SERIES.fullmatch(bare(name)) and after and after[0][0].isdecimal() and not is_money(after):
            self.document = f"{bare(name)}-{bare(after.pop(0))}"
        elif _PRINTED.fullmatch(bare(name)) and (name[0] != "#" or bare(name) == self.signed):
            self.document = bare(name)
        else:
            return False
        self.words = after
        joint = _JOINED.match(f"{', ' if name[-1] in PAUSES else ''}{' '.join(after)}")
        if joint:
            # «D-105 y D-106 $300»
            raise SecondDocument(joint["other"] or joint["named"])
        if self.words and not self._share():
            self._amount(follows=True)
        return True

    def _comment(self) -> None:
        if self.amount is not None and len(self.unread) == self.before and not self.doubtful:
            paid_by = [self.form.name.lower()] if self.form else []
            documents = [] if self.document is None else [self.document]
            refuse_second(self.amount, self.words, documents=documents, paid_by=paid_by)
        count = counted(self.words)
        length = day_length(self.words) or 1
        word = " ".join(self.words[:length])
        del self.words[:length]
        if self.amount is None and count:
            self._doubt(count)
        elif self.doubtful and AMOUNT.fullmatch(bare(word)):
            self._doubt(bare(word))
        self.unread.append(word)

    def _doubt(self, number: str) -> None:
        """A number that may be the amount: of two none is chosen."""
        if self.doubtful:
            raise TwoAmounts(self.doubtful, number)
        self.doubtful = number


def _signed(words: list[str]) -> str:
    """The document that stands after «#», and is no number of a cheque, a slip or a visit; empty where none does.

    It is the first word, or after one for invoice; else, after an amount or cash, where no other number may be it.
    """
    for at, word in enumerate(words):
        before = fold(bare(words[at - 1])) if at else "#"
        if word[0] != "#" or not _PRINTED.fullmatch(bare(word)):
            continue
        after_sum = any(map(str.isdigit, before)) or is_currency(before) or _FORMS.get(before) == PaymentForm.CASH
        others = (_may_be_document(words, later) for later in range(at + 1, len(words)))
        if before in INVOICE or (after_sum and not any(others)):
            return bare(word)
    return ""


def _may_be_document(words: list[str], at: int) -> bool:
    """Whether a word is a number of what may be a document: not that of «cheque 881»."""
    if not words[at:] or words[at][0] == "#" or not _PRINTED.fullmatch(bare(words[at])):
        return False
    is_forms = at > 0 and _FORMS.get(fold(bare(words[at - 1])), PaymentForm.CASH) != PaymentForm.CASH
    return not (is_forms or is_money(words[at:]) or counted(words[at:]) or phone_length(words[at:]))


def parse_form(text: str) -> tuple[PaymentForm | None, str]:
    """The form of payment that a text begins with, and the rest of it."""
    words = text.split()
    length, form = _form_first(words)
    return form, " ".join(words[length:])


def _form_first(words: list[str]) -> tuple[int, PaymentForm | None]:
    """The form of payment that the first words name, with their count."""
    start = int(bool(words) and fold(words[0]) in BEFORE_A_FORM)
    for length in range(_MAX_FORM_WORDS, 0, -1):
        if form := _FORMS.get(fold(bare(" ".join(words[start : start + length])))):
            return start + length, form
    return 0, None
