from datetime import date

from bot.cli.tour import tour


def test_on_the_seed_s_day_the_tour_makes_the_seed_s_promises() -> None:
    steps = [step.as_json() for step in tour(date(2019, 7, 16))]
    assert [step["types"] for step in steps if step["types"].startswith("/promesa")] == [
        '/promesa 7 2019-07-18 "Pagare con cheque."',
        '/promesa 7 2019-07-23 "Pagaré con cheque"',
    ]
    assert all(sum(bool(step[do]) for do in ("types", "taps", "control")) == 1 for step in steps)
