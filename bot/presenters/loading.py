"""Files sent to the bot: what they hold, and what became of them."""

import re
from pathlib import PurePath

from markupsafe import escape

from bot.domain.incoming import ImportReport
from bot.i18n import Language
from bot.presenters import buttons
from bot.presenters.imports import report_text
from bot.presenters.reply import Button, Reply
from bot.render.plain import one_line

# Bot API, sendMessage: 4,096 characters; the heading and the entities of the escapes take the rest.
_MAX_REPORT = 3000
_MAX_NAME = 100


def safe_name(name: str) -> str:
    """A sender's file name without folders and without what a file system may refuse; its ending is kept."""
    plain = re.sub(r"[^\w .()-]", "_", one_line(PurePath(name.replace("\\", "/")).name)).strip(" .") or "archivo"
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[:_MAX_NAME]}.{ending[:10]}" if dot and stem else plain[:_MAX_NAME]


def preview(report: ImportReport, update_id: int, language: Language) -> Reply:
    """What a file would change, with a button to load it."""
    _ = language.gettext
    loadable = any(file.new or file.changed or file.same for file in report.files)
    asked = _("Load it?") if loadable else _("There is nothing in it that can be loaded.")
    load = Button("📥 " + _("Load"), f"im:{update_id}")
    return Reply(
        plain=f"📥 <b>{_('This is what the file holds')}</b>\n\n{_report(report, language)}\n\n{asked}",
        keyboard=((load, buttons.cancel(f"ix:{update_id}", language)),) if loadable else (),
    )


def working(language: Language) -> Reply:
    """It is being loaded."""
    return Reply(plain="⏳ " + language.gettext("Loading…"))


def done(report: ImportReport, language: Language) -> Reply:
    """What was loaded."""
    return Reply(plain=f"✅ <b>{language.gettext('Loaded')}</b>\n\n{_report(report, language)}")


def dropped(language: Language) -> Reply:
    """Nothing was loaded."""
    return Reply(plain=language.gettext("Cancelled: nothing was loaded."))


def too_large(limit_bytes: int, language: Language) -> Reply:
    """Telegram gives bots no file of this size."""
    text = language.gettext(
        "Telegram lets the bot read files of up to %(megabytes)s MB. Split it, or load it at the office with "
        "<code>cobranza import</code>.",
        megabytes=limit_bytes // 2**20,
    )
    return Reply(plain=f"✋ {text}")


def _report(report: ImportReport, language: Language) -> str:
    # A trial keeps nothing, and says so; here that goes without saying.
    text = report_text(report, language, in_chat=True).removesuffix(language.gettext("Nothing was kept.")).strip()
    if len(text) <= _MAX_REPORT:
        return str(escape(text))
    shown = text[:_MAX_REPORT].rsplit("\n", 1)[0]
    left = text[len(shown) :].strip().count("\n") + 1
    return str(escape(f"{shown}\n… {language.ngettext('and %(n)s more line', 'and %(n)s more lines', left)}"))
