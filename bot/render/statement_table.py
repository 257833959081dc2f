"""A statement's table in words: the ten columns that every rendering prints, in the order of the seed's report."""

from bot.domain.money import Money, total
from bot.domain.receivables import Document
from bot.domain.statement import Section, Statement, StatementRow
from bot.i18n import Language
from bot.render.plain import one_line

# Columns that are set flush right.
RIGHT = frozenset({2, 6, 7, 8, 9})


def headings(language: Language) -> tuple[str, ...]:
    """What stands over the ten columns."""
    _ = language.gettext
    return (
        _("DOCUMENT DATE"), _("DUE DATE"), _("CREDIT LIMIT"), _("CONCEPT"), _("SERIES"),
        _("FOLIO"), _("DAYS OVERDUE"), _("ORIGINAL AMOUNT"), _("PAYMENTS"), _("TOTAL BALANCE"),
    )  # fmt: skip


def cells(row: StatementRow, language: Language) -> tuple[str, ...]:
    """A row as printed; what has no meaning for a credit (due date, limit, days) is blank."""
    document = row.document
    charge = document.kind.is_charge
    return (
        language.date(document.issued),
        language.date(document.due) if charge else "",
        language.money(row.credit_limit) if charge else "",
        concept(document),
        one_line(document.series),
        one_line(document.folio),
        str(row.days_overdue) if charge else "",
        language.money(row.original),
        language.money(row.paid),
        language.money(row.balance),
    )


def concept(document: Document) -> str:
    """Code and name as the seed's report has them: `42017 / Factura CFDI 2017`."""
    return " / ".join(filter(None, (one_line(document.concept_code), one_line(document.concept))))


def notes(row: StatementRow, language: Language) -> tuple[str, ...]:
    """What stands small under the concept: the UUID that a payer needs for the REP, the promise in force."""
    under = [one_line(row.document.uuid)] if row.document.uuid else []
    if row.promise:
        on, amount = language.date(row.promise.on), language.money(row.promise.amount)
        under.append(language.gettext("Promise to pay: %(date)s, %(amount)s", date=on, amount=amount))
    return tuple(under)


def totals(section: Section, language: Language) -> tuple[str, ...]:
    """The row below the charges: `PESOS … TOTALES …`."""
    amounts = (section.original, section.paid, section.balance)
    return (
        language.currency_name(section.currency), "", "", "", "", "", language.gettext("TOTALS"),
        *map(language.money, amounts),
    )  # fmt: skip


def after_credits(section: Section, language: Language) -> tuple[tuple[str, str], ...]:
    """The lines below the credits: their sum and what is left to pay."""
    return (
        (language.gettext("Unapplied credits"), language.money(section.unapplied)),
        (language.gettext("Net balance"), language.money(section.net)),
    )


def aging(section: Section, language: Language) -> tuple[tuple[str, str], ...]:
    """Each aging bucket's label and amount, then what they add up to."""
    _ = language.gettext
    labels = {
        "current": _("Not yet due"),
        "1-30": _("1 to 30 days"),
        "31-60": _("31 to 60 days"),
        "61-90": _("61 to 90 days"),
        "over_90": _("Over 90 days"),
    }
    buckets = tuple((labels[key], language.money(amount)) for key, amount in section.aging.items())
    return (*buckets, (_("Total balance"), language.money(section.balance)))


def overdue(section: Section) -> Money:
    """What is past due."""
    return total((amount for key, amount in section.aging.items() if key != "current"), section.currency)


def heading(statement: Statement, language: Language) -> tuple[tuple[str, str], ...]:
    """Whose statement it is and of which day, as label and value; what is not known is left out."""
    _, customer = language.gettext, statement.customer
    lines = (
        (_("Customer"), f"{one_line(customer.code)} · {one_line(customer.name)}"),
        (_("RFC"), one_line(customer.rfc)),
        (_("As of"), language.date(statement.as_of)),
        (_("Payments loaded until"), language.date(statement.loaded_until) if statement.loaded_until else ""),
    )
    return tuple((label, value) for label, value in lines if value)


def ask_for_folios(language: Language) -> str:
    """Asks the payer to say what is paid: what keeps a REP from naming the wrong invoices."""
    return language.gettext(
        "When you pay, please name the folios or UUIDs you pay, so that the payment complement (REP) is right."
    )
