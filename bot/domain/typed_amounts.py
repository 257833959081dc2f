"""Amounts as people type them among other words: which words are one, and which may be one and are refused."""

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import accumulate, dropwhile

from bot.domain.dates import is_weekday, month_named
from bot.domain.errors import AmountOrComment, OtherAmount, SecondAmount, SecondDocument, UnreadableAmount
from bot.domain.money import amount_first, goes_on, is_currency
from bot.domain.text import PAUSES, STOPS, fold

# What may stand around all that was typed and is not of it.
_ENDS = "-–—:,; .!()"
# Also what no amount can be (`1.234,50`, `-500`, `5oo$`, `2mil`): that is refused; as a comment it would promise the
# whole balance.
AMOUNT = re.compile(r"-?\d(?:[\d.,]*\d)?|-?\$\S+|-?\d\S*\$|\d[\d.,]*(?i:k|mil)")
# What cannot be a folio: it says so with a sign or with decimals.
_PLAIN_AMOUNT = re.compile(r"-?\$\S+|\d\S*\$|-\d[\d.,]*|\d[\d,]*\.\d+")
# Currencies as they are called, after the amount; a code or sign may stand before it.
_AFTER = re.compile(
    r"pesos?|m\.?n\.?|d[oó]lar(?:es)?|dollars?|dll?s\.?|euros?|yen(?:es)?|libras?|pounds?", re.IGNORECASE
)
_NUMBERS = (
    "dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|dieci[a-z]+|veinti[a-z]+|veinte|treinta|"
    "cuarenta|cincuenta|sesenta|setenta|ochenta|noventa|cien|ciento|doscientos|trescientos|cuatrocientos|quinientos|"
    "seiscientos|setecientos|ochocientos|novecientos|mil|millon|millones|two|three|four|five|six|seven|eight|nine|ten|"
    "eleven|twelve|thirteen|(?:four|fif|six|seven|eigh|nine)teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|"
    "hundred|thousand|million"
)
# «mil», «dos mil pesos», «quinientos», «cien pesos 50/100 m.n.»
_IN_WORDS = re.compile(
    rf"(?:(?:\d{{1,3}}|un|medio|a|one) )?(?:{_NUMBERS})(?: (?:y|un|uno|and|one|\d{{1,3}}|{_NUMBERS}))*"
    rf"(?: (?:{_AFTER.pattern}|\d\d/100))*"
)
# «50%», «33.3 por ciento»: a number that is no amount.
_SHARE = re.compile(r"(?:\$ ?)?\d[\d.,]* ?(?:%|(?:por ?ciento|percent)\b)")
# What stands in the amount's place by itself is no comment: those have more to say, or quotes.
_ONLY_SHARE = re.compile(rf"(?:(?:el|un|the|a) )?{_SHARE.pattern}|(?:(?:la|una|the|a) )?(?:mitad|half)|1[/\u2044]2")
# A sum that only its place keeps from being the amount: «con cheque $500», «con 500 pesos», and alone «1’500», «💰500».
_SUM = re.compile(
    # In the amount's place, with what follows it: «500,con cheque».
    r"(?<![\w$])(?:\A\d[\d.,]*\d[^\w\s]{1,2}[^\W\d]{2,}|"
    rf"(?:[a-z]{{0,3}}[$€£¥]|mxn|usd) ?\d[\d.,]*|\d[\d.,]*(?:[$€£¥]| ?(?:mxn|usd)\b|"
    rf" (?:mil )?(?:{_AFTER.pattern})\b| ?(?:mil|k)\b)"
    r"|\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{3,}\.\d\d\b)",
    re.IGNORECASE,
)
# Nor can any other number from 100 up but one that is said to be of something: «cheque 881», «Cheque BBVA 881».
_BARE_SUM = re.compile(r"\d{3,6}|\d{1,3}(?:\.\d{3})+")
_HAS_NUMBER = re.compile(
    r"cheque|ch|chq|transferencia|transf|spei|tarjeta|terminacion|cuenta|cta|clabe|autorizacion|aut|rastreo|check|transfer"
    r"|card|account|folio|fol|ref(?:erencia)?|reference|num|numero|nro|number|serie|orden|pedido|remision|guia|order"
    r"|recibo|contrarrecibo|ficha|ticket|vale|poliza|receipt|slip|tel|telefono|cel|celular|whatsapp|ext|phone"
    r"|local|calle|av|avenida|casa|depto|int|cp|col|km|lote|bodega|oficina|sucursal|suc|ruta|street|unit"
    r"|factura|fact|fac|documento|doc|cfdi|invoice|document"
)
# «con $20 de cambio», «resta $100»: another sum than the one that is paid.
_OTHERS = re.compile(r"\S+ de cambio\b|\b(?:resta|queda|debe|falta)\w* \S+", re.IGNORECASE)
_ONLY_NUMBER = re.compile(r"[^\w:/#]*\d[\d.,'’‘`´ ]*[^\w:/#]*")  # noqa: RUF001 - phones type them

# At what hour: «5 pm», «10.30 hrs», «5 de la tarde», «5 y media», «9 a 10 am».
_HOUR = re.compile(
    r"(?:[01]?\d|2[0-4])(?:\.\d\d)? (?:(?:a \d{1,2} )?(?:[ap]\.? ?m\.?|h|hrs?|horas?|hours?|o'clock)"
    r"|de la (?:manana|tarde|noche)|y (?:media|cuarto)|en punto)(?!\S)"
)
# «3 cheques», «1 cheque»: how many.
_THINGS = re.compile(
    r"(?:\d{1,2} (?:cheques|billetes|pagos|abonos|depositos|transferencias|facturas|documentos|veces|dias|semanas|meses"
    r"|comprobantes|recibos|contrarrecibos|copias|fotos|notas|tickets|fichas|hojas"
    r"|checks|bills|payments|deposits|transfers|invoices|days|weeks|months|times|receipts|copies|photos|notes|slips)"
    r"|1 (?:cheque|billete|pago|abono|deposito|transferencia|factura|documento|vez|dia|semana|mes"
    r"|comprobante|recibo|contrarrecibo|copia|foto|nota|ticket|ficha|hoja"
    r"|check|bill|payment|deposit|transfer|invoice|day|week|month|time|receipt|copy|photo|note|slip))(?!\S)"
)
# These, and «2 x 500», «2 de 500», are no amount.
_COUNTED = re.compile(rf"{_HOUR.pattern}|{_THINGS.pattern}|\d{{1,2}} (?:x|de \d+)(?!\S)")
_MOST_COUNTED_WORDS = 4
# «30 julio», «30 de julio del 2019», «30 jul 19»: after a day and its month two digits are its year.
_DAY = re.compile(r"\d{1,2}(?!\S)(?: (?:(?:de|of) )?(?P<month>[a-z]{3,10})(?!\S)(?:(?: del?)? (?:20)?\d\d(?!\S))?)?")
_MOST_DAY_WORDS = 5
# Whole numbers one after the other, as a telephone number in Mexico begins: with two or three digits of its city, after
# which no 0 comes, «500 0001234» being an amount and a cheque.
_GROUPS = re.compile(r"\d{2,3} [1-9]\d*(?: \d+)*(?!\S*\d)")
_MOST_GROUPS = 8
# Its digits; what may stand before them, of now or as one dialled until 2019; and as many for who leaves the city out.
_PHONE, _BEFORE_A_PHONE, _LOCAL = 10, frozenset({"52", "521", "01", "044", "045"}), 8
# What joins a second amount to the first, and what says by what either is paid.
_JOINED_BY = r"(?:(?:y|e|o|m[aá]s|and|or|plus)\s+|[+&]\s*)"
_JOINT, _BETWEEN = (re.compile(rf"{before}{_JOINED_BY}", re.IGNORECASE) for before in (r"\A", r"\s+"))
_FORM = re.compile(r"efectivo|cheque|transferencia|spei|tarjeta|credito|debito|cash|check|transfer|card")
_PAID_BY = re.compile(rf"|en|con|por|in|by|with|{_FORM.pattern}")
BEFORE_A_FORM = frozenset({"en", "con", "por", "in", "by", "with"})
# Of «3 cheques» and «3 días» those of which each is an amount.
_PAYMENTS = re.compile(r"\d{1,2} (?:cheque|billete|pago|abono|deposit|transfer|check|bill|payment)")
# What may be another document, with its amount after it: «factura 8 $300», «F21003 $300», and without a sign «8 300».
INVOICE = frozenset({"factura", "fact", "fac", "documento", "doc", "cfdi", "invoice", "document", "#"})
_NAMED = re.compile(r"#?(?=\D*\d)\w[\w-]*")
_FOLIO, _SMALL = re.compile(r"#?(?:[a-zñ]{1,10}-?)?[1-9]\d{0,5}", re.IGNORECASE), re.compile(r"[1-9]\d{1,5}")
_WITH_SERIES = re.compile(r"#?[a-zñ]{1,10}-\d[\w-]*", re.IGNORECASE)
# No number of its own comes after these, as it does after «cheque».
_CASH = re.compile(r"en|in|efectivo|cash")
_DECIMAL = re.compile(r"\d+(?:\.\d+)?")


def bare(word: str) -> str:
    """A word without the comma or full stop that may follow it."""
    return word.rstrip(STOPS)


def share_length(words: Sequence[str]) -> int:
    """How many words make the share that some begin with («50%», «$ 50 por ciento»), or amount («mil 500»); or 0."""
    if share := _SHARE.match(" ".join(words[:4]).casefold()):
        return len(share[0].split())
    # «7 mil»: the number before may be the document; a word alone may be anything, as the two of «a las dos».
    text = fold(" ".join(words))
    in_words = re.match(rf"(?!\d){_IN_WORDS.pattern}(?!\S)", text)
    length = len(in_words[0].split()) if in_words else 0
    return length if length > 1 else 0


def counted(words: Sequence[str]) -> str:
    """What some words begin with that says how many there are of something, «3 cheques»; empty where nothing does."""
    text = _beginning(words)
    match = _COUNTED.match(fold(text))
    return text[: match.end()] if match else ""


def phone_length(words: Sequence[str]) -> int:
    """How many words make the telephone number in groups that some begin with, «55 1234 5678»; or 0."""
    groups = _GROUPS.match(" ".join(words[:_MOST_GROUPS]))
    numbers = groups[0].split() if groups else []
    digits = list(accumulate(map(len, numbers)))
    for length, count in enumerate(digits, 1):
        if count == _PHONE or (numbers[0] in _BEFORE_A_PHONE and count - len(numbers[0]) == _PHONE):
            return length
    # «500 12345» is an amount and a number of something.
    return len(digits) if len(digits) > 2 and digits[-1] == _LOCAL else 0  # noqa: PLR2004 - two numbers


def day_length(words: Sequence[str]) -> int:
    """How many words make the day of a month that some begin with, «30 de julio de 2019», «lunes 15», «el 15»; or 0."""
    led = int(bool(words) and (is_weekday(bare(words[0])) or fold(words[0]) == "el"))
    day = _DAY.match(fold(" ".join(map(bare, words[led : led + _MOST_DAY_WORDS]))))
    if day and month_named(day["month"] or ""):
        return led + len(day[0].split())
    # «viernes 1 624.00» may be an amount after a word.
    is_thousands = day is not None and goes_on(day[0], bare(" ".join(words[2:3])), may_be_folio=False)
    return 2 * led if day and not is_thousands else 0


def is_hour(words: Sequence[str]) -> bool:
    """Whether some words begin with an hour: «5 pm», «10 hrs»."""
    return _HOUR.match(fold(_beginning(words))) is not None


def are_things(words: Sequence[str]) -> bool:
    """Whether some words begin with how many there are of something, «2 cheques»."""
    return _THINGS.match(fold(_beginning(words))) is not None


def _beginning(words: Sequence[str]) -> str:
    return " ".join(map(bare, words[:_MOST_COUNTED_WORDS]))


def take_amount(words: list[str], *, has_document: bool) -> tuple[str, bool] | None:
    """Take the amount that some words begin with, and tell whether it can be nothing else; None where there is none.

    Once there is a document any number is one, before it only what cannot be a folio.
    """
    if words[0] in ("$", "-$"):
        words[:2] = ["".join(words[:2])]
    is_sure = is_money(words)
    if not (is_sure or has_document) or counted(words) or phone_length(words) or day_length(words):
        return None
    length, (number, *apart) = amount_first(words, may_be_folio=not has_document)
    amount, is_sure = bare(number), is_sure or bool(apart)
    if not AMOUNT.fullmatch(amount):
        return None
    words[:length] = apart
    while words and goes_on(amount, bare(words[0]), may_be_folio=not has_document):
        amount += f" {words.pop(0).rstrip(PAUSES)}"
    return amount, is_sure


def with_currency(amount: str, words: list[str]) -> str:
    """The amount with the currency that some words begin with, which is taken: «500 efectivo dls», «500 viernes dls».

    One with a number after it is that number's.
    """
    currency, after = (*map(bare, words[:2]), "", "")[:2]
    if not is_currency(currency) or AMOUNT.fullmatch(after):
        return amount
    del words[0]
    return f"{amount} {currency}"


def is_money(words: Sequence[str]) -> bool:
    """Whether some words begin with an amount and no document: by its sign, its decimals, or its currency.

    A currency is that of the number before it if it is always written so: «500 pesos 7», but «7 USD 500». «USD 500» may
    be a series and its folio; «US$ 500» cannot.
    """
    number, currency, after = (*map(bare, words[:3]), "", "", "")[:3]
    length, (amount, *apart) = amount_first([number, currency, after])
    is_whole = AMOUNT.fullmatch(number) and is_currency(currency)
    is_others = (
        _PLAIN_AMOUNT.fullmatch(after) or after == "$" or (AMOUNT.fullmatch(after) and not _AFTER.fullmatch(currency))
    )
    return bool(
        _PLAIN_AMOUNT.fullmatch(amount)
        or (apart and (length == 1 or not number.isalpha()))
        or (is_whole and not is_others)
    )


def is_sum(text: str) -> bool:
    """Whether a text is nothing but sums, or what may be one: «$500», «500 pesos», «la mitad», «💰500», «500 y 300»."""
    return all(map(_is_one_sum, _BETWEEN.split(text)))


def _is_one_sum(text: str) -> bool:
    words, left = text.split(), fold(text.strip(_ENDS))
    is_worded = _ONLY_SHARE.fullmatch(left) or _IN_WORDS.fullmatch(left) or _ONLY_NUMBER.fullmatch(text)
    return bool(is_worded or (words and take_amount(words, has_document=True) and not words))


def _is_worded(text: str) -> bool:
    """Whether a text is a share or an amount in words and nothing else."""
    return bool(_ONLY_SHARE.fullmatch(fold(text)) or _IN_WORDS.fullmatch(fold(text)))


def refuse_sum(comment: str) -> None:
    """Refuse a comment that was not quoted, where no amount was given, if a sum stands in it, or nothing else.

    As a comment it would promise the whole balance. Raises UnreadableAmount and AmountOrComment.
    """
    left = comment.strip(_ENDS)
    if _is_worded(left):
        raise UnreadableAmount(left)
    words = comment.split()
    if length := phone_length(words):
        raise AmountOrComment(" ".join(words[:length]))
    if found := comment if _ONLY_NUMBER.fullmatch(comment) else _sum_in(comment):
        raise AmountOrComment(found)


def _sum_in(text: str) -> str:
    """What may be a sum in a text; or empty."""
    if found := _SUM.search(text):
        return found[0]
    words, at = ["", "", *text.split()], 2
    while at < len(words):
        name, before, number = (word.strip(_ENDS) for word in words[at - 2 : at + 1])
        names = (name, before) if before[:1].isupper() else (before,)
        length = phone_length(words[at:])
        if not length and _BARE_SUM.fullmatch(number) and not any(_HAS_NUMBER.fullmatch(fold(each)) for each in names):
            return number
        at += length or 1
    return ""


def refuse_second(
    amount: str, words: Sequence[str], *, documents: Sequence[str] = ("",), paid_by: Sequence[str] = ()
) -> None:
    """Refuse another sum in some words after an amount, with nothing but how it is paid between; raises SecondAmount.

    «$1,000 $624», «1000 y 624», «$1,000 efectivo y $624 cheque»; `paid_by` has what was read of how it is paid. A
    number that nothing joins to the amount, and no sign, decimals or currency tell from another, is a word; so is that
    of «y 30 de julio», «y 8 días», «más 16 %». Raises SecondDocument for another document than `documents`,
    those that were read, with an amount of its own.
    """
    if named := _another(amount, words, documents, paid_by=paid_by):
        raise SecondDocument(named)
    rest = _without_forms(words)
    joined = _JOINT.sub("", " ".join(rest)).split()
    beside = _without_forms(joined)
    if share_length(beside):
        return
    # «y cheque 881»
    is_next = joined not in (rest, []) and beside == joined
    count = counted(joined) if is_next and _PAYMENTS.match(fold(_beginning(joined))) else ""
    # «500 efectivo 300 cheque», «500 en cheque 300 en efectivo»: of cash there is no number, as there is of a cheque.
    *_, form = ("", *paid_by, *words[: len(words) - len(rest)])
    other_form = _form_first(beside[1:]) if form else []
    is_cash_and_more = bool(other_form) and any(map(_is_cash, (form, *other_form)))
    other, is_sure = (beside and take_amount(beside, has_document=bool(documents))) or (count, False)
    if (is_sure or is_next or is_cash_and_more) and any(map(str.isdigit, other)):
        raise SecondAmount(amount, other)


def refuse_other(amount: str, words: Sequence[str], paid_by: str) -> None:
    """Refuse another sum in the words after the form of payment that was asked for; raises OtherAmount.

    «efectivo 500»: cash has no number, as a cheque has. Raises as `refuse_second` for «cheque y $300».
    """
    number, is_sure = (words and take_amount(list(words), has_document=True)) or ("", False)
    if number and is_same(amount, number):
        return
    if is_sure or (_is_cash(paid_by) and _SMALL.fullmatch(number.replace(",", ""))):
        raise OtherAmount(amount, number)
    refuse_second(amount, words, paid_by=[paid_by])


def refuse_less(amount: str, text: str) -> None:
    """Refuse another sum among the words of how an amount was paid that nobody typed; raises OtherAmount."""
    form, *rest = text.split()
    after = " ".join(rest).strip(_ENDS)
    other = _sum_in(_OTHERS.sub("", text)) or (f"{form} {after}" if _is_worded(after) else "")
    if other and not is_same(amount, other):
        raise OtherAmount(amount, other)


def _another(amount: str, words: Sequence[str], documents: Sequence[str], *, paid_by: Sequence[str] = ()) -> str:
    """What some words after an amount say of another document with its own, «8 $500»; empty where they say nothing.

    Raises SecondAmount where it is one of `documents`, and the amount another.
    """
    rest = _without_forms(words)
    joined = _JOINT.sub("", " ".join(rest)).split()
    forms = [] if joined != rest else [*paid_by, *words[: len(words) - len(rest)]]
    start = int(bool(joined) and fold(bare(joined[0])) in INVOICE)
    name, *after = joined[start:] or [""]
    if not _NAMED.fullmatch(bare(name)) or is_money([name, *after]) or phone_length([name, *after]):
        return ""
    if joined != rest and (start or _WITH_SERIES.fullmatch(bare(name))):
        # «y factura 8», «y D-106»
        return " ".join(map(bare, joined[: start + 1]))
    if not after:
        return ""
    length, (number, *_) = amount_first(after)
    if _folio(name) in map(_folio, documents):
        if is_money(after) and not is_same(amount, number):
            raise SecondAmount(amount, number)
        return ""
    if is_money(after):
        # «cheque 881 $500» says of what sum the cheque is.
        is_other = all(map(_is_cash, forms)) or not is_same(amount, number)
    else:
        # Without a sign only with nothing between, or before another form: «efectivo 881 12» may be of anything.
        are_numbers = _FOLIO.fullmatch(bare(name)) and _SMALL.fullmatch(bare(number))
        is_other = bool(are_numbers and (not forms or _form_first(after[1:])))
    return " ".join(map(bare, joined[: start + 1 + length])) if is_other else ""


def _folio(document: str) -> str:
    return bare(document).lstrip("#").rpartition("-")[2].upper()


def is_same(amount: str, other: str) -> bool:
    """Whether two texts are the same sum, of one currency as far as they tell: «$1,624.00» and «1624 pesos»."""
    (first, currency), (second, named) = ((re.sub(r"[^\d.]", "", t), re.sub(r"[\W\d]", "", t)) for t in (amount, other))
    are_sums = (
        _DECIMAL.fullmatch(first) and _DECIMAL.fullmatch(second) and (currency == named or not (currency and named))
    )
    return bool(are_sums) and Decimal(first) == Decimal(second)


def _form_first(words: Sequence[str]) -> list[str]:
    """What some words begin with that says by what is paid, «en cheque», as its one word."""
    after = [word for word in words[:2] if fold(word) not in BEFORE_A_FORM]
    return after[:1] if after and _FORM.fullmatch(fold(bare(after[0]))) else []


def _is_cash(word: str) -> bool:
    return _CASH.fullmatch(fold(bare(word))) is not None


def _without_forms(words: Sequence[str]) -> list[str]:
    """Some words without those at their beginning that say by what is paid; «con $20 de cambio» says no such thing."""
    rest = list(dropwhile(lambda word: _PAID_BY.fullmatch(fold(bare(word))) is not None, words))
    return list(words) if " ".join(words[: len(words) - len(rest)]).lower() in BEFORE_A_FORM else rest


def refuse_share(amount: str, comment: str) -> None:
    """Refuse an amount that is a share with the comment after it, as «50 %»; raises UnreadableAmount."""
    if _SHARE.match(fold(f"{amount} {comment}")):
        raise UnreadableAmount(f"{amount} {comment}".strip(_ENDS))
