"""`cobranza judge`: which promises were kept."""

from datetime import datetime
from typing import Annotated

import typer

from bot.cli.console import DATE, Json, day_named, occasion, print_json, read_settings, speech, transaction
from bot.domain.promises import NOT_KEPT, PromiseState
from bot.presenters.promise import states
from bot.services import judgement

# Always told, also when there were none.
_TOLD = (PromiseState.KEPT, *sorted(NOT_KEPT, reverse=True))


def judge(
    on: Annotated[datetime | None, DATE] = None,
    json: Json = False,
) -> None:
    """Juzga con los pagos cargados las promesas cuyo plazo venció. Repetirlo no cambia nada."""
    settings = read_settings()
    act = occasion(settings)
    today = day_named(settings, on)
    with transaction(settings) as session:
        judged = judgement.judge(session, today, act.now, act.tolerance_days)
    counts = dict.fromkeys(_TOLD, 0) | dict(judged.counts)
    if json:
        print_json({"date": today.isoformat(), "states": {state.value: count for state, count in counts.items()}})
        return
    language = speech(settings)
    typer.echo(
        language.ngettext(
            "%(date)s: %(n)s promise changed its state.",
            "%(date)s: %(n)s promises changed their state.",
            judged.total,
            date=language.date(today),
        )
    )
    names = states(language)
    for state, count in counts.items():
        typer.echo(f"  {names[state]}: {count}")
