"""Backups, made and restored: what they hold and why one is refused, for the command line."""

from bot.domain import backups
from bot.domain.backups import BackupRefused, Contents
from bot.i18n import Language

# The tables that mean something to whoever runs the bot; the others are counted together.
_TOLD = ("people", "customers", "documents", "applications", "promises", "outbox", "audit")


def contents_text(contents: Contents, language: Language) -> str:
    """What a backup holds, a line for each kind."""
    _ = language.gettext
    names = {
        "people": _("people"),
        "customers": _("customers"),
        "documents": _("documents"),
        "applications": _("payments and other applications"),
        "promises": _("promises"),
        "outbox": _("emails"),
        "audit": _("entries of the audit trail"),
    }
    counts = [(names[table], contents.rows.get(table, 0)) for table in _TOLD]
    counts.append((_("rows of other tables"), sum(n for table, n in contents.rows.items() if table not in names)))
    counts.append((_("files"), contents.files))
    return "\n".join(f"{name}: {count:,}" for name, count in counts)


def contents_json(contents: Contents) -> dict[str, object]:
    """The same for a program."""
    return {
        "made_at": contents.made_at.isoformat(),
        "tables": contents.rows,
        "files": contents.files,
        "file_bytes": contents.bytes,
    }


def refusal_text(refused: BackupRefused, language: Language) -> str:
    """Why, and what to do."""
    _ = language.gettext
    match refused:
        case backups.BackupThere(path):
            return _("%(path)s exists already, and a backup is never written over. Choose another name.", path=path)
        case backups.NothingToBackUp():
            return _("The database has no tables yet: there is nothing to back up. Check DATABASE_URL.")
        case backups.NoBackup(path):
            return _("%(path)s is not a complete backup made by «cobranza backup».", path=path)
        case backups.BackupDamaged(part):
            return _(
                "The backup is damaged: «%(part)s» is not what it was when it was made. Nothing was restored; "
                "use another backup.",
                part=part,
            )
        case backups.BackupTooNew(revision):
            return _(
                "The backup is of a newer version of Cobranza (%(revision)s). Install that version and restore then.",
                revision=revision,
            )
        case backups.DatabaseNotEmpty(rows):
            return _(
                "The database is not empty: it holds %(rows)s rows, which restoring would remove. Check DATABASE_URL; "
                "if that is meant, stop the bot and add --force.",
                rows=f"{rows:,}",
            )
    raise LookupError(type(refused).__name__)
