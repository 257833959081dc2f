"""Refusals as sentences: what was wrong, with the value, and the right form."""

from collections.abc import Callable
from typing import Any

from markupsafe import escape

from bot.domain import erp, errors, receipts
from bot.domain.access import InvitationNotValid, LastAdministrator, NotYourself, SeveralPeople
from bot.domain.errors import Refusal
from bot.domain.handovers import NobodyToHandTo
from bot.domain.money import Money
from bot.domain.people import CollectorWithoutPortfolio, NotACode, NotAName, PersonNotFound, TelegramIdTaken
from bot.domain.promises import PromiseState
from bot.domain.reminders import HourIsQuiet, UnreadableReminder
from bot.i18n import Language
from bot.presenters import choices, day_total, people, receipt, reminder
from bot.presenters.promise import amount_or_folio, gone_by, states
from bot.presenters.reply import Reply
from bot.presenters.sync import unreadable
from bot.render.plain import short

# The right form of each command, as it is typed.
FORMS = {
    "estado": "/estado CL002",
    "promesa": '/promesa 7 23/07/2019 "Pagaré con cheque"',
    "plan": "/promesa 7 3x 23/07/2019 semanal",
    "cobro": '/cobro 7 1624.00 cheque "folio 881"',
    "historial": "/historial 7",
    "agenda": "/agenda CL002",
    "calendario": "/calendario 2019-07",
    "resumen": "/resumen CL002",
    "enviar": "/enviar CL002",
    "invitar": "/invitar Laura Méndez cobrador C1",
    "idioma": "/idioma en",
}

# What is shown of a text that was typed; the rest of a long one is no help.
_SHOWN = 100


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


def _say(language: Language, message: str, *, form: str | None = None, **params: object) -> Reply:
    text = language.gettext(message, **{name: escape(short(str(value), _SHOWN)) for name, value in params.items()})
    if form:
        text += "\n" + language.gettext("For example:") + f"\n<code>{escape(FORMS[form])}</code>"
    return Reply(plain=f"✋ {text}")


def _unreadable_date(refused: errors.UnreadableDate, language: Language) -> Reply:
    return _say(
        language,
        "«%(text)s» is not a date. Write it as <code>23/07/2019</code>, <code>2019-07-23</code>, <code>23 jul</code>, "
        "<code>friday</code> or <code>+3</code>.",
        text=refused.text,
    )


def _unreadable_month(refused: errors.UnreadableMonth, language: Language) -> Reply:
    return _say(
        language,
        "«%(text)s» is not a month. Write it as <code>2019-07</code>, <code>07/2019</code>, <code>julio</code> or "
        "<code>julio 2019</code>.",
        text=refused.text,
    )


def _unreadable_amount(refused: errors.UnreadableAmount, language: Language) -> Reply:
    return _say(language, "«%(text)s» is not an amount. Write it as <code>1624.00</code>.", text=refused.text)


def _malformed(refused: errors.MalformedCommand, language: Language) -> Reply:
    if refused.text:
        return _say(language, "«%(text)s» cannot be read.", form=refused.command, text=refused.text)
    return _say(language, "Something is missing after the command.", form=refused.command)


def _customer_not_found(refused: errors.CustomerNotFound, language: Language, command: str) -> Reply:
    return _say(
        language,
        "No customer in your portfolio matches «%(text)s». Write the code, name, RFC or folio.",
        form=command if command in FORMS else "estado",
        text=refused.text,
    )


def _customer_gone(_refused: errors.CustomerGone, language: Language) -> Reply:
    return _say(language, "That customer is not in your portfolio, or no longer is.")


def _document_gone(_refused: errors.DocumentGone, language: Language) -> Reply:
    return _say(language, "That document is not in your portfolio, or no longer is.")


def _document_not_found(refused: errors.DocumentNotFound, language: Language, command: str) -> Reply:
    return _say(
        language,
        "No document in your portfolio is called «%(text)s». Write its folio, with the series if there is one.",
        form=command if command in FORMS else "promesa",
        text=refused.text,
    )


def _not_collectable(refused: errors.DocumentNotCollectable, language: Language) -> Reply:
    _ = language.gettext
    document = escape(short(refused.document, _SHOWN))
    sentences = {
        "paid": _("Document %(document)s is paid: there is nothing to promise.", document=document),
        "cancelled": _("Document %(document)s is cancelled: there is nothing to promise.", document=document),
        "credit": _("Document %(document)s is a credit: there is nothing to promise.", document=document),
    }
    return Reply(plain=f"✋ {sentences[refused.reason]}")


def _in_the_past(refused: errors.PromiseInThePast, language: Language) -> Reply:
    return Reply(plain=f"✋ {gone_by(refused.on, refused.today, language)}")


def _too_far(refused: errors.PromiseTooFar, language: Language) -> Reply:
    return _say(
        language,
        "%(on)s is more than %(days)s days away. Confirm the date first.",
        on=language.date(refused.on),
        days=refused.limit_days,
    )


def _amount_out_of_range(refused: errors.AmountOutOfRange, language: Language) -> Reply:
    return _say(
        language,
        "The amount %(amount)s does not fit: it must be above zero and at most the balance, %(balance)s.",
        amount=language.money(Money(refused.amount, refused.currency)),
        balance=language.money(Money(refused.balance, refused.currency)),
    )


def _nothing_ticked(_refused: errors.NothingTicked, language: Language) -> Reply:
    return _say(language, "No open document is ticked. Tick some in /agenda first.")


def _not_allowed(_refused: errors.NotAllowed, language: Language) -> Reply:
    return _say(language, "Your role does not include this.")


def _extra_files_too_large(refused: errors.ExtraFilesTooLarge, language: Language) -> Reply:
    return _say(
        language,
        "With «%(name)s» the files you add would be more than %(megabytes)s MB, and mail servers would refuse it. "
        "Send it without.",
        name=refused.name,
        megabytes=refused.limit // 2**20,
    )


def _nothing_pending(_refused: errors.NothingPending, language: Language) -> Reply:
    # Also after a second tap on one button: whoever begins again there reports the same payment twice.
    return _say(
        language,
        "That question is no longer open: what came of it stands above. If nothing does, begin again, for example with "
        "/agenda.",
    )


def _collector_gone(refused: errors.CollectorGone, language: Language) -> Reply:
    return _say(
        language,
        "You see no customers of that collector any more. Begin again with %(command)s.",
        command=refused.command,
    )


def _currency(refused: errors.CurrencyMismatch, language: Language) -> Reply:
    return _say(language, "%(left)s and %(right)s are never added.", left=refused.left, right=refused.right)


def _unknown_currency(refused: errors.UnknownCurrency, language: Language) -> Reply:
    return _say(language, "«%(text)s» is not a currency. Write MXN, USD…", text=refused.text)


def _other_currency(refused: errors.OtherCurrency, language: Language) -> Reply:
    return _say(
        language,
        "The document is in %(document)s and the amount in %(promised)s. Write it in %(document)s.",
        document=language.currency_name(refused.document),
        promised=language.currency_name(refused.promised),
    )


def _amount_for_several(refused: errors.AmountForSeveral, language: Language) -> Reply:
    return _say(
        language,
        "%(amount)s for %(n)s documents may mean each or all together. Write one document at a time, or no amount.",
        amount=refused.amount,
        n=refused.documents,
    )


def _plan_size(refused: errors.PlanSize, language: Language) -> Reply:
    return _say(
        language,
        "A plan has from 2 to %(most)s payments, not %(count)s.",
        form="plan",
        most=refused.most,
        count=refused.count,
    )


def _plan_without_rhythm(refused: errors.PlanWithoutRhythm, language: Language) -> Reply:
    return _say(
        language,
        "How far apart are the %(count)s payments? Write «semanal», «quincenal» or «mensual».",
        form="plan",
        count=refused.count,
    )


def _plan_in_force(refused: errors.PlanInForce, language: Language) -> Reply:
    return _say(
        language,
        "Document %(document)s has a plan of several payments. Write a new promise or a new plan for it.",
        form="plan",
        document=refused.document,
    )


def _nothing_in_force(refused: errors.NothingInForce, language: Language) -> Reply:
    return _say(language, "Document %(document)s has no promise in force.", document=refused.document)


def _no_longer_in_force(refused: errors.NoLongerInForce, language: Language) -> Reply:
    return _say(
        language,
        "Promise %(number)s on document %(document)s is %(state)s by now: nothing was changed. See "
        "<code>/historial</code>.",
        number=refused.number,
        document=refused.document,
        state=states(language)[PromiseState(refused.state)],
    )


def _undo_too_late(refused: errors.UndoTooLate, language: Language) -> Reply:
    return _say(
        language,
        "A promise is undone within %(n)s minutes. Withdraw it, or record another one.",
        n=refused.limit_minutes,
    )


def _undo_not_yours(refused: errors.UndoNotYours, language: Language) -> Reply:
    return _say(language, "%(name)s made this promise: only they can undo it.", name=refused.made_by)


def _undo_superseded(refused: errors.UndoSuperseded, language: Language) -> Reply:
    return _say(
        language,
        "This promise on document %(document)s is no longer in force: there is nothing to undo. See "
        "<code>/historial</code>.",
        document=refused.document,
    )


def _receipt_undone(refused: receipts.ReceiptUndone, language: Language) -> Reply:
    return _say(
        language,
        "Receipt %(folio)s was undone: the photo was not kept. If there was a payment, report it again, as the text "
        "of the photo.",
        form="cobro",
        folio=refused.folio,
    )


def _without_portfolio(refused: CollectorWithoutPortfolio, language: Language) -> Reply:
    return _say(language, "%(name)s is a collector and needs the code of a portfolio.", name=refused.name)


def _telegram_id_taken(refused: TelegramIdTaken, language: Language) -> Reply:
    return _say(language, "Telegram user %(id)s is already %(name)s.", id=refused.telegram_id, name=refused.name)


def _person_not_found(refused: PersonNotFound, language: Language) -> Reply:
    return _say(language, "Nobody has number %(id)s.", id=refused.id)


def _invitation_not_valid(refused: InvitationNotValid, language: Language) -> Reply:
    _ = language.gettext
    reasons = {
        "used": _("This link was used already. Ask the office for another one."),
        "expired": _("This link has expired. Ask the office for another one."),
        "unknown": _("This link is not valid. Ask the office for another one."),
    }
    return Reply(plain=f"✋ {reasons[refused.reason]}")


def _several_people(refused: SeveralPeople, language: Language) -> Reply:
    numbers = ", ".join(map(str, refused.ids))
    return _say(
        language,
        "Several people have code %(code)s: write one of their numbers, %(ids)s.",
        code=refused.code,
        ids=numbers,
    )


def _not_yourself(_refused: NotYourself, language: Language) -> Reply:
    return _say(language, "Nobody can take away their own access. Ask another administrator.")


def _last_administrator(refused: LastAdministrator, language: Language) -> Reply:
    return _say(language, "%(name)s is the last administrator: give another person that role first.", name=refused.name)


def _erp_unreadable(refused: erp.ErpUnreadable, language: Language) -> Reply:
    return Reply(plain=f"✋ {escape(unreadable(refused, language))}")


def _erp_driver_missing(refused: erp.ErpDriverMissing, language: Language) -> Reply:
    return _say(
        language,
        "The driver for CONTPAQi's database is not installed (%(module)s): install the bot as «cobranza[contpaqi]».",
        module=refused.module,
    )


def _erp_not_configured(_refused: erp.ErpNotConfigured, language: Language) -> Reply:
    return _say(language, "CONTPAQI_URL is not set: it says where the database of CONTPAQi Comercial is.")


_WRITERS: dict[type[Refusal], Callable[[Any, Language], Reply]] = {
    errors.CustomerGone: _customer_gone,
    errors.DocumentGone: _document_gone,
    errors.UnreadableDate: _unreadable_date,
    errors.UnreadableMonth: _unreadable_month,
    InvitationNotValid: _invitation_not_valid,
    NotYourself: _not_yourself,
    SeveralPeople: _several_people,
    LastAdministrator: _last_administrator,
    errors.UnreadableAmount: _unreadable_amount,
    errors.MalformedCommand: _malformed,
    errors.DocumentAmbiguous: choices.of_documents,
    errors.DocumentNotCollectable: _not_collectable,
    errors.PromiseInThePast: _in_the_past,
    errors.PromiseTooFar: _too_far,
    errors.AmountOutOfRange: _amount_out_of_range,
    errors.NothingTicked: _nothing_ticked,
    errors.NotAllowed: _not_allowed,
    errors.ExtraFilesTooLarge: _extra_files_too_large,
    errors.NothingPending: _nothing_pending,
    errors.CollectorGone: _collector_gone,
    errors.CurrencyMismatch: _currency,
    errors.UnknownCurrency: _unknown_currency,
    errors.OtherCurrency: _other_currency,
    errors.AmountForSeveral: _amount_for_several,
    errors.AmountOrFolio: amount_or_folio,
    errors.PlanSize: _plan_size,
    errors.PlanWithoutRhythm: _plan_without_rhythm,
    errors.PlanInForce: _plan_in_force,
    errors.NothingInForce: _nothing_in_force,
    errors.NoLongerInForce: _no_longer_in_force,
    errors.UndoTooLate: _undo_too_late,
    errors.UndoNotYours: _undo_not_yours,
    errors.UndoSuperseded: _undo_superseded,
    CollectorWithoutPortfolio: _without_portfolio,
    TelegramIdTaken: _telegram_id_taken,
    PersonNotFound: _person_not_found,
    NotAName: people.not_a_name,
    NotACode: people.not_a_code,
    UnreadableReminder: reminder.unreadable,
    HourIsQuiet: reminder.quiet,
    receipts.NotPayable: receipt.not_payable,
    receipts.NothingPaid: receipt.nothing_paid,
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
