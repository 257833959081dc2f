"""Alembic's entry: runs the migrations on the connection it is given."""

from alembic import context

import bot.store.models  # noqa: F401 - which declares the tables
from bot.store.base import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
