from io import BytesIO

import openpyxl

from bot.domain.remittance import propose
from bot.i18n import language
from bot.render.remittance_xlsx import proposal_xlsx
from tests.imports.cfdi_files import U1, U2
from tests.presenters.test_remittance import FILE, TODAY
from tests.rep_files import book


def test_each_line_stands_with_what_its_rep_says_or_why_it_does_not_fit() -> None:
    shown = propose(FILE, [book()], (), TODAY)
    sheet = openpyxl.load_workbook(BytesIO(proposal_xlsx([shown], language("es")))).worksheets[0]
    assert sheet.title == "Remesa"
    header, *rows = sheet.iter_rows(values_only=True)
    assert header[-4:] == ("NumParcialidad", "ImpSaldoAnt", "ImpPagado", "ImpSaldoInsoluto")
    assert rows[0] == (
        2, "CL1", U1, "A", "7", "MXN", 116, 100, 16, "el saldo cambió desde que se hizo el archivo", 1, 116, 100, 16,
    )  # fmt: skip
    assert rows[1] == (
        3, "CL1", U2, "A", "9", "USD", None, 1234.5, None, "no se conoce ningún documento con ese UUID o folio",
        None, None, None, None,
    )  # fmt: skip
