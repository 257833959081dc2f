"""Payments reported in the street, as the tests of use cases type them."""

from bot.domain.occasion import Occasion
from bot.domain.receipt_lines import parse_receipt
from bot.domain.receipts import Asked, Receipt
from bot.domain.scheduling import DocumentChoice
from bot.services import day_totals, receipts
from tests.services.world import TODAY, World, act
from tests.services.world import pay as applied

CASH = "7 1000 efectivo"


def report(world: World, typed: str = CASH, by: Occasion | None = None) -> Receipt:
    made = world.call(receipts.report, by or act(world.ana), parse_receipt(typed))
    assert isinstance(made, Receipt)
    return made


def ask(world: World, typed: str, source: str | None = "tg:5") -> Asked:
    asked = world.call(receipts.report, act(world.ana, source=source), parse_receipt(typed))
    assert isinstance(asked, Asked)
    return asked


def say(world: World, typed: str, source: str | None = "tg:6") -> Receipt | Asked | DocumentChoice:
    return world.call(receipts.type_answer, act(world.ana, source=source), typed)


def of_today(world: World) -> tuple[Receipt, ...]:
    return world.call(day_totals.of_person, world.ana, TODAY).receipts


def pay(world: World, minor: int) -> None:
    applied(world, "7", minor)
