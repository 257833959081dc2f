"""How long a test may wait for another program, on a machine that others use too."""

import os


def patience(seconds: float) -> float:
    """These seconds, which hold on an idle machine; as many times more as programs share each processor."""
    return seconds * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
