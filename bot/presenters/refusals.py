"""Refusals as sentences: what was wrong, with the value, and the right form."""

from markupsafe import escape

from bot.domain import erp, errors
from bot.domain.errors import Refusal
from bot.domain.people import Role
from bot.domain.reminders import HourIsQuiet, UnreadableReminder
from bot.i18n import Language
from bot.presenters import choices, refusals_of_people, refusals_of_promises, refusals_of_receipts
from bot.presenters.reply import Reply
from bot.presenters.saying_no import FORMS, Writers, say_no, says
from bot.presenters.sync import unreadable

# What the extra `contpaqi` brings.
_OUR_ERP_DRIVER = "pymssql"


def refusal(refused: Refusal, language: Language, command: str = "") -> Reply:
    """The sentence of a refusal, with buttons where the person has to choose; `command` is the one that was typed."""
    if isinstance(refused, errors.CustomerAmbiguous):
        return choices.of_customers(refused, language, command)
    for kind in type(refused).__mro__:
        if write := _WRITERS.get(kind):
            return write(refused, language)
    if isinstance(refused, errors.CustomerNotFound):
        return _customer_not_found(refused, language, command)
    if isinstance(refused, errors.DocumentNotFound):
        return _document_not_found(refused, language, command)
    raise LookupError(f"no sentence for {type(refused).__name__}")


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


def _quiet(refused: HourIsQuiet, language: Language) -> Reply:
    start, end = f"{refused.quiet.start:%H:%M}", f"{refused.quiet.end:%H:%M}"
    return say_no(
        language,
        "At %(hour)s nothing is sent: the quiet hours are from %(start)s to %(end)s. Write an hour outside them: "
        "<code>/recordatorio %(free)s</code>",
        hour=f"{refused.hour:%H:%M}",
        start=start,
        end=end,
        free=end,
    )


_WRITERS: Writers = {
    **refusals_of_promises.WRITERS,
    **refusals_of_receipts.WRITERS,
    **refusals_of_people.WRITERS,
    errors.CustomerGone: says("That customer is not in your portfolio, or no longer is."),
    errors.DocumentGone: says("That document is not in your portfolio, or no longer is."),
    errors.UnreadableDate: says(
        "«%(text)s» is not a date. Write it as <code>23/07/2019</code>, <code>2019-07-23</code>, <code>23 jul</code> "
        "or <code>friday</code>."
    ),
    errors.DayToCome: says("%(on)s has not come yet: today is %(today)s."),
    errors.UnreadableMonth: says(
        "«%(text)s» is not a month. Write it as <code>2019-07</code>, <code>07/2019</code>, <code>july</code> or "
        "<code>july 2019</code>."
    ),
    errors.UnreadableAmount: says("«%(text)s» is not an amount. Write it as <code>1624.00</code>."),
    errors.MalformedCommand: _malformed,
    errors.StandsAlone: _stands_alone,
    errors.DocumentAmbiguous: choices.of_documents,
    errors.NotAllowed: _not_allowed,
    errors.ExtraFilesTooLarge: _extra_files_too_large,
    # Also after a second tap on one button: whoever begins again there reports the same payment twice.
    errors.NothingPending: says(
        "That question is no longer open: what came of it stands above. If nothing does, begin again, for example with "
        "/agenda."
    ),
    errors.NobodyMissing: says(
        "Whoever was missing of the sending of %(date)s has been sent a statement by now, or is about to be.", date="on"
    ),
    errors.CollectorGone: says("You see no customers of that collector any more. Begin again with %(command)s."),
    errors.CurrencyMismatch: says("%(left)s and %(right)s are never added."),
    errors.UnknownCurrency: says("«%(text)s» is not a currency. Write MXN, USD…"),
    UnreadableReminder: says(
        "«%(text)s» is neither an hour nor a time zone of Mexico. Write the hour, and the place if it is another: "
        "<code>/recordatorio 07:30 Tijuana</code>"
    ),
    HourIsQuiet: _quiet,
    erp.ErpUnreadable: _erp_unreadable,
    erp.ErpDriverMissing: _erp_driver_missing,
    erp.ErpNotConfigured: says("CONTPAQI_URL is not set: it says where the database of CONTPAQi Comercial is."),
}
