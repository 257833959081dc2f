"""A walk over everything that the bot answers to: every command, every button, files, words."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from hashlib import sha256
from io import BytesIO

from openpyxl import load_workbook
from pypdf import PdfReader

from bot.demo.chat import Message
from bot.demo.files import Upload
from bot.demo.world import Call
from bot.domain.calendar import Collector
from bot.domain.receipt_lines import parse_receipt
from bot.domain.receipts import Receipt
from bot.services import handovers, invitations, receipts, runs, scheduling
from bot.store import people
from bot.store.database import Database
from bot.store.models import PersonRow, QuestionRow
from bot.store.run_models import RunRow
from tests import factories
from tests.chat.conftest import OTHER_COLLECTOR, SUPERVISOR, TODAY
from tests.chat.phone import Phone
from tests.demo.client import png
from tests.services.world import act

# What a person types to name the other's data: an answer may say it back.
CODE, FOLIO, WORD = "ZX901", "77701", "Quetzalli"


@dataclass(frozen=True)
class Content:
    """What another portfolio holds. `secrets` are what must reach nobody else, in whatever form it is printed."""

    surname: str
    cents: int
    comment: str
    on: date
    more: int

    @property
    def rfc(self) -> str:
        """The customer's, unlike anybody's."""
        return f"{self.surname[:4].upper()}900101AB1"

    @property
    def secrets(self) -> tuple[str, ...]:
        """Parts of what is printed of it."""
        pesos = f"{self.cents / 100:,.2f}"
        return (self.surname, self.rfc, pesos, pesos.replace(",", ""), str(self.cents), self.comment)


SOME = Content("Xochitlan", 98_765_43, "Marca del secreto", date(2019, 7, 22), 3)
# As many promises and sendings, so that what others make afterwards has the same numbers.
OTHER = Content("Huitzilan", 31_313_37, "Otra palabra", date(2019, 7, 29), 23)


@dataclass
class Numbers:
    """The other's numbers, as buttons carry them."""

    customer: int
    document: int
    promise: int
    run: int
    question: str
    invitation: int
    person: int
    receipt: int
    handover: int
    upload: int = 0


def fill(database: Database, content: Content) -> Numbers:
    """Give portfolio C2 a customer, documents, promises, a sending, a question; and the supervisor an invitation."""
    with database.transaction() as session:
        customer = factories.customer(
            session, CODE, f"{WORD} {content.surname}", collector="C2", rfc=content.rfc,
            email=[f"pagos@{content.surname.lower()}.example"],
        )  # fmt: skip
        wanted, broken = (
            factories.document(
                session,
                customer,
                folio,
                series="QX",
                total=content.cents,
                issued=date(2019, 6, 1),
                due=date(2019, 6, 30),
            )
            for folio in (FOLIO, "77702")
        )
        for n in range(content.more):
            factories.document(session, customer, f"8880{n}", series="QX", total=content.cents + n, due=TODAY)
        rosa, jorge = (people.row_by_telegram_id(session, account) for account in (OTHER_COLLECTOR, SUPERVISOR))
        assert rosa
        assert jorge
        early = date(2019, 7, 1)
        scheduling.promise(
            session, act(people.to_person(rosa), early), [broken.id], date(2019, 7, 3), comment=content.comment
        )
        (made,) = scheduling.promise(
            session, act(people.to_person(rosa)), [wanted.id], content.on, comment=content.comment
        )
        run = runs.compose(session, act(people.to_person(rosa)), CODE)
        runs.set_comment(session, act(people.to_person(rosa)), run.id, content.comment)
        invited = invitations.invite(
            session, act(people.to_person(jorge), source="test"), f"{content.surname} cobradora C2"
        )
        paid = receipts.report(
            session, act(people.to_person(rosa), source="paid"), parse_receipt(f"QX77702 0.{content.more} efectivo")
        )
        assert isinstance(paid, Receipt)
        given = handovers.hand_over(session, act(people.to_person(rosa), source="given"), TODAY).made
        assert given
        ids = (customer.id, wanted.id, made.promise.id, run.id, "7", invited.id, rosa.id, paid.id, given.id)
    return Numbers(*ids)


# What is typed after each command; a command that is missing here fails the walk.
COMMANDS: dict[str, tuple[str, ...]] = {
    "start": ("", "nothing"),
    "ayuda": ("",),
    "estado": (CODE, WORD, FOLIO, f"{CODE} 2019-07-01", ""),
    "promesa": (
        *(f"QX{FOLIO} viernes", f"{FOLIO} 2019-07-23 100", f"{FOLIO} 2019-07-23 999999999"),
        *(f"{FOLIO} 3x 23/07 semanal", FOLIO, ""),
    ),
    "historial": (FOLIO, f"QX-{FOLIO}", ""),
    "agenda": ("", CODE, WORD),
    "hoy": ("",),
    "calendario": ("", "2019-06"),
    "resumen": ("", CODE, WORD, FOLIO),
    "enviar": (CODE, WORD, f"CL002 {CODE}", "vencidos", "todos", ""),
    "cobro": (f"{FOLIO} 10.00 efectivo", f"QX-{FOLIO} 10.00", f"{FOLIO} cheque", ""),
    "corte": ("", "15/07/2019"),
    "rep": ("",),
    "recordatorio": ("", "07:30"),
    "invitar": ("", "Ana Luz cobradora C2"),
    "usuarios": ("",),
    "idioma": ("", "es"),
}
_C2 = Collector("C2", "").key
# What each button carries; `own` numbers are of the person who taps, all others the other's.
BUTTONS: dict[str, tuple[str, ...]] = {
    "st": ("{customer}::0", "{customer}:2019-07-16:0", "{customer}:2019-07-16:1"),
    "pdf": ("{customer}:2019-07-16",),
    "xlsx": ("{customer}:2019-07-16",),
    "hi": ("{document}",),
    "hp": ("{document}:0",),
    "un": ("{promise}",),
    "wi": ("{document}",),
    "wy": ("{document}:{promise}",),
    "pr": ("{document}",),
    "as": ("",),
    "pb": ("{document}:2019-07-22:{promise}",),
    "pu": ("{question}:{customer}", "{own_question}:{customer}"),
    "pq": ("{question}:{document}", "{own_question}:{document}"),
    "pg": ("{question}:0",),
    "pm": ("{question}:2019-08",),
    "pd": ("{question}:2019-07-22",),
    "pa": ("{question}",),
    "pw": ("{question}",),
    "pn": ("{question}",),
    "pf": ("{question}:2019-12-02",),
    "pk": ("{question}",),
    "px": ("{question}",),
    "pc": ("{promise}",),
    "ps": ("{promise}",),
    "pv": ("{promise}",),
    "no": ("",),
    "an": ("{customer}", ""),
    "ag": ("0:c{customer}", "0:o", "1:"),
    "tk": ("{document}:1:0:", "{document}:1:0:c{customer}"),
    "ta": ("0:c{customer}",),
    "ac": ("0:c{customer}",),
    "au": ("0:", "9:"),
    "hy": ("", "0", "9"),
    "ca": ("2019-07:MXN", "2019-07:MXN:d", f"2019-07:MXN:c{_C2}", "::"),
    "cd": ("2019-07-22:MXN:0", "2019-07-03:MXN:0", "2019-06-30:MXN:0:d", f"2019-07-22:MXN:0:c{_C2}"),
    "cm": ("0:2019-07:MXN", f"0:2019-07:MXN:c{_C2}"),
    "cc": ("2019-07:MXN::0", f"2019-07:MXN:c{_C2}:0"),
    "su": ("a:MXN:", "e::u{customer}", "k:MXN:u{customer}", f"a:MXN:c{_C2}", f"e:MXN:c{_C2}", f"k:MXN:c{_C2}"),
    "sm": ("0:a:MXN:", "0:a::u{customer}", f"0:e:MXN:c{_C2}"),
    "sc": ("a:MXN::0", "a::u{customer}:0", f"e:MXN:c{_C2}:0"),
    "ml": ("{customer}",),
    "rl": ("{run}:0", "{own_run}:0"),
    "rt": ("{run}:{customer}:1:0", "{own_run}:{customer}:1:0"),
    "ra": ("{run}:everyone", "{own_run}:everyone", "{own_run}:overdue"),
    "rp": ("{run}", "{own_run}"),
    "rs": ("{run}:0", "{run}:1"),
    "rx": ("{run}",),
    "rr": ("{run}",),
    "rc": ("{run}",),
    "rh": ("0730",),
    "rz": ("", "Tijuana"),
    "cq": ("{question}:{document}", "{own_question}:{document}"),
    "cb": ("{document}",),
    "cf": ("{question}:01", "{own_question}:01"),
    "co": ("{question}", "{own_question}"),
    "cu": ("{receipt}",),
    "fo": ("{receipt}",),
    "fa": ("{question}:{receipt}", "{own_question}:{receipt}"),
    "fn": ("{question}",),
    "ct": ("",),
    "cw": ("2019-07-16", "2019-07-16:{person}", "2019-07-16::0"),
    "cv": ("2019-07-16:{person}",),
    "cp": ("2019-07-16", "2019-07-16:{person}"),
    "cx": ("2019-07-16", "2019-07-16:{person}"),
    "ce": ("2019-07-16", "2019-07-16:{person}"),
    "ha": ("{handover}",),
    "hn": ("{handover}",),
    "hc": ("{handover}",),
    "ho": ("{handover}",),
    "re": ("d:0", "n:0"),
    "rex": ("",),
    "im": ("{upload}",),
    "ix": ("{upload}",),
    "iv": ("{invitation}",),
    "us": ("0",),
    "up": ("{person}",),
    "uc": ("{person}:0",),
    "uy": ("{person}:0",),
    "id": ("es_MX",),
    "av": ("",),
}


@dataclass(frozen=True)
class Step:
    """One thing done, and all that the server was told for this chat until it was answered."""

    done: str
    update_id: int
    heard: str


async def commands(phone: Phone, chat_id: int | None = None) -> list[Step]:
    """Type every command and some words, send a file and a picture."""
    world = phone.world
    typed = [f"/{name} {argument}".strip() for name, arguments in COMMANDS.items() for argument in arguments]
    steps = [
        await _step(phone, text, partial(world.type, phone.user_id, text, chat_id=chat_id), chat_id)
        for text in (*typed, CODE, f"QX{FOLIO}", "mañana", "100")
    ]
    if chat_id is None:
        table = partial(world.send_document, phone.user_id, "clientes.csv", b"codigo,nombre\nZX902,Nadie\n")
        steps.append(await _step(phone, "a file", table))
        for caption in (None, f"/cobro {FOLIO} 10.00 efectivo", f"/payment QX-{FOLIO} 10.00"):
            picture = partial(world.send_photo, phone.user_id, png(), caption)
            steps.append(await _step(phone, f"a picture {caption}", picture))
    return steps


async def buttons(phone: Phone, on: Message, numbers: Numbers, database: Database, drawn: Iterable[str]) -> list[Step]:
    """Tap every button as it would name the other's data, and those that were drawn for the other."""
    known = vars(numbers) | _own(database, phone.user_id)
    forged = [f"{name}:{form.format(**known)}" if form else name for name, forms in BUTTONS.items() for form in forms]
    taps = (*forged, *sorted(drawn))
    return [await _step(phone, data, partial(phone.forged, on, data), on.chat.id) for data in taps]


def drawn_for(phone: Phone) -> frozenset[str]:
    """What the buttons on a phone's screen carry."""
    return frozenset(button.data for message in phone.answers for button in message.buttons if button.data)


def _own(database: Database, account: int) -> dict[str, object]:
    """The open question and the last sending of who taps."""
    with database.transaction() as session:
        person = session.query(PersonRow).filter_by(telegram_id=account).one_or_none()
        question = session.get(QuestionRow, person.id) if person else None
        run = (
            session.query(RunRow).filter_by(person_id=person.id).order_by(RunRow.id.desc()).first() if person else None
        )
        return {
            "own_question": question.known.get("number", "0") if question else "0",
            "own_run": run.id if run else 0,
        }


async def _step(phone: Phone, done: str, do: Callable[[], int], chat_id: int | None = None) -> Step:
    before = len(phone.world.calls)
    update_id = do()
    await phone.done(update_id, within=20)
    told = (call for call in phone.world.calls[before:] if _is_for(phone, call, chat_id or phone.user_id))
    return Step(done, update_id, "\n".join(map(_heard, told)))


def _is_for(phone: Phone, call: Call, chat_id: int) -> bool:
    tap = phone.world.taps.get(str(call.params.get("callback_query_id")))
    return str(call.params.get("chat_id")) == str(chat_id) or (tap is not None and tap.user_id == phone.user_id)


def _heard(call: Call) -> str:
    files = [f"{file.name}\n{text_of(file)}" for file in call.files.values()]
    return "\n".join([call.method, json.dumps(call.params, ensure_ascii=False, sort_keys=True), *files])


def text_of(file: Upload) -> str:
    """What a person reads in a file; of a picture, which one it is."""
    if file.content.startswith(b"%PDF"):
        return "\n".join(page.extract_text() for page in PdfReader(BytesIO(file.content)).pages)
    if file.content.startswith(b"PK"):
        book = load_workbook(BytesIO(file.content))
        return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value)
    return sha256(file.content).hexdigest()
