"""The mails that leave, written from their templates."""

import re
from collections.abc import Sequence

from bot.domain.company import Company
from bot.domain.correspondence import Attachment, Mail
from bot.domain.receivables import AttachmentPolicy
from bot.domain.statement import Statement
from bot.i18n import Language
from bot.render import statement_table as table
from bot.render.jinja import environment
from bot.render.plain import one_line
from bot.render.statement_html import view
from bot.render.statement_pdf import statement_pdf
from bot.render.statement_text import statement_text

# Exchange keeps so much of a subject (PidTagSubject, MS-OXCMSG).
_SUBJECT_LIMIT = 255


def statement_mail(
    statement: Statement,
    language: Language,
    company: Company,
    *,
    key: str,
    comment: str = "",
    extra: Sequence[Attachment] = (),
) -> Mail:
    """The statement as a mail to its customer, with its PDF (unless the customer wants no files) and `extra`."""
    customer = statement.customer
    templates = environment(language)
    context = {
        **view(statement, language),
        "statement": statement,
        "company": company,
        "comment": comment,
        "summaries": _summaries(statement, language),
        "closing": _closing(language, company),
        "text": statement_text(statement, language),
    }
    subject = one_line(templates.get_template("mail/statement/subject.txt").render(context))[:_SUBJECT_LIMIT]
    own = () if customer.attachments is AttachmentPolicy.NONE else (_pdf(statement, language, company),)
    return Mail(
        key=key,
        to=customer.email,
        cc=customer.cc,
        subject=subject,
        text=templates.get_template("mail/statement/body.txt").render(context),
        html=templates.get_template("mail/statement/body.html").render(context, subject=subject),
        attachments=(*own, *extra),
    )


def _summaries(statement: Statement, language: Language) -> list[tuple[str, list[tuple[str, str]]]]:
    """Per currency what is overdue and what is owed, the amount to pay last."""
    _ = language.gettext
    summaries = []
    for section in statement.sections:
        figures = [(_("Overdue"), table.overdue(section)), (_("Total balance"), section.balance)]
        if section.credits:
            figures += [(_("Unapplied credits"), section.unapplied), (_("Net balance"), section.net)]
        named = [(label, language.money(amount)) for label, amount in figures]
        summaries.append((language.currency_name(section.currency), named))
    return summaries


def _closing(language: Language, company: Company) -> list[str]:
    """What the CONDUSEF rules of conduct and the payer's desk need to read: who asks, whom to pay, how to object."""
    _, name = language.gettext, one_line(company.name)
    return [
        _("Please pay only in favour of %(company)s, to whom these documents are owed.", company=name),
        table.ask_for_folios(language),
        _("If you have already paid, please send us the proof; your next statement will show it."),
        _("If anything here does not agree with your records, please answer this mail."),
        _("This statement informs; it is not a tax receipt."),
    ]


def _pdf(statement: Statement, language: Language, company: Company) -> Attachment:
    name = language.gettext(
        "Statement %(code)s %(date)s.pdf", code=statement.customer.code, date=statement.as_of.isoformat()
    )
    # What Windows takes in no file name.
    safe = re.sub(r'[<>:"/\\|?*]', "-", one_line(name))
    return Attachment(safe, "application/pdf", statement_pdf(statement, language, company))
