"""What a finding about a REP says, in words; the same on the phone, on the terminal and in the workbook."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from bot.domain.money import Money, minor_digits
from bot.domain.rep import Finding, Rule, Value
from bot.i18n import Language


def sentence(finding: Finding, language: Language) -> str:
    """What stands there and what was expected; plain text."""
    return _SENTENCES[finding.rule](finding, language)


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
        "expected": value(finding.expected, finding.currency, language),
    }


def _form(finding: Finding, t: Language) -> str:
    if finding.expected is None:
        return t.gettext("form of payment %(found)s is for what is not paid yet", **_params(finding, t))
    return t.gettext("form of payment %(found)s; the ledger has %(expected)s", **_params(finding, t))


def _rate(finding: Finding, t: Language) -> str:
    if finding.expected is None:
        return t.gettext("exchange rate %(found)s: no currency is worth that", **_params(finding, t))
    return t.gettext("exchange rate %(found)s; for pesos it is %(expected)s", **_params(finding, t))


_SENTENCES: dict[Rule, Callable[[Finding, Language], str]] = {
    Rule.UNKNOWN_DOCUMENT: lambda f, t: t.gettext("no document is known with UUID %(found)s", **_params(f, t)),
    Rule.CANCELLED_DOCUMENT: lambda _, t: t.gettext("the document is cancelled"),
    Rule.NOT_OWED: lambda _, t: t.gettext("it is a credit, which nobody pays"),
    Rule.PUE: lambda _, t: t.gettext("the invoice is PUE: it takes no REP, which would count its payment twice"),
    Rule.INSTALLMENT_REPEATED: lambda f, t: t.gettext(
        "installment %(found)s is there already; %(expected)s was expected", **_params(f, t)
    ),
    Rule.INSTALLMENT_GAP: lambda f, t: t.gettext(
        "installment %(found)s leaves a gap; %(expected)s was expected", **_params(f, t)
    ),
    Rule.PREVIOUS_BALANCE: lambda f, t: t.gettext("previous balance %(found)s; %(expected)s was left", **_params(f, t)),
    Rule.REMAINING_BALANCE: lambda f, t: t.gettext(
        "remaining balance %(found)s; previous less paid is %(expected)s", **_params(f, t)
    ),
    Rule.MORE_THAN_PAYMENT: lambda f, t: t.gettext(
        "the payment is %(found)s, and its documents take %(expected)s", **_params(f, t)
    ),
    Rule.LESS_THAN_PAYMENT: lambda f, t: t.gettext(
        "the payment is %(found)s, and its documents take only %(expected)s", **_params(f, t)
    ),
    Rule.DOCUMENT_CURRENCY: lambda f, t: t.gettext(
        "currency %(found)s; the document is in %(expected)s", **_params(f, t)
    ),
    Rule.EQUIVALENCE: lambda f, t: t.gettext("equivalence %(found)s; it must be %(expected)s", **_params(f, t)),
    Rule.RATE: _rate,
    Rule.TOTAL: lambda f, t: t.gettext("total %(found)s; the payments add up to %(expected)s", **_params(f, t)),
    Rule.DECIMALS: lambda f, t: t.gettext("%(found)s has too many decimals; it must be %(expected)s", **_params(f, t)),
    Rule.NOT_POSITIVE: lambda f, t: t.gettext("%(found)s must be more than zero", **_params(f, t)),
    Rule.MISSING: lambda _, t: t.gettext("is missing"),
    Rule.FORM: _form,
    Rule.RECEIVER: lambda f, t: t.gettext(
        "made out to %(found)s; the RFC of the customer is %(expected)s", **_params(f, t)
    ),
    Rule.ISSUER: lambda f, t: t.gettext(
        "issued by %(found)s; who issued the document is %(expected)s", **_params(f, t)
    ),
    Rule.NOT_IN_LEDGER: lambda f, t: t.gettext("the ledger has no payment of %(found)s", **_params(f, t)),
    Rule.PAID_AMOUNT: lambda f, t: t.gettext(
        "paid %(found)s; the payment in the ledger is %(expected)s", **_params(f, t)
    ),
    Rule.PAYMENT_DATE: lambda f, t: t.gettext("paid on %(found)s; in the ledger on %(expected)s", **_params(f, t)),
    Rule.PAYMENT_CURRENCY: lambda f, t: t.gettext(
        "currency %(found)s; the payment in the ledger is in %(expected)s", **_params(f, t)
    ),
    Rule.PAYMENT_TOTAL: lambda f, t: t.gettext(
        "the payment is %(found)s; in the ledger it is %(expected)s", **_params(f, t)
    ),
    Rule.PAYMENT_RATE: lambda f, t: t.gettext("exchange rate %(found)s; the ledger has %(expected)s", **_params(f, t)),
    Rule.PAYMENT_PART: lambda f, t: t.gettext(
        "equivalence %(found)s; by the amounts in the ledger it is %(expected)s", **_params(f, t)
    ),
}
