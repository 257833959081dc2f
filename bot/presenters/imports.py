"""What an import did: as text for people, as JSON for programs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from bot.domain.incoming import FileKind, FileReport, ImportReport, Problem
from bot.i18n import N_, Language
from bot.presenters import cfdi_reasons
from bot.presenters.saying_no import as_read

# Problems written out for people, per file; the rest are counted, and JSON has them all.
SHOWN_PROBLEMS = 20


def report_json(report: ImportReport, language: Language) -> dict[str, Any]:
    """The answer of `cobranza import --json` (product section 15); `row` is null when the whole file is refused.

    A file has `warnings`, in the form of the problems, when there are any, and a `sheet` when the workbook has several.
    """
    return {
        "files": [
            {
                "path": str(file.path),
                "kind": file.kind,
                "new": file.new,
                "changed": file.changed,
                "same": file.same,
                "refused": file.refused,
                "problems": _problems_json(file.problems, language),
            }
            | ({"sheet": file.sheet} if file.sheet else {})
            | ({"warnings": _problems_json(file.warnings, language)} if file.warnings else {})
            for file in report.files
        ]
    }


def _problems_json(problems: Iterable[Problem], language: Language) -> list[dict[str, object]]:
    return [
        {
            "row": problem.row or None,
            "column": problem.column,
            "value": problem.value,
            "reason": sentence(problem, language),
        }
        for problem in problems
    ]


def report_text(report: ImportReport, language: Language, *, in_chat: bool = False) -> str:
    """The report as lines of plain text, for the terminal or the chat."""
    others = [file for file in report.files if file.kind is not FileKind.CFDI]
    lines = [line for file in others for line in _file_lines(file, language, in_chat=in_chat)]
    if cfdi := [file for file in report.files if file.kind is FileKind.CFDI]:
        lines += _cfdi_lines(cfdi, language)
    if not report.files:
        lines.append(language.gettext("There is no file to import."))
    elif not report.kept:
        lines.append(language.gettext("Nothing was kept."))
    return "\n".join(lines)


def _file_lines(file: FileReport, language: Language, *, in_chat: bool) -> list[str]:
    lines = [file.name]
    if file.kind:
        lines[0] = f"{file.name} · {_counts(file.kind, [file], language)}"
    if file.ignored_columns:
        names = ", ".join(file.ignored_columns)
        lines.append("  " + language.gettext("Columns not used: %(names)s", names=names))
    return lines + problem_lines(file.problems, file.warnings, language, partial(problem_line, in_chat=in_chat))


def problem_lines(
    problems: Sequence[Problem],
    warnings: Sequence[Problem],
    language: Language,
    line: Callable[[Problem, Language], str],
) -> list[str]:
    """What was refused and what is odd, each in the words of `line`; where there are many, how many more."""
    lines = [line(problem, language) for problem in problems[:SHOWN_PROBLEMS]]
    if (more := len(problems) - SHOWN_PROBLEMS) > 0:
        lines.append(language.ngettext("and %(n)s more problem", "and %(n)s more problems", more))
    lines += [_note(line(warning, language), language) for warning in warnings[:SHOWN_PROBLEMS]]
    if (more := len(warnings) - SHOWN_PROBLEMS) > 0:
        lines.append(language.ngettext("and %(n)s more note", "and %(n)s more notes", more))
    return [f"  {each}" for each in lines]


def _cfdi_lines(files: Sequence[FileReport], language: Language) -> list[str]:
    """All CFDI of a run together, since each is a file; every one that is refused is named."""
    many = language.ngettext("%(n)s file", "%(n)s files", len(files))
    name = many if len(files) > 1 else files[0].path.name
    lines = [f"{name} · {_counts(FileKind.CFDI, files, language)}"]
    for file in files:
        lines += [f"  {problem_line(_placed(problem, file), language)}" for problem in file.problems]
        noted = (problem_line(_placed(warning, file), language) for warning in file.warnings)
        lines += [f"  {_note(line, language)}" for line in noted]
    return lines


def _placed(problem: Problem, file: FileReport) -> Problem:
    """The problem with the file as its place: `facturas.zip/A-1.xml`; a number in the ZIP tells people nothing."""
    name = file.path.name
    if problem.row:
        return replace(problem, row=0, column=f"{name}/{problem.column}")
    # The file's name is the value too where the whole file is refused.
    return replace(problem, column=name, value="" if problem.value == name else problem.value)


def _counts(kind: FileKind, files: Sequence[FileReport], language: Language) -> str:
    return language.gettext(
        "%(kind)s: %(new)s new, %(changed)s changed, %(same)s same, %(refused)s refused",
        kind=kind_name(kind, language),
        new=f"{sum(file.new for file in files):,}",
        changed=f"{sum(file.changed for file in files):,}",
        same=f"{sum(file.same for file in files):,}",
        refused=f"{sum(file.refused for file in files):,}",
    )


def _note(line: str, language: Language) -> str:
    return language.gettext("Note: %(line)s", line=line)


def problem_line(problem: Problem, language: Language, *, in_chat: bool = False) -> str:
    """A problem as a line: where, what stands there, why it is refused."""
    reason = sentence(problem, language, in_chat=in_chat)
    if not problem.row and not problem.column:
        return reason
    row = language.gettext("Row %(row)s", row=problem.row) if problem.row else ""
    where = ", ".join(filter(None, (row, problem.column)))
    return f"{where}: «{problem.value}» {reason}" if problem.value else f"{where}: {reason}"


def kind_name(kind: FileKind, language: Language) -> str:
    """What the rows of a file are."""
    return {
        FileKind.CUSTOMERS: language.gettext("customers"),
        FileKind.DOCUMENTS: language.gettext("documents"),
        FileKind.CFDI: language.gettext("cfdi"),
        FileKind.PAYMENTS: language.gettext("payments"),
        FileKind.PROMISES: language.gettext("promises"),
        FileKind.REMITTANCE: language.gettext("remittance"),
    }[kind]


def sentence(problem: Problem, language: Language, *, in_chat: bool = False) -> str:
    """Why a row or file is refused, and how it would be right; the chat has no options."""
    said = (in_chat and _IN_CHAT.get(problem.reason)) or REASONS[problem.reason]
    params = {name: as_read(value, language) for name, value in problem.params.items()}
    return language.gettext(said, **params) if isinstance(said, str) else said(language, params)


def _swallowed(language: Language, params: Mapping[str, object]) -> str:
    return language.ngettext(
        "a quote is opened and not closed in its row, so the next one was not read.",
        "a quote is opened and not closed in its row, so the next %(n)s were not read.",
        int(str(params["lines"])),
    )


def _headings(language: Language, params: Mapping[str, object]) -> str:
    return language.gettext(
        "To be read as %(what)s it lacks these headings: %(missing)s.", **_lacking(language, params)
    )


def _sheet_headings(language: Language, params: Mapping[str, object]) -> str:
    return language.gettext(
        "this sheet is not loaded; to be read as %(what)s it lacks these headings: %(missing)s.",
        **_lacking(language, params),
    )


def _lacking(language: Language, params: Mapping[str, object]) -> dict[str, object]:
    return {"what": kind_name(FileKind(str(params["kind"])), language), "missing": params["missing"]}


# What is said of each reason, with its parameters.
REASONS: dict[str, str | Callable[[Language, Mapping[str, object]], str]] = {
    # cells
    "missing": N_("is missing."),
    "failed_formula": N_("is a formula that failed: put the value there."),
    "uncalculated": N_("is a formula that was never calculated: open the file in Excel, save it and load it again."),
    "number_shown": N_(
        "is how Excel shows a number: give the column a format without separators or decimals, and save it again."
    ),
    "not_amount": N_("is not an amount: write it as 1234.50."),
    "comma": N_(
        "could be read in two ways: write it as 1234.50; if all amounts have a decimal comma, load the file with "
        "«cobranza import --decimal-comma»."
    ),
    "not_comma_amount": N_("is not an amount with a decimal comma: write it as 1234,50."),
    "too_fine": N_("has more decimals than any currency has (three)."),
    "decimals": N_("has more decimals than %(currency)s has (%(digits)s)."),
    "negative": N_("may not be negative."),
    "not_positive": N_("must be more than zero."),
    "not_number": N_("is not a number above zero: write it as 18.5012."),
    "no_rate": N_("is missing: the payment is in %(currency)s."),
    "no_equivalence": N_("is missing: the payment is in %(currency)s and the document in %(other)s."),
    "more_applied": N_("is less than what is applied of it, %(part)s."),
    "zero": N_("may not be zero."),
    "not_date": N_("is not a date: write it as 23/07/2019."),
    "currency": N_("is not a currency: write it as MXN, USD, PESOS or DOLARES."),
    "not_whole": N_("is not a whole number from %(low)s to %(high)s."),
    "choice": N_("is not one of: %(choices)s."),
    "not_uuid": N_("is not a UUID: it has 32 digits and letters from A to F."),
    "too_long": N_("is longer than %(limit)s characters."),
    # rows
    "too_many_cells": N_(
        "stands beyond the last heading: a text or amount with a separator in it needs quotes around it."
    ),
    "swallowed": _swallowed,
    "repeated": N_("is already in row %(first)s with other values."),
    "repeated_folio": N_(
        "is already in row %(first)s with other values; if it is of another concept, write the concept's code before "
        "its name: 2 / Nota de cargo."
    ),
    "unknown_customer": N_("is not the code of a customer: import the customers first."),
    "unknown_document": N_("is not a document known here: import the documents first."),
    "ambiguous_document": N_("is the folio of several documents: give the concept's code or the UUID."),
    "other_concept": N_(
        "is not the concept that the document of this folio has here: %(concept)s. If it is another document, write "
        "the concept's code before its name: 2 / Nota de cargo."
    ),
    "other_side": N_(
        "is the folio of a charge here and of a credit in the file, or the other way round. If it is another document, "
        "write the concept's code before its name: 2 / Nota de crédito."
    ),
    "folio_taken": N_("is the folio of another document than that of UUID %(uuid)s."),
    "other_columns": N_(
        "reads like document %(document)s, of another day or total: give series and folio a column each, or the UUID."
    ),
    "alike": N_(
        "has the day and total of document %(document)s: write series and concept as there, or the UUID; if they are "
        "two, load both in one file."
    ),
    "other_uuid": N_("is not the UUID that this document has: %(uuid)s."),
    "other_customer": N_("has this document from now on; until now it was of %(customer)s here."),
    "other_method": N_("is not what the document's CFDI says, %(stamped)s: that counts, since SAT has it."),
    "in_future": N_("is a day that has not come yet."),
    "promise_differs": N_(
        "is the number of a promise that is already there and is another; promises are never changed."
    ),
    "promise_order": N_("is not the next promise of this document: that is %(following)s."),
    "promise_amount": N_("is not an amount within the document's total."),
    "not_collectable": N_("is a document that is cancelled or that nobody owes."),
    # files
    "no_file": N_("There is no file or folder of this name."),
    "unreadable": N_("The file cannot be opened: it is damaged, protected or in use."),
    "format": N_("Files of this type are not read; these are: %(known)s."),
    "workbook_size": N_(
        "The workbook unpacks to more than %(megabytes)s MB: save only the sheet that is needed, or save it as CSV."
    ),
    "workbook_cells": N_(
        "A sheet reaches over %(rows)s rows and %(columns)s columns: delete what stands far from the table, or save it "
        "as CSV."
    ),
    "empty": N_("The file is empty."),
    "headings": _headings,
    "sheet_headings": _sheet_headings,
    "remittance": N_("It is a remittance: load it by itself, and you are told how the payment would be applied."),
    "which_kind": N_(
        "The headings fit several kinds: call the date FECHA DOCUMENTO or FECHA PAGO, or say which with "
        "«cobranza import --kind»: %(kinds)s."
    ),
    "quote": N_("a quote is opened and never closed: nothing was read from here on."),
    # CFDI
    **cfdi_reasons.REASONS,
}
_IN_CHAT = {
    "comma": N_("could be read in two ways: write it as 1234.50."),
    "which_kind": N_(
        "The headings fit several kinds: call the date FECHA DOCUMENTO or FECHA PAGO, and send the file again."
    ),
}
