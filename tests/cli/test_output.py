import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.commands import Cobranza
from tests.programs import Programs

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


def test_what_is_redirected_is_utf_8_whatever_the_system_would_write(cobranza: Cobranza) -> None:
    """Windows gives a redirected program cp1252, which has neither ✓ nor emoji."""
    cobranza("people", "add", "--telegram-id", "5", "--name", "Ñandú 👍", "--role", "administrator")

    listed = redirected(cobranza, "people", "list")
    refused = redirected(cobranza, "statement", "CL\N{WHITE FROWNING FACE}")

    assert "Ñandú 👍" in listed.stdout.decode()
    assert (listed.returncode, listed.stderr) == (0, b"")
    assert "«CL☹»" in refused.stderr.decode()
    assert (refused.returncode, refused.stdout) == (1, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk without room")
@pytest.mark.parametrize("command", ["doctor --json", "export audit", "people list"])
async def test_an_answer_for_which_the_disk_has_no_room_is_said_in_a_line(
    loaded: Programs, cobranza: Cobranza, command: str
) -> None:
    cobranza("people", "add", "--telegram-id", "5", "--name", "Ana", "--role", "administrator")
    with Path("/dev/full").open("wb") as full:  # noqa: ASYNC230 - it is no file
        refused = await loaded.start(*command.split(), environment=cobranza.environment, to=full)
    _, said = await refused.communicate()
    # The doctor has said before that something is wrong; Python says nothing of its own.
    assert (refused.returncode, said.removeprefix(b"Hay 1 cosa mal.\n")) == (1, b"No space left on device\n")


async def test_an_answer_that_nobody_reads_to_its_end_ends_without_a_word(loaded: Programs, cobranza: Cobranza) -> None:
    """As where `head` has seen enough."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as left:
        unread = await loaded.start("export", "audit", environment=cobranza.environment, to=left)
    _, said = await unread.communicate()
    assert (unread.returncode, said) == (1, b"")


@pytest.mark.skipif(os.name == "nt", reason="Windows' names are Unicode")
def test_a_name_that_is_no_text_ends_no_command(cobranza: Cobranza) -> None:
    refused = redirected(cobranza, "import", os.fsdecode(b"cartera\xe9.csv"))

    assert rb"cartera\udce9.csv" in refused.stdout
    assert b"Traceback" not in refused.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows' arguments are Unicode")
@pytest.mark.parametrize("command", ["statement", "people add --telegram-id 5 --role supervisor --name"])
def test_what_a_terminal_of_another_encoding_types_is_refused_in_a_line(cobranza: Cobranza, command: str) -> None:
    refused = redirected(cobranza, *command.split(), os.fsdecode(b"Pe\xf1a"))

    assert refused.returncode == 1
    assert refused.stderr.decode() == "«Pe\\udcf1a» no está en UTF-8: póngale esa codificación a la terminal.\n"


def redirected(cobranza: Cobranza, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
    """A command as a process of its own, whose output goes to pipes, as Windows would encode it."""
    environment = os.environ | cobranza.environment | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "cp1252"}
    environment.pop("PYTHONUTF8", None)
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(command, env=environment, check=False, capture_output=True)  # noqa: S603 - ourselves
