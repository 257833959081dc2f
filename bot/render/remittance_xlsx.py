"""How a returned remittance is applied, as a workbook: a line for each document, with what its REP has to say."""

from collections.abc import Sequence
from io import BytesIO

from openpyxl import Workbook

from bot.domain.remittance import Proposal, Proposed
from bot.i18n import Language
from bot.render.remittance_words import misfits
from bot.render.sheets import Cell, fill_sheet, fit_on_paper, sheet_title

_WIDTHS = (8, 12, 40, 8, 12, 10, 16, 16, 16, 60, 14, 16, 16, 16)


def proposal_xlsx(proposals: Sequence[Proposal], language: Language) -> bytes:
    """A sheet for each file; the columns after what does not fit are SAT's attributes of the REP."""
    _ = language.gettext
    headings = (
        _("ROW"), _("CODE"), "UUID", _("SERIES"), _("FOLIO"), _("CURRENCY"), _("BALANCE"), _("TO PAY"),
        _("REMAINING"), _("DOES NOT FIT"), "NumParcialidad", "ImpSaldoAnt", "ImpPagado", "ImpSaldoInsoluto",
    )  # fmt: skip
    book = Workbook()
    book.properties.creator = "cobranza"
    book.remove(book.worksheets[0])
    titles: set[str] = set()
    for proposal in proposals:
        title = _("Remittance") if len(proposals) == 1 else sheet_title(proposal.name, titles)
        titles.add(title.casefold())
        sheet = book.create_sheet(title)
        fill_sheet(sheet, headings, _WIDTHS, (_line(line, language) for line in proposal.lines))
        fit_on_paper(sheet)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _line(line: Proposed, language: Language) -> Sequence[Cell]:
    row, rep = line.row, line.rep
    amounts = [amount.decimal if amount else "" for amount in (line.balance, line.to_pay, line.remaining)]
    needs: list[Cell] = ["", "", "", ""]
    if rep:
        needs = [rep.installment, rep.before.decimal, rep.entry.amount.decimal, rep.after.decimal]
    code = line.document.customer_code if line.document else row.customer
    said = ", ".join(misfits(line, language))
    return (row.row, code, row.uuid or "", row.series, row.folio, row.currency, *amounts, said, *needs)
