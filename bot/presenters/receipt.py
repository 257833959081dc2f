"""Payments reported in the street: the receipt, what is asked before it, its photos."""

from collections.abc import Sequence
from datetime import date

from markupsafe import escape

from bot.domain.receipts import Asked, PaymentForm, Receipt
from bot.i18n import Language
from bot.presenters import buttons
from bot.presenters.reply import Button, Picture, Reply, in_rows, rows
from bot.render.plain import short
from bot.render.receipt_words import form_name

# Payments that a photo by itself may be of; of others it is by answering their receipt.
_OFFERED = 5
_NAME, _LABEL, _COMMENT = 120, 66, 200


def recorded(receipt: Receipt, picture: Picture, today: date, language: Language) -> Reply:
    """The receipt to hand on to the customer, that the balance waits for the ERP, and that a lost photo is wanted."""
    _ = language.gettext
    lines = [
        "💵 <b>" + _("Payment reported: receipt %(folio)s", folio=receipt.folio) + "</b>",
        _about(receipt, language),
        f"<b>{language.money(receipt.amount)}</b> · {form_name(receipt.form, language)}",
    ]
    if receipt.comment:
        lines.append(f"«{escape(short(receipt.comment, _COMMENT))}»")
    if receipt.photographed:
        lines.append("📷 " + _("With its photo"))
    if receipt.photo_lost:
        lines.append("⚠️ " + _("The photo was not kept: send it again, as a reply to this receipt."))
    lines.append("<i>" + _("To be confirmed: the balance changes when the payment is in the ERP.") + "</i>")
    # One that waited through a stop is of an earlier day, which has its own rule.
    undo = Button("↩️ " + _("Undo"), f"cu:{receipt.id}") if receipt.on == today else None
    return Reply(
        plain="\n".join(lines),
        photo=picture,
        keyboard=rows(
            _ways_on(receipt, language),
            (see_photo(receipt, language) if receipt.photographed else None, undo),
        ),
        notice=_("Payment recorded"),
    )


def _ways_on(receipt: Receipt, language: Language) -> tuple[Button, ...]:
    return (
        buttons.statement(receipt.customer, language),
        Button("🧾 " + language.gettext("Today's total"), "ct"),
    )


def see_photo(receipt: Receipt, language: Language) -> Button:
    """Leads to the photos of a payment."""
    return Button("📷 " + language.gettext("See the photo"), f"fo:{receipt.id}")


def with_photo(receipt: Receipt, language: Language, *, unread: str = "") -> Reply:
    """A photo is kept with a payment; of its text, `unread`, nothing is."""
    _ = language.gettext
    kept = _("Photo kept with receipt %(folio)s", folio=receipt.folio)
    about = f"{_about(receipt, language)} · {language.money(receipt.amount)}"
    return Reply(
        plain=f"📷 <b>{kept}</b>\n{about}{_not_noted(unread, language)}",
        keyboard=((see_photo(receipt, language),), _ways_on(receipt, language)),
        notice=kept,
    )


def _not_noted(text: str, language: Language) -> str:
    """A line saying that a photo's text is kept nowhere; none where it has none."""
    if not text:
        return ""
    said = language.gettext(
        "«%(text)s» was not noted: a payment's comment is written after /cobro.", text=escape(short(text, _COMMENT))
    )
    return f"\n⚠️ {said}"


def of_which(number: str, offered: Sequence[Receipt], language: Language, *, unread: str = "") -> Reply:
    """A photo came by itself: of which payment it is, the last ones to tap; its text, `unread`, is kept nowhere."""
    _ = language.gettext
    buttons = [
        Button(f"{each.folio} · {language.money(each.amount)} · {each.customer.name}", f"fa:{number}:{each.id}")
        for each in offered[:_OFFERED]
    ]
    asked = _("Is this the photo of that payment?") if len(buttons) == 1 else _("Of which payment is this photo?")
    return Reply(
        plain=f"📷 {asked}{_not_noted(unread, language)}\n<i>"
        + _("A photo sent as a reply to a receipt, or with /cobro as its text, is kept without asking.")
        + "</i>",
        keyboard=(*((button,) for button in buttons), (Button("✕ " + _("Of none of them"), f"fn:{number}"),)),
    )


def of_none(language: Language) -> Reply:
    """The photo belongs to no payment."""
    return Reply(plain=language.gettext("The photo is not of a payment: it was not kept."))


def photo(receipt: Receipt, picture: Picture, place: tuple[int, int], language: Language) -> Reply:
    """One of a payment's photos, by its place among so many."""
    return Reply(plain=_photo_caption(receipt, place, language), photo=picture)


def _photo_caption(receipt: Receipt, place: tuple[int, int], language: Language) -> str:
    number, of = place
    counted = f" · {number}/{of}" if of > 1 else ""
    said = f"📷 {receipt.folio}{counted}\n{_about(receipt, language)}"
    return f"{said}\n{language.money(receipt.amount)} · {form_name(receipt.form, language)}"


def no_photo(receipt: Receipt, language: Language) -> Reply:
    """There is none, or its file is gone."""
    return Reply(plain="✋ " + language.gettext("Receipt %(folio)s has no photo.", folio=receipt.folio))


def question(asked: Asked, language: Language, *, offered: bool = False) -> Reply:
    """The form of payment that is missing, else whether more than is open is meant.

    `offered` when nobody wrote the amount: how to write another is said.
    """
    _ = language.gettext
    about = f"{_about(asked, language)}\n<b>{language.money(asked.amount)}</b>"
    if asked.photos:
        about += f" · 📷 {asked.photos}" if asked.photos > 1 else " · 📷"
    if asked.unread:
        unread = escape(short(asked.unread, _COMMENT))
        said = _("«%(text)s» cannot be read.", text=unread)
        if asked.form is None:
            said = _("«%(text)s» is not a form of payment.", text=unread)
        about = f"✋ {said}\n\n{about}"
    if asked.form is None:
        buttons = [Button(form_name(form, language), f"cf:{asked.number}:{form.value}") for form in PaymentForm]
        if offered:
            label = escape(short(asked.document.label, _LABEL))
            about += "\n<i>" + _("Another amount: <code>/cobro %(label)s 500 cash</code>", label=label) + "</i>"
        return Reply(plain=f"{about}\n\n" + _("How was it paid?"), keyboard=in_rows(buttons, 1))
    too_much = _(
        "That is more than %(left)s, which is what is open less what is reported already. Is the amount right?",
        left=language.money(asked.left),
    )
    if not asked.left.minor:
        too_much = _("All that is open is reported already: nothing is left to be paid. Is the amount right?")
    return Reply(
        plain=f"{about} · {form_name(asked.form, language)}\n\n⚠️ {too_much}",
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
