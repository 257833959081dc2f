"""A sending is stopped when its mail may have left already: its sender is told in the end what became of it."""

import pytest

from bot.config import Settings
from bot.domain.correspondence import TryLater
from bot.mail.folder import FolderMailer
from bot.store.database import Database
from tests.chat.conftest import Running
from tests.chat.phone import Phone, buttons, says
from tests.chat.sendings import ended
from tests.chat.test_mailing import left
from tests.chat.test_waiting_mail import try_now


@pytest.fixture
def cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is sent leaves, and its sender does not hear of it."""
    send = FolderMailer.send

    def unheard(self: FolderMailer, draft_id: str) -> None:
        send(self, draft_id)
        raise TryLater("cut off", 60)

    monkeypatch.setattr(FolderMailer, "send", unheard)


@pytest.mark.usefixtures("running", "cut_off")
async def test_of_a_stopped_mail_that_had_left_is_said_at_once_that_it_was_sent(
    phone: Phone, settings: Settings
) -> None:
    waits = await phone.tap(await phone.type("/enviar CL002"), "✉️ Enviar")
    assert "Aún no se pudo enviar" in waits.plain_text
    stopped = await phone.tap(waits, "⏹ Detener")
    assert says(stopped, "Envío detenido", "1 estado de cuenta enviado", "CL002")
    assert not buttons(stopped)
    assert len(left(settings)) == 1


@pytest.mark.slow
@pytest.mark.usefixtures("cut_off")
async def test_of_one_that_could_not_be_asked_after_is_said_what_became_of_it_after_a_restart(
    phone: Phone, stopped: Running, settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_self: FolderMailer, _draft_id: str) -> bool:
        raise TryLater("away", 3600)

    stopped.start()
    waits = await phone.tap(await phone.type("/enviar CL002"), "✉️ Enviar")
    with monkeypatch.context() as patch:
        patch.setattr(FolderMailer, "was_sent", away)
        shown = await phone.tap(waits, "⏹ Detener")
        assert says(shown, "Envío detenido", "1 pudo haber salido; se está consultando: CL002")
        assert not buttons(shown)
        await stopped.stop()
    try_now(database)

    stopped.start()

    await ended(phone, shown, "1 estado de cuenta enviado")
    assert len(left(settings)) == 1
