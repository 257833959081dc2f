"""What a synchronisation with the ERP did, and why it could not: as text for people, as JSON for programs."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from bot.domain.erp import ErpUnreadable, Mismatch, Outcome, SyncReport
from bot.domain.incoming import Problem
from bot.domain.money import pesos_first
from bot.i18n import N_, Language
from bot.presenters.imports import problem_lines
from bot.presenters.imports import sentence as import_sentence


def report_json(report: SyncReport, language: Language) -> dict[str, Any]:
    """The answer of `cobranza sync contpaqi --json`; `id` is the ERP's, amounts are strings with their decimals."""
    return {
        "at": report.at.isoformat(timespec="seconds"),
        "full": report.full,
        "customers": _outcome_json(report.customers, language),
        "documents": _outcome_json(report.documents, language),
        "applications": _outcome_json(report.applications, language),
        "mismatches": [
            {"customer": m.customer, "currency": m.here.currency, "here": str(m.here), "erp": str(m.erp)}
            for m in report.mismatches
        ],
    }


def _outcome_json(outcome: Outcome, language: Language) -> dict[str, Any]:
    return {
        "new": outcome.new,
        "changed": outcome.changed,
        "same": outcome.same,
        "removed": outcome.removed,
        "problems": _problems_json(outcome.problems, language),
    } | ({"warnings": _problems_json(outcome.warnings, language)} if outcome.warnings else {})


def _problems_json(problems: Iterable[Problem], language: Language) -> list[dict[str, object]]:
    return [
        {"id": p.row, "column": p.column, "value": p.value, "reason": problem_sentence(p, language)} for p in problems
    ]


def report_text(report: SyncReport, language: Language) -> str:
    """The report as lines of plain text; what does not add up comes last, where it is seen."""
    _ = language.gettext
    what = _("everything was read") if report.full else _("what had changed was read")
    lines = [f"CONTPAQi · {moment(report.at, language)} · {what}"]
    for name, outcome in (
        (_("customers"), report.customers),
        (_("documents"), report.documents),
        (_("payments applied"), report.applications),
    ):
        lines.append(
            _(
                "%(kind)s: %(new)s new, %(changed)s changed, %(same)s same, %(removed)s no longer valid",
                kind=name,
                new=f"{outcome.new:,}",
                changed=f"{outcome.changed:,}",
                same=f"{outcome.same:,}",
                removed=f"{outcome.removed:,}",
            )
        )
        lines += problem_lines(outcome.problems, outcome.warnings, language, _line)
    unequal = sorted(report.mismatches, key=lambda each: (each.customer, pesos_first(each.here.currency)))
    lines += [mismatch_line(mismatch, language) for mismatch in unequal]
    return "\n".join(lines)


def _line(problem: Problem, language: Language) -> str:
    record = language.gettext("Record %(id)s in CONTPAQi", id=problem.row)
    return f"{record}: {problem_sentence(problem, language)}"


def mismatch_line(mismatch: Mismatch, language: Language) -> str:
    """A customer whose balance is not the ERP's."""
    return language.gettext(
        "The balance of %(customer)s does not add up: %(here)s here, %(erp)s in CONTPAQi.",
        customer=mismatch.customer,
        here=language.money(mismatch.here),
        erp=language.money(mismatch.erp),
    )


def problem_sentence(problem: Problem, language: Language) -> str:
    """Why a row of the ERP cannot be taken."""
    if said := _REASONS.get(problem.reason):
        return language.gettext(said, **{"value": problem.value, **problem.params})
    return import_sentence(problem, language)


def unreadable(refused: ErpUnreadable, language: Language) -> str:
    """That the ERP cannot be read, and how old that leaves the data; who only tried to connect does not know."""
    _ = language.gettext
    lines = [_("CONTPAQi cannot be read: %(reason)s", reason=refused.reason)]
    if refused.now is None:
        return lines[0]
    if refused.last_success_at is None:
        lines.append(_("It has never been read before."))
    else:
        last = refused.last_success_at.astimezone(refused.now.tzinfo)
        lines.append(
            _(
                "The data are those of %(moment)s (%(age)s ago).",
                moment=moment(last, language),
                age=age(refused.now - last, language),
            )
        )
    return "\n".join(lines)


def moment(at: datetime, language: Language) -> str:
    """A day with its hour: `16/07/2019 08:15`."""
    return f"{language.date(at.date())} {at:%H:%M}"


def age(since: timedelta, language: Language) -> str:
    """A span of time in its largest unit."""
    minutes = max(0, int(since.total_seconds() // 60))
    hours, days = minutes // 60, since.days
    if days > 0:
        return language.ngettext("%(n)s day", "%(n)s days", days)
    if hours:
        return language.ngettext("%(n)s hour", "%(n)s hours", hours)
    return language.ngettext("%(n)s minute", "%(n)s minutes", minutes)


_REASONS = {
    "erp_currency": N_("the currency «%(value)s» has no SAT key and its name is not known."),
    "erp_amount": N_("an amount of it is larger than any that can be kept."),
    "erp_date": N_("it has no date."),
    "erp_folio": N_("its folio %(value)s is not a whole number."),
    "erp_folio_taken": N_("its folio %(value)s is that of another document of the same customer and concept."),
    "erp_uuid_taken": N_("its UUID %(value)s is that of another document."),
    "erp_method": N_(
        "its payment method is %(value)s and that of its CFDI %(stamped)s, which counts: correct it in CONTPAQi."
    ),
    "unknown_customer": N_("its customer «%(value)s» could not be taken."),
    "too_long": N_("«%(value)s» is longer than %(limit)s characters."),
}
