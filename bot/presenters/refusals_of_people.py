"""Why nobody comes in, and what a person cannot be, as sentences."""

from bot.domain.access import InvitationNotValid, LastAdministrator, NotYourself, SeveralPeople
from bot.domain.people import (
    MAX_CODE,
    MAX_NAME,
    CollectorWithoutPortfolio,
    NotACode,
    NotAName,
    PersonNotFound,
    TelegramIdTaken,
)
from bot.i18n import Language
from bot.presenters.reply import Reply
from bot.presenters.saying_no import Writers, say_no, says


def _invitation_not_valid(refused: InvitationNotValid, language: Language) -> Reply:
    _ = language.gettext
    reasons = {
        "used": _("This link was used already. Ask the office for another one."),
        "expired": _("This link has expired. Ask the office for another one."),
        "unknown": _("This link is not valid. Ask the office for another one."),
    }
    return Reply(plain=f"✋ {reasons[refused.reason]}")


def _several_people(refused: SeveralPeople, language: Language) -> Reply:
    numbers = ", ".join(map(str, refused.ids))
    return say_no(
        language,
        "Several people have code %(code)s: write one of their numbers, %(ids)s.",
        code=refused.code,
        ids=numbers,
    )


def _not_a_name(refused: NotAName, language: Language) -> Reply:
    return say_no(
        language,
        "“%(value)s” is not a name: write 1 to %(most)s characters, such as Laura Méndez.",
        value=refused.name,
        most=MAX_NAME,
    )


def _not_a_code(refused: NotACode, language: Language) -> Reply:
    return say_no(
        language,
        "“%(value)s” is not a collector code: write at most %(most)s characters, such as C1.",
        value=refused.code,
        most=MAX_CODE,
    )


WRITERS: Writers = {
    InvitationNotValid: _invitation_not_valid,
    NotYourself: says("Nobody can take away their own access. Ask another administrator."),
    SeveralPeople: _several_people,
    LastAdministrator: says("%(name)s is the last administrator: give another person that role first."),
    CollectorWithoutPortfolio: says("%(name)s is a collector and needs the code of a portfolio."),
    TelegramIdTaken: says("Telegram user %(id)s is already %(name)s.", id="telegram_id"),
    PersonNotFound: says("Nobody has number %(id)s."),
    NotAName: _not_a_name,
    NotACode: _not_a_code,
}
