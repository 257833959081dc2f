"""The statement's mail."""

from dataclasses import replace
from io import BytesIO

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from bot.domain.company import Company
from bot.domain.correspondence import Attachment, Mail, Parcel
from bot.domain.money import Money
from bot.domain.receivables import AttachmentPolicy, Customer
from bot.domain.statement import Statement, build
from bot.i18n import language
from bot.render.mail import statement_mail
from bot.render.remittance import remittance_csv, remittance_xlsx
from bot.render.statement_html import statement_html
from bot.render.statement_pdf import statement_pdf
from bot.render.statement_text import statement_text
from bot.render.statement_xlsx import statement_xlsx
from tests.render.examples import COMPANY, RAMIRO, SEED_DAY, document, long_statement, seed_statement
from tests.render.golden import assert_golden
from tests.render.mails import EVIL, OUTLOOK, Tags, harmless

SPANISH = language("es")


def _seed_mail(comment: str = "", customer: Customer = RAMIRO, parcel: Parcel = Parcel()) -> Mail:  # noqa: B008 - frozen
    return statement_mail(seed_statement(customer), SPANISH, COMPANY, key="k", comment=comment, parcel=parcel)


def test_the_seed_s_mail() -> None:
    mail = _seed_mail("Buen día:\n\nQuedamos atentos a su pago.")
    assert_golden("mail.subject.txt", mail.subject + "\n")
    assert_golden("mail.txt", mail.text)
    assert_golden("mail.html", mail.html)


def test_a_mail_in_two_currencies_with_credits_and_a_promise() -> None:
    mail = statement_mail(long_statement(8), SPANISH, COMPANY, key="k")
    assert_golden("mail-long.txt", mail.text)
    assert_golden("mail-long.html", mail.html)


def test_the_mail_goes_to_its_customer_under_its_key() -> None:
    mail = _seed_mail()
    assert (mail.key, mail.to) == ("k", ("pagos@aldana.example",))
    assert (mail.cc, mail.bcc) == (("ramiro@aldana.example",), ("archivo@aldana.example",))


def test_every_uuid_is_in_both_bodies() -> None:
    mail = statement_mail(long_statement(), SPANISH, COMPANY, key="k")
    for section in long_statement().sections:
        for row in (*section.rows, *section.credits):
            assert row.document.uuid
            assert mail.text.count(row.document.uuid) == 1
            assert mail.html.count(row.document.uuid) == 1


def test_what_was_too_large_to_travel_is_named_in_both_bodies() -> None:
    photo = Attachment("foto.jpg", "image/jpeg", b"JPEG")
    mail = _seed_mail(parcel=Parcel((photo,), ("F-7 8D05.pdf", "F-8 <b>.pdf")))
    assert mail.attachments == (photo,)
    assert "F-7 8D05.pdf\n  F-8 <b>.pdf\n" in mail.text
    assert "F-7 8D05.pdf, F-8 &lt;b&gt;.pdf" in mail.html
    assert "Demasiado grandes" not in _seed_mail().text + _seed_mail().html


@pytest.mark.parametrize("policy", AttachmentPolicy)
def test_the_remittance_file_is_spoken_of_only_where_it_travels(policy: AttachmentPolicy) -> None:
    mail = _seed_mail(customer=replace(RAMIRO, attachments=policy))
    travels = policy in (AttachmentPolicy.SEPARATE, AttachmentPolicy.ZIP)
    assert ("remesa" in mail.text, "remesa" in mail.html) == (travels, travels)


def test_without_bank_or_rfc_nothing_is_left_hanging() -> None:
    mail = statement_mail(seed_statement(replace(RAMIRO, rfc="")), SPANISH, Company("Papelería"), key="k")
    assert "RFC" not in mail.text
    assert "RFC" not in mail.html
    assert "Datos para pago\n  Referencia: CL002\n" in mail.text


def test_a_subject_is_no_longer_than_exchange_keeps() -> None:
    mail = _seed_mail(customer=replace(RAMIRO, name="N" * 300))
    assert len(mail.subject) == 255


def test_the_english_mail_has_no_spanish() -> None:
    mail = statement_mail(seed_statement(), language("en"), COMPANY, key="k")
    assert mail.subject.startswith("Statement of account as of 19/03/2019")
    assert '<html lang="en">' in mail.html
    assert "Saldo" not in mail.html


def test_the_html_is_what_outlook_draws() -> None:
    html = _seed_mail("Hola").html
    tags = Tags()
    tags.feed(html)
    assert tags.tags <= OUTLOOK
    assert "class" not in tags.attributes
    assert "flex" not in html
    assert "grid" not in html


def _hostile(text: str) -> Statement:
    customer = replace(RAMIRO, code=f"CL{text}", name=text, rfc=text)
    rows = [document(1, Money(100), concept=text, series=text, folio=text or "1")]
    return build(customer, [replace(row, uuid=text, concept_code=text) for row in rows], SEED_DAY)


def test_hostile_names_do_nothing_anywhere() -> None:
    company = Company(EVIL, EVIL, EVIL)
    mail = statement_mail(_hostile(EVIL), SPANISH, company, key="k", comment=EVIL)
    harmless(mail.subject, "\n")
    harmless(mail.text)
    for html in (mail.html, statement_html(_hostile(EVIL), SPANISH)):
        harmless(html)
        tags = Tags()
        tags.feed(html)
        assert "script" not in tags.tags
        assert "{{ 7*7 }}" in html
        assert "&lt;script&gt;" in html


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(text=st.text(max_size=60))
def test_any_text_at_all_can_be_rendered(text: str) -> None:
    statement = _hostile(text)
    mail = statement_mail(statement, SPANISH, Company(text, text, text), key="k", comment=text)
    harmless(mail.subject + mail.text + mail.html)
    assert "\n" not in mail.subject
    mail.text.encode()
    mail.html.encode()
    assert statement_text(statement, SPANISH) in mail.text
    company = Company(text, text, text)
    assert len(PdfReader(BytesIO(statement_pdf(statement, SPANISH, company))).pages) >= 1
    assert openpyxl.load_workbook(BytesIO(statement_xlsx(statement, SPANISH, company))).sheetnames == ["MXN"]
    remittance_csv(statement).decode()
    assert openpyxl.load_workbook(BytesIO(remittance_xlsx(statement, SPANISH))).sheetnames == ["Remesa"]
