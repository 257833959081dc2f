"""Why a customer gets no mail, in a sentence."""

from collections.abc import Sequence

from bot.domain.correspondence import SkipReason, is_address
from bot.domain.runs import Candidate
from bot.i18n import Language
from bot.render.plain import short

_SHOWN_BOUNCES, _SHOWN_ADDRESS = 600, 60


def skip_sentence(
    reason: SkipReason, code: str, language: Language, addresses: Sequence[str] = (), bounced: Sequence[str] = ()
) -> str:
    """Why a customer gets no statement, in plain text.

    `addresses` are the customer's; `bounced` those that took no mail, with the reasons.
    """
    _ = language.gettext
    if bounced:
        what = short(", ".join(bounced), _SHOWN_BOUNCES)
        return _("An email to %(code)s did not arrive: %(what)s. Another address is needed.", code=code, what=what)
    sentences = {
        SkipReason.NO_ADDRESS: _("%(code)s has no email address.", code=code),
        SkipReason.BAD_ADDRESS: _(
            "The email address of %(code)s is not valid: %(what)s. It is written like payments@company.com.",
            code=code,
            what=", ".join(f"«{short(each, _SHOWN_ADDRESS)}»" for each in addresses if not is_address(each)),
        ),
        SkipReason.NOTHING_OWED: _("%(code)s owes nothing.", code=code),
        SkipReason.OPTED_OUT: _("%(code)s asked not to be sent emails.", code=code),
        SkipReason.GENERAL_PUBLIC: _("%(code)s is the general public: its documents belong to many people.", code=code),
        SkipReason.ALREADY_SENT: _("The statement of %(code)s was sent today, or is about to leave.", code=code),
        SkipReason.TOO_SOON: _("%(code)s got a statement a few days ago (MAIL_MIN_DAYS).", code=code),
        SkipReason.EARLIER_WAITS: _("%(code)s is to get an earlier statement that has yet to leave.", code=code),
        SkipReason.SUPERSEDED: _("A newer statement of %(code)s takes its place.", code=code),
        SkipReason.NOT_YOURS: _("%(code)s is no longer in your portfolio.", code=code),
        SkipReason.UNCLEAR: _(
            "%(code)s may have got the statement of another day: whether it left could not be found out. Try again "
            "in a while.",
            code=code,
        ),
        SkipReason.UNWRITTEN: _("The statement of %(code)s could not be written: the log says why.", code=code),
    }
    return sentences[reason]


def candidate_sentence(candidate: Candidate, reason: SkipReason, language: Language) -> str:
    """The same of a customer of a sending: of an earlier statement that waits also which it is."""
    _, customer, first = language.gettext, candidate.customer, candidate.waits
    if first is None:
        return skip_sentence(reason, customer.code, language, customer.addresses, candidate.bounced)
    code, on = customer.code, language.date(first.on)
    if first.withheld:
        return _(
            "%(code)s may have got the statement as of %(date)s before it was stopped: that is being asked. Try again "
            "in a while.",
            code=code,
            date=on,
        )
    if not first.asked_by:
        return _("%(code)s is to get the statement as of %(date)s, which has yet to leave.", code=code, date=on)
    return _(
        "%(code)s is to get the statement as of %(date)s that %(name)s asked for, which has yet to leave.",
        code=code,
        date=on,
        name=first.asked_by,
    )
