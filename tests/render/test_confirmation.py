"""The mail that confirms a promise, and the days that it brings."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.company import Company
from bot.domain.confirmations import Agreed, Confirmation
from bot.domain.correspondence import Attachment, Mail
from bot.domain.money import Money
from bot.domain.promises import Promise
from bot.domain.receivables import Customer, Document
from bot.i18n import Language, language
from bot.render.confirmation import confirmation_mail
from bot.render.invitation import CONTENT_TYPE, calendar_file
from tests.render.examples import COMPANY, RAMIRO, document
from tests.render.golden import assert_golden
from tests.render.mails import EVIL, OUTLOOK, Tags, harmless

SPANISH, ENGLISH = language("es"), language("en")
NOW = datetime(2019, 7, 16, 12, tzinfo=timezone(timedelta(hours=-6)))
THE_23RD, THE_30TH = date(2019, 7, 23), date(2019, 7, 30)


def agreed(number: int, of: Document, on: date, amount: Money) -> Agreed:
    promise = Promise(number, of.id, 1, on, amount, "Dice que anda corto", "Laura", date(2019, 7, 16))
    return Agreed(of, promise, amount)


FIVE, SEVEN = document(5, Money(1624_00), series=""), document(21002, Money(2842_00))
DOLLARS = document(12, Money(250_00, "USD"))
ONE = Confirmation("k", RAMIRO, (agreed(11, SEVEN, THE_23RD, Money(2842_00)),))
PLAN = Confirmation(
    "k",
    RAMIRO,
    (
        agreed(11, SEVEN, THE_23RD, Money(1421_00)),
        agreed(12, SEVEN, THE_30TH, Money(1421_00)),
        agreed(13, FIVE, THE_23RD, Money(1000_00)),
        agreed(14, DOLLARS, THE_23RD, Money(250_00, "USD")),
    ),
)


def mail(shown: Confirmation, speech: Language = SPANISH) -> Mail:
    return confirmation_mail(shown, speech, COMPANY, calendar=Attachment("x.ics", CONTENT_TYPE, b""))


def test_the_mail_of_one_promise() -> None:
    made = mail(ONE)
    assert_golden("confirmation.subject.txt", made.subject + "\n")
    assert_golden("confirmation.txt", made.text)
    assert_golden("confirmation.html", made.html)


def test_the_mail_of_a_plan_and_other_documents_in_two_currencies() -> None:
    made = mail(PLAN)
    assert_golden("confirmation-plan.subject.txt", made.subject + "\n")
    assert_golden("confirmation-plan.txt", made.text)
    assert_golden("confirmation-plan.html", made.html)


def test_the_english_mail_has_no_spanish() -> None:
    made = mail(PLAN, ENGLISH)
    assert_golden("confirmation.en.txt", made.subject + "\n\n" + made.text)
    assert '<html lang="en">' in made.html
    assert "Documento" not in made.html


def test_it_goes_to_the_customer_under_its_key_with_its_file() -> None:
    made = mail(ONE)
    assert (made.key, made.to, made.cc, made.bcc) == ("k", RAMIRO.email, RAMIRO.cc, RAMIRO.bcc)
    assert [file.name for file in made.attachments] == ["x.ics"]


def test_without_a_file_none_is_spoken_of() -> None:
    made = confirmation_mail(ONE, SPANISH, COMPANY)
    assert made.attachments == ()
    assert "adjunto" not in made.text + made.html
    assert "adjunto" in mail(ONE).text


def test_what_the_collector_wrote_stays_in_the_office() -> None:
    made = mail(PLAN)
    file = calendar_file(PLAN.agreed, RAMIRO, SPANISH, COMPANY, NOW).decode()
    assert "corto" not in made.subject + made.text + made.html + file


def test_a_document_names_its_uuid_once_however_many_its_payments() -> None:
    made = mail(PLAN)
    for each in (FIVE, SEVEN, DOLLARS):
        assert each.uuid
        assert (made.text.count(each.uuid), made.html.count(each.uuid)) == (1, 1)


@settings(max_examples=50, deadline=None)
@given(cents=st.lists(st.integers(1, 10**12), min_size=1, max_size=12))
def test_the_printed_total_is_the_sum_of_the_printed_rows(cents: list[int]) -> None:
    rows = tuple(agreed(n, document(n, Money(c)), THE_23RD, Money(c)) for n, c in enumerate(cents, 1))
    made = mail(replace(ONE, agreed=rows))
    for body in (made.text, made.html):
        *printed, total = (int(re.sub(r"\D", "", amount)) for amount in re.findall(r"\$[\d,]+\.\d\d", body))
        assert (printed, total) == (cents, sum(cents))


def test_without_uuid_bank_or_rfc_nothing_is_left_hanging() -> None:
    bare = replace(SEVEN, uuid=None, concept="", concept_code="")
    made = confirmation_mail(
        replace(ONE, agreed=(agreed(1, bare, THE_23RD, Money(100)),)), SPANISH, Company("Papelería")
    )
    assert "UUID " not in made.text.replace("UUID de", "")
    assert "RFC" not in made.text + made.html
    assert "Datos para pago\n  Referencia: CL002\n" in made.text


def test_a_subject_is_no_longer_than_exchange_keeps() -> None:
    assert len(mail(replace(ONE, customer=replace(RAMIRO, name="N" * 300))).subject) == 255


def test_the_html_is_what_outlook_draws() -> None:
    tags = Tags()
    tags.feed(mail(PLAN).html)
    assert tags.tags <= OUTLOOK
    assert "class" not in tags.attributes


def test_hostile_names_do_nothing_anywhere() -> None:
    made = confirmation_mail(_hostile(EVIL), SPANISH, Company(EVIL, EVIL, EVIL))
    harmless(made.subject, "\n")
    harmless(made.text + made.html)
    tags = Tags()
    tags.feed(made.html)
    assert "script" not in tags.tags
    assert "{{ 7*7 }}" in made.html


def _hostile(text: str) -> Confirmation:
    customer = Customer(2, f"CL{text}", text, rfc=text)
    of = replace(SEVEN, concept=text, concept_code=text, series=text, folio=text, uuid=text)
    return Confirmation("k", customer, (agreed(1, of, THE_23RD, Money(100)),))


# The rules of RFC 5545, read here without the library that wrote the file.


def unfolded(file: bytes) -> list[str]:
    """Section 3.1: lines of at most 75 octets that end in CR LF; after a blank the line before goes on."""
    assert file.endswith(b"\r\n")
    lines = file[:-2].split(b"\r\n")
    assert all(len(line) <= 75 and b"\r" not in line and b"\n" not in line for line in lines)
    return b"\r\n".join(lines).replace(b"\r\n ", b"").decode().split("\r\n")


def text(value: str) -> str:
    """Section 3.3.11: a TEXT without its escapes; a comma or semicolon without one is none of ours."""
    assert not re.search(r"(?<!\\)(\\\\)*[,;]", value)
    return re.sub(r"\\([\\;,nN])", lambda m: "\n" if m[1] in "nN" else m[1], value)


def events(file: bytes) -> list[dict[str, str]]:
    """Sections 3.4 and 3.6: the file's properties are right, and these are its events'."""
    first, *lines, last = unfolded(file)
    assert (first, last) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    begins = lines.index("BEGIN:VEVENT")
    assert {"VERSION:2.0", "METHOD:PUBLISH"} < set(lines[:begins])
    assert sum(line.startswith("PRODID:") for line in lines[:begins]) == 1
    found: list[dict[str, str]] = []
    for line in lines[begins:]:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif line != "END:VEVENT":
            assert name not in found[-1]
            found[-1][name] = value
    return found


def test_a_promise_is_a_whole_day_in_the_payers_calendar() -> None:
    (event,) = events(calendar_file(ONE.agreed, RAMIRO, SPANISH, COMPANY, NOW))
    assert event["DTSTART;VALUE=DATE"] == "20190723"
    assert event["DTEND;VALUE=DATE"] == "20190724"
    assert event["DTSTAMP"] == "20190716T180000Z"
    assert event["TRANSP"] == "TRANSPARENT"
    assert text(event["SUMMARY"]) == "Pagar $2,842.00 a Papelería y Servicios del Bajío, S.A. de C.V."
    assert text(event["DESCRIPTION"]).splitlines() == [
        "CFDI-21002 · $2,842.00",
        "",
        "Datos para pago",
        "BBVA México",
        "CLABE 012345678901234567",
        "Referencia: CL002",
    ]


def test_each_day_is_one_event_and_no_currencies_are_added() -> None:
    found = events(calendar_file(PLAN.agreed, RAMIRO, ENGLISH, COMPANY, NOW))
    assert [event["DTSTART;VALUE=DATE"] for event in found] == ["20190723", "20190730"]
    assert text(found[0]["SUMMARY"]).startswith("Pay $2,421.00 + USD 250.00 to Papelería")
    assert text(found[1]["SUMMARY"]).startswith("Pay $1,421.00 to Papelería")


def test_an_event_is_known_again_by_its_promises_and_its_creditor_alone() -> None:
    def uids(shown: Confirmation = PLAN, company: Company = COMPANY, now: datetime = NOW) -> list[str]:
        return [event["UID"] for event in events(calendar_file(shown.agreed, RAMIRO, SPANISH, company, now))]

    assert uids() == uids(now=datetime(2020, 1, 1, tzinfo=UTC))
    assert uids() == uids(replace(PLAN, agreed=PLAN.agreed[::-1]))
    everything = [*uids(), *uids(ONE), *uids(company=Company("Otra")), *uids(company=replace(COMPANY, rfc="XXX"))]
    assert len(set(everything)) == len(everything) == 7


@settings(max_examples=50, deadline=None)
@given(typed=st.text(max_size=120))
def test_any_text_at_all_makes_a_mail_and_a_file_by_the_rules(typed: str) -> None:
    shown, company = _hostile(typed), Company(typed, typed, typed)
    made = confirmation_mail(shown, SPANISH, company)
    harmless(made.subject + made.text + made.html)
    made.html.encode()
    (event,) = events(calendar_file(shown.agreed, shown.customer, SPANISH, company, NOW))
    for name in ("SUMMARY", "DESCRIPTION"):
        harmless(text(event[name]))


@pytest.mark.parametrize("separator", ["; ", ", ", "\\", "\n"])
def test_what_the_format_reads_as_its_own_arrives_as_it_was_written(separator: str) -> None:
    bank = f"BBVA{separator}CLABE"
    (event,) = events(calendar_file(ONE.agreed, RAMIRO, SPANISH, replace(COMPANY, bank=bank), NOW))
    assert bank in text(event["DESCRIPTION"])
