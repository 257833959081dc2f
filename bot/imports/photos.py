"""Photos of payments, by the digest of what is in them: `<folder>/photos/8D/8D05….jpg`."""

import hashlib
from pathlib import Path

from bot.imports.vault import write_whole


class Photos:
    """A folder of photos; one that belongs to no payment yet waits in the inbox, where what is old is forgotten."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, content: bytes, suffix: str) -> str:
        """Put a photo down until a payment claims it; its digest."""
        digest = hashlib.sha256(content).hexdigest()
        # A folder of its own: that is what the inbox is emptied by.
        write_whole(self._folder / "inbox" / digest / f"{digest}{suffix}", content)
        return digest

    def claim(self, digest: str, suffix: str) -> bool:
        """Keep a photo for good; False when it is no longer there."""
        kept = self.path(digest, suffix)
        waiting = self._folder / "inbox" / digest / kept.name
        try:
            write_whole(kept, waiting.read_bytes())
        except FileNotFoundError:
            return kept.is_file()
        return True

    def path(self, digest: str, suffix: str) -> Path:
        """Where a photo is kept."""
        return self._folder / "photos" / digest[:2] / f"{digest}{suffix}"
