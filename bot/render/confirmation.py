"""The mail that confirms to a customer what was promised, written from its templates."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.company import Company
from bot.domain.confirmations import Agreed, Confirmation, by_currency
from bot.domain.correspondence import SUBJECT_LIMIT, Attachment, Mail
from bot.domain.money import total
from bot.domain.receivables import Document
from bot.i18n import Language
from bot.render import statement_table as table
from bot.render.jinja import environment
from bot.render.plain import one_line


@dataclass(frozen=True, slots=True)
class _Row:
    """A payment agreed; `about` tells more of the document, once where it has several."""

    label: str
    about: tuple[str, ...]
    date: str
    amount: str


@dataclass(frozen=True, slots=True)
class _Section:
    """The payments of one currency."""

    name: str
    rows: tuple[_Row, ...]
    total: str


def confirmation_mail(
    shown: Confirmation, language: Language, company: Company, *, calendar: Attachment | None = None
) -> Mail:
    """What was agreed with a customer as a mail to them; with it the days for their calendar, if they take files.

    What the collector wrote beside a promise is for the office, and stays there.
    """
    customer = shown.customer
    templates = environment(language)
    context = {
        "lang": language.code.replace("_", "-"),
        "customer": customer,
        "company": company,
        "sections": [_section(agreed, language) for agreed in by_currency(shown.agreed).values()],
        "first": min(each.promise.on for each in shown.agreed),
        "last": max(each.promise.on for each in shown.agreed),
        "closing": _closing(language, company, calendar=calendar is not None),
    }
    subject = one_line(templates.get_template("mail/promise/subject.txt").render(context))[:SUBJECT_LIMIT]
    return Mail(
        key=shown.key,
        to=customer.email,
        cc=customer.cc,
        bcc=customer.bcc,
        subject=subject,
        text=templates.get_template("mail/promise/body.txt").render(context),
        html=templates.get_template("mail/promise/body.html").render(context, subject=subject),
        attachments=(calendar,) if calendar else (),
    )


def _section(agreed: Sequence[Agreed], language: Language) -> _Section:
    rows: list[_Row] = []
    told: set[int] = set()
    for each in agreed:
        document = each.document
        about = () if document.id in told else _about(document)
        told.add(document.id)
        on, left = language.date(each.promise.on), language.money(each.left)
        rows.append(_Row(one_line(document.label), about, on, left))
    currency = agreed[0].left.currency
    amount = total((each.left for each in agreed), currency)
    return _Section(language.currency_name(currency), tuple(rows), language.money(amount))


def _about(document: Document) -> tuple[str, ...]:
    uuid = f"UUID {one_line(document.uuid)}" if document.uuid else ""
    return tuple(filter(None, (table.concept(document), uuid)))


def _closing(language: Language, company: Company, *, calendar: bool) -> list[str]:
    """What the payer's desk needs to read: whom to pay, what to tell us, how to object."""
    _, name = language.gettext, one_line(company.name)
    return [
        _("Please pay only in favour of %(company)s, to whom these documents are owed.", company=name),
        table.ask_for_folios(language),
        *([_("The .ics file attached puts it into your calendar.")] if calendar else []),
        _("If you have already paid, please send us the proof; your next statement will show it."),
        _("If this is not what was agreed, please reply to this email."),
    ]
