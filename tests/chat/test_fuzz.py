"""A crowd of random updates; `python -m bench.fuzz` lets a hundred thousand of them come."""

from pathlib import Path

import pytest

from bench.fuzz import Fuzz


@pytest.mark.slow
async def test_six_hundred_updates_by_lot_meet_no_exception_leak_nothing_and_leave_the_ledger_whole(
    tmp_path: Path,
) -> None:
    fuzz = Fuzz(seed=20190716, folder=tmp_path)
    await fuzz.run(600)
    assert fuzz.problems == []
    assert fuzz.counts["updates"] >= 600
    assert fuzz.counts["tap, answered"] > 120
    assert fuzz.counts["tap, repeated"] > 0
