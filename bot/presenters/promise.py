"""Promises on the phone: the answer, the history, the questions in between."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from textwrap import wrap

from markupsafe import escape

from bot.domain.money import Money, parse_amount_in, total, totals
from bot.domain.plans import Plan, Rhythm
from bot.domain.promises import Promise, PromiseState
from bot.domain.scheduling import History, Recorded, Scheduling
from bot.i18n import Language
from bot.presenters import buttons
from bot.presenters.month_keyboard import holidays_of, month_to_tap
from bot.presenters.reply import Button, Reply, pager, rows, screen, some_of
from bot.render.plain import one_line, short

# The documents named in a question; currencies are fewer.
_NAMED = 6
# UTF-16 units on a page of the history: with the document's lines above they stay within a message's 4,096.
_PAGE_UNITS = 3_000
# What a promise takes of them beside its comment, and the characters after which a comment goes on in the next row.
_ROW_UNITS, _COMMENT_PIECE = 150, 1_000
# What the answer to a promise shows of the history: the last promises, with the beginning of their comments.
_LAST, _COMMENT_SHORT = 5, 100
# A day on which banks never work, to show how such days look.
_SUNDAY = date(2019, 7, 21)
# What is shown of a text that was not taken for an answer.
_ASIDE_SHOWN = 60
# Documents listed when several are scheduled together; the others are counted.
LISTED = 15


@dataclass(frozen=True, slots=True)
class _Entry:
    """A row of the history: a promise with its comment, or with what did not fit the row before (`goes_on`)."""

    promise: Promise
    comment: str
    goes_on: bool = False


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


def history(shown: History, today: date, language: Language, page: int | None = None) -> Reply:
    """A document with the list of its promises, each comment whole; the page (from 0) is the newest's by default."""
    document = shown.document
    balance = document.balance_on(today)
    pages = _pages(shown.promises)
    page = len(pages) - 1 if page is None else min(max(page, 0), len(pages) - 1)
    context = {
        "history": shown,
        "document": document,
        "balance": balance,
        "entries": pages[page],
        "states": states(language),
    }
    return screen(
        language,
        "history",
        context,
        keyboard=rows(
            pager(page, len(pages), f"hp:{document.id}:{{page}}"),
            (
                Button("🤝 " + language.gettext("Promise"), f"pr:{document.id}"),
                buttons.report(document.id, language),
            )
            if not document.not_owed(today)
            else (),
            (
                buttons.statement(shown.customer, language),
                _withdraw_button(shown, language),
            ),
        ),
    )


def _pages(promises: Sequence[Promise]) -> list[list[_Entry]]:
    pages: list[list[_Entry]] = [[]]
    room = _PAGE_UNITS
    for entry in _entries(promises):
        size = _ROW_UNITS + len(entry.comment.encode("utf-16-le")) // 2
        if size > room:
            pages.append([])
            room = _PAGE_UNITS
        pages[-1].append(entry)
        room -= size
    return pages


def _entries(promises: Sequence[Promise]) -> Iterator[_Entry]:
    for promise in promises:
        first, *rest = wrap(one_line(promise.comment), _COMMENT_PIECE) or [""]
        yield _Entry(promise, first)
        yield from (_Entry(promise, piece, goes_on=True) for piece in rest)


def recorded(made: Sequence[Recorded], language: Language) -> Reply:
    """The answer to a promise: the list of the document's promises, or each document's line."""
    return _recorded(made[0], language) if len(made) == 1 else _recorded_together(made, language)


def _recorded(made: Recorded, language: Language) -> Reply:
    whole = list(_entries(made.history.promises))
    shown = [_Entry(promise, _beginning(promise)) for promise in made.history.promises[-_LAST:]]
    document, on = made.history.document, made.promise.on
    context = {
        "recorded": made,
        "is_plan": made.promise.installments > 1,
        "promises": made.installments,
        "total": made.amount,
        "comment": _beginning(made.promise),
        "entries": shown,
        "states": states(language),
    }
    return screen(
        language,
        "recorded",
        context,
        keyboard=rows(
            (_bank_day_button(made, language),),
            (
                Button("📜 " + language.gettext("History"), f"hi:{document.id}")
                if shown != whole or made.promise.installments > 1
                else None,
            ),
            (
                buttons.statement(made.history.customer, language),
                buttons.month(on, language),
            ),
            (_confirm_button(made, language),),
            (_undo_button(made, language), _withdraw_button(made.history, language)),
        ),
        notice=language.gettext("Recorded"),
    )


def _beginning(promise: Promise) -> str:
    """A comment as far as an answer shows it."""
    return short(promise.comment, _COMMENT_SHORT) if promise.comment else ""


def _recorded_together(made: Sequence[Recorded], language: Language) -> Reply:
    on = made[0].promise.on
    context = {
        "first": made[0],
        "listed": made[:LISTED],
        "count": len(made),
        "totals": _totals([each.amount for each in made], listed=LISTED),
    }
    return screen(
        language,
        "recorded_together",
        context,
        keyboard=rows(
            (_bank_day_button(made[0], language),),
            (_confirm_button(made[0], language),),
            (buttons.month(on, language), _undo_button(made[0], language)),
        ),
        notice=language.gettext("Recorded"),
    )


def _bank_day_button(made: Recorded, language: Language) -> Button | None:
    """The way to the next banking day, for all that was promised at once."""
    if made.bank_day is None:
        return None
    text = f"📅 {language.date(made.bank_day)}"
    return Button(text, f"pb:{made.history.document.id}:{made.bank_day}:{made.promise.id}")


def _undo_button(made: Recorded, language: Language) -> Button:
    return Button("↩️ " + language.gettext("Undo"), f"un:{made.promise.id}")


def _confirm_button(made: Recorded, language: Language) -> Button:
    return Button("✉️ " + language.gettext("Confirm by email"), f"pc:{made.promise.id}")


def _withdraw_button(shown: History, language: Language) -> Button | None:
    if not shown.in_force:
        return None
    text = language.gettext("Withdraw plan") if len(shown.in_force) > 1 else language.gettext("Withdraw promise")
    return Button(f"🚫 {text}", f"wi:{shown.document.id}")


def ask_withdrawal(shown: History, language: Language) -> Reply:
    """Whether what is in force is to be withdrawn: the promise, or what is left of the plan."""
    in_force, document = shown.in_force, shown.document
    context = {
        "history": shown,
        "is_plan": len(in_force) > 1,
        "promises": in_force,
        "total": total((promise.amount for promise in in_force), document.total.currency),
        "comment": _beginning(in_force[0]),
    }
    yes = Button("🚫 " + language.gettext("Yes, withdraw"), f"wy:{document.id}:{in_force[0].id}")
    no = Button(language.gettext("No, keep it"), f"hp:{document.id}:{len(_pages(shown.promises)) - 1}")
    return screen(language, "withdraw", context, keyboard=((yes, no),))


def withdrawn(shown: History, today: date, language: Language) -> Reply:
    """What was in force is withdrawn, in the document's history."""
    said = "🚫 " + language.gettext("Withdrawn: that money is no longer expected.")
    return _above(said, history(shown, today, language))


def _above(said: str, listed: Reply) -> Reply:
    return replace(listed, plain=f"{said}\n\n{listed.plain}", rich=f"<p>{said}</p>\n{listed.rich}")


def undone(shown: Sequence[History], today: date, language: Language) -> Reply:
    """What was just promised is taken back: the document's history, or the documents in one line."""
    said = "↩️ " + language.gettext("Undone: it is as if it had never been promised.")
    if len(shown) == 1:
        return _above(said, history(shown[0], today, language))
    labels = some_of([each.document.label for each in shown], LISTED, language)
    return Reply(plain=f"{said}\n{escape(labels)}")


def _totals(amounts: Sequence[Money], *, listed: int) -> list[tuple[Money, int]]:
    """The sum in each currency, with the count of its amounts if not all of them are `listed`."""
    counts = Counter(amount.currency for amount in amounts) if len(amounts) > listed else Counter[str]()
    return [(amount, counts[amount.currency]) for amount in totals(amounts)]


def _subject(scheduling: Scheduling, language: Language) -> str:
    """The documents a question is about, with the plan and amount that were named, a line of HTML each."""
    balances = [item.balance for item in scheduling.items]
    sums = ", ".join(language.money(amount) for amount, _ in _totals(balances, listed=_NAMED))
    labels = [short(item.document.label, 40) for item in scheduling.items]
    shown = escape(", ".join(labels[:_NAMED]) + ("…" if len(labels) > _NAMED else ""))
    subject = language.ngettext(
        "<b>Document %(labels)s</b> · %(sums)s",
        "<b>%(n)s documents</b> (%(labels)s) · %(sums)s",
        len(labels),
        labels=shown,
        sums=sums,
    )
    if scheduling.plan:
        subject += f"\n{_plan(scheduling.plan, language)}"
    if scheduling.amount is not None:
        subject += f"\n💵 {language.money(parse_amount_in(scheduling.amount, balances[0].currency))}"
    return subject


def _plan(plan: Plan, language: Language) -> str:
    """A plan in words: `3 weekly payments`."""
    _ = language.gettext
    written = {
        Rhythm.WEEKLY: _("%(count)s weekly payments", count=plan.count),
        Rhythm.FORTNIGHTLY: _("%(count)s fortnightly payments", count=plan.count),
        Rhythm.MONTHLY: _("%(count)s monthly payments", count=plan.count),
    }
    return written[plan.rhythm]


def question(step: Scheduling, today: date, language: Language, month: date | None = None) -> Reply:
    """What is asked next: the date (on a calendar of `month`), a comment or the amount, then a confirmation."""
    cancel = cancel_button(step.number, language)
    subject = _subject(step, language)
    if step.on is None:
        return _ask_date(subject, step, month or today, today, language)
    when = f"{subject}\n📅 {language.day(step.on)}"
    if step.is_far(today):
        asked = language.gettext("That is more than %(days)s days away. Is it the right date?", days=step.far_days)
        said = language.gettext("Yes, %(date)s", date=language.date(step.on))
        yes = Button(f"✅ {said}", f"pf:{step.number}:{step.on}")
        return Reply(plain=f"{when}\n\n{asked}", keyboard=rows((yes, cancel)))
    if step.asks_amount:
        asked = language.gettext("What amount? Write it, for example <code>1624.00</code>, or tap the button.")
        whole = language.gettext("All of it: %(amount)s", amount=language.money(step.items[0].balance))
        return Reply(plain=f"{when}\n\n{asked}", keyboard=rows((Button(whole, f"pw:{step.number}"),), (cancel,)))
    if step.comment is None:
        return _ask_comment(when, step, cancel, language)
    label = language.ngettext("Schedule %(n)s document", "Schedule %(n)s documents", len(step.items))
    context = {
        "scheduling": step,
        "plan": _plan(step.plan, language) if step.plan else "",
        "listed": step.items[:LISTED],
        "count": len(step.items),
        "totals": _totals([item.balance for item in step.items], listed=LISTED),
    }
    yes, bank_day = Button("✅ " + label, f"pk:{step.number}"), step.bank_day
    other = Button(f"📅 {language.date(bank_day)}", f"pd:{step.number}:{bank_day}") if bank_day else None
    return screen(language, "confirm", context, keyboard=rows((other,), (yes,), (cancel,)))


def set_aside(typed: str, asked: Reply, language: Language) -> Reply:
    """The question once more, for a text typed after another command: it may have been meant for that one."""
    said = "✋ " + language.gettext(
        "«%(text)s» was not noted: another command came in between. If it answers this question, send it again.",
        text=escape(short(typed, _ASIDE_SHOWN)),
    )
    return replace(asked, plain=f"{said}\n\n{asked.plain}", rich=asked.rich and f"<p>{said}</p>\n{asked.rich}")


def cancel_button(number: str, language: Language) -> Button:
    """The way out of the question with this number."""
    return buttons.cancel(f"px:{number}", language)


def _ask_comment(when: str, step: Scheduling, cancel: Button, language: Language) -> Reply:
    asked = language.gettext("Write a comment, or tap the button for none.")
    other = Button(language.gettext("Other amount"), f"pa:{step.number}")
    return Reply(
        plain=f"{when}\n\n{asked}",
        keyboard=rows(
            (Button(language.gettext("No comment"), f"pn:{step.number}"), other if len(step.items) == 1 else None),
            (cancel,),
        ),
    )


def _ask_date(subject: str, step: Scheduling, month: date, today: date, language: Language) -> Reply:
    number = step.number
    if step.gone_by:
        subject += "\n⚠️ " + gone_by(step.gone_by, today, language)
    asked = language.gettext(
        "For what day? Tap one, or write it: <code>23/07</code>, <code>friday</code>, <code>+3</code>"
    )
    closed = language.gettext("Banks are closed on days in dots: ·%(day)s·", day=_SUNDAY.day)
    notes = escape("\n".join([closed, *holidays_of(month, today)]))
    now = Button(language.gettext("Today"), f"pd:{number}:{today}")
    return Reply(
        plain=f"{subject}\n\n{asked}\n<i>{notes}</i>",
        keyboard=(
            *month_to_tap(month, today, language, day=f"pd:{number}:{{}}", turn=f"pm:{number}:{{}}"),
            (now, cancel_button(number, language)),
        ),
    )


def gone_by(on: date, today: date, language: Language) -> str:
    """That a day has gone by."""
    return language.gettext(
        "%(on)s has gone by: today is %(today)s. Write a date from today on.",
        on=language.date(on),
        today=language.date(today),
    )


def cancelled(language: Language) -> Reply:
    """Nothing was recorded."""
    return Reply(plain=language.gettext("Cancelled: nothing was recorded."))
