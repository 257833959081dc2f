"""What may not be promised, planned or undone, as sentences."""

from markupsafe import escape

from bot.domain import errors
from bot.domain.money import Money
from bot.domain.promises import PromiseState
from bot.domain.typed_amounts import is_same
from bot.i18n import Language
from bot.presenters.promise import gone_by, states
from bot.presenters.reply import Reply
from bot.presenters.saying_no import SHOWN, Writers, say_no, says
from bot.render.plain import short


def _not_collectable(refused: errors.DocumentNotCollectable, language: Language) -> Reply:
    _ = language.gettext
    document = escape(short(refused.document, SHOWN))
    sentences = {
        "paid": _("Document %(document)s is paid: there is nothing to promise.", document=document),
        "cancelled": _("Document %(document)s is cancelled: there is nothing to promise.", document=document),
        "later": _("Document %(document)s is of a later day: there is nothing to promise yet.", document=document),
        "credit": _("Document %(document)s is a credit: there is nothing to promise.", document=document),
    }
    return Reply(plain=f"✋ {sentences[refused.reason]}")


def _in_the_past(refused: errors.PromiseInThePast, language: Language) -> Reply:
    return Reply(plain=f"✋ {gone_by(refused.on, refused.today, language)}")


def _amount_out_of_range(refused: errors.AmountOutOfRange, language: Language) -> Reply:
    return say_no(
        language,
        "The amount %(amount)s does not fit: it must be above zero and at most the balance, %(balance)s.",
        amount=language.money(Money(refused.amount, refused.currency)),
        balance=language.money(Money(refused.balance, refused.currency)),
    )


def _other_currency(refused: errors.OtherCurrency, language: Language) -> Reply:
    return say_no(
        language,
        "The document is in %(document)s and the amount in %(promised)s. Write it in %(document)s.",
        document=language.currency_name(refused.document),
        promised=language.currency_name(refused.promised),
    )


def _second_amount(refused: errors.SecondAmount, language: Language) -> Reply:
    if is_same(refused.amount, refused.other):
        return say_no(
            language,
            "«%(amount)s» stands there twice. Write it once; if they are two payments, their total, and the rest in "
            "quotes.",
            amount=refused.other,
        )
    return say_no(
        language,
        "«%(amount)s» and «%(other)s» are two amounts, and only one is noted. Write one of them, or their total, and "
        "the rest in quotes.",
        amount=refused.amount,
        other=refused.other,
    )


def _date_or_document(refused: errors.DateOrDocument, language: Language) -> Reply:
    (first, first_on), (second, second_on) = refused.readings
    return say_no(
        language,
        "«%(text)s» may be one of two days. Write the document first and then the day: "
        "<code>/promesa %(first)s %(first_on)s</code> or <code>/promesa %(second)s %(second_on)s</code>.",
        text=refused.text,
        first=first,
        first_on=language.date(first_on),
        second=second,
        second_on=language.date(second_on),
    )


def _no_longer_in_force(refused: errors.NoLongerInForce, language: Language) -> Reply:
    return say_no(
        language,
        "Promise %(number)s on document %(document)s is %(state)s by now: nothing was changed. See "
        "<code>/historial</code>.",
        number=refused.number,
        document=refused.document,
        state=states(language)[PromiseState(refused.state)],
    )


WRITERS: Writers = {
    errors.DocumentNotCollectable: _not_collectable,
    errors.PromiseInThePast: _in_the_past,
    errors.PromiseTooFar: says("%(on)s is more than %(days)s days away. Confirm the date first.", days="limit_days"),
    errors.AmountOutOfRange: _amount_out_of_range,
    errors.NothingTicked: says("No open document is ticked. Tick some in /agenda first."),
    errors.OtherCurrency: _other_currency,
    errors.AmountForSeveral: says(
        "%(amount)s for %(n)s documents may mean each or all together. Write one document at a time, or no amount.",
        n="documents",
    ),
    errors.AmountOrFolio: says(
        "«%(document)s %(number)s» may be document %(document)s-%(number)s, or an amount. Write "
        "<code>%(document)s-%(number)s</code>, or <code>$%(number)s</code>."
    ),
    errors.AmountOrComment: says(
        "«%(amount)s» may be the amount or part of the comment. Write the amount right after the date, as 1624.00, or "
        "the comment in quotes.",
        form="promesa",
    ),
    errors.SecondAmount: _second_amount,
    errors.SecondDocument: says(
        "«%(text)s» may be another document, and only one is noted with an amount or a day of its own. Write one "
        "command for each, or what is a comment in quotes."
    ),
    errors.OtherAmount: says(
        "It is asked how «%(amount)s» was paid, and «%(other)s» is another amount. Write that one with its document.",
        form="cobro",
    ),
    errors.SumForComment: says(
        "«%(text)s» was not noted as a comment: it may be the amount. For that tap «Other amount»; a comment has a "
        "word more, such as «cheque 881»."
    ),
    errors.DateOrDocument: _date_or_document,
    errors.PlanSize: says("A plan has from 2 to %(most)s payments, not %(count)s.", form="plan"),
    errors.PlanWithoutRhythm: says(
        "How far apart are the %(count)s payments? Write «weekly», «fortnightly» or «monthly».", form="plan"
    ),
    errors.PlanInForce: says(
        "Document %(document)s has a plan of several payments. Write a new promise or a new plan for it.", form="plan"
    ),
    errors.NothingInForce: says("Document %(document)s has no promise in force."),
    errors.NoLongerInForce: _no_longer_in_force,
    errors.UndoTooLate: says(
        "A promise is undone within %(n)s minutes. Withdraw it, or record another one.", n="limit_minutes"
    ),
    errors.UndoNotYours: says("%(name)s made this promise: only they can undo it.", name="made_by"),
    errors.UndoSuperseded: says(
        "This promise on document %(document)s is no longer in force: there is nothing to undo. See "
        "<code>/historial</code>."
    ),
}
