"""Why a file as a whole cannot be read."""


class UnreadableFile(Exception):  # noqa: N818 - it says what is wrong
    """A file that cannot be read; the reason is a key, as in Problem."""

    def __init__(self, reason: str, **params: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.params = params
