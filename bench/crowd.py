"""A crowd that types, taps and sends whatever comes to it: updates by lot, shaped as Telegram shapes them.

Half of it is sense (commands with arguments, buttons that are there), half is not: forged and replayed callback data,
hostile texts, stickers, service messages, strangers, groups, and updates that come twice or late.
"""

# ruff: noqa: PLR2004 - numbers here are chances

import random
import re
import zipfile
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from typing import Any

from bot.demo.chat import Message
from bot.demo.entities import formatted_text
from bot.demo.files import Upload
from bot.demo.world import Tap, World
from handlers import BUTTONS, COMMANDS
from tests.demo.client import png

LAURA, JORGE, ROSA, ALMA, EVA = 1001, 1002, 1003, 1004, 1005
STRANGERS = (2001, 2002, 2003)
GROUP = -5
_NAMES = {LAURA: "Laura", JORGE: "Jorge", ROSA: "Rosa", ALMA: "Alma", EVA: "Eva"}
_EVERYBODY = (*(LAURA,) * 5, *(ROSA,) * 4, *(JORGE,) * 3, *(ALMA,) * 3, *(EVA,) * 2, *STRANGERS)

# fmt: off
_WORDS = (
    "CL001", "CL002", "cl003", "CL900", "ramiro", "juan", "norma", "7", "5", "8", "9", "70", "CFDI-21002", "7,8,9",
    "0", "23/07/2019", "2019-07-23", "2019-07", "viernes", "mañana", "hoy", "+3", "23 jul", "el 23", "31/02/2019",
    "ayer", "2019-13-01", "9999-12-31", "0001-01-01", "1624.00", "$1,000.00", "1.624,00", "-5", "0.00", "1e9",
    "9" * 30, "USD", '"Pagaré con cheque"', "“con cheque”", '"', "''", "3x", "99x", "semanal", "quincenal", "mensual",
    "todos", "vencidos", "07:30", "25:61", "no", "Tijuana", "America/Mexico_City", "cobrador", "supervisor", "C1",
    "en", "es", "Ana Díaz",
)
# What breaks markup, lines, directions, counts, formats, spreadsheets, mail headers and paths.
_NASTY = (
    "<", "&", ">", '"', "</b>", "<tg-button>", "&amp;", "%(n)s", "%s", "{{7*7}}", "😀", "👩\u200d👩\u200d👧", "\u202e",
    "\u200f", "\x00", "\x07", "\n", "\r\nBcc: x@x.mx", "\t", "\ufeff", "e\u0301", "=1+1", "@SUM(A1)",
    "'; DROP TABLE people; --", "../../etc/passwd", "C:\\con", "ñ", "٣", "①", "/promesa", "@x", "\u2028", "\x1b[2J",
    "İ", "ﷺ", "0x7", "½",
)
# What people do type.
_SENSE = (
    '/promesa {folio} {day} "{why}"', "/promesa {folio} {day} {amount} {why}", "/promesa {folio} 3x {day} semanal",
    "/promesa", "/promesa {folio}", "/promesa {folio},{folio} {day}", "/estado {code}", "/estado {code} {day}",
    "/historial {folio}", "/agenda", "/agenda {code}", "/hoy", "/calendario", "/calendario 2019-08", "/enviar {code}",
    "/enviar todos", "/enviar", "/invitar Ana Díaz cobrador C1", "/usuarios", "/idioma", "/recordatorio 07:30",
    "/rep", "/corte", "/cobro {folio} {amount}",
)
# fmt: on
_OF = {
    "folio": ("7", "5", "8", "9", "CFDI-21002", "70"),
    "code": ("CL001", "CL002", "CL003", "CL900", "ramiro"),
    "day": ("viernes", "23/07/2019", "+3", "23 jul", "2019-08-01", "31/12/2019"),
    "amount": ("100.00", "1624.00", "$50"),
    "why": ("Pagaré con cheque", "efectivo", "=1+1 <b>"),
}
_KINDS = ("sticker", "voice", "location", "contact", "poll", "dice", "venue", "pinned", "title", "web", "animation")
_KEPT = 200


@dataclass
class Crowd:
    """Who writes to the bot; everything it does follows from its lots."""

    world: World
    lots: random.Random
    _next_id: int = 500_000_000
    _taps: int = 0
    _late: list[dict[str, Any]] = field(default_factory=list)
    sent: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=_KEPT))

    def __post_init__(self) -> None:
        for number in {*_EVERYBODY}:
            self.world.add_user(
                number, _NAMES.get(number, "<b>Nadie</b>\u202e"), language_code="en" if number == EVA else "es"
            )
        self.world.add_group(GROUP, "Cobradores")

    def batch(self) -> list[dict[str, Any]]:
        """What comes together; late ones and repeated ones among it."""
        made = list(self._some())
        if self.sent and self.lots.random() < 0.15:
            made.append(self.lots.choice(self.sent))
        if made and self.lots.random() < 0.1:
            self._late.append(made.pop(self.lots.randrange(len(made))))
        if self._late and self.lots.random() < 0.2:
            made.append(self._late.pop(0))
        self.lots.shuffle(made)
        self.sent.extend(made)
        return made

    def _some(self) -> Iterator[dict[str, Any]]:
        if self.lots.random() < 0.005:  # somebody leans on the keys
            user = self.lots.choice(_EVERYBODY)
            yield from (self._message(user, text=self.lots.choice(("/hoy", "x"))) for _ in range(40))
        for _ in range(self.lots.randint(1, 6)):
            user = self.lots.choice(_EVERYBODY)
            yield self._one(user)

    def _one(self, user: int) -> dict[str, Any]:
        ways: list[tuple[Callable[[int], dict[str, Any]], int]] = [
            (self._command, 30), (self._tap, 30), (self._free_text, 12), (self._forged, 14), (self._file, 4),
            (self._odd, 4), (self._edited, 3), (self._in_group, 2), (self._useless, 1),
        ]  # fmt: skip
        return self.lots.choices([way for way, _ in ways], [weight for _, weight in ways])[0](user)

    # Texts

    def text(self) -> str:
        """Words, hostile pieces, or anything Unicode has, at any length that Telegram takes."""
        lots = self.lots
        way = lots.random()
        if way < 0.6:
            words = [lots.choice(_WORDS) for _ in range(lots.randint(1, 5))]
        elif way < 0.85:
            words = [lots.choice((*_NASTY, *_WORDS)) for _ in range(lots.randint(1, 12))]
        elif way < 0.95:
            words = ["".join(chr(lots.choice((lots.randrange(32, 0xD800), lots.randrange(0xE000, 0x110000))))
                             for _ in range(lots.randint(1, 40)))]  # fmt: skip
        else:
            words = [
                lots.choice(("Pagará cuando le paguen. ", "x", "😀", "<b>", "9", "\u202e"))
                * lots.choice((300, 2_000, 4_096))
            ]
        return lots.choice((" ", " ", "\n", "  ", "")).join(words)[: lots.choice((4_096, 4_096, 60))]

    def _command(self, user: int) -> dict[str, Any]:
        lots = self.lots
        names = [name for spellings in COMMANDS for name in spellings]
        name = lots.choice(names) if lots.random() < 0.95 else lots.choice(("nada", "a" * 32, "x_1"))
        if user in STRANGERS and lots.random() < 0.3 and (link := self._link()):
            return self._message(user, text=f"/start {link}")
        if lots.random() < 0.4:
            return self._message(
                user, text=lots.choice(_SENSE).format(**{key: lots.choice(of) for key, of in _OF.items()})
            )
        arguments = self.text() if lots.random() < 0.8 else ""
        form = lots.choice(
            ("/{n} {a}", "/{n} {a}", "/{n} {a}", "/{n}\n{a}", "/{n}@cobranza_bot {a}", "/{n}@otro_bot {a}")
        )
        return self._message(user, text=form.format(n=name, a=arguments))

    def _free_text(self, user: int) -> dict[str, Any]:
        return self._message(user, text=self.text())

    def _link(self) -> str | None:
        """An invitation that somebody was shown, as it is or with a letter more."""
        shown = " ".join(m.plain_text for who in (JORGE, ALMA) for m in self.world.messages(who)[-30:])
        links = re.findall(r"start=([\w-]+)", shown)
        return self.lots.choice(links) + self.lots.choice(("", "", "x")) if links else None

    # Buttons

    def _tap(self, user: int) -> dict[str, Any]:
        """A button that stands in the chat; of an older message too."""
        shown = [m for m in self.world.messages(user)[-25:] if m.outgoing and any(b.data for b in m.buttons)]
        if not shown:
            return self._command(user)
        message = self.lots.choice((shown[-1], self.lots.choice(shown)))
        return self._query(user, self.lots.choice([b.data for b in message.buttons if b.data]), message)

    def _forged(self, user: int) -> dict[str, Any]:
        """What no button here says: another's button, one of ours with other parts, or anything in 64 bytes."""
        lots, way = self.lots, self.lots.random()
        seen = [
            b.data for who in (LAURA, JORGE, ROSA, ALMA, EVA) for m in self.world.messages(who)[-8:] for b in m.buttons
        ]
        drawn = [data for data in seen if data] or ["st:1::0"]
        if way < 0.3:
            data = lots.choice(drawn)
        elif way < 0.55:
            data = self._mutated(lots.choice(drawn))
        else:
            parts = [self._part() for _ in range(lots.randint(0, 5))]
            data = ":".join([lots.choice((*BUTTONS, *BUTTONS, "zz", "")), *parts])
        own = [message for message in self.world.messages(user) if message.outgoing]
        return self._query(user, data, lots.choice(own) if own and lots.random() < 0.8 else None)

    def _mutated(self, data: str) -> str:
        at = self.lots.randrange(len(data) + 1)
        return (
            data[:at]
            + self.lots.choice(("", ":", "0", "9", "-1", "x", "é", "\x00", "٣"))
            + data[at + self.lots.randint(0, 2) :]
        )

    def _part(self) -> str:
        lots = self.lots
        return lots.choice((
            "", "0", "1", "2", "-1", str(lots.randrange(30)), "9" * 18, "9" * 19, "9" * 40, "1.5", "٣", "²",
            "2019-07-16", "2019-07", "0001-01-01", "9999-12", "9999-12-31", "MXN", "USD", "c1", "c0", "v", "vencidos",
            "d", "zz", "\x00", "é", lots.choice(_NASTY), "%", "None", "true", "es_MX", "en", "08:00", "America/Tijuana",
        ))  # fmt: skip

    def _query(self, user: int, data: str, message: Message | None) -> dict[str, Any]:
        data = data.encode()[:64].decode(errors="ignore")  # Bot API: «1-64 bytes»
        self._taps += 1
        number = f"q{self._taps}"
        at = self.world.clock() if self.lots.random() < 0.97 else 0  # a tap of long ago, whose answer Telegram refuses
        self.world.taps[number] = Tap(number, user, message.message_id if message else 0, data, at)
        query = {"id": number, "from": self.world.users[user].as_json(), "chat_instance": str(user), "data": data}
        if message is None:
            # One that Telegram no longer gives to bots.
            query["message"] = {"chat": self.world.chats[user].as_json(), "message_id": 10**9, "date": 0}
        else:
            query["message"] = message.as_json()
        return self._update("callback_query", query)

    # Everything else

    def _file(self, user: int) -> dict[str, Any]:
        lots = self.lots
        message = self.world.next_message(self.world.chats[user], self.world.users[user])
        if lots.random() < 0.3:
            message.photo_file = self.world.files.add(Upload("p.jpg", png(lots.randint(1, 9), 3), ""), "photo")
        else:
            name = lots.choice(
                (
                    "documentos.csv",
                    "a.xlsx",
                    "f.zip",
                    "f.xml",
                    "../../x.csv",
                    "a\nb.csv",
                    "\u202egpj.csv",
                    "x" * 250,
                    "",
                )
            )
            content = lots.choice((_table, _zip, _bomb, _noise))(lots)
            message.document_file = self.world.files.add(Upload(name, content, "text/csv"), "document")
        if lots.random() < 0.4:
            message.caption, message.caption_entities = formatted_text(self.text()[:1_024], None, None)
        self.world.publish(message)
        return self._update("message", message.as_json())

    def _odd(self, user: int) -> dict[str, Any]:
        """What is no text: stickers, places, contacts, and what Telegram itself writes into a chat."""
        kind = self.lots.choice(_KINDS)
        stored = self.world.files.add(Upload("x", b"x", ""), "document")
        file = {"file_id": stored.file_id, "file_unique_id": stored.unique_id, "file_size": 1}
        flat = {"width": 1, "height": 1}
        place = {"latitude": 19.4, "longitude": -99.1}
        contents: dict[str, dict[str, Any]] = {
            "sticker": {"sticker": {**file, **flat, "type": "regular", "is_animated": False, "is_video": False}},
            "voice": {"voice": {**file, "duration": 1}},
            "animation": {"animation": {**file, **flat, "duration": 1}, "document": {**file, "file_name": "a.gif"}},
            "location": {"location": place},
            "venue": {"venue": {"location": place, "title": "<b>", "address": "x"}, "location": place},
            "contact": {"contact": {"phone_number": "55", "first_name": "<b>x"}},
            "dice": {"dice": {"emoji": "🎲", "value": 3}},
            "poll": {"poll": {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False,
                              "is_anonymous": True, "type": "regular", "allows_multiple_answers": False,
                              "allows_revoting": False, "members_only": False}},
            "pinned": {"pinned_message": {"message_id": 1, "date": 0, "chat": self.world.chats[user].as_json()}},
            "title": {"new_chat_title": "x"},
            "web": {"web_app_data": {"data": self.text(), "button_text": "x"}},
        }  # fmt: skip
        return self._bare(user, contents[kind])

    def _edited(self, user: int) -> dict[str, Any]:
        made = self._message(user, text=self.text() or "x")["message"]
        return self._update("edited_message", {**made, "edit_date": made["date"]})

    def _in_group(self, user: int) -> dict[str, Any]:
        text = self.lots.choice(("/estado CL002", "/agenda", "hola a todos", "/promesa 7 viernes"))
        return self._message(user, text=text, chat_id=GROUP)

    def _useless(self, user: int) -> dict[str, Any]:
        """Kinds that were not asked for, and an update of nothing that is known."""
        who, chat = self.world.users[user].as_json(), self.world.chats[user].as_json()
        channel = {"id": -100, "type": "channel", "title": "x"}
        member = {"user": who, "status": "member"}
        joined = {"chat": chat, "from": who, "date": 1, "old_chat_member": member, "new_chat_member": member}
        return self.lots.choice((
            self._update("channel_post", {"message_id": 1, "date": 1, "chat": channel, "text": "/estado CL002"}),
            self._update("inline_query", {"id": "1", "from": who, "query": "CL002", "offset": ""}),
            self._update("my_chat_member", joined),
            self._update("something_new", {"x": 1}),
        ))  # fmt: skip

    def _message(self, user: int, *, text: str, chat_id: int | None = None) -> dict[str, Any]:
        said, entities = formatted_text(text.strip() or "·", None, None)
        message = self.world.next_message(self.world.chats[chat_id or user], self.world.users[user])
        message.text, message.entities = said, entities
        self.world.publish(message)
        return self._update("message", message.as_json())

    def _bare(self, user: int, content: dict[str, Any]) -> dict[str, Any]:
        message = self.world.next_message(self.world.chats[user], self.world.users[user])
        return self._update("message", {**message.as_json(), **content})

    def _update(self, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        self._next_id += self.lots.choice((1, 1, 1, 7))
        return {"update_id": self._next_id, kind: content}


def _table(lots: random.Random) -> bytes:
    rows = ["CODIGO,CONCEPTO,FOLIO,FECHA DOCUMENTO,FECHA VENCIMIENTO,MONTO ORIGINAL"]
    for _ in range(lots.randint(0, 5)):
        cells = (
            lots.choice(("CL001", "CL900", "=1+1", "")),
            lots.choice(("Factura Crédito", *_NASTY)),
            str(lots.randrange(900, 999)),
        )
        day, amount = lots.choice(("16/07/2019", "32/07/2019", "")), lots.choice(('"$1,000.00"', "1e99", "-1", "x"))
        rows.append(",".join((*cells, day, "15/08/2019", amount)))
    return "\n".join(rows).encode(lots.choice(("utf-8", "utf-8-sig", "utf-16")), "replace")


def _zip(lots: random.Random) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(
            lots.choice(("a.xml", "../a.xml", "b.pdf", "x/" * 50 + "a.xml")),
            lots.choice((b"<x/>", b"<", b"<!DOCTYPE x>")),
        )
    content = bytearray(made.getvalue())
    if lots.random() < 0.5:
        content[lots.randrange(len(content))] ^= 0xFF
    return bytes(content)


def _bomb(_lots: random.Random) -> bytes:
    return _bomb_of(30_000_000)


@cache
def _bomb_of(size: int) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(3):
            archive.writestr(f"{n}.xml", b"<x>" + b"0" * size)
    return made.getvalue()


def _noise(lots: random.Random) -> bytes:
    return lots.randbytes(lots.randint(1, 300))
