"""What a mail must be before any mailer takes it."""

import unicodedata
from itertools import chain

from bot.domain.correspondence import Mail, Rejected, is_address
from bot.i18n import N_


def checked(mail: Mail) -> Mail:
    """The mail itself; raises Rejected for no recipient, a bad address, or a header that could hold another."""
    if not mail.to:
        raise Rejected(N_("The email has no recipient"))
    for address in chain(mail.to, mail.cc, mail.bcc):
        if not is_address(address):
            raise Rejected(f"{N_('This is not an email address')} ({address})")
    for text in (mail.key, mail.subject, *(attachment.name for attachment in mail.attachments)):
        if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
            raise Rejected(f"{N_('There are control characters in the email')} ({text!r})")
    return mail
