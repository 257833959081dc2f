"""What REP still need to be made, and what differs in those that are there, as a workbook."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO

from openpyxl import Workbook

from bot.domain.rep import BookEntry, Finding, Needed, Reconciliation
from bot.i18n import Language
from bot.render.rep_words import sentence, value
from bot.render.sheets import MARK, Cell, fill_sheet, fit_on_paper

# SAT's names of the attributes, the same in every language: whoever makes the REP copies them from here.
NEEDED = (
    "CLIENTE", "NOMBRE", "RFC", "SERIE", "FOLIO", "IdDocumento", "FechaPago", "FormaDePagoP", "REFERENCIA", "MonedaDR",
    "NumParcialidad", "ImpSaldoAnt", "ImpPagado", "ImpSaldoInsoluto", "EquivalenciaDR", "MonedaP", "Monto",
    "TipoCambioP", "FECHA LIMITE", "DIAS",
)  # fmt: skip
_WIDTHS = (12, 30, 16, 8, 12, 40, 12, 14, 16, 10, 14, 16, 16, 16, 14, 10, 16, 14, 14, 8)
_DIFFERENCE_WIDTHS = (12, 30, 30, 12, 40, 18, 60, 18, 18)


def rep_xlsx(found: Reconciliation, language: Language) -> bytes:
    """Two sheets: the payments that need a REP, with all that it says of them, and the differences and notices."""
    book = Workbook()
    book.properties.title = "REP"
    book.properties.creator = "cobranza"
    needed, differences = book.worksheets[0], book.create_sheet()
    needed.title = language.gettext("REP to make")
    differences.title = language.gettext("Differences")
    fill_sheet(needed, NEEDED, _WIDTHS, (_needed(one, found.on) for one in found.needed))
    for row, one in enumerate(found.needed, start=2):
        if one.deadline < found.on or one.after.minor < 0:
            for column in range(1, len(NEEDED) + 1):
                needed.cell(row, column).fill = MARK
    _ = language.gettext
    headings = (
        _("CODE"), _("NAME"), "REP", _("DOCUMENT"), "UUID", _("FIELD"), _("WHAT DIFFERS"), _("FOUND"), _("EXPECTED"),
    )  # fmt: skip
    fill_sheet(differences, headings, _DIFFERENCE_WIDTHS, (_difference(one, language) for one in found.findings))
    for sheet in book.worksheets:
        fit_on_paper(sheet)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _needed(one: Needed, on: date) -> Sequence[Cell]:
    document, entry = one.document, one.entry
    return (
        document.customer_code, document.customer_name, document.receiver, document.series, document.folio,
        document.uuid or "", entry.on, entry.form, entry.reference, entry.amount.currency, one.installment,
        one.before.decimal, entry.amount.decimal, one.after.decimal, *_whole(entry), one.deadline,
        (one.deadline - on).days,
    )  # fmt: skip


def _whole(entry: BookEntry) -> Sequence[Cell]:
    """What the REP says of the whole payment, where the ledger knows it."""
    received = entry.received
    if received is None:
        return "", "", "", ""
    return (
        received.equivalence_in(entry.amount.currency) or "",
        received.total.currency,
        received.total.decimal,
        received.rate,
    )


def _difference(finding: Finding, language: Language) -> Sequence[Cell]:
    code, name = finding.customer
    uuid = finding.paid.uuid if finding.paid else ""
    said = sentence(finding, language)
    if finding.is_notice:
        said = language.gettext("Notice: %(what)s", what=said)
    return (
        code, name, finding.rep.name, finding.document_label, uuid, finding.field, said,
        value(finding.found, finding.currency, language), value(finding.expected, finding.expected_currency, language),
    )  # fmt: skip
