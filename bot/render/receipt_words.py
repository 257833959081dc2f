"""What receipts call things."""

from bot.domain.receipts import PaymentForm
from bot.i18n import Language


def form_name(form: PaymentForm, language: Language) -> str:
    """A form of payment as people name it."""
    _ = language.gettext
    names = {
        PaymentForm.CASH: _("Cash"),
        PaymentForm.CHEQUE: _("Cheque"),
        PaymentForm.TRANSFER: _("Bank transfer"),
        PaymentForm.CREDIT_CARD: _("Credit card"),
        PaymentForm.DEBIT_CARD: _("Debit card"),
    }
    return names[form]
