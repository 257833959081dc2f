"""The safety setting that sends all mail to one address."""

from collections.abc import Iterable
from dataclasses import replace

from bot.domain.correspondence import SUBJECT_LIMIT, Mail

# The mail's own subject must not drown in addresses.
_NAMED = 3


def redirected(mail: Mail, to: str | None) -> Mail:
    """The mail for `to` alone, its subject saying for whom it was; the mail itself when `to` is None."""
    if to is None:
        return mail
    meant_for = (*mail.to, *mail.cc, *mail.bcc)
    rest = len(meant_for) - _NAMED
    names = ", ".join(meant_for[:_NAMED]) + (f" +{rest}" if rest > 0 else "")
    return replace(mail, to=(to,), cc=(), bcc=(), subject=f"[→ {names}] {mail.subject}"[:SUBJECT_LIMIT])


def is_for(mail: Mail, drafted: tuple[Iterable[str], Iterable[str], Iterable[str]]) -> bool:
    """Whether a mail goes to these, who are its To, Cc and Bcc; in whatever order, capitals or not."""
    meant = (mail.to, mail.cc, mail.bcc)
    return all({a.lower() for a in to} == {a.lower() for a in found} for to, found in zip(meant, drafted, strict=True))
