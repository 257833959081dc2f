"""How fast an import is beside the floor, and whether every cent arrived: `python -m bench.imports --help`.

Each step runs in a process of its own, so that its time and its peak memory are its own. On a machine that does other
things too, the ratio of CPU times says more than that of seconds.
"""

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from bench import floor
from bench.balances import balances_of
from bench.ledger import CUSTOMERS, DOCUMENTS, Ledger
from bot.services.imports import import_files
from bot.store.database import Database
from bot.store.loading.erp import customer_balances
from tests import postgres

TARGET = 3.0
_FILES = ("clientes.csv", "documentos.csv", "pagos.csv")
_TODAY = date(2019, 7, 16)


def main() -> int:
    """Measure; 1 when a sum is wrong, a second import changes something, or the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=DOCUMENTS, help="documents, and as many payments")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], help="only this one")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the numbers there too")
    parser.add_argument("--step", choices=_STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.step:
        print(json.dumps(_step(args.step, args.url, args.folder)))
        return 0
    ledger = Ledger(max(1, args.documents * CUSTOMERS // DOCUMENTS), args.documents, args.documents)
    with tempfile.TemporaryDirectory(prefix="bench") as name:
        folder = Path(name)
        files = ledger.write(folder)
        expected = balances_of(*files[1:])
        kinds = [args.database] if args.database else ["sqlite", "postgresql"]
        results = {kind: _measure(kind, folder, ledger, expected) for kind in kinds}
    answer = {"customers": ledger.customers, "documents": ledger.documents, "payments": ledger.payments, **results}
    for kind, result in results.items():
        print(_sentences(kind, result))
    if args.json:
        args.json.write_text(json.dumps(answer, indent=2) + "\n", encoding="utf-8")
    return 0 if all(result["is_good"] for result in results.values()) else 1


def _measure(kind: str, folder: Path, ledger: Ledger, expected: dict[tuple[str, str], int]) -> dict[str, Any]:
    with _two_databases(kind, folder) as (url, other):
        first = _run("import", url, folder)
        second = _run("import", url, folder)
        database = Database(url)
        with database.transaction() as session:
            balances = {owner: money.minor for owner, money in customer_balances(session).items() if money.minor}
        floor.write_typed(database, folder)
        database.close()
        bare = _run("floor", other, folder)
    rows = ledger.customers + ledger.documents + ledger.payments
    ratio = first["seconds"] / bare["seconds"]
    all_new = {"new": rows, "changed": 0, "same": 0, "refused": 0}
    all_same = {"new": 0, "changed": 0, "same": rows, "refused": 0}
    sums_agree = balances == expected
    again_is_same = first["counts"] == all_new and second["counts"] == all_same
    return {
        "rows": rows,
        "import": _speed(first, rows),
        "again": _speed(second, rows),
        "floor": _speed(bare, rows),
        "ratio": round(ratio, 2),
        "cpu_ratio": round(first["cpu_seconds"] / bare["cpu_seconds"], 2),
        "balances": len(expected),
        "balances_agree": sums_agree,
        "again_changes_nothing": again_is_same,
        "is_good": sums_agree and again_is_same and ratio <= TARGET,
    }


def _speed(step: dict[str, Any], rows: int) -> dict[str, Any]:
    return {
        "seconds": round(step["seconds"], 2),
        "cpu_seconds": round(step["cpu_seconds"], 2),
        "rows_per_second": round(rows / step["seconds"]),
        "peak_mib": step["peak_mib"],
        **({"files": step["files"]} if "files" in step else {}),
    }


def _sentences(kind: str, result: dict[str, Any]) -> str:
    lines = [f"{kind}: {result['rows']:,} rows"]
    for step in ("import", "again", "floor"):
        speed = result[step]
        seconds = f"{speed['seconds']:8.1f} s (CPU {speed['cpu_seconds']:.1f} s)"
        lines.append(f"  {step:7} {seconds} {speed['rows_per_second']:9,} rows/s  peak {speed['peak_mib']} MiB")
    agree = "agree to the cent" if result["balances_agree"] else "DO NOT AGREE"
    lines.append(
        f"  import / floor: {result['ratio']:.2f} (target: not over {TARGET:g}); in CPU time {result['cpu_ratio']:.2f}"
    )
    lines.append(f"  {result['balances']:,} balances per customer and currency {agree}")
    lines.append(f"  a second import changes {'nothing' if result['again_changes_nothing'] else 'SOMETHING'}")
    return "\n".join(lines)


@contextmanager
def _two_databases(kind: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Two empty databases of one kind, migrated."""
    if kind == "sqlite":
        paths = [folder / "import.db", folder / "floor.db"]
        yield _migrated(f"sqlite:///{paths[0]}"), _migrated(f"sqlite:///{paths[1]}")
        return
    import psycopg  # noqa: PLC0415 - only for PostgreSQL

    with postgres.server() as conninfo:
        host = dict(part.split("=", 1) for part in conninfo.split())
        urls = []
        for name in ("imported", "bare"):
            with psycopg.connect(f"{conninfo} dbname=postgres", autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}".encode())
            urls.append(_migrated(f"postgresql://postgres@/{name}?host={host['host']}&port={host['port']}"))
        yield urls[0], urls[1]


def _migrated(url: str) -> str:
    database = Database(url)
    database.upgrade()
    database.close()
    return url


def _run(step: str, url: str, folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.imports", "--step", step, "--url", url, "--folder", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - ourselves
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _step(step: str, url: str, folder: Path) -> dict[str, Any]:
    database = Database(url)
    start, cpu = time.perf_counter(), time.process_time()
    answer = _STEPS[step](database, folder)
    answer["seconds"] = time.perf_counter() - start
    answer["cpu_seconds"] = time.process_time() - cpu + _server_seconds(database)
    answer["peak_mib"] = _peak_mib()
    database.close()
    return answer


def _server_seconds(database: Database) -> float:
    """The CPU time of PostgreSQL's process behind our one connection; 0 for SQLite, and where it cannot be known."""
    with database.engine.connect() as connection:
        pid = getattr(getattr(connection.connection.driver_connection, "info", None), "backend_pid", 0)
    stat = Path(f"/proc/{pid}/stat")
    if not pid or not stat.exists():
        return 0.0
    # proc_pid_stat(5): after the name in brackets, the 12th and 13th are ticks in the program and in the system.
    words = stat.read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def _peak_mib() -> int:
    """The most memory that this process ever held."""
    status = Path("/proc/self/status")
    if status.exists():
        # Not `ru_maxrss`: on Linux it begins with what the parent held.
        return int(re.findall(r"VmHWM:\s+(\d+) kB", status.read_text())[0]) >> 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 20


def _import(database: Database, folder: Path) -> dict[str, Any]:
    counts = {"new": 0, "changed": 0, "same": 0, "refused": 0}
    seconds = {}
    for name in _FILES:
        start = time.perf_counter()
        (report,) = import_files(database.transaction, [folder / name], today=_TODAY).files
        seconds[name] = round(time.perf_counter() - start, 2)
        for word in counts:
            counts[word] += getattr(report, word)
    return {"counts": counts, "files": seconds}


def _floor(database: Database, folder: Path) -> dict[str, Any]:
    return {"files": floor.load(database, folder)}


_STEPS = {"import": _import, "floor": _floor}

if __name__ == "__main__":
    sys.exit(main())
