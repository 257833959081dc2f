"""What a month's picture costs, beside july's month and plain pyplot's, at the same pixel size, in one run.

`.venv/bin/python -m bench.month [--july FOLDER] [--rounds N]`

july is no dependency of ours (its last release is of 2021): `pip install --no-deps --target FOLDER july`.
Each draws the same thirty-one days with other amounts every time, warm, into the bytes of a PNG, in a process of its
own; they take turns, and the median of all turns counts. july draws its own figure: shades and the days' numbers, no
amounts, counts, names or legend. The last line is a month that nobody has changed: its key is all that is computed.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from io import BytesIO
from itertools import count
from pathlib import Path

ROOT = Path(__file__).parents[1]

FIRST, DAYS, DPI = date(2019, 7, 1), 31, 72
WARM, TIMED = 8, 12


def days(number: int) -> Iterator[tuple[date, int, int]]:
    """Date, cents and documents of each day of the month with this number."""
    for n in range(DAYS):
        yield FIRST + timedelta(days=n), (n * n * 4_177_31 + number * 977_13) % 250_000_00 + 1, n * 13 % 40 + 1


def ours() -> Callable[[int], bytes]:
    """The picture as the bot sends it."""
    from bot.domain.calendar import Day, Month  # noqa: PLC0415 - each contestant imports its own
    from bot.domain.money import Money  # noqa: PLC0415 - likewise
    from bot.i18n import language  # noqa: PLC0415 - likewise
    from bot.render.calendar_image import month_key, month_png  # noqa: PLC0415 - likewise

    spanish = language("es")

    def month(number: int) -> Month:
        made = {on: Day(on, Money(cents), documents) for on, cents, documents in days(number)}
        return Month(FIRST, FIRST, "MXN", made)

    unchanged = month(0)
    OTHERS["key"] = lambda _number: month_key(unchanged, spanish).encode()
    return lambda number: month_png(month(number), spanish)


OTHERS: dict[str, Callable[[int], bytes]] = {}


def july(size: tuple[int, int]) -> Callable[[int], bytes]:
    """The month as july draws it."""
    import matplotlib as mpl  # noqa: PLC0415 - likewise

    # july asks for it where matplotlib kept it until 3.8.
    mpl.cbook.MatplotlibDeprecationWarning = mpl.MatplotlibDeprecationWarning  # type: ignore[attr-defined] # just so
    import july as peer  # noqa: PLC0415 - likewise
    import matplotlib.pyplot as plt  # noqa: PLC0415, TID251 - it is what the peer draws with

    def draw(number: int) -> bytes:
        figure, axes = plt.subplots(figsize=(size[0] / DPI, size[1] / DPI), dpi=DPI)
        dates, cents, _ = zip(*days(number), strict=True)
        peer.month_plot(dates, [amount / 100 for amount in cents], date_label=True, value_label=False, ax=axes)
        return png(figure, plt)

    return draw


def pyplot(size: tuple[int, int]) -> Callable[[int], bytes]:
    """The month as somebody draws it in an hour: a coloured grid with three texts in each day."""
    import matplotlib.pyplot as plt  # noqa: PLC0415, TID251 - the peer
    import numpy as np  # noqa: PLC0415 - likewise

    def draw(number: int) -> bytes:
        figure, axes = plt.subplots(figsize=(size[0] / DPI, size[1] / DPI), dpi=DPI)
        grid = np.full((5, 7), np.nan)
        for on, cents, documents in days(number):
            row, column = divmod((on - FIRST).days, 7)
            grid[row, column] = cents
            axes.text(column, row - 0.3, str(on.day), ha="center")
            axes.text(column, row, rf"\${cents / 100:,.2f}", ha="center")
            axes.text(column, row + 0.3, f"{documents} docs.", ha="center")
        axes.imshow(grid, aspect="auto", cmap="Blues")
        axes.set_title("Julio 2019")
        axes.set_axis_off()
        return png(figure, plt)

    return draw


def png(figure: object, plt: object) -> bytes:
    """The figure's bytes; pyplot keeps it until it is closed."""
    file = BytesIO()
    figure.savefig(file, format="png", dpi=DPI)  # type: ignore[attr-defined] # pyplot's figure
    plt.close(figure)  # type: ignore[attr-defined] # pyplot itself
    return file.getvalue()


def seconds(draw: Callable[[int], bytes]) -> list[float]:
    """What each of some drawings took, after some that do not count."""
    numbers, taken = count(), []
    for _ in range(WARM):
        draw(next(numbers))
    for _ in range(TIMED):
        begun = time.perf_counter()
        draw(next(numbers))
        taken.append(time.perf_counter() - begun)
    return taken


def contest(name: str, size: tuple[int, int]) -> dict[str, list[float]]:
    """One turn of one contestant."""
    draw = ours() if name == "ours" else {"july": july, "pyplot": pyplot}[name](size)
    return {name: seconds(draw), **{other: seconds(work) for other, work in OTHERS.items()}}


def main() -> None:
    """Let them take turns, and print the medians and ratios."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--july", type=Path, help="the folder that july was installed into")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--json", type=Path)
    arguments.add_argument("--turn", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    from PIL import Image  # noqa: PLC0415 - as the contestants

    with Image.open(BytesIO(ours()(0))) as picture:
        size = picture.size
    if given.turn:
        print(json.dumps(contest(given.turn, size)))
        return
    names = ["ours", *(["july"] if given.july else []), "pyplot"]
    taken: dict[str, list[float]] = {}
    folders = [str(ROOT), *([str(given.july.resolve())] if given.july else [])]
    for _ in range(given.rounds):
        for name in names:
            command = [sys.executable, "-m", "bench.month", "--turn", name]
            environment = {**os.environ, "PYTHONPATH": os.pathsep.join(folders), "MPLBACKEND": "agg"}
            turn = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=ROOT, env=environment)  # noqa: S603 - ourselves
            for key, each in json.loads(turn.stdout).items():
                taken.setdefault(key, []).extend(each)
    medians = {name: statistics.median(each) for name, each in taken.items()}
    print(f"a changed month, {size[0]} × {size[1]} pixels, median of {given.rounds * TIMED}")
    for name in names:
        print(f"  {name:<8}{medians[name] * 1000:8.1f} ms {medians[name] / medians['ours']:6.1f} × ours")
    if given.json:
        in_ms = {name: round(each * 1000, 3) for name, each in medians.items()}
        ratios = {name: round(medians[name] / medians["ours"], 2) for name in names}
        given.json.write_text(json.dumps({"ms": in_ms, "ratios": ratios}, indent=2) + "\n", encoding="utf-8")
    print(f"an unchanged month: {medians['key'] * 1000:.2f} ms for its key, no picture drawn")


if __name__ == "__main__":
    main()
