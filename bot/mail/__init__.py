"""Ways a mail leaves: a folder of .eml files, or Microsoft 365."""

from typing import Protocol

from bot.domain.correspondence import Mail, Pace


class Mailer(Protocol):
    """A way out in two steps, so that a crash between them can be told from a success."""

    @property
    def pace(self) -> Pace | None:
        """What it takes in a minute and in a day; None when it takes all."""
        ...

    @property
    def redirect_to(self) -> str | None:
        """Where all mail goes instead of to those for whom it is; None when it goes to them."""
        ...

    def draft(self, mail: Mail) -> str:
        """Lay the mail down without sending it and return its id there; raises TryLater or Rejected.

        An id may be followed by the Message-ID and the conversation's id, each after a blank: answers name those.
        """
        ...

    def send(self, draft_id: str) -> None:
        """Send a draft; raises TryLater or Rejected."""
        ...

    def was_sent(self, draft_id: str) -> bool:
        """Whether a draft has left, asked after a crash.

        Raises TryLater when it cannot be told now, Gone when neither draft nor sent mail is there, Rejected when the
        answer is refused, which says nothing of the draft.
        """
        ...

    def is_for(self, draft_id: str, mail: Mail) -> bool:
        """Whether a draft goes to those to whom a draft of this mail would go now; raises TryLater or Rejected."""
        ...

    def discard(self, draft_id: str) -> None:
        """Remove a draft that is not to be sent, unless it is gone already; raises TryLater or Rejected."""
        ...

    def close(self) -> None:
        """Give the connections back."""
        ...
