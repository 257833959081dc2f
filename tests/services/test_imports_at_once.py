"""Two imports at the same time, as an administrator's in the chat beside the night's."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.domain.incoming import ImportReport
from bot.services import judgement, scheduling
from bot.services.imports import import_files
from bot.store.database import Database
from bot.store.judgements import mark
from bot.store.models import DocumentRow, JudgementDueRow
from tests import factories
from tests.services.world import NOW, THE_18TH, TODAY, World, act, build

pytestmark = pytest.mark.slow


def test_payments_of_two_files_that_are_loaded_at_once_all_lower_the_balance(
    postgres_database: Database, tmp_path: Path
) -> None:
    with postgres_database.transaction() as session:
        factories.document(session, factories.customer(session, "CL1"), "7", total=100_00)
    files = []
    for name, amount in (("a", "10.00"), ("b", "20.00")):
        files.append(tmp_path / f"pagos-{name}.csv")
        files[-1].write_text(f"customer,folio,date,amount,reference\nCL1,7,2019-07-10,{amount},{name}\n")
    loaded, may_end = Event(), Event()

    @contextmanager
    def long() -> Iterator[Session]:
        with postgres_database.transaction() as session:
            yield session
            loaded.set()
            assert may_end.wait(30)

    first = Thread(target=import_files, args=(long, files[:1]), kwargs={"today": TODAY})
    second = Thread(target=import_files, args=(postgres_database.transaction, files[1:]), kwargs={"today": TODAY})
    first.start()
    assert loaded.wait(30)
    second.start()
    second.join(0.3)
    assert second.is_alive(), "it waits for the first"
    may_end.set()
    for thread in (first, second):
        thread.join(30)

    with postgres_database.transaction() as session:
        assert session.query(DocumentRow).one().applied == 30_00


def change(session: Session, document_id: int) -> None:
    """What an import does to a document, in the order of its file."""
    session.execute(update(DocumentRow).where(DocumentRow.id == document_id).values(applied_until=TODAY))


def test_who_promises_on_documents_that_an_import_changes_in_another_order_waits_for_it_and_ends_neither(
    world: World,
) -> None:
    first, last = sorted(world.documents[folio] for folio in ("5", "9"))

    promising = ThreadPoolExecutor(1)
    with promising, world.database.transaction() as session:
        change(session, last)
        made = promising.submit(world.call, scheduling.promise, world.ana, [first, last], THE_18TH)
        with pytest.raises(TimeoutError):
            made.result(0.3)
        change(session, first)
        session.commit()
        assert len(made.result(30)) == 2


def test_of_all_promises_those_on_documents_that_are_being_loaded_are_judged_the_next_time(
    postgres_database: Database,
) -> None:
    world = build(postgres_database)
    five, seven = (world.documents[folio] for folio in ("5", "7"))
    world.call(scheduling.promise, world.ana, [five, seven], TODAY)
    with postgres_database.transaction() as session:
        mark(session, [five, seven])

    def judged() -> int:
        with postgres_database.transaction() as session:
            return judgement.judge(session, THE_18TH, NOW, 1).total

    with postgres_database.transaction() as session:
        change(session, five)
        assert judged() == 1
    assert judged() == 1
    with postgres_database.transaction() as session:
        assert session.query(JudgementDueRow).count() == 0


def test_a_promise_that_is_just_being_made_in_the_chat_is_kept_and_the_paper_s_of_that_number_refused(
    world: World, tmp_path: Path
) -> None:
    path, reports = tmp_path / "promesas.csv", list[ImportReport]()
    path.write_text(
        "CODIGO,DOCUMENTO,PROMESA,FECHA,USUARIO,AGENDADO,COMENTARIO\nCL001,7,1,23/07/2019,Ana,16/07/2019,x\n"
    )
    importing = Thread(
        target=lambda: reports.append(import_files(world.database.transaction, [path], today=TODAY, strict=False))
    )
    with world.database.transaction() as session:
        scheduling.promise(session, act(world.ana), [world.documents["7"]], THE_18TH)
        importing.start()
        importing.join(0.3)
        assert importing.is_alive(), "it waits for the chat"
    importing.join(30)

    (problem,) = reports[0].files[0].problems
    assert problem.reason == "promise_differs"
