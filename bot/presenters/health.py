"""How the bot is, for a monitor: no names, no amounts, no customers."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from bot.domain.vitals import Vitals


def health(
    vitals: Vitals | None, problems: Collection[str], now: datetime, *, ticked_at: datetime | None
) -> dict[str, Any]:
    """What `GET /health` answers; without vitals, the database does not."""
    answer: dict[str, Any] = {
        "status": "degraded" if problems else "ok",
        "problems": list(problems),
        "last_tick": _instant(ticked_at),
    }
    if vitals:
        answer |= {
            "data_loaded": _instant(vitals.fed_at),
            "data_age_seconds": _age(vitals.fed_at, now),
            "outbox": {
                "waiting": vitals.waiting,
                "failed": vitals.failed,
                "oldest_due_seconds": _age(vitals.due_since, now),
            },
            "last_update_handled": _instant(vitals.handled_at),
        }
    return answer


def _instant(value: datetime | None) -> str | None:
    return value.isoformat(timespec="seconds") if value else None


def _age(value: datetime | None, now: datetime) -> int | None:
    return int((now - value).total_seconds()) if value else None
