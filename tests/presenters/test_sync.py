from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.erp import ErpDriverMissing, ErpNotConfigured, ErpUnreadable, Mismatch, Outcome, SyncReport
from bot.domain.incoming import Problem
from bot.domain.money import Money
from bot.domain.receivables import PaymentMethod
from bot.i18n import ENGLISH, SPANISH, language
from bot.presenters.refusals import refusal
from bot.presenters.sync import problem_sentence, report_json, report_text

SPEECH = language(ENGLISH)
NOW = datetime(2019, 7, 16, 8, 15, tzinfo=ZoneInfo("America/Mexico_City"))
TAKEN = Problem(107, "folio", "7", "erp_folio_taken")
REPORT = SyncReport(
    at=NOW,
    full=False,
    customers=Outcome(same=1200),
    documents=Outcome(1, 2, 3, 4, (TAKEN,)),
    applications=Outcome(removed=5),
    mismatches=(Mismatch("CL1", Money(5000, "USD"), Money(-100, "USD")),),
)


def test_the_report_as_text_ends_with_what_does_not_add_up() -> None:
    assert report_text(REPORT, SPEECH).splitlines() == [
        "CONTPAQi · 16/07/2019 08:15 · what had changed was read",
        "customers: 0 new, 0 changed, 1,200 same, 0 no longer valid",
        "documents: 1 new, 2 changed, 3 same, 4 no longer valid",
        "  Record 107 in CONTPAQi: its folio 7 is that of another document of the same customer and concept.",
        "payments applied: 0 new, 0 changed, 0 same, 5 no longer valid",
        "The balance of CL1 does not add up: USD 50.00 here, -USD 1.00 in CONTPAQi.",
    ]


def test_balances_of_one_customer_that_do_not_add_up_stand_pesos_first_and_then_by_code() -> None:
    unequal = [Mismatch(code, Money(1, of), Money(2, of)) for code in ("CL1", "CL2") for of in ("EUR", "MXN", "USD")]
    lines = report_text(replace(REPORT, mismatches=tuple(unequal)), SPEECH).splitlines()[-6:]
    told = [(line.split()[3], line.split("add up: ")[1][:3]) for line in lines]
    assert told == [(code, of) for code in ("CL1", "CL2") for of in ("$0.", "EUR", "USD")]


def test_many_problems_are_counted_and_json_has_them_all() -> None:
    many = SyncReport(NOW, True, Outcome(), Outcome(problems=(TAKEN,) * 22), Outcome())  # noqa: FBT003 - full
    lines = report_text(many, SPEECH).splitlines()
    assert (len(lines), lines[0], lines[-2]) == (
        25,
        "CONTPAQi · 16/07/2019 08:15 · everything was read",
        "  and 2 more problems",
    )
    assert len(report_json(many, SPEECH)["documents"]["problems"]) == 22


def test_what_is_odd_about_a_row_that_was_taken_is_a_note_and_refuses_nothing() -> None:
    odd = Problem(107, "payment_method", "PUE", "erp_method", {"stamped": PaymentMethod.PPD})
    report = SyncReport(NOW, True, Outcome(), Outcome(warnings=(odd,) * 21), Outcome())  # noqa: FBT003 - full
    reason = "its payment method is PUE and that of its CFDI PPD, which counts: correct it in CONTPAQi."
    lines = report_text(report, SPEECH).splitlines()
    assert (lines[3], lines[23]) == (f"  Note: Record 107 in CONTPAQi: {reason}", "  and 1 more note")
    told = {"id": 107, "column": "payment_method", "value": "PUE", "reason": reason}
    assert (report_json(report, SPEECH)["documents"]["warnings"], report.refused) == ([told] * 21, 0)


def test_the_report_as_json_is_what_programs_rely_on() -> None:
    nothing = {"new": 0, "changed": 0, "same": 0, "removed": 0, "problems": []}
    reason = "its folio 7 is that of another document of the same customer and concept."
    problem = {"id": 107, "column": "folio", "value": "7", "reason": reason}
    assert report_json(REPORT, SPEECH) == {
        "at": "2019-07-16T08:15:00-05:00",
        "full": False,
        "customers": {**nothing, "same": 1200},
        "documents": {"new": 1, "changed": 2, "same": 3, "removed": 4, "problems": [problem]},
        "applications": {**nothing, "removed": 5},
        "mismatches": [{"customer": "CL1", "currency": "USD", "here": "50.00", "erp": "-1.00"}],
    }


@pytest.mark.parametrize(
    ("reason", "value", "params", "sentence"),
    [
        ("erp_currency", "Lempira", {}, "the currency «Lempira» has no SAT key and its name is not known."),
        ("erp_amount", "", {}, "an amount of it is larger than any that can be kept."),
        ("erp_date", "1899-12-30", {}, "it has no date."),
        ("erp_folio", "12.5", {}, "its folio 12.5 is not a whole number."),
        ("erp_uuid_taken", "A-1", {}, "its UUID A-1 is that of another document."),
        ("unknown_customer", "CL9", {}, "its customer «CL9» could not be taken."),
        ("too_long", "aaa", {"limit": 2}, "«aaa» is longer than 2 characters."),
        ("repeated", "CL9", {"first": 4}, "is already in row 4 with other values."),
    ],
)
def test_each_problem_has_its_sentence(reason: str, value: str, params: dict[str, object], sentence: str) -> None:
    assert problem_sentence(Problem(1, "", value, reason, params), SPEECH) == sentence


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(minutes=1), "08:14 (1 minute ago)"),
        (timedelta(minutes=59), "07:16 (59 minutes ago)"),
        (timedelta(minutes=61), "07:14 (1 hour ago)"),
        (timedelta(hours=47), "09:15 (1 day ago)"),
        (timedelta(days=3), "08:15 (3 days ago)"),
        (timedelta(seconds=-5), "08:15 (0 minutes ago)"),
    ],
)
def test_an_erp_that_is_down_says_how_old_the_data_is(ago: timedelta, said: str) -> None:
    utc = (NOW - ago).astimezone(ZoneInfo("UTC"))
    text = refusal(ErpUnreadable("timed out <1>", NOW, utc), SPEECH).plain
    assert text.startswith("✋ CONTPAQi cannot be read: timed out &lt;1&gt;\nThe data are those of ")
    assert text.endswith(f"{said}.")


def test_what_keeps_from_synchronising_is_said_in_spanish() -> None:
    spanish = language(SPANISH)
    assert refusal(ErpUnreadable("x", NOW), spanish).plain.endswith("Todavía no se ha leído ninguna vez.")
    # Who only tried to connect does not know.
    assert refusal(ErpUnreadable("x"), spanish).plain.endswith("No se puede leer CONTPAQi: x")
    assert "«cobranza[contpaqi]»" in refusal(ErpDriverMissing("pymssql"), spanish).plain
    # What an address without a driver asks for, and that installation would not bring.
    other = refusal(ErpDriverMissing("pyodbc"), spanish).plain
    assert "(pyodbc): instálelo, o escriba ahí mssql+pymssql://" in other
    assert refusal(ErpNotConfigured(), spanish).plain.startswith("✋ Falta CONTPAQI_URL")
