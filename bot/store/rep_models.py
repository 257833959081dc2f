"""The table of replaced CFDI; see `bot.store.models`."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.base import Base


class ReplacedRepRow(Base):
    """A CFDI that another one, `by`, replaces (TipoRelacion 04), read before or later: a REP then pays nothing."""

    __tablename__ = "replaced_reps"

    uuid: Mapped[str] = mapped_column(String(36), primary_key=True)
    by: Mapped[str] = mapped_column(String(36), primary_key=True)
