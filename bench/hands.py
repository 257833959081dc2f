"""People who type and tap while the bot of `bench.moments` dies and comes back."""

import asyncio
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from bot.demo.world import Happening, World

if TYPE_CHECKING:
    from bot.demo.chat import Button, Message

# Who types, and whose portfolio is theirs; None sees all, and writes to customers.
PEOPLE = {1001: "C1", 1002: "C2", 1003: "C3", 1004: "C4", 1005: None, 1006: None, 1007: None}
# Folios of documents that are promised, by portfolio; whose code is None may promise each.
PROMISED = {f"C{n}": range(10 * n, 10 * n + 10) for n in range(1, 5)}
_PAUSE = (0.1, 0.7)
# A person whose last messages are not answered yet waits.
_WAITING = 4
_DAYS = ("17/07/2019", "viernes", "23/07/2019", "+3", "31/07/2019")
# Buttons, by how they begin, that change something or lead there.
_TAPPED = ("🚫", "↩️", "✉️")
_SENT = "✉️ Enviar"
_LOOKED_THROUGH = 6
_ANSWERED = re.compile(r"✅ Promesa (\d+) (?:registrada|reagendada).*?documento (\d+)", re.DOTALL)


@dataclass
class Hands:
    """All of them; what they typed, and what they were told."""

    world: World
    lots: random.Random
    mailed: Iterator[str]
    # Who typed the word in a promise's comment, or a payment's.
    promised: dict[str, int] = field(default_factory=dict)
    paid: dict[str, int] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    # Chat, and the number and folio of a promise, or the comment of a receipt.
    told: set[tuple[int, str]] = field(default_factory=set)
    confirmed: set[int] = field(default_factory=set)
    rest: bool = False

    def __post_init__(self) -> None:
        for number, code in PEOPLE.items():
            self.world.add_user(number, f"Persona {code or number}")
        self.world.listeners.append(self._read)

    async def all(self) -> None:
        """Type and tap until `rest`."""
        await asyncio.gather(*map(self._one, PEOPLE))

    async def _one(self, user: int) -> None:
        while not self.rest:
            await asyncio.sleep(self.lots.uniform(*_PAUSE))
            if len(self._unanswered(user)) < _WAITING and not (self.lots.random() < 0.4 and self._tap(user)):  # noqa: PLR2004 - a chance
                self._type(user)

    def _unanswered(self, user: int) -> list[int]:
        pending = self.world.updates.pending
        return [u["update_id"] for u in pending if (u.get("message") or u["callback_query"])["from"]["id"] == user]

    def _type(self, user: int) -> None:
        lots, word = self.lots, f"z{len(self.promised) + len(self.paid)}z"
        folio = lots.choice(PROMISED[PEOPLE[user] or lots.choice(list(PROMISED))])
        acts = {"promesa": 6, "cobro": 2, "historial": 1} | ({} if PEOPLE[user] else {"enviar": 4})
        (act,) = lots.choices(list(acts), list(acts.values()))
        if act == "promesa":
            line = f"/promesa {folio} {lots.choice(_DAYS)} {word}"
            self.promised[word] = user
        elif act == "cobro":
            line = f"/cobro {folio} 1.00 efectivo {word}"
            self.paid[word] = user
        elif act == "enviar":
            line = " ".join(("/enviar", *islice(self.mailed, lots.randint(1, 5))))
        else:
            line = f"/historial {folio}"
        self.counts[act] += 1
        self.world.type(user, line)

    def _tap(self, user: int) -> bool:
        """Tap a button that is there, an old one too; False when there is none."""
        shown: list[tuple[Message, Button]] = [
            (message, button)
            for message in self.world.messages(user)[-_LOOKED_THROUGH:]
            if message.outgoing
            for button in message.buttons
            if button.data and button.text.startswith(_TAPPED)
        ]
        if not shown:
            return False
        sends = [pair for pair in shown if pair[1].text.startswith(_SENT)]
        message, button = self.lots.choice(sends if sends and self.lots.random() < 0.5 else shown)  # noqa: PLR2004 - a chance
        data = button.data or ""
        if data.startswith("rs:"):
            self.confirmed.add(int(data.split(":")[1]))
        self.counts[data.split(":", maxsplit=1)[0]] += 1
        self.world.tap(user, message.message_id, data)
        return True

    def _read(self, happening: Happening) -> None:
        """Keep what an answer says; a tap may change it later."""
        if happening.kind != "message":
            return
        message = self.world.message(happening.chat_id, happening.content["message_id"])
        if message is None or not message.outgoing:
            return
        said = message.plain_text
        if found := _ANSWERED.match(said):
            self.told.add((happening.chat_id, f"{found[1]} of {found[2]}"))
        if said.startswith("💵"):
            self.told.update((happening.chat_id, word) for word in re.findall(r"z\d+z", said))
