"""How long a test may wait for another program, on a machine that others use too."""

import os


def patience(seconds: float) -> float:
    """These seconds, twice those of an idle machine; as many times more as programs share each processor.

    The load is that of the last minute: at first it does not tell of the tests themselves.
    """
    return seconds * max(2.0, os.getloadavg()[0] / (os.cpu_count() or 1))
