"""`cobranza` as a program of its own, forked from one that has it loaded: to load it anew takes a second each time.

multiprocessing's own such server ends its processes otherwise than Python does, and what is said at the end is tested.
Run as a script it is that one. For each connection to its socket it forks a keeper, which forks the program, says its
process id, waits for it and says its status. It ends once its standard input closes, however the tests end.
"""

import asyncio
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

ROOT = Path(__file__).parents[1]
_REQUEST_BYTES = 65_536


class Program:
    """One that was started; what of asyncio's processes the tests use."""

    def __init__(
        self, pid: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, said: tuple[BinaryIO, BinaryIO]
    ) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._reader, self._writer, self._files = reader, writer, said
        self._said: tuple[bytes, bytes] = (b"", b"")

    def send_signal(self, which: signal.Signals) -> None:
        """Send it a signal."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, which)

    def kill(self) -> None:
        """Kill it."""
        self.send_signal(signal.SIGKILL)

    async def wait(self) -> int:
        """Its status, once it has ended."""
        if self.returncode is None:
            self.returncode = int(await self._reader.readline())
            self._writer.close()
            self._said = _read(self._files[0]), _read(self._files[1])
        return self.returncode

    async def communicate(self) -> tuple[bytes, bytes]:
        """What it has said on standard output and on standard error, once it has ended."""
        await self.wait()
        return self._said


def _read(file: BinaryIO) -> bytes:
    with file:
        file.seek(0)
        return file.read()


class Programs:
    """Starts programs."""

    def __init__(self, path: str) -> None:
        self._path = path

    async def start(
        self,
        *arguments: str,
        environment: Mapping[str, str],
        folder: Path | None = None,
        to: BinaryIO | None = None,
    ) -> Program:
        """Start `cobranza` with these arguments and this environment alone; it may write its answer to a file."""
        out, err = tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115 - until it ends
        asked = {"arguments": arguments, "environment": dict(environment), "folder": str(folder or Path.cwd())}
        with socket.socket(socket.AF_UNIX) as opened:
            opened.connect(self._path)
            socket.send_fds(opened, [json.dumps(asked).encode()], [(to or out).fileno(), err.fileno()])
            reader, writer = await asyncio.open_unix_connection(sock=opened.dup())
        return Program(int(await reader.readline()), reader, writer, (out, err))


@contextmanager
def loaded() -> Iterator[Programs]:
    """One that has the program loaded; ended at the end."""
    with tempfile.TemporaryDirectory(prefix="fork") as folder:
        path = str(Path(folder) / "socket")
        command = [sys.executable, "-m", "tests.programs", path]
        # Nothing of this machine's own settings is there while the program is loaded.
        environment = {name: os.environ[name] for name in ("PATH", "PYTHONUTF8") if name in os.environ}
        with subprocess.Popen(  # noqa: S603 - ourselves
            command, cwd=ROOT, env=environment | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
        ) as parent:  # fmt: skip
            assert parent.stdin
            assert parent.stdout
            assert parent.stdout.readline() == b"ready\n"
            yield Programs(path)
            parent.stdin.close()


def _is_forked(path: str) -> bool:
    """Fork programs until there is nobody to ask for them; True in each of them."""
    gc.collect()
    gc.freeze()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen()
        print("ready", flush=True)  # noqa: T201 - to who started us
        while True:
            readable, _, _ = select.select([listening, sys.stdin], [], [])
            if sys.stdin in readable:
                return False
            connection, _ = listening.accept()
            with connection:
                if os.fork() == 0:
                    return _is_program(connection)
            with suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG) != (0, 0):
                    """One more keeper has ended."""


def _is_program(connection: socket.socket) -> bool:
    """Whether we are the program that was asked for; who keeps it ends here."""
    request, said, _, _ = socket.recv_fds(connection, _REQUEST_BYTES, 2)
    if (pid := os.fork()) != 0:
        connection.sendall(f"{pid}\n".encode())
        _, status = os.waitpid(pid, 0)
        connection.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
        os._exit(0)
    asked = json.loads(request)
    with Path(os.devnull).open() as nothing:
        for source, target in zip((nothing.fileno(), *said), range(3), strict=True):
            os.dup2(source, target)
    for file in said:
        os.close(file)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    sys.argv[1:] = asked["arguments"]
    return True


if __name__ == "__main__":
    # What they load by and by, the demo too.
    import bot.app
    import bot.cli.showroom

    if _is_forked(sys.argv[1]):
        bot.cli.main()
