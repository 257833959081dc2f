from typing import Any

import pytest
from sqlalchemy import event

from bot.domain.errors import CustomerAmbiguous, CustomerNotFound, NothingPending
from bot.domain.people import Role
from bot.services import conversation, scheduling, statements
from bot.store import customers
from bot.store.customers import MAX_CHOICES
from bot.store.database import Database
from bot.store.models import CustomerRow
from bot.store.people import to_person
from tests import factories
from tests.services.world import TODAY, World, act


def found(world: World, text: str) -> str:
    with world.database.transaction() as session:
        return statements.find_customer(session, world.ana, text).code


def test_a_customer_is_found_by_code_name_rfc_or_folio_without_accents_and_with_a_typo(world: World) -> None:
    texts = (
        "CL003", "cl003", " CL003 ", "Samuel Ramírez", "samuel ramirez", "RAMIREZ", "ramírez samuel", "samuel",
        "rami samu",
        "samual", "Samuel Ramirz", "RASS820720EF3", "rass820720", "9", " 9 ",
        "CL003.", "“cl003”", "¿CL003?", '"9"',
    )  # fmt: skip
    assert {text: found(world, text) for text in texts} == dict.fromkeys(texts, "CL003")


def test_digits_are_looked_for_as_a_folio_first_and_in_names_and_rfc_too(world: World) -> None:
    with world.database.transaction() as session:
        factories.document(session, session.get_one(CustomerRow, world.customers["CL001"]), "820720")
    with pytest.raises(CustomerAmbiguous) as several:
        found(world, "820720")
    assert [code for _, code, _ in several.value.choices] == ["CL001", "CL003"]


def test_one_or_two_digits_are_a_folio_and_no_part_of_a_name_or_an_rfc(world: World) -> None:
    """Two other RFC have a 7, and every one a 2."""
    assert found(world, "7") == "CL001"
    for text in ("2", "20"):
        with pytest.raises(CustomerNotFound):
            found(world, text)


def test_a_customer_is_found_by_series_and_folio(world: World) -> None:
    with world.database.transaction() as session:
        lucia = factories.customer(session, "CL004", "Lucía Núñez", rfc="NULU900101AA1")
        factories.document(session, lucia, "21002", series="CFDI")
    for text in ("cfdi-21002", "CFDI 21002", "21002", "nunez"):
        assert found(world, text) == "CL004", text


def test_a_folio_is_found_however_many_zeros_it_begins_with(world: World) -> None:
    with world.database.transaction() as session:
        lucia = factories.customer(session, "CL004", "Lucía Núñez", rfc="NULU900101AA1")
        factories.document(session, lucia, "0042", series="CFDI")
        factories.document(session, lucia, "43", series="CFDI")
    for text in ("42", "cfdi-42", "CFDI-0042", "000042", "0043", "cfdi-0043"):
        assert found(world, text) == "CL004", text


def test_a_folio_is_found_with_its_series_in_one_word_or_one_column(world: World) -> None:
    with world.database.transaction() as session:
        lucia = factories.customer(session, "CL004", "Lucía Núñez", rfc="NULU900101AA1")
        for series, folio in (("A", "007"), ("", "B-008"), ("", "B0009")):
            factories.document(session, lucia, folio, series=series)
    for text in ("A-7", "a7", "A 0007", "A007", "b-8", "B8", "B 008", "B-9", "b9"):
        assert found(world, text) == "CL004", text
        with world.database.transaction() as session:
            document, _ = scheduling.find_document(session, world.ana, text, TODAY)
            assert document.folio.endswith(text[-1]), text
    # A name and an RFC have these, too: not one of them alone, as if nothing else could be meant.
    with pytest.raises(CustomerAmbiguous) as several:
        found(world, "A 07")
    assert [code for _, code, _ in several.value.choices] == ["CL004", "CL003"]
    for text in ("C-7", "A8", "B-7", "AB8"):
        with pytest.raises(CustomerNotFound):
            found(world, text)


def test_a_folio_is_found_after_a_word_for_invoice_or_a_sign(world: World) -> None:
    for text in (
        *("F9", "#9", "# 9", "factura 9", "Fact. 9", "folio 9", "f-9", "F0009", "F 9"),
        *("folio: 9", "factura #9", "No. 9", "no 9", "#F9", "#F 9", "factura # 9"),
    ):
        assert found(world, text) == "CL003", text
    with world.database.transaction() as session:
        lucia = factories.customer(session, "CL004", "Lucía Núñez", rfc="NULU900101AA1")
        factories.document(session, lucia, "31", series="F")
        factories.document(session, lucia, "3", series="A1")
    assert found(world, "F31") == found(world, "F 31") == "CL004"
    assert found(world, "#A1-3") == found(world, "#F-31") == "CL004"
    for text in ("X9", "#77", "#", "F77"):
        with pytest.raises(CustomerNotFound):
            found(world, text)
    for text in ("F9", "F 9"):
        with pytest.raises(CustomerAmbiguous) as asked:
            found(world, text)
        assert asked.value.choices == ((world.customers["CL003"], "CL003", "Samuel Ramírez"),)


def test_a_series_or_a_folio_may_have_a_dash_and_small_letters(world: World) -> None:
    with world.database.transaction() as session:
        lucia = factories.customer(session, "CL004", "Lucía Núñez", rfc="NULU900101AA1")
        for series, folio in (("A-B", "77"), ("C", "78-1"), ("d", "e79"), ("", "80-2")):
            factories.document(session, lucia, folio, series=series)
    for text in ("a-b-77", "77", "C-78-1", "c-78-1", "78-1", "D-E79", "e79", "E79", "80-2", "-80-2"):
        assert found(world, text) == "CL004", text
    for text in ("b-77", "A-77", "C-78", "x-77", "-", "--"):
        with pytest.raises(CustomerNotFound):
            found(world, text)


def test_a_code_is_found_however_its_letters_are_written(world: World) -> None:
    with world.database.transaction() as session:
        factories.customer(session, "Cl-05a", "Lucía Núñez", rfc="NULU900101AA1")
    assert (
        found(world, "cl-05a") == found(world, "CL-05A") == found(world, "Cl-05a") == found(world, "cL-05A") == "Cl-05a"
    )


def test_a_folio_is_looked_up_without_reading_every_document(sqlite_database: Database) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_c: object, _k: object, statement: str, parameters: object, _x: object, _m: object) -> None:
        asked.append((statement, parameters))

    with sqlite_database.transaction() as session:
        chief = to_person(factories.person(session, Role.SUPERVISOR))
        factories.document(session, factories.customer(session, "CL1", "Ana"), "21002", series="CFDI")
        session.flush()
        event.listen(sqlite_database.engine, "before_cursor_execute", note)
        for text in ("21002", "CFDI-21002", "cl1"):
            customers.meant(session, chief, text)
        event.remove(sqlite_database.engine, "before_cursor_execute", note)
        plans = [
            row[3]
            for statement, parameters in asked
            for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    assert any("ix_documents_folio" in plan for plan in plans)
    assert not [plan for plan in plans if plan.startswith("SCAN documents")]


def test_a_code_is_meant_before_a_name_that_holds_it(world: World) -> None:
    with world.database.transaction() as session:
        factories.customer(session, "RAMIRO", "Otro Cliente", rfc="OTCL900101AA1")
    assert found(world, "ramiro") == "RAMIRO"


def test_several_are_offered_to_choose_from_in_alphabetical_order(world: World) -> None:
    with world.database.transaction() as session:
        factories.customer(session, "CL004", "Ana Aldana", rfc="ALAA900101AA1")
    with pytest.raises(CustomerAmbiguous) as refusal:
        found(world, "aldana")
    assert [(code, name) for _, code, name in refusal.value.choices] == [
        ("CL004", "Ana Aldana"), ("CL002", "Ramiro Aldana"),
    ]  # fmt: skip
    assert refusal.value.choices[1][0] == world.customers["CL002"]


def test_a_typo_that_resembles_two_names_offers_both_the_closest_first(world: World) -> None:
    with pytest.raises(CustomerAmbiguous) as refusal:
        found(world, "ramires")
    assert [code for _, code, _ in refusal.value.choices] == ["CL003", "CL002"]


def test_of_somebody_with_another_surname_it_is_asked_whether_that_is_meant(world: World) -> None:
    for text in ("Samuel López", "Pedro Ramírez", "Samuel marzo", "Samuel 19"):
        with pytest.raises(CustomerAmbiguous) as refusal:
            found(world, text)
        assert [code for _, code, _ in refusal.value.choices] == ["CL003"]


def test_no_more_are_offered_than_a_phone_shows(world: World) -> None:
    with world.database.transaction() as session:
        for n in range(MAX_CHOICES + 3):
            factories.customer(session, f"T{n}", f"Tienda {n}", rfc=f"TIE{n}")
    for text in ("tienda", "tiemda"):
        with pytest.raises(CustomerAmbiguous) as refusal:
            found(world, text)
        assert len(refusal.value.choices) == MAX_CHOICES
        assert refusal.value.more


def test_that_there_are_more_is_said_only_where_there_are(world: World) -> None:
    with world.database.transaction() as session:
        for n in range(MAX_CHOICES):
            factories.customer(session, f"T{n}", f"Tienda {n}", rfc=f"TIE{n}")
    with pytest.raises(CustomerAmbiguous) as refusal:
        found(world, "tienda")
    assert (len(refusal.value.choices), refusal.value.more) == (MAX_CHOICES, False)


def test_what_means_nobody_is_refused_as_it_was_typed(world: World) -> None:
    for text in ("", "  ", "zzz", "CL0", "%", "_", "Guadalupe Hinojosa"):
        with pytest.raises(CustomerNotFound) as refusal:
            found(world, text)
        assert refusal.value.text == text


def test_the_customers_seen_last_are_offered_newest_first_and_each_once(world: World) -> None:
    for code in ("CL001", "CL002", "CL003", "CL002"):
        world.call(statements.statement, world.ana, code)
    world.call(statements.statement, world.chief, "CL900")
    assert [c.code for c in world.call(statements.recent_customers, world.ana)] == ["CL002", "CL003", "CL001"]
    assert [c.code for c in world.call(statements.recent_customers, world.chief)] == ["CL900"]


def test_who_has_seen_nobody_yet_is_offered_customers_of_theirs_that_owe(world: World) -> None:
    assert [c.code for c in world.call(statements.recent_customers, world.ana)] == ["CL001", "CL002", "CL003"]
    assert [c.code for c in world.call(statements.recent_customers, world.beto)] == ["CL900"]


def test_only_so_many_customers_are_offered(world: World) -> None:
    with world.database.transaction() as session:
        codes = [factories.customer(session, f"T{n}", f"Tienda {n}").code for n in range(statements.RECENT + 1)]
    for code in codes:
        world.call(statements.statement, world.ana, code)
    recent = [c.code for c in world.call(statements.recent_customers, world.ana)]
    assert recent == codes[:0:-1]


def test_a_text_that_answers_for_whom_gives_the_same_when_its_update_comes_again_and_no_other_one_does(
    world: World,
) -> None:
    world.call(statements.ask, world.ana)
    typed = act(world.ana, source="tg:1")
    for _ in range(2):
        shown, *_rest = world.call(statements.on_screen_typed, typed, "CL002")
        assert shown.customer.code == "CL002"
    with pytest.raises(NothingPending):
        world.call(statements.on_screen_typed, act(world.ana, source="tg:2"), "CL002")


def test_while_another_question_waits_for_whom_is_asked_without_a_question_of_its_own(world: World) -> None:
    world.call(conversation.start, world.ana, [world.documents["7"]])
    _, is_answered = world.call(statements.ask, world.ana)
    assert not is_answered
    with pytest.raises(NothingPending):
        world.call(statements.on_screen_typed, world.ana, "CL002")
