"""`/corte`: a person's day, everybody's for who sees all, and what is handed over of it."""

from collections.abc import Callable, Sequence
from datetime import tzinfo

from markupsafe import escape

from bot.domain.handovers import DayTotal, Handed, Handover, HandoverState, TeamTotal
from bot.domain.money import Money
from bot.domain.pages import page_of
from bot.domain.receipts import PaymentForm, Receipt, totals
from bot.i18n import Language
from bot.presenters.loading import safe_name
from bot.presenters.reply import MAX_CHOICES, Button, Keyboard, Reply, columns, pager, rows, screen
from bot.render.day_total_words import standing_receipts, sums, where_it_stands
from bot.render.plain import short
from bot.render.receipt_words import form_name

# Receipts listed under the day's totals, as many as fit; the others are counted.
_LISTED = (20, 10, 5, 2)
# Bot API, sendMessage: 4,096 characters, in UTF-16 units; that an answer is said again takes the rest.
_MAX_PLAIN = 3_900
# Handovers of a day that are told, the last ones: more are answers of yes and no in turn.
_HANDOVERS = 5
# Earlier days that left something to hand over, the last ones.
_DAYS_BEFORE = 4
# People on a page of everybody's day.
PAGE = 5
_NAME = 60
_SIGNS = {
    HandoverState.WAITING: "⏳",
    HandoverState.ACCEPTED: "✅",
    HandoverState.REFUSED: "✋",
    HandoverState.TAKEN_BACK: "↩️",
}


def day(shown: DayTotal, language: Language, zone: tzinfo, *, own: bool = True, all_seen: bool = False) -> Reply:
    """A person's day: totals by form and currency, each receipt, where the money is, what was never confirmed.

    `own` is whether it is the viewer's, `all_seen` whether they see everybody's.
    """
    told = [
        (_SIGNS[handover.state], where_it_stands(handover, zone, language), totals(handover.receipts))
        for handover in shown.handovers
        if handover.state is not HandoverState.TAKEN_BACK
    ]

    def listing(most: int) -> Reply:
        receipts = shown.receipts[-most:]
        context = {
            "on": shown.on,
            "name": "" if own else shown.taken_by,
            "sums": sums(shown.receipts),
            "receipts": receipts,
            "more": max(0, len(shown.receipts) - most),
            "left": totals(shown.to_hand_over),
            "left_before": len(shown.left_before),
            "handovers": told[-_HANDOVERS:],
            **_unconfirmed(shown.unconfirmed, most, language),
        }
        keyboard = _day_keyboard(shown, receipts, language, own=own, all_seen=all_seen)
        return screen(language, "receipts", context, keyboard=keyboard)

    return _fitting(listing)


def _fitting(listing: Callable[[int], Reply]) -> Reply:
    """The screen with as many rows in its lists as a message holds."""
    *most, fewest = _LISTED
    fitting = (each for each in map(listing, most) if len(each.plain.encode("utf-16-le")) <= 2 * _MAX_PLAIN)
    return next(fitting, None) or listing(fewest)


def _day_keyboard(
    shown: DayTotal, receipts: Sequence[Receipt], language: Language, *, own: bool, all_seen: bool
) -> Keyboard:
    _, on = language.gettext, shown.on.isoformat()
    waiting = [handover for handover in shown.handovers if handover.state is HandoverState.WAITING]
    before = shown.left_before[-_DAYS_BEFORE:]
    photos = [Button(f"📷 {receipt.number:04}", f"fo:{receipt.id}") for receipt in receipts if receipt.photographed]
    whose = f"{on}:{shown.taken_by_id}"
    return rows(
        (Button("🤝 " + _("Hand over"), f"ce:{on}"),) if own and shown.to_hand_over else (),
        *((Button("↩️ " + _("Take the handover back"), f"hc:{each.id}"),) for each in waiting if own),
        *columns([Button(f"📤 {language.date(day)}", f"cw:{day.isoformat()}:{shown.taken_by_id}") for day in before]),
        *columns(photos),
        (Button("📄 PDF", f"cp:{whose}"), Button("📊 Excel", f"cx:{whose}")) if shown.receipts else (),
        (Button("👥 " + _("Everybody"), f"cw:{on}"),) if all_seen else (),
    )


def team(shown: TeamTotal, language: Language, page: int = 0) -> Reply:
    """A page (from 0) of everybody's day; the sums of all stand on each."""
    _, on = language.gettext, shown.on.isoformat()
    days, page, pages = page_of(shown.days, page, PAGE)
    context = {
        "on": shown.on,
        "people": [(each.taken_by, sums(each.receipts)) for each in days],
        "sums": sums(standing_receipts(shown.days)),
        "count": len(shown.days),
    }
    waiting = [
        Button(f"⏳ {each.from_name} · {language.date(each.on)}", f"ho:{each.id}")
        for each in shown.waiting[:MAX_CHOICES]
    ]
    keyboard = rows(
        *((button,) for button in waiting),
        *((Button(f"👤 {each.taken_by}", f"cw:{on}:{each.taken_by_id}"),) for each in days),
        pager(page, pages, f"cw:{on}::{{page}}"),
        (Button("📄 PDF", f"cp:{on}"), Button("📊 Excel", f"cx:{on}")) if shown.days else (),
    )

    def listing(most: int) -> Reply:
        rest = _unconfirmed(shown.unconfirmed, most, language)
        return screen(language, "receipts_of_all", {**context, **rest}, keyboard=keyboard)

    return _fitting(listing)


def _unconfirmed(receipts: Sequence[Receipt], most: int, language: Language) -> dict[str, object]:
    return {
        "unconfirmed": receipts[:most],
        "more_unconfirmed": max(0, len(receipts) - most),
        "names": {form: form_name(form, language) for form in PaymentForm},
    }


def handed(done: Handed, language: Language, zone: tzinfo, *, all_seen: bool = False) -> Reply:
    """To whom it is handed over, when that is open; else the day as it is now."""
    _, on = language.gettext, done.day.on.isoformat()
    if not done.choice:
        shown = day(done.day, language, zone, all_seen=all_seen)
        notice = where_it_stands(done.made, zone, language) if done.made else _("There is nothing to hand over.")
        return _with_notice(shown, notice)
    lines = _amounts(totals(done.day.to_hand_over), language)
    return Reply(
        plain="🤝 <b>" + _("To whom is it handed over?") + "</b>\n" + "\n".join(lines),
        keyboard=(
            *((Button(f"👤 {each.name}", f"ce:{on}:{each.id}"),) for each in done.choice[:MAX_CHOICES]),
            (Button("◀ " + _("Back"), f"cw:{on}:{done.day.taken_by_id}"),),
        ),
    )


def _with_notice(reply: Reply, notice: str) -> Reply:
    return Reply(reply.plain, reply.rich, keyboard=reply.keyboard, notice=short(notice, _NAME * 3))


def handover(shown: Handover, language: Language, zone: tzinfo, viewer_id: int, *, unread: bool = False) -> Reply:
    """A handover, as each of its two people sees it: to be answered, or how it was answered.

    `unread` when who receives it takes no messages.
    """
    _ = language.gettext
    day_of, is_receiver = language.day(shown.on), viewer_id == shown.to_id
    names = {"giver": escape(short(shown.from_name, _NAME)), "receiver": escape(short(shown.to_name, _NAME))}
    title = (
        _("%(giver)s hands over cash and cheques of %(day)s", day=day_of, **names)
        if is_receiver
        else _("Handed over to %(receiver)s: cash and cheques of %(day)s", day=day_of, **names)
    )
    waits = shown.state is HandoverState.WAITING
    standing = str(escape(where_it_stands(shown, zone, language)))
    lines = [f"🤝 <b>{title}</b>", ""]
    for currency, forms, amount in sums(shown.receipts):
        lines += [f"<b>{language.currency_name(currency)}</b>", *_amounts(forms, language)]
        lines += [f"<b>{_('TOTALS')}: {language.money(amount)}</b>", ""]
    count = len(shown.receipts)
    lines.append(language.ngettext("%(n)s payment", "%(n)s payments", count))
    lines.append(
        _("Does it match what you received?") if waits and is_receiver else f"{_SIGNS[shown.state]} {standing}"
    )
    if unread:
        lines.append("⚠️ " + _("%(receiver)s takes no messages of the bot: tell them, or take it back.", **names))
    if shown.state is HandoverState.REFUSED and not is_receiver:
        lines.append(_("It can be handed over again in /corte."))
    whose = f"{shown.on.isoformat()}:{shown.from_id}"
    answers = (
        Button("✅ " + _("Accept"), f"ha:{shown.id}"),
        Button("✋ " + _("It does not match"), f"hn:{shown.id}"),
    )
    return Reply(
        plain="\n".join(lines),
        keyboard=rows(
            answers if waits and is_receiver else (),
            (Button("↩️ " + _("Take the handover back"), f"hc:{shown.id}"),) if waits and not is_receiver else (),
            (Button("🧾 " + _("See the payments"), f"cv:{whose}"),),
        ),
        notice="" if waits else short(where_it_stands(shown, zone, language), _NAME * 3),
    )


def _amounts(forms: Sequence[tuple[PaymentForm, Money]], language: Language) -> list[str]:
    return [f"{form_name(form, language)}: {language.money(amount)}" for form, amount in forms]


def file_name(days: Sequence[DayTotal], on: str, language: Language, extension: str) -> str:
    """What the file is called: `Corte Laura Méndez 2019-07-16.pdf`."""
    whose = days[0].taken_by if len(days) == 1 else language.gettext("Everybody")
    return safe_name(f"{language.gettext('Payments reported')} {whose} {on}.{extension}")
