"""What was typed while the bot was stopped, and is handled on the next day."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.occasion import Occasion
from bot.domain.receipt_lines import parse_receipt
from bot.domain.receipts import PHOTO_TIME, Receipt
from bot.services import photos, receipts, statements
from tests.services.world import NOW, TODAY, World, act

A_DAY = timedelta(days=1)


def waited(world: World, source: str, *, later: timedelta = timedelta(0)) -> Occasion:
    """An act of tomorrow that was typed now, or some time later."""
    acting = replace(act(world.ana, TODAY + A_DAY, source), now=NOW + A_DAY)
    return replace(acting, sent_at=NOW + later, sent_on=TODAY)


def test_a_payment_is_of_the_day_and_instant_at_which_it_was_typed_and_so_is_what_was_sent_after_it(
    world: World,
) -> None:
    made = world.call(receipts.report, waited(world, "tg:1"), parse_receipt("7 100 efectivo"))
    assert isinstance(made, Receipt)
    assert (made.on, made.at) == (TODAY, NOW)
    assert world.call(photos.recent, waited(world, "tg:2", later=PHOTO_TIME / 2)) == (made,)
    assert world.call(photos.recent, waited(world, "tg:3", later=PHOTO_TIME * 2)) == ()


def test_the_date_of_a_statement_counts_from_the_day_on_which_it_was_typed(world: World) -> None:
    assert world.call(statements.statement, waited(world, "tg:1"), "CL002 ayer").as_of == TODAY - A_DAY
    assert world.call(statements.statement, waited(world, "tg:2"), "CL002").as_of == TODAY + A_DAY
