"""Every refusal has a sentence, with the value that was wrong in it."""

import re
from datetime import UTC, date, datetime, time
from importlib import import_module
from pkgutil import iter_modules

import pytest

import bot.domain
from bot.domain import errors
from bot.domain.access import InvitationNotValid, LastAdministrator, NotYourself, SeveralPeople
from bot.domain.correspondence import SkipReason
from bot.domain.erp import ErpDriverMissing, ErpNotConfigured, ErpUnreadable
from bot.domain.errors import Refusal
from bot.domain.handovers import NobodyToHandTo
from bot.domain.money import Money
from bot.domain.people import CollectorWithoutPortfolio, NotACode, NotAName, PersonNotFound, Role, TelegramIdTaken
from bot.domain.receipts import (
    NothingPaid,
    NotPayable,
    PartMissing,
    ReceiptHandedOver,
    ReceiptNotYours,
    ReceiptOfAnotherDay,
    ReceiptUndone,
    TooManyPhotos,
    TwoAmounts,
)
from bot.domain.reminders import HourIsQuiet, QuietHours, UnreadableReminder
from bot.i18n import ENGLISH, SPANISH, language
from bot.presenters.refusals import refusal
from bot.presenters.saying_no import FORMS
from bot.presenters.skipping import skip_sentence
from bot.presenters.welcome import COMMANDS, help_text
from tests.presenters.checks import assert_sendable
from tests.presenters.golden import assert_text, buttons_text

CHOICES = ((1, "CL001", "Juan Perez"), (2, "CL002", "Ramiro Aldana"))
DOCUMENTS = tuple((n, f"CFDI-{n}", "Juan Perez") for n in range(1, 23))

# One of each kind, or of each sentence of a kind; beside it the values that its sentence shows.
REFUSALS: tuple[tuple[Refusal, tuple[str, ...]], ...] = (
    (errors.UnreadableDate("31/02 <ayer>"), ("31/02 &lt;ayer&gt;", "23/07/2019")),
    (errors.NoSuchDay("31/02"), ("31/02", "23/07/2019")),
    (errors.DayToCome(date(2019, 7, 17), date(2019, 7, 16)), ("17/07/2019", "16/07/2019")),
    (errors.UnreadableMonth("<mes>"), ("&lt;mes&gt;", "2019-07", "07/2019")),
    (errors.UnreadableAmount("1.234,50"), ("1.234,50", "1624.00")),
    (errors.CurrencyMismatch("MXN", "USD"), ("MXN", "USD")),
    (errors.UnknownCurrency("pesetas"), ("pesetas", "MXN")),
    (errors.MalformedCommand("promesa"), ("/promesa 7 23/07/2019",)),
    (errors.MalformedCommand("calendario", "nunca"), ("nunca", "/calendario 2019-07")),
    (errors.StandsAlone("hoy", "mañana <b>"), ("«mañana &lt;b&gt;»", "/calendario", "/agenda CL002")),
    (errors.StandsAlone("rep", "CL002"), ("«CL002»", "/rep")),
    (errors.CustomerNotFound("ramon & cia"), ("ramon &amp; cia", "/estado CL002")),
    (errors.CustomerGone("#2"), ()),
    (errors.CustomerAmbiguous("a", CHOICES), ("«a»",)),
    (errors.CustomerAmbiguous("F9", CHOICES[:1]), ("«F9»",)),
    (errors.CustomerAmbiguous("a", CHOICES, more=True, as_of=date(2019, 3, 19)), ("«a»",)),
    (errors.DocumentNotFound("77-B"), ("77-B", "/promesa 7")),
    (errors.DocumentGone("#9"), ()),
    (errors.DocumentAmbiguous("F7", DOCUMENTS[:1]), ("«F7»?",)),
    (errors.DocumentAmbiguous("7", DOCUMENTS[:2]), ("«7»",)),
    (errors.DocumentAmbiguous("7", DOCUMENTS), ("«7»", "20", "/agenda")),
    (errors.DocumentNotCollectable("CFDI-21002", "paid"), ("CFDI-21002",)),
    (errors.DocumentNotCollectable("CFDI-21002", "cancelled"), ("CFDI-21002",)),
    (errors.DocumentNotCollectable("CFDI-21002", "credit"), ("CFDI-21002",)),
    (errors.DocumentNotCollectable("CFDI-21002", "later"), ("CFDI-21002",)),
    (errors.PromiseInThePast(date(2019, 7, 15), date(2019, 7, 16)), ("15/07/2019", "16/07/2019")),
    (errors.PromiseTooFar(date(2019, 12, 24), 60), ("24/12/2019", "60")),
    (errors.AmountOutOfRange("7", 2_842_01, 2_842_00, "MXN"), ("$2,842.01", "$2,842.00")),
    (errors.AmountOutOfRange("7", -1, 500_00, "USD"), ("-USD 0.01", "USD 500.00")),
    (errors.NothingTicked(), ("/agenda",)),
    (errors.NotAllowed(), ()),
    (errors.NotAllowed(Role.SUPERVISOR), ()),
    (errors.NotAllowed(Role.ADMINISTRATOR), ()),
    (errors.NothingPending(), ("/agenda",)),
    (errors.CollectorGone("/calendario"), ("/calendario",)),
    (errors.NobodyMissing(date(2019, 7, 16)), ("16/07/2019",)),
    (errors.OtherCurrency("CHF", "KWD"), ("CHF", "KWD")),
    (errors.AmountForSeveral("$500", 3), ("$500", "3")),
    (errors.AmountOrFolio("A1", "3"), ("«A1 3»", "A1-3", "$3")),
    (errors.AmountOrComment("$500 <b>"), ("«$500 &lt;b&gt;»", "1624.00", "/promesa 7 23/07/2019")),
    (errors.SumForComment("$500"), ("«$500»", "cheque 881")),
    (
        errors.DateOrDocument("8 July 23", (("8", date(2019, 7, 23)), ("23", date(2020, 7, 8)))),
        ("«8 July 23»", "/promesa 8 23/07/2019", "/promesa 23 08/07/2020"),
    ),
    (errors.PlanSize(30, 24), ("30", "24", "/promesa 7 3x")),
    (errors.PlanWithoutRhythm(3), ("3", "/promesa 7 3x")),
    (errors.PlanInForce("CFDI-21002"), ("CFDI-21002", "/promesa 7 3x")),
    (errors.NothingInForce("CFDI-21002"), ("CFDI-21002",)),
    (errors.NoLongerInForce("CFDI-21002", 2, "kept"), ("CFDI-21002", "2", "/historial")),
    (errors.UndoTooLate(10), ("10",)),
    (errors.UndoNotYours("Ana <b>"), ("Ana &lt;b&gt;",)),
    (NotPayable("CFDI-21002", "paid"), ("CFDI-21002",)),
    (NotPayable("CFDI-21002", "cancelled"), ("CFDI-21002",)),
    (NotPayable("CFDI-21002", "credit"), ("CFDI-21002",)),
    (NotPayable("CFDI-21002", "later"), ("CFDI-21002",)),
    (NotPayable("CFDI-21002", "reported"), ("CFDI-21002", "/cobro")),
    (NothingPaid(Money(-5_00)), ("-$5.00",)),
    (PartMissing(document="A<7>"), ("A&lt;7&gt;", "/cobro 7 1624.00")),
    (PartMissing(amount="1624.00"), ("«1624.00»", "/cobro 7 1624.00")),
    (errors.SecondAmount("$1,000", "<b>"), ("«$1,000»", "«&lt;b&gt;»")),
    (errors.SecondAmount("1624", "$1,624.00"), ("«$1,624.00»",)),
    (errors.OtherAmount("2842.00", "$500"), ("«2842.00»", "«$500»", "/cobro 7 1624.00")),
    (errors.SecondDocument("8 $500 <b>"), ("«8 $500 &lt;b&gt;»",)),
    (TwoAmounts("881", "$1,624.00"), ("881", "$1,624.00", "/cobro 7 1624.00")),
    (ReceiptNotYours("Ana <b>"), ("Ana &lt;b&gt;",)),
    (ReceiptOfAnotherDay("R3-2019-0001", date(2019, 7, 15)), ("R3-2019-0001", "15/07/2019")),
    (ReceiptHandedOver("R3-2019-0001", "Jorge <b>"), ("R3-2019-0001", "Jorge &lt;b&gt;", "/corte")),
    (TooManyPhotos("R3-2019-0001", 5), ("R3-2019-0001", "5")),
    (TooManyPhotos("", 5), ("5",)),
    (ReceiptUndone("R3-2019-0001"), ("R3-2019-0001", "/cobro 7 1624.00")),
    (NobodyToHandTo(), ("supervisor",)),
    (errors.MalformedCommand("cobro"), ("/cobro 7 1624.00",)),
    (errors.UndoSuperseded("CFDI-21002"), ("CFDI-21002", "/historial")),
    (errors.ExtraFilesTooLarge("video <b>.mp4", 21 * 2**20), ("video &lt;b&gt;.mp4", "21 MB")),
    (TelegramIdTaken(1001, "Laura"), ("1001", "Laura")),
    (CollectorWithoutPortfolio("Laura"), ("Laura",)),
    (PersonNotFound(99), ("99",)),
    (NotAName("<" * 121), ("&lt;", "120", "Laura")),
    (NotACode("C" * 31), ("CCC", "30", "C1")),
    (UnreadableReminder("7:30 <París>"), ("7:30 &lt;París&gt;", "/recordatorio 07:30 Tijuana")),
    (HourIsQuiet(time(6), QuietHours(time(20), time(7))), ("06:00", "20:00", "07:00", "/recordatorio 07:00")),
    (NotYourself(), ()),
    (SeveralPeople("C<1>", (3, 7)), ("C&lt;1&gt;", "3, 7")),
    (LastAdministrator("Eva <b>"), ("Eva &lt;b&gt;",)),
    (InvitationNotValid("used"), ()),
    (InvitationNotValid("expired"), ()),
    (InvitationNotValid("unknown"), ()),
    (ErpUnreadable("no route to host", datetime(2019, 7, 16, 8, tzinfo=UTC)), ("no route to host",)),
    (ErpDriverMissing("pymssql"), ("pymssql",)),
    (ErpNotConfigured(), ("CONTPAQI_URL",)),
)
NAMES = [f"{type(refused).__name__}-{n}" for n, (refused, _) in enumerate(REFUSALS)]


def _kinds(of: type[Refusal] = Refusal) -> set[type[Refusal]]:
    ours = (kind for kind in of.__subclasses__() if kind.__module__.startswith(bot.domain.__name__))
    return {kind for direct in ours for kind in {direct, *_kinds(direct)}}


def test_every_refusal_there_is_stands_in_the_table() -> None:
    for module in iter_modules(bot.domain.__path__):
        import_module(f"bot.domain.{module.name}")
    assert _kinds() == {type(refused) for refused, _ in REFUSALS}


@pytest.mark.parametrize("code", [SPANISH, ENGLISH])
@pytest.mark.parametrize(("refused", "shown"), REFUSALS, ids=NAMES)
def test_a_refusal_says_what_was_wrong_with_its_value(refused: Refusal, shown: tuple[str, ...], code: str) -> None:
    reply = refusal(refused, language(code))
    assert_sendable(reply)
    for value in shown:
        assert value in reply.plain


def test_the_sentences_are_as_they_were_last_looked_at() -> None:
    parts = []
    for (refused, _), name in zip(REFUSALS, NAMES, strict=True):
        reply = refusal(refused, language(SPANISH))
        parts.append("\n".join(filter(None, (f"# {name.split('-')[0]}", reply.plain, buttons_text(reply)))))
    assert_text("refusals.txt", "\n\n".join(parts))


def test_what_is_not_found_shows_the_form_of_the_command_that_was_typed() -> None:
    for refused, form in ((errors.DocumentNotFound("900"), "promesa"), (errors.CustomerNotFound("x"), "estado")):
        for command in ("cobro", "historial", "enviar", "resumen", "agenda"):
            assert f"<code>{FORMS[command][:9]}" in refusal(refused, language(SPANISH), command).plain
        for none in ("", "corte"):
            assert f"<code>{FORMS[form][:9]}" in refusal(refused, language(SPANISH), none).plain


def test_of_several_customers_each_button_goes_on_with_the_command_that_was_typed() -> None:
    several = errors.CustomerAmbiguous("a", CHOICES)
    for command, data in (("estado", "st:1::0"), ("enviar", "ml:1"), ("resumen", "su:a::u1"), ("", "st:1::0")):
        assert refusal(several, language(SPANISH), command).keyboard[0][0].data == data


def test_a_malformed_command_of_every_form_shows_that_form() -> None:
    for command, form in FORMS.items():
        assert command in (*COMMANDS, "plan")
        for code in (SPANISH, ENGLISH):
            right = language(code).gettext(form).split('"')[0]
            assert right in refusal(errors.MalformedCommand(command), language(code)).plain


def test_an_example_has_the_words_of_the_language_it_is_shown_in() -> None:
    shown = "\n".join(
        [
            refusal(errors.UnreadableMonth("x"), language(ENGLISH)).plain,
            refusal(errors.PlanWithoutRhythm(3), language(ENGLISH)).plain,
            help_text(Role.ADMINISTRATOR, language(ENGLISH)),
        ]
    )
    for word in ("julio", "semanal", "quincenal", "mensual", "viernes", "vencidos", "todos", "cobrador"):
        assert re.search(rf"\b{word}\b", shown) is None, word


@pytest.mark.parametrize("reason", SkipReason)
def test_every_reason_for_no_mail_names_the_customer(reason: SkipReason) -> None:
    assert "CL002" in skip_sentence(reason, "CL002", language(SPANISH))


def test_of_an_address_that_is_none_is_said_which_and_how_one_is_written() -> None:
    addresses = ("pagos@abarrotes.example", "jefe@ñandú.mx", "Ana <ana@abarrotes.example>")
    said = skip_sentence(SkipReason.BAD_ADDRESS, "CL002", language(SPANISH), addresses)
    assert said == (
        "El correo electrónico de CL002 no es válido: «jefe@ñandú.mx», «Ana <ana@abarrotes.example>». Se escribe como "
        "pagos@empresa.com."
    )


def test_a_refusal_without_a_sentence_is_a_mistake_of_ours() -> None:
    class Unheard(Refusal): ...

    with pytest.raises(LookupError, match="Unheard"):
        refusal(Unheard(), language(SPANISH))
