"""An agenda on paper is loaded: by the rules of promises, whatever the order of its lines."""

from datetime import date

import pytest
from sqlalchemy import select

from bot.domain.promises import PromiseState
from bot.services import judgement
from bot.store import promises
from bot.store.database import Database
from bot.store.models import (
    DocumentRow,
    PromiseEventRow,
    PromiseInForceRow,
    PromiseRow,
)
from tests import factories
from tests.services.loads import CUSTOMERS, DOCUMENTS, PAYMENTS, TODAY, Load, counts, problems

PROMISES = "CODIGO,DOCUMENTO,PROMESA,FECHA,USUARIO,AGENDADO,COMENTARIO,MONTO\n"


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("CL1,1,3,18/07/2019,Ana,16/07/2019,,", ("PROMESA", "3", "promise_order")),
        ("CL1,1,1,19/07/2019,Ana,16/07/2019,,", ("PROMESA", "1", "promise_differs")),
        ("CL1,1,2,18/07/2019,Ana,17/07/2019,,", ("AGENDADO", "17/07/2019", "in_future")),
        ("CL1,1,2,18/07/2019,Ana,16/07/2019,,100.01", ("MONTO", "100.010", "promise_amount")),
        ("CL1,1,2,18/07/2019,Ana,16/07/2019,,0", ("MONTO", "0", "not_positive")),
        ("CL1,2,1,18/07/2019,Ana,16/07/2019,,", ("DOCUMENTO", "2", "not_collectable")),
        ("CL1,3,1,18/07/2019,Ana,16/07/2019,,", ("DOCUMENTO", "3", "not_collectable")),
        ("CL1,9,1,18/07/2019,Ana,16/07/2019,,", ("DOCUMENTO", "CL1 9", "unknown_document")),
        (f"CL1,1,2,18/07/2019,{'A' * 121},16/07/2019,,", ("USUARIO", "A" * 121, "too_long")),
    ],
)
def test_a_promise_against_the_rules_is_refused(load: Load, row: str, problem: tuple[str, str, str]) -> None:
    load(CUSTOMERS)
    load(
        "CODIGO,FOLIO,FECHA DOCUMENTO,MONTO ORIGINAL,TIPO,CANCELADO\nCL1,1,01/07/2019,100,,\n"
        "CL1,2,01/07/2019,100,,sí\nCL1,3,01/07/2019,100,nota de crédito,\n"
    )
    load(f"{PROMISES}CL1,1,1,18/07/2019,Ana,16/07/2019,,\n")
    assert problems(load(f"{PROMISES}{row}\n")) == [(2, *problem)]


def test_a_promise_without_an_amount_is_of_what_was_open_when_it_was_made(database: Database, load: Load) -> None:
    load(CUSTOMERS)
    load(f"{DOCUMENTS}CL1,,,1,,01/07/2019,100\nCL1,,,2,,01/07/2019,100\nCL1,,,3,,01/07/2019,100\n")
    load(f"{PAYMENTS}CL1,,1,10/07/2019,30,,\nCL1,,1,16/07/2019,30,,\nCL1,,2,10/07/2019,100,,\n")
    load(
        f"{PROMISES}CL1,1,1,18/07/2019,Ana,15/07/2019,,\nCL1,2,1,18/07/2019,Ana,15/07/2019,,\n"
        "CL1,3,1,18/07/2019,Ana,15/07/2019,,45.50\n"
    )
    with database.transaction() as session:
        assert session.scalars(select(PromiseRow.amount).order_by(PromiseRow.document_id)).all() == [7000, 10000, 4550]


def test_a_promise_that_says_another_currency_than_its_document_s_is_refused(load: Load) -> None:
    """What is promised would be so many dollars."""
    load(CUSTOMERS)
    load("CODIGO,FOLIO,FECHA DOCUMENTO,MONTO ORIGINAL,MONEDA\nCL1,1,01/07/2019,100,USD\n")
    head = PROMISES.replace("MONTO", "MONTO,MONEDA")
    pesos = load(f"{head}CL1,1,1,18/07/2019,Ana,16/07/2019,,50,MXN\n")
    assert problems(pesos) == [(2, "MONEDA", "MXN", "other_currency")]
    assert counts(load(f"{head}CL1,1,1,18/07/2019,Ana,16/07/2019,,50,USD\n")) == (1, 0, 0, 0)


def test_an_imported_promise_follows_one_made_in_the_chat(database: Database, load: Load) -> None:
    with database.transaction() as session:
        seven = factories.document(session, factories.customer(session, "CL1"), "7")
        session.add(made := _promise(seven.id))
        session.flush()
        session.add(PromiseInForceRow(document_id=seven.id, promise_id=made.id, on=made.on))
    assert counts(load(f"{PROMISES}CL1,7,2,23/07/2019,Ana,16/07/2019,,\n")) == (1, 0, 0, 0)
    with database.transaction() as session:
        assert session.scalars(select(PromiseInForceRow.on)).all() == [date(2019, 7, 23)]
        assert session.scalars(select(PromiseEventRow.promise_id)).all() == [made.id]


def test_an_agenda_on_paper_is_judged_by_the_rule_and_not_by_the_order_of_its_lines(
    database: Database, load: Load
) -> None:
    load(CUSTOMERS)
    load(f"{DOCUMENTS}CL1,,,1,,01/07/2019,100\nCL1,,,2,,01/07/2019,100\nCL1,,,3,,01/07/2019,100\n")
    load(f"{PAYMENTS}CL1,,2,03/07/2019,40,,\n")
    rows = [
        f"CL1,{folio},{line}"
        for folio in (1, 2, 3)
        for line in (
            f"1,{'18' if folio == 3 else '05'}/07/2019,Ana,01/07/2019,,40",
            "2,23/07/2019,Ana,10/07/2019,,",
        )
    ]
    load(PROMISES + "\n".join(rows) + "\n")
    with database.transaction() as session:
        judgement.judge(session, TODAY, factories.NOON, 1)
        ids = session.scalars(select(DocumentRow.id).order_by(DocumentRow.folio))
        states = [promises.history(session, document_id)[0].state for document_id in ids]
    assert states == [PromiseState.BROKEN, PromiseState.KEPT, PromiseState.RESCHEDULED]


def _promise(document_id: int) -> PromiseRow:
    return PromiseRow(
        document_id=document_id, number=1, on=date(2019, 7, 18), amount=1, currency="MXN", made_by="Ana",
        made_on=TODAY, made_at=factories.NOON,
    )  # fmt: skip
