from importlib.metadata import version

from tests.cli.commands import Cobranza


def test_the_version_is_said_and_nothing_else_done(cobranza: Cobranza) -> None:
    assert cobranza("--version").stdout == f"cobranza {version('cobranza')}\n"
    assert cobranza("--version", "judge").stdout == cobranza("--version").stdout
