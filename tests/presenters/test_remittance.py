import json
from dataclasses import replace
from datetime import date

import pytest

from bot.domain.incoming import Problem
from bot.domain.money import Money
from bot.domain.remittance import Misfit, OtherTotal, Proposal, Proposed, RemittanceFile, RemittanceRow, propose
from bot.i18n import ENGLISH, SPANISH, language
from bot.presenters.remittance import SHOWN, file_name, proposal, report_json, report_text
from bot.render.remittance_words import misfits
from tests.imports.cfdi_files import U1, U2
from tests.presenters.checks import assert_sendable
from tests.presenters.golden import assert_text
from tests.presenters.worst import Texts
from tests.rep_files import book

SPEECH = language(SPANISH)
TODAY = date(2019, 7, 16)
FILE = RemittanceFile(
    "remesa julio.csv",
    (
        RemittanceRow(2, "CL1", U1, "A", "7", "MXN", 100_000, 120_000),
        RemittanceRow(3, "CL1", U2, "A", "9", "USD", 1_234_500),
        RemittanceRow(4, "CL1", U1, "A", "7", "USD", 500_000),
        RemittanceRow(5, "CL1", None, "A", "10", "MXN", None),
        RemittanceRow(7, "CL1", U1, "A", "7", "JPY", 1_500_500),
    ),
    {"MXN": 99_000},
    (Problem(6, "IMPORTE A PAGAR", "uno", "not_amount"),),
)


def shown_here() -> Proposal:
    return propose(FILE, [book()], (), TODAY)


SHOWN_HERE = shown_here()
CLEAN = propose(replace(FILE, rows=FILE.rows[:1], totals={}, problems=()), [book(method=None)], (), TODAY)


def test_the_report_for_the_terminal_is_as_it_was_last_looked_at() -> None:
    assert_text("remittance_report.txt", report_text(shown_here(), SPEECH))


def test_the_report_for_programs_is_as_it_was_last_looked_at() -> None:
    assert_text("remittance_report.json", json.dumps(report_json(SHOWN_HERE, SPEECH), ensure_ascii=False, indent=2))


def test_the_message_is_as_it_was_last_looked_at() -> None:
    reply = proposal(SHOWN_HERE, SPEECH)
    assert_text("remittance_report.html", reply.plain)
    assert_sendable(reply)


def test_a_file_that_fits_says_so_in_a_line() -> None:
    assert report_text(CLEAN, SPEECH).splitlines() == [
        "remesa julio.csv · Se paga 1 documento: $100.00",
        "  ✅ A-7 · $100.00 · $116.00 → $16.00 · el saldo cambió desde que se hizo el archivo",
        "No se registró nada: el pago se captura en el ERP.",
    ]
    nothing = replace(CLEAN, lines=(), unpaid=2)
    assert report_text(nothing, SPEECH).startswith("remesa julio.csv · Se pagan 0 documentos · 2 renglones en blanco")


@pytest.mark.parametrize("code", [SPANISH, ENGLISH])
@pytest.mark.parametrize("misfit", Misfit)
def test_every_misfit_has_a_sentence(misfit: Misfit, code: str) -> None:
    full = replace(SHOWN_HERE.lines[0], misfits=(misfit,))
    bare = Proposed(FILE.rows[0], (misfit,))
    for line in (full, bare):
        (said,) = misfits(line, language(code))
        assert said
        assert "%" not in said


def test_the_longest_file_fits_a_message_and_says_how_much_more_there_is() -> None:
    texts = Texts()
    longest = book(customer_code=texts.code, series=texts.series, folio=texts.folio, total=Money(10**15))
    line = replace(SHOWN_HERE.lines[2], document=longest, misfits=tuple(Misfit))
    shown = Proposal(
        TODAY, "<&" * 300, (line,) * 500, 500, (OtherTotal(Money(10**15), Money(1)),) * 3,
        tuple(Problem(n, "IMPORTE A PAGAR", "<&" * 2000, "not_amount") for n in range(9)),
    )  # fmt: skip
    reply = proposal(shown, SPEECH)
    assert_sendable(reply)
    assert f"y {512 - SHOWN} renglones más" in reply.plain


def test_the_workbook_is_named_by_its_day() -> None:
    assert file_name(CLEAN, SPEECH) == "Remesa 2019-07-16.xlsx"
