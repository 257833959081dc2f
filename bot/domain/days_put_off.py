"""Words after a day that make another one of it, or that name a day in a form which is not read as a date."""

import re

from bot.domain.dates import is_weekday, month_named
from bot.domain.text import STOPS, fold

# What ends the words that put a day off, or goes on with how it is paid: «viernes de la otra ruta» is a comment.
_END = r"(?=$|[.,;:]| [$\d]| (?:con|por|en|el|la|y|o|si|sin|paga|pago|cheque|efectivo|habla|of|by|with)\b)"
# «viernes en ocho», «hoy en 15 días», «friday week»; «hoy en 15 minutos» and «viernes en ocho pagos» are else.
_IN_A_WEEK = re.compile(
    r"(?:(?:en|dentro de) (?:ocho|quince|8|15)(?: dias)?|de (?:ocho|quince)(?: dias)?(?! a )"
    r"|week)"
    r"(?![\w%]|[:.]\d| (?:min(?:uto)?s?|h|hrs?|horas?|pagos|partes|parcialidades"
    r"|plazos|abonos|exhibiciones|mensualidades|quincenas|cheques|depositos|transferencias|facturas|billetes)\b)"
)
# «viernes en dos semanas»; «en 3 meses sin intereses» is else.
_IN_WEEKS = re.compile(
    r"(?:en|dentro de|in) (?:un|una|dos|tres|a|one|two|three|\d) (?:semana|mes|week|month)(?:e?s)?\b(?! sin interes)"
)
# «viernes de la próxima semana»
_NEXT_WEEK = re.compile(
    r"(?:(?:de|en|la|of|the) )*(?:(?:proxima|siguiente|otra|next) (?:semana|quincena|week)"
    r"|(?:semana|quincena) (?:que (?:viene|entra|sigue)|proxima|siguiente|entrante)|week after|after next)\b"
    r"|(?:de|en) la que (?:viene|entra|sigue)\b"
    rf"|(?:de|en) la (?:proxima|siguiente|otra|entrante){_END}"
)
# «el 30 del próximo mes», «viernes del mes que entra»
_NEXT_MONTH = re.compile(
    r"(?:(?:del?|of(?: the)?) (?:(?:proximo|siguiente|otro|next) (?:mes|month)"
    r"|mes (?:que (?:viene|entra|sigue)|proximo|siguiente|entrante))|next month)\b"
)
_NUMBERS = (
    "primero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|dieci[a-z]+|veinti[a-z]+"
    r"|veinte|treinta(?: y uno)?|first|\d{1,2}(?:st|nd|rd|th|o|ro|er|ero)"
)
# «jueves primero de agosto», «friday august 2», «viernes de agosto»
_IN_WORDS = re.compile(
    rf"(?:(?:el|the) )?(?:{_NUMBERS}) (?:(?:de|of) )?(?P<month>[a-z]{{3,10}})\b"
    # Not «Julio 5 pm» and «Julio 55 1234 5678».
    r"|(?P<first>[a-z]{3,10}) (?:[12]?\d|3[01])(?:st|nd|rd|th)?(?![\w/$%]|[.,:]\d| (?:[ap]\.? ?m|h|hrs?|horas?)\b)"
    # Not «en Julio Verne 45».
    rf"|(?:de|del|en|of|in) (?P<alone>[a-z]{{4,10}}){_END}"
)
# «friday the 26th», not «friday 2nd invoice»
_ORDINAL = re.compile(rf"(?:the )?\d{{1,2}}(?:st|nd|rd|th){_END}")
# What leads to the word that says something of a day: «el otro viernes», «a fin de mes», «dentro de 3 días».
_LEADING = frozenset({
    *("el", "la", "los", "las", "de", "del", "en", "a", "al", "para", "por", "dentro", "fin", "fines", "este", "esta"),
    *("proximo", "proxima", "otro", "otra", "siguiente", "primer", "ultimo", "dia", "un", "una"),
    *("the", "in", "on", "of", "next", "this", "end"),
})  # fmt: skip
_UNITS = frozenset({
    *("dia", "dias", "semana", "semanas", "mes", "meses"), *("day", "days", "week", "weeks", "month", "months"),
})  # fmt: skip


def put_off(day: str, rest: str) -> str:
    """What of the words after a day makes another one of it, «en ocho» of «hoy en ocho pago»; empty where nothing does.

    A day that has its number is put off by «del próximo mes» alone, and one before a pause by no month alone, nor by
    «en dos semanas el resto».
    """
    text, last = fold(rest), day.rsplit(maxsplit=1)[-1]
    pauses = last[-1] in STOPS
    found = _NEXT_MONTH.match(text)
    if not found and not any(map(str.isdigit, day)):
        found = _IN_A_WEEK.match(text) or _month_named(text, alone=not pauses) or _ORDINAL.match(text)
        if not found and (weeks := _IN_WEEKS.match(text)) and not (pauses and text[weeks.end() :].strip(STOPS)):
            found = weeks
        if not found and is_weekday(last.rstrip(STOPS)):
            found = _NEXT_WEEK.match(text)
    return rest[: found.end()] if found else ""


def leads(word: str, after: str) -> bool:
    """Whether a word, folded, only leads to the one after it."""
    return after in _UNITS or (bool(after) and word in _LEADING)


def _month_named(text: str, *, alone: bool) -> re.Match[str] | None:
    """A day of a month in words, or a month `alone`, that some words begin with."""
    found = _IN_WORDS.match(text)
    named = (found["month"] or found["first"] or (alone and found["alone"])) if found else ""
    return found if named and month_named(named) else None
