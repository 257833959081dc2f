"""The mails that leave, written from their templates."""

from bot.domain.company import Company
from bot.domain.correspondence import SUBJECT_LIMIT, Mail, Parcel
from bot.domain.receivables import AttachmentPolicy
from bot.domain.statement import Statement
from bot.i18n import Language
from bot.render import statement_table as table
from bot.render.jinja import environment
from bot.render.plain import one_line
from bot.render.statement_html import view
from bot.render.statement_text import statement_text

NOTHING = Parcel()
# Who takes more than PDF gets a remittance file to fill in.
_WITH_REMITTANCE = (AttachmentPolicy.SEPARATE, AttachmentPolicy.ZIP)


def statement_mail(
    statement: Statement,
    language: Language,
    company: Company,
    *,
    key: str,
    comment: str = "",
    parcel: Parcel = NOTHING,
) -> Mail:
    """The statement as a mail to its customer, with these files."""
    customer = statement.customer
    templates = environment(language)
    context = {
        **view(statement, language),
        "statement": statement,
        "company": company,
        "comment": comment,
        "summaries": _summaries(statement, language),
        "left_out": [one_line(name) for name in parcel.left_out],
        "closing": _closing(language, company, remittance=customer.attachments in _WITH_REMITTANCE),
        "text": statement_text(statement, language),
    }
    subject = one_line(templates.get_template("mail/statement/subject.txt").render(context))[:SUBJECT_LIMIT]
    return Mail(
        key=key,
        to=customer.email,
        cc=customer.cc,
        bcc=customer.bcc,
        subject=subject,
        text=templates.get_template("mail/statement/body.txt").render(context),
        html=templates.get_template("mail/statement/body.html").render(context, subject=subject),
        attachments=parcel.files,
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


def _closing(language: Language, company: Company, *, remittance: bool) -> list[str]:
    """What the CONDUSEF rules of conduct and the payer's desk need to read: who asks, whom to pay, how to object."""
    _, name = language.gettext, one_line(company.name)
    asked = [table.ask_for_folios(language)]
    if remittance:
        asked.append(_("For this you can fill in the remittance file attached and send it back with your payment."))
    return [
        _("Please pay only in favour of %(company)s, to whom these documents are owed.", company=name),
        *asked,
        _("If you have already paid, please send us the proof; your next statement will show it."),
        _("If anything here does not agree with your records, please reply to this email."),
        _("This statement is for information only; it is not a tax receipt."),
    ]
