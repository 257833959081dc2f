"""What SAT asks of one REP by itself, and of each of its lines beside the document that it pays."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext

from bot.domain import rfc
from bot.domain.money import MXN, Money, minor_digits
from bot.domain.receivables import EQUIVALENCE_DECIMALS, PaymentMethod, Received
from bot.domain.rep import PAGOS_2, BookDocument, Finding, Line, PaidDocument, Rep, RepPayment, Rule

ONE = Decimal(1)
# c_FormaPago (CFDI 4.0, catalogues), but 99, «por definir», which is for invoices that are not paid yet.
FORMS = frozenset(
    "01 02 03 04 05 06 08 12 13 14 15 17 23 24 25 26 27 28 29 30 31".split()  # noqa: SIM905 - easier to hold against SAT's
)
# c_Moneda: of a CFDI that moves no money.
NO_CURRENCY = "XXX"
_CURRENCY = re.compile("[A-Z]{3}")
# What the standard's margins take off where half a last decimal would round up.
MARGIN_EDGE = Decimal("0.0000000001")
_LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
# Enough for 18 digits divided by an equivalence of ten decimals.
_PRECISION = 60


def check_rep(rep: Rep) -> Iterator[Finding]:
    """What is wrong within a REP, whatever the books say."""
    yield from total_of_payments(rep)
    for payment in rep.payments:
        for rule in _OF_PAYMENT:
            yield from rule(rep, payment)
        for paid in payment.documents:
            for check in _OF_LINE:
                yield from check(Line(rep, payment, paid))


def total_of_payments(rep: Rep) -> Iterator[Finding]:
    """MontoTotalPagos is the sum of each Monto by its TipoCambioP, in pesos (CRP20211); Pagos 1.0 has none."""
    if rep.version != PAGOS_2:
        return
    if rep.total is None:
        yield Finding(Rule.MISSING, rep, "MontoTotalPagos", None)
        return
    in_pesos = sum((payment.amount * (payment.rate or ONE) for payment in rep.payments), Decimal(0))
    # Whether each payment is rounded or only their sum is not said: both are in use, and a cent apart worth a look.
    each = sum((_rounded(payment.amount * (payment.rate or ONE), MXN) for payment in rep.payments), Decimal(0))
    expected = _rounded(in_pesos, MXN)
    if rep.total != expected:
        yield Finding(Rule.TOTAL, rep, "MontoTotalPagos", rep.total, expected, MXN, is_notice=rep.total == each)


def payment_amount(rep: Rep, payment: RepPayment) -> Iterator[Finding]:
    """Monto is above zero (CRP20218, CRP207) and has no more decimals than its currency (CRP20219, CRP208)."""
    yield from _amount(rep, "Monto", payment.amount, payment.currency)


def payment_documents(rep: Rep, payment: RepPayment) -> Iterator[Finding]:
    """A payment pays some document (Pagos20.xsd); the schema of 1.0 lets it pay none, as no ledger does."""
    if not payment.documents:
        yield Finding(Rule.MISSING, rep, "DoctoRelacionado", None, is_notice=rep.version != PAGOS_2)


def payment_form(rep: Rep, payment: RepPayment) -> Iterator[Finding]:
    """FormaDePagoP is there and of c_FormaPago (the schemas of both), never 99 «por definir» (CRP20212, CRP201)."""
    if not payment.form:
        yield Finding(Rule.MISSING, rep, "FormaDePagoP", None)
    elif payment.form not in FORMS:
        yield Finding(Rule.FORM, rep, "FormaDePagoP", payment.form)


def payment_currency(rep: Rep, payment: RepPayment) -> Iterator[Finding]:
    """MonedaP is there (the schemas of both) and a currency, not XXX (CRP20213, CRP202)."""
    if not payment.currency:
        yield Finding(Rule.MISSING, rep, "MonedaP", None)
    elif not has_currency(payment):
        yield Finding(Rule.CURRENCY, rep, "MonedaP", payment.currency)


def has_currency(payment: RepPayment) -> bool:
    """Whether it is said in what was paid; else no rate and no equivalence says anything."""
    return payment.currency != NO_CURRENCY and _CURRENCY.fullmatch(payment.currency) is not None


def payment_rate(rep: Rep, payment: RepPayment) -> Iterator[Finding]:
    """TipoCambioP is 1 for pesos (CRP20215; Pagos 1.0 leaves it out, CRP204), else there (CRP20214, CRP203)."""
    if not has_currency(payment):
        return
    if payment.currency != MXN:
        if payment.rate is None:
            yield Finding(Rule.MISSING, rep, "TipoCambioP", None)
        # A currency worth a peso to the last decimal has forgotten its rate; stamping asks to confirm it (CRP20216).
        elif payment.rate <= 0 or payment.rate == ONE:
            yield Finding(Rule.RATE, rep, "TipoCambioP", payment.rate, is_notice=payment.rate == ONE)
    elif payment.rate != ONE and (payment.rate is not None or rep.version == PAGOS_2):
        yield Finding(Rule.RATE, rep, "TipoCambioP", payment.rate, ONE)


def sum_of_documents(rep: Rep, payment: RepPayment) -> Iterator[Finding]:
    """What a payment pays of its documents is at most Monto (CRP20217, CRP206).

    With several currencies Monto lies within the margins of rounding (CRP20276): between the sums of the lower and of
    the upper limits of each ImpPagado in the payment's currency. What is left of a payment is allowed, and told.
    """
    is_mixed = any(paid.currency != payment.currency for paid in payment.documents)
    bounds = [limits(Line(rep, payment, paid)) if is_mixed else _exact(paid) for paid in payment.documents]
    known = [each for each in bounds if each]
    if not known or len(known) < len(bounds):
        return
    low, high = (sum(each, Decimal(0)) for each in zip(*known, strict=True))
    if is_mixed:
        low, high = _rounded(low, payment.currency, ROUND_FLOOR), _rounded(high, payment.currency, ROUND_CEILING)
    if payment.amount < low:
        yield Finding(Rule.MORE_THAN_PAYMENT, rep, "Monto", payment.amount, low, payment.currency)
    elif payment.amount > high:
        yield Finding(Rule.LESS_THAN_PAYMENT, rep, "Monto", payment.amount, high, payment.currency, is_notice=True)


def limits(line: Line) -> tuple[Decimal, Decimal] | None:
    """The least and the most that a line's ImpPagado is in the payment's currency (Pagos 2.0, CRP20275 and CRP20277).

    The written decimals may each be off by half of their last: ImpPagado above, EquivalenciaDR below the line. None
    when something for it is not there.
    """
    paid = line.paid.paid
    equivalence = effective_equivalence(line)
    if not paid or not equivalence:
        return None
    # The margins take as many as there can be when the currencies are the same.
    decimals = EQUIVALENCE_DECIMALS if line.paid.currency == line.payment.currency else _decimals(equivalence)
    # A whole number is meant exactly.
    half_paid, half_rate = ONE.scaleb(-_decimals(paid)) / 2, ONE.scaleb(-decimals) / 2 if decimals else Decimal(0)
    with localcontext() as context:
        context.prec = _PRECISION
        low = (paid - half_paid) / (equivalence + half_rate - MARGIN_EDGE)
        smallest = equivalence - half_rate
        high = (paid + half_paid - MARGIN_EDGE) / (smallest if smallest > 0 else equivalence)
        return low, high


def _exact(paid: PaidDocument) -> tuple[Decimal, Decimal] | None:
    """Where every document has the payment's currency there are no margins."""
    return (paid.paid, paid.paid) if paid.paid else None


def effective_equivalence(line: Line) -> Decimal | None:
    """How many units of the document's currency one unit of the payment's is."""
    if line.paid.currency == line.payment.currency:
        return ONE
    # Pagos 1.0 asks for 1 where the document is in pesos (CRP220): the rate is that of the payment then.
    if line.rep.version != PAGOS_2 and line.paid.currency == MXN and line.paid.equivalence == ONE:
        return line.payment.rate
    return line.paid.equivalence


def equivalence(line: Line) -> Iterator[Finding]:
    """EquivalenciaDR is 1 in the payment's currency (CRP20238), else there (CRP20237), above zero, with ten decimals.

    A document in pesos that is paid in another currency is worth TipoCambioP: that is its equivalence, in both
    versions (Pagos 1.0 also takes 1, CRP220). Pagos 1.0 leaves it out in the payment's currency (CRP218).
    """
    paid, payment = line.paid, line.payment
    field = _equivalence_field(line)
    value = paid.equivalence

    def found(rule: Rule, expected: Decimal | None) -> Finding:
        return Finding(rule, line.rep, field, value, expected, paid=paid)

    if not has_currency(payment):
        return
    if paid.currency == payment.currency:
        if value != ONE and (value is not None or line.rep.version == PAGOS_2):
            yield found(Rule.EQUIVALENCE, ONE)
    elif value is None:
        yield found(Rule.MISSING, None)
    elif value <= 0:
        yield found(Rule.NOT_POSITIVE, None)
    elif _decimals(value) > EQUIVALENCE_DECIMALS:
        yield found(Rule.DECIMALS, _rounded_to(value, EQUIVALENCE_DECIMALS))
    elif paid.currency == MXN and payment.rate and effective_equivalence(line) != payment.rate:
        yield found(Rule.EQUIVALENCE, payment.rate)


def _equivalence_field(line: Line) -> str:
    return "EquivalenciaDR" if line.rep.version == PAGOS_2 else "TipoCambioDR"


def line_amounts(line: Line) -> Iterator[Finding]:
    """ImpSaldoAnt and ImpPagado are above zero (CRP20239, CRP20241; CRP221, CRP223).

    None of the three amounts has more decimals than the document's currency (CRP20240, CRP20242, CRP20243). All are
    there, and NumParcialidad too: always in Pagos 2.0, for PPD in 1.0 (CRP233 to CRP235).
    """
    paid = line.paid
    needs_all = line.rep.version == PAGOS_2 or paid.method == PaymentMethod.PPD
    for name, value in (("NumParcialidad", paid.installment), ("ImpPagado", paid.paid)):
        if value is None and (needs_all or name == "ImpPagado"):
            yield Finding(Rule.MISSING, line.rep, name, None, paid=paid)
    for name, amount in (("ImpSaldoAnt", paid.before), ("ImpPagado", paid.paid), ("ImpSaldoInsoluto", paid.after)):
        if amount is not None:
            yield from _amount(line.rep, name, amount, paid.currency, paid)
        elif needs_all and name != "ImpPagado":
            yield Finding(Rule.MISSING, line.rep, name, None, paid=paid)


def remaining_balance(line: Line) -> Iterator[Finding]:
    """ImpSaldoInsoluto is ImpSaldoAnt less ImpPagado, and not below zero (CRP20244, CRP226)."""
    before, paid, after = line.paid.before, line.paid.paid, line.paid.after
    if before is None or paid is None or after is None:
        return
    if after != before - paid or after < 0:
        expected = max(before - paid, Decimal(0))
        yield Finding(
            Rule.REMAINING_BALANCE, line.rep, "ImpSaldoInsoluto", after, expected, line.paid.currency, line.paid
        )


def check_line(line: Line, document: BookDocument, issuer: str = "") -> Iterator[Finding]:
    """What is wrong with a line beside the document that it pays; `issuer` is the RFC of the house."""
    for field, rule, found, expected in _against(line, document, issuer):
        yield Finding(rule, line.rep, field, found, expected, paid=line.paid, document=document)
    yield from document_name(line, document)


def document_name(line: Line, document: BookDocument) -> Iterator[Finding]:
    """Serie and Folio are the document's (guide, DoctoRelacionado); IdDocumento decides, so it is a notice.

    Either may be left out, and the series may be written with the folio.
    """
    paid = line.paid
    whole, folio = _name(paid.series + paid.folio), _name(paid.folio)
    if whole in {"", _name(document.series + document.folio)}:
        return
    if folio and folio != _name(document.folio):
        name, found, expected = "Folio", paid.folio, document.folio
    elif paid.series and document.series and _name(paid.series) != _name(document.series):
        name, found, expected = "Serie", paid.series, document.series
    else:
        return
    yield Finding(Rule.DOCUMENT_NAME, line.rep, name, found, expected, paid=paid, document=document, is_notice=True)


def _name(written: str) -> str:
    """Series or folio without what does not tell them apart: ERPs keep 0042 as 42."""
    return _LEADING_ZEROS.sub("", "".join(filter(str.isalnum, written)).upper())


def _against(line: Line, document: BookDocument, issuer: str) -> Iterator[tuple[str, Rule, str, str]]:
    """Attribute, rule, what stands there and what was expected.

    A cancelled document is paid by no REP, nor is what nobody owes (Anexo 20, IdDocumento: the CFDI that is paid). PUE
    is paid when it is issued, and a REP would count it twice (RMF 2.7.1.32: REP are for PPD). MonedaDR is the
    document's own (guide, MonedaDR). Receiver and issuer are the document's (guide, Receptor and Emisor of a REP).
    """
    paid, rep = line.paid, line.rep
    if document.cancelled:
        yield "IdDocumento", Rule.CANCELLED_DOCUMENT, paid.uuid, ""
    if not document.is_charge:
        yield "IdDocumento", Rule.NOT_OWED, paid.uuid, ""
    # In Pagos 1.0 the line says too which method the document has (MetodoDePagoDR).
    if (document.method or paid.method) == PaymentMethod.PUE:
        yield "IdDocumento", Rule.PUE, paid.uuid, ""
    elif document.method and paid.method and paid.method != document.method:
        yield "MetodoDePagoDR", Rule.METHOD, paid.method, document.method
    if paid.currency != document.total.currency:
        yield "MonedaDR", Rule.DOCUMENT_CURRENCY, paid.currency, document.total.currency
    receiver, its_issuer = rfc.compact(document.receiver), rfc.compact(document.issuer or issuer)
    # Where the ledger has the RFC of the public at large, the customer's own is not known.
    if receiver and receiver not in {rfc.PUBLIC, rep.receiver}:
        yield "Receptor.Rfc", Rule.RECEIVER, rep.receiver, receiver
    if its_issuer and rep.issuer != its_issuer:
        yield "Emisor.Rfc", Rule.ISSUER, rep.issuer, its_issuer


def check_payment(line: Line, received: Received) -> Iterator[Finding]:
    """MonedaP, Monto and TipoCambioP of a line's payment are as it was received (guide, node Pago).

    Another currency is wrong. The others SAT allows: a REP leaves out what the payment pays of PUE, and rates have
    fewer decimals in some ERPs.
    """
    rep, payment, currency = line.rep, line.payment, received.total.currency
    if not has_currency(payment):
        return
    if payment.currency != currency:
        yield Finding(Rule.PAYMENT_CURRENCY, rep, "MonedaP", payment.currency, currency)
        return
    total = received.total.decimal
    if payment.amount != total:
        yield Finding(Rule.PAYMENT_TOTAL, rep, "Monto", payment.amount, total, currency, is_notice=True)
    if currency != MXN and payment.rate and payment.rate != received.rate:
        yield Finding(Rule.PAYMENT_RATE, rep, "TipoCambioP", payment.rate, received.rate, is_notice=True)


def check_part(line: Line, received: Received) -> Iterator[Finding]:
    """EquivalenciaDR is the ledger's, or else gives what the document got of the payment (guide, node Pago).

    Where SAT's rules are kept it is a notice.
    """
    paid, currency = line.paid, received.part.currency
    if currency != line.payment.currency or paid.currency == currency:
        return
    # Where TipoCambioDR is 1 for the payment's rate, that is held against the ledger's.
    if not paid.equivalence or paid.equivalence <= 0 or paid.equivalence != effective_equivalence(line):
        return
    expected = received.equivalence or _equivalence_by_amounts(line, received.part)
    if expected and paid.equivalence != expected:
        field = _equivalence_field(line)
        yield Finding(Rule.PAYMENT_PART, line.rep, field, paid.equivalence, expected, paid=paid, is_notice=True)


def _equivalence_by_amounts(line: Line, part: Money) -> Decimal | None:
    """What the ledger's amounts give where the written one does not give them, within the margins and a cent.

    Both ledger and REP have rounded the part.
    """
    paid, within = line.paid.paid, limits(line)
    unit = Money(1, part.currency).decimal
    if not paid or not within or part.minor <= 0 or within[0] - unit <= part.decimal <= within[1] + unit:
        return None
    return _rounded_to(paid / part.decimal, EQUIVALENCE_DECIMALS)


def same_month(one: date, other: date) -> bool:
    """Whether two days have the same deadline."""
    return (one.year, one.month) == (other.year, other.month)


_OF_PAYMENT: tuple[Callable[[Rep, RepPayment], Iterator[Finding]], ...] = (
    payment_amount,
    payment_documents,
    payment_form,
    payment_currency,
    payment_rate,
    sum_of_documents,
)
_OF_LINE: tuple[Callable[[Line], Iterator[Finding]], ...] = (equivalence, line_amounts, remaining_balance)


def _amount(
    rep: Rep, field: str, amount: Decimal, currency: str, paid: PaidDocument | None = None
) -> Iterator[Finding]:
    # What remains may be zero, and below zero it is not what remains.
    if amount <= 0 and field != "ImpSaldoInsoluto":
        yield Finding(Rule.NOT_POSITIVE, rep, field, amount, currency=currency, paid=paid)
    # Six decimals that end in zeros say nothing more than two do.
    elif amount != _rounded(amount, currency):
        yield Finding(Rule.DECIMALS, rep, field, amount, _rounded(amount, currency), currency, paid)


def _decimals(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _rounded(amount: Decimal, currency: str, rounding: str = ROUND_HALF_UP) -> Decimal:
    return _rounded_to(amount, minor_digits(currency), rounding)


def _rounded_to(amount: Decimal, digits: int, rounding: str = ROUND_HALF_UP) -> Decimal:
    with localcontext() as context:
        context.prec = _PRECISION
        return amount.quantize(ONE.scaleb(-digits), rounding)
