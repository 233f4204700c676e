"""Alembic's entry: runs against the engine it is handed, one transaction for all."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Engine

from models.base import EncryptedText, Id, UtcDateTime
from models.resource_index import is_part_of_the_index
from models.tables import metadata


def render_item(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Write our column types into a new migration as what they are in the database, so that it never changes with them."""
    if kind != "type":
        return False
    if isinstance(item, Id):
        autogen_context.imports.add("from models.base import Id")
        return "Id()"
    if isinstance(item, EncryptedText):
        return "sa.LargeBinary()"
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def include_name(name: str | None, kind: str, parents: Any) -> bool:
    """The library's full text is no mapped table, and each kind of database has its own."""
    return not (kind == "table" and is_part_of_the_index(name))


def run() -> None:
    engine: Engine = context.config.attributes["engine"]
    with engine.connect() as connection:
        # SQLite changes a table by making it anew, for which references to it must not be looked after meanwhile. Said on
        # the bare connection: inside a transaction it would have no effect.
        sqlite = engine.dialect.name == "sqlite"
        bare: Any = connection.connection.driver_connection
        if sqlite:
            bare.execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=render_item,
            include_name=include_name,
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            context.run_migrations()
        if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
            raise RuntimeError("the migration left rows that refer to nothing")
        connection.commit()
        if sqlite:
            bare.execute("PRAGMA foreign_keys=ON")


run()
