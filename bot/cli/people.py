"""`cobranza people`: who may use the bot."""

from typing import Annotated

import typer

from bot.cli.console import Json, occasion, print_json, read_settings, speech, transaction
from bot.config import Settings
from bot.domain.access import Colleague
from bot.domain.people import Person, Role
from bot.presenters.people import kept_back, person_line
from bot.services import access, people, personal

# Telegram's numbers have at most 52 significant bits (Bot API, User); ours are the database's INTEGER.
_LAST_ACCOUNT, _MOST_PEOPLE = 2**52 - 1, 2**31 - 1

app = typer.Typer(help="Las personas que usan el bot.", no_args_is_help=True)


def _as_json(person: Person) -> dict[str, object]:
    return {
        "id": person.id,
        "telegram_id": person.telegram_id,
        "name": person.name,
        "role": person.role.value,
        "collector": person.collector_code,
        "active": person.active,
        "unreachable_since": person.unreachable_since.isoformat() if person.unreachable_since else None,
    }


def _show(person: Person, settings: Settings, *, json: bool) -> None:
    if json:
        print_json(_as_json(person))
    else:
        typer.echo(person_line(person, speech(settings), settings.timezone))


@app.command("add")
def add(
    telegram_id: Annotated[int, typer.Option(min=1, max=_LAST_ACCOUNT, help="Número de usuario de Telegram.")],
    name: Annotated[str, typer.Option(help="Nombre.")],
    role: Annotated[Role, typer.Option(help="Puesto.")],
    collector: Annotated[str | None, typer.Option(help="Código de cobrador (su cartera).")] = None,
    json: Json = False,
) -> None:
    """Da de alta a una persona."""
    settings = read_settings()
    with transaction(settings) as session:
        person = access.add(
            session,
            occasion(settings),
            telegram_id=telegram_id,
            name=name,
            role=role,
            collector_code=collector,
            language=settings.language,
        )
    _show(person, settings, json=json)


@app.command("list")
def list_(json: Json = False) -> None:
    """Muestra a todas las personas."""
    settings = read_settings()
    with transaction(settings) as session:
        everyone = people.listing(session)
    if json:
        print_json([_as_json(person) for person in everyone])
        return
    for person in everyone:
        typer.echo(person_line(person, speech(settings), settings.timezone))


@app.command("export")
def export(
    person: Annotated[str, typer.Argument(help="El número que muestra «people list», o el código de cobrador.")],
) -> None:
    """Escribe en JSON todo lo que el bot guarda de una persona."""
    settings = read_settings()
    with transaction(settings) as session:
        print_json(personal.export(session, occasion(settings), personal.find(session, person)))


@app.command("erase")
def erase(
    # Not a portfolio's code, as `export` takes: 2 may be both, and this is for good.
    person_id: Annotated[int, typer.Argument(min=1, max=_MOST_PEOPLE, help="El número que muestra «people list».")],
    reason: Annotated[str, typer.Option(help="Por qué; queda en la auditoría.")],
) -> None:
    """Borra quién es una persona: nombre, usuario de Telegram y lo que tenga pendiente. No se puede deshacer."""
    if not reason.strip():
        raise typer.BadParameter(repr(reason), param_hint="--reason")
    settings = read_settings()
    with transaction(settings) as session:
        name = speech(settings).gettext("erased person")
        erased = personal.erase(session, occasion(settings), person_id, reason, name)
    _say_gone(erased, settings)


@app.command("deactivate")
def deactivate(
    person_id: Annotated[int, typer.Argument(min=1, max=_MOST_PEOPLE, help="El número que muestra «people list».")],
    json: Json = False,
) -> None:
    """Quita el acceso a una persona, de inmediato."""
    settings = read_settings()
    with transaction(settings) as session:
        gone = access.set_active(session, occasion(settings), person_id, active=False)
    if json:
        print_json(_as_json(gone.person) | {"kept_back": gone.kept_back})
    else:
        _say_gone(gone, settings)


def _say_gone(gone: Colleague, settings: Settings) -> None:
    typer.echo(person_line(gone.person, speech(settings), settings.timezone))
    if gone.kept_back:
        typer.echo(kept_back(gone.kept_back, speech(settings)))
