"""Where a program may listen."""

from socket import socket


def free_port() -> int:
    """A port of this machine where nobody listens yet."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def free_address() -> str:
    """The same with its host."""
    return f"127.0.0.1:{free_port()}"
