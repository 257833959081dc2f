"""What the README says to type in the demo."""

import re
from collections.abc import Callable

import pytest

from tests.chat.conftest import COLLECTOR, SUPERVISOR
from tests.chat.phone import Phone
from tests.test_docs import ROOT

OF_A_SUPERVISOR = ("/invitar", "/usuarios")


@pytest.mark.slow
@pytest.mark.usefixtures("running")
async def test_what_the_readme_says_to_type_is_answered(phone_of: Callable[[int], Phone]) -> None:
    _, _, after = (ROOT / "README.md").read_text(encoding="utf-8").partition("| type | and see |")
    commands = re.findall(r"`(/[^`]+)`", after.partition("\n\n")[0])
    assert len(commands) > 10
    for command in commands:
        phone = phone_of(SUPERVISOR if command.startswith(OF_A_SUPERVISOR) else COLLECTOR)
        await phone.type(command)
        assert not phone.texts[-1].startswith("✋"), command
