"""Promises on the phone: the answer, the history, the questions in between."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from bot.domain.dates import is_bank_day, next_bank_day
from bot.domain.money import Money, total
from bot.domain.promises import FAR_DAYS, PromiseState
from bot.domain.scheduling import History, Recorded, Scheduling
from bot.i18n import Language
from bot.presenters.reply import Button, Reply, in_rows, rows, screen

# The days offered first when a date is asked for.
_OFFERED_DAYS = 6


def states(language: Language) -> Mapping[PromiseState, str]:
    """What each state is called."""
    _ = language.gettext
    return {
        PromiseState.IN_FORCE: _("in force"),
        PromiseState.KEPT: _("kept"),
        PromiseState.PARTIALLY_KEPT: _("partially kept"),
        PromiseState.BROKEN: _("broken"),
        PromiseState.RESCHEDULED: _("rescheduled"),
        PromiseState.WITHDRAWN: _("withdrawn"),
    }


def history(shown: History, today: date, language: Language) -> Reply:
    """A document with the list of its promises."""
    document = shown.document
    balance = document.balance_on(today)
    context = {"history": shown, "document": document, "balance": balance, "states": states(language)}
    return screen(
        language,
        "history",
        context,
        keyboard=rows(
            (
                Button("🤝 " + language.gettext("Promise"), f"pr:{document.id}") if balance.minor > 0 else None,
                Button("👤 " + language.gettext("Statement"), f"st:{shown.customer.id}::0"),
            )
        ),
    )


def recorded(made: Sequence[Recorded], language: Language) -> Reply:
    """The answer to a promise: the list of the document's promises, or each document's line."""
    amounts = [each.promise.amount for each in made]
    context = {"all_recorded": made, "totals": _totals(amounts), "states": states(language)}
    first = made[0]
    single = first if len(made) == 1 else None
    return screen(
        language,
        "recorded",
        context,
        keyboard=rows(
            (
                Button(f"📅 {language.date(single.bank_day)}", f"pb:{single.promise.document_id}:{single.bank_day}")
                if single and single.bank_day
                else None,
            ),
            (
                Button("👤 " + language.gettext("Statement"), f"st:{first.history.customer.id}::0") if single else None,
                Button("🗓 " + language.month(first.promise.on), f"ca:{first.promise.on:%Y-%m}:"),
            ),
        ),
        notice=language.gettext("Recorded"),
    )


def _totals(amounts: Sequence[Money]) -> list[Money]:
    currencies = sorted({amount.currency for amount in amounts})
    return [total((a for a in amounts if a.currency == currency), currency) for currency in currencies]


def _subject(scheduling: Scheduling, language: Language) -> str:
    """The documents a question is about, in one or two lines of HTML."""
    sums = ", ".join(language.money(amount) for amount in _totals([item.balance for item in scheduling.items]))
    labels = [item.document.label for item in scheduling.items]
    shown = ", ".join(labels[:_OFFERED_DAYS]) + ("…" if len(labels) > _OFFERED_DAYS else "")
    return language.ngettext(
        "<b>Document %(labels)s</b> · %(sums)s",
        "<b>%(n)s documents</b> (%(labels)s) · %(sums)s",
        len(labels),
        labels=shown,
        sums=sums,
    )


def question(scheduling: Scheduling, today: date, language: Language) -> Reply:
    """What is asked next: the date, then a comment, then a confirmation."""
    cancel = Button("✖️ " + language.gettext("Cancel"), "px")
    subject = _subject(scheduling, language)
    if scheduling.on is None:
        return _ask_date(subject, cancel, today, language)
    when = f"{subject}\n📅 {language.day(scheduling.on)}"
    if scheduling.is_far(today):
        asked = language.gettext("That is more than %(days)s days away. Is it the right date?", days=FAR_DAYS)
        yes = Button("✅ " + language.gettext("Yes, %(date)s", date=language.date(scheduling.on)), "pf")
        return Reply(plain=f"{when}\n\n{asked}", keyboard=rows((yes, cancel)))
    if scheduling.comment is None:
        asked = language.gettext("Write a comment, or tap the button for none.")
        return Reply(plain=f"{when}\n\n{asked}", keyboard=rows((Button(language.gettext("No comment"), "pn"), cancel)))
    label = language.ngettext("Schedule %(n)s document", "Schedule %(n)s documents", len(scheduling.items))
    context = {"scheduling": scheduling, "totals": _totals([item.balance for item in scheduling.items])}
    return screen(language, "confirm", context, keyboard=rows((Button("✅ " + label, "pk"), cancel)))


def _ask_date(subject: str, cancel: Button, today: date, language: Language) -> Reply:
    offered = [day for n in range(14) if is_bank_day(day := today + timedelta(days=n))][:_OFFERED_DAYS]
    month_end = next_bank_day(today + timedelta(days=30))
    buttons = [Button(_short(day, today, language), f"pd:{day}") for day in (*offered, month_end)]
    asked = language.gettext(
        "For what day? Tap one, or write it: <code>23/07</code>, <code>viernes</code>, <code>+3</code>"
    )
    return Reply(plain=f"{subject}\n\n{asked}", keyboard=(*in_rows(buttons, 3), (cancel,)))


def _short(day: date, today: date, language: Language) -> str:
    if day == today:
        return language.gettext("Today")
    return f"{language.weekday(day)} {day:%d/%m}"


def cancelled(language: Language) -> Reply:
    """Nothing was recorded."""
    return Reply(plain=language.gettext("Cancelled: nothing was recorded."))
