"""What every table is declared with."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Enum, Integer, MetaData
from sqlalchemy.orm import DeclarativeBase

from bot.domain.correspondence import MailState
from bot.domain.people import Role
from bot.domain.promises import Cause, PromiseState
from bot.domain.receivables import ApplicationKind, AttachmentPolicy, DocumentKind, PaymentMethod
from bot.domain.runs import RunState
from bot.store.types import UtcDateTime

# BigInteger cannot autoincrement on SQLite; there INTEGER is 64-bit anyway.
BigId = BigInteger().with_variant(Integer, "sqlite")


def _words(enum: type[StrEnum]) -> Enum:
    return Enum(enum, native_enum=False, length=20, values_callable=lambda e: [m.value for m in e], name=enum.__name__)


class Base(DeclarativeBase):
    """Named constraints, so that migrations can name them too."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        Role: _words(Role),
        DocumentKind: _words(DocumentKind),
        PaymentMethod: _words(PaymentMethod),
        ApplicationKind: _words(ApplicationKind),
        AttachmentPolicy: _words(AttachmentPolicy),
        PromiseState: _words(PromiseState),
        Cause: _words(Cause),
        MailState: _words(MailState),
        RunState: _words(RunState),
    }
