"""`/rep` and `cobranza reconcile`: where REP differ, and which payments still need one."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from bot.domain.pages import page_of
from bot.domain.reconciling import Due, Reconciled, Unread, countdown
from bot.domain.rep import BookEntry, Finding, Needed, Reconciliation, Value
from bot.i18n import Language
from bot.presenters.imports import sentence as reason
from bot.presenters.reply import Button, Reply, pager, rows, screen
from bot.render.plain import short
from bot.render.rep_words import sentence

# What a page shows of either list: with the deadlines above it stays within a message's 4,096 characters.
PAGE = 6
# The two lists, as a button names them.
DIFFERENCES, NEEDED = "d", "n"
# Deadlines and files told above the lists; beyond, there are more than anybody reads on a phone.
_SHOWN_DUES, _SHOWN_UNREAD = 6, 3


def rep(shown: Reconciled, language: Language, view: str = "", page: int = 0) -> Reply:
    """A page (from 0) of the differences, or of the payments that need a REP; first whichever there are."""
    _ = language.gettext
    found = shown.found
    if view not in {DIFFERENCES, NEEDED}:
        view = DIFFERENCES if found.findings or not found.needed else NEEDED
    items: Sequence[Finding | Needed] = found.findings if view == DIFFERENCES else found.needed
    on_page, page, pages = page_of(items, page, PAGE)
    return screen(
        language,
        "rep",
        {
            "found": found,
            "dues": _cut(_dues(found, language), _SHOWN_DUES, language),
            "checked": _checked(found, language),
            "groups": _groups([one for one in on_page if isinstance(one, Finding)], language),
            "needed": [one for one in on_page if isinstance(one, Needed)],
            "unread": _cut([_unread_line(one, language) for one in shown.unread], _SHOWN_UNREAD, language),
        },
        keyboard=rows(
            pager(page, pages, f"re:{view}:{{page}}"),
            (
                Button(f"⚠️ {_('Differences')}", f"re:{DIFFERENCES}:0") if view == NEEDED and found.findings else None,
                Button(f"⏳ {_('Without REP')}", f"re:{NEEDED}:0") if view == DIFFERENCES and found.needed else None,
                Button("📊 Excel", "rex") if found.findings or found.needed else None,
            ),
        ),
    )


def file_name(found: Reconciliation) -> str:
    """What the workbook is called: `REP 2019-07-16.xlsx`."""
    return f"REP {found.on.isoformat()}.xlsx"


def _dues(found: Reconciliation, language: Language) -> list[str]:
    return [_due(one, language) for one in countdown(found.needed, found.on)]


def _cut(lines: list[str], limit: int, language: Language) -> list[str]:
    """The first of the lines, and how many more there are."""
    if (more := len(lines) - limit) > 0:
        return [*lines[:limit], language.ngettext("and %(n)s more line", "and %(n)s more lines", more)]
    return lines


def _due(due: Due, language: Language) -> str:
    amount, on = language.money(due.total), f"{language.gettext('until')} {language.date(due.deadline)}"
    payments = language.ngettext("%(n)s payment without REP", "%(n)s payments without REP", due.count)
    if due.days < 0:
        late = language.ngettext("%(n)s day late", "%(n)s days late", -due.days)
        return f"🔴 {payments}: {amount} · {on} · {late}"
    left = language.ngettext("%(n)s day left", "%(n)s days left", due.days) if due.days else language.gettext("today")
    return f"⏳ {payments}: {amount} · {on} · {left}"


def _checked(found: Reconciliation, language: Language) -> str:
    """How many REP were looked at, and what of them."""
    if not found.reps and not found.left_out:
        return language.gettext("There is no REP to check.")
    checked = language.ngettext("%(n)s REP checked", "%(n)s REP checked", len(found.reps))
    notices = len(found.findings) - len(found.differences)
    parts = [
        language.ngettext("%(n)s difference", "%(n)s differences", len(found.differences))
        if found.differences
        else language.gettext("everything matches"),
        language.ngettext("%(n)s notice", "%(n)s notices", notices) if notices else "",
        language.ngettext(
            "%(n)s cancelled or replaced left out", "%(n)s cancelled or replaced left out", len(found.left_out)
        )
        if found.left_out
        else "",
    ]
    return ": ".join((checked, ", ".join(filter(None, parts))))


def _groups(findings: Sequence[Finding], language: Language, *, by_file: bool = False) -> list[tuple[str, list[str]]]:
    """The findings as lines, per customer; `by_file` names each REP as its file."""
    return [
        (_customer(customer, language), [_line(finding, language, by_file=by_file) for finding in its])
        for customer, its in groupby(findings, key=lambda finding: finding.customer)
    ]


def _customer(customer: tuple[str, str], language: Language) -> str:
    return short(" ".join(filter(None, customer)), 120) if any(customer) else language.gettext("Unknown customer")


def _line(finding: Finding, language: Language, *, by_file: bool) -> str:
    rep = short(finding.rep.name, 200) if by_file else short(finding.rep.label, 40)
    where = f"{rep} · {short(finding.document_label, 40)}" if finding.document_label else rep
    mark = "ℹ️" if finding.is_notice else "⚠️"  # noqa: RUF001 - the sign for information
    return f"{mark} {where} · {finding.field}: {short(sentence(finding, language), 200)}"


def _unread_line(unread: Unread, language: Language) -> str:
    said = f"«{short(unread.problem.value, 60)}» " if unread.problem.value else ""
    return f"{short(unread.name, 80)}: {said}{reason(unread.problem, language)}"


def report_text(shown: Reconciled, language: Language) -> str:
    """The whole as lines of plain text."""
    return "\n".join(_text_lines(shown, language))


def _text_lines(shown: Reconciled, language: Language) -> Iterator[str]:
    found = shown.found
    yield _checked(found, language)
    for customer, lines in _groups(found.findings, language, by_file=True):
        yield customer
        yield from (f"  {line}" for line in lines)
    if shown.unread:
        yield language.gettext("Not read:")
        yield from (f"  {_unread_line(one, language)}" for one in shown.unread)
    yield from _dues(found, language)
    for one in found.needed:
        document, entry = one.document, one.entry
        yield "  " + language.gettext(
            "%(customer)s %(document)s %(uuid)s: paid on %(on)s, installment %(number)s, previous %(before)s, paid "
            "%(paid)s, remaining %(after)s, until %(deadline)s",
            customer=document.customer_code,
            document=document.label,
            uuid=document.uuid or "–",
            on=language.date(entry.on),
            number=one.installment,
            before=language.money(one.before),
            paid=language.money(entry.amount),
            after=language.money(one.after),
            deadline=language.date(one.deadline),
        )


def report_json(shown: Reconciled, language: Language) -> dict[str, Any]:
    """The whole for programs: amounts are strings with their decimals, dates ISO."""
    found = shown.found
    return {
        "date": found.on.isoformat(),
        "reps": len(found.reps),
        "left_out": [rep.uuid for rep in found.left_out],
        "findings": [_finding_json(one, language) for one in found.findings],
        "unread": [{"file": one.name, "reason": reason(one.problem, language)} for one in shown.unread],
        "needed": [_needed_json(one, found) for one in found.needed],
    }


def _finding_json(finding: Finding, language: Language) -> dict[str, object]:
    return {
        "rule": finding.rule.value,
        "notice": finding.is_notice,
        "customer": finding.customer[0] or None,
        "file": finding.rep.name,
        "rep": finding.rep.uuid,
        "document": finding.paid.uuid if finding.paid else None,
        "field": finding.field,
        "found": _plain(finding.found),
        "expected": _plain(finding.expected),
        "currency": finding.currency or None,
        "expected_currency": finding.expected_currency or None,
        "sentence": sentence(finding, language),
    }


def _needed_json(one: Needed, found: Reconciliation) -> dict[str, object]:
    document, entry = one.document, one.entry
    return {
        "customer": document.customer_code,
        "document": document.label,
        "IdDocumento": document.uuid,
        "FechaPago": entry.on.isoformat(),
        "FormaDePagoP": entry.form or None,
        "reference": entry.reference or None,
        "MonedaDR": entry.amount.currency,
        "NumParcialidad": one.installment,
        "ImpSaldoAnt": str(one.before),
        "ImpPagado": str(entry.amount),
        "ImpSaldoInsoluto": str(one.after),
        **_whole_json(entry),
        "deadline": one.deadline.isoformat(),
        "days_left": (one.deadline - found.on).days,
    }


def _whole_json(entry: BookEntry) -> dict[str, str | None]:
    """What the REP says of the whole payment; null where the ledger does not know it."""
    received = entry.received
    if received is None:
        return dict.fromkeys(("EquivalenciaDR", "MonedaP", "Monto", "TipoCambioP"))
    equivalence = received.equivalence_in(entry.amount.currency)
    return {
        "EquivalenciaDR": f"{equivalence:f}" if equivalence else None,
        "MonedaP": received.total.currency,
        "Monto": str(received.total),
        "TipoCambioP": f"{received.rate:f}",
    }


def _plain(found: Value) -> str | int | None:
    if found is None or isinstance(found, int):
        return found
    return found if isinstance(found, str) else str(found)
