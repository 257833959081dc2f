"""The demo's guided tour: the six features of the seed, with its own customers."""

from collections.abc import Sequence
from datetime import date, timedelta

from bot.demo.tour import Step

COLLECTOR, SUPERVISOR = 1001, 1002
MORNING = "Recordatorio de la mañana"
# From the seed's 16/07/2019: its promises of the 18th and of the 23rd.
_FIRST, _SECOND = timedelta(days=2), timedelta(days=7)


def promises(on: date) -> tuple[str, str]:
    """What one types for the seed's two promises of document 7."""
    return f'/promesa 7 {on + _FIRST} "Pagare con cheque."', f'/promesa 7 {on + _SECOND} "Pagaré con cheque"'


def tour(on: date) -> Sequence[Step]:
    """The steps, for a demo whose day this is."""
    first, second = promises(on)
    again = on + _SECOND
    return (
        Step(
            "Estado de cuenta.",
            "Laura va a cobrar a Ramiro: ¿cuánto debe?",
            "Documento por documento, con días vencidos y totales. Los botones dan PDF y Excel.",
            COLLECTOR,
            "Ramiro Aldana",
            types="/estado CL002",
        ),
        Step(
            "Promesa de pago.",
            "Juan dice que pagará su documento 7 con cheque.",
            "Quedó anotada, con quién y cuándo; se puede deshacer.",
            COLLECTOR,
            # Of whatever number: somebody else may have been here.
            "registrada",
            types=first,
        ),
        Step(
            "Reagendar.",
            "Juan llama: el cheque sale otro día.",
            "La lista guarda las dos promesas: nada se borra.",
            COLLECTOR,
            "registrada: reagendada",
            types=second,
        ),
        Step(
            "Calendario.",
            "¿Cuánto dinero se espera y qué días?",
            "Cada día con su total. Debajo, un botón por día.",
            COLLECTOR,
            "PESOS",
            types=f"/calendario {again:%Y-%m}",
        ),
        Step(
            "Un día del calendario.",
            f"Toque el día {again.day} debajo de la imagen.",
            "Los documentos que se cobran ese día, y de quién.",
            COLLECTOR,
            "Juan Perez",
            taps=f"cd:{again}",
        ),
        Step(
            "Estado de cuenta por correo.",
            "El departamento de pagos de Ramiro lo quiere por escrito.",
            "Antes de enviar se ve a quién, con qué archivos y qué dice.",
            COLLECTOR,
            "pagos@cl002.example",
            types="/enviar CL002",
        ),
        Step(
            "Enviarlo.",
            "Toque «Enviar» debajo del mensaje.",
            "Salió: está en los correos, con su PDF. Ábralo.",
            COLLECTOR,
            "Enviado",
            taps="rs:",
            mails=True,
        ),
        Step(
            "Recordatorio de la mañana.",
            "A las ocho, el bot escribe a cada quien lo que toca hoy. Jorge supervisa y recibe lo del equipo.",
            "También Laura recibió el suyo, en su teléfono.",
            SUPERVISOR,
            "El equipo",
            control=MORNING,
        ),
    )
