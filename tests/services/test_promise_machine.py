"""Whatever happens to a document's promises, in whatever order, the ledger says what an independent count says."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.domain.calendar import View
from bot.domain.dates import add_months, is_bank_day
from bot.domain.errors import Refusal, UndoSuperseded, UndoTooLate
from bot.domain.occasion import Occasion
from bot.domain.plans import Plan, Rhythm
from bot.domain.promises import PromiseState
from bot.domain.receivables import ApplicationKind
from bot.services import calendar, judgement, scheduling
from bot.services.undoing import undo
from bot.store.database import Database
from bot.store.loading.shared import settle
from bot.store.models import ApplicationRow, DocumentRow
from tests import factories
from tests.search import examples
from tests.services.world import World, build

# ruff: noqa: D102 - what the names of the steps do not say stands in their docstrings

MONDAY = date(2019, 9, 9)  # a week before Independence Day, on which banks rest
TOTAL = 1000_00
TOLERANCE = 1
MOST = 4
DAYS = st.sampled_from([0, 0, 0, 1, 2, 5])
IN_FORCE, WITHDRAWN, RESCHEDULED = PromiseState.IN_FORCE, PromiseState.WITHDRAWN, PromiseState.RESCHEDULED
LEDGERS = ("SELECT * FROM promises ORDER BY id", "SELECT * FROM promise_events ORDER BY id")


@dataclass
class Told:
    """A promise as the test knows it; `closed` by a person, or «undone»."""

    group: int
    on: date
    until: int
    amount: int
    made_on: date
    known: int
    closed: str = ""


class Office(RuleBasedStateMachine):
    """One document, its promises and payments, and the days going by."""

    template: ClassVar[Path]

    @initialize()
    def open(self) -> None:
        """A database of its own, with what the test knows beside it."""
        self.folder = Path(mkdtemp())
        shutil.copy(self.template, self.folder / "office.db")
        self.world: World = build(Database(f"sqlite:///{self.folder / 'office.db'}"))
        self.id = self.world.documents["7"]
        self.today, self.cancelled = MONDAY, False
        self.told: list[Told] = []
        self.replaced: dict[int, int] = {}
        self.paid: dict[int, tuple[date, int]] = {}
        self.credited = 0
        self.before: list[list[tuple[object, ...]]] = [[], []]
        with self.change() as row:
            row.total = TOTAL

    @contextmanager
    def change(self) -> Iterator[DocumentRow]:
        with self.world.database.transaction() as session:
            yield session.get_one(DocumentRow, self.id)
            settle(session, [self.id])

    def act(self) -> Occasion:
        return Occasion(self.world.ana, self.today, datetime.combine(self.today, time(12), UTC))

    # What the test reckons by itself.

    def received(self, until: date) -> int:
        """What stands today of the money received until a day: the least that the account held since."""
        held, least = 0, None
        for day in sorted({until, *(on for on, _ in self.paid.values())}):
            if day > self.today:
                break
            held = max(0, held + sum(minor for on, minor in self.paid.values() if on == day))
            if day >= until:
                least = held if least is None else min(least, held)
        return held if least is None else least

    def received_on(self, day: date) -> int:
        return self.received(day) - self.received(day - timedelta(days=1))

    def balance(self) -> int:
        paid = sum(minor for on, minor in self.paid.values() if on <= self.today)
        return 0 if self.cancelled else TOTAL - self.credited - paid

    def state(self, told: Told) -> PromiseState:
        if told.closed:
            return WITHDRAWN if told.closed == "undone" else PromiseState(told.closed)
        tolerated = told.on
        for _ in range(TOLERANCE):
            tolerated += timedelta(days=1)
            while not is_bank_day(tolerated):
                tolerated += timedelta(days=1)
        # Until the next banking day the bank's books of the last tolerated one are not closed.
        while not is_bank_day(tolerated + timedelta(days=1)):
            tolerated += timedelta(days=1)
        since = self.received(max(tolerated, told.made_on)) - self.received(told.made_on)
        came = since + max(0, self.received_on(told.made_on) - told.known)
        if came >= told.until or self.received(max(tolerated, told.made_on)) >= TOTAL:
            return PromiseState.KEPT
        if self.cancelled:
            return WITHDRAWN
        later = [other.made_on for other in self.told if other.group > told.group and other.closed != "undone"]
        if (later[0] if later else self.today) <= tolerated:
            return RESCHEDULED if later else IN_FORCE
        return PromiseState.PARTIALLY_KEPT if came > told.until - told.amount else PromiseState.BROKEN

    def tell(self, payments: list[tuple[date, int]]) -> None:
        known, group = self.received_on(self.today), len(self.told)
        for told in self.told:
            if self.state(told) is IN_FORCE:
                told.closed = RESCHEDULED.value
                self.replaced[group] = told.group
        for n, (on, amount) in enumerate(payments):
            until = sum(minor for _, minor in payments[: n + 1])
            self.told.append(Told(group, on, until, amount, self.today, known))

    # What may happen, each after some days.

    def wait(self, days: int) -> None:
        """Let days go by."""
        self.today += timedelta(days=days)

    @rule(wait=DAYS, days=st.integers(0, 6), percent=st.sampled_from([30, 30, 100]))
    def promise(self, wait: int, days: int, percent: int) -> None:
        """All or a part is promised."""
        self.wait(wait)
        if self.balance() > 0:
            amount, on = max(1, self.balance() * percent // 100), self.today + timedelta(days=days)
            self.world.call(scheduling.promise, self.act(), [self.id], on, amount=f"{amount / 100:.2f}")
            self.tell([(on, amount)])

    @rule(wait=DAYS, days=st.integers(0, 3), count=st.integers(2, MOST))
    def plan(self, wait: int, days: int, count: int) -> None:
        """The whole is promised in parts."""
        self.wait(wait)
        first, balance = self.today + timedelta(days=days), self.balance()
        if balance >= MOST:
            self.world.call(scheduling.promise, self.act(), [self.id], first, plan=Plan(count, Rhythm.WEEKLY))
            shares = [balance // count + (n < balance % count) for n in range(count)]
            self.tell([(first + timedelta(days=7 * n), share) for n, share in enumerate(shares)])

    @rule(wait=DAYS, how=st.sampled_from(["move", "undo", "undo", "withdraw"]), days=st.integers(0, 6))
    def take_back(self, wait: int, how: str, days: int) -> None:
        """What was promised is put off, undone or withdrawn."""
        self.wait(wait)
        if how == "move":
            self.move(days)
        elif how == "withdraw":
            self.withdraw()
        elif any(told.closed != "undone" for told in self.told):
            self.undo()

    def move(self, days: int) -> None:
        """The promise in force is put off."""
        waiting = [told for told in self.told if self.state(told) is IN_FORCE]
        on = self.today + timedelta(days=days)
        # The first that is in force, else the last that was, if one.
        place = next((n for n, told in enumerate(self.told) if self.state(told) is IN_FORCE), -1)
        made = self.world.call(scheduling.history, self.act(), self.id).promises
        try:
            self.world.call(scheduling.move, self.act(), self.id, made[place].id if made else 0, on)
        except Refusal:
            is_plan = len([told for told in self.told if waiting and told.group == waiting[0].group]) > 1
            assert not waiting or is_plan or self.balance() <= 0
        else:
            self.tell([(on, self.to_come(waiting[0]))])

    @rule(wait=DAYS, percent=st.sampled_from([10, 30, 30, 60, 100]), days=st.sampled_from([-4, -2, -1, 0, 0, 0, 3]))
    def pay(self, wait: int, percent: int, days: int) -> None:
        """Something is paid, and loaded that day, late or dated ahead."""
        self.wait(wait)
        if (minor := self.balance() * percent // 100) > 0:
            self.apply(minor, self.today + timedelta(days=days))

    @rule(wait=DAYS, how=st.sampled_from(["reverse", "take out", "credit"]), which=st.integers(0, 9))
    def lose(self, wait: int, how: str, which: int) -> None:
        """What was paid is no longer, or what was to be paid is credited."""
        self.wait(wait)
        if how == "reverse":
            self.reverse(30 if which % 2 else 100)
        elif how == "take out":
            self.take_out(which)
        elif which == 0:
            self.credit(150_00)

    def reverse(self, percent: int) -> None:
        """A cheque bounces."""
        if self.paid and (minor := [*self.paid.values()][-1][1] * percent // 100) > 0:
            self.apply(-minor, self.today)

    def credit(self, minor: int) -> None:
        """A credit note is applied."""
        with self.world.database.transaction() as session:
            row = session.get_one(DocumentRow, self.id)
            factories.application(session, row, minor, self.today, kind=ApplicationKind.CREDIT_NOTE)
        self.credited += minor

    def take_out(self, which: int) -> None:
        """The ERP no longer has a payment."""
        if self.paid:
            key = sorted(self.paid)[which % len(self.paid)]
            with self.world.database.transaction() as session:
                session.delete(session.get_one(ApplicationRow, key))
                settle(session, [self.id])
            del self.paid[key]

    def apply(self, minor: int, on: date) -> None:
        with self.world.database.transaction() as session:
            row = session.get_one(DocumentRow, self.id)
            self.paid[factories.application(session, row, minor, on).id] = (on, minor)

    def cancel(self, *, cancelled: bool) -> None:
        """The document is cancelled, or is again as before."""
        self.cancelled = cancelled
        with self.change() as row:
            row.cancelled = cancelled

    def undo(self) -> None:
        """The last promise is undone, if it may be."""
        last = [told for told in self.told if told.closed != "undone"][-1]
        group = [told for told in self.told if told.group == last.group]
        number = self.told.index(last)
        made = self.world.call(scheduling.history, self.act(), self.id).promises[number]
        try:
            self.world.call(undo, self.act(), made.id)
        except UndoTooLate:
            assert last.made_on < self.today
        except UndoSuperseded:
            assert any(self.state(told) is not IN_FORCE for told in group)
        else:
            assert last.made_on == self.today
            replaced = self.replaced.get(last.group)
            for told in self.told:
                if told.group == last.group:
                    told.closed = "undone"
                elif told.group == replaced and told.closed == RESCHEDULED.value:
                    told.closed = ""

    def withdraw(self) -> None:
        """What is in force is withdrawn."""
        waiting = [told for told in self.told if self.state(told) is IN_FORCE]
        try:
            asked = self.world.call(scheduling.to_withdraw, self.act(), self.id)
            self.world.call(scheduling.withdraw, self.act(), self.id, asked.in_force[0].id)
        except Refusal:
            assert not waiting
        for told in waiting:
            told.closed = WITHDRAWN.value

    @rule(wait=DAYS, cancelled=st.sampled_from([False, False, False, True]))
    def night(self, wait: int, *, cancelled: bool) -> None:
        """The ledger is judged, at times with the document cancelled by mistake, and held against our own count."""
        self.wait(wait)
        if cancelled:
            self.cancel(cancelled=True)
            self.compare()
            self.cancel(cancelled=False)
        self.compare()

    def compare(self) -> None:
        """What the ledger says once it is judged is what the test says."""
        self.judge()
        promises = self.world.call(scheduling.history, self.act(), self.id)
        assert [promise.state for promise in promises.promises] == [self.state(told) for told in self.told]
        assert promises.level == sum(self.state(told) is PromiseState.BROKEN for told in self.told)

    def judge(self) -> None:
        now = self.act().now
        with self.world.database.transaction() as session:
            judgement.judge(session, self.today, now, TOLERANCE)
            # Judged again, and asked for by name: the nightly run has left nothing out.
            for only in (None, [self.id]):
                assert judgement.judge(session, self.today, now, TOLERANCE, only).total == 0

    # What always holds.

    @invariant()
    def the_ledger_only_grows(self) -> None:
        with self.world.database.transaction() as session:
            for n, query in enumerate(LEDGERS):
                rows = [tuple(row) for row in session.execute(text(query))]
                assert rows[: len(self.before[n])] == self.before[n]
                self.before[n] = rows

    @invariant()
    def one_arrangement_is_in_force_and_the_calendar_adds_up_to_it(self) -> None:
        with self.world.database.transaction() as session:
            waiting = self.waiting(session)
        assert len({self.told[number - 1].group for number, *_ in waiting}) <= 1
        shown = self.world.call(scheduling.history, self.act(), self.id).in_force
        assert [(p.on, p.amount.minor) for p in shown] == [(on, amount) for _, on, amount in waiting]
        first, months = MONDAY.replace(day=1), []
        while first <= max([self.today, *(told.on for told in self.told)]):
            months.append(self.world.call(calendar.month, self.act(), first))
            first = add_months(first, 1)
        left = {on: self.to_come(self.told[number - 1]) for number, on, _ in waiting}
        days = {on: day.total.minor for month in months for on, day in month.days.items() if day.count}
        assert days == {on: minor for on, minor in left.items() if minor}
        for on, minor in days.items():
            assert self.world.call(calendar.day, self.act(), on, View("MXN")).left.minor == minor

    def to_come(self, told: Told) -> int:
        """What was not paid since, at most what earlier payments of the plan leave of the balance."""
        since = self.received(self.today) - self.received(told.made_on)
        came = since + max(0, self.received_on(told.made_on) - told.known)
        before, until = (max(0, min(minor - came, self.balance())) for minor in (told.until - told.amount, told.until))
        return until - before

    @staticmethod
    def waiting(session: Session) -> list[tuple[int, date, int]]:
        rows = session.execute(
            text(
                'SELECT p.number, f."on", p.amount FROM promises_in_force f '
                "JOIN promises p ON p.id = f.promise_id ORDER BY p.number"
            )
        )
        return [(number, date.fromisoformat(on), amount) for number, on, amount in rows]

    def teardown(self) -> None:
        """Judge once more; then it does not matter how often before."""
        if hasattr(self, "world"):
            self.compare()
            self.world.database.close()
            shutil.rmtree(self.folder)


@pytest.mark.slow
def test_the_ledger_says_what_an_independent_count_says(sqlite_template: Path) -> None:
    Office.template = sqlite_template
    run_state_machine_as_test(
        Office,
        settings=settings(
            max_examples=examples(20, searching=40),
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
