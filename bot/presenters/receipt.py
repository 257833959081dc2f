"""Payments reported in the street: the receipt, what is asked before it, the day's total."""

from itertools import groupby

from markupsafe import escape

from bot.domain.money import total
from bot.domain.receipts import (
    Asked,
    DayTotal,
    NothingPaid,
    NotPayable,
    PaymentForm,
    Receipt,
    ReceiptNotYours,
    ReceiptOfAnotherDay,
    totals,
)
from bot.i18n import Language
from bot.presenters.reply import Button, Picture, Reply, in_rows, rows, screen, short
from bot.render.receipt_words import form_name

# Receipts listed under the day's totals; the others are counted.
LISTED = 20
_NAME, _LABEL, _COMMENT = 120, 66, 200


def recorded(receipt: Receipt, picture: Picture, language: Language) -> Reply:
    """The receipt to hand on to the customer, and that the balance waits for the ERP."""
    _ = language.gettext
    lines = [
        "💵 <b>" + _("Payment reported: receipt %(folio)s", folio=receipt.folio) + "</b>",
        _about(receipt, language),
        f"<b>{language.money(receipt.amount)}</b> · {form_name(receipt.form, language)}",
    ]
    if receipt.comment:
        lines.append(f"«{escape(short(receipt.comment, _COMMENT))}»")
    lines.append("<i>" + _("To be confirmed: the balance changes when the payment is in the ERP.") + "</i>")
    return Reply(
        plain="\n".join(lines),
        photo=picture,
        keyboard=(
            _ways_on(receipt, language),
            (Button("↩️ " + _("Undo"), f"cu:{receipt.id}"),),
        ),
        notice=_("Payment recorded"),
    )


def _ways_on(receipt: Receipt, language: Language) -> tuple[Button, ...]:
    return (
        Button("👤 " + language.gettext("Statement"), f"st:{receipt.customer.id}::0"),
        Button("🧾 " + language.gettext("Today's total"), "ct"),
    )


def question(asked: Asked, language: Language) -> Reply:
    """The form of payment that is missing, else whether more than is open is meant."""
    _ = language.gettext
    about = f"{_about(asked, language)}\n<b>{language.money(asked.amount)}</b>"
    if asked.form is None:
        buttons = [Button(form_name(form, language), f"cf:{asked.number}:{form.value}") for form in PaymentForm]
        return Reply(plain=f"{about}\n\n" + _("How was it paid?"), keyboard=in_rows(buttons, 1))
    return Reply(
        plain=f"{about} · {form_name(asked.form, language)}\n\n⚠️ "
        + _(
            "That is more than %(left)s, which is what is open less what is reported already. Is the amount right?",
            left=language.money(asked.left),
        ),
        keyboard=rows((Button("✅ " + _("Yes, record it"), f"co:{asked.number}"),)),
    )


def _about(what: Receipt | Asked, language: Language) -> str:
    label = language.gettext("document %(label)s", label=short(what.document.label, _LABEL))
    return str(escape(f"{short(what.customer.name, _NAME)} · {label}"))


def undone(receipt: Receipt, language: Language) -> Reply:
    """The receipt is taken back."""
    said = language.gettext("Receipt %(folio)s undone: it counts for nothing.", folio=receipt.folio)
    return Reply(
        plain=f"↩️ {said}\n{_about(receipt, language)} · {language.money(receipt.amount)}",
        keyboard=(_ways_on(receipt, language),),
    )


def day(shown: DayTotal, language: Language) -> Reply:
    """What a person reported on a day: totals by form and currency, each receipt, what was never confirmed."""
    receipts = shown.receipts
    by_form = totals(receipts)
    sums = [
        (currency, group := list(each), total((amount for _, amount in group), currency))
        for currency, each in groupby(by_form, key=lambda form: form[1].currency)
    ]
    context = {
        "on": shown.on,
        "sums": sums,
        "receipts": receipts[-LISTED:],
        "more": max(0, len(receipts) - LISTED),
        "unconfirmed": shown.unconfirmed[:LISTED],
        "more_unconfirmed": max(0, len(shown.unconfirmed) - LISTED),
        "names": {form: form_name(form, language) for form in PaymentForm},
    }
    return screen(language, "receipts", context)


def not_payable(refused: NotPayable, language: Language) -> Reply:
    """The document takes no payment."""
    _ = language.gettext
    document = escape(short(refused.document, _LABEL))
    sentences = {
        "paid": _("Document %(document)s is paid: nothing is open on it.", document=document),
        "cancelled": _("Document %(document)s is cancelled: nothing is owed on it.", document=document),
        "credit": _("Document %(document)s is a credit: nothing is owed on it.", document=document),
    }
    return Reply(plain=f"✋ {sentences[refused.reason]}")


def nothing_paid(refused: NothingPaid, language: Language) -> Reply:
    """The amount is zero or less."""
    amount = language.money(refused.amount)
    return Reply(
        plain="✋ " + language.gettext("A payment of %(amount)s cannot be: write an amount above zero.", amount=amount)
    )


def not_yours(refused: ReceiptNotYours, language: Language) -> Reply:
    """Somebody else's receipt."""
    name = escape(short(refused.taken_by, _NAME))
    return Reply(plain="✋ " + language.gettext("%(name)s reported this payment: only they can undo it.", name=name))


def another_day(refused: ReceiptOfAnotherDay, language: Language) -> Reply:
    """A receipt of a day gone by."""
    return Reply(
        plain="✋ "
        + language.gettext(
            "Receipt %(folio)s is of %(on)s: a payment is undone on its own day only. Tell the office.",
            folio=refused.folio,
            on=language.date(refused.on),
        )
    )
