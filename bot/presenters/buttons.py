"""Buttons that several screens have."""

from datetime import date

from bot.domain.agenda import Expected
from bot.domain.money import Money
from bot.domain.receivables import Customer
from bot.i18n import Language
from bot.presenters.reply import Button, with_amount


def statement(customer: Customer, language: Language) -> Button:
    """What a customer owes."""
    return Button("👤 " + language.gettext("Statement"), f"st:{customer.id}::0")


def expected(item: Expected, amount: Money, language: Language) -> tuple[Button, ...]:
    """A row: the document of a promise with an amount, and its customer."""
    return (
        Button(with_amount(item.document.label, language.money(amount)), f"hi:{item.document.id}"),
        Button(f"👤 {item.customer.code}", f"st:{item.customer.id}::0"),
    )


def month(on: date, language: Language) -> Button:
    """The calendar of a day's month."""
    return Button("🗓 " + language.month(on), f"ca:{on:%Y-%m}:")


def report(document_id: int, language: Language) -> Button:
    """Begins to report a payment of a document."""
    return Button("💵 " + language.gettext("Payment"), f"cb:{document_id}")


def light_or_dark(data: str, language: Language, *, dark: bool) -> Button:
    """Draws a picture, dark now, the other way; `data` has `{}` for which."""
    text = "☀️ " + language.gettext("Light") if dark else "🌙 " + language.gettext("Dark")
    return Button(text, data.format(0 if dark else 1))


def cancel(data: str, language: Language) -> Button:
    """The way out."""
    return Button("✕ " + language.gettext("Cancel"), data)
