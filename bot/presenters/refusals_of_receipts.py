"""What is not taken for a payment, or not undone of one, as sentences."""

from bot.domain.handovers import NobodyToHandTo
from bot.domain.receipts import (
    NothingPaid,
    NotPayable,
    PartMissing,
    ReceiptHandedOver,
    ReceiptNotYours,
    ReceiptOfAnotherDay,
    ReceiptUndone,
    TooManyPhotos,
    TwoAmounts,
)
from bot.i18n import N_, Language
from bot.presenters.reply import Reply
from bot.presenters.saying_no import Writers, say_no, says


def _not_payable(refused: NotPayable, language: Language) -> Reply:
    sentences = {
        "paid": N_("Document %(document)s is paid: nothing is open on it."),
        "cancelled": N_("Document %(document)s is cancelled: nothing is owed on it."),
        "later": N_("Document %(document)s is of a later day: nothing is owed on it yet."),
        "credit": N_("Document %(document)s is a credit: nothing is owed on it."),
        "reported": N_(
            "All that is open on document %(document)s is reported already and waits for the ERP. If more was paid, "
            "write it: <code>/cobro %(document)s 500 cash</code>"
        ),
    }
    return say_no(language, sentences[refused.reason], document=refused.document)


def _part_missing(refused: PartMissing, language: Language) -> Reply:
    if refused.document:
        return say_no(
            language,
            "The amount is missing: «%(document)s» is the document.",
            form="cobro",
            document=refused.document,
        )
    return say_no(
        language, "The document is missing: «%(amount)s» is the amount.", form="cobro", amount=refused.amount or ""
    )


def _too_many_photos(refused: TooManyPhotos, language: Language) -> Reply:
    if not refused.folio:
        return say_no(language, "This payment has %(most)s photos already: no more are kept.", most=refused.most)
    return say_no(
        language,
        "Receipt %(folio)s has %(most)s photos already: no more are kept.",
        folio=refused.folio,
        most=refused.most,
    )


WRITERS: Writers = {
    NotPayable: _not_payable,
    NothingPaid: says("A payment of %(amount)s cannot be: write an amount above zero."),
    PartMissing: _part_missing,
    TwoAmounts: says(
        "«%(amount)s» and «%(other)s» may both be the amount. Write it right after the document: "
        "<code>/cobro 7 1624.00 cash</code>"
    ),
    ReceiptNotYours: says("%(name)s reported this payment: only they can undo it.", name="taken_by"),
    ReceiptOfAnotherDay: says(
        "Receipt %(folio)s is of %(on)s: a payment is undone on its own day only. Tell the office."
    ),
    ReceiptHandedOver: says(
        "Receipt %(folio)s is handed over to %(name)s: it can be undone once they answer that it does not match, "
        "or while they have not answered, after taking the handover back in /corte.",
        name="to",
    ),
    ReceiptUndone: says(
        "Receipt %(folio)s was undone: the photo was not kept. If there was a payment, report it again, as the text "
        "of the photo.",
        form="cobro",
    ),
    TooManyPhotos: _too_many_photos,
    NobodyToHandTo: says("There is no supervisor in the bot to whom this can be handed over. Tell the office."),
}
