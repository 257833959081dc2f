"""What came back to the mailbox, and what a try of Microsoft 365 found, in words."""

from dataclasses import replace

import pytest

from bot.domain.answers import Answer, Failure
from bot.domain.people import Person, Role
from bot.i18n import ENGLISH, SPANISH, language
from bot.mail.check import Step, StepName
from bot.presenters.answers import answer
from bot.presenters.mail_check import step_text, steps_json
from tests.presenters.checks import assert_sendable
from tests.presenters.values import RAMIRO

LAURA = Person(1, "Laura", Role.COLLECTOR, "C1", 1001)
REPLY = Answer(
    id=1,
    person=LAURA,
    customer=RAMIRO,
    sender="pagos@cliente.mx",
    subject="RE: Estado de cuenta <julio>",
    text="Pagamos el viernes & mandamos\nel comprobante.",
    failures=(),
)
NOT_FOUND = Failure("viejo@cliente.mx", "550 5.1.1 <viejo@cliente.mx>: user unknown", is_bad=True)
FULL = Failure("pagos@cliente.mx", "5.2.2 mailbox full", is_bad=False)
T = language(SPANISH)
_ELSEWHERE = "Not granted in Microsoft Entra: %(names)s. That is fine where Exchange Online grants it for this mailbox."


def test_a_reply_is_told_with_its_subject_and_text() -> None:
    told = answer(REPLY, T)
    assert told.plain == (
        f"✉️ <b>CL002 {RAMIRO.name} contestó el correo</b>\n"
        "RE: Estado de cuenta &lt;julio&gt;\n"
        "pagos@cliente.mx\n"
        "<blockquote>Pagamos el viernes &amp; mandamos\nel comprobante.</blockquote>"
    )
    assert [button.data for row in told.keyboard for button in row] == [f"st:{RAMIRO.id}::0"]


def test_a_reply_without_text_says_so() -> None:
    assert "(sin texto)" in answer(replace(REPLY, text=""), T).plain


def test_a_bounce_names_the_address_the_reason_and_what_follows() -> None:
    told = answer(replace(REPLY, failures=(NOT_FOUND, FULL)), T)
    assert told.plain == (
        f"📭 <b>No llegó un correo a CL002 {RAMIRO.name}</b>\n"
        "• viejo@cliente.mx: 550 5.1.1 &lt;viejo@cliente.mx&gt;: user unknown\n"
        "• pagos@cliente.mx: 5.2.2 mailbox full\n"
        "Ahí no se envía nada más hasta que el cliente tenga otra dirección."
    )


def test_a_bounce_that_leaves_the_address_good_asks_for_no_other() -> None:
    assert answer(replace(REPLY, failures=(FULL,)), T).plain.endswith("5.2.2 mailbox full")


def test_many_addresses_that_took_no_mail_are_counted() -> None:
    plain = answer(replace(REPLY, failures=(FULL,) * 7), T).plain
    assert plain.count("•") == 5
    assert plain.endswith("\n+2")


@pytest.mark.parametrize("code", [SPANISH, ENGLISH])
@pytest.mark.parametrize("failures", [(), (Failure("a" * 254, "<" * 300, is_bad=True),) * 50])
def test_telegram_takes_the_longest_answer(code: str, failures: tuple[Failure, ...]) -> None:
    customer = replace(RAMIRO, name="<Ñ&" * 84)
    longest = replace(REPLY, customer=customer, sender="&" * 254, subject="<" * 255, text="&" * 1000, failures=failures)
    assert_sendable(answer(longest, language(code)))


def test_each_step_of_a_try_is_a_line_and_what_failed_says_what_to_do() -> None:
    steps = [
        Step(StepName.TOKEN, done=True),
        Step(StepName.PERMISSIONS, done=None, missing=("Mail.Send",)),
        Step(StepName.MAILBOX, done=True),
        Step(StepName.DRAFT, done=False, missing=("Mail.ReadWrite",), reason="Microsoft 365 is busy (503 x)"),
        Step(StepName.SEND, done=True),
    ]
    assert [step_text(step, T) for step in steps] == [
        "✓ Entrada a Microsoft 365",
        "? Permisos\n  " + T.gettext(_ELSEWHERE, names="Mail.Send"),
        "✓ Lectura del buzón",
        "✗ Un borrador en el buzón\n  Microsoft 365 está ocupado (503 x)\n  El permiso que falta: Mail.ReadWrite.",
        "✓ Envío de un correo",
    ]
    assert steps_json(steps, T)[3] == {
        "name": "draft", "ok": False, "missing": ["Mail.ReadWrite"], "reason": "Microsoft 365 está ocupado (503 x)",
    }  # fmt: skip
    assert steps_json(steps, T)[0] == {"name": "token", "ok": True, "missing": [], "reason": ""}
