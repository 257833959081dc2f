"""Refusals as sentences: what was wrong, with the value, and the right form."""

from markupsafe import escape

from bot.domain import erp, errors, receipts
from bot.domain.errors import Refusal
from bot.domain.handovers import NobodyToHandTo
from bot.domain.people import Role
from bot.domain.reminders import HourIsQuiet, UnreadableReminder
from bot.i18n import Language
from bot.presenters import choices, day_total, receipt, refusals_of_people, refusals_of_promises, reminder
from bot.presenters.reply import Reply
from bot.presenters.saying_no import FORMS, Writers, say_no
from bot.presenters.sync import unreadable

# What the extra `contpaqi` brings.
_OUR_ERP_DRIVER = "pymssql"


def refusal(refused: Refusal, language: Language, command: str = "") -> Reply:
    """The sentence of a refusal, with buttons where the person has to choose; `command` is the one that was typed."""
    if isinstance(refused, errors.CustomerAmbiguous):
        return choices.of_customers(refused, language, command)
    for kind, write in _WRITERS.items():
        if isinstance(refused, kind):
            return write(refused, language)
    if isinstance(refused, errors.CustomerNotFound):
        return _customer_not_found(refused, language, command)
    if isinstance(refused, errors.DocumentNotFound):
        return _document_not_found(refused, language, command)
    raise LookupError(f"no sentence for {type(refused).__name__}")


def _unreadable_date(refused: errors.UnreadableDate, language: Language) -> Reply:
    return say_no(
        language,
        "«%(text)s» is not a date. Write it as <code>23/07/2019</code>, <code>2019-07-23</code>, <code>23 jul</code> "
        "or <code>friday</code>.",
        text=refused.text,
    )


def _unreadable_month(refused: errors.UnreadableMonth, language: Language) -> Reply:
    return say_no(
        language,
        "«%(text)s» is not a month. Write it as <code>2019-07</code>, <code>07/2019</code>, <code>july</code> or "
        "<code>july 2019</code>.",
        text=refused.text,
    )


def _unreadable_amount(refused: errors.UnreadableAmount, language: Language) -> Reply:
    return say_no(language, "«%(text)s» is not an amount. Write it as <code>1624.00</code>.", text=refused.text)


def _malformed(refused: errors.MalformedCommand, language: Language) -> Reply:
    if refused.text:
        return say_no(language, "«%(text)s» cannot be read.", form=refused.command, text=refused.text)
    return say_no(language, "Something is missing after the command.", form=refused.command)


def _stands_alone(refused: errors.StandsAlone, language: Language) -> Reply:
    if refused.command == "hoy":
        return say_no(
            language,
            "«%(text)s» was not read: /hoy shows today only. See another day in /calendario, and a customer with "
            "<code>/agenda CL002</code>.",
            text=refused.text,
        )
    return say_no(
        language, "«%(text)s» was not read: /%(command)s stands alone.", text=refused.text, command=refused.command
    )


def _customer_not_found(refused: errors.CustomerNotFound, language: Language, command: str) -> Reply:
    return say_no(
        language,
        "No customer in your portfolio matches «%(text)s». Write the code, name, RFC or folio.",
        form=command if command in FORMS else "estado",
        text=refused.text,
    )


def _customer_gone(_refused: errors.CustomerGone, language: Language) -> Reply:
    return say_no(language, "That customer is not in your portfolio, or no longer is.")


def _document_gone(_refused: errors.DocumentGone, language: Language) -> Reply:
    return say_no(language, "That document is not in your portfolio, or no longer is.")


def _document_not_found(refused: errors.DocumentNotFound, language: Language, command: str) -> Reply:
    return say_no(
        language,
        "No document in your portfolio is called «%(text)s». Write its folio, with the series if there is one.",
        form=command if command in FORMS else "promesa",
        text=refused.text,
    )


def _not_allowed(refused: errors.NotAllowed, language: Language) -> Reply:
    if refused.least == Role.SUPERVISOR:
        return say_no(language, "Your role does not include this: it takes a supervisor or an administrator.")
    if refused.least == Role.ADMINISTRATOR:
        return say_no(language, "Your role does not include this: it takes an administrator.")
    return say_no(language, "Your role does not include this.")


def _extra_files_too_large(refused: errors.ExtraFilesTooLarge, language: Language) -> Reply:
    return say_no(
        language,
        "With «%(name)s» the files you add would be more than %(megabytes)s MB, and mail servers would refuse it. "
        "Send it without.",
        name=refused.name,
        megabytes=refused.limit // 2**20,
    )


def _nothing_pending(_refused: errors.NothingPending, language: Language) -> Reply:
    # Also after a second tap on one button: whoever begins again there reports the same payment twice.
    return say_no(
        language,
        "That question is no longer open: what came of it stands above. If nothing does, begin again, for example with "
        "/agenda.",
    )


def _nobody_missing(refused: errors.NobodyMissing, language: Language) -> Reply:
    return say_no(
        language,
        "Whoever was missing of the sending of %(date)s has been sent a statement by now, or is about to be.",
        date=language.date(refused.on),
    )


def _collector_gone(refused: errors.CollectorGone, language: Language) -> Reply:
    return say_no(
        language,
        "You see no customers of that collector any more. Begin again with %(command)s.",
        command=refused.command,
    )


def _currency(refused: errors.CurrencyMismatch, language: Language) -> Reply:
    return say_no(language, "%(left)s and %(right)s are never added.", left=refused.left, right=refused.right)


def _unknown_currency(refused: errors.UnknownCurrency, language: Language) -> Reply:
    return say_no(language, "«%(text)s» is not a currency. Write MXN, USD…", text=refused.text)


def _receipt_undone(refused: receipts.ReceiptUndone, language: Language) -> Reply:
    return say_no(
        language,
        "Receipt %(folio)s was undone: the photo was not kept. If there was a payment, report it again, as the text "
        "of the photo.",
        form="cobro",
        folio=refused.folio,
    )


def _erp_unreadable(refused: erp.ErpUnreadable, language: Language) -> Reply:
    return Reply(plain=f"✋ {escape(unreadable(refused, language))}")


def _erp_driver_missing(refused: erp.ErpDriverMissing, language: Language) -> Reply:
    if refused.module != _OUR_ERP_DRIVER:
        return say_no(
            language,
            "The driver that CONTPAQI_URL asks for is not installed (%(module)s): install it, or write "
            "mssql+pymssql:// there and install the bot as «cobranza[contpaqi]».",
            module=refused.module,
        )
    return say_no(
        language,
        "The driver for CONTPAQi's database is not installed (%(module)s): install the bot as «cobranza[contpaqi]».",
        module=refused.module,
    )


def _erp_not_configured(_refused: erp.ErpNotConfigured, language: Language) -> Reply:
    return say_no(language, "CONTPAQI_URL is not set: it says where the database of CONTPAQi Comercial is.")


_WRITERS: Writers = {
    **refusals_of_promises.WRITERS,
    **refusals_of_people.WRITERS,
    errors.CustomerGone: _customer_gone,
    errors.DocumentGone: _document_gone,
    errors.UnreadableDate: _unreadable_date,
    errors.UnreadableMonth: _unreadable_month,
    errors.UnreadableAmount: _unreadable_amount,
    errors.MalformedCommand: _malformed,
    errors.StandsAlone: _stands_alone,
    errors.DocumentAmbiguous: choices.of_documents,
    errors.NotAllowed: _not_allowed,
    errors.ExtraFilesTooLarge: _extra_files_too_large,
    errors.NothingPending: _nothing_pending,
    errors.NobodyMissing: _nobody_missing,
    errors.CollectorGone: _collector_gone,
    errors.CurrencyMismatch: _currency,
    errors.UnknownCurrency: _unknown_currency,
    UnreadableReminder: reminder.unreadable,
    HourIsQuiet: reminder.quiet,
    receipts.NotPayable: receipt.not_payable,
    receipts.NothingPaid: receipt.nothing_paid,
    receipts.PartMissing: receipt.part_missing,
    receipts.TwoAmounts: receipt.two_amounts,
    receipts.ReceiptNotYours: receipt.not_yours,
    receipts.ReceiptOfAnotherDay: receipt.another_day,
    receipts.ReceiptHandedOver: receipt.handed_over,
    receipts.ReceiptUndone: _receipt_undone,
    receipts.TooManyPhotos: receipt.too_many_photos,
    NobodyToHandTo: day_total.nobody,
    erp.ErpUnreadable: _erp_unreadable,
    erp.ErpDriverMissing: _erp_driver_missing,
    erp.ErpNotConfigured: _erp_not_configured,
}
