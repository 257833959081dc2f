"""What a mail must be before any mailer takes it."""

import re
import unicodedata
from itertools import chain

from bot.domain.correspondence import Mail, Rejected
from bot.i18n import N_

# The HTML standard's "valid e-mail address": ASCII, no quoting, so nothing that a header could read twice.
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


def checked(mail: Mail) -> Mail:
    """The mail itself; raises Rejected for no recipient, a bad address, or a header that could hold another."""
    if not mail.to:
        raise Rejected(N_("The email has no recipient"))
    for address in chain(mail.to, mail.cc, mail.bcc):
        if not _ADDRESS.fullmatch(address):
            raise Rejected(f"{N_('This is not an email address')} ({address})")
    for text in (mail.key, mail.subject, *(attachment.name for attachment in mail.attachments)):
        if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
            raise Rejected(f"{N_('There are control characters in the email')} ({text!r})")
    return mail
