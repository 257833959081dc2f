"""A remittance that a payer returned: how the payment would be applied."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from markupsafe import escape

from bot.domain.money import Money, pesos_first
from bot.domain.remittance import OtherTotal, Proposal, Proposed
from bot.i18n import Language
from bot.presenters.imports import problem_line, sentence
from bot.presenters.reply import Reply
from bot.render.plain import short
from bot.render.remittance_words import misfits

# What a message shows of the lines; the workbook sent with it has them all.
SHOWN = 10
_MAX_LINE = 250


def proposal(shown: Proposal, language: Language) -> Reply:
    """The proposal for the chat, what does not fit first; the rest is in the workbook."""
    _ = language.gettext
    wrong = [line for line in shown.lines if line.misfits]
    lines = [*_wrong(shown, language, in_chat=True), *(_line(line, language) for line in (*wrong, *shown.fits))]
    more = len(lines) - SHOWN
    parts = [
        f"<b>🧾 {escape(_('Remittance'))} · {escape(short(shown.name, 80))}</b>",
        escape(_summary(shown, language)),
        *(escape(short(line, _MAX_LINE)) for line in lines[:SHOWN]),
        *([escape(language.ngettext("and %(n)s more line", "and %(n)s more lines", more))] if more > 0 else []),
        f"<i>{escape(_('Nothing was recorded: the payment is entered in the ERP.'))}</i>",
    ]
    return Reply(plain="\n\n".join(map(str, parts)))


def file_name(shown: Proposal, language: Language) -> str:
    """What the workbook is called."""
    return f"{language.gettext('Remittance')} {shown.on.isoformat()}.xlsx"


def report_text(shown: Proposal, language: Language) -> str:
    """The whole as lines of plain text."""
    lines = [f"{shown.name} · {_summary(shown, language)}"]
    lines += [f"  {line}" for line in _wrong(shown, language)]
    lines += [f"  {_line(line, language)}" for line in shown.lines]
    return "\n".join([*lines, language.gettext("Nothing was recorded: the payment is entered in the ERP.")])


def report_json(shown: Proposal, language: Language) -> dict[str, Any]:
    """The whole for programs; amounts are strings with their decimals."""
    return {
        "file": shown.name,
        "date": shown.on.isoformat(),
        "lines": [_line_json(line, language) for line in shown.lines],
        "totals": {amount.currency: str(amount) for amount in shown.sums},
        "other_totals": [
            {"currency": one.said.currency, "said": str(one.said), "lines": str(one.lines)}
            for one in shown.other_totals
        ],
        "unpaid": shown.unpaid,
        "problems": [
            {"row": p.row, "column": p.column, "value": p.value, "reason": sentence(p, language)}
            for p in shown.problems
        ],
    }


def _summary(shown: Proposal, language: Language) -> str:
    sums = ", ".join(language.money(amount) for amount in shown.sums)
    parts = [
        language.ngettext("%(n)s document is paid", "%(n)s documents are paid", len(shown.fits))
        + (f": {sums}" if sums else "")
    ]
    if wrong := len(shown.lines) - len(shown.fits) + len(shown.problems):
        parts.append(language.ngettext("%(n)s line does not fit", "%(n)s lines do not fit", wrong))
    if shown.unpaid:
        parts.append(language.ngettext("%(n)s line is blank", "%(n)s lines are blank", shown.unpaid))
    return " · ".join(parts)


def _wrong(shown: Proposal, language: Language, *, in_chat: bool = False) -> Iterator[str]:
    """What is wrong with the file itself."""
    for one in sorted(shown.other_totals, key=lambda each: pesos_first(each.said.currency)):
        yield f"⚠️ {_total(one, language)}"
    for problem in shown.problems:
        yield f"✋ {problem_line(problem, language, in_chat=in_chat)}"


def _total(one: OtherTotal, language: Language) -> str:
    return language.gettext(
        "total %(said)s; its lines add up to %(lines)s",
        said=language.money(one.said),
        lines=language.money(one.lines),
    )


def _line(line: Proposed, language: Language) -> str:
    label = line.document.label if line.document else line.row.label
    paid = language.money(line.to_pay) if line.to_pay else _plain(line)
    said = f"{short(label, 60)} · {paid}"
    if line.misfits:
        return f"⚠️ {said} · {', '.join(misfits(line, language))}"
    parts = [f"✅ {said}", " → ".join(language.money(amount) for amount in (line.balance, line.remaining) if amount)]
    if line.rep:
        parts.append(
            language.gettext(
                "REP: installment %(number)s, previous %(before)s, remaining %(after)s",
                number=line.rep.installment,
                before=language.money(line.rep.before),
                after=language.money(line.rep.after),
            )
        )
    return " · ".join([*parts, *misfits(line, language)])


def _plain(line: Proposed) -> str:
    """An amount of no known currency, as it stands in the file."""
    return f"{Decimal(line.row.to_pay or 0).scaleb(-3).normalize():,f} {line.row.currency}"


def _line_json(line: Proposed, language: Language) -> dict[str, object]:
    def said(amount: Money | None) -> str | None:
        return str(amount) if amount else None

    return {
        "row": line.row.row,
        "customer": line.document.customer_code if line.document else line.row.customer,
        "document": line.document.label if line.document else line.row.label,
        "uuid": line.row.uuid,
        "currency": line.row.currency,
        "balance": said(line.balance),
        "to_pay": said(line.to_pay),
        "remaining": said(line.remaining),
        "misfits": [misfit.value for misfit in line.misfits],
        "sentence": ", ".join(misfits(line, language)),
        "changed": line.changed,
        "rep": {
            "NumParcialidad": line.rep.installment,
            "ImpSaldoAnt": str(line.rep.before),
            "ImpPagado": str(line.rep.entry.amount),
            "ImpSaldoInsoluto": str(line.rep.after),
        }
        if line.rep
        else None,
    }
