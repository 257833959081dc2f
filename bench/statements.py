"""How many statements a second: PDF, XLSX and mail of 8 rows and of 400, beside WeasyPrint doing the PDF alone.

`.venv/bin/python -m bench.statements [--peer PYTHON] [--seconds N]`

The peer is no dependency of ours: `python3 -m venv peer && peer/bin/pip install weasyprint`, then
`--peer peer/bin/python`.
It is given the same statement as the HTML page of `cobranza statement --format html`. Both are measured warm.
The last line is how long an event loop was held at most while a thread wrote the mails of 400 rows.
"""

import argparse
import asyncio
import gc
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bot.domain.statement import Statement  # noqa: E402 - the path comes first
from bot.i18n import language  # noqa: E402
from bot.imports.vault import Vault  # noqa: E402
from bot.render.statement_html import statement_html  # noqa: E402
from bot.render.statement_pdf import statement_pdf  # noqa: E402
from bot.render.statement_xlsx import statement_xlsx  # noqa: E402
from bot.services.enclosing import House  # noqa: E402
from bot.services.mailing import write  # noqa: E402
from tests.render.examples import COMPANY, long_statement  # noqa: E402

SPANISH = language("es")
_PEER = """
import sys, time, logging
logging.disable(logging.ERROR)
from weasyprint import HTML
page, seconds = open(sys.argv[1], encoding="utf-8").read(), float(sys.argv[2])
HTML(string=page).write_pdf()
best = float("inf")
end = time.perf_counter() + seconds
while True:
    begun = time.perf_counter()
    HTML(string=page).write_pdf()
    best = min(best, time.perf_counter() - begun)
    if time.perf_counter() > end:
        break
print(best)
"""


def best(work: Callable[[], object], seconds: float) -> float:
    """Seconds for one, the best seen in so long."""
    work()
    fastest, end = float("inf"), time.perf_counter() + seconds
    while True:
        begun = time.perf_counter()
        work()
        fastest = min(fastest, time.perf_counter() - begun)
        if time.perf_counter() > end:
            return fastest


def peer(python: str, statement: Statement, seconds: float) -> float:
    """The same of the peer, in its own interpreter."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(statement_html(statement, SPANISH), encoding="utf-8")
        command = [python, "-c", _PEER, str(page), str(seconds)]
        return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603 - the interpreter that was named


async def held(work: Callable[[], object], count: int) -> float:
    """The longest an event loop was held, in seconds, while a thread did the work so often."""
    longest = 0.0
    thread = asyncio.get_running_loop().run_in_executor(None, lambda: [work() for _ in range(count)])
    while not thread.done():
        begun = time.perf_counter()
        await asyncio.sleep(0.001)
        longest = max(longest, time.perf_counter() - begun - 0.001)
    return longest


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--peer", help="a Python that has WeasyPrint")
    arguments.add_argument("--seconds", type=float, default=2)
    arguments.add_argument("--json", type=Path)
    given = arguments.parse_args()
    answer: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        house = House(COMPANY, Vault(Path(folder)))
        for rows in (8, 400):
            statement = long_statement(rows)
            pdf = best(lambda s=statement: statement_pdf(s, SPANISH, COMPANY), given.seconds)  # type: ignore[misc] # bound now
            xlsx = best(lambda s=statement: statement_xlsx(s, SPANISH, COMPANY), given.seconds)  # type: ignore[misc] # bound now
            whole = best(lambda s=statement: write(s, house), given.seconds)  # type: ignore[misc] # bound now
            found = answer[f"{rows} rows"] = {"pdf": pdf, "xlsx": xlsx, "mail": whole}
            print(f"{rows} rows: PDF {pdf * 1000:.1f} ms, XLSX {xlsx * 1000:.1f} ms")
            print(f"{rows} rows: PDF, XLSX, remittance and mail {whole * 1000:.1f} ms, {1 / whole:.1f} a second")
            if given.peer:
                theirs = peer(given.peer, statement, given.seconds)
                found["weasyprint"] = theirs
                print(f"{rows} rows: WeasyPrint's PDF {theirs * 1000:.1f} ms, {theirs / pdf:.1f} times ours")
        gc.freeze()  # as `cobranza run` does
        longest = asyncio.run(held(lambda: write(long_statement(400), house), 5))
        print(f"event loop held at most {longest * 1000:.1f} ms")
        answer["event loop"] = {"held": longest}
    if given.json:
        in_ms = {name: {what: round(each * 1000, 2) for what, each in found.items()} for name, found in answer.items()}
        given.json.write_text(json.dumps(in_ms, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
