from datetime import date

from tests.cli.commands import Cobranza
from tests.contpaqi_company import INVOICE, Company


def test_the_erp_is_taken_over_and_the_statement_shows_it(cobranza: Cobranza, sqlite_company: Company) -> None:
    cl1, concept = sqlite_company.customer("CL001"), sqlite_company.concept("4")
    sqlite_company.document(cl1, concept, INVOICE, 1624.0, date(2019, 1, 10), CSERIEDOCUMENTO="CFDI")
    cobranza.environment["CONTPAQI_URL"] = sqlite_company.url
    first = cobranza.json("sync", "contpaqi", "--json")
    assert (first["full"], first["documents"]["new"], first["mismatches"]) == (True, 1, [])
    assert "se leyó lo que cambió" in cobranza("sync", "contpaqi").stdout
    assert "se leyó todo" in cobranza("sync", "contpaqi", "--full").stdout
    (section,) = cobranza.json("statement", "CL001", "--json")["currencies"]
    assert section["totals"]["balance"] == "1624.00"


def test_what_does_not_add_up_ends_with_status_1(cobranza: Cobranza, sqlite_company: Company) -> None:
    cl1, concept = sqlite_company.customer("CL001"), sqlite_company.concept("4")
    sqlite_company.document(cl1, concept, INVOICE, 10.0, date(2019, 1, 10), CPENDIENTE=3.0)
    sqlite_company.document(cl1, concept, INVOICE, 10.0, date(2019, 1, 10), CFOLIO=0.5)
    cobranza.environment["CONTPAQI_URL"] = sqlite_company.url
    result = cobranza("sync", "contpaqi", expect=1)
    assert "El saldo de CL001 no cuadra: aquí $10.00, en CONTPAQi $13.00." in result.stdout
    assert "su folio 0.5 no es un número entero" in result.stdout
    assert result.stderr.splitlines() == ["No se aceptó 1 renglón. 1 saldo no cuadra."]


def test_an_erp_that_is_down_ends_with_status_1_and_the_age_of_the_data(
    cobranza: Cobranza, sqlite_company: Company
) -> None:
    assert "Falta CONTPAQI_URL" in cobranza("sync", "contpaqi", expect=1).stderr
    cobranza.environment["CONTPAQI_URL"] = sqlite_company.url
    cobranza("sync", "contpaqi")
    cobranza.environment["CONTPAQI_URL"] = "postgresql+psycopg://lector:secreto@127.0.0.1:1/ad"
    said = cobranza("sync", "contpaqi", expect=1).stderr
    assert "No se puede leer CONTPAQi" in said
    assert "(hace 0 minutos)" in said
    assert "secreto" not in said


def test_an_address_that_is_none_is_refused_before_anything_is_done(cobranza: Cobranza) -> None:
    for address in ("servidor", "mysql://lector:secreto@servidor/ad"):
        cobranza.environment["CONTPAQI_URL"] = address
        said = cobranza("sync", "contpaqi", expect=1).stderr
        assert said.startswith("CONTPAQI_URL no puede ser «***»")
        assert "secreto" not in said
