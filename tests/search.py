"""How long examples are looked for: the same ones in `make test`, many more and others each time in `make search`."""

import os

SEARCHING = "SEARCH" in os.environ


def examples(usually: int, *, searching: int) -> int:
    """So many examples of a property."""
    return searching if SEARCHING else usually
