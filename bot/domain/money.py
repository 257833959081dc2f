"""Money: integer minor units with an ISO 4217 currency."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from bot.domain.errors import CurrencyMismatch, OtherCurrency, UnknownCurrency, UnreadableAmount
from bot.domain.text import STOPS
from bot.domain.values import value

MXN = "MXN"

# ISO 4217, as far as something is paid in them: not the metals, the funds, nor XXX, which is none.
_CODES = """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF
    CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD
    HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD
    MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR
    PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP
    TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
_CURRENCIES = frozenset(_CODES.split())

# ISO 4217 exponents that are not 2; c_Moneda of SAT has the same. Babel's are CLDR's, which leaves out cents that
# nobody pays in coins: of COP, HUF and a dozen more.
_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"
_MINOR_DIGITS = {**dict.fromkeys(_NO_DECIMALS.split(), 0), **dict.fromkeys(_THREE_DECIMALS.split(), 3)}
NOT_TWO_DIGITS = tuple(_MINOR_DIGITS)

# How exports of Mexican ERPs name a currency, and people do who write English.
_NAMES = {
    "PESO": MXN, "PESOS": MXN, "PESO MEXICANO": MXN, "PESOS MEXICANOS": MXN, "MONEDA NACIONAL": MXN, "M.N": MXN,
    "MN": MXN, "MXP": MXN, "MXN$": MXN, "MX$": MXN,
    "DOLAR": "USD", "DOLARES": "USD", "DÓLAR": "USD", "DÓLARES": "USD", "DLLS": "USD", "DLS": "USD",
    "DOLAR AMERICANO": "USD", "DÓLAR AMERICANO": "USD", "DOLARES AMERICANOS": "USD",
    "DÓLARES AMERICANOS": "USD",
    "DOLLAR": "USD", "DOLLARS": "USD", "US DOLLAR": "USD", "US DOLLARS": "USD", "US": "USD",
    "US$": "USD", "USD$": "USD", "U$S": "USD", "EURO": "EUR", "EUROS": "EUR", "€": "EUR",
    "YEN": "JPY", "YENES": "JPY", "¥": "JPY", "JP¥": "JPY", "CN¥": "CNY", "LIBRA": "GBP", "LIBRAS": "GBP",
    "LIBRAS ESTERLINAS": "GBP", "POUND": "GBP", "POUNDS": "GBP", "£": "GBP",
}  # fmt: skip

_AMOUNT = re.compile(
    r"(?P<open>\()?\s*(?P<minus>-)?\s*\$?\s*(?P<minus2>-)?(?P<whole>\d{1,3}(?:,\d{3}){1,5}|\d{1,16})(?:\.(?P<fraction>\d+))?\s*(?P<close>\))?"
)
# «USD500», «US$500», «€500»; «500usd», «500€»: an amount and its currency in one word.
_GLUED = re.compile(r"(?P<before>\D+)(?P<amount>\d[\d.,]*)|(?P<number>-?\$?\d[\d.,]*)(?P<after>[^\W\d]+|[€£¥])")
_NUMBER = re.compile(r"-?\$?\d[\d.,]*")
# «1 624.00»: thousands that stand apart.
_THOUSANDS, _REST = re.compile(r"-?\$?\d{1,3}"), re.compile(r"\d{3}(?P<fraction>\.\d+)?")
# «2 mil», «1.5 mil»: thousands in a word.
_FEW, _MULTIPLES = (
    re.compile(r"-?\$?\d{1,3}(?:\.\d)?"),
    frozenset({"mil", "k", "thousand", "millón", "millon", "millones"}),
)
# «1.500» is a thousand and a half, or one and a half.
_GROUP, _GROUPED_BY_POINT = 3, re.compile(r"\D*[1-9]\d{0,2}\.\d{3}\D*")
# Enough for any balance, and inside a 64-bit integer (SQLite, PostgreSQL bigint).
_MAX_MINOR = 10**15


@value
class Money:
    """An amount in minor units (cents) of one currency."""

    minor: int
    currency: str = MXN

    def __add__(self, other: "Money") -> "Money":
        if self.currency != other.currency:
            raise CurrencyMismatch(self.currency, other.currency)
        return Money(self.minor + other.minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return self + -other

    @property
    def decimal(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.minor).scaleb(-minor_digits(self.currency))

    def __str__(self) -> str:
        """Plain digits with the currency's decimals, as JSON and CSV carry them."""
        return str(self.decimal)


def minor_digits(currency: str) -> int:
    """How many decimals the currency has (ISO 4217)."""
    return _MINOR_DIGITS.get(currency, 2)


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum of amounts that are all in `currency`; zero when there are none."""
    minor = 0
    for amount in amounts:
        if amount.currency != currency:
            raise CurrencyMismatch(currency, amount.currency)
        minor += amount.minor
    return Money(minor, currency)


def pesos_first(currency: str) -> tuple[bool, str]:
    """The place of a currency wherever several stand beside each other: after pesos, by its code."""
    return currency != MXN, currency


def currencies_of(amounts: Iterable[Money]) -> tuple[str, ...]:
    """The currencies of amounts, each once, pesos first."""
    return tuple(sorted({amount.currency for amount in amounts}, key=pesos_first))


def totals(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """The sum of the amounts in each of their currencies, pesos first."""
    amounts = tuple(amounts)
    return tuple(total((a for a in amounts if a.currency == c), c) for c in currencies_of(amounts))


def parse_currency(text: str) -> str:
    """The ISO code of a currency written as code or name; raises UnknownCurrency."""
    word = " ".join(text.upper().split()).rstrip(".")
    if code := _NAMES.get(word):
        return code
    if word in _CURRENCIES:
        return word
    raise UnknownCurrency(text)


def is_currency(word: str) -> bool:
    """Whether a word typed beside an amount names a currency; of other codes than ours only in capitals: «500 CAD»."""
    return _is_called(word) or word.rstrip(".") in _CURRENCIES


def _is_called(word: str) -> bool:
    """Whether a word names a currency wherever it stands; not every three letters do."""
    name = word.upper().rstrip(".")
    return name in _NAMES or name in _NAMES.values()


def amount_first(words: Sequence[str], *, may_be_folio: bool = False) -> tuple[int, list[str]]:
    """The amount that some words begin with and its currency apart, whichever comes first, and how many words they are.

    `USD 500`, `US$500`, `500usd`; what begins with none, or has no currency before it or in its word, stays as it is.
    Three digits after it that may be the document's folio are not of it, as in `goes_on`.
    """
    word = words[0].rstrip(STOPS) if words else ""
    for length in (1, 2, 3):
        number, currency = "".join(words[1:length]).rstrip(STOPS), word
        if length == 1 and (match := _GLUED.fullmatch(word)):
            number, currency = match["amount"] or match["number"], match["before"] or match["after"]
        # «CAD500» may be a document, whose series is three letters; what else is called so is none.
        is_currencys = _is_called(currency) if length == 1 else is_currency(currency)
        if is_currencys and _NUMBER.fullmatch(number):
            beside = [each.rstrip(STOPS) for each in words[length : length + 1]]
            rest = [each for each in beside if _is_rest(number, each, may_be_folio=may_be_folio)]
            return length + len(rest), [number, *rest, currency]
    return 1, list(words[:1])


def goes_on(amount: str, word: str, *, may_be_folio: bool) -> bool:
    """Whether a word is of the amount before it: its currency, or the rest of `1 624.00` or `2 mil`, refused whole.

    Three digits that may be the document's folio are not.
    """
    return is_currency(word) or _is_rest(amount, word, may_be_folio=may_be_folio)


def _is_rest(amount: str, word: str, *, may_be_folio: bool) -> bool:
    if _FEW.fullmatch(amount) and word.casefold() in _MULTIPLES:
        return True
    rest = _REST.fullmatch(word)
    return bool(_THOUSANDS.fullmatch(amount) and rest and (rest["fraction"] or not may_be_folio))


def parse_amount_in(text: str, currency: str) -> Money:
    """Read an amount of a currency, which it may name (`500 pesos`); raises UnreadableAmount and OtherCurrency."""
    length, words = amount_first(text.split())
    words += text.split()[length:]
    # «500 pesos M.N.»
    while len(words) > 1 and is_currency(words[-1]):
        word = words.pop()
        named = parse_currency(word)
        # Yuan have the sign of yen.
        if named != currency and (word, currency) != ("¥", "CNY"):
            raise OtherCurrency(named, currency)
    return parse_amount(" ".join(words), currency)


def parse_amount(text: str, currency: str = MXN) -> Money:
    """Read an amount as written in Mexico: `1624`, `$1,624.00`, `(250.50)`; raises UnreadableAmount.

    A comma groups thousands and a point begins the decimals; what would be read differently elsewhere
    (`1.234,50`, `12,5`, `1.500`) and decimals that the currency does not have are refused.
    """
    match = _AMOUNT.fullmatch(text.strip())
    if not match or bool(match["open"]) != bool(match["close"]) or (match["minus"] and match["minus2"]):
        raise UnreadableAmount(text)
    digits = minor_digits(currency)
    fraction = (match["fraction"] or "").rstrip("0")
    if len(fraction) > digits or (digits < _GROUP and _GROUPED_BY_POINT.fullmatch(text)):
        raise UnreadableAmount(text)
    minor = int(match["whole"].replace(",", "") + fraction.ljust(digits, "0"))
    if minor > _MAX_MINOR:
        raise UnreadableAmount(text)
    negative = match["open"] or match["minus"] or match["minus2"]
    return Money(-minor if negative else minor, currency)
