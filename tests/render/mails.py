"""What any mail of ours is held against: what Outlook draws, and texts that want to do harm."""

from html.parser import HTMLParser

OUTLOOK = {"html", "head", "meta", "title", "body", "table", "thead", "tbody", "tr", "th", "td", "p", "b", "br", "span"}
EVIL = "<script>alert(1)</script>\u202egnp.\x00\x07\r\nBcc: all@evil.example \u2028\"'&{{ 7*7 }}%(x)s"


class Tags(HTMLParser):
    """Which tags and attributes are fed to it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one."""
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def harmless(text: str, extra: str = "") -> None:
    """Fail for marks that turn, hide or break a line, and for `extra` ones."""
    turning = {"\x00", "\x07", "\r", "\u202e", "\u2028", "\u2029", "\x0b", "\x85"}
    assert not set(text) & (turning | set(extra))
