"""Golden files: what a rendering gave when somebody last looked at it.

`UPDATE_GOLDEN=1 pytest tests/render` writes them anew, to be looked at in the diff.
"""

import os
from pathlib import Path

_FOLDER = Path(__file__).parent.parent / "golden" / "render"


def assert_golden(name: str, text: str) -> None:
    """Of what gives nothing there is no file."""
    path = _FOLDER / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        if not text:
            path.unlink()
    assert text == (path.read_text(encoding="utf-8") if path.exists() else "")
