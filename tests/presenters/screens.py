"""Every screen, by the name of its golden files."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.agenda import AgendaPage, CustomerPage, DayList, OpenFilter, Today
from bot.domain.calendar import Basis, Collector, View
from bot.domain.correspondence import MailState, SkipReason
from bot.domain.money import Money
from bot.domain.people import Person, Role
from bot.domain.plans import Plan, Rhythm
from bot.domain.promises import PromiseState
from bot.domain.receivables import AttachmentPolicy, Document, DocumentKind
from bot.domain.reminders import Hours, QuietHours
from bot.domain.runs import RunChoices, RunPreview, RunState
from bot.domain.scheduling import CustomerChoice, DocumentChoice, History, Recorded
from bot.domain.scores import Score
from bot.domain.statement import Statement
from bot.i18n import Language
from bot.presenters import agenda, calendar, choices, mailing, promise, reminder, statement, welcome
from bot.presenters.reply import Picture, Reply
from tests.presenters.access_screens import ACCESS
from tests.presenters.confirming_screens import CONFIRMATIONS
from tests.presenters.loading_screens import LOADING
from tests.presenters.receipt_screens import SCREENS as RECEIPTS
from tests.presenters.rep_screens import SCREENS as REP
from tests.presenters.summary_screens import SUMMARIES
from tests.presenters.values import (
    EARLIER,
    EIGHT,
    FIRST,
    FIVE,
    JUAN,
    LAURAS,
    NINE,
    RAMIRO,
    RUN,
    SAMUEL,
    SEVEN,
    TODAY,
    agenda_page,
    broken_day,
    busy_morning,
    cash_of_many,
    cash_round,
    customers_page,
    day_list,
    digest,
    digest_of_many,
    due_list,
    history,
    july,
    july_of_a_collector,
    long_day,
    middle_page,
    morning,
    preview,
    preview_of_many,
    progress,
    recorded,
    recorded_first,
    replacing,
    scheduling,
    two_currencies,
)
from tests.presenters.values import promise as a_promise
from tests.render.examples import seed_statement

HOURS = Hours(time(8), ZoneInfo("America/Mexico_City"), QuietHours(time(20), time(7)))
ABROAD = Hours(time(9), ZoneInfo("Europe/Madrid"), QuietHours(time(19), time(8)))
LAURA = Person(1, "Laura Méndez", Role.COLLECTOR, "C1", 1001)
# The day on which banks keep Constitution Day in 2019.
HOLIDAY = date(2019, 2, 4)
FAR = date(2019, 12, 24)
PICTURE = Picture("key", lambda: b"picture")
PESOS, DUE = View("MXN"), View("MXN", Basis.DUE)
COLLECTORS = [Collector(f"C{n}", "Ana Ruiz" if n % 2 else "") for n in range(1, 24)]

_LONG_COMMENT = "Dice que paga en cuanto cobre la obra de la carretera; hablar antes con la contadora. " * 20
LONG_HISTORY = History(
    SEVEN, JUAN, tuple(a_promise(SEVEN, date(2019, 7, 20 + n), n, _LONG_COMMENT.strip()) for n in range(1, 4))
)

SCREENS: dict[str, Callable[[Language], Reply]] = {
    "statement": lambda t: statement.statement(seed_statement(), t),
    "statement_score": lambda t: statement.statement(seed_statement(), t, score=Score(4, 3, 0)),
    "statement_marked": lambda t: statement.statement(seed_statement(), t, score=Score(5, 1, 3)),
    "statement_reported": lambda t: statement.statement(
        two_currencies(), t, reported=(Money(1_624_00), Money(25_00, "USD"))
    ),
    "statement_two_currencies_1": lambda t: statement.statement(two_currencies(), t),
    "statement_two_currencies_2": lambda t: statement.statement(two_currencies(), t, 1),
    "statement_nothing_owed": lambda t: statement.statement(Statement(SAMUEL, TODAY, (), None), t),
    "ask_customer": lambda t: statement.ask_customer([JUAN, RAMIRO], t, by_text=True),
    "ask_customer_meanwhile": lambda t: statement.ask_customer([JUAN, RAMIRO], t, by_text=False),
    "agenda": lambda t: agenda.agenda(agenda_page(), t),
    "agenda_middle_page": lambda t: agenda.agenda(middle_page(), t),
    "agenda_of_a_customer": lambda t: agenda.agenda(customers_page(), t),
    "agenda_customers": lambda t: agenda.customers(CustomerPage((JUAN, RAMIRO), 1, 3, OpenFilter(overdue=True)), t),
    "agenda_customers_several": lambda t: agenda.customers(CustomerPage((JUAN, RAMIRO), text="<an>"), t),
    "agenda_customers_more": lambda t: agenda.customers(CustomerPage((JUAN, RAMIRO), text="<an>", more=True), t),
    "agenda_empty": lambda t: agenda.agenda(AgendaPage((), 0, 1, 0, 0, OpenFilter(without_promise=True), TODAY), t),
    "month": lambda t: calendar.month(july(), PICTURE, t),
    "month_of_a_collector": lambda t: calendar.month(july_of_a_collector(), PICTURE, t, dark=True),
    "month_collectors": lambda t: calendar.collectors(july_of_a_collector(), COLLECTORS, PICTURE, t, 1),
    "month_collectors_few": lambda t: calendar.collectors(july(), [LAURAS], PICTURE, t),
    "month_last": lambda t: calendar.month(replace(july(), first=date(2099, 12, 1)), PICTURE, t),
    "day": lambda t: calendar.day(day_list(), PESOS, t),
    "day_page_1": lambda t: calendar.day(long_day(), PESOS, t),
    "day_page_2": lambda t: calendar.day(long_day(), PESOS, t, 1),
    "day_broken_1": lambda t: calendar.day(broken_day(), PESOS, t),
    "day_broken_2": lambda t: calendar.day(broken_day(), PESOS, t, 1),
    "day_empty": lambda t: calendar.day(DayList(TODAY, TODAY, "MXN", ()), PESOS, t),
    "day_on_holiday": lambda t: calendar.day(replace(day_list(), on=date(2019, 9, 16)), PESOS, t),
    "day_due_on_holiday": lambda t: calendar.day(replace(due_list(), on=date(2019, 9, 16)), DUE, t),
    "day_due": lambda t: calendar.day(due_list(), july_of_a_collector().view, t),
    "day_due_page_1": lambda t: calendar.day(replace(due_list(), items=due_list().items * 4), DUE, t),
    "day_due_empty": lambda t: calendar.day(replace(due_list(), items=()), DUE, t),
    "digest": lambda t: reminder.digest(digest(), PICTURE, t),
    "digest_of_many": lambda t: reminder.digest(digest_of_many(), PICTURE, t),
    "cash": lambda t: reminder.reminder(cash_round(), t),
    "cash_of_many": lambda t: reminder.reminder(cash_of_many(), t),
    "reminder_set": lambda t: reminder.setting(replace(LAURA, reminder_time=time(7, 30)), HOURS, t),
    "reminder_set_elsewhere": lambda t: reminder.setting(replace(LAURA, time_zone="America/Tijuana"), ABROAD, t),
    "reminder_off": lambda t: reminder.setting(replace(LAURA, reminded=False), ABROAD, t),
    "reminder_zones": lambda t: reminder.zones(replace(LAURA, time_zone="America/Tijuana"), t),
    "today": lambda t: agenda.today(morning(), t),
    "today_busy_1": lambda t: agenda.today(busy_morning(), t),
    "today_busy_2": lambda t: agenda.today(busy_morning(), t, 1),
    "today_nothing": lambda t: agenda.today(Today(TODAY, (), ()), t),
    "today_nothing_but_a_score": lambda t: agenda.today(Today(TODAY, (), (), Score(due=1, kept=1)), t),
    "history": lambda t: promise.history(history(), TODAY, t),
    "history_none": lambda t: promise.history(History(FIVE, RAMIRO, ()), TODAY, t),
    "history_cancelled": lambda t: promise.history(History(replace(FIVE, cancelled=True), RAMIRO, ()), TODAY, t),
    "history_credit": lambda t: promise.history(replace(history(), document=_corrected()), TODAY, t),
    "history_not_kept": lambda t: promise.history(_not_kept(), TODAY, t),
    "history_plan": lambda t: promise.history(_plan_begun(), TODAY, t),
    "history_long_comments_1": lambda t: promise.history(LONG_HISTORY, TODAY, t, 0),
    "history_long_comments_2": lambda t: promise.history(LONG_HISTORY, TODAY, t),
    "recorded": lambda t: promise.recorded([recorded()], t),
    "recorded_on_holiday": lambda t: promise.recorded([recorded_first(SEVEN, JUAN, HOLIDAY)], t),
    "recorded_long_history": lambda t: promise.recorded([_recorded_again()], t),
    "recorded_plan": lambda t: promise.recorded([_plan()], t),
    "recorded_plan_again": lambda t: promise.recorded([_plan_again()], t),
    "recorded_plans_together": lambda t: promise.recorded([_plan_again(), _plan()], t),
    "recorded_together": lambda t: promise.recorded([recorded_first(EIGHT, RAMIRO), recorded()], t),
    "recorded_together_on_saturday": lambda t: promise.recorded(
        [recorded_first(document, SAMUEL, date(2019, 7, 20)) for document in (EIGHT, NINE)], t
    ),
    "withdraw": lambda t: promise.ask_withdrawal(history(), t),
    "withdraw_plan": lambda t: promise.ask_withdrawal(_plan_begun(), t),
    "withdraw_long_history": lambda t: promise.ask_withdrawal(LONG_HISTORY, t),
    "withdrawn": lambda t: promise.withdrawn(_withdrawn(), TODAY, t),
    "undone": lambda t: promise.undone([history()], TODAY, t),
    "undone_together": lambda t: promise.undone([history(), History(FIVE, RAMIRO, ())], TODAY, t),
    "undone_many": lambda t: promise.undone([history()] * 17, TODAY, t),
    "question_date": lambda t: promise.question(scheduling(SEVEN, NINE), TODAY, t),
    "question_date_gone_by": lambda t: promise.question(
        replace(scheduling(SEVEN), gone_by=date(2019, 7, 15)), TODAY, t
    ),
    "question_far": lambda t: promise.question(replace(scheduling(SEVEN, on=FAR), amount="500"), TODAY, t),
    "question_comment": lambda t: promise.question(scheduling(SEVEN, on=date(2019, 7, 23)), TODAY, t),
    "question_set_aside": lambda t: promise.set_aside(
        "ramiro <b>", promise.question(scheduling(SEVEN, on=date(2019, 7, 23)), TODAY, t), t
    ),
    "question_confirm_set_aside": lambda t: promise.set_aside(
        "ramiro", promise.question(scheduling(SEVEN, NINE, on=date(2019, 7, 23), comment="x"), TODAY, t), t
    ),
    "question_date_next_month": lambda t: promise.question(scheduling(SEVEN), TODAY, t, date(2019, 9, 1)),
    "question_amount": lambda t: promise.question(
        replace(scheduling(SEVEN, on=date(2019, 7, 23)), asks_amount=True), TODAY, t
    ),
    "question_comment_of_part": lambda t: promise.question(
        replace(scheduling(SEVEN, on=date(2019, 7, 23)), amount="1,000"), TODAY, t
    ),
    "question_date_of_plan": lambda t: promise.question(
        replace(scheduling(SEVEN), plan=Plan(12, Rhythm.MONTHLY)), TODAY, t
    ),
    "question_customer": lambda t: choices.customer(CustomerChoice((JUAN, RAMIRO), "811"), t),
    "question_customer_several": lambda t: choices.customer(CustomerChoice((JUAN, RAMIRO), "811", "<an>"), t),
    "question_customer_settled": lambda t: choices.customer(CustomerChoice((JUAN,), "811", settled=SAMUEL), t),
    "question_document": lambda t: choices.document(DocumentChoice(agenda_page().items[:1], "811"), t),
    "question_document_several": lambda t: choices.document(DocumentChoice(agenda_page().items, "811", "<7>"), t),
    "question_document_last_page": lambda t: choices.document(DocumentChoice(agenda_page().items * 3, "811"), t, 9),
    "question_confirm": lambda t: promise.question(
        scheduling(SEVEN, NINE, on=date(2019, 7, 23), comment="Pasar antes de las 2"), TODAY, t
    ),
    "question_confirm_weekend": lambda t: promise.question(
        scheduling(SEVEN, NINE, on=date(2019, 7, 20), comment=""), TODAY, t
    ),
    "question_confirm_plans": lambda t: promise.question(
        replace(scheduling(SEVEN, NINE, on=date(2019, 7, 23), comment=""), plan=Plan(6, Rhythm.FORTNIGHTLY)), TODAY, t
    ),
    "question_confirm_many": lambda t: promise.question(
        scheduling(*[replace(NINE, folio=str(n)) for n in range(101, 120)], on=date(2019, 7, 23), comment=""), TODAY, t
    ),
    "promise_cancelled": promise.cancelled,
    "mail_preview": lambda t: mailing.rehearsed(mailing.preview(preview(), t), None, t),
    "mail_skipped": lambda t: mailing.preview(preview(SkipReason.NO_ADDRESS), t),
    "mail_preview_plain_files": lambda t: mailing.preview(_with_policy(AttachmentPolicy.PDF_ONLY), t),
    "mail_preview_zip": lambda t: mailing.preview(_with_policy(AttachmentPolicy.ZIP), t),
    "mail_preview_without_files": lambda t: mailing.preview(_with_policy(AttachmentPolicy.NONE), t),
    "mail_preview_of_many": lambda t: mailing.preview(preview_of_many(), t),
    "mail_preview_replaces": lambda t: mailing.preview(replacing(), t),
    "mail_preview_of_many_replaces": lambda t: mailing.preview(replacing(3), t),
    "mail_earlier_waits": lambda t: mailing.preview(preview(SkipReason.EARLIER_WAITS, EARLIER), t),
    "mail_earlier_waits_of_nobody": lambda t: mailing.preview(
        preview(SkipReason.EARLIER_WAITS, replace(EARLIER, asked_by="")), t
    ),
    "mail_earlier_withheld": lambda t: mailing.preview(
        preview(SkipReason.EARLIER_WAITS, replace(EARLIER, withheld=True)), t
    ),
    "mail_report_earlier_waits": lambda t: mailing.progress(progress(MailState.SENT, SkipReason.EARLIER_WAITS), t),
    "mail_stopped_withheld": lambda t: mailing.progress(
        progress(MailState.SENT, MailState.RETRY, MailState.CANCELLED, run=replace(RUN, state=RunState.STOPPED)), t
    ),
    "mail_superseded": lambda t: mailing.progress(progress(SkipReason.SUPERSEDED), t),
    "mail_preview_of_nobody": lambda t: mailing.preview(
        replace(preview_of_many(), candidates=preview_of_many().skipped), t
    ),
    "mail_preview_rehearsed": lambda t: mailing.rehearsed(mailing.preview(preview(), t), "yo@casa.example", t),
    "mail_choices": lambda t: mailing.choices(
        RunChoices(RUN, tuple(replace(c, ticked=c.customer is RAMIRO) for c in preview_of_many().going), 0, 2, 11, 4), t
    ),
    "mail_choices_none": lambda t: mailing.choices(RunChoices(RUN, (), 0, 1, 0, 0), t),
    "mail_nobody": mailing.nobody,
    "mail_nobody_overdue": lambda t: mailing.nobody(t, overdue=True),
    "mail_old": lambda t: mailing.ask_again(31, timedelta(hours=30), t),
    "mail_very_old": lambda t: mailing.ask_again(31, timedelta(days=3), t),
    "mail_sending": lambda t: mailing.progress(progress(None), t),
    "mail_sent": lambda t: mailing.progress(progress(MailState.SENT), t),
    "mail_retry": lambda t: mailing.progress(progress(MailState.RETRY), t),
    "mail_failed": lambda t: mailing.progress(
        progress(MailState.FAILED, reason="Microsoft 365 is busy (429, 100%)"), t
    ),
    "mail_failed_unsaid": lambda t: mailing.progress(progress(MailState.FAILED), t),
    "mail_progress": lambda t: mailing.progress(
        progress(*[MailState.SENT] * 5, MailState.FAILED, MailState.RETRY, *[None] * 3, SkipReason.NO_ADDRESS), t
    ),
    "mail_progress_begun": lambda t: mailing.progress(progress(None, None), t),
    "mail_stopped_at_once": lambda t: mailing.progress(
        progress(None, None, run=replace(RUN, state=RunState.STOPPED)), t
    ),
    "mail_report": lambda t: mailing.progress(
        progress(*[MailState.SENT] * 14, MailState.FAILED, *[SkipReason.OPTED_OUT] * 2, reason="No such mailbox <x>"), t
    ),
    "mail_report_unwritten": lambda t: mailing.progress(
        progress(MailState.SENT, SkipReason.UNWRITTEN, SkipReason.NO_ADDRESS, SkipReason.UNWRITTEN), t
    ),
    "mail_report_unwritten_alone": lambda t: mailing.progress(progress(SkipReason.UNWRITTEN), t),
    "mail_report_all_sent": lambda t: mailing.progress(progress(*[MailState.SENT] * 2), t),
    "mail_stopped": lambda t: mailing.progress(
        progress(
            MailState.SENT, MailState.SENDING, MailState.CANCELLED, None, run=replace(RUN, state=RunState.STOPPED)
        ),
        t,
    ),
    "mail_late": lambda t: mailing.late(
        progress(MailState.SENT, *[MailState.FAILED] * 2, SkipReason.OPTED_OUT, reason="Microsoft 365 did not answer"),
        t,
    ),
    "mail_late_of_one": lambda t: mailing.late(progress(MailState.SENT), t),
    "mail_late_stopped": lambda t: mailing.late(
        progress(MailState.CANCELLED, run=replace(RUN, state=RunState.STOPPED)), t
    ),
    "mail_unclear": lambda t: mailing.preview(preview(SkipReason.UNCLEAR), t),
    "mail_late_unclear": lambda t: mailing.late(progress(MailState.SENT, SkipReason.UNCLEAR), t),
    "mail_not_yours_any_more": lambda t: mailing.preview(preview(SkipReason.NOT_YOURS), t),
    "mail_cancelled": mailing.cancelled,
    "mail_file_too_large": lambda t: mailing.too_large(20 * 2**20, t),
    **CONFIRMATIONS,
    **LOADING,
    **RECEIPTS,
    **REP,
    **SUMMARIES,
    "start": lambda t: welcome.start(LAURA, t),
    "help": lambda t: welcome.help_(Role.COLLECTOR, t),
    **ACCESS,
    "stranger": lambda t: welcome.stranger(987654321, t),
    "not_understood": lambda t: welcome.not_understood("ramiro & hijos", t),
    "unknown_command": lambda t: welcome.unknown_command("/estdo", t),
    "not_text": welcome.not_text,
    "edited": welcome.edited,
    "too_fast": lambda t: welcome.too_fast("/estado <CL002>", 7, t),
    "too_fast_a_file": lambda t: welcome.too_fast("", 1, t),
    "too_fast_a_tap": lambda t: welcome.tapped_too_fast(7, t),
    "private_only": welcome.private_only,
    "unexpected": lambda t: welcome.unexpected("1f2e3d4c", t),
    "old_button": welcome.old_button,
}


def _with_policy(policy: AttachmentPolicy) -> RunPreview:
    shown = preview()
    (only,) = shown.candidates
    return replace(shown, candidates=(replace(only, customer=replace(RAMIRO, attachments=policy)),), bare=())


def _not_kept() -> History:
    kept, broken, put_off = PromiseState.KEPT, PromiseState.BROKEN, PromiseState.RESCHEDULED
    ends = (kept, broken, put_off, broken, put_off, PromiseState.WITHDRAWN)
    made = tuple(a_promise(FIVE, date(2019, 7, n), n, state=state) for n, state in enumerate(ends, 1))
    return History(FIVE, RAMIRO, made)


def _recorded_again() -> Recorded:
    """The eighth promise of a document, most of them with long comments."""
    made = tuple(a_promise(SEVEN, date(2019, 7, 20 + n), n, _LONG_COMMENT * (n % 2)) for n in range(1, 9))
    return Recorded(made[-1], History(SEVEN, JUAN, made), rescheduled=True)


def _plan(*, paid: int = 0) -> Recorded:
    """The seventh document in three payments, of which so many are kept."""
    plan = Plan(3, Rhythm.WEEKLY).installments(SEVEN.total, date(2019, 7, 23))
    made = tuple(
        replace(
            a_promise(SEVEN, on, n, "Su abono de la obra", cents=amount.minor), installment=n, installments=len(plan)
        )
        for n, (on, amount) in enumerate(plan, 1)
    )
    kept = (replace(each, state=PromiseState.KEPT) for each in made[:paid])
    return Recorded(made[0], History(SEVEN, JUAN, (*kept, *made[paid:])), rescheduled=False)


def _corrected() -> Document:
    """An invoice that a file has made a credit note since."""
    return replace(SEVEN, kind=DocumentKind.CREDIT_NOTE)


def _plan_begun() -> History:
    return _plan(paid=1).history


def _plan_again() -> Recorded:
    """After a promise, a plan of two payments on Saturdays."""
    plan = Plan(2, Rhythm.WEEKLY).installments(SEVEN.total, date(2019, 7, 20))
    made = tuple(
        replace(a_promise(SEVEN, on, 1 + n, cents=amount.minor), installment=n, installments=len(plan), replaces=1)
        for n, (on, amount) in enumerate(plan, 1)
    )
    return Recorded(made[0], History(SEVEN, JUAN, (FIRST, *made)), rescheduled=True)


def _withdrawn() -> History:
    shown = history()
    return replace(shown, promises=(shown.promises[0], replace(shown.promises[1], state=PromiseState.WITHDRAWN)))
