"""What does not fit of a returned remittance, in words."""

from collections.abc import Callable

from bot.domain.remittance import Misfit, Proposed
from bot.i18n import Language


def misfits(line: Proposed, language: Language) -> list[str]:
    """Why a line is not applied, and what is odd about it; plain text."""
    said = [_SENTENCES[misfit](line, language) for misfit in line.misfits]
    if line.changed and line.balance and not line.misfits:
        said.append(language.gettext("the balance is another since the file was made"))
    return said


def _more(line: Proposed, t: Language) -> str:
    return t.gettext("more than the balance, %(balance)s", balance=t.money(line.balance) if line.balance else "–")


def _currency(line: Proposed, t: Language) -> str:
    document = line.document.total.currency if line.document else "–"
    return t.gettext("in %(found)s; the document is in %(expected)s", found=line.row.currency, expected=document)


_SENTENCES: dict[Misfit, Callable[[Proposed, Language], str]] = {
    Misfit.UNKNOWN: lambda _, t: t.gettext("no document is known by this UUID or folio"),
    Misfit.SEVERAL: lambda _, t: t.gettext("several documents have this series and folio, and no UUID"),
    Misfit.OTHER_CUSTOMER: lambda _, t: t.gettext("it is another customer's document"),
    Misfit.CANCELLED: lambda _, t: t.gettext("the document is cancelled"),
    Misfit.NOT_OWED: lambda _, t: t.gettext("it is a credit, which nobody pays"),
    Misfit.CURRENCY: _currency,
    Misfit.DECIMALS: lambda _, t: t.gettext("has more decimals than its currency"),
    Misfit.MORE_THAN_BALANCE: _more,
    Misfit.REPEATED: lambda _, t: t.gettext("the document is in another line too"),
}
