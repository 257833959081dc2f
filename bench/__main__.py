"""Everything that is measured, in one run: `make bench`, or `python -m bench [--small] [--json FILE]`.

Each part prints its ratios as it goes; all of them end up in one JSON. An hour on two cores that nothing else uses;
`--small` takes a hundredth of the documents and of the updates, to see that all parts work.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench import scaled

LARGE, SMALL = 1_000_000, 10_000


def parts(
    folder: Path, documents: int, *, is_small: bool, july: str | None, weasyprint: str | None
) -> Iterator[list[str]]:
    """The modules with their arguments, in order."""
    url = f"sqlite:///{folder}/scaled-{documents}.db"
    loaded = ["--documents", str(documents), "--database", url]
    rounds = ["--rounds", "1"] if is_small else []
    yield ["chat", *loaded, *rounds]
    yield ["queries", "--keep", str(folder), "--documents", str(SMALL), *([] if is_small else [str(LARGE)]), *rounds]
    yield ["start", *loaded, "--updates", "2000" if is_small else "100000", *rounds]
    yield ["imports", "--documents", str(documents)]
    yield ["statements", *(["--peer", weasyprint] if weasyprint else [])]
    yield ["month", *(["--july", july] if july else []), *rounds]


def main() -> int:
    """Measure; 1 when a part misses a target."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--july", help="see bench.month")
    parser.add_argument("--weasyprint", help="see bench.statements --peer")
    parser.add_argument("--json", type=Path, default=Path("bench.json"))
    given = parser.parse_args()
    documents = SMALL if given.small else LARGE
    results, missed = {}, []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for size in {SMALL, documents}:
            scaled.loaded(None, size, folder)
        for part in parts(folder, documents, is_small=given.small, july=given.july, weasyprint=given.weasyprint):
            print(f"\n== {part[0]}", flush=True)
            written = folder / f"{part[0]}.json"
            command = [sys.executable, "-m", f"bench.{part[0]}", *part[1:], "--json", str(written)]
            if subprocess.run(command, check=False).returncode:  # noqa: S603 - ourselves
                missed.append(part[0])
            if written.exists():
                results[part[0]] = json.loads(written.read_text(encoding="utf-8"))
    given.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    print(f"\nwritten to {given.json}" + (f"; a target is missed in: {', '.join(missed)}" if missed else ""))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
