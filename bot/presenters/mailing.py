"""Statements by mail, seen from the phone: to whom, what would leave, how far it is, what became of it."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import accumulate

from markupsafe import escape

from bot.domain.correspondence import MailState, SkipReason
from bot.domain.receivables import AttachmentPolicy
from bot.domain.runs import Candidate, Progress, Recipient, RunChoices, RunPreview, RunState, reference
from bot.i18n import Language
from bot.presenters.reply import Button, Reply, in_rows, pager, rows, screen, with_amount
from bot.presenters.skipping import candidate_sentence
from bot.render.plain import short

# Codes are named up to so many characters and the others counted, and so many failures told with their reason, so that
# the whole stays within a message's 4,096 characters (Bot API, sendMessage).
_NAMED = 140
_TOLD = 8
_TOLD_REASON = 120
_BAR = 10
_MEGABYTE = 2**20
_TWO_DAYS = 48


def choices(shown: RunChoices, language: Language) -> Reply:
    """A page of the customers that owe, with boxes to tick."""
    _, run = language.gettext, shown.run.id

    def toggle(candidate: Candidate) -> str:
        return f"rt:{run}:{candidate.customer.id}:{0 if candidate.ticked else 1}:{shown.page}"

    def amounts(candidate: Candidate) -> str:
        return ", ".join(language.money(each.net) for each in candidate.owed)

    boxes = (
        Button(
            with_amount(f"{'☑' if c.ticked else '☐'} {c.customer.code}", short(amounts(c), 25)),
            toggle(c),
        )
        for c in shown.candidates
    )
    going = language.ngettext("Continue with %(n)s customer", "Continue with %(n)s customers", shown.ticked)
    return screen(
        language,
        "run_choices",
        {"choices": shown, "toggle": toggle, "amounts": amounts},
        in_cells=in_rows(boxes, 1),
        keyboard=rows(
            pager(shown.page, shown.pages, f"rl:{run}:{{page}}"),
            (Button(f"➡️ {going}", f"rp:{run}"),) if shown.ticked else (),
            (
                Button(_("Everyone"), f"ra:{run}:everyone"),
                Button(_("Everyone overdue"), f"ra:{run}:overdue"),
            )
            if shown.count
            else (),
        ),
    )


def preview(shown: RunPreview, language: Language) -> Reply:
    """What would be mailed, with the button that sends it; or why nothing would."""
    _, run = language.gettext, shown.run.id
    only = shown.candidates[0] if len(shown.candidates) == 1 else None
    if only and only.skipped:
        button = Button("👤 " + _("Statement"), f"st:{only.customer.id}::0")
        return Reply(
            plain="✋ " + escape(candidate_sentence(only, only.skipped, language)),
            keyboard=rows((button,) if only.skipped is not SkipReason.NOT_YOURS else ()),
        )
    going = len(shown.going)
    send = _("Send") if only else language.ngettext("Send to %(n)s customer", "Send to %(n)s customers", going)
    return screen(
        language,
        "mail_preview",
        {
            "shown": shown,
            "only": only,
            "travels": travels(only.customer.attachments if only else None, language),
            "skipped": _groups(((c.customer.code, c.skipped) for c in shown.skipped), language),
            "replaces": _some((c.customer.code for c in shown.replacing), language),
            "bare": _some(shown.bare, language),
            "files": _some([f"{short(file.name, 25)} ({_megabytes(file.size)})" for file in shown.files], language),
        },
        keyboard=rows(
            (Button("✉️ " + send, f"rs:{run}:0"),) if going else (), (Button("✕ " + _("Cancel"), f"rc:{run}"),)
        ),
    )


def rehearsed(reply: Reply, to: str | None, language: Language) -> Reply:
    """The same with whom all mail goes to, where that is one address for now."""
    if to is None:
        return reply
    said = "🧪 " + escape(language.gettext("All mail goes to %(address)s (MAIL_REDIRECT_TO).", address=to))
    return replace(reply, plain=f"{reply.plain}\n\n{said}", rich=reply.rich and f"{reply.rich}<p>{said}</p>")


def travels(policy: AttachmentPolicy | None, language: Language) -> str:
    """Which files travel with a statement; without a policy, that it is each customer's."""
    _ = language.gettext
    if policy is None:
        return _("With the files that each customer wants.")
    own = _("With the statement as PDF and Excel, a remittance file,")
    return {
        AttachmentPolicy.SEPARATE: f"{own} {_('and the XML and PDF of each invoice.')}",
        AttachmentPolicy.ZIP: f"{own} {_('and the XML and PDF of the invoices in one ZIP.')}",
        AttachmentPolicy.PDF_ONLY: _("With the statement and the invoices as PDF."),
        AttachmentPolicy.NONE: _("Without files, as the customer wants it."),
    }[policy]


def age(old: timedelta, language: Language) -> str:
    """How old something is, in hours up to two days."""
    hours = int(old.total_seconds()) // 3600
    if hours < 1:
        return language.gettext("less than an hour ago")
    if hours < _TWO_DAYS:
        return language.ngettext("%(n)s hour ago", "%(n)s hours ago", hours)
    return language.ngettext("%(n)s day ago", "%(n)s days ago", hours // 24)


def ask_again(run_id: int, old: timedelta, language: Language) -> Reply:
    """The ledger is old: asks whether it is to be sent all the same."""
    text = language.gettext(
        "The data was loaded %(ago)s: payments since then are missing. Send it all the same?", ago=age(old, language)
    )
    return Reply(
        plain=f"⚠️ {escape(text)}",
        keyboard=(
            (Button("✉️ " + language.gettext("Send all the same"), f"rs:{run_id}:1"),),
            (Button("✕ " + language.gettext("Cancel"), f"rc:{run_id}"),),
        ),
    )


def progress(shown: Progress, language: Language) -> Reply:
    """How far a sending is, with a button to stop it; at the end who got it, who did not and why."""
    _, stopped = language.gettext, shown.run.state is RunState.STOPPED
    if len(shown.going) == 1 and not shown.skipped and not stopped:
        return _one(shown.run.id, shown.going[0], language)
    if stopped or shown.ended:
        return _report(shown, language, _("Stopped") if stopped else _("Sending finished"))
    total = len(shown.going)
    sent, failed = shown.count(MailState.SENT), shown.count(MailState.FAILED)
    filled = _BAR * (sent + failed) // total
    lines = [
        f"✉️ <b>{_('Sending')}</b> {'▓' * filled}{'░' * (_BAR - filled)} "
        + _("%(sent)s of %(total)s", sent=f"{sent:,}", total=f"{total:,}")
    ]
    if failed:
        lines.append("❌ " + language.ngettext("%(n)s did not leave", "%(n)s did not leave", failed))
    if again := shown.count(MailState.RETRY):
        lines.append("⏳ " + language.ngettext("%(n)s is tried again", "%(n)s are tried again", again))
    return Reply(plain="\n".join(lines), keyboard=(_stop(shown.run.id, language),))


def _stop(run_id: int, language: Language) -> tuple[Button, ...]:
    return (Button("⏹ " + language.gettext("Stop"), f"rx:{run_id}"),)


def _one(run_id: int, shown: Recipient, language: Language) -> Reply:
    _ = language.gettext
    address = short(", ".join(shown.addresses), 1000)
    if shown.mail is MailState.SENT:
        text = _("Sent: statement of %(code)s to %(address)s", code=shown.code, address=address)
        return Reply(plain=f"✅ {escape(text)}", notice=_("Sent"))
    if shown.mail in {MailState.FAILED, MailState.CANCELLED}:
        why = reason_sentence(shown.reason, language)
        text = _("The email to %(code)s was refused: %(reason)s", code=shown.code, reason=why)
        return Reply(plain=f"❌ {escape(text)}", keyboard=((Button("🔁 " + _("Try again"), f"rr:{run_id}"),),))
    if shown.mail is MailState.RETRY:
        text = _(
            "It could not leave yet; it is tried again by itself: %(code)s → %(address)s",
            code=shown.code,
            address=address,
        )
        return Reply(plain=f"⏳ {escape(text)}", keyboard=(_stop(run_id, language),))
    text = _("Sending the statement of %(code)s…", code=shown.code)
    return Reply(plain=f"✉️ {escape(text)}", keyboard=(_stop(run_id, language),))


def late(shown: Progress, language: Language) -> Reply:
    """What became of a sending of an earlier day, told by itself."""
    _, on = language.gettext, language.date(shown.run.on)
    stopped = shown.run.state is RunState.STOPPED
    title = _("Sending of %(date)s stopped", date=on) if stopped else _("Sending of %(date)s finished", date=on)
    return replace(_report(shown, language, title), notice="")


def _report(shown: Progress, language: Language, title: str) -> Reply:
    sent, leaving = shown.count(MailState.SENT), shown.count(MailState.SENDING)
    lines = [f"{'⏹' if shown.run.state is RunState.STOPPED else '📬'} <b>{title}</b>"]
    lines.append("✅ " + language.ngettext("%(n)s statement sent", "%(n)s statements sent", sent))
    if names := _some([r.code for r in shown.going if r.mail is MailState.SENT], language):
        lines.append(f"   {escape(names)}")
    if leaving:
        lines.append("✉️ " + language.ngettext("%(n)s is leaving", "%(n)s are leaving", leaving))
    failed = [r for r in shown.going if r.mail is MailState.FAILED]
    if failed:
        lines.append("❌ " + language.ngettext("%(n)s did not leave", "%(n)s did not leave", len(failed)))
        told = ((r.code, short(reason_sentence(r.reason, language), _TOLD_REASON)) for r in failed[:_TOLD])
        lines += (f"   {escape(short(code, 30))}: {escape(reason)}" for code, reason in told)
    if withheld := [r.code for r in shown.withheld]:
        asked = language.ngettext(
            "%(n)s may have left; that is being asked", "%(n)s may have left; that is being asked", len(withheld)
        )
        lines.append(f"⏳ {asked}: {escape(_some(withheld, language))}")
    if not_begun := [r.code for r in shown.going if r.mail in {None, MailState.CANCELLED}]:
        waiting = language.ngettext("%(n)s not sent", "%(n)s not sent", len(not_begun))
        lines.append(f"⏸ {waiting}: {escape(_some(not_begun, language))}")
    lines += (f"⏭ {label}: {escape(codes)}" for label, codes in _skipped(shown, language))
    missing = shown.missing
    again = language.ngettext("Send the remaining %(n)s", "Send the remaining %(n)s", missing)
    return Reply(
        plain="\n".join(lines),
        keyboard=((Button(f"🔁 {again}", f"rr:{shown.run.id}"),),) if missing else (),
        notice=title,
    )


def cancelled(language: Language) -> Reply:
    """Nothing was sent."""
    return Reply(plain=language.gettext("Cancelled: nothing was sent."))


def nobody(language: Language, *, overdue: bool = False) -> Reply:
    """Nobody owes anything, or anything `overdue` where only that was asked."""
    _ = language.gettext
    if overdue:
        return Reply(plain="✅ " + _("Nobody owes anything overdue: there is no statement to send."))
    return Reply(plain="✅ " + _("Nobody owes anything: there is no statement to send."))


def too_large(limit_bytes: int, language: Language) -> Reply:
    """Telegram gives bots no file of this size."""
    text = language.gettext(
        "Telegram lets the bot read files of up to %(megabytes)s MB.", megabytes=limit_bytes // _MEGABYTE
    )
    return Reply(plain=f"✋ {text}")


def _skipped(shown: Progress, language: Language) -> list[tuple[str, str]]:
    numbers = {r.code: f"{r.code} ({reference(shown.run.id, r.customer_id)})" for r in shown.unwritten}
    return _groups(((numbers.get(r.code, r.code), r.skipped) for r in shown.skipped), language)


def _groups(skipped: Iterable[tuple[str, SkipReason | None]], language: Language) -> list[tuple[str, str]]:
    """For each reason that occurs its name and number, and the codes."""
    codes: defaultdict[SkipReason | None, list[str]] = defaultdict(list)
    for code, reason in skipped:
        codes[reason].append(code)
    names = _reasons(language.gettext)
    return [(f"{names[r]} ({len(codes[r])})", _some(codes[r], language)) for r in SkipReason if r in codes]


def _reasons(_: Callable[[str], str]) -> dict[SkipReason, str]:
    return {
        SkipReason.NO_ADDRESS: _("Without an email address"),
        SkipReason.BAD_ADDRESS: _("Address not valid, or bounced"),
        SkipReason.NOTHING_OWED: _("Owes nothing"),
        SkipReason.OPTED_OUT: _("Asked not to be sent statements"),
        SkipReason.GENERAL_PUBLIC: _("General public"),
        SkipReason.ALREADY_SENT: _("Sent today, or about to leave"),
        SkipReason.TOO_SOON: _("Sent a few days ago"),
        SkipReason.EARLIER_WAITS: _("An earlier one was yet to leave"),
        SkipReason.SUPERSEDED: _("A newer one takes its place"),
        SkipReason.NOT_YOURS: _("No longer in your portfolio"),
        SkipReason.UNCLEAR: _("May have got another one"),
        SkipReason.UNWRITTEN: _("Could not be written; give the office the reference"),
    }


def _some(codes: Iterable[str], language: Language) -> str:
    """The first of them, and how many more there are."""
    listed = [short(code, 40) for code in codes]
    ends = accumulate(len(code.encode("utf-16-le")) // 2 + 2 for code in listed)
    fits = max(1, sum(end <= _NAMED for end in ends))
    named, more = ", ".join(listed[:fits]), len(listed) - fits
    return named if more <= 0 else named + language.ngettext(" and %(n)s more", " and %(n)s more", more)


def reason_sentence(reason: str, language: Language) -> str:
    """A mailer's reason in the person's language; what follows it in parentheses is for whoever mends it."""
    sentence, parenthesis, detail = reason.partition(" (")
    # Not `Language.gettext`: a reason may hold a percent sign, and never a placeholder.
    known = language.translations.gettext(sentence) if sentence else ""
    return short(known + parenthesis + detail, 1000)


def _megabytes(size: int) -> str:
    return f"{max(size / _MEGABYTE, 0.1):.1f} MB"
