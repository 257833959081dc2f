"""Promises confirmed by mail, seen from the phone: to whom, what, why not, and what became of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from markupsafe import escape

from bot.domain.confirmations import Agreed, Confirmation, totals
from bot.domain.correspondence import MailState, Posted, SkipReason
from bot.domain.promises import PromiseState
from bot.domain.scheduling import Recorded
from bot.i18n import Language
from bot.presenters import promise
from bot.presenters.mailing import reason_sentence
from bot.presenters.reply import Button, Reply, rows
from bot.presenters.skipping import skip_sentence
from bot.render.plain import short

# What is told of a customer, and of how many when there are several: with it all stays within a message's 4,096
# characters (Bot API, sendMessage). The others are counted.
_LISTED, _ADDRESSES, _CUSTOMERS = 10, 400, 5
_LISTED_TOGETHER, _ADDRESSES_TOGETHER = 2, 60


def confirmation(shown: Sequence[Confirmation], promise_id: int, language: Language) -> Reply:
    """What would be confirmed to each customer, or was; with the button that sends it."""
    _ = language.gettext
    going = [each for each in shown if each.may_leave]
    waiting = any(each.posted and each.posted.waits for each in shown)
    # Who gets no mail comes first, not to be cut off.
    told = sorted(shown, key=lambda each: each.may_leave or each.posted is not None)
    parts = [f"✉️ <b>{_('Confirmation by email')}</b>"]
    parts += ["\n".join(_told(each, language, alone=len(shown) == 1)) for each in told[:_CUSTOMERS]]
    if (more := len(told) - _CUSTOMERS) > 0:
        parts.append(language.ngettext("and %(n)s more customer", "and %(n)s more customers", more))
    if rehearsed := [each.rehearsed_to for each in going if each.rehearsed_to]:
        parts.append("✅ " + _("Sent to %(address)s", address=escape(_addresses(rehearsed[:1], alone=False))))
    if going:
        parts.append(f"<i>{_travels(going, language)}</i>")
    return Reply(
        plain="\n\n".join(parts),
        keyboard=rows(
            (Button(_send(going, len(shown), language), f"ps:{promise_id}"),) if going else (),
            (Button("🔄 " + _("Look again"), f"pc:{promise_id}"),) if waiting else (),
            (Button(("✕ " + _("Cancel")) if going else ("⬅️ " + _("Back")), f"pv:{promise_id}"),),
        ),
    )


def back(made: Sequence[Recorded], language: Language) -> Reply:
    """The answer to the promise, as before."""
    return replace(promise.recorded(made, language), notice="")


def _send(going: Sequence[Confirmation], of: int, language: Language) -> str:
    if all(each.posted for each in going):
        return "🔁 " + language.gettext("Try again")
    if of == 1:
        return "✉️ " + language.gettext("Send")
    return "✉️ " + language.ngettext("Send to %(n)s customer", "Send to %(n)s customers", len(going))


def _travels(going: Sequence[Confirmation], language: Language) -> str:
    _ = language.gettext
    said = [_("The email says what was promised, with UUIDs and where to pay. Your comment is not sent.")]
    if any(each.with_calendar for each in going):
        said.append(_("It brings the date for their calendar (.ics)."))
    return " ".join(said)


def _told(shown: Confirmation, language: Language, *, alone: bool) -> Iterator[str]:
    code, name = escape(short(shown.customer.code, 30)), escape(short(shown.customer.name, 100 if alone else 60))
    yield f"<b>{code}</b> · {name}"
    if shown.posted:
        yield from _became(shown, shown.posted, language, alone=alone)
    elif shown.agreed and shown.skipped:
        why = _why_not(shown, shown.skipped, language)
        yield f"✋ {escape(short(why, 600 if alone else 150))}"
    elif shown.agreed:
        yield from _would(shown, language, alone=alone)
    if shown.posted is None or shown.posted.has_failed:
        yield from _fallen(shown.fallen, language, listed=_LISTED if alone else _LISTED_TOGETHER)


def _became(shown: Confirmation, posted: Posted, language: Language, *, alone: bool) -> Iterator[str]:
    _ = language.gettext
    address = escape(_addresses(posted.to, alone=alone))
    why = escape(short(reason_sentence(posted.reason, language), 400 if alone else 120))
    if posted.state is MailState.SENT:
        yield "✅ " + _("Sent to %(address)s", address=address)
    elif posted.has_failed:
        yield "❌ " + _("The email to %(address)s was refused: %(reason)s", address=address, reason=why)
        if shown.skipped:
            yield f"✋ {escape(short(_why_not(shown, shown.skipped, language), 200))}"
    elif posted.state is MailState.RETRY:
        yield "⏳ " + _("It could not leave yet; it is tried again by itself: %(reason)s", reason=why)
    else:
        yield "✉️ " + _("On its way to %(address)s; it leaves by itself.", address=address)


def _why_not(shown: Confirmation, skipped: SkipReason, language: Language) -> str:
    return skip_sentence(skipped, shown.customer.code, language, shown.customer.addresses, shown.bounced)


def _would(shown: Confirmation, language: Language, *, alone: bool) -> Iterator[str]:
    _ = language.gettext
    yield f"{_('To')}: {escape(_addresses(shown.customer.email, alone=alone))}"
    if shown.customer.cc:
        yield f"{_('Copy')}: {escape(_addresses(shown.customer.cc, alone=alone))}"
    if shown.customer.bcc:
        yield f"{_('Blind copy')}: {escape(_addresses(shown.customer.bcc, alone=alone))}"

    def line(each: Agreed) -> str:
        amount, on = language.money(each.left), language.day(each.promise.on)
        return f"<b>{escape(short(each.document.label, 40))}</b> · {amount} · {on}"

    yield from _some(shown.agreed, line, language, listed=_LISTED if alone else _LISTED_TOGETHER)
    if len(shown.agreed) > 1:
        sums = " + ".join(language.money(amount) for amount in totals(shown.agreed))
        yield f"{language.gettext('TOTALS')}: <b>{short(sums, 120)}</b>"


def _fallen(fallen: Sequence[Agreed], language: Language, *, listed: int) -> Iterator[str]:
    """Why what was promised is not confirmed."""
    names = promise.states(language)

    def line(each: Agreed) -> str:
        why = names[each.promise.state]
        if each.promise.state is PromiseState.IN_FORCE:
            gone_by = language.gettext("its date has gone by")
            why = gone_by if each.left.minor else language.gettext("nothing is left to pay of it")
        label, on = escape(short(each.document.label, 40)), language.date(each.promise.on)
        said = language.gettext("%(document)s of %(date)s is not confirmed: %(why)s", document=label, date=on, why=why)
        return f"✋ {said}"

    yield from _some(fallen, line, language, listed=listed)


def _some(each: Sequence[Agreed], line: Callable[[Agreed], str], language: Language, *, listed: int) -> Iterator[str]:
    yield from map(line, each[:listed])
    if (more := len(each) - listed) > 0:
        yield language.ngettext("and %(num)s more", "and %(num)s more", more, num=more)


def _addresses(addresses: Sequence[str], *, alone: bool) -> str:
    return short(", ".join(addresses), _ADDRESSES if alone else _ADDRESSES_TOGETHER)
