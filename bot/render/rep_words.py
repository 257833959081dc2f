"""What a finding about a REP says, in words; the same on the phone, on the terminal and in the workbook."""

from datetime import date
from decimal import Decimal

from bot.domain.money import Money, minor_digits
from bot.domain.rep import Finding, Rule, Value
from bot.i18n import N_, Language


def sentence(finding: Finding, language: Language) -> str:
    """What stands there and what was expected; plain text."""
    by_itself = _BY_ITSELF.get(finding.rule) if finding.expected is None else None
    return language.gettext(by_itself or _SENTENCES[finding.rule], **_params(finding, language))


def value(found: Value, currency: str, language: Language) -> str:
    """An amount as people write it, where its currency has that many decimals; anything else as it stands."""
    if isinstance(found, Decimal) and currency:
        minor = found.scaleb(minor_digits(currency))
        if minor == minor.to_integral_value():
            return language.money(Money(int(minor), currency))
    if isinstance(found, Decimal):
        return f"{found:f} {currency}".rstrip()
    if isinstance(found, date):
        return language.date(found)
    return "–" if found in {None, ""} else str(found)


def _params(finding: Finding, language: Language) -> dict[str, str]:
    return {
        "found": value(finding.found, finding.currency, language),
        "expected": value(finding.expected, finding.expected_currency, language),
    }


# Where nothing was expected in its place.
_BY_ITSELF = {
    Rule.FORM: N_("form of payment %(found)s; it must be one of SAT's, such as 03, and not 99"),
    Rule.RATE: N_("exchange rate %(found)s: no currency is worth that"),
}
_SENTENCES = {
    Rule.UNKNOWN_DOCUMENT: N_("no document is known with UUID %(found)s"),
    Rule.CANCELLED_DOCUMENT: N_("the document is cancelled"),
    Rule.NOT_OWED: N_("it is a credit, which nobody pays"),
    Rule.PUE: N_("the invoice is PUE: it takes no REP, which would count its payment twice"),
    Rule.METHOD: N_("it says %(found)s; the document is %(expected)s"),
    Rule.INSTALLMENT_REPEATED: N_("installment %(found)s is there already; %(expected)s was expected"),
    Rule.INSTALLMENT_GAP: N_("installment %(found)s leaves a gap; %(expected)s was expected"),
    Rule.PREVIOUS_BALANCE: N_("previous balance %(found)s; %(expected)s was left"),
    Rule.REMAINING_BALANCE: N_("remaining balance %(found)s; previous less paid is %(expected)s"),
    Rule.MORE_THAN_PAYMENT: N_("the payment is %(found)s, and its documents take %(expected)s"),
    Rule.LESS_THAN_PAYMENT: N_("the payment is %(found)s, and its documents take only %(expected)s"),
    Rule.DOCUMENT_CURRENCY: N_("currency %(found)s; the document is in %(expected)s"),
    Rule.DOCUMENT_NAME: N_("it says %(found)s; the document has %(expected)s"),
    Rule.EQUIVALENCE: N_("equivalence %(found)s; it must be %(expected)s"),
    Rule.RATE: N_("exchange rate %(found)s; for pesos it is %(expected)s"),
    Rule.TOTAL: N_("total %(found)s; the payments add up to %(expected)s"),
    Rule.DECIMALS: N_("%(found)s has too many decimals; it must be %(expected)s"),
    Rule.NOT_POSITIVE: N_("%(found)s must be more than zero"),
    Rule.MISSING: N_("is missing"),
    Rule.FORM: N_("form of payment %(found)s; the ledger has %(expected)s"),
    Rule.CURRENCY: N_("currency %(found)s is none; it must be one such as MXN or USD"),
    Rule.RECEIVER: N_("made out to %(found)s; the RFC of the customer is %(expected)s"),
    Rule.ISSUER: N_("issued by %(found)s; who issued the document is %(expected)s"),
    Rule.NOT_IN_LEDGER: N_("the ledger has no payment of %(found)s"),
    Rule.PAID_AMOUNT: N_("paid %(found)s; the payment in the ledger is %(expected)s"),
    Rule.PAYMENT_DATE: N_("paid on %(found)s; in the ledger on %(expected)s"),
    Rule.PAYMENT_CURRENCY: N_("currency %(found)s; the payment in the ledger is in %(expected)s"),
    Rule.PAYMENT_TOTAL: N_("the payment is %(found)s; in the ledger it is %(expected)s"),
    Rule.PAYMENT_RATE: N_("exchange rate %(found)s; the ledger has %(expected)s"),
    Rule.PAYMENT_PART: N_("equivalence %(found)s; by the ledger it is %(expected)s"),
}
