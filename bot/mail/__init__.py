"""Ways a mail leaves: a folder of .eml files, or Microsoft 365."""

from typing import Protocol

from bot.domain.correspondence import Mail


class Mailer(Protocol):
    """A way out in two steps, so that a crash between them can be told from a success."""

    def draft(self, mail: Mail) -> str:
        """Lay the mail down without sending it and return its id there; raises TryLater or Rejected."""
        ...

    def send(self, draft_id: str) -> None:
        """Send a draft; raises TryLater or Rejected."""
        ...

    def was_sent(self, draft_id: str) -> bool:
        """Whether a draft has left, asked after a crash.

        Raises TryLater when it cannot be told now, Rejected when neither draft nor sent mail is there.
        """
        ...

    def close(self) -> None:
        """Give the connections back."""
        ...
